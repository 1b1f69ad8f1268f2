// KeyedQueue: what FifoQueue and PriorityQueue share: table, delays, hand-out, limiter, metrics.
//
// Invariants: an entry exists exactly while its key is ready, delayed or locked; a locked key is offered to nobody.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/exec/signal.h"
#include "runtime/workqueue/delays.h"
#include "runtime/workqueue/hand_out.h"
#include "runtime/workqueue/rate_limiter.h"

namespace wavetank::internal {

template <typename Key, typename Ready>
class KeyedQueue : public Queue<Key> {
 public:
  using Item = QueueItem<Key>;

  void Forget(const Key& key) final { limiter_->Forget(key); }
  int NumRequeues(const Key& key) const final { return limiter_->NumRequeues(key); }
  bool shutting_down() const final { return shutting_down_; }
  const std::string& name() const { return options_.name; }

  QueueMetrics Metrics() const final {
    const Time now = executor_.Now();
    QueueMetrics metrics = counters_;
    std::vector<QueueMetrics::Level> levels;
    VisitReady([&](const Entry& entry) {
      ++metrics.depth;
      AddToLevel(levels, entry.priority, now - entry.ready_since);
    });
    metrics.levels = Fold(std::move(levels));
    metrics.delayed = delays_.size();
    metrics.in_progress = at_work_.size();
    at_work_.ForEach([&](const Entry& entry) {
      metrics.unfinished_work += now - entry.started;
      metrics.longest_running = std::max(metrics.longest_running, now - entry.started);
    });
    return metrics;
  }

  uint64_t Fingerprint() const final {
    std::vector<const Entry*> ready;
    hand_out_.ForEach([&](const Entry& entry) { ready.push_back(&entry); });
    std::sort(ready.begin(), ready.end(), [this](const Entry* a, const Entry* b) { return hand_out_.Before(*a, *b); });
    uint64_t hash = shutting_down_ ? 1 : 0;
    for (const Entry* entry : ready) hash = HashCombine(HashCombine(hash, entry->hash), Unsigned(entry->priority));
    uint64_t locked = 0;
    at_work_.ForEach(
        [&](const Entry& entry) { locked += HashCombine(entry.hash, entry.ready ? Unsigned(entry.priority) + 1 : 0); });
    hash = HashCombine(HashCombine(hash, locked), delays_.Fingerprint(executor_.Now()));
    return HashCombine(hash, limiter_->Fingerprint(executor_.Now()));
  }

 protected:
  using Entry = QueueEntry<Key>;
  using GetOp = typename Queue<Key>::GetOp;

  KeyedQueue(Executor& executor, QueueOptions options, std::unique_ptr<RateLimiter<Key>> limiter, Ready ready)
      : executor_(executor),
        options_(std::move(options)),
        limiter_(std::move(limiter)),
        delays_(executor, HashBytes(options_.name), &KeyedQueue::OnTimer, this),
        idle_bell_(executor),
        hand_out_(executor, HashBytes(options_.name), std::move(ready)) {
    WT_CHECK(limiter_ != nullptr, "a queue has a rate limiter");
  }

  // A delayed entry is due and was taken from the delays.
  virtual void OnDue(Entry& entry) = 0;

  Time Now() const { return executor_.Now(); }

  // The delay of an add, asking the limiter if need be (RT-141).
  Duration DelayOf(const Key& key, const AddOptions& options) {
    Duration delay = std::max(options.after, Duration(0));
    if (options.rate_limited) {
      const Duration limited = limiter_->When(key, Now());
      if (delay.count() == 0 || (limited.count() > 0 && limited < delay)) delay = limited;
    }
    if (delay.count() > 0 || options.rate_limited) ++counters_.retries;
    return delay;
  }
  TimerClass ClassOf(const AddOptions& options, Duration delay) const {
    if (options.timer_class.has_value()) return *options.timer_class;
    const bool far = !options.rate_limited && delay >= options_.background_after;
    return far ? TimerClass::kBackground : TimerClass::kForeground;
  }

  // The key is to be worked on from now on.
  void BecomeReady(Entry& entry) {
    entry.ready = true;
    entry.ready_since = Now();
    ++counters_.adds;
    if (!entry.locked) hand_out_.Push(entry);
  }
  // Hand-out.
  void StartWait(GetOp& op) final { hand_out_.Wait(op); }
  void AbandonWait(GetOp& op) final { hand_out_.Abandon(op); }
  Item EndWait(GetOp& op) final {
    Entry& entry = hand_out_.Take(op);
    entry.ready = false;
    entry.locked = true;
    entry.started = Now();
    counters_.queue_duration.Record(entry.started - entry.ready_since);
    at_work_.PushBack(entry);
    return Item{entry.key, std::exchange(entry.priority, 0), std::exchange(entry.reasons, {})};
  }
  // Unlocks the key and queues its next run. Returns whether the key had one.
  bool Unlock(const Key& key) {
    Entry* entry = table_.Find(key);
    WT_CHECK(entry != nullptr && entry->locked, "Done for a key that is not at work");
    at_work_.Remove(*entry);
    entry->locked = false;
    counters_.work_duration.Record(Now() - entry->started);
    const bool again = entry->ready;
    if (again) hand_out_.Push(*entry);
    EraseIfUnused(*entry);
    return again;
  }
  void EraseIfUnused(Entry& entry) {
    if (!entry.ready && !entry.delayed && !entry.locked) table_.Erase(entry);
  }
  // What waits for its time is dropped.
  void DropDelays() {
    while (Entry* entry = delays_.PopAny()) EraseIfUnused(*entry);
  }

  Executor& executor_;
  const QueueOptions options_;
  std::unique_ptr<RateLimiter<Key>> limiter_;
  KeyTable<Entry, Key> table_;
  Delays<Key> delays_;
  EntryList<Entry> at_work_;
  QueueMetrics counters_;  // only its counters and histograms
  bool shutting_down_ = false;
  bool draining_ = false;
  Bell idle_bell_;  // nothing is at work, or nobody is to wait for it any more
  HandOut<Key, Ready> hand_out_;

 private:
  static uint64_t Unsigned(int value) { return static_cast<uint64_t>(static_cast<int64_t>(value)); }
  template <typename F>
  void VisitReady(F f) const {
    hand_out_.ForEach(f);
    at_work_.ForEach([&](const Entry& entry) {
      if (entry.ready) f(entry);
    });
  }
  static void AddToLevel(std::vector<QueueMetrics::Level>& levels, int priority, Duration age) {
    auto level = std::find_if(levels.begin(), levels.end(), [&](const auto& l) { return *l.priority <= priority; });
    if (level == levels.end() || *level->priority != priority) level = levels.insert(level, {priority, 0, Duration(0)});
    ++level->depth;
    level->oldest = std::max(level->oldest, age);
  }
  // All levels below the first kMaxLevels become one.
  static std::vector<QueueMetrics::Level> Fold(std::vector<QueueMetrics::Level> levels) {
    if (levels.size() <= QueueMetrics::kMaxLevels) return levels;
    QueueMetrics::Level rest;
    for (size_t i = QueueMetrics::kMaxLevels; i < levels.size(); ++i) {
      rest.depth += levels[i].depth;
      rest.oldest = std::max(rest.oldest, levels[i].oldest);
    }
    levels.resize(QueueMetrics::kMaxLevels);
    levels.push_back(rest);
    return levels;
  }
  static void OnTimer(void* self) {
    auto* queue = static_cast<KeyedQueue*>(self);
    while (Entry* entry = queue->delays_.PopDue(queue->Now())) queue->OnDue(*entry);
  }
};

}  // namespace wavetank::internal
