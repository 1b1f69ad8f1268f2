#include "runtime/value/value.h"

#include <algorithm>
#include <bit>
#include <new>

#include "runtime/base/pool.h"

namespace wavetank {
namespace internal {
namespace {

// Set on an object node when one of its keys is a plain String: a Name may then equal a key at another address.
constexpr uint8_t kHasUninterned = 1;
// Below this many fields a scan beats a binary search.
constexpr uint32_t kScanLimit = 16;

ArrayNode* NewArray(uint32_t size) {
  auto* node = static_cast<ArrayNode*>(PoolAllocate(sizeof(ArrayNode) + size * sizeof(Value)));
  new (node) ArrayNode();
  node->type = static_cast<uint8_t>(Value::Type::kArray);
  node->size = size;
  return node;
}

ObjectNode* NewObject(uint32_t size) {
  auto* node = static_cast<ObjectNode*>(PoolAllocate(sizeof(ObjectNode) + size * sizeof(Field)));
  new (node) ObjectNode();
  node->type = static_cast<uint8_t>(Value::Type::kObject);
  node->size = size;
  return node;
}

// Never freed: a Value of static storage may still be copied by destructors that run after ours.
Node* NewEmpty(Node* node) {
  node->depth = 1;
  node->refs = kImmortal;
  return node;
}

uint16_t DepthOf(const Value& value) { return static_cast<uint16_t>(value.depth()); }

uint16_t DepthAbove(uint16_t below) {
  WT_CHECK(below < kMaxDepth, "a document is nested deeper than kMaxDepth");
  return static_cast<uint16_t>(below + 1);
}

bool Uninterned(const String& key) { return key.node()->refs != kImmortal; }

// The index of `key`, or size() when absent. `exact` finds nothing but the same address.
size_t IndexByAddress(const ObjectNode* node, const StringNode* key) {
  const Field* fields = node->data();
  for (size_t i = 0; i < node->size; ++i) {
    if (fields[i].key.node() == key) return i;
  }
  return node->size;
}

size_t LowerBound(const ObjectNode* node, std::string_view key) {
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

size_t IndexByText(const ObjectNode* node, std::string_view key) {
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

size_t IndexOf(const ObjectNode* node, Name key) {
  if (node->size <= kScanLimit) {
    const size_t at = IndexByAddress(node, key.node());
    if (at < node->size || (node->flags & kHasUninterned) == 0) return at;
  }
  return IndexByText(node, key.view());
}

// A copy of `node` with room for a field at `at` (left for the caller to construct), or with field `at` left out.
ObjectNode* CopyWithGap(const ObjectNode* node, size_t at) {
  ObjectNode* copy = NewObject(node->size + 1);
  for (size_t i = 0; i < at; ++i) new (copy->data() + i) Field(node->data()[i]);
  for (size_t i = at; i < node->size; ++i) new (copy->data() + i + 1) Field(node->data()[i]);
  copy->flags = node->flags;
  copy->depth = node->depth;
  return copy;
}

ObjectNode* CopyWithout(const ObjectNode* node, size_t at) {
  ObjectNode* copy = NewObject(node->size - 1);
  for (size_t i = 0; i < at; ++i) new (copy->data() + i) Field(node->data()[i]);
  for (size_t i = at + 1; i < node->size; ++i) new (copy->data() + i - 1) Field(node->data()[i]);
  copy->flags = node->flags;
  copy->depth = node->depth;
  return copy;
}

bool Identical(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  return a.identity() != nullptr ? a.identity() == b.identity() : a == b;
}

// Never freed: Names of static storage may be read by destructors that run after everything else.
class InternTable {
 public:
  StringNode* Find(std::string_view text) const {
    if (slots_.empty()) return nullptr;
    for (size_t i = HashBytes(text) & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i] == nullptr || slots_[i]->view() == text) return slots_[i];
    }
  }
  StringNode* Insert(std::string_view text) {
    if (StringNode* found = Find(text); found != nullptr) return found;
    if ((count_ + 1) * 2 > slots_.size()) Grow();
    StringNode* node = MakeString(text);
    node->refs = kImmortal;
    HashOf(node);
    Place(node);
    ++count_;
    return node;
  }

 private:
  void Place(StringNode* node) {
    size_t i = HashBytes(node->view()) & (slots_.size() - 1);
    while (slots_[i] != nullptr) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = node;
  }
  void Grow() {
    std::vector<StringNode*> old = std::move(slots_);
    slots_.assign(std::max<size_t>(4096, old.size() * 2), nullptr);
    for (StringNode* node : old) {
      if (node != nullptr) Place(node);
    }
  }
  std::vector<StringNode*> slots_;
  size_t count_ = 0;
};

InternTable& Interned() {
  static InternTable* table = new InternTable();
  return *table;
}

}  // namespace

StringNode* MakeString(std::string_view text) {
  WT_CHECK(text.size() < UINT32_MAX, "a string is longer than 4 GiB");
  auto* node = static_cast<StringNode*>(PoolAllocate(sizeof(StringNode) + text.size()));
  new (node) StringNode();
  node->type = static_cast<uint8_t>(Value::Type::kString);
  node->size = static_cast<uint32_t>(text.size());
  if (!text.empty()) std::memcpy(reinterpret_cast<char*>(node + 1), text.data(), text.size());
  return node;
}

void Destroy(Node* node) {
  switch (static_cast<Value::Type>(node->type)) {
    case Value::Type::kArray: {
      auto* array = static_cast<ArrayNode*>(node);
      for (size_t i = 0; i < array->size; ++i) array->data()[i].~Value();
      PoolFree(array, sizeof(ArrayNode) + array->size * sizeof(Value));
      return;
    }
    case Value::Type::kObject: {
      auto* object = static_cast<ObjectNode*>(node);
      for (size_t i = 0; i < object->size; ++i) object->data()[i].~Field();
      PoolFree(object, sizeof(ObjectNode) + object->size * sizeof(Field));
      return;
    }
    default: PoolFree(node, sizeof(StringNode) + node->size); return;
  }
}

StringNode* Intern(std::string_view text) { return Interned().Insert(text); }
StringNode* FindInterned(std::string_view text) { return Interned().Find(text); }

}  // namespace internal

using internal::ArrayNode;
using internal::ObjectNode;

internal::StringNode* String::Empty() {
  static internal::StringNode* empty = internal::Intern("");
  return empty;
}

Value Value::EmptyObject() {
  static const Value kEmpty(Type::kObject, internal::NewEmpty(internal::NewObject(0)));
  return kEmpty;
}

Value Value::EmptyArray() {
  static const Value kEmpty(Type::kArray, internal::NewEmpty(internal::NewArray(0)));
  return kEmpty;
}

Value Value::Array(std::vector<Value> elements) {
  if (elements.empty()) return EmptyArray();
  WT_CHECK(elements.size() < UINT32_MAX, "an array has more than 2^32 elements");
  ArrayNode* node = internal::NewArray(static_cast<uint32_t>(elements.size()));
  uint16_t depth = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    depth = std::max(depth, internal::DepthOf(elements[i]));
    new (node->data() + i) Value(std::move(elements[i]));
  }
  node->depth = internal::DepthAbove(depth);
  return Value(Type::kArray, node);
}

uint64_t Value::AsUint(uint64_t otherwise) const {
  if (type_ == Type::kUint || (type_ == Type::kInt && data_.i >= 0)) return data_.u;
  return otherwise;
}

double Value::AsDouble(double otherwise) const {
  switch (type_) {
    case Type::kInt: return static_cast<double>(data_.i);
    case Type::kUint: return static_cast<double>(data_.u);
    case Type::kDouble: return data_.d;
    default: return otherwise;
  }
}

String Value::ToSharedString() const {
  if (!is_string()) return {};
  internal::Retain(data_.node);
  return String::Adopt(static_cast<internal::StringNode*>(data_.node));
}

namespace {
const Value& Absent() {
  static const Value kAbsent;
  return kAbsent;
}
}  // namespace

const Value* Value::Find(Name key) const {
  if (!is_object()) return nullptr;
  const size_t at = internal::IndexOf(object(), key);
  return at < object()->size ? &object()->data()[at].value : nullptr;
}

const Value* Value::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const size_t at = internal::IndexByText(object(), key);
  return at < object()->size ? &object()->data()[at].value : nullptr;
}

const Value& Value::operator[](Name key) const {
  const Value* found = Find(key);
  return found != nullptr ? *found : Absent();
}

const Value& Value::operator[](std::string_view key) const {
  const Value* found = Find(key);
  return found != nullptr ? *found : Absent();
}

const Value& Value::operator[](size_t index) const {
  return is_array() && index < array()->size ? array()->data()[index] : Absent();
}

const Value& Value::At(std::initializer_list<Name> path) const {
  const Value* at = this;
  for (const Name key : path) at = &(*at)[key];
  return *at;
}

Value Value::Set(const String& key, Value value) const {
  if (!is_object()) return EmptyObject().Set(key, std::move(value));
  const ObjectNode* node = object();
  const size_t at = internal::LowerBound(node, key.view());
  const bool present = at < node->size && node->data()[at].key == key;
  if (present && internal::Identical(node->data()[at].value, value)) return *this;

  const uint16_t depth = internal::DepthAbove(internal::DepthOf(value));
  ObjectNode* copy = nullptr;
  if (present) {
    copy = internal::NewObject(node->size);
    for (size_t i = 0; i < node->size; ++i) {
      if (i == at) {
        new (copy->data() + i) Field{node->data()[i].key, std::move(value)};
      } else {
        new (copy->data() + i) Field(node->data()[i]);
      }
    }
    copy->flags = node->flags;
    copy->depth = node->depth;
  } else {
    copy = internal::CopyWithGap(node, at);
    new (copy->data() + at) Field{key, std::move(value)};
    if (internal::Uninterned(key)) copy->flags |= internal::kHasUninterned;
  }
  copy->depth = std::max(copy->depth, depth);
  return Value(Type::kObject, copy);
}

Value Value::Set(Name key, Value value) const& { return Set(String(key), std::move(value)); }

Value Value::Set(Name key, Value value) && {
  if (is_object() && data_.node->refs == 1) {
    auto* node = static_cast<ObjectNode*>(data_.node);
    const size_t at = internal::IndexOf(node, key);
    if (at < node->size) {
      node->depth = std::max(node->depth, internal::DepthAbove(internal::DepthOf(value)));
      node->data()[at].value = std::move(value);
      node->hash = 0;
      node->mark = 0;
      return std::move(*this);
    }
  }
  return static_cast<const Value&>(*this).Set(String(key), std::move(value));
}

Value Value::Set(std::string_view key, Value value) const {
  if (internal::StringNode* interned = internal::FindInterned(key); interned != nullptr) {
    return Set(String::Adopt(interned), std::move(value));
  }
  return Set(String(key), std::move(value));
}

Value Value::SetIn(std::span<const Name> path, Value value) const {
  if (path.empty()) return value;
  Value below = (*this)[path[0]].SetIn(path.subspan(1), std::move(value));
  return Set(path[0], std::move(below));
}

Value Value::Without(std::string_view key) const {
  if (!is_object()) return *this;
  const size_t at = internal::IndexByText(object(), key);
  if (at >= object()->size) return *this;
  if (object()->size == 1) return EmptyObject();
  return Value(Type::kObject, internal::CopyWithout(object(), at));
}

Value Value::Without(Name key) const {
  if (!is_object() || internal::IndexOf(object(), key) >= object()->size) return *this;
  return Without(key.view());
}

Value Value::WithoutIn(std::initializer_list<Name> path) const {
  const std::span<const Name> names(path.begin(), path.size());
  if (names.empty() || At(path).is_null()) {
    if (names.empty()) return *this;
  }
  // Walk down, then rebuild upwards; nothing is made on the way when the path leads nowhere.
  std::vector<const Value*> parents{this};
  for (size_t i = 0; i + 1 < names.size(); ++i) {
    const Value* next = parents.back()->Find(names[i]);
    if (next == nullptr) return *this;
    parents.push_back(next);
  }
  Value below = parents.back()->Without(names.back());
  for (size_t i = names.size() - 1; i > 0; --i) below = parents[i - 1]->Set(names[i - 1], std::move(below));
  return below;
}

Value Value::SetAt(size_t index, Value value) const {
  WT_CHECK(is_array() && index < array()->size, "SetAt beyond the end of an array");
  if (internal::Identical(array()->data()[index], value)) return *this;
  std::vector<Value> copy(elements().begin(), elements().end());
  copy[index] = std::move(value);
  return Array(std::move(copy));
}

Value Value::Append(Value value) const {
  std::vector<Value> copy;
  copy.reserve(elements().size() + 1);
  copy.assign(elements().begin(), elements().end());
  copy.push_back(std::move(value));
  return Array(std::move(copy));
}

Value Value::WithoutAt(size_t index) const {
  WT_CHECK(is_array() && index < array()->size, "WithoutAt beyond the end of an array");
  std::vector<Value> copy(elements().begin(), elements().end());
  copy.erase(copy.begin() + static_cast<std::ptrdiff_t>(index));
  return Array(std::move(copy));
}

bool Value::DeepEqual(const Value& a, const Value& b) {
  switch (a.type_) {
    case Type::kNull: return true;
    case Type::kDouble: return a.data_.d == b.data_.d;
    case Type::kBool:
    case Type::kInt:
    case Type::kUint: return false;  // the caller compared the bits
    case Type::kString:
      return internal::Equal(static_cast<internal::StringNode*>(a.data_.node),
                             static_cast<internal::StringNode*>(b.data_.node));
    case Type::kArray: {
      if (a.size() != b.size()) return false;
      if (a.data_.node->hash != 0 && b.data_.node->hash != 0 && a.data_.node->hash != b.data_.node->hash) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        if (!(a.array()->data()[i] == b.array()->data()[i])) return false;
      }
      return true;
    }
    case Type::kObject: {
      if (a.size() != b.size()) return false;
      if (a.data_.node->hash != 0 && b.data_.node->hash != 0 && a.data_.node->hash != b.data_.node->hash) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        const Field& x = a.object()->data()[i];
        const Field& y = b.object()->data()[i];
        if (!(x.key == y.key) || !(x.value == y.value)) return false;
      }
      return true;
    }
  }
  return false;
}

uint64_t Value::hash() const {
  const uint64_t seed = static_cast<uint64_t>(type_) + 1;
  switch (type_) {
    case Type::kNull: return HashMix(seed);
    case Type::kBool:
    case Type::kInt:
    case Type::kUint: return HashCombine(seed, data_.u);
    case Type::kDouble: {
      const double d = data_.d == 0 ? 0 : data_.d;  // -0.0 equals 0.0
      return HashCombine(seed, std::bit_cast<uint64_t>(d));
    }
    case Type::kString: return internal::HashOf(static_cast<internal::StringNode*>(data_.node));
    case Type::kArray: {
      if (data_.node->hash != 0) return data_.node->hash;
      uint64_t h = HashCombine(seed, size());
      for (const Value& element : elements()) h = HashCombine(h, element.hash());
      return data_.node->hash = h | 1;
    }
    case Type::kObject: {
      if (data_.node->hash != 0) return data_.node->hash;
      uint64_t h = HashCombine(seed, size());
      for (const Field& field : fields()) h = HashCombine(HashCombine(h, field.key.hash()), field.value.hash());
      return data_.node->hash = h | 1;
    }
  }
  return 0;
}

Value ObjectBuilder::Build() {
  if (fields_.empty()) return Value::EmptyObject();
  WT_CHECK(fields_.size() < UINT32_MAX, "an object has more than 2^32 fields");
  for (Field& field : fields_) {
    if (!internal::Uninterned(field.key)) continue;
    if (internal::StringNode* interned = internal::FindInterned(field.key.view()); interned != nullptr) {
      field.key = String::Adopt(interned);
    }
  }
  const auto by_key = [](const Field& a, const Field& b) { return a.key < b.key; };
  if (!std::is_sorted(fields_.begin(), fields_.end(), by_key)) {
    std::stable_sort(fields_.begin(), fields_.end(), by_key);
  }
  // Of equal keys the last stays.
  size_t unique = 0;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (i + 1 < fields_.size() && fields_[i].key == fields_[i + 1].key) continue;
    if (unique != i) fields_[unique] = std::move(fields_[i]);
    ++unique;
  }
  ObjectNode* node = internal::NewObject(static_cast<uint32_t>(unique));
  uint16_t depth = 0;
  for (size_t i = 0; i < unique; ++i) {
    depth = std::max(depth, internal::DepthOf(fields_[i].value));
    if (internal::Uninterned(fields_[i].key)) node->flags |= internal::kHasUninterned;
    new (node->data() + i) Field(std::move(fields_[i]));
  }
  node->depth = internal::DepthAbove(depth);
  fields_.clear();
  return Value(Value::Type::kObject, node);
}

}  // namespace wavetank
