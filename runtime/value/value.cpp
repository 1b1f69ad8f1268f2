#include "runtime/value/value.h"

#include <algorithm>
#include <bit>

#include "runtime/value/value_node.h"

namespace wavetank {
namespace internal {

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
      if ((object->flags & kHasUninterned) != 0) {
        for (size_t i = 0; i < object->size; ++i) object->data()[i].~Field();
      } else {  // immortal keys need no counting
        for (size_t i = 0; i < object->size; ++i) object->data()[i].value.~Value();
      }
      PoolFree(object, sizeof(ObjectNode) + object->size * sizeof(Field));
      return;
    }
    default: PoolFree(node, sizeof(StringNode) + node->size); return;
  }
}

}  // namespace internal

using internal::ArrayNode;
using internal::ObjectNode;

Value Value::EmptyObject() {
  static const Value kEmpty(Type::kObject, internal::NewEmpty(internal::NewObject(0)));
  return kEmpty;
}

Value Value::EmptyArray() {
  static const Value kEmpty(Type::kArray, internal::NewEmpty(internal::NewArray(0)));
  return kEmpty;
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
constinit const Value kAbsent;
}  // namespace

const Value* Value::Find(Name key) const {
  if (!is_object()) return nullptr;
  if (!internal::MayHave(object(), key)) return nullptr;
  const size_t at = internal::IndexOf(object(), key);
  return at < object()->size ? &object()->data()[at].value : nullptr;
}

const Value* Value::Find(std::string_view key) const {
  if (!is_object()) return nullptr;
  const size_t at = internal::IndexByText(object(), key);
  return at < object()->size ? &object()->data()[at].value : nullptr;
}

const Value& Value::Search(Name key) const {
  const Value* found = Find(key);
  return found != nullptr ? *found : kAbsent;
}

const Value& Value::operator[](std::string_view key) const {
  const Value* found = Find(key);
  return found != nullptr ? *found : kAbsent;
}

const Value& Value::operator[](size_t index) const {
  return is_array() && index < array()->size ? array()->data()[index] : kAbsent;
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
  if (at == node->size || !(node->data()[at].key == key)) {
    return Value(Type::kObject, internal::WithField(node, at, key, std::move(value), /*steal=*/false));
  }
  if (internal::Identical(node->data()[at].value, value)) return *this;
  return Value(Type::kObject, internal::WithValue(node, at, std::move(value)));
}

Value Value::Set(Name key, Value value) const& {
  if (is_object()) {
    const size_t at = internal::IndexOf(object(), key);
    if (at < object()->size) {
      if (internal::Identical(object()->data()[at].value, value)) return *this;
      return Value(Type::kObject, internal::WithValue(object(), at, std::move(value)));
    }
  }
  return Set(String(key), std::move(value));
}

Value Value::Set(Name key, Value value) && {
  if (!is_object() || data_.node->refs != 1) return static_cast<const Value&>(*this).Set(key, std::move(value));
  // Nobody else holds the node, so nobody can see it change; what was derived from its content goes.
  auto* node = static_cast<ObjectNode*>(data_.node);
  const size_t at = internal::IndexOf(node, key);
  if (at == node->size) {
    const size_t gap = internal::LowerBound(node, key.view());
    return Value(Type::kObject, internal::WithField(node, gap, String(key), std::move(value), /*steal=*/true));
  }
  Value& place = node->data()[at].value;
  const uint16_t before = internal::DepthOf(place);
  const uint16_t after = internal::DepthOf(value);
  place = std::move(value);
  internal::UpdateDepth(node, before, after);
  node->hash = 0;
  node->mark = 0;
  return std::move(*this);
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

Value Value::WithoutField(size_t at) const {
  if (object()->size == 1) return EmptyObject();
  return Value(Type::kObject, internal::CopyWithout(object(), at));
}

Value Value::Without(std::string_view key) const {
  if (!is_object()) return *this;
  const size_t at = internal::IndexByText(object(), key);
  return at < object()->size ? WithoutField(at) : *this;
}

Value Value::Without(Name key) const {
  if (!is_object()) return *this;
  const size_t at = internal::IndexOf(object(), key);
  return at < object()->size ? WithoutField(at) : *this;
}

Value Value::WithoutIn(std::initializer_list<Name> path) const {
  const std::span<const Name> names(path.begin(), path.size());
  if (names.empty()) return *this;
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

Value Value::ArrayOf(std::span<Value> elements) {
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

Value Value::SetAt(size_t index, Value value) const {
  WT_CHECK(is_array() && index < array()->size, "SetAt beyond the end of an array");
  if (internal::Identical(array()->data()[index], value)) return *this;
  std::vector<Value> copy(elements().begin(), elements().end());
  copy[index] = std::move(value);
  return ArrayOf(copy);
}

Value Value::Append(Value value) const {
  const std::span<const Value> old = elements();
  WT_CHECK(old.size() < UINT32_MAX - 1, "an array has more than 2^32 elements");
  ArrayNode* node = internal::NewArray(static_cast<uint32_t>(old.size() + 1));
  for (size_t i = 0; i < old.size(); ++i) new (node->data() + i) Value(old[i]);
  node->depth = std::max(old.empty() ? uint16_t{1} : data_.node->depth, internal::DepthAbove(internal::DepthOf(value)));
  new (node->data() + old.size()) Value(std::move(value));
  return Value(Type::kArray, node);
}

Value Value::WithoutAt(size_t index) const {
  WT_CHECK(is_array() && index < array()->size, "WithoutAt beyond the end of an array");
  std::vector<Value> copy(elements().begin(), elements().end());
  copy.erase(copy.begin() + static_cast<std::ptrdiff_t>(index));
  return ArrayOf(copy);
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

namespace {

// Stable. Insertion for the few fields that objects usually have: it allocates nothing, and is linear when they come
// sorted.
void SortByKey(std::span<Field> fields) {
  const auto by_key = [](const Field& a, const Field& b) { return internal::KeyLess(a.key, b.key); };
  if (fields.size() > internal::kInsertionLimit) {
    if (!std::is_sorted(fields.begin(), fields.end(), by_key)) std::stable_sort(fields.begin(), fields.end(), by_key);
    return;
  }
  for (size_t i = 1; i < fields.size(); ++i) {
    if (!by_key(fields[i], fields[i - 1])) continue;
    Field moving = std::move(fields[i]);
    size_t to = i;
    for (; to > 0 && by_key(moving, fields[to - 1]); --to) fields[to] = std::move(fields[to - 1]);
    fields[to] = std::move(moving);
  }
}

}  // namespace

void ObjectBuilder::Grow(size_t capacity) {
  WT_CHECK(capacity < UINT32_MAX, "an object has more than 2^32 fields");
  internal::ObjectNode* larger = internal::NewObject(static_cast<uint32_t>(capacity));
  for (size_t i = 0; i < size_; ++i) new (larger->data() + i) Field(std::move(block_->data()[i]));
  const size_t size = size_;
  if (block_ != nullptr) Drop();
  block_ = larger;
  size_ = size;
  capacity_ = capacity;
}

void ObjectBuilder::Drop() {
  std::destroy_n(block_->data(), size_);
  PoolFree(block_, sizeof(internal::ObjectNode) + capacity_ * sizeof(Field));
  block_ = nullptr;
  size_ = capacity_ = 0;
}

Value ObjectBuilder::Build() {
  if (size_ == 0) return Value::EmptyObject();
  const std::span<Field> fields(block_->data(), size_);
  bool sorted = true;
  for (size_t i = 0; i < size_; ++i) {
    if (internal::Uninterned(fields[i].key)) {
      if (internal::StringNode* known = internal::FindInterned(fields[i].key.view()); known != nullptr) {
        fields[i].key = String::Adopt(known);
      }
    }
    sorted = sorted && (i == 0 || internal::KeyLess(fields[i - 1].key, fields[i].key));
  }
  size_t unique = size_;
  if (!sorted) {
    SortByKey(fields);
    // Of equal keys the last stays.
    unique = 0;
    for (size_t i = 0; i < size_; ++i) {
      if (i + 1 < size_ && fields[i].key == fields[i + 1].key) continue;
      if (unique != i) fields[unique] = std::move(fields[i]);
      ++unique;
    }
  }
  internal::ObjectNode* node = block_;
  if (unique != capacity_) {
    node = internal::NewObject(static_cast<uint32_t>(unique));
    for (size_t i = 0; i < unique; ++i) new (node->data() + i) Field(std::move(fields[i]));
    Drop();
  } else {
    block_ = nullptr;
    size_ = capacity_ = 0;
  }
  uint16_t depth = 0;
  for (size_t i = 0; i < unique; ++i) {
    depth = std::max(depth, internal::DepthOf(node->data()[i].value));
    internal::NoteKey(node, node->data()[i].key);
  }
  node->depth = internal::DepthAbove(depth);
  return Value(Value::Type::kObject, node);
}

Value WithFields(const Value& object, std::span<const FieldChange> changes) {
  const std::span<const Field> fields = object.fields();
  // First pass: does anything change, and how many fields will there be?
  constexpr size_t kMaxChanges = 32;
  WT_CHECK(changes.size() <= kMaxChanges, "WithFields takes at most 32 changes");
  size_t places[kMaxChanges];  // where a change's field stands; fields.size() when it is new
  bool changed = !object.is_object();
  size_t size = fields.size();
  for (size_t c = 0; c < changes.size(); ++c) {
    WT_CHECK(c == 0 || internal::KeyLess(changes[c - 1].name.node(), changes[c].name.node()),
             "changes come in the order of names");
    const bool may_be = !fields.empty() && internal::MayHave(object.object(), changes[c].name);
    places[c] = may_be ? internal::IndexOf(object.object(), changes[c].name) : fields.size();
    const bool present = places[c] < fields.size();
    const bool leave_out = changes[c].value.is_null();
    if (present) {
      changed = changed || leave_out || !internal::Identical(fields[places[c]].value, changes[c].value);
      if (leave_out) --size;
    } else if (!leave_out) {
      changed = true;
      ++size;
    }
  }
  if (!changed) return object;
  if (size == 0) return Value::EmptyObject();
  internal::ObjectNode* node = internal::NewObject(static_cast<uint32_t>(size));
  if (!fields.empty()) internal::InheritKeys(node, object.object());
  const bool counted = (node->flags & internal::kHasUninterned) != 0;
  Field* out = node->data();
  uint16_t depth = 0;
  size_t at = 0;
  const auto copy_one = [&] {
    depth = std::max(depth, internal::DepthOf(fields[at].value));
    internal::CopyField(out++, fields[at++], counted);
  };
  for (size_t c = 0; c < changes.size(); ++c) {
    const FieldChange& change = changes[c];
    if (places[c] < fields.size()) {
      while (at < places[c]) copy_one();
      ++at;
    } else if (!change.value.is_null()) {
      while (at < fields.size() && internal::KeyLess(fields[at].key.node(), change.name.node())) copy_one();
    }
    if (change.value.is_null()) continue;
    depth = std::max(depth, internal::DepthOf(change.value));
    new (out++) Field{String(change.name), change.value};
    internal::NoteKey(node, change.name);
  }
  while (at < fields.size()) copy_one();
  node->depth = internal::DepthAbove(depth);
  return Value(Value::Type::kObject, node);
}

}  // namespace wavetank
