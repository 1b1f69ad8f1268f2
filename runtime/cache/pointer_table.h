// PointerTable<T>: an open-addressing hash table of pointers to T, found by T::hash and a predicate.
//
// It does not own and is never iterated, so its layout decides nothing. Linear probing, load at most 3/4, removal shifts
// back (no tombstones). Find, Insert and Erase are O(1) expected. T has a field `hash` that does not change.
#pragma once

#include <cstdint>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"

namespace wavetank {

template <typename T>
class PointerTable {
 public:
  size_t size() const { return size_; }

  template <typename Match>
  T* Find(uint64_t hash, const Match& match) const {
    if (size_ == 0) return nullptr;
    for (size_t slot = hash & mask_;; slot = (slot + 1) & mask_) {
      const Entry& entry = entries_[slot];
      if (entry.element == nullptr) return nullptr;
      if (entry.hash == hash && match(*entry.element)) return entry.element;
    }
  }
  // REQUIRES: no equal element is in.
  void Insert(T* element) {
    if ((size_ + 1) * 4 > entries_.size() * 3) Grow();
    Place(Entry{element->hash, element});
    ++size_;
  }
  // REQUIRES: it is in.
  void Erase(T* element) {
    size_t hole = element->hash & mask_;
    while (entries_[hole].element != element) {
      WT_CHECK(entries_[hole].element != nullptr, "the element is in the table");
      hole = (hole + 1) & mask_;
    }
    for (size_t slot = (hole + 1) & mask_; entries_[slot].element != nullptr; slot = (slot + 1) & mask_) {
      // An entry may move into the hole unless its home lies behind the hole.
      const size_t home = entries_[slot].hash & mask_;
      if (((slot - home) & mask_) >= ((slot - hole) & mask_)) {
        entries_[hole] = entries_[slot];
        hole = slot;
      }
    }
    entries_[hole] = Entry();
    --size_;
  }
  void Clear() {
    entries_.clear();
    mask_ = size_ = 0;
  }

 private:
  struct Entry {
    uint64_t hash = 0;
    T* element = nullptr;
  };
  void Place(const Entry& entry) {
    size_t slot = entry.hash & mask_;
    while (entries_[slot].element != nullptr) slot = (slot + 1) & mask_;
    entries_[slot] = entry;
  }
  void Grow() {
    PoolVector<Entry> old(entries_.empty() ? 16 : entries_.size() * 2);
    old.swap(entries_);
    mask_ = entries_.size() - 1;
    for (const Entry& entry : old) {
      if (entry.element != nullptr) Place(entry);
    }
  }

  PoolVector<Entry> entries_;
  size_t mask_ = 0;
  size_t size_ = 0;
};

}  // namespace wavetank
