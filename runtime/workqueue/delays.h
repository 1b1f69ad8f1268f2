// Delays: entries that wait for their time, and the timers of the earliest of them (RT-115, RT-116).
//
// Foreground and background delays have a heap and a timer each: a far background delay must neither hide a pending retry
// from the question "is the world quiet?" nor look like one. Entries that are due at one instant come in the order in
// which they were delayed.
// Invariant: a timer is armed exactly while its heap has an entry, for the time of the heap's front.
#pragma once

#include <string>

#include "runtime/workqueue/entry.h"
#include "runtime/workqueue/queue_timer.h"

namespace wavetank::internal {

template <typename Key>
class Delays {
 public:
  using Entry = QueueEntry<Key>;

  // `on_due(owner)` calls PopDue until it has nothing.
  Delays(Executor& executor, uint64_t name_hash, QueueTimer::Callback on_due, void* owner)
      : foreground_(executor, TimerClass::kForeground, HashCombine(name_hash, 1), this),
        background_(executor, TimerClass::kBackground, HashCombine(name_hash, 2), this),
        on_due_(on_due),
        owner_(owner) {}
  Delays(const Delays&) = delete;
  Delays& operator=(const Delays&) = delete;

  size_t size() const { return foreground_.heap.size() + background_.heap.size(); }

  // REQUIRES: not delayed.
  void Add(Entry& entry, Time due, TimerClass timer_class) {
    entry.delay_order = ++next_order_;
    Insert(entry, due, timer_class);
  }
  // The earlier time wins, and foreground wins over background.
  void Merge(Entry& entry, Time due, TimerClass timer_class) {
    const bool sooner = due < entry.due;
    const bool promoted = timer_class == TimerClass::kForeground && entry.timer_class == TimerClass::kBackground;
    if (!sooner && !promoted) return;
    Remove(entry);
    if (sooner) entry.delay_order = ++next_order_;
    Insert(entry, sooner ? due : entry.due, promoted ? timer_class : entry.timer_class);
  }
  void Remove(Entry& entry) {
    entry.delayed = false;
    Of(entry).heap.Remove(entry);
    Of(entry).Rearm();
  }
  // Takes out the earliest entry that is due, null when there is none.
  Entry* PopDue(Time now) {
    Entry* first = nullptr;
    for (Half* half : {&foreground_, &background_}) {
      if (half->heap.empty() || half->heap.front().due > now) continue;
      if (first == nullptr || Sooner()(half->heap.front(), *first)) first = &half->heap.front();
    }
    if (first == nullptr) {
      foreground_.Rearm();
      background_.Rearm();
      return nullptr;
    }
    first->delayed = false;
    Of(*first).heap.Remove(*first);  // the timers are set when nothing more is due
    return first;
  }
  // Any entry, taken out; null when there is none.
  Entry* PopAny() {
    for (Half* half : {&foreground_, &background_}) {
      if (half->heap.empty()) continue;
      Entry& entry = half->heap.front();
      Remove(entry);
      return &entry;
    }
    return nullptr;
  }
  uint64_t Fingerprint(Time now) const {
    uint64_t sum = 0;
    for (const Half* half : {&foreground_, &background_}) {
      for (const Entry* entry : half->heap.entries()) {
        sum += HashCombine(HashCombine(entry->hash, static_cast<uint64_t>((entry->due - now).count())),
                           static_cast<uint64_t>(entry->timer_class));
      }
    }
    return sum;
  }

 private:
  struct Sooner {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.due != b.due ? a.due < b.due : a.delay_order < b.delay_order;
    }
  };
  struct Half final : EventText {
    Half(Executor& executor, TimerClass timer_class, uint64_t label, Delays* owner)
        : label(label), timer(executor, timer_class, &Delays::OnTimer, owner) {}
    void Rearm() {
      if (heap.empty()) return timer.Disarm();
      timer.Arm(heap.front().due, HashCombine(label, heap.front().hash), this);
    }
    std::string Describe() const override { return heap.empty() ? "" : "delayed " + KeyText(heap.front().key); }
    const uint64_t label;
    EntryHeap<Entry, &Entry::delay_place, Sooner> heap;
    QueueTimer timer;
  };
  void Insert(Entry& entry, Time due, TimerClass timer_class) {
    entry.delayed = true;
    entry.due = due;
    entry.timer_class = timer_class;
    Of(entry).heap.Push(entry);
    Of(entry).Rearm();
  }
  Half& Of(const Entry& entry) { return entry.timer_class == TimerClass::kForeground ? foreground_ : background_; }
  static void OnTimer(void* self) {
    auto* delays = static_cast<Delays*>(self);
    delays->on_due_(delays->owner_);
  }

  uint64_t next_order_ = 0;
  Half foreground_;
  Half background_;
  const QueueTimer::Callback on_due_;
  void* const owner_;
};

}  // namespace wavetank::internal
