// Waiter: a suspended coroutine that somebody will wake.
//
// A Waiter lives in the coroutine's own frame (inside an awaiter) and is linked into whatever will wake it: the ready
// list, a timer queue, a channel, an exchange of the transport. Destroying the frame destroys the Waiter, which unlinks
// itself. So nobody ever holds a bare coroutine handle, and a crash can destroy frames at any point (DESIGN section 5).
//
// Invariants: source_ is non-null exactly while the Waiter is linked; a linked Waiter has a handle.
#pragma once

#include <coroutine>
#include <cstdint>

#include "runtime/base/check.h"

namespace wavetank {

class Waiter;
class EventText;

// Whoever keeps Waiters: told when one of them dies.
class WaitSource {
 public:
  virtual void Forget(Waiter& waiter) = 0;

 protected:
  ~WaitSource() = default;
};

class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() { Unlink(); }

  void set_handle(std::coroutine_handle<> handle) { handle_ = handle; }
  bool linked() const { return source_ != nullptr; }
  void Unlink() {
    if (source_ != nullptr) source_->Forget(*this);
    source_ = nullptr;
  }

  // For sources.
  void Link(WaitSource& source) {
    WT_CHECK(source_ == nullptr, "a coroutine waits for one thing at a time");
    WT_CHECK(handle_, "a waiter knows whom to wake");
    source_ = &source;
  }
  void MarkUnlinked() { source_ = nullptr; }
  void Resume() { handle_.resume(); }

  // Free for the source it is linked into: list links, a number, and what a report calls the event.
  Waiter* previous = nullptr;
  Waiter* next = nullptr;
  uint64_t slot = 0;
  const EventText* text = nullptr;

 private:
  WaitSource* source_ = nullptr;
  std::coroutine_handle<> handle_;
};

// A FIFO of Waiters, linked through them. No allocation; O(1) for everything.
class WaitList final : public WaitSource {
 public:
  WaitList() = default;
  WaitList(const WaitList&) = delete;
  WaitList& operator=(const WaitList&) = delete;
  ~WaitList() {
    while (!empty()) PopFront();
  }

  bool empty() const { return head_ == nullptr; }
  void PushBack(Waiter& waiter) {
    waiter.Link(*this);
    waiter.next = nullptr;
    waiter.previous = tail_;
    (tail_ != nullptr ? tail_->next : head_) = &waiter;
    tail_ = &waiter;
  }
  // REQUIRES: !empty().
  Waiter& PopFront() {
    Waiter& waiter = *head_;
    Forget(waiter);
    waiter.MarkUnlinked();
    return waiter;
  }
  void Forget(Waiter& waiter) override {
    (waiter.previous != nullptr ? waiter.previous->next : head_) = waiter.next;
    (waiter.next != nullptr ? waiter.next->previous : tail_) = waiter.previous;
    waiter.previous = waiter.next = nullptr;
  }

 private:
  Waiter* head_ = nullptr;
  Waiter* tail_ = nullptr;
};

}  // namespace wavetank
