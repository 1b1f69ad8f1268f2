// ObjectTree: an ordered, persistent map from ObjectKey to Object. The table of one resource.
//
//   ObjectTree pods;
//   pods.Put(pod);
//   ObjectTree then = pods;      // O(1); what happens to `pods` is not seen in `then`
//   pods.Erase(pod.key());
//   pods.ForEach(nullptr, [](const Object& o) { ...; return true; });   // in key order
//
// Nodes remember, beside each key, the eight bytes that follow what all keys of the node have in common, so that a search
// compares numbers and touches a key's text only where those are equal: names of one controller differ at their ends.
//
// A B+tree with counted nodes. A write copies the nodes on the path from the root that somebody else holds too, and
// changes those in place that only this tree holds. Order is that of ObjectKey (observed.md 285).
//
// Invariants: a node but the root holds at least one entry; every inner node knows how many objects lie below it; keys
// strictly increase over the leaves.
// Complexity: Find, Put, Erase, CountFrom O(log n) key comparisons; copy O(1); iteration O(visited + log n).
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "runtime/api/object.h"

namespace wavetank::sim {

// A key by its bytes; compares without touching counts.
struct KeyView {
  std::string_view ns;
  std::string_view name;
  KeyView(std::string_view ns, std::string_view name) : ns(ns), name(name) {}
  explicit KeyView(const ObjectKey& key) : ns(key.ns.view()), name(key.name.view()) {}
};
// Below zero, zero or above, as memcmp: byte order of "<ns>/<name>".
int Compare(const KeyView& a, const KeyView& b);

namespace internal {
inline constexpr uint32_t kTreeFanout = 32;

struct TreeNode {
  uint32_t refs = 1;
  uint16_t used = 0;
  uint16_t common = 0;  // the first so many bytes of all keys of this node are the same
  bool leaf;
  uint64_t heads[kTreeFanout];  // of each key: the eight bytes after those, big-endian
  explicit TreeNode(bool leaf) : leaf(leaf) {}
};

struct TreeLeaf : TreeNode {
  TreeLeaf() : TreeNode(true) {}
  Object slots[kTreeFanout];
};

struct TreeInner : TreeNode {
  TreeInner() : TreeNode(false) {}
  size_t count = 0;             // objects below
  ObjectKey keys[kTreeFanout];  // keys[i]: no key of child i is smaller; keys[0] is not used
  TreeNode* children[kTreeFanout] = {};
};

void ReleaseTree(TreeNode* node);
}  // namespace internal

class ObjectTree {
 public:
  ObjectTree() = default;
  ObjectTree(const ObjectTree& other) : root_(other.root_) {
    if (root_ != nullptr) ++root_->refs;
  }
  ObjectTree(ObjectTree&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
  ObjectTree& operator=(ObjectTree other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~ObjectTree() {
    if (root_ != nullptr) internal::ReleaseTree(root_);
  }

  bool empty() const { return root_ == nullptr; }
  size_t size() const;
  // Null when absent. The pointer lives until the next change of this tree.
  const Object* Find(const KeyView& key) const;
  const Object* Find(const ObjectKey& key) const { return Find(KeyView(key)); }
  // Inserts, or replaces the object of the same key.
  void Put(Object object) { PutOrFind(std::move(object), true); }
  // Inserts. When the key is taken, nothing changes and the object that has it is returned.
  const Object* Insert(Object object) { return PutOrFind(std::move(object), false); }
  // False when there was none.
  bool Erase(const ObjectKey& key);
  // Objects with a key at or after `from`.
  size_t CountFrom(const KeyView& from) const;
  // Visits the objects at or after `from` (null: all) in key order until `visit` says false.
  template <typename Visit>  // bool(const Object&)
  void ForEach(const KeyView* from, Visit&& visit) const {
    if (root_ != nullptr) VisitNode(root_, from, visit);
  }

 private:
  const Object* PutOrFind(Object object, bool replace);
  static uint32_t LowerBound(const internal::TreeLeaf& leaf, const KeyView& key);
  static uint32_t ChildOf(const internal::TreeInner& inner, const KeyView& key);

  template <typename Visit>
  static bool VisitNode(const internal::TreeNode* node, const KeyView* from, Visit& visit) {
    if (node->leaf) {
      const auto& leaf = static_cast<const internal::TreeLeaf&>(*node);
      for (uint32_t i = from != nullptr ? LowerBound(leaf, *from) : 0; i < leaf.used; ++i) {
        if (!visit(leaf.slots[i])) return false;
      }
      return true;
    }
    const auto& inner = static_cast<const internal::TreeInner&>(*node);
    uint32_t i = from != nullptr ? ChildOf(inner, *from) : 0;
    for (; i < inner.used; ++i) {
      if (!VisitNode(inner.children[i], from, visit)) return false;
      from = nullptr;  // only the first child can hold smaller keys
    }
    return true;
  }

  internal::TreeNode* root_ = nullptr;
};

}  // namespace wavetank::sim
