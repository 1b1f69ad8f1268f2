// PriorityQueue: controller-runtime's default work queue (RT-140..150).
//
//   PriorityQueue<ObjectKey> queue(executor, {.name = "replicaset"});
//   queue.Add(key, AddOptions().WithPriority(-100));     // what only resyncs or the initial list ask for
//
// Higher priorities first, first come first served among equals. One entry a key: a second add raises its priority and
// brings its time forward, never the other way (RT-143). A key that is added while it is at work gets an entry of its own,
// which waits for Done (RT-145).
// ShutDown ends the workers at once, whatever is queued (RT-147).
// Ageing, off by default (RT-148): with QueueOptions::ageing = d, every d of waiting is worth one step of priority, so that a steady
// flow of urgent keys delays a key of priority -100 by 100 d at most. The order among ready keys stays fixed: it is that of
// (time of becoming ready) - priority * d.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "runtime/workqueue/keyed_queue.h"

namespace wavetank {
namespace internal {

template <typename Key>
class PriorityReady {
 public:
  using Entry = QueueEntry<Key>;
  explicit PriorityReady(std::optional<Duration> ageing) : order_{ageing.value_or(Duration(0)).count()}, heap_(order_) {
    WT_CHECK(order_.ageing >= 0, "ageing is a duration above zero");
  }
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  Entry& front() const { return heap_.front(); }
  bool Before(const Entry& a, const Entry& b) const { return order_(a, b); }
  void Push(Entry& entry) { heap_.Push(entry); }
  void Reinsert(Entry& entry) { heap_.Push(entry); }
  void Remove(Entry& entry) { heap_.Remove(entry); }
  template <typename F>
  void ForEach(F f) const {
    for (const Entry* entry : heap_.entries()) f(*entry);
  }

 private:
  struct Order {
    int64_t ageing;
    __extension__ using Wide = __int128;  // no overflow at any time and priority
    Wide Score(const Entry& entry) const { return entry.ready_since.nanos() - Wide{ageing} * entry.priority; }
    bool operator()(const Entry& a, const Entry& b) const {
      if (ageing != 0 && Score(a) != Score(b)) return Score(a) < Score(b);
      return a.priority != b.priority ? a.priority > b.priority : a.order < b.order;
    }
  };
  Order order_;
  EntryHeap<Entry, &Entry::ready_place, Order> heap_;
};

}  // namespace internal

template <typename Key>
class PriorityQueue final : public internal::KeyedQueue<Key, internal::PriorityReady<Key>> {
  using Base = internal::KeyedQueue<Key, internal::PriorityReady<Key>>;
  using Entry = typename Base::Entry;

 public:
  explicit PriorityQueue(Executor& executor, QueueOptions options,
                         std::unique_ptr<RateLimiter<Key>> limiter = ExponentialOnly<Key>())
      : Base(executor, options, std::move(limiter), internal::PriorityReady<Key>(options.ageing)) {}

  void Add(const Key& key, const AddOptions& options = AddOptions()) override {
    if (this->shutting_down_) return;
    const Duration delay = this->DelayOf(key, options);
    Entry& entry = this->table_.FindOrInsert(key);
    entry.reasons.Add(options.reason);
    const int priority = options.priority.value_or(0);
    if (!entry.ready && !entry.delayed) return AddNew(entry, delay, priority, options);
    if (priority > entry.priority) Raise(entry, priority);
    if (!entry.delayed) return;  // a ready entry stays ready (RT-143)
    if (delay.count() > 0) {
      this->delays_.Merge(entry, this->Now() + delay, this->ClassOf(options, delay));
    } else {
      this->delays_.Remove(entry);
      this->BecomeReady(entry);  // with its old counter: it may overtake (RT-143)
    }
  }

  void Done(const Key& key) override { this->Unlock(key); }

  // Ready keys, those that wait for Done among them (RT-146).
  size_t Len() const override {
    size_t parked = 0;
    this->at_work_.ForEach([&](const Entry& entry) { parked += entry.ready ? 1 : 0; });
    return this->hand_out_.size() + parked;
  }

  void ShutDown() override {
    if (std::exchange(this->shutting_down_, true)) return;
    this->DropDelays();
    this->hand_out_.EndWaits(/*offers_too=*/true);
  }
  // The same: upstream's does not drain either.
  Task<void> ShutDownWithDrain() override {
    ShutDown();
    co_return;
  }

 private:
  void AddNew(Entry& entry, Duration delay, int priority, const AddOptions& options) {
    entry.priority = priority;
    entry.order = ++next_order_;
    if (delay.count() > 0) {
      this->delays_.Add(entry, this->Now() + delay, this->ClassOf(options, delay));
    } else {
      this->BecomeReady(entry);
    }
  }
  // To the end of the higher priority.
  void Raise(Entry& entry, int priority) {
    const bool queued = entry.ready && !entry.locked;
    if (queued) this->hand_out_.Moving(entry);
    entry.priority = priority;
    entry.order = ++next_order_;
    if (queued) this->hand_out_.Moved(entry);
  }
  bool Finished() const override { return this->shutting_down_; }
  void OnDue(Entry& entry) override {
    entry.order = ++next_order_;  // RT-144
    this->BecomeReady(entry);
  }

  uint64_t next_order_ = 0;
};

}  // namespace wavetank
