// What an EventLoop is made of, for the files of this folder.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <map>
#include <optional>
#include <utility>

#include "runtime/net/event_loop.h"

namespace wavetank {

// The machine's clocks, joined: steady, but no slower than the wall.
class RealClock final {
 public:
  RealClock();
  Time Now();

 private:
  int64_t wall_ = 0;    // nanoseconds since the epoch at the moment `steady_`
  int64_t steady_ = 0;  // of the steady clock
  int64_t last_ = 0;    // what Now said last
};

// Timers by (time, order of arming), with one Alarm for the first of them.
class LoopExecutor final : public Executor, public WaitSource {
 public:
  explicit LoopExecutor(EventLoop& loop) : alarm_(loop) {}
  ~LoopExecutor();

  Time Now() const override { return clock_.Now(); }
  void Offer(Waiter& waiter, const EventLabel&) override { Ready(waiter); }
  void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) override;
  void Forget(Waiter& waiter) override;

 private:
  void SetAlarm();
  void FireDue();

  mutable RealClock clock_;
  Alarm alarm_;
  Time alarm_at_ = Time::Max();
  std::map<std::pair<Time, uint64_t>, Waiter*> by_time_;
  std::map<uint64_t, Time> when_;  // a waiter's slot is its order
  uint64_t next_ = 1;
};

struct EventLoop::Impl {
  Impl() : io(1), work(io.get_executor()) {}

  boost::asio::io_context io;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work;
  bool stopped = false;
  std::optional<LoopExecutor> executor;
  std::optional<boost::asio::signal_set> signals;
  std::function<void(int)> on_signal;

  void AwaitSignal();
};

}  // namespace wavetank
