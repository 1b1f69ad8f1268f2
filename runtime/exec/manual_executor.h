// ManualExecutor: an Executor a test turns by hand. FIFO, virtual time.
//
//   ManualExecutor executor;
//   auto sum = executor.Run(Sum(2, 3));       // runs until the task ends, moving time as needed
//   executor.Advance(5s);
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank {

class ManualExecutor final : public Executor {
 public:
  explicit ManualExecutor(Time start = Time::FromSeconds(1'700'000'000)) : now_(start) {}

  Time Now() const override { return now_; }
  void Offer(Waiter& waiter, const EventLabel&) override { Ready(waiter); }
  void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) override;

  // Runs what is ready and what is due, without moving time. Returns whether anything ran.
  bool RunPending();
  // Fires the next timer (of either class), moving time to it. False when there is none.
  bool RunNextTimer();
  // Moves time forward by `duration`, firing what comes due on the way.
  void Advance(Duration duration);
  size_t timers() const { return timers_.by_time.size(); }

  // Runs `task` to its end; stops the program when nothing could ever wake it.
  template <typename T>
  T Run(Task<T> task) {
    task.Start(*this);
    while (!task.done()) {
      if (!RunPending() && !task.done()) WT_CHECK(RunNextTimer(), "the task waits for something that never comes");
    }
    return task.Take();
  }

 private:
  struct Timers final : WaitSource {
    ~Timers();
    void Forget(Waiter& waiter) override;
    // (time, order of arming) -> waiter; the waiter's slot holds the order.
    std::map<std::pair<Time, uint64_t>, Waiter*> by_time;
    std::map<uint64_t, Time> when;
    uint64_t next = 1;
  };
  Time now_;
  Timers timers_;
};

}  // namespace wavetank
