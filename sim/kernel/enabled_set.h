// The enabled events, in default order: by kind, then in the order in which they became enabled; what is aside (Option) comes
// after everything else.
//
// Kept as one contiguous array, so that strategies see a span; it is small (tens of events), and moving it is cheaper than
// any pointer structure. Invariants: sorted by kind; keys are unique among events that were ever enabled in a run that is
// recorded.
// Complexity: add and take O(enabled) moves of 32 bytes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"
#include "sim/kernel/hash_sum.h"
#include "sim/kernel/strategy.h"

namespace wavetank::sim {

class EnabledSet {
 public:
  bool empty() const { return options_.empty(); }
  size_t size() const { return options_.size(); }
  std::span<const Option> options() const { return options_; }
  // Without what is aside.
  std::span<const Option> main() const { return options().first(options_.size() - aside_); }
  // Sum over the keys: changes with the set, not with its order.
  uint64_t hash() const { return keys_.total(); }
  size_t count(EventKind kind) const { return counts_[static_cast<size_t>(kind)]; }

  void Add(const Option& option) {
    size_t at = options_.size();
    if (option.aside) {
      ++aside_;
    } else {
      at = 0;
      for (size_t kind = 0; kind <= static_cast<size_t>(option.kind); ++kind) at += counts_[kind];
      ++counts_[static_cast<size_t>(option.kind)];
    }
    keys_.Add(option.key);
    options_.push_back(option);
    // By hand, because vector::insert first copies what it inserts.
    Option* const place = options_.data() + at;
    Option* const last = options_.data() + options_.size() - 1;
    if (place == last) return;
    std::copy_backward(place, last, last + 1);
    *place = option;
  }
  Option Take(size_t index) {
    const Option option = options_[index];
    options_.erase(options_.begin() + static_cast<std::ptrdiff_t>(index));
    --(option.aside ? aside_ : counts_[static_cast<size_t>(option.kind)]);
    keys_.Remove(option.key);
    return option;
  }
  // Removes the event of `what`; false when it is not enabled.
  bool Remove(const void* what) {
    const auto at = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.what == what; });
    if (at == options_.end()) return false;
    Take(static_cast<size_t>(at - options_.begin()));
    return true;
  }

 private:
  std::vector<Option, PoolAllocator<Option>> options_;
  std::array<size_t, kEventKinds> counts_{};  // of what is not aside
  size_t aside_ = 0;
  HashSum keys_;
};

}  // namespace wavetank::sim
