// QueueTimer: one timer that is set, moved and stopped while its coroutine stays parked.
//
//   QueueTimer timer(executor, TimerClass::kForeground, &OnDue, this);
//   timer.Arm(executor.Now() + 5s, key, &text);      // replaces what was armed
//   timer.Disarm();
//
// OnDue(this) runs as the timer's event. No allocation but the one frame, made at the first Arm.
#pragma once

#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank::internal {

class QueueTimer {
 public:
  using Callback = void (*)(void* owner);
  QueueTimer(Executor& executor, TimerClass timer_class, Callback on_due, void* owner)
      : executor_(executor), class_(timer_class), on_due_(on_due), owner_(owner) {}
  QueueTimer(const QueueTimer&) = delete;
  QueueTimer& operator=(const QueueTimer&) = delete;

  // Does nothing when it is armed like that already. `text` outlives the timer.
  void Arm(Time at, uint64_t key, const EventText* text);
  void Disarm();
  bool armed() const { return armed_; }

 private:
  class Park;
  static Task<void> Run(QueueTimer* self);
  void StartNow();

  Executor& executor_;
  const TimerClass class_;
  const Callback on_due_;
  void* const owner_;
  bool armed_ = false;
  Time at_;
  EventLabel label_{EventKind::kTimer, 0};
  Waiter* parked_ = nullptr;  // null while the callback runs
  Task<void> task_;           // last: its frame goes first
};

}  // namespace wavetank::internal
