// Channel<T>: a bounded FIFO between coroutines of one process.
//
//   Channel<Event> events(executor, 1024);
//   bool sent = co_await events.Send(event);         // waits while full; false when closed
//   std::optional<Event> got = co_await events.Receive();   // nullopt: closed and drained
//
// Bound: `capacity` elements. Those who wait are served in the order of their coming; who comes while there is an element
// (or a place) takes it at once. Each element wakes all who wait for one, so that none is stranded when a receiver is
// destroyed between its wake-up and its turn: meant for a few waiters.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "runtime/exec/signal.h"

namespace wavetank {

template <typename T>
class Channel {
 public:
  Channel(Executor& executor, size_t capacity) : capacity_(capacity), readable_(executor), writable_(executor) {
    WT_CHECK(capacity > 0, "a channel holds at least one element");
  }

  Task<bool> Send(T element) {
    while (!closed_ && queue_.size() >= capacity_) co_await writable_.Wait();
    co_return TrySend(std::move(element));
  }
  // False when full or closed.
  bool TrySend(T element) {
    if (closed_ || queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(element));
    readable_.Ring();
    return true;
  }
  Task<std::optional<T>> Receive() {
    while (!closed_ && queue_.empty()) co_await readable_.Wait();
    co_return TryReceive();
  }
  std::optional<T> TryReceive() {
    if (queue_.empty()) return std::nullopt;
    std::optional<T> element(std::move(queue_.front()));
    queue_.pop_front();
    writable_.Ring();
    return element;
  }
  // No more elements come in; what is queued can still be received.
  void Close() {
    closed_ = true;
    readable_.Ring();
    writable_.Ring();
  }
  bool closed() const { return closed_; }
  size_t size() const { return queue_.size(); }

 private:
  const size_t capacity_;
  std::deque<T> queue_;
  bool closed_ = false;
  Bell readable_;
  Bell writable_;
};

}  // namespace wavetank
