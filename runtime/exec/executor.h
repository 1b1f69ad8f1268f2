// Executor: time and turns, in one object. The first half of the seam to the outside world.
//
// Production has one that waits for sockets and clocks; the simulator has one a process, whose events are options of a
// search; tests have ManualExecutor (manual_executor.h).
//
// Three ways to be woken:
//   Ready(w)              in this very step, after the running coroutine suspends, first in first out
//   Offer(w, label)       as an event of its own: the simulator may let anything else happen before it; production runs
//                         it like Ready. Work items are handed out this way, so that their order is explored
//   StartTimer(w, at, ..) when time comes
// A Waiter that dies is forgotten wherever it is linked.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/time.h"
#include "runtime/exec/waiter.h"

namespace wavetank {

// Kinds of events, in the order in which a dull schedule prefers them (search.md 3.3): quiesce first.
enum class EventKind : uint8_t {
  kRespond,    // a response reaches its caller
  kApply,      // a request reaches the API server
  kDeliver,    // a watch event reaches its watcher
  kWork,       // a worker takes an item
  kReplicate,  // an API-server replica catches up
  kTimer,
  kUser,   // a step of the scenario
  kFault,  // never chosen by the dull schedule
};
inline constexpr int kEventKinds = 8;

// Says what an event is, for people. Called only when a report is written.
class EventText {
 public:
  virtual std::string Describe() const = 0;

 protected:
  ~EventText() = default;
};

// What an event is called: `key` is stable over runs and over changes of unrelated code (actor, verb, object, never an
// address or a position).
struct EventLabel {
  EventKind kind;
  uint64_t key;
  const EventText* text = nullptr;  // outlives the event; may be null
};

// Background timers (resyncs, lease renewals, watch timeouts) do not keep a world from being quiet.
enum class TimerClass : uint8_t { kForeground, kBackground };

class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  virtual Time Now() const = 0;
  void Ready(Waiter& waiter) { ready_.PushBack(waiter); }
  virtual void Offer(Waiter& waiter, const EventLabel& label) = 0;
  // A time that has passed fires at once (but still as an event).
  virtual void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) = 0;

  // Resumes what is ready until nothing is. Returns the number of resumptions.
  uint64_t RunReady() {
    uint64_t count = 0;
    for (; !ready_.empty(); ++count) ready_.PopFront().Resume();
    return count;
  }
  // Resumes the one that has been ready longest. REQUIRES: has_ready().
  void RunOne() { ready_.PopFront().Resume(); }
  bool has_ready() const { return !ready_.empty(); }

 private:
  WaitList ready_;
};

}  // namespace wavetank
