// FifoQueue: client-go's work queue with delays and rate limits (RT-110..120).
//
//   FifoQueue<ObjectKey> queue(executor, {.name = "replicaset"});
//
// First come, first served: a key that is added again goes to the tail (RT-119). Priorities are ignored.
// A delay and a queued run of one key are two things: a run does not cancel the delay, which gives a harmless run later
// (RT-115). ShutDown drops delays, and hands out what is queued (RT-114).
#pragma once

#include <memory>
#include <utility>

#include "runtime/workqueue/keyed_queue.h"

namespace wavetank {
namespace internal {

template <typename Key>
class FifoReady {
 public:
  using Entry = QueueEntry<Key>;
  bool empty() const { return list_.empty(); }
  size_t size() const { return list_.size(); }
  Entry& front() const { return list_.front(); }
  bool Before(const Entry& a, const Entry& b) const { return a.order < b.order; }
  void Push(Entry& entry) {
    entry.order = ++next_order_;
    list_.PushBack(entry);
  }
  void Reinsert(Entry& entry) {
    list_.InsertFromFront(entry, [this](const Entry& a, const Entry& b) { return Before(a, b); });
  }
  void Remove(Entry& entry) { list_.Remove(entry); }
  template <typename F>
  void ForEach(F f) const {
    list_.ForEach(f);
  }

 private:
  EntryList<Entry> list_;
  uint64_t next_order_ = 0;
};

}  // namespace internal

template <typename Key>
class FifoQueue final : public internal::KeyedQueue<Key, internal::FifoReady<Key>> {
  using Base = internal::KeyedQueue<Key, internal::FifoReady<Key>>;
  using Entry = typename Base::Entry;

 public:
  explicit FifoQueue(Executor& executor, QueueOptions options,
                     std::unique_ptr<RateLimiter<Key>> limiter = DefaultLimiter<Key>())
      : Base(executor, std::move(options), std::move(limiter), internal::FifoReady<Key>()) {}

  void Add(const Key& key, const AddOptions& options = AddOptions()) override {
    if (this->shutting_down_) return;
    const Duration delay = this->DelayOf(key, options);
    Entry& entry = this->table_.FindOrInsert(key);
    if (delay.count() <= 0) {
      entry.reasons.Add(options.reason);
      if (!entry.ready) this->BecomeReady(entry);
      return;
    }
    entry.delay_reasons.Add(options.reason);
    const Time due = this->Now() + delay;
    const TimerClass timer_class = this->ClassOf(options, delay);
    if (entry.delayed) {
      this->delays_.Merge(entry, due, timer_class);
    } else {
      this->delays_.Add(entry, due, timer_class);
    }
  }

  void Done(const Key& key) override {
    // A key that goes back into the queue does not end a drain (RT-112).
    if (!this->Unlock(key) && this->at_work_.empty()) this->idle_bell_.Ring();
  }

  size_t Len() const override { return this->hand_out_.size(); }

  void ShutDown() override {
    this->draining_ = false;
    Close();
    this->idle_bell_.Ring();
  }
  Task<void> ShutDownWithDrain() override {
    this->draining_ = true;
    Close();
    while (this->draining_ && !this->at_work_.empty()) co_await this->idle_bell_.Wait();
  }

 private:
  void Close() {
    if (std::exchange(this->shutting_down_, true)) return;
    this->DropDelays();
    this->hand_out_.EndWaits(/*offers_too=*/false);
  }
  bool Finished() const override { return this->shutting_down_ && this->hand_out_.nothing_unoffered(); }
  void OnDue(Entry& entry) override {
    entry.reasons.Merge(std::exchange(entry.delay_reasons, {}));
    if (!entry.ready) this->BecomeReady(entry);
  }
};

}  // namespace wavetank
