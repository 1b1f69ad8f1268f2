#include "sim/apiserver/object_tree.h"

#include <algorithm>
#include <new>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"

namespace wavetank::sim {

using internal::kTreeFanout;
using internal::TreeInner;
using internal::TreeLeaf;
using internal::TreeNode;
using internal::TreeSlot;

int Compare(const KeyView& a, const KeyView& b) {
  const bool same_bytes = a.ns.data() == b.ns.data() && a.ns.size() == b.ns.size();
  if (!same_bytes && a.ns != b.ns) {
    // With its slash, namespace "n-a" sorts before "n": '-' is below '/'.
    const size_t common = std::min(a.ns.size(), b.ns.size());
    if (const int order = a.ns.substr(0, common).compare(b.ns.substr(0, common)); order != 0) return order;
    const auto next = [common](std::string_view text) {
      return common < text.size() ? static_cast<int>(static_cast<unsigned char>(text[common])) : '/';
    };
    return next(a.ns) - next(b.ns);
  }
  return a.name.compare(b.name);
}

namespace {

// A neighbour is taken in when both together fill at most this much of a node.
constexpr uint32_t kMergeAt = kTreeFanout / 2;

TreeLeaf* NewLeaf() { return new (PoolAllocate(sizeof(TreeLeaf))) TreeLeaf(); }
TreeInner* NewInner() { return new (PoolAllocate(sizeof(TreeInner))) TreeInner(); }
TreeLeaf* Leaf(TreeNode* node) { return static_cast<TreeLeaf*>(node); }
TreeInner* Inner(TreeNode* node) { return static_cast<TreeInner*>(node); }

size_t CountBelow(const TreeNode* node) {
  return node->leaf ? node->used : static_cast<const TreeInner*>(node)->count;
}

// The node itself when nobody else holds it, else a copy of it that takes its place.
TreeNode* Own(TreeNode* node) {
  if (node->refs == 1) return node;
  --node->refs;
  if (node->leaf) {
    TreeLeaf* copy = NewLeaf();
    copy->used = node->used;
    for (uint32_t i = 0; i < node->used; ++i) copy->slots[i] = Leaf(node)->slots[i];
    return copy;
  }
  TreeInner* copy = NewInner();
  copy->used = node->used;
  copy->count = Inner(node)->count;
  for (uint32_t i = 0; i < node->used; ++i) {
    copy->keys[i] = Inner(node)->keys[i];
    copy->children[i] = Inner(node)->children[i];
    ++copy->children[i]->refs;
  }
  return copy;
}

void Assign(TreeSlot& slot, Object object) {
  slot.object = std::move(object);
  slot.key = KeyView(slot.object.key());
}

// What a full node split off: its upper half and the smallest key of it. `node` is null when nothing was split.
struct Split {
  TreeNode* node = nullptr;
  ObjectKey key;
};

Split SplitLeaf(TreeLeaf* leaf) {
  TreeLeaf* upper = NewLeaf();
  const uint32_t half = leaf->used / 2;
  for (uint32_t i = half; i < leaf->used; ++i) upper->slots[i - half] = std::move(leaf->slots[i]);
  upper->used = static_cast<uint16_t>(leaf->used - half);
  leaf->used = static_cast<uint16_t>(half);
  return {upper, upper->slots[0].object.key()};
}

Split SplitInner(TreeInner* inner) {
  TreeInner* upper = NewInner();
  const uint32_t half = inner->used / 2;
  for (uint32_t i = half; i < inner->used; ++i) {
    upper->keys[i - half] = std::move(inner->keys[i]);
    upper->children[i - half] = std::exchange(inner->children[i], nullptr);
    upper->count += CountBelow(upper->children[i - half]);
  }
  upper->used = static_cast<uint16_t>(inner->used - half);
  inner->used = static_cast<uint16_t>(half);
  inner->count -= upper->count;
  Split split{upper, std::move(upper->keys[0])};
  upper->keys[0] = {};
  return split;
}

// REQUIRES: room in the leaf.
void InsertSlot(TreeLeaf* leaf, uint32_t at, Object object) {
  for (uint32_t i = leaf->used; i > at; --i) leaf->slots[i] = std::move(leaf->slots[i - 1]);
  Assign(leaf->slots[at], std::move(object));
  ++leaf->used;
}

// REQUIRES: room in the node. Counts are the caller's.
void InsertChild(TreeInner* inner, uint32_t at, ObjectKey key, TreeNode* child) {
  for (uint32_t i = inner->used; i > at; --i) {
    inner->keys[i] = std::move(inner->keys[i - 1]);
    inner->children[i] = inner->children[i - 1];
  }
  inner->keys[at] = std::move(key);
  inner->children[at] = child;
  ++inner->used;
}

void RemoveChild(TreeInner* inner, uint32_t at) {
  for (uint32_t i = at + 1; i < inner->used; ++i) {
    inner->keys[i - 1] = std::move(inner->keys[i]);
    inner->children[i - 1] = inner->children[i];
  }
  --inner->used;
  inner->children[inner->used] = nullptr;
}

// Moves all of `right` behind what `left` has. Both are owned; `right` is freed. `key`: the smallest key of `right`.
void Append(TreeNode* left, TreeNode* right, ObjectKey key) {
  if (left->leaf) {
    for (uint32_t i = 0; i < right->used; ++i) Leaf(left)->slots[left->used + i] = std::move(Leaf(right)->slots[i]);
    left->used = static_cast<uint16_t>(left->used + right->used);
  } else {
    Inner(right)->keys[0] = std::move(key);
    for (uint32_t i = 0; i < right->used; ++i) {
      Inner(left)->keys[left->used + i] = std::move(Inner(right)->keys[i]);
      Inner(left)->children[left->used + i] = Inner(right)->children[i];
    }
    Inner(left)->count += Inner(right)->count;
    left->used = static_cast<uint16_t>(left->used + right->used);
  }
  right->used = 0;
  internal::ReleaseTree(right);
}

// Keeps nodes from staying nearly empty after many deletions.
void MergeAround(TreeInner* inner, uint32_t at) {
  if (inner->children[at]->used == 0) {
    internal::ReleaseTree(inner->children[at]);
    RemoveChild(inner, at);
    return;
  }
  if (inner->children[at]->used > kMergeAt / 2) return;
  const uint32_t left = at > 0 ? at - 1 : at;
  if (left + 1 >= inner->used) return;
  if (inner->children[left]->used + inner->children[left + 1]->used > kMergeAt) return;
  inner->children[left] = Own(inner->children[left]);
  inner->children[left + 1] = Own(inner->children[left + 1]);
  Append(inner->children[left], inner->children[left + 1], inner->keys[left + 1]);
  RemoveChild(inner, left + 1);
}

}  // namespace

namespace internal {
void ReleaseTree(TreeNode* node) {
  if (--node->refs != 0) return;
  if (node->leaf) {
    Leaf(node)->~TreeLeaf();
    PoolFree(node, sizeof(TreeLeaf));
    return;
  }
  for (uint32_t i = 0; i < node->used; ++i) ReleaseTree(Inner(node)->children[i]);
  Inner(node)->~TreeInner();
  PoolFree(node, sizeof(TreeInner));
}
}  // namespace internal

uint32_t ObjectTree::LowerBound(const TreeLeaf& leaf, const KeyView& key) {
  uint32_t low = 0;
  uint32_t high = leaf.used;
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    if (Compare(leaf.slots[middle].key, key) < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// The last child whose lower bound is not above `key`.
uint32_t ObjectTree::ChildOf(const TreeInner& inner, const KeyView& key) {
  uint32_t low = 0;
  uint32_t high = inner.used - 1u;
  while (low < high) {
    const uint32_t middle = (low + high + 1) / 2;
    if (Compare(KeyView(inner.keys[middle]), key) <= 0) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

size_t ObjectTree::size() const { return root_ == nullptr ? 0 : CountBelow(root_); }

const Object* ObjectTree::Find(const KeyView& key) const {
  const TreeNode* node = root_;
  if (node == nullptr) return nullptr;
  while (!node->leaf) {
    const auto& inner = static_cast<const TreeInner&>(*node);
    node = inner.children[ChildOf(inner, key)];
  }
  const auto& leaf = static_cast<const TreeLeaf&>(*node);
  const uint32_t at = LowerBound(leaf, key);
  if (at == leaf.used || Compare(leaf.slots[at].key, key) != 0) return nullptr;
  return &leaf.slots[at].object;
}

size_t ObjectTree::CountFrom(const KeyView& from) const {
  const TreeNode* node = root_;
  if (node == nullptr) return 0;
  size_t count = 0;
  while (!node->leaf) {
    const auto& inner = static_cast<const TreeInner&>(*node);
    const uint32_t at = ChildOf(inner, from);
    for (uint32_t i = at + 1; i < inner.used; ++i) count += CountBelow(inner.children[i]);
    node = inner.children[at];
  }
  const auto& leaf = static_cast<const TreeLeaf&>(*node);
  return count + leaf.used - LowerBound(leaf, from);
}

namespace {

struct Putter {
  Object object;
  KeyView key;  // into `object`, valid until it is moved to its slot
  bool inserted = false;

  // Both searches are ObjectTree's own; they come in to keep them private there.
  uint32_t (*lower_bound)(const TreeLeaf&, const KeyView&);
  uint32_t (*child_of)(const TreeInner&, const KeyView&);

  Split PutLeaf(TreeLeaf* leaf) {
    const uint32_t at = lower_bound(*leaf, key);
    if (at < leaf->used && Compare(leaf->slots[at].key, key) == 0) {
      Assign(leaf->slots[at], std::move(object));
      return {};
    }
    inserted = true;
    if (leaf->used < kTreeFanout) {
      InsertSlot(leaf, at, std::move(object));
      return {};
    }
    Split split = SplitLeaf(leaf);
    if (at <= leaf->used) {
      InsertSlot(leaf, at, std::move(object));
    } else {
      InsertSlot(Leaf(split.node), at - leaf->used, std::move(object));
    }
    return split;
  }

  Split PutNode(TreeNode*& node) {
    node = Own(node);
    if (node->leaf) return PutLeaf(Leaf(node));
    TreeInner* inner = Inner(node);
    const uint32_t at = child_of(*inner, key);
    Split below = PutNode(inner->children[at]);
    if (inserted) ++inner->count;
    if (below.node == nullptr) return {};
    if (inner->used < kTreeFanout) {
      InsertChild(inner, at + 1, std::move(below.key), below.node);
      return {};
    }
    // Counts are right before and after: the new child's objects are in its parent's count already.
    const size_t total = inner->count;
    inner->count -= CountBelow(below.node);
    Split split = SplitInner(inner);
    TreeInner* target = at + 1 <= inner->used ? inner : Inner(split.node);
    const uint32_t place = target == inner ? at + 1 : at + 1 - inner->used;
    InsertChild(target, place, std::move(below.key), below.node);
    target->count += CountBelow(below.node);
    WT_CHECK(inner->count + Inner(split.node)->count == total, "a split loses no objects");
    return split;
  }
};

}  // namespace

void ObjectTree::Put(Object object) {
  WT_CHECK(static_cast<bool>(object), "a table holds objects");
  const KeyView key(object.key());
  if (root_ == nullptr) {
    root_ = NewLeaf();
    InsertSlot(Leaf(root_), 0, std::move(object));
    return;
  }
  Putter putter{std::move(object), key, false, &LowerBound, &ChildOf};
  Split split = putter.PutNode(root_);
  if (split.node == nullptr) return;
  TreeInner* root = NewInner();
  root->count = CountBelow(root_) + CountBelow(split.node);
  root->used = 2;
  root->children[0] = root_;
  root->children[1] = split.node;
  root->keys[1] = std::move(split.key);
  root_ = root;
}

bool ObjectTree::Erase(const ObjectKey& erased) {
  const ObjectKey hold = erased;  // the caller's key may live in the object that goes
  const KeyView key(hold);
  if (Find(key) == nullptr) return false;
  root_ = Own(root_);
  // Down to the leaf, owning the path; then merge on the way up.
  TreeInner* path[24];
  uint32_t places[24];
  size_t depth = 0;
  TreeNode* node = root_;
  while (!node->leaf) {
    TreeInner* inner = Inner(node);
    const uint32_t at = ChildOf(*inner, key);
    inner->children[at] = Own(inner->children[at]);
    --inner->count;
    WT_CHECK(depth < 24, "a tree is this deep only after 2^40 objects");
    path[depth] = inner;
    places[depth++] = at;
    node = inner->children[at];
  }
  TreeLeaf* leaf = Leaf(node);
  for (uint32_t i = LowerBound(*leaf, key) + 1; i < leaf->used; ++i) leaf->slots[i - 1] = std::move(leaf->slots[i]);
  --leaf->used;
  leaf->slots[leaf->used] = TreeSlot();
  while (depth-- > 0) MergeAround(path[depth], places[depth]);

  while (!root_->leaf && root_->used == 1) {
    TreeNode* only = Inner(root_)->children[0];
    ++only->refs;
    internal::ReleaseTree(root_);
    root_ = only;
  }
  if (root_->used == 0) {
    internal::ReleaseTree(root_);
    root_ = nullptr;
  }
  return true;
}

}  // namespace wavetank::sim
