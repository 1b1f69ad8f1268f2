#include "sim/network/process_transport.h"

#include <algorithm>
#include <array>
#include <utility>

namespace wavetank::sim {
namespace {

uint64_t RequestKey(const Process& process, const ApiRequest& request) {
  uint64_t key = HashCombine(process.actor(), static_cast<uint64_t>(request.verb) + 1);
  key = HashCombine(key, request.resource.resource.hash());
  key = HashCombine(key, request.ns.hash());
  if (!request.subresource.empty()) key = HashCombine(key, request.subresource.hash());
  if (!request.name.empty()) return HashCombine(key, request.name.hash());
  if (request.body.is_null()) {  // a list, a watch
    static const uint64_t kNothing = Value().hash();
    return HashCombine(key, kNothing);
  }
  const Value& metadata = request.body[names::kMetadata];
  const Value& name = metadata[names::kName];
  return HashCombine(key, (name.is_null() ? metadata[names::kGenerateName] : name).hash());
}

// Writes of Events about objects; both groups have that name.
bool IsAside(const ApiRequest& request) {
  static const Name kEvents("events");
  return request.resource.resource == kEvents && IsWrite(request.verb);
}

}  // namespace

void ProcessTransport::Start(Call& call) {
  WT_CHECK(process_.alive(), "a dead process sent a request");
  const ApiRequest& request = call.request;
  auto* exchange = new Network::Exchange(call, *this);
  call.record = exchange;
  exchange->key = RequestKey(process_, request);
  exchange->aside = IsAside(request);
  for (SendHook* hook : network_.send_hooks_) hook->OnSend(request, process_);
  for (NetworkRule* rule : network_.rules_) {
    Verdict verdict = rule->OnSend(request, process_);
    if (verdict.kind == Verdict::Kind::kPass) continue;
    exchange->verdict = std::move(verdict);
    break;
  }
  exchanges_.push_back(exchange);
  if (network_.options_.state_hash) {
    exchange->cell = HashCell(exchange->key);
    exchange->cell.Enter(network_.kernel_.state());
    if (request.verb == Verb::kUpdate) exchange->precondition = Object(request.body).resource_version();
    UpdateCell(*exchange);
  }
  switch (exchange->verdict.kind) {
    case Verdict::Kind::kCrashBefore:
      process_.CrashAfterThisSegment();
      exchange->state = Network::Exchange::State::kHeld;  // never leaves; OnCrash drops it
      return;
    case Verdict::Kind::kHold: {
      exchange->state = Network::Exchange::State::kHeld;
      Option option;
      option.key = HashCombine(exchange->key, static_cast<uint64_t>(EventKind::kApply));
      option.source = this;
      option.what = exchange;
      option.kind = EventKind::kApply;
      option.aside = exchange->aside;
      exchange->timer = network_.kernel_.AddTimer(exchange->verdict.until, TimerClass::kForeground, option);
      return;
    }
    default: Enable(*exchange, EventKind::kApply);
  }
}

void ProcessTransport::UpdateCell(Network::Exchange& exchange) {
  if (!network_.options_.state_hash) return;
  uint64_t value = HashCombine(static_cast<uint64_t>(exchange.state), exchange.behind);
  value = HashCombine(value, exchange.call == nullptr ? 0 : 1);
  value = HashCombine(value, ContentHash(exchange.request->body));
  if (exchange.state == Network::Exchange::State::kAnswered) {
    const Result<ApiResponse>& answer = *exchange.answer;
    value = HashCombine(value, answer.ok() ? answer->object.content_hash() : 0);
  }
  exchange.cell.Set(network_.kernel_.state(), value);
}

void ProcessTransport::Enable(Network::Exchange& exchange, EventKind kind) {
  Option option;
  option.key = HashCombine(exchange.key, static_cast<uint64_t>(kind));
  option.source = this;
  option.what = &exchange;
  option.kind = kind;
  option.aside = exchange.aside;
  // Applying changes the cluster; only an answer reaches into the process.
  option.process = kind == EventKind::kRespond ? process_.id() : kNoProcess;
  network_.kernel_.Enable(option);
}

void ProcessTransport::Due(void* what) {
  auto& exchange = *static_cast<Network::Exchange*>(what);
  exchange.timer.reset();
  // A hold is over; a wait has reached its deadline.
  exchange.state = exchange.state == Network::Exchange::State::kHeld ? Network::Exchange::State::kSent
                                                                     : Network::Exchange::State::kResuming;
}

void ProcessTransport::Fire(const Option& option) {
  auto& exchange = *static_cast<Network::Exchange*>(option.what);
  if (exchange.state == Network::Exchange::State::kAnswered) {
    network_.Respond(exchange);
  } else {
    network_.Apply(exchange);
  }
}

void ProcessTransport::Unschedule(Network::Exchange& exchange) {
  if (exchange.timer.has_value()) {
    network_.kernel_.CancelTimer(*exchange.timer);
    exchange.timer.reset();
    return;
  }
  network_.kernel_.Disable(&exchange);
}

void ProcessTransport::Remove(Network::Exchange& exchange) {
  if (network_.options_.state_hash) exchange.cell.Leave(network_.kernel_.state());
  std::erase(exchanges_, &exchange);
  if (!network_.waiting_.empty()) std::erase(network_.waiting_, &exchange);
  if (exchange.call != nullptr) exchange.call->pending = false;
  delete &exchange;
}

void ProcessTransport::Forget(Call& call) {
  auto& exchange = *static_cast<Network::Exchange*>(call.record);
  exchange.call = nullptr;
  if (exchange.state == Network::Exchange::State::kAnswered || !IsWrite(call.request.verb)) {
    Unschedule(exchange);
    Remove(exchange);
    return;
  }
  exchange.left = std::make_unique<ApiRequest>(std::move(call.request));
  exchange.request = exchange.left.get();
  UpdateCell(exchange);
}

void ProcessTransport::OnCrash() {
  // The frames are gone. What was sent may still arrive, or be lost with the connection.
  const auto left = exchanges_;
  for (Network::Exchange* exchange : left) {
    const bool never_left = exchange->verdict.kind == Verdict::Kind::kCrashBefore;
    std::array<Option, 2> options;
    options[0].key = HashCombine(exchange->key, 0x1f);
    options[1].key = HashCombine(exchange->key, 0x2f);
    const auto drawn = [&] {
      return exchange->aside ? aside_.random().Below(2) : network_.kernel_.Choose(ChoicePoint::kInFlight, options);
    };
    const bool lost = never_left || drawn() == 1;
    if (!lost) continue;
    if (!never_left) Unschedule(*exchange);
    Remove(*exchange);
  }
}

std::string ProcessTransport::Describe(void* what) const {
  const auto& exchange = *static_cast<const Network::Exchange*>(what);
  const std::string text = exchange.request->Describe();
  if (exchange.state != Network::Exchange::State::kAnswered) return process_.name() + ": " + text;
  const Result<ApiResponse>& answer = *exchange.answer;
  return "answer " + (answer.ok() ? std::to_string(answer->code) : "no answer") + " to " + process_.name() + ": " +
         text;
}

Footprint ProcessTransport::FootprintOf(void* what) const {
  const auto& exchange = *static_cast<const Network::Exchange*>(what);
  if (exchange.state == Network::Exchange::State::kAnswered)
    return {.process = process_.id(), .actor = process_.actor()};
  Footprint footprint{.actor = process_.actor(), .cluster = true, .writes = IsWrite(exchange.request->verb)};
  // A create reads its namespace; whoever writes namespaces depends on everything.
  const Name resource = exchange.request->resource.resource;
  footprint.resource = resource.view() == "namespaces" ? 0 : resource.hash();
  return footprint;
}

}  // namespace wavetank::sim
