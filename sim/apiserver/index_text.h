// Indexes of an indexed Job as text: "1,3-5,7".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wavetank::sim {

// Reads intervals below `completions` into `intervals`. The complaint, empty when there is none.
std::string ParseIndexes(std::string_view text, int64_t completions,
                         std::vector<std::pair<int64_t, int64_t>>& intervals);
// The same, with how many indexes there are.
std::string ParseIndexes(std::string_view text, int64_t completions, int64_t& total);

}  // namespace wavetank::sim
