#include "sim/apiserver/index_text.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

std::string ParseIndex(std::string_view text, int64_t completions, int64_t& index) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    return "cannot convert string to integer for index: " + Quote(text);
  }
  return index >= completions ? "too large index: " + Quote(text) : std::string();
}

std::string OutOfOrder(int64_t before, int64_t now) {
  return "non-increasing order, previous: " + std::to_string(before) + ", current: " + std::to_string(now);
}

}  // namespace

std::string ParseIndexes(std::string_view text, int64_t completions,
                         std::vector<std::pair<int64_t, int64_t>>& intervals) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t dash = part.find('-');
    if (dash != part.npos && part.find('-', dash + 1) != part.npos) {
      return "the fragment " + Quote(part) +
             " violates the requirement that an index interval can have at most two parts separated by '-'";
    }
    int64_t first = 0;
    if (std::string bad = ParseIndex(part.substr(0, dash), completions, first); !bad.empty()) return bad;
    int64_t last = first;
    if (dash != part.npos) {
      if (std::string bad = ParseIndex(part.substr(dash + 1), completions, last); !bad.empty()) return bad;
      if (first >= last) return OutOfOrder(first, last);
    }
    if (!intervals.empty() && intervals.back().second >= first) return OutOfOrder(intervals.back().second, first);
    intervals.emplace_back(first, last);
  }
  return {};
}

std::string ParseIndexes(std::string_view text, int64_t completions, int64_t& total) {
  std::vector<std::pair<int64_t, int64_t>> intervals;
  std::string bad = ParseIndexes(text, completions, intervals);
  total = 0;
  for (const auto& [first, last] : intervals) total += last - first + 1;
  return bad;
}

}  // namespace wavetank::sim
