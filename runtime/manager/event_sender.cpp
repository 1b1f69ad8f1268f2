#include "runtime/manager/event_sender.h"

#include <utility>

#include "runtime/api/status_error.h"
#include "runtime/exec/timeout.h"

namespace wavetank::internal {
namespace {

constexpr std::string_view kNamespaceTerminating = "NamespaceTerminating";

Task<Status> WaitFor(Bell* bell) {
  co_await bell->Wait();
  co_return Status();
}

std::string NameOf(const Object& event) { return event.key().ToString(); }

}  // namespace

EventSender::EventSender(Client client, const Gvk& kind, const Logger& logger)
    : client_(std::move(client)),
      kind_(kind),
      logger_(logger),
      random_(client_.env().RandomFor("event-retry/" + kind.ToString())),
      closing_(client_.executor()),
      tasks_(client_.executor()) {}

void EventSender::Send(Object event, Value patch, bool series) {
  WT_CHECK(!full(), "an event was sent to a full sender");
  waiting_.push_back({std::move(event), std::move(patch), series});
  if (draining_) return;
  draining_ = true;
  tasks_.Spawn(Drain());
}

void EventSender::Drop(const Object& event) {
  ++dropped_;
  const std::string_view why = closed_ ? "the recorder is shut down" : "too many queued events";
  logger_.Error(Status(Code::kTooManyRequests, std::string(why)), "Unable to record event, dropped it",
                {{"event", NameOf(event)}});
}

Task<void> EventSender::Finish() {
  closed_ = true;
  closing_.Ring();
  co_await tasks_.Join();
}

Task<void> EventSender::Drain() {
  while (!waiting_.empty()) {
    Outgoing next = std::move(waiting_.front());
    waiting_.pop_front();
    co_await Deliver(std::move(next));
  }
  draining_ = false;
}

Task<void> EventSender::Deliver(Outgoing out) {
  for (int tries = 1;; ++tries) {
    Outcome outcome = co_await TryOnce(out);
    if (outcome == Outcome::kDone) co_return;
    if (tries >= kTries || closed_) break;
    co_await Pause(tries);
    if (closed_) break;
  }
  ++dropped_;
  logger_.Error(Status(Code::kConnection, closed_ ? "the recorder is shut down" : "retry limit exceeded"),
                "Unable to write event", {{"event", NameOf(out.event)}});
}

Task<EventSender::Outcome> EventSender::TryOnce(Outgoing out) {
  const bool patching = !out.patch.is_null();
  Status error;
  if (patching) {
    ObjectPatch patch(PatchType::kStrategicMerge, out.patch);
    auto patched = co_await client_.Patch(kind_, out.event.key(), std::move(patch));
    error = patched.status();
  }
  if (!patching || IsNotFound(error)) {
    auto created = co_await client_.Create(out.event);
    error = created.status();
  }
  if (error.ok()) co_return Outcome::kDone;
  if (error.code() >= Code::kConnection) {  // no answer
    logger_.Error(error, "Unable to write event (may retry after sleeping)", {{"event", NameOf(out.event)}});
    co_return Outcome::kAgain;
  }
  // Patched before its creation had arrived: now it is there.
  if (patching && out.series && IsAlreadyExists(error)) co_return Outcome::kAgain;
  Refused(out.event, error);
  co_return Outcome::kDone;
}

void EventSender::Refused(const Object& event, const Status& error) {
  ++dropped_;
  const bool expected = IsAlreadyExists(error) || HasCause(error, kNamespaceTerminating);
  if (expected) {
    logger_.V(1).Info("Server rejected event (will not retry!)", {{"event", NameOf(event)}, {"error", error.message()}});
  } else {
    logger_.Error(error, "Server rejected event (will not retry!)", {{"event", NameOf(event)}});
  }
}

Task<void> EventSender::Pause(int tries) {
  Duration pause = kPause;
  if (tries == 1) pause = Duration(static_cast<int64_t>(random_.Below(static_cast<uint64_t>(kPause.count()))));
  Status ignored = co_await WithTimeout(client_.executor(), pause, WaitFor(&closing_), TimerClass::kBackground);
  (void)ignored;  // the time is up, or the end has come
}

}  // namespace wavetank::internal
