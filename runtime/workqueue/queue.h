// Queue: the work queue between event handlers and the workers of a controller. One interface, two queues:
// FifoQueue (fifo_queue.h, client-go's) and PriorityQueue (priority_queue.h, controller-runtime's default).
//
//   queue.Add(key, AddOptions().WithPriority(-100).WithReason("initial list"));
//   queue.AddRateLimited(key, "error");
//
//   Task<void> Worker(Queue<ObjectKey>* queue) {
//     for (;;) {
//       std::optional<QueueItem<ObjectKey>> item = co_await queue->Get();
//       if (!item.has_value()) co_return;             // shut down
//       ... reconcile item->key ...
//       queue->Done(item->key);                        // last: a requeue comes before it (RT-066)
//     }
//   }
//
// Key: a value with operator==, `uint64_t hash() const` that is the same in every run, and, if reports shall name it,
// `std::string ToString() const`. Controllers use ObjectKey.
//
// The queue's promises: a key is handed to one worker at a time; adds before the hand-out become one run; adds during a
// run become exactly one further run, never lost (RT-113, RT-145).
//
// A hand-out is an event. At every moment the enabled hand-outs are the first min(idle workers, ready items) items in the
// queue's order, each offered to one worker (the longest idle gets the first item) under a label made of the queue's name
// and the item's key. The item stays in the queue until its event fires, and is taken in that instant:
//   - the label always tells the truth, so a recorded choice means the same item when it is replayed;
//   - adds between offer and hand-out still merge into the item, as they do in front of a worker that has not popped yet;
//   - an item that comes meanwhile and is more urgent replaces the least urgent offer, which is withdrawn;
//   - with one worker the order is the queue's; with several, any of their items may start first, as with goroutines.
// Taking the item at the offer instead would be a worker that pops within the step of the Add: no schedule could merge two
// adds in front of an idle worker, and a priority queue could not be overtaken. What remains out of reach (an add after the
// pop and before the reconciler's first read) is one more run on the same state, which a resync shows as well.
//
// Ownership: the queue outlives its workers' waits, or is destroyed in the same teardown. A worker that is destroyed in
// Get gives its item back (the next call on the queue offers it to another: a dying frame offers nothing); one that is
// destroyed between Get and Done leaves the key locked, as a crash of the process leaves nothing.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/pool.h"
#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"
#include "runtime/workqueue/metrics.h"

namespace wavetank {

// Why a key is queued (RT-352): the first few distinct reasons of its adds, in order. Each is a text of static storage.
class ReconcileReasons {
 public:
  static constexpr size_t kMax = 4;

  void Add(const char* reason);
  void Merge(const ReconcileReasons& other);
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const char* operator[](size_t i) const { return texts_[i]; }
  const char* const* begin() const { return texts_.data(); }
  const char* const* end() const { return texts_.data() + size_; }
  // Adds that named a further reason when the list was full.
  uint32_t dropped() const { return dropped_; }

 private:
  std::array<const char*, kMax> texts_{};
  uint32_t size_ = 0;
  uint32_t dropped_ = 0;
};

// How to add a key. Delays are virtual time.
struct AddOptions {
  Duration after{0};            // not before this long; zero or less is now (RT-115)
  bool rate_limited = false;    // asks the limiter too; the smaller delay above zero holds (RT-141)
  std::optional<int> priority;  // PriorityQueue: absent is 0. FifoQueue: ignored
  // Whether the delay keeps a world from being quiet. Absent: foreground for what is rate limited (a retry is pending
  // work), background for an `after` of QueueOptions::background_after or more (a periodic look that is always pending).
  std::optional<TimerClass> timer_class;
  const char* reason = nullptr;  // static storage

  AddOptions() = default;
  AddOptions& After(Duration delay) { return after = delay, *this; }
  AddOptions& RateLimited() { return rate_limited = true, *this; }
  AddOptions& WithPriority(int value) { return priority = value, *this; }
  AddOptions& WithTimerClass(TimerClass value) { return timer_class = value, *this; }
  AddOptions& WithReason(const char* text) { return reason = text, *this; }
};

struct QueueOptions {
  std::string name;  // unique in its process: part of event labels and metrics
  // An AddAfter of this long or longer is background. Ten minutes: above every usual retry and poll, below the resyncs
  // (hours) that a controller asks for after each success.
  Duration background_after = std::chrono::minutes(10);
  std::optional<Duration> ageing;  // PriorityQueue: how long a wait is worth one step of priority; absent: none
};

// What a worker gets.
template <typename Key>
struct QueueItem {
  Key key;
  int priority = 0;
  ReconcileReasons reasons;
};

template <typename Key>
class Queue : public Pooled<Queue<Key>> {
 public:
  using Item = QueueItem<Key>;
  class GetOp;

  Queue() = default;
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  virtual ~Queue() = default;

  virtual void Add(const Key& key, const AddOptions& options = AddOptions()) = 0;
  void AddAfter(const Key& key, Duration delay, const char* reason = nullptr) {
    Add(key, AddOptions().After(delay).WithReason(reason));
  }
  void AddRateLimited(const Key& key, const char* reason = nullptr) {
    Add(key, AddOptions().RateLimited().WithReason(reason));
  }

  // co_await queue.Get(): std::optional<Item>; nullopt when the queue has shut down. FifoQueue hands out what is queued
  // first (RT-114), PriorityQueue does not (RT-147).
  GetOp Get() { return GetOp(*this); }
  // The worker has finished the key. REQUIRES: handed out and not done.
  virtual void Done(const Key& key) = 0;

  // Resets the rate limiter for the key; does not dequeue it (RT-117).
  virtual void Forget(const Key& key) = 0;
  // The rate limiter's count of failures (RT-118).
  virtual int NumRequeues(const Key& key) const = 0;

  // Items that are ready: not the delayed ones, not those at work.
  virtual size_t Len() const = 0;
  // No more adds; workers end. Idempotent.
  virtual void ShutDown() = 0;
  // ShutDown, then waits until nothing is at work (RT-114); a later ShutDown ends the wait. PriorityQueue does not wait
  // (RT-147). Lazy: nothing happens before it is awaited.
  virtual Task<void> ShutDownWithDrain() = 0;
  virtual bool shutting_down() const = 0;

  virtual QueueMetrics Metrics() const = 0;
  // What is queued, delayed and at work, and the limiter's counts, as a hash; times count relative to now.
  virtual uint64_t Fingerprint() const = 0;

 protected:
  // Whether Get answers "shut down" without waiting.
  virtual bool Finished() const = 0;
  virtual void StartWait(GetOp& op) = 0;
  // The hand-out: takes the item that was offered.
  virtual Item EndWait(GetOp& op) = 0;
  // The worker's frame is destroyed while it waits.
  virtual void AbandonWait(GetOp& op) = 0;
};

// The wait of one worker. Lives in its frame.
template <typename Key>
class Queue<Key>::GetOp final : public Waiter, public EventText {
 public:
  explicit GetOp(Queue& queue) : queue_(&queue) {}
  ~GetOp() {
    if (waiting_) queue_->AbandonWait(*this);
  }

  bool await_ready() const { return queue_->Finished(); }
  void await_suspend(std::coroutine_handle<> handle) {
    set_handle(handle);
    waiting_ = true;
    queue_->StartWait(*this);
  }
  std::optional<Item> await_resume() {
    if (!std::exchange(waiting_, false)) return std::nullopt;
    return queue_->EndWait(*this);
  }
  std::string Describe() const override { return text_ == nullptr ? std::string() : text_(*this); }

  // For the queue: what is offered, and how to say it; the end of a wait without an item.
  void* offered = nullptr;
  void set_text(std::string (*text)(const GetOp&)) { text_ = text; }
  void Detach() { waiting_ = false; }

 private:
  Queue* queue_;
  bool waiting_ = false;
  std::string (*text_)(const GetOp&) = nullptr;
};

namespace internal {

// A key for people.
template <typename Key>
std::string KeyText(const Key& key) {
  if constexpr (requires { std::string(key.ToString()); }) {
    return key.ToString();
  } else {
    return "key " + std::to_string(key.hash());
  }
}

}  // namespace internal

}  // namespace wavetank
