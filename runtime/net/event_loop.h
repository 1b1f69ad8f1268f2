// EventLoop: the one loop of a real process: sockets, timers and signals, and the Executor of its coroutines.
//
//   EventLoop loop;
//   RealEnvironment env(loop, ...);                    // real_environment.h
//   loop.OnSignals({SIGINT, SIGTERM}, [&](int) { loop.Stop(); });
//   loop.Run();                                        // until Stop
//
// Single thread. Everything that happens is a callback of the loop; after each one every coroutine that it made ready
// runs. Whatever takes long elsewhere posts its result back.
// Time: Now() follows the wall clock forwards (also over a suspended machine) and never goes back.
// Ownership: the loop outlives everything that was made with it. Bound: as many timers and callbacks as were asked for.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>

#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank {

class EventLoop final {
 public:
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  Executor& executor();
  Time Now() const { return const_cast<EventLoop*>(this)->executor().Now(); }

  // Runs `work` in a later turn of the loop.
  void Post(std::move_only_function<void()> work);
  // Calls `handler` for each of these signals from now on, in the loop. Once a loop.
  void OnSignals(std::initializer_list<int> signals, std::function<void(int)> handler);

  // Until Stop.
  void Run();
  // Until `done` holds after a turn. False: it was stopped before.
  bool RunUntil(const std::function<bool()>& done);
  void Stop();
  // Runs a root task to its end. REQUIRES: nobody calls Stop meanwhile.
  template <typename T>
  T Run(Task<T> task) {
    task.Start(executor());
    WT_CHECK(RunUntil([&] { return task.done(); }), "the loop was stopped under a task");
    return task.Take();
  }

  // For the other files of this folder.
  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Rings once at a time. Destroying it is cancelling it.
class Alarm final {
 public:
  explicit Alarm(EventLoop& loop);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm();

  // In place of what was set before. A moment that has passed rings in the next turn.
  void Set(Time at, std::function<void()> ring);
  void Cancel();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace wavetank
