// Val: what a CEL expression works with. A document stays the Value it is; only what JSON cannot say is boxed.
//
//   Val pod = Value(...);                 // a JSON document: one increment, never a copy
//   Val deadline = Val::OfTime(now + 5s);
//   Val both = Val::List({pod, deadline});
//
// A Val is 24 bytes: a tag, and a Value, or a counted pointer to a list, a map or an error that an expression made.
// JSON arrays and objects are lists and maps to CEL; Type says what a Val is to CEL, whatever its representation.
//
// Ownership: counts are not atomic, as those of Value: a Val belongs to one thread.
// Invariant: boxed nodes never change once a second Val can see them, so there are no cycles.
#pragma once

#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank::cel {

enum class Type : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kType,
  kError,
};
// "int", "null_type", "google.protobuf.Timestamp", ...: the name that `type(x)` prints.
std::string_view TypeName(Type type);

enum class ErrorKind : uint8_t {
  kText,
  kNoSuchKey,
  kNoSuchOverload,
  kDivisionByZero,
  kModulusByZero,
  kIntOverflow,
  kUintOverflow,
  kTimeRange,
  kIndexOutOfBounds,
  kCost,
  kUnset,
};

class Val;
struct Entry;

namespace internal {

struct Box {
  uint32_t refs = 1;
};
struct ListBox;
struct MapBox;

// An error keeps its parts; the sentence is made of them only if somebody wants to read it.
struct ErrorBox : Box {
  ErrorKind kind = ErrorKind::kText;
  Code code = Code::kInvalid;
  uint32_t at = UINT32_MAX;  // byte in the expression; kNowhere until the evaluator fills it in
  String detail;
};

}  // namespace internal

class Val {
 public:
  Val() : rep_(Rep::kJson), value_() {}
  Val(Value value) : rep_(Rep::kJson), value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  static Val Bool(bool b) { return Val(Value(b)); }
  static Val Int(int64_t i) { return Val(Value(i)); }
  static Val Uint(uint64_t u) { return Val(Rep::kUint, Value(static_cast<int64_t>(u))); }
  static Val Double(double d) { return Val(Value(d)); }
  static Val Text(String text) { return Val(Value(std::move(text))); }
  static Val Bytes(String bytes) { return Val(Rep::kBytes, Value(std::move(bytes))); }
  static Val OfTime(Time time) { return Val(Rep::kTimestamp, Value(time.nanos())); }
  static Val OfDuration(Duration d) { return Val(Rep::kDuration, Value(static_cast<int64_t>(d.count()))); }
  static Val OfType(Type type) { return Val(Rep::kType, Value(static_cast<int>(type))); }
  static Val List(std::vector<Val> elements);
  // REQUIRES: keys are bools, ints, uints or strings, and differ.
  static Val Map(std::vector<Entry> entries);
  static Val Error(ErrorKind kind, String detail = String(), uint32_t at = UINT32_MAX);
  static Val Error(const Status& status);
  // What a variable holds that nobody set; reading it is an error.
  static Val Unset() { return Val(Rep::kUnset, Value()); }

  Val(const Val& other) : rep_(other.rep_) { CopyFrom(other); }
  Val(Val&& other) noexcept : rep_(other.rep_) { MoveFrom(other); }
  Val& operator=(const Val& other) {
    Val copy(other);
    return *this = std::move(copy);
  }
  Val& operator=(Val&& other) noexcept {
    if (this != &other) {
      Clear();
      rep_ = other.rep_;
      MoveFrom(other);
    }
    return *this;
  }
  ~Val() { Clear(); }

  Type type() const { return rep_ == Rep::kJson ? JsonType() : BoxedType(); }
  bool is_error() const { return rep_ == Rep::kError; }
  bool is_unset() const { return rep_ == Rep::kUnset; }
  bool is_bool() const { return rep_ == Rep::kJson && value_.is_bool(); }
  bool is_true() const { return is_bool() && value_.AsBool(); }
  bool is_int() const { return rep_ == Rep::kJson && value_.is_int(); }
  bool is_string() const { return rep_ == Rep::kJson && value_.is_string(); }
  bool is_number() const { return rep_ == Rep::kUint || (rep_ == Rep::kJson && value_.is_number()); }
  bool is_list() const { return rep_ == Rep::kList || (rep_ == Rep::kJson && value_.is_array()); }
  bool is_map() const { return rep_ == Rep::kMap || (rep_ == Rep::kJson && value_.is_object()); }

  // The document itself, when this is one (JSON's types only); null otherwise. Lives as long as this Val.
  const Value* json() const { return rep_ == Rep::kJson ? &value_ : nullptr; }

  // REQUIRES: the type that the name says.
  bool AsBool() const { return value_.AsBool(); }
  int64_t AsInt() const { return value_.AsInt(); }
  uint64_t AsUint() const { return rep_ == Rep::kUint ? static_cast<uint64_t>(value_.AsInt()) : value_.AsUint(); }
  double AsDouble() const { return value_.AsDouble(); }
  std::string_view AsString() const { return value_.AsString(); }  // of strings and bytes
  String ToSharedString() const { return value_.ToSharedString(); }
  Time AsTime() const { return Time::FromNanos(value_.AsInt()); }
  Duration AsDuration() const { return Duration(value_.AsInt()); }
  Type AsType() const { return static_cast<Type>(value_.AsInt()); }

  // Lists and maps of either representation. Size 0 for other types.
  size_t size() const;
  // REQUIRES: a list, index < size().
  Val ElementAt(size_t index) const;
  // REQUIRES: a map, index < size(). Objects have the order of their keys, made maps that of the expression.
  Val KeyAt(size_t index) const;
  Val ValueAt(size_t index) const;
  // The elements of a made list, the entries of a made map; empty for everything else.
  std::span<const Val> boxed_elements() const;
  std::span<const Entry> boxed_entries() const;

  // REQUIRES: is_error().
  internal::ErrorBox& error() const { return *static_cast<internal::ErrorBox*>(box_); }
  // The sentence of an error, without its place.
  std::string ErrorMessage() const;

  // The JSON form: uint as a number, bytes in base64, times and durations as text. Fails for errors, keys that are no
  // strings after conversion collide, and documents of more than `max_nodes` or deeper than Value allows.
  Result<Value> ToValue(size_t max_nodes = 1'000'000) const;
  // For messages, in the notation of an expression: `[1, "a", {"k": 2u}]`; cut off after about `max_bytes`.
  std::string ToString(size_t max_bytes = 256) const;

 private:
  friend class ListBuilder;
  enum class Rep : uint8_t { kJson, kUint, kBytes, kTimestamp, kDuration, kType, kUnset, kList, kMap, kError };

  Val(Rep rep, Value value) : rep_(rep), value_(std::move(value)) {}
  Val(Rep rep, internal::Box* box) : rep_(rep), box_(box) {}  // adopts the reference
  bool boxed() const { return rep_ >= Rep::kList; }
  void CopyFrom(const Val& other) {
    if (boxed()) {
      box_ = other.box_;
      ++box_->refs;
    } else {
      new (&value_) Value(other.value_);
    }
  }
  void MoveFrom(Val& other) {
    if (boxed()) {
      box_ = other.box_;
      other.rep_ = Rep::kJson;
      new (&other.value_) Value();
    } else {
      new (&value_) Value(std::move(other.value_));
      other.rep_ = Rep::kJson;
    }
  }
  void Clear() {
    if (!boxed()) {
      value_.~Value();
    } else if (--box_->refs == 0) {
      DestroyBox();
    }
  }
  void DestroyBox();
  Type JsonType() const;
  Type BoxedType() const;
  const internal::ListBox& list() const;
  const internal::MapBox& map() const;

  Rep rep_;
  union {
    Value value_;
    internal::Box* box_;
  };
};

static_assert(sizeof(Val) == 24);

struct Entry {
  Val key;
  Val value;
};

namespace internal {
struct alignas(8) ListBox : Box {
  uint32_t size = 0;
  uint32_t capacity = 0;
  Val* data() { return reinterpret_cast<Val*>(this + 1); }
  const Val* data() const { return reinterpret_cast<const Val*>(this + 1); }
};
static_assert(sizeof(ListBox) % alignof(Val) == 0);
struct MapBox : Box {
  std::vector<Entry> entries;
};
}  // namespace internal

// Makes a list in one node: no second copy when the expected size is right.
class ListBuilder {
 public:
  explicit ListBuilder(size_t expected);
  ListBuilder(const ListBuilder&) = delete;
  ListBuilder& operator=(const ListBuilder&) = delete;
  ~ListBuilder();
  void Add(Val element) {
    if (box_->size == box_->capacity) Grow();
    new (box_->data() + box_->size++) Val(std::move(element));
  }
  size_t size() const { return box_->size; }
  Val Build() &&;

 private:
  void Grow();
  internal::ListBox* box_;
};

inline Type Val::JsonType() const {
  constexpr Type kTypes[] = {Type::kNull,   Type::kBool,   Type::kInt,  Type::kUint,
                             Type::kDouble, Type::kString, Type::kList, Type::kMap};
  return kTypes[static_cast<size_t>(value_.type())];
}
inline Type Val::BoxedType() const {
  constexpr Type kTypes[] = {Type::kError, Type::kUint,  Type::kBytes, Type::kTimestamp, Type::kDuration,
                             Type::kType,  Type::kError, Type::kList,  Type::kMap,       Type::kError};
  return kTypes[static_cast<size_t>(rep_)];
}

}  // namespace wavetank::cel
