#include "sim/apiserver/object_tree.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"

namespace wavetank::sim {

using internal::kTreeFanout;
using internal::TreeInner;
using internal::TreeLeaf;
using internal::TreeNode;

namespace {
// Objects of one namespace mostly share its text.
bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && (a.data() == b.data() || a == b);
}
}  // namespace

int Compare(const KeyView& a, const KeyView& b) {
  if (!SameText(a.ns, b.ns)) {
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

// ---- Keys as one run of bytes: "<ns>/<name>".

size_t SizeOf(const KeyView& key) { return key.ns.size() + 1 + key.name.size(); }

unsigned char ByteAt(const KeyView& key, size_t at) {
  if (at < key.ns.size()) return static_cast<unsigned char>(key.ns[at]);
  if (at == key.ns.size()) return '/';
  return static_cast<unsigned char>(key.name[at - key.ns.size() - 1]);
}

// Eight bytes from `at` on, the first the most significant, zeros beyond the end: numbers compare as the bytes do.
uint64_t HeadAt(const KeyView& key, size_t at) {
  uint64_t head = 0;
  if (at > key.ns.size()) {
    const std::string_view rest = key.name.substr(std::min(at - key.ns.size() - 1, key.name.size()));
    if (rest.size() >= sizeof(head)) {
      std::memcpy(&head, rest.data(), sizeof(head));
      return __builtin_bswap64(head);
    }
    for (size_t i = 0; i < rest.size(); ++i) head |= uint64_t{static_cast<unsigned char>(rest[i])} << (56 - 8 * i);
    return head;
  }
  const size_t size = SizeOf(key);
  for (size_t i = 0; i < sizeof(head); ++i) head = (head << 8) | (at + i < size ? ByteAt(key, at + i) : 0u);
  return head;
}

// How many bytes both begin with, at most `limit`.
size_t CommonBytes(const KeyView& a, const KeyView& b, size_t limit) {
  const size_t end = std::min({SizeOf(a), SizeOf(b), limit});
  size_t at = 0;
  if (SameText(a.ns, b.ns)) {  // nearly always: then only names are left
    const size_t before = a.ns.size() + 1;
    if (end <= before) return end;
    const char* x = a.name.data();
    const char* y = b.name.data();
    while (at < end - before && x[at] == y[at]) ++at;
    return before + at;
  }
  while (at < end && ByteAt(a, at) == ByteAt(b, at)) ++at;
  return at;
}

constexpr size_t kMaxCommon = UINT16_MAX;

// A neighbour is taken in when both together fill at most this much of a node.
constexpr uint32_t kMergeAt = kTreeFanout / 2;

TreeLeaf* NewLeaf() { return new (PoolAllocate(sizeof(TreeLeaf))) TreeLeaf(); }
TreeInner* NewInner() { return new (PoolAllocate(sizeof(TreeInner))) TreeInner(); }
TreeLeaf* Leaf(TreeNode* node) { return static_cast<TreeLeaf*>(node); }
TreeInner* Inner(TreeNode* node) { return static_cast<TreeInner*>(node); }

KeyView KeyAt(const TreeNode* node, uint32_t i) {
  return node->leaf ? KeyView(static_cast<const TreeLeaf*>(node)->slots[i].key())
                    : KeyView(static_cast<const TreeInner*>(node)->keys[i]);
}

// The first key of an inner node is never compared.
uint32_t FirstKey(const TreeNode* node) { return node->leaf ? 0 : 1; }

// Makes `common` and all heads anew.
void Summarise(TreeNode* node) {
  const uint32_t first = FirstKey(node);
  if (node->used <= first) return;
  const KeyView low = KeyAt(node, first);
  node->common = static_cast<uint16_t>(CommonBytes(low, KeyAt(node, node->used - 1u), kMaxCommon));
  for (uint32_t i = first; i < node->used; ++i) node->heads[i] = HeadAt(KeyAt(node, i), node->common);
}

// The same after a key came to place `at`; the heads behind it have moved already.
void SummariseNew(TreeNode* node, uint32_t at) {
  const uint32_t first = FirstKey(node);
  const KeyView key = KeyAt(node, at);
  const uint32_t other = at == first ? first + 1 : first;
  if (other >= node->used || CommonBytes(key, KeyAt(node, other), node->common) < node->common) {
    Summarise(node);
  } else {
    node->heads[at] = HeadAt(key, node->common);
  }
}

// The first place whose key is not below `key` (`above`: is above it), among first..used.
uint32_t Search(const TreeNode* node, uint32_t first, const KeyView& key, bool above) {
  const uint32_t used = node->used;
  if (first >= used) return used;
  const KeyView sample = KeyAt(node, first);
  const size_t shared = CommonBytes(key, sample, node->common);
  if (shared < node->common) {
    const bool below = shared >= SizeOf(key) || ByteAt(key, shared) < ByteAt(sample, shared);
    return below ? first : used;
  }
  const uint64_t head = HeadAt(key, node->common);
  uint32_t low = first;
  uint32_t high = used;
  while (low < high) {
    const uint32_t middle = (low + high) / 2;
    bool before = node->heads[middle] < head;
    if (node->heads[middle] == head) {
      const int order = Compare(KeyAt(node, middle), key);
      before = above ? order <= 0 : order < 0;
    }
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

size_t CountBelow(const TreeNode* node) { return node->leaf ? node->used : static_cast<const TreeInner*>(node)->count; }

void CopySummary(const TreeNode* from, TreeNode* to) {
  to->used = from->used;
  to->common = from->common;
  std::copy_n(from->heads, from->used, to->heads);
}

// The node itself when nobody else holds it, else a copy of it that takes its place.
TreeNode* Own(TreeNode* node) {
  if (node->refs == 1) return node;
  --node->refs;
  if (node->leaf) {
    TreeLeaf* copy = NewLeaf();
    CopySummary(node, copy);
    for (uint32_t i = 0; i < node->used; ++i) copy->slots[i] = Leaf(node)->slots[i];
    return copy;
  }
  TreeInner* copy = NewInner();
  CopySummary(node, copy);
  copy->count = Inner(node)->count;
  for (uint32_t i = 0; i < node->used; ++i) {
    copy->keys[i] = Inner(node)->keys[i];
    copy->children[i] = Inner(node)->children[i];
    ++copy->children[i]->refs;
  }
  return copy;
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
  Summarise(leaf);
  Summarise(upper);
  return {upper, upper->slots[0].key()};
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
  Summarise(inner);
  Summarise(upper);
  return split;
}

// REQUIRES: room in the leaf.
void InsertSlot(TreeLeaf* leaf, uint32_t at, Object object) {
  for (uint32_t i = leaf->used; i > at; --i) {
    leaf->slots[i] = std::move(leaf->slots[i - 1]);
    leaf->heads[i] = leaf->heads[i - 1];
  }
  leaf->slots[at] = std::move(object);
  ++leaf->used;
  SummariseNew(leaf, at);
}

// REQUIRES: room in the node. Counts are the caller's.
void InsertChild(TreeInner* inner, uint32_t at, ObjectKey key, TreeNode* child) {
  for (uint32_t i = inner->used; i > at; --i) {
    inner->keys[i] = std::move(inner->keys[i - 1]);
    inner->children[i] = inner->children[i - 1];
    inner->heads[i] = inner->heads[i - 1];
  }
  inner->keys[at] = std::move(key);
  inner->children[at] = child;
  ++inner->used;
  SummariseNew(inner, at);
}

void RemoveChild(TreeInner* inner, uint32_t at) {
  for (uint32_t i = at + 1; i < inner->used; ++i) {
    inner->keys[i - 1] = std::move(inner->keys[i]);
    inner->children[i - 1] = inner->children[i];
    inner->heads[i - 1] = inner->heads[i];
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
  Summarise(left);
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

uint32_t ObjectTree::LowerBound(const TreeLeaf& leaf, const KeyView& key) { return Search(&leaf, 0, key, false); }

// The last child whose lower bound is not above `key`.
uint32_t ObjectTree::ChildOf(const TreeInner& inner, const KeyView& key) { return Search(&inner, 1, key, true) - 1; }

size_t ObjectTree::size() const { return root_ == nullptr ? 0 : CountBelow(root_); }

const Object* ObjectTree::Find(const KeyView& key) const {
  const TreeNode* node = root_;
  if (node == nullptr) return nullptr;
  while (!node->leaf) {
    const auto& inner = static_cast<const TreeInner&>(*node);
    node = inner.children[ChildOf(inner, key)];
  }
  // What is here begins as all keys of the leaf do: only the heads need to be searched, and few keys are read.
  const auto& leaf = static_cast<const TreeLeaf&>(*node);
  const uint64_t* heads_end = leaf.heads + leaf.used;
  const uint64_t head = HeadAt(key, leaf.common);
  for (const uint64_t* at = std::lower_bound(leaf.heads, heads_end, head); at != heads_end && *at == head; ++at) {
    const Object& object = leaf.slots[at - leaf.heads];
    if (SameText(object.name().view(), key.name) && SameText(object.ns().view(), key.ns)) return &object;
  }
  return nullptr;
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
  bool replace;
  bool inserted = false;
  const Object* taken = nullptr;  // what has the key already, when it is not to be replaced

  // Both searches are ObjectTree's own; they come in to keep them private there.
  uint32_t (*lower_bound)(const TreeLeaf&, const KeyView&);
  uint32_t (*child_of)(const TreeInner&, const KeyView&);

  Split PutLeaf(TreeLeaf* leaf) {
    const uint32_t at = lower_bound(*leaf, key);
    if (at < leaf->used && Compare(KeyView(leaf->slots[at].key()), key) == 0) {
      if (replace) {
        leaf->slots[at] = std::move(object);
      } else {
        taken = &leaf->slots[at];
      }
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

const Object* ObjectTree::PutOrFind(Object object, bool replace) {
  WT_CHECK(static_cast<bool>(object), "a table holds objects");
  const KeyView key(object.key());
  if (root_ == nullptr) {
    root_ = NewLeaf();
    InsertSlot(Leaf(root_), 0, std::move(object));
    return nullptr;
  }
  Putter putter{std::move(object), key, replace, false, nullptr, &LowerBound, &ChildOf};
  Split split = putter.PutNode(root_);
  if (split.node == nullptr) return putter.taken;
  TreeInner* root = NewInner();
  root->count = CountBelow(root_) + CountBelow(split.node);
  root->used = 2;
  root->children[0] = root_;
  root->children[1] = split.node;
  root->keys[1] = std::move(split.key);
  Summarise(root);
  root_ = root;
  return nullptr;
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
  for (uint32_t i = LowerBound(*leaf, key) + 1; i < leaf->used; ++i) {
    leaf->slots[i - 1] = std::move(leaf->slots[i]);
    leaf->heads[i - 1] = leaf->heads[i];
  }
  --leaf->used;
  leaf->slots[leaf->used] = Object();
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
