// A random source that gives the same numbers everywhere (xoshiro256**, seeded by splitmix64).
//
// No floating point: probabilities are ratios, so that no decision can depend on rounding. Draw once per statement:
// the order of evaluation of arguments is not defined.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wavetank {

class Random {
 public:
  explicit Random(uint64_t seed);
  // A stream of its own for one actor and one purpose: adding an actor does not move the others' draws.
  Random(uint64_t seed, std::string_view actor, std::string_view purpose);

  uint64_t Next();
  // Uniform in [0, bound). REQUIRES: bound > 0.
  uint64_t Below(uint64_t bound);
  // True in `numerator` of `denominator` draws.
  bool Chance(uint64_t numerator, uint64_t denominator);
  // `count` characters of Kubernetes' safe alphabet, as generateName appends them (API-079).
  std::string Suffix(int count);
  // RFC 4122 version 4, lower case.
  std::string Uuid();

 private:
  uint64_t state_[4];
};

}  // namespace wavetank
