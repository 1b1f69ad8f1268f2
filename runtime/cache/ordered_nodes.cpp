#include "runtime/cache/ordered_nodes.h"

#include <algorithm>

#include "runtime/base/check.h"

namespace wavetank {

OrderedNodes::Place OrderedNodes::LowerBound(const ObjectKey& key) const {
  // The first block whose last key is not below `key`; an appended key belongs to the last block.
  size_t low = 0;
  size_t high = blocks_.size();
  if (high > 0 && Below(blocks_.back().back(), key)) return {high - 1, blocks_.back().size()};
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (Below(blocks_[middle].back(), key)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == blocks_.size()) return {0, 0};  // there are no blocks
  const Block& block = blocks_[low];
  const auto at = std::ranges::partition_point(block, [&key](const StoreNode* node) { return Below(node, key); });
  return {low, static_cast<size_t>(at - block.begin())};
}

OrderedNodes::Place OrderedNodes::BeginOf(std::string_view ns) const {
  Place place = LowerBound(ObjectKey(String(ns), String()));
  // A place behind the last element of a block is the begin of the next.
  if (place.block < blocks_.size() && place.at == blocks_[place.block].size()) place = {place.block + 1, 0};
  return place;
}

void OrderedNodes::Insert(StoreNode* node) {
  ++size_;
  if (blocks_.empty()) {
    blocks_.emplace_back(1, node);
    return;
  }
  const Place place = LowerBound(node->object.key());
  Block& block = blocks_[place.block];
  WT_CHECK(place.at == block.size() || !(block[place.at]->object.key() == node->object.key()), "a key is in once");
  if (block.size() < kBlock) {
    block.insert(block.begin() + static_cast<int64_t>(place.at), node);
    return;
  }
  // Appending to a full block opens a new one, so that blocks filled in order stay full.
  const size_t half = place.at == kBlock ? kBlock : kBlock / 2;
  Block upper;
  upper.reserve(kBlock);
  upper.assign(block.begin() + static_cast<int64_t>(half), block.end());
  block.resize(half);
  Block& target = place.at >= half ? upper : block;
  target.insert(target.begin() + static_cast<int64_t>(place.at >= half ? place.at - half : place.at), node);
  blocks_.insert(blocks_.begin() + static_cast<int64_t>(place.block) + 1, std::move(upper));
}

void OrderedNodes::Erase(StoreNode* node) {
  const Place place = LowerBound(node->object.key());
  WT_CHECK(place.block < blocks_.size() && place.at < blocks_[place.block].size(), "the node is in");
  Block& block = blocks_[place.block];
  WT_CHECK(block[place.at] == node, "the node is in");
  block.erase(block.begin() + static_cast<int64_t>(place.at));
  if (block.empty()) blocks_.erase(blocks_.begin() + static_cast<int64_t>(place.block));
  --size_;
}

void OrderedNodes::Clear() {
  blocks_.clear();
  size_ = 0;
}

}  // namespace wavetank
