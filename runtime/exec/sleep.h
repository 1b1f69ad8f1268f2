// co_await Sleep(executor, 5s): time, as an event.
#pragma once

#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank {

// Wakes at `at`; at once (but as an event) when it has passed.
class SleepUntil {
 public:
  SleepUntil(Executor& executor, Time at, TimerClass timer_class = TimerClass::kForeground,
             EventLabel label = {EventKind::kTimer, 0})
      : executor_(executor), at_(at), class_(timer_class), label_(label) {}
  SleepUntil(const SleepUntil&) = delete;
  SleepUntil& operator=(const SleepUntil&) = delete;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter_.set_handle(handle);
    executor_.StartTimer(waiter_, at_, class_, label_);
  }
  void await_resume() const {}

 private:
  Executor& executor_;
  Time at_;
  TimerClass class_;
  EventLabel label_;
  Waiter waiter_;
};

inline SleepUntil Sleep(Executor& executor, Duration duration, TimerClass timer_class = TimerClass::kForeground,
                        EventLabel label = {EventKind::kTimer, 0}) {
  return SleepUntil(executor, executor.Now() + duration, timer_class, label);
}

// Gives up the turn as an event of its own: anything else may happen before the coroutine goes on.
class OfferTurn {
 public:
  OfferTurn(Executor& executor, EventLabel label) : executor_(executor), label_(label) {}
  OfferTurn(const OfferTurn&) = delete;
  OfferTurn& operator=(const OfferTurn&) = delete;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter_.set_handle(handle);
    executor_.Offer(waiter_, label_);
  }
  void await_resume() const {}

 private:
  Executor& executor_;
  EventLabel label_;
  Waiter waiter_;
};

}  // namespace wavetank
