// How many events of the same base key there were so far: the last part of a stable key.
//
// A flat open-addressing table of numbers; never iterated. Bound: the distinct keys of a run, 16 to 48 bytes each (a world of
// a million pods has fourteen million events). O(1) amortized.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "runtime/base/pool.h"

namespace wavetank::sim {

class Ordinals {
 public:
  Ordinals() : slots_(kSlotsAtFirst) {}

  // 0 for the first event of `key`, 1 for the second, ...
  uint32_t Next(uint64_t key) {
    key |= 1;  // 0 marks a free slot
    if (used_ * 4 >= mask_ * 3) Grow();
    Slot& slot = Find(key);
    if (slot.key() == 0) {
      slot = Slot(key);
      ++used_;
    }
    return slot.count++;
  }
  size_t size() const { return used_; }

 private:
  // Halves, so that a slot is 12 bytes and not 16.
  struct Slot {
    Slot() = default;
    explicit Slot(uint64_t key) : low(static_cast<uint32_t>(key)), high(static_cast<uint32_t>(key >> 32)) {}
    uint64_t key() const { return (uint64_t{high} << 32) | low; }
    uint32_t low = 0;
    uint32_t high = 0;
    uint32_t count = 0;
  };
  using Slots = std::vector<Slot, PoolAllocator<Slot>>;
  Slot& Find(uint64_t key) {
    for (size_t at = (key >> 1) & mask_;; at = (at + 1) & mask_) {
      Slot& slot = slots_[at];
      if (slot.key() == key || slot.key() == 0) return slot;
    }
  }
  void Grow() {
    Slots old = std::exchange(slots_, Slots(slots_.size() * 2));
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.key() != 0) Find(slot.key()) = slot;
    }
  }

  static constexpr size_t kSlotsAtFirst = 256;
  Slots slots_;
  size_t mask_ = kSlotsAtFirst - 1;
  size_t used_ = 0;
};

}  // namespace wavetank::sim
