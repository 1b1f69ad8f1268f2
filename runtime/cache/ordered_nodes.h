// OrderedNodes: pointers to StoreNodes in the order of their keys, in blocks.
//
// A sorted array cut into blocks of at most kBlock pointers: insertion and removal move one block, iteration runs through
// memory. O(log n) key comparisons; appending in order (a list from the server) costs one.
// Invariants (asserted): keys strictly increase; no block is empty. The objects of one namespace are neighbours, since a
// key is ordered as "<namespace>/<name>".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/pool.h"

namespace wavetank {

// An object in a Store.
struct StoreNode {
  static void* operator new(size_t bytes) { return PoolAllocate(bytes); }
  static void operator delete(void* memory, size_t bytes) { PoolFree(memory, bytes); }
  explicit StoreNode(Object o) : hash(o.key().hash()), object(std::move(o)) {}
  const uint64_t hash;  // of the key
  Object object;        // its key never changes
  uint64_t round = 0;   // the last Replace that saw it
};

class OrderedNodes {
 public:
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // REQUIRES: the key is not in.
  void Insert(StoreNode* node);
  // REQUIRES: the node is in.
  void Erase(StoreNode* node);
  void Clear();

  // visit(const Object&) in key order. An empty namespace: all.
  template <typename F>
  void ForEach(std::string_view ns, F& visit) const {
    ForEachNode(ns, [&visit](StoreNode* node) { visit(static_cast<const Object&>(node->object)); });
  }
  template <typename F>
  void ForEachNode(std::string_view ns, const F& visit) const {
    // Many stores hold one namespace only.
    if (!ns.empty() && size_ > 0 && blocks_.front().front()->object.ns() == ns &&
        blocks_.back().back()->object.ns() == ns) {
      ns = std::string_view();
    }
    Place place = ns.empty() ? Place() : BeginOf(ns);
    for (; place.block < blocks_.size(); ++place.block, place.at = 0) {
      const Block& block = blocks_[place.block];
      for (; place.at < block.size(); ++place.at) {
        if (!ns.empty() && block[place.at]->object.ns() != ns) return;
        visit(block[place.at]);
      }
    }
  }
  // Whether `accept(const Object&)` holds for one of them; stops at the first.
  template <typename F>
  bool Any(const F& accept) const {
    for (const Block& block : blocks_) {
      for (const StoreNode* node : block) {
        if (accept(static_cast<const Object&>(node->object))) return true;
      }
    }
    return false;
  }

 private:
  static constexpr size_t kBlock = 128;
  static bool Below(const StoreNode* node, const ObjectKey& key) { return node->object.key() < key; }
  using Block = PoolVector<StoreNode*>;
  struct Place {
    size_t block = 0;
    size_t at = 0;
  };
  // The first place whose key is not below `key`, within the block that would hold it.
  Place LowerBound(const ObjectKey& key) const;
  Place BeginOf(std::string_view ns) const;

  PoolVector<Block> blocks_;
  size_t size_ = 0;
};

}  // namespace wavetank
