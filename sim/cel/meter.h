// Limits of one evaluation, and the meter that counts towards them.
//
// Every evaluated node, loop turn and compared element costs a step; text costs a step for each 64 bytes made or read.
// Whoever charges goes on with whatever it has: the evaluator looks at exceeded() and turns it into an error that no
// `||` can absorb. So that the bound holds, a loop over data stops when exceeded().
#pragma once

#include <cstddef>
#include <cstdint>

namespace wavetank::cel {

struct Limits {
  uint64_t max_steps = 1'000'000;
  size_t max_string_bytes = 4u << 20;    // of a string or bytes that an expression makes
  size_t max_list_elements = 1'000'000;  // of a list that an expression makes
};

class Meter {
 public:
  explicit Meter(const Limits& limits) : limits_(limits) {}
  void Charge(uint64_t steps) { used_ += steps; }
  void ChargeText(size_t bytes) { used_ += bytes / 64 + 1; }
  bool exceeded() const { return used_ > limits_.max_steps; }
  uint64_t used() const { return used_; }
  const Limits& limits() const { return limits_; }

 private:
  const Limits limits_;
  uint64_t used_ = 0;
};

}  // namespace wavetank::cel
