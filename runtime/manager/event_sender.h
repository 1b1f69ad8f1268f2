// EventSender: brings Events to the server, one after the other, beside everything else (RT-291). For runtime/manager only.
//
//   if (!sender.full()) sender.Send(event, patch);
//   co_await sender.Finish();                      // at the end: what waits is tried once more, without waiting
//
// One request at a time. Without an answer it tries again, 12 times in all, 10 s apart (the first wait is drawn, so that not
// all clients come at once). Any answer of the server is final: an event that it refuses is dropped; a patch of an event
// that is gone creates it anew. Nothing runs while nothing waits. The waits are background timers: they do not keep a world
// from being quiet.
// Bound: 1000 events; more are dropped and counted. Ownership: destroying it sends nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "runtime/client/client.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/task_group.h"

namespace wavetank::internal {

class EventSender {
 public:
  static constexpr size_t kCapacity = 1000;
  static constexpr int kTries = 12;
  static constexpr Duration kPause = std::chrono::seconds(10);

  // `kind`: of the events. The environment behind `client` outlives it.
  EventSender(Client client, const Gvk& kind, const Logger& logger);

  bool full() const { return closed_ || waiting_.size() >= kCapacity; }
  // `patch` null: a create. `series`: a create that finds the event there is tried again as a patch.
  // REQUIRES: !full().
  void Send(Object event, Value patch, bool series = false);
  // Says in the log that an event found no place.
  void Drop(const Object& event);
  // Takes no more, and ends when what waits has been tried.
  Task<void> Finish();

  size_t waiting() const { return waiting_.size(); }
  uint64_t dropped() const { return dropped_; }

 private:
  struct Outgoing {
    Object event;
    Value patch;
    bool series;
  };
  enum class Outcome : uint8_t { kDone, kAgain };

  Task<void> Drain();
  Task<void> Deliver(Outgoing out);
  Task<Outcome> TryOnce(Outgoing out);
  Task<void> Pause(int tries);
  void Refused(const Object& event, const Status& error);

  const Client client_;
  const Gvk kind_;
  const Logger logger_;
  Random random_;
  std::deque<Outgoing> waiting_;
  uint64_t dropped_ = 0;
  bool closed_ = false;
  bool draining_ = false;
  Bell closing_;
  TaskGroup tasks_;  // last: its frames refer to the members above
};

}  // namespace wavetank::internal
