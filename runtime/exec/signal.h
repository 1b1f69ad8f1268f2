// Signal: a flag that coroutines can wait for. Also the stop token of everything that stops.
//
//   Signal stop(executor);
//   co_await stop.Wait();         // returns at once when it is set already
//   stop.Set();                   // wakes all waiters in this step; stays set
//
//   Bell bell(executor);
//   co_await bell.Wait();         // wakes at the next Ring, never by an earlier one
//   bell.Ring();
//
// Ownership: a Signal outlives its waiters' wait, or is destroyed in the same teardown; its destructor forgets them.
#pragma once

#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank {

class Bell {
 public:
  explicit Bell(Executor& executor) : executor_(executor) {}

  class WaitOp {
   public:
    WaitOp(WaitList& waiters, bool ready) : waiters_(waiters), ready_(ready) {}
    WaitOp(const WaitOp&) = delete;
    WaitOp& operator=(const WaitOp&) = delete;
    bool await_ready() const { return ready_; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiter_.set_handle(handle);
      waiters_.PushBack(waiter_);
    }
    void await_resume() const {}

   private:
    WaitList& waiters_;
    bool ready_;
    Waiter waiter_;
  };

  WaitOp Wait() { return WaitOp(waiters_, false); }
  // Wakes everybody who waits now.
  void Ring() {
    while (!waiters_.empty()) executor_.Ready(waiters_.PopFront());
  }
  // Wakes the one who has waited longest. When that one is destroyed before it runs, the ring is lost: use it only where
  // the next ring makes good for it, else Ring.
  void RingOne() {
    if (!waiters_.empty()) executor_.Ready(waiters_.PopFront());
  }
  bool has_waiters() const { return !waiters_.empty(); }
  Executor& executor() const { return executor_; }

 protected:
  WaitOp WaitUnless(bool ready) { return WaitOp(waiters_, ready); }

 private:
  Executor& executor_;
  WaitList waiters_;
};

class Signal : private Bell {
 public:
  explicit Signal(Executor& executor) : Bell(executor) {}
  bool is_set() const { return set_; }
  void Set() {
    set_ = true;
    Ring();
  }
  WaitOp Wait() { return WaitUnless(set_); }

 private:
  bool set_ = false;
};

}  // namespace wavetank
