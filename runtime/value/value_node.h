// The nodes behind Values: making, searching and copying them. Internal to runtime/value.
//
// Functions answer nodes with one reference, which the caller adopts. Depths are exact, see Value::depth().
#pragma once

#include <algorithm>
#include <new>

#include "runtime/base/pool.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

// Set on an object node when one of its keys is a plain String: a Name may then equal a key at another address.
inline constexpr uint8_t kHasUninterned = 1;
// Below this many fields a scan beats a binary search.
inline constexpr uint32_t kScanLimit = 16;
// Below this many fields insertion beats std::stable_sort.
inline constexpr size_t kInsertionLimit = 24;

inline ArrayNode* NewArray(uint32_t size) {
  auto* node = static_cast<ArrayNode*>(PoolAllocate(sizeof(ArrayNode) + size * sizeof(Value)));
  new (node) ArrayNode();
  node->type = static_cast<uint8_t>(Value::Type::kArray);
  node->size = size;
  return node;
}

inline ObjectNode* NewObject(uint32_t size) {
  auto* node = static_cast<ObjectNode*>(PoolAllocate(sizeof(ObjectNode) + size * sizeof(Field)));
  new (node) ObjectNode();
  node->type = static_cast<uint8_t>(Value::Type::kObject);
  node->size = size;
  return node;
}

// Never freed: a Value of static storage may still be copied by destructors that run after ours.
inline Node* NewEmpty(Node* node) {
  node->depth = 1;
  node->refs = kImmortal;
  return node;
}

inline uint16_t DepthOf(const Value& value) { return static_cast<uint16_t>(value.depth()); }

inline uint16_t DepthAbove(uint16_t below) {
  WT_CHECK(below < kMaxDepth, "a document is nested deeper than kMaxDepth");
  return static_cast<uint16_t>(below + 1);
}

inline bool Uninterned(const String& key) { return key.node()->refs != kImmortal; }

// A key sets its bit in every object that has it, so that most questions for a field that is not there are answered by one
// test. Objects with a key that is no interned name have all bits.
inline void NoteKey(ObjectNode* node, const String& key) {
  if (Uninterned(key)) {
    node->flags |= kHasUninterned;
    node->names = ~uint64_t{0};
  } else {
    node->names |= uint64_t{1} << key.node()->flags;
  }
}
// `node` will have most keys of `from`. A bit too many is harmless.
inline void InheritKeys(ObjectNode* node, const ObjectNode* from) {
  node->flags = from->flags;
  node->names = from->names;
}
inline bool MayHave(const ObjectNode* node, Name key) { return (node->names >> key.node()->flags & 1) != 0; }

// Byte order of keys; the first bytes are compared in place, since they mostly decide.
inline bool KeyLess(const StringNode* x, const StringNode* y) {
  if (x == y) return false;
  if (x->size > 0 && y->size > 0) {
    const auto p = static_cast<unsigned char>(*reinterpret_cast<const char*>(x + 1));
    const auto q = static_cast<unsigned char>(*reinterpret_cast<const char*>(y + 1));
    if (p != q) return p < q;
  }
  return x->view() < y->view();
}
inline bool KeyLess(const String& a, const String& b) { return KeyLess(a.node(), b.node()); }

// The index of the field whose key is this very node; size when there is none. A name is mostly asked for in documents of
// one shape, so it remembers where it stood last (in `depth`, of which a string has no use): most answers are one comparison.
inline size_t IndexByAddress(const ObjectNode* node, StringNode* key) {
  const Field* fields = node->data();
  if (key->depth < node->size && fields[key->depth].key.node() == key) return key->depth;
  for (size_t i = 0; i < node->size; ++i) {
    if (fields[i].key.node() != key) continue;
    key->depth = static_cast<uint16_t>(i);
    return i;
  }
  return node->size;
}

inline size_t LowerBound(const ObjectNode* node, std::string_view key) {
  const Field* fields = node->data();
  size_t low = 0;
  size_t high = node->size;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (fields[middle].key.view() < key) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

inline size_t IndexByText(const ObjectNode* node, std::string_view key) {
  const Field* fields = node->data();
  if (node->size <= kScanLimit) {
    for (size_t i = 0; i < node->size; ++i) {
      if (fields[i].key.view() == key) return i;
    }
    return node->size;
  }
  const size_t at = LowerBound(node, key);
  return at < node->size && fields[at].key.view() == key ? at : node->size;
}

inline size_t IndexOf(const ObjectNode* node, Name key) {
  if (node->size <= kScanLimit) {
    const size_t at = IndexByAddress(node, key.node());
    if (at < node->size || (node->flags & kHasUninterned) == 0) return at;
  }
  return IndexByText(node, key.view());
}

// The exact depth of a node whose children are in place.
inline uint16_t DepthOfChildren(const ObjectNode* node) {
  uint16_t below = 0;
  for (size_t i = 0; i < node->size; ++i) below = std::max(below, DepthOf(node->data()[i].value));
  return DepthAbove(below);
}

// The depth of `node` once a child of depth `before` has become one of depth `after`. O(1) unless the deepest shrinks.
inline void UpdateDepth(ObjectNode* node, uint16_t before, uint16_t after) {
  if (after >= before) {
    node->depth = std::max(node->depth, DepthAbove(after));
  } else if (before + 1 == node->depth) {
    node->depth = DepthOfChildren(node);
  }
}

// Copies a field. `counted`: its key may be one that counts its references; names are immortal and do not.
inline void CopyField(Field* to, const Field& from, bool counted) {
  if (counted) {
    new (to) Field(from);
  } else {
    new (&to->key) String(String::Adopt(from.key.node()));
    new (&to->value) Value(from.value);
  }
}

// Copies a field, or moves it when its node is about to go (`steal`).
inline void Transfer(Field* to, const Field& from, bool steal, bool counted) {
  if (steal) {
    new (to) Field(std::move(const_cast<Field&>(from)));
  } else {
    CopyField(to, from, counted);
  }
}

// `node` with one more field at `at`. With `steal` the fields of `node` are moved out of it.
inline ObjectNode* WithField(const ObjectNode* node, size_t at, const String& key, Value&& value, bool steal) {
  ObjectNode* copy = NewObject(node->size + 1);
  const bool counted = (node->flags & kHasUninterned) != 0;
  for (size_t i = 0; i < at; ++i) Transfer(copy->data() + i, node->data()[i], steal, counted);
  for (size_t i = at; i < node->size; ++i) Transfer(copy->data() + i + 1, node->data()[i], steal, counted);
  InheritKeys(copy, node);
  NoteKey(copy, key);
  copy->depth = std::max(node->depth, DepthAbove(DepthOf(value)));
  new (copy->data() + at) Field{key, std::move(value)};
  return copy;
}

// `node` with another value in the field at `at`.
inline ObjectNode* WithValue(const ObjectNode* node, size_t at, Value&& value) {
  ObjectNode* copy = NewObject(node->size);
  const bool counted = (node->flags & kHasUninterned) != 0;
  for (size_t i = 0; i < node->size; ++i) {
    if (i == at) {
      new (copy->data() + i) Field{node->data()[i].key, std::move(value)};
    } else {
      CopyField(copy->data() + i, node->data()[i], counted);
    }
  }
  InheritKeys(copy, node);
  copy->depth = node->depth;
  UpdateDepth(copy, DepthOf(node->data()[at].value), DepthOf(copy->data()[at].value));
  return copy;
}

inline ObjectNode* CopyWithout(const ObjectNode* node, size_t at) {
  ObjectNode* copy = NewObject(node->size - 1);
  const bool counted = (node->flags & kHasUninterned) != 0;
  for (size_t i = 0; i < at; ++i) CopyField(copy->data() + i, node->data()[i], counted);
  for (size_t i = at + 1; i < node->size; ++i) CopyField(copy->data() + i - 1, node->data()[i], counted);
  InheritKeys(copy, node);
  copy->depth = node->depth;
  UpdateDepth(copy, DepthOf(node->data()[at].value), 0);
  return copy;
}

inline bool Identical(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  return a.identity() != nullptr ? a.identity() == b.identity() : a == b;
}

}  // namespace wavetank::internal
