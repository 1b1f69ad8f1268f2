// The choice log: what a run decided, where there was something to decide. It repeats the run exactly on the same build.
//
// Text form, one line: `c1:` and then, for each choice, the index (omitted when 0) and 8 hex digits of the chosen key.
//   c1:4f1d22a0.2:99ab01c3.…
// The 32 key bits verify each choice at replay.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/base/status.h"

namespace wavetank::sim {

struct Choice {
  uint32_t index = 0;
  uint32_t check = 0;  // CheckOf(key)
  bool operator==(const Choice&) const = default;
};

constexpr uint32_t CheckOf(uint64_t key) { return static_cast<uint32_t>(key ^ (key >> 32)); }

using ChoiceLog = std::vector<Choice, PoolAllocator<Choice>>;

std::string EncodeChoices(const ChoiceLog& log);
// InvalidArgument with the character position of what does not fit.
Result<ChoiceLog> DecodeChoices(std::string_view text);

}  // namespace wavetank::sim
