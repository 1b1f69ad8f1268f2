// The parts both queues are made of: an entry for each key, a table that finds it, a list and a heap of entries.
//
// An entry is one allocation from the pool and sits in the table as long as anything is known about its key: it is ready,
// delayed or locked (handed out and not done). The table is never iterated, so its layout decides nothing.
//
// Where an entry sits:
//   ready, not locked    in Ready (FIFO list or heap) or in the list of offers, by links or ready_place
//   locked               in the list of entries at work, by links; its next run, if any, is only the `ready` flag
//   delayed              besides, in a heap of delays, by delay_place
// Links are shared by lists that exclude each other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/hash.h"
#include "runtime/base/pool.h"
#include "runtime/base/time.h"
#include "runtime/workqueue/queue.h"

namespace wavetank::internal {

template <typename Key>
struct QueueEntry {
  QueueEntry(const Key& key, uint64_t hash) : key(key), hash(hash) {}
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }

  const Key key;
  const uint64_t hash;
  bool ready = false;
  bool delayed = false;
  bool locked = false;
  TimerClass timer_class = TimerClass::kForeground;
  int priority = 0;
  uint64_t order = 0;        // the counter of RT-142: place among equals
  uint64_t delay_order = 0;  // place among delays of one instant
  Time ready_since;
  Time due;
  Time started;
  size_t ready_place = 0;
  size_t delay_place = 0;
  QueueEntry* previous = nullptr;
  QueueEntry* next = nullptr;
  typename Queue<Key>::GetOp* offer = nullptr;
  ReconcileReasons reasons;
  ReconcileReasons delay_reasons;
};

// A hash table of owned nodes (`key`, `hash`): open addressing, linear probing, no tombstones. O(1) for everything.
// Bound: the table keeps the size of its fullest moment.
template <typename Node, typename Key>
class KeyTable {
 public:
  KeyTable() = default;
  KeyTable(const KeyTable&) = delete;
  KeyTable& operator=(const KeyTable&) = delete;
  ~KeyTable() {
    for (Slot& slot : slots_) delete slot.node;
  }

  size_t size() const { return size_; }
  Node* Find(const Key& key) const {
    if (size_ == 0) return nullptr;
    const uint64_t hash = key.hash();
    for (size_t i = Home(hash); slots_[i].node != nullptr; i = Next(i)) {
      if (slots_[i].hash == hash && slots_[i].node->key == key) return slots_[i].node;
    }
    return nullptr;
  }
  Node& FindOrInsert(const Key& key) {
    if (slots_.empty() || size_ * 4 >= slots_.size() * 3) Grow();
    const uint64_t hash = key.hash();
    size_t i = Home(hash);
    for (; slots_[i].node != nullptr; i = Next(i)) {
      if (slots_[i].hash == hash && slots_[i].node->key == key) return *slots_[i].node;
    }
    slots_[i] = Slot{hash, new Node(key, hash)};
    ++size_;
    return *slots_[i].node;
  }
  // Frees the node.
  void Erase(Node& node) {
    size_t hole = Home(node.hash);
    while (slots_[hole].node != &node) {
      WT_CHECK(slots_[hole].node != nullptr, "an entry is not in its table");
      hole = Next(hole);
    }
    delete &node;
    --size_;
    // Moves back what probing would no longer reach.
    for (size_t i = Next(hole); slots_[i].node != nullptr; i = Next(i)) {
      if (((i - Home(slots_[i].hash)) & Mask()) < ((i - hole) & Mask())) continue;
      slots_[hole] = slots_[i];
      hole = i;
    }
    slots_[hole] = Slot{};
  }
  // The sum of `f(node)`: for results that do not depend on the order.
  template <typename F>
  uint64_t Sum(F f) const {
    uint64_t sum = 0;
    for (const Slot& slot : slots_) {
      if (slot.node != nullptr) sum += f(*slot.node);
    }
    return sum;
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    Node* node = nullptr;
  };
  size_t Mask() const { return slots_.size() - 1; }
  size_t Home(uint64_t hash) const { return (hash * 0x9e3779b97f4a7c15ULL >> 20) & Mask(); }
  size_t Next(size_t i) const { return (i + 1) & Mask(); }
  void Grow() {
    PoolVector<Slot> old(slots_.empty() ? 16 : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.node == nullptr) continue;
      size_t i = Home(slot.hash);
      while (slots_[i].node != nullptr) i = Next(i);
      slots_[i] = slot;
    }
  }

  PoolVector<Slot> slots_;
  size_t size_ = 0;
};

// A list linked through the entries. O(1), but Insert: O(entries after the place).
template <typename Entry>
class EntryList {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  Entry& front() const { return *front_; }
  Entry& back() const { return *back_; }
  template <typename F>
  void ForEach(F f) const {
    for (const Entry* entry = front_; entry != nullptr; entry = entry->next) f(*entry);
  }
  void PushBack(Entry& entry) { InsertAfter(back_, entry); }
  // Keeps the list sorted.
  template <typename Before>
  void Insert(Entry& entry, Before before) {
    Entry* place = back_;
    while (place != nullptr && before(entry, *place)) place = place->previous;
    InsertAfter(place, entry);
  }
  // Insert for an entry that belongs near the front. O(entries before the place).
  template <typename Before>
  void InsertFromFront(Entry& entry, Before before) {
    Entry* place = front_;
    while (place != nullptr && before(*place, entry)) place = place->next;
    InsertAfter(place == nullptr ? back_ : place->previous, entry);
  }
  void Remove(Entry& entry) {
    (entry.previous != nullptr ? entry.previous->next : front_) = entry.next;
    (entry.next != nullptr ? entry.next->previous : back_) = entry.previous;
    entry.previous = entry.next = nullptr;
    --size_;
  }

 private:
  void InsertAfter(Entry* place, Entry& entry) {
    entry.previous = place;
    entry.next = place != nullptr ? place->next : front_;
    (place != nullptr ? place->next : front_) = &entry;
    (entry.next != nullptr ? entry.next->previous : back_) = &entry;
    ++size_;
  }

  Entry* front_ = nullptr;
  Entry* back_ = nullptr;
  size_t size_ = 0;
};

// A binary heap of entries that know their place. `kPlace` is the member that holds it; `before` is a total order.
// O(log n) for changes, O(1) for the front.
template <typename Entry, size_t Entry::* kPlace, typename Before>
class EntryHeap {
 public:
  explicit EntryHeap(Before before = Before()) : before_(before) {}
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  Entry& front() const { return *entries_.front(); }
  const PoolVector<Entry*>& entries() const { return entries_; }  // in the heap's order

  void Push(Entry& entry) {
    entries_.push_back(&entry);
    Up(entries_.size() - 1, entry);
  }
  void Remove(Entry& entry) {
    const size_t place = entry.*kPlace;
    Entry& last = *entries_.back();
    entries_.pop_back();
    if (&last != &entry) Move(place, last);
  }
  // The entry's order has changed.
  void Update(Entry& entry) { Move(entry.*kPlace, entry); }
  void Clear() { entries_.clear(); }

 private:
  void Put(size_t place, Entry& entry) {
    entries_[place] = &entry;
    entry.*kPlace = place;
  }
  void Move(size_t place, Entry& entry) {
    if (place > 0 && before_(entry, *entries_[(place - 1) / 2])) {
      Up(place, entry);
    } else {
      Down(place, entry);
    }
  }
  void Up(size_t place, Entry& entry) {
    while (place > 0) {
      const size_t parent = (place - 1) / 2;
      if (!before_(entry, *entries_[parent])) break;
      Put(place, *entries_[parent]);
      place = parent;
    }
    Put(place, entry);
  }
  void Down(size_t place, Entry& entry) {
    for (;;) {
      size_t child = 2 * place + 1;
      if (child >= entries_.size()) break;
      if (child + 1 < entries_.size() && before_(*entries_[child + 1], *entries_[child])) ++child;
      if (!before_(*entries_[child], entry)) break;
      Put(place, *entries_[child]);
      place = child;
    }
    Put(place, entry);
  }

  Before before_;
  PoolVector<Entry*> entries_;
};

}  // namespace wavetank::internal
