#include "sim/live/live_server.h"

#include <algorithm>
#include <utility>

#include "runtime/api/status_error.h"
#include "runtime/wire/response_codec.h"

namespace wavetank::sim {

void LiveServer::Handle(HttpRequest request, std::unique_ptr<HttpExchange> exchange) {
  if (closed_) return Refuse(*exchange);
  // So that the answer's times are those of now; controllers get their turn after the answer.
  world_.Advance(clockwork_.Now(), 1);
  Front::Outcome outcome = front_.Handle(request);
  Answer(request, std::move(exchange), std::move(outcome));
  // A plain read leaves the world as it was.
  if (world_.server().revision() != turned_revision_) Wake();
}

void LiveServer::Answer(const HttpRequest& request, std::unique_ptr<HttpExchange> exchange, Front::Outcome outcome) {
  if (auto* answer = std::get_if<FrontAnswer>(&outcome)) {
    Served(request, answer->response);
    if (answer->watch != nullptr) return Open(std::move(*answer), std::move(exchange));
    exchange->Respond(std::move(answer->response));
    return;
  }
  waiting_.push_back({request, std::move(exchange), std::get<FrontPending>(std::move(outcome))});
  Waiting& waiting = waiting_.back();
  waiting.exchange->on_gone = [this, &waiting] {
    waiting.gone = true;
    Wake();
  };
  Wake();
}

void LiveServer::Open(FrontAnswer answer, std::unique_ptr<HttpExchange> exchange) {
  watches_.push_back({std::move(exchange), std::move(answer.watch)});
  Watch& watch = watches_.back();
  watch.exchange->on_gone = [this, &watch] {
    watch.gone = true;
    Wake();
  };
  watch.exchange->on_sent = [this, &watch] {
    if (std::exchange(watch.held, false)) Wake();
  };
  watch.exchange->Begin(std::move(answer.response));
  Feed(watch);
  Wake();
}

void LiveServer::Refuse(HttpExchange& exchange) const {
  const Status closing(Code::kUnavailable, "the server is shutting down");
  exchange.Respond(EncodeStatus(closing, KindRegistry::BuiltIn(), FormatForErrors(Wishes())));
}

void LiveServer::Served(const HttpRequest& request, const HttpResponse& response) const {
  if (on_served) on_served({request.method, request.target, response.status, response.body.size()});
}

void LiveServer::Wake() {
  if (std::exchange(awake_, true)) return;
  clockwork_.Soon([this] { Turn(); });
}

void LiveServer::Turn() {
  awake_ = false;
  if (closed_) return;
  const bool more = world_.Advance(clockwork_.Now(), kStepsAtOnce);
  ResumeWaiting();
  FeedWatches();
  if (more) return Wake();
  clockwork_.WakeAt(NextWake(), [this] { Wake(); });
}

Time LiveServer::NextWake() const {
  Time next = world_.next_event();
  for (const Watch& watch : watches_) {
    if (!watch.held) next = std::min(next, watch.watch->deadline());
  }
  for (const Waiting& waiting : waiting_) next = std::min(next, waiting.pending->deadline());
  return next;
}

void LiveServer::FeedWatches() {
  turned_revision_ = world_.server().revision();
  for (Watch& watch : watches_) Feed(watch);
  watches_.remove_if([](const Watch& watch) { return watch.gone; });
}

void LiveServer::Feed(Watch& watch) {
  if (watch.gone || watch.held) return;
  if (watch.exchange->unsent() > kUnsentHigh) {
    watch.held = true;
    return;
  }
  for (std::string& frame : watch.watch->Poll()) watch.exchange->Write(std::move(frame));
  if (!watch.watch->ended()) return;
  watch.exchange->End();
  watch.gone = true;
}

bool LiveServer::Waiting::Ready(LiveWorld& world) const {
  const auto* wait = std::get_if<WaitFor>(&pending->why);
  return wait == nullptr || world.replica().revision(world.server()) >= wait->revision || world.now() >= wait->deadline;
}

void LiveServer::ResumeWaiting() {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    if (!it->gone && !it->Ready(world_)) {
      ++it;
      continue;
    }
    Waiting waiting = std::move(*it);
    it = waiting_.erase(it);
    if (waiting.gone) continue;
    waiting.exchange->on_gone = nullptr;  // it pointed into the list
    CallAnswer nobody;
    nobody.arrived = false;
    nobody.error = "this server calls no webhooks";
    Front::Outcome outcome = front_.Resume(*std::move(waiting.pending), nobody);
    Answer(waiting.request, std::move(waiting.exchange), std::move(outcome));
  }
}

void LiveServer::Close() {
  closed_ = true;
  for (Watch& watch : watches_) {
    if (!watch.gone) watch.exchange->End();
  }
  watches_.clear();
  for (Waiting& waiting : waiting_) {
    if (!waiting.gone) Refuse(*waiting.exchange);
  }
  waiting_.clear();
  clockwork_.WakeAt(Time::Max(), nullptr);
}

}  // namespace wavetank::sim
