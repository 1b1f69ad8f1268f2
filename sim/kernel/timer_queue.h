// Timers by (time, order of arming). Cancelling is O(log n) by ticket.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"
#include "runtime/base/time.h"
#include "sim/kernel/strategy.h"

namespace wavetank::sim {

class TimerQueue {
 public:
  using Ticket = uint32_t;

  Ticket Add(Time at, TimerClass timer_class, const Option& option) {
    const Entry entry{at, next_order_++, option, timer_class, 0};
    Ticket ticket = 0;
    if (free_.empty()) {
      ticket = static_cast<Ticket>(entries_.size());
      entries_.push_back(entry);
    } else {
      ticket = free_.back();
      free_.pop_back();
      entries_[ticket] = entry;
    }
    if (timer_class == TimerClass::kForeground) ++foreground_;
    heap_.push_back(ticket);
    Up(heap_.size() - 1);
    return ticket;
  }
  void Cancel(Ticket ticket) { RemoveAt(entries_[ticket].position); }

  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  size_t foreground() const { return foreground_; }
  // REQUIRES: !empty().
  Time next_time() const { return entries_[heap_[0]].at; }
  struct Due {
    Option option;
    TimerClass timer_class;
    Ticket ticket;
    Time at;
  };
  Due Pop() {
    const Ticket ticket = heap_[0];
    const Due due{entries_[ticket].option, entries_[ticket].timer_class, ticket, entries_[ticket].at};
    RemoveAt(0);
    return due;
  }
  // The armed timers, in no order.
  template <typename F>
  void ForEach(F visit) const {
    for (const Ticket ticket : heap_) visit(ticket, entries_[ticket].at, entries_[ticket].option);
  }
  // The armed foreground timers, the next first. O(n log n): for reports.
  std::vector<Due> Foreground() const {
    std::vector<Ticket> tickets;
    for (const Ticket ticket : heap_) {
      if (entries_[ticket].timer_class == TimerClass::kForeground) tickets.push_back(ticket);
    }
    std::sort(tickets.begin(), tickets.end(), [this](Ticket a, Ticket b) { return Before(a, b); });
    std::vector<Due> out;
    for (const Ticket t : tickets) out.push_back({entries_[t].option, entries_[t].timer_class, t, entries_[t].at});
    return out;
  }

 private:
  struct Entry {
    Time at;
    uint64_t order = 0;
    Option option;
    TimerClass timer_class = TimerClass::kForeground;
    size_t position = 0;
  };
  bool Before(Ticket a, Ticket b) const {
    if (entries_[a].at != entries_[b].at) return entries_[a].at < entries_[b].at;
    return entries_[a].order < entries_[b].order;
  }
  void Place(size_t position, Ticket ticket) {
    heap_[position] = ticket;
    entries_[ticket].position = position;
  }
  void Up(size_t position) {
    const Ticket ticket = heap_[position];
    for (; position > 0 && Before(ticket, heap_[(position - 1) / 2]); position = (position - 1) / 2) {
      Place(position, heap_[(position - 1) / 2]);
    }
    Place(position, ticket);
  }
  void Down(size_t position) {
    const Ticket ticket = heap_[position];
    for (;;) {
      size_t child = 2 * position + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && Before(heap_[child + 1], heap_[child])) ++child;
      if (!Before(heap_[child], ticket)) break;
      Place(position, heap_[child]);
      position = child;
    }
    Place(position, ticket);
  }
  void RemoveAt(size_t position) {
    const Ticket ticket = heap_[position];
    if (entries_[ticket].timer_class == TimerClass::kForeground) --foreground_;
    free_.push_back(ticket);
    const Ticket last = heap_.back();
    heap_.pop_back();
    if (last == ticket) return;
    Place(position, last);
    Up(position);
    Down(entries_[last].position);
  }

  std::vector<Entry, PoolAllocator<Entry>> entries_;
  std::vector<Ticket, PoolAllocator<Ticket>> free_;
  std::vector<Ticket, PoolAllocator<Ticket>> heap_;
  uint64_t next_order_ = 0;
  size_t foreground_ = 0;
};

}  // namespace wavetank::sim
