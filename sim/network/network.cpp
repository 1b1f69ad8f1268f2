#include "sim/network/network.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "runtime/api/status_error.h"
#include "sim/network/process_transport.h"
#include "sim/network/stream.h"

namespace wavetank::sim {

namespace {

Status BrokenConnection() { return Status(Code::kConnection, "the connection broke; the outcome is unknown"); }

ApiResponse CannedAnswer(const Verdict& verdict) {
  ApiResponse response;
  response.code = verdict.code;
  response.body = verdict.body;
  return response;
}

}  // namespace

Network::Network(Kernel& kernel, ApiServer& server, NetworkOptions options)
    : kernel_(kernel), server_(server), options_(options) {
  kernel_.set_keeps_state_hash(options_.state_hash);
  WT_CHECK(options_.replicas >= 1, "a cluster has an API server");
  replicas_.resize(static_cast<size_t>(options_.replicas));
  if (options_.state_hash) {
    for (const ResourceInfo* resource : server_.kinds().Resources()) {
      server_.ForEach(*resource, "", [&](const Object& object) { kernel_.state().Add(object.content_hash()); });
    }
  }
}

Network::~Network() = default;

void Network::Attach(Process& process) {
  transports_.push_back(std::make_unique<ProcessTransport>(*this, process));
  ProcessTransport* transport = transports_.back().get();
  process.set_transport(transport);
  process.on_crash = [transport] { transport->OnCrash(); };
}

void Network::Apply(Exchange& exchange) {
  Process& process = exchange.owner->process();
  Replica& replica = replicas_[static_cast<size_t>(exchange.owner->replica())];
  if (exchange.verdict.kind == Verdict::Kind::kDrop) return EnableRespond(exchange, BrokenConnection());
  if (exchange.verdict.kind == Verdict::Kind::kAnswer) return EnableRespond(exchange, CannedAnswer(exchange.verdict));
  if (exchange.state != Exchange::State::kResuming) {
    for (NetworkRule* rule : rules_) rule->BeforeApply(*exchange.request, process);
  }
  if (exchange.request->verb == Verb::kWatch) return FinishWatch(exchange);

  const uint64_t before = server_.revision();
  const RequestInfo info{kernel_.now(), &exchange.owner->IdsFor(exchange), exchange.owner->user()};
  if (exchange.state == Exchange::State::kResuming) {
    std::unique_ptr<Continuation> next = std::move(exchange.continuation);
    Outcome outcome = server_.Resume(std::move(*next), CallAnswer(), info, replica);
    FanOut(before, &process);
    return Finish(exchange, std::move(outcome));
  }
  // A copy (a dozen counters): rules and reports still read the request when it has been applied.
  Outcome outcome = server_.Apply(CloneRequest(*exchange.request), info, replica);
  FanOut(before, &process);
  Finish(exchange, std::move(outcome));
}

void Network::Finish(Exchange& exchange, Outcome&& outcome) {
  if (auto* wait = std::get_if<WaitFor>(&outcome); wait != nullptr) {
    exchange.state = Exchange::State::kWaiting;
    exchange.continuation = std::move(wait->next);
    exchange.wait_revision = wait->revision;
    Option option;
    option.key = HashCombine(exchange.key, static_cast<uint64_t>(EventKind::kApply) + 32);
    option.source = exchange.owner;
    option.what = &exchange;
    option.kind = EventKind::kApply;
    exchange.timer = kernel_.AddTimer(wait->deadline, TimerClass::kForeground, option);
    waiting_.push_back(&exchange);
    return;
  }
  if (auto* call = std::get_if<NeedsCall>(&outcome); call != nullptr) {
    Process& process = exchange.owner->process();
    const auto hook = hooks_.find(call->target);
    CallAnswer answer;
    if (hook != hooks_.end()) {
      answer = hook->second(call->body);
    } else {
      answer.arrived = false;
      answer.error = "nobody serves " + call->target;
    }
    const uint64_t before = server_.revision();
    const RequestInfo info{kernel_.now(), &exchange.owner->IdsFor(exchange), exchange.owner->user()};
    Outcome next =
        server_.Resume(std::move(*call->next), answer, info, replicas_[static_cast<size_t>(exchange.owner->replica())]);
    FanOut(before, &process);
    return Finish(exchange, std::move(next));
  }
  auto& response = std::get<ApiResponse>(outcome);
  Process& process = exchange.owner->process();
  for (NetworkRule* rule : rules_) rule->AfterApply(*exchange.request, response, process);
  if (exchange.verdict.kind == Verdict::Kind::kCrashAfter && exchange.call != nullptr) {
    EnableRespond(exchange, std::move(response));
    process.Crash();  // drops this exchange with the others
    return;
  }
  if (exchange.verdict.kind == Verdict::Kind::kLoseAnswer) {
    if (exchange.verdict.code == 0) return EnableRespond(exchange, BrokenConnection());
    return EnableRespond(exchange, CannedAnswer(exchange.verdict));
  }
  EnableRespond(exchange, std::move(response));
}

WatchStart Network::RefusedWatch(const ApiRequest& request, WatchEvent error) const {
  WatchStart start{{}, server_.revision(), WatchFilter(server_.kinds().Find(request.resource), Selection())};
  start.initial.push_back(std::move(error));
  return start;
}

void Network::FinishWatch(Exchange& exchange) {
  ProcessTransport& owner = *exchange.owner;
  const Replica& replica = replicas_[static_cast<size_t>(owner.replica())];
  auto started = StartWatch(server_, replica, *exchange.request);
  ApiResponse response;
  if (auto* refused = std::get_if<ApiResponse>(&started); refused != nullptr) {
    response = std::move(*refused);
  } else if (exchange.call != nullptr) {
    const bool expired = std::holds_alternative<WatchEvent>(started);
    WatchStart start = expired ? RefusedWatch(*exchange.request, std::get<WatchEvent>(std::move(started)))
                               : std::get<WatchStart>(std::move(started));
    const int64_t seconds = exchange.request->list != nullptr ? exchange.request->list->timeout_seconds : 0;
    auto stream = std::make_unique<SimStream>(*this, owner.process(), owner.replica(), std::move(start),
                                              std::chrono::seconds(seconds));
    if (expired) stream->Close(Close::kClean);
    response.stream = std::move(stream);
  }
  EnableRespond(exchange, std::move(response));
}

template <typename Answer>
void Network::EnableRespond(Exchange& exchange, Answer&& answer) {
  if (exchange.call == nullptr) {
    exchange.owner->Remove(exchange);
    return;
  }
  exchange.answer.emplace(std::forward<Answer>(answer));
  exchange.state = Exchange::State::kAnswered;
  exchange.owner->UpdateCell(exchange);
  exchange.owner->Enable(exchange, EventKind::kRespond);
}

void Network::Respond(Exchange& exchange) {
  ProcessTransport& owner = *exchange.owner;
  Process& process = owner.process();
  Call& call = *std::exchange(exchange.call, nullptr);
  Result<ApiResponse>& answer = *exchange.answer;
  uint64_t content = exchange.key;
  if (options_.state_hash && answer.ok()) {
    content = HashCombine(content, static_cast<uint64_t>(answer->code));
    content = HashCombine(content, answer->object ? answer->object.content_hash() : ContentHash(answer->body));
    for (const Object& item : answer->items) content = HashCombine(content, item.content_hash());
  }
  call.Complete(std::move(answer));
  owner.Remove(exchange);
  process.Deliver(content);
}

ApiResponse Network::ApplyNow(ApiRequest request, std::string_view user) {
  class Ids final : public IdSource {
   public:
    Ids(uint64_t seed, std::string_view user, uint64_t nth) : random_(HashCombine(seed, nth), user, "server-ids") {}
    String Uid() override { return random_.Uuid(); }
    String Suffix() override { return random_.Suffix(5); }

   private:
    Random random_;
  };
  const uint64_t before = server_.revision();
  Ids ids(kernel_.seed(), user, ++applied_now_);  // not the revision: how many Events were written is nobody's business
  const RequestInfo info{kernel_.now(), &ids, String(user)};
  Replica fresh;
  Outcome outcome = server_.Apply(std::move(request), info, fresh);
  FanOut(before, nullptr);
  if (auto* response = std::get_if<ApiResponse>(&outcome); response != nullptr) return std::move(*response);
  ApiResponse refused;
  refused.code = 500;
  refused.body = ToStatusDocument(Status(Code::kInternal, "a write of a rule met a webhook or a read from the future"));
  return refused;
}

Outcome Network::ApplyAs(ApiRequest request, const RequestInfo& info) {
  const uint64_t before = server_.revision();
  Outcome outcome = server_.Apply(std::move(request), info, replicas_[0]);
  FanOut(before, nullptr);
  return outcome;
}

Outcome Network::ResumeAs(Continuation next, const CallAnswer& answer, const RequestInfo& info) {
  const uint64_t before = server_.revision();
  Outcome outcome = server_.Resume(std::move(next), answer, info, replicas_[0]);
  FanOut(before, nullptr);
  return outcome;
}

void Network::FanOut(uint64_t revision, const Process* process) {
  if (server_.revision() == revision) return;
  for (const LogEntry& entry : server_.LogSince(revision)) {
    if (options_.state_hash) {
      if (entry.previous) kernel_.state().Remove(entry.previous.content_hash());
      if (entry.type != WatchEvent::Type::kDeleted) kernel_.state().Add(entry.object.content_hash());
      for (const auto& transport : transports_) {
        for (Exchange* exchange : transport->exchanges()) {
          if (exchange->precondition == 0 || !(exchange->request->name == entry.object.name())) continue;
          if (exchange->state == Exchange::State::kAnswered || !(exchange->request->ns == entry.object.ns())) continue;
          ++exchange->behind;
          transport->UpdateCell(*exchange);
        }
      }
    }
    for (WriteHook* hook : write_hooks_) hook->OnWrite(entry, process);
    if (entry.resource->index >= streams_.size()) continue;
    for (SimStream* stream : streams_[entry.resource->index]) {
      if (!replicas_[static_cast<size_t>(stream->replica())].lagging()) stream->OnEntry(entry);
    }
  }
  WakeWaiting();
}

void Network::WakeWaiting() {
  for (size_t i = 0; i < waiting_.size();) {
    Exchange& exchange = *waiting_[i];
    const Replica& replica = replicas_[static_cast<size_t>(exchange.owner->replica())];
    if (exchange.state == Exchange::State::kWaiting && replica.revision(server_) < exchange.wait_revision) {
      ++i;
      continue;
    }
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    if (exchange.state != Exchange::State::kWaiting) continue;  // its deadline came first
    exchange.owner->Unschedule(exchange);
    exchange.state = Exchange::State::kResuming;
    exchange.owner->Enable(exchange, EventKind::kApply);
  }
}

// --- Faults ---

namespace {
bool Matches(const Network::StreamFilter& filter, const SimStream& stream) {
  if (filter.process != nullptr && filter.process != &stream.process()) return false;
  return filter.resource.empty() || filter.resource == stream.filter().resource()->gvr.resource.view();
}
}  // namespace

template <typename F>
void Network::ForEachStream(const StreamFilter& filter, F visit) {
  for (const auto& streams : streams_) {
    for (SimStream* stream : streams) {
      if (Matches(filter, *stream)) visit(*stream);
    }
  }
}

size_t Network::CloseStreams(const StreamFilter& filter, Close how) {
  size_t count = 0;
  ForEachStream(filter, [&](SimStream& stream) {
    stream.Close(how);
    ++count;
  });
  return count;
}

void Network::HoldStreams(const StreamFilter& filter) {
  holds_.push_back(filter);
  ForEachStream(filter, [](SimStream& stream) { stream.UpdateEnabled(); });
}

void Network::ReleaseStreams(const StreamFilter& filter) {
  std::erase_if(holds_, [&](const StreamFilter& hold) {
    return hold.process == filter.process && hold.resource == filter.resource;
  });
  ForEachStream(filter, [](SimStream& stream) { stream.UpdateEnabled(); });
}

bool Network::Held(const SimStream& stream) const {
  return std::any_of(holds_.begin(), holds_.end(), [&](const StreamFilter& hold) { return Matches(hold, stream); });
}

void Network::HoldReplica(int replica) { replicas_.at(static_cast<size_t>(replica)).Hold(server_); }

void Network::ReleaseReplica(int replica) {
  Replica& held = replicas_.at(static_cast<size_t>(replica));
  if (!held.lagging()) return;
  const uint64_t from = held.revision(server_);
  held.AdvanceTo(server_, server_.revision());
  for (const LogEntry& entry : server_.LogSince(from)) {
    if (entry.resource->index >= streams_.size()) continue;
    for (SimStream* stream : streams_[entry.resource->index]) {
      if (stream->replica() == replica) stream->OnEntry(entry);
    }
  }
  WakeWaiting();
}

int Network::replica_of(const Process& process) const {
  for (const auto& transport : transports_) {
    if (&transport->process() == &process) return transport->replica();
  }
  return 0;
}

void Network::SwitchReplica(const Process& process, int replica) {
  WT_CHECK(replica >= 0 && replica < options_.replicas, "there is no such API server");
  for (const auto& transport : transports_) {
    if (&transport->process() == &process) transport->set_replica(replica);
  }
  CloseStreams({&process, ""}, Close::kBroken);
}

}  // namespace wavetank::sim
