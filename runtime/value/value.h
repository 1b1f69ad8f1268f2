// Value: an immutable JSON document with structural sharing. The first-order performance decision of Wavetank.
//
//   Value pod = *ParseJson(text);
//   Value ready = pod.SetIn({kStatus, kPhase}, "Running");   // copies the path status -> root, shares all else
//   if (ready[kStatus][kPhase] == "Running") ...
//   Value labels = ObjectBuilder().Add("app", "guestbook").Build();
//
// A Value is 16 bytes: a tag and a number, or a tag and a counted pointer to a node. Copying is one increment.
// Nothing can change a node that somebody else holds: there is no mutable path.
//
// Objects keep their fields sorted by the bytes of the key; a key occurs once. Arrays keep their order.
// Numbers are exact: integers are int64, or uint64 when they need it; everything else is a double and prints as one
// ("1.0" stays a double, and is not equal to 1).
//
// Equality and hashing look at node identity first, cached hashes second, content last. Hashes depend on content only.
// Invariants (asserted): a node's refs > 0 while a Value points to it; object keys strictly increase; depth <= kMaxDepth.
// Complexity: field look-up O(fields) pointer comparisons; Set O(fields) of one object per level of the path.
// Threads: none. Counts are not atomic; a document lives in the thread (the world) that made it.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/value/string.h"

namespace wavetank {

class Value;
struct Field;
struct FieldChange;

namespace internal {
struct ArrayNode;
struct ObjectNode;
}  // namespace internal

// Deeper documents are refused by parsers and builders, so that recursion over a Value is always safe.
inline constexpr int kMaxDepth = 1000;

class Value {
 public:
  enum class Type : uint8_t { kNull, kBool, kInt, kUint, kDouble, kString, kArray, kObject };

  constexpr Value() : type_(Type::kNull), data_{.i = 0} {}
  Value(std::nullptr_t) : Value() {}  // NOLINT
  template <std::same_as<bool> B>     // a template, so that no pointer turns into `true`
  Value(B b) : type_(Type::kBool) {   // NOLINT
    data_.i = b ? 1 : 0;
  }
  Value(int i) : type_(Type::kInt) { data_.i = i; }                                      // NOLINT
  Value(int64_t i) : type_(Type::kInt) { data_.i = i; }                                  // NOLINT
  Value(uint32_t i) : type_(Type::kInt) { data_.i = i; }                                 // NOLINT
  Value(uint64_t u) : type_(u <= INT64_MAX ? Type::kInt : Type::kUint) { data_.u = u; }  // NOLINT
  Value(double d) : type_(Type::kDouble) { data_.d = d; }                                // NOLINT
  Value(const char* text) : Value(String(text)) {}                                       // NOLINT
  Value(std::string_view text) : Value(String(text)) {}                                  // NOLINT
  Value(const std::string& text) : Value(String(text)) {}                                // NOLINT
  Value(Name name) : Value(String(name)) {}                                              // NOLINT
  Value(String text) : type_(Type::kString) {                                            // NOLINT
    data_.node = text.node();
    internal::Retain(data_.node);
  }
  Value(const Value& other) : type_(other.type_), data_(other.data_) {
    if (shared()) internal::Retain(data_.node);
  }
  Value(Value&& other) noexcept : type_(std::exchange(other.type_, Type::kNull)), data_(other.data_) {}
  Value& operator=(const Value& other) {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Value() {
    if (shared()) internal::Release(data_.node);
  }
  void swap(Value& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(data_, other.data_);
  }

  static Value EmptyObject();
  static Value EmptyArray();
  static Value Array(std::vector<Value> elements) { return ArrayOf(elements); }

  Type type() const { return type_; }
  bool is_null() const { return type_ == Type::kNull; }
  bool is_bool() const { return type_ == Type::kBool; }
  bool is_int() const { return type_ == Type::kInt; }
  bool is_number() const { return type_ == Type::kInt || type_ == Type::kUint || type_ == Type::kDouble; }
  bool is_string() const { return type_ == Type::kString; }
  bool is_array() const { return type_ == Type::kArray; }
  bool is_object() const { return type_ == Type::kObject; }

  // The value, or `otherwise` when it is of another type. Never converts.
  bool AsBool(bool otherwise = false) const { return is_bool() ? data_.i != 0 : otherwise; }
  int64_t AsInt(int64_t otherwise = 0) const { return is_int() ? data_.i : otherwise; }
  uint64_t AsUint(uint64_t otherwise = 0) const;
  double AsDouble(double otherwise = 0) const;  // any number
  std::string_view AsString(std::string_view otherwise = {}) const {
    return is_string() ? static_cast<internal::StringNode*>(data_.node)->view() : otherwise;
  }
  // The shared string itself; an empty one when this is no string. No bytes are copied.
  String ToSharedString() const;

  // Elements or fields; 0 for scalars, bytes for strings.
  size_t size() const { return shared() ? data_.node->size : 0; }
  bool empty() const { return size() == 0; }
  // Levels of nesting: 0 for scalars, 1 for [] and [1], 2 for [[]]. Exact. At most kMaxDepth.
  int depth() const { return is_array() || is_object() ? data_.node->depth : 0; }

  // A field of an object; null when absent or when this is no object. The reference lives as long as this document.
  // A name is mostly asked for in documents of one shape: most answers are one comparison, made in place (see value_node.h).
  const Value& operator[](Name key) const;
  const Value& operator[](std::string_view key) const;
  const Value& operator[](const char* key) const { return (*this)[std::string_view(key)]; }
  // An element of an array; null when out of range or when this is no array.
  const Value& operator[](size_t index) const;
  const Value& operator[](int index) const { return (*this)[static_cast<size_t>(index)]; }
  // Tells an absent field (null pointer) from a null one.
  const Value* Find(Name key) const;
  const Value* Find(std::string_view key) const;
  bool Has(Name key) const { return Find(key) != nullptr; }
  bool Has(std::string_view key) const { return Find(key) != nullptr; }

  // Ranges for loops: `for (const Field& f : v.fields())`, `for (const Value& e : v.elements())`. Empty for other types.
  std::span<const Field> fields() const;
  std::span<const Value> elements() const;

  // A document with the field set. A null Value or a scalar counts as an empty object. When the field already holds an
  // identical value, this very node is returned. The rvalue forms work in place when nobody else holds the node.
  [[nodiscard]] Value Set(Name key, Value value) const&;
  [[nodiscard]] Value Set(Name key, Value value) &&;
  [[nodiscard]] Value Set(const String& key, Value value) const;
  [[nodiscard]] Value Set(std::string_view key, Value value) const;
  [[nodiscard]] Value Set(const char* key, Value value) const { return Set(std::string_view(key), std::move(value)); }
  // The same along a path of field names; missing objects on the way are made.
  [[nodiscard]] Value SetIn(std::span<const Name> path, Value value) const;
  [[nodiscard]] Value SetIn(std::initializer_list<Name> path, Value value) const {
    return SetIn(std::span<const Name>(path.begin(), path.size()), std::move(value));
  }
  // Without the field; this very node when it had none.
  [[nodiscard]] Value Without(Name key) const;
  [[nodiscard]] Value Without(std::string_view key) const;
  [[nodiscard]] Value WithoutIn(std::initializer_list<Name> path) const;
  // The value at the end of a path of field names; null when the path leads nowhere.
  const Value& At(std::initializer_list<Name> path) const;

  // Arrays. REQUIRES: index < size().
  [[nodiscard]] Value SetAt(size_t index, Value value) const;
  [[nodiscard]] Value Append(Value value) const;
  [[nodiscard]] Value WithoutAt(size_t index) const;

  friend bool operator==(const Value& a, const Value& b) {
    if (a.type_ != b.type_) return false;
    if (a.data_.u == b.data_.u) return a.type_ != Type::kDouble || a.data_.d == b.data_.d;
    return DeepEqual(a, b);
  }
  friend bool operator==(const Value& a, std::string_view b) { return a.is_string() && a.AsString() == b; }
  friend bool operator==(const Value& a, const String& b) {
    return a.is_string() && (a.data_.node == b.node() || a.AsString() == b.view());
  }
  friend bool operator==(const Value& a, const char* b) { return a == std::string_view(b); }
  friend bool operator==(const Value& a, const std::string& b) { return a == std::string_view(b); }

  // Content only, 64 bits; cached in the node, so O(1) after the first call.
  uint64_t hash() const;

  // The address of the shared node, null for numbers, booleans and null. For caches keyed by identity: keep a copy of
  // the Value beside the key, so that the address is not used again.
  const void* identity() const { return shared() ? data_.node : nullptr; }

  // A note that a pure function left on this very node, such as "already in the form that type T defaults to, and
  // valid". Not part of the content; lost by every change, since a change makes another node. 0 when none.
  uint32_t mark() const { return shared() ? data_.node->mark : 0; }
  void set_mark(uint32_t mark) const {
    if (shared()) data_.node->mark = mark;
  }

 private:
  friend class ObjectBuilder;
  friend class ArrayBuilder;
  friend Value WithFields(const Value& object, std::span<const FieldChange> changes);
  union Data {
    int64_t i;
    uint64_t u;
    double d;
    internal::Node* node;
  };
  bool shared() const { return type_ >= Type::kString; }
  Value(Type type, internal::Node* node) : type_(type) { data_.node = node; }  // adopts the reference
  static bool DeepEqual(const Value& a, const Value& b);
  static Value ArrayOf(std::span<Value> elements);  // moves them out
  Value WithoutField(size_t at) const;
  const Value& Search(Name key) const;
  const internal::ObjectNode* object() const;
  const internal::ArrayNode* array() const;

  Type type_;
  Data data_;
};

static_assert(sizeof(Value) == 16);

// A field of an object: key and value, side by side in the node.
struct Field {
  String key;
  Value value;
};

namespace internal {
struct ArrayNode : Node {
  Value* data() { return reinterpret_cast<Value*>(this + 1); }
  const Value* data() const { return reinterpret_cast<const Value*>(this + 1); }
};
struct ObjectNode : Node {
  uint64_t names = 0;  // the bits of its keys, see MayHave() in value_node.h
  Field* data() { return reinterpret_cast<Field*>(this + 1); }
  const Field* data() const { return reinterpret_cast<const Field*>(this + 1); }
};
}  // namespace internal

inline const internal::ObjectNode* Value::object() const { return static_cast<internal::ObjectNode*>(data_.node); }
inline const internal::ArrayNode* Value::array() const { return static_cast<internal::ArrayNode*>(data_.node); }
inline const Value& Value::operator[](Name key) const {
  if (is_object()) {
    const Field* fields = object()->data();
    const internal::StringNode* node = key.node();
    if (node->depth < object()->size && fields[node->depth].key.node() == node) return fields[node->depth].value;
  }
  return Search(key);
}
inline std::span<const Field> Value::fields() const {
  if (!is_object()) return {};
  return {object()->data(), object()->size};
}
inline std::span<const Value> Value::elements() const {
  if (!is_array()) return {};
  return {array()->data(), array()->size};
}

// Collects fields and makes an object of them. Later fields of the same key win.
// Fields are put straight into the block that becomes the node when as many came as were announced.
class ObjectBuilder {
 public:
  ObjectBuilder() = default;
  explicit ObjectBuilder(size_t fields) {
    if (fields > 0) Grow(fields);
  }
  ObjectBuilder(ObjectBuilder&& other) noexcept
      : block_(std::exchange(other.block_, nullptr)), size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ObjectBuilder& operator=(ObjectBuilder&& other) noexcept {
    std::swap(block_, other.block_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ~ObjectBuilder() {
    if (block_ != nullptr) Drop();
  }
  ObjectBuilder& Add(String key, Value value) & {
    if (size_ == capacity_) Grow(capacity_ == 0 ? 8 : 2 * capacity_);
    new (block_->data() + size_++) Field{std::move(key), std::move(value)};
    return *this;
  }
  ObjectBuilder&& Add(String key, Value value) && {
    Add(std::move(key), std::move(value));
    return std::move(*this);
  }
  size_t size() const { return size_; }
  // Empties the builder.
  Value Build();

 private:
  void Grow(size_t capacity);
  void Drop();

  internal::ObjectNode* block_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// A field to set, or with a null value to leave out.
struct FieldChange {
  Name name;
  Value value;
};
// `object` with several fields changed in one copy; the very node when nothing changes. A null or scalar counts as empty.
// REQUIRES: the changes come in the order of their names. O(fields + changes).
[[nodiscard]] Value WithFields(const Value& object, std::span<const FieldChange> changes);
[[nodiscard]] inline Value WithFields(const Value& object, std::initializer_list<FieldChange> changes) {
  return WithFields(object, std::span<const FieldChange>(changes.begin(), changes.size()));
}

class ArrayBuilder {
 public:
  ArrayBuilder& Add(Value value) & {
    elements_.push_back(std::move(value));
    return *this;
  }
  ArrayBuilder&& Add(Value value) && {
    elements_.push_back(std::move(value));
    return std::move(*this);
  }
  size_t size() const { return elements_.size(); }
  Value Build() {
    Value array = Value::ArrayOf(elements_);
    elements_.clear();
    return array;
  }

 private:
  std::vector<Value> elements_;
};

}  // namespace wavetank
