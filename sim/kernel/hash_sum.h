// A state hash that is kept up to date, part by part.
//
// The state is a set of cells (an object, a stream, a process, a request under way). The hash is the sum of the cells'
// hashes, so that a change costs two additions and the order in which cells changed leaves no trace (search.md 2.5).
#pragma once

#include <cstdint>

#include "runtime/base/hash.h"

namespace wavetank::sim {

class HashSum {
 public:
  void Add(uint64_t cell) { total_ += HashMix(cell); }
  void Remove(uint64_t cell) { total_ -= HashMix(cell); }
  uint64_t total() const { return total_; }

 private:
  uint64_t total_ = 0;
};

// One cell, with an identity of its own.
class HashCell {
 public:
  explicit HashCell(uint64_t identity = 0) : identity_(identity) {}
  uint64_t value() const { return value_; }
  void Set(HashSum& sum, uint64_t value) {
    sum.Remove(HashCombine(identity_, value_));
    value_ = value;
    sum.Add(HashCombine(identity_, value_));
  }
  void Enter(HashSum& sum) const { sum.Add(HashCombine(identity_, value_)); }
  void Leave(HashSum& sum) const { sum.Remove(HashCombine(identity_, value_)); }

 private:
  uint64_t identity_;
  uint64_t value_ = 0;
};

namespace internal {
// x with a * x == 1 modulo 2^64 (Newton's iteration). REQUIRES: a is odd.
constexpr uint64_t InverseModulo2To64(uint64_t a) {
  uint64_t x = a;
  for (int i = 0; i < 6; ++i) x *= 2 - a * x;
  return x;
}
}  // namespace internal

// The hash of a queue: O(1) to push at the end and to pop at the front.
class QueueHash {
 public:
  void Push(uint64_t element) {
    value_ = value_ * kBase + element;
    power_ *= kBase;
  }
  void Pop(uint64_t front) {
    power_ *= kInverse;
    value_ -= front * power_;
  }
  uint64_t value() const { return value_ + power_; }

 private:
  static constexpr uint64_t kBase = 0x9e3779b97f4a7c15ULL;
  static constexpr uint64_t kInverse = internal::InverseModulo2To64(kBase);
  static_assert(kBase * kInverse == 1);
  uint64_t value_ = 0;
  uint64_t power_ = 1;
};

}  // namespace wavetank::sim
