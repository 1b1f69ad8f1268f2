#include "runtime/workqueue/queue_timer.h"

namespace wavetank::internal {

// The wait: linked into the executor while the timer is armed, into nothing while it is not.
class QueueTimer::Park {
 public:
  explicit Park(QueueTimer& timer) : timer_(timer) {}
  Park(const Park&) = delete;
  Park& operator=(const Park&) = delete;
  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) {
    waiter_.set_handle(handle);
    timer_.parked_ = &waiter_;
    if (timer_.armed_) timer_.StartNow();
  }
  void await_resume() {
    timer_.parked_ = nullptr;
    timer_.armed_ = false;
  }

 private:
  QueueTimer& timer_;
  Waiter waiter_;
};

Task<void> QueueTimer::Run(QueueTimer* self) {
  for (;;) {
    co_await Park(*self);
    self->on_due_(self->owner_);
  }
}

void QueueTimer::StartNow() { executor_.StartTimer(*parked_, at_, class_, label_); }

void QueueTimer::Arm(Time at, uint64_t key, const EventText* text) {
  if (armed_ && at_ == at && label_.key == key) return;
  armed_ = true;
  at_ = at;
  label_ = {EventKind::kTimer, key, text};
  if (!task_.valid()) {
    task_ = Run(this);
    task_.Start(executor_);  // parks, and starts the timer
  } else if (parked_ != nullptr) {
    parked_->Unlink();
    StartNow();
  }
}

void QueueTimer::Disarm() {
  armed_ = false;
  if (parked_ != nullptr) parked_->Unlink();
}

}  // namespace wavetank::internal
