#include "sim/apiserver/text_diff.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace wavetank::sim {
namespace {

constexpr size_t kContext = 3;
constexpr size_t kLongText = 200;  // lines; from here on popular lines are no anchors

using Lines = std::vector<std::string_view>;

Lines Split(std::string_view text) {
  Lines lines;
  while (true) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == text.npos) return lines;
    text.remove_prefix(end + 1);
  }
}

struct Block {
  size_t a = 0;
  size_t b = 0;
  size_t size = 0;
};

struct Change {
  bool equal = false;
  size_t a1 = 0, a2 = 0, b1 = 0, b2 = 0;
};

class Matcher {
 public:
  Matcher(const Lines& a, const Lines& b) : a_(a), b_(b) {
    for (size_t i = 0; i < b.size(); ++i) places_[b[i]].push_back(i);
    if (b.size() < kLongText) return;
    const size_t often = b.size() / 100 + 1;
    std::erase_if(places_, [often](const auto& entry) { return entry.second.size() > often; });
  }

  std::vector<Change> Changes() {
    std::vector<Block> blocks;
    Collect(0, a_.size(), 0, b_.size(), blocks);
    blocks.push_back({a_.size(), b_.size(), 0});
    std::vector<Change> changes;
    size_t i = 0;
    size_t j = 0;
    for (size_t at = 0; at < blocks.size();) {
      Block block = blocks[at++];
      // Blocks that touch are one.
      while (at < blocks.size() && block.a + block.size == blocks[at].a && block.b + block.size == blocks[at].b) {
        block.size += blocks[at++].size;
      }
      if (i < block.a || j < block.b) changes.push_back({false, i, block.a, j, block.b});
      i = block.a + block.size;
      j = block.b + block.size;
      if (block.size > 0) changes.push_back({true, block.a, i, block.b, j});
    }
    return changes;
  }

 private:
  Block Longest(size_t a1, size_t a2, size_t b1, size_t b2) const {
    Block best{a1, b1, 0};
    std::map<size_t, size_t> lengths;
    for (size_t i = a1; i < a2; ++i) {
      std::map<size_t, size_t> next;
      if (const auto found = places_.find(a_[i]); found != places_.end()) {
        for (const size_t j : found->second) {
          if (j < b1 || j >= b2) continue;
          const auto before = j == 0 ? lengths.end() : lengths.find(j - 1);
          const size_t length = (before == lengths.end() ? 0 : before->second) + 1;
          next[j] = length;
          if (length > best.size) best = {i + 1 - length, j + 1 - length, length};
        }
      }
      lengths.swap(next);
    }
    while (best.a > a1 && best.b > b1 && a_[best.a - 1] == b_[best.b - 1])
      best = {best.a - 1, best.b - 1, best.size + 1};
    while (best.a + best.size < a2 && best.b + best.size < b2 && a_[best.a + best.size] == b_[best.b + best.size])
      ++best.size;
    return best;
  }

  void Collect(size_t a1, size_t a2, size_t b1, size_t b2, std::vector<Block>& blocks) const {
    const Block block = Longest(a1, a2, b1, b2);
    if (block.size == 0) return;
    if (a1 < block.a && b1 < block.b) Collect(a1, block.a, b1, block.b, blocks);
    blocks.push_back(block);
    const size_t a = block.a + block.size;
    const size_t b = block.b + block.size;
    if (a < a2 && b < b2) Collect(a, a2, b, b2, blocks);
  }

  const Lines& a_;
  const Lines& b_;
  std::map<std::string_view, std::vector<size_t>> places_;
};

// Changes with the lines around them; far changes apart.
std::vector<std::vector<Change>> Group(std::vector<Change> changes) {
  const auto keep_end = [](Change& c) {
    c.a1 = std::max(c.a1, c.a2 - std::min(c.a2, kContext));
    c.b1 = std::max(c.b1, c.b2 - std::min(c.b2, kContext));
  };
  const auto keep_start = [](Change& c) {
    c.a2 = std::min(c.a2, c.a1 + kContext);
    c.b2 = std::min(c.b2, c.b1 + kContext);
  };
  if (changes.front().equal) keep_end(changes.front());
  if (changes.back().equal) keep_start(changes.back());
  std::vector<std::vector<Change>> groups(1);
  for (Change change : changes) {
    if (change.equal && change.a2 - change.a1 > 2 * kContext) {
      Change head = change;
      keep_start(head);
      groups.back().push_back(head);
      groups.emplace_back();
      keep_end(change);
    }
    groups.back().push_back(change);
  }
  std::erase_if(groups, [](const std::vector<Change>& g) { return g.empty() || (g.size() == 1 && g[0].equal); });
  return groups;
}

std::string Range(size_t from, size_t to) {
  const size_t length = to - from;
  if (length == 1) return std::to_string(from + 1);
  return std::to_string(length == 0 ? from : from + 1) + "," + std::to_string(length);
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after) {
  if (before == after) return {};
  const Lines a = Split(before);
  const Lines b = Split(after);
  std::string text;
  const auto add = [&text](char mark, const Lines& lines, size_t from, size_t to) {
    for (size_t i = from; i < to; ++i) text.append(1, mark).append(lines[i]).append("\n");
  };
  for (const std::vector<Change>& group : Group(Matcher(a, b).Changes())) {
    text.append("@@ -").append(Range(group.front().a1, group.back().a2));
    text.append(" +").append(Range(group.front().b1, group.back().b2)).append(" @@\n");
    for (const Change& change : group) {
      if (change.equal) {
        add(' ', a, change.a1, change.a2);
      } else {
        add('-', a, change.a1, change.a2);
        add('+', b, change.b1, change.b2);
      }
    }
  }
  return text;
}

}  // namespace wavetank::sim
