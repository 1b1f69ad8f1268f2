#include "sim/cel/val.h"

#include <algorithm>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"

namespace wavetank::cel {

using internal::ErrorBox;
using internal::ListBox;
using internal::MapBox;

namespace {

size_t BytesOf(size_t capacity) { return sizeof(ListBox) + capacity * sizeof(Val); }

ListBox* NewList(size_t capacity) {
  WT_CHECK(capacity < UINT32_MAX, "a list has more than 2^32 elements");
  auto* box = static_cast<ListBox*>(PoolAllocate(BytesOf(capacity)));
  new (box) ListBox();
  box->capacity = static_cast<uint32_t>(capacity);
  return box;
}

void DestroyList(ListBox* box) {
  for (uint32_t i = 0; i < box->size; ++i) box->data()[i].~Val();
  PoolFree(box, BytesOf(box->capacity));
}

std::string_view Sentence(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kText: return "";
    case ErrorKind::kNoSuchKey: return "no such key: ";
    case ErrorKind::kNoSuchOverload: return "no such overload: ";
    case ErrorKind::kDivisionByZero: return "division by zero";
    case ErrorKind::kModulusByZero: return "modulus by zero";
    case ErrorKind::kIntOverflow: return "integer overflow";
    case ErrorKind::kUintOverflow: return "unsigned integer overflow";
    case ErrorKind::kTimeRange: return "time out of range";
    case ErrorKind::kIndexOutOfBounds: return "index out of bounds: ";
    case ErrorKind::kCost: return "cost limit exceeded: ";
    case ErrorKind::kUnset: return "variable has no value: ";
  }
  return "";
}

}  // namespace

std::string_view TypeName(Type type) {
  constexpr std::string_view kNames[] = {"null_type",
                                         "bool",
                                         "int",
                                         "uint",
                                         "double",
                                         "string",
                                         "bytes",
                                         "google.protobuf.Timestamp",
                                         "google.protobuf.Duration",
                                         "list",
                                         "map",
                                         "type",
                                         "error"};
  return kNames[static_cast<size_t>(type)];
}

Val Val::List(std::vector<Val> elements) {
  ListBuilder builder(elements.size());
  for (Val& element : elements) builder.Add(std::move(element));
  return std::move(builder).Build();
}

Val Val::Map(std::vector<Entry> entries) {
  auto* box = new MapBox();
  box->entries = std::move(entries);
  return Val(Rep::kMap, box);
}

Val Val::Error(ErrorKind kind, String detail, uint32_t at) {
  auto* box = new (PoolAllocate(sizeof(ErrorBox))) ErrorBox();
  box->kind = kind;
  box->code = kind == ErrorKind::kCost ? Code::kTooLarge : Code::kInvalid;
  box->at = at;
  box->detail = std::move(detail);
  return Val(Rep::kError, box);
}

Val Val::Error(const Status& status) {
  WT_CHECK(!status.ok(), "an error value is made of an error");
  Val error = Error(ErrorKind::kText, String(status.message()));
  error.error().code = status.code();
  return error;
}

void Val::DestroyBox() {
  switch (rep_) {
    case Rep::kList: DestroyList(static_cast<ListBox*>(box_)); return;
    case Rep::kMap: delete static_cast<MapBox*>(box_); return;
    default: {
      auto* error = static_cast<ErrorBox*>(box_);
      error->~ErrorBox();
      PoolFree(error, sizeof(ErrorBox));
      return;
    }
  }
}

const ListBox& Val::list() const { return *static_cast<const ListBox*>(box_); }
const MapBox& Val::map() const { return *static_cast<const MapBox*>(box_); }

size_t Val::size() const {
  switch (rep_) {
    case Rep::kJson: return value_.is_array() || value_.is_object() ? value_.size() : 0;
    case Rep::kList: return list().size;
    case Rep::kMap: return map().entries.size();
    default: return 0;
  }
}

Val Val::ElementAt(size_t index) const {
  if (rep_ == Rep::kJson) return value_.elements()[index];
  return list().data()[index];
}

Val Val::KeyAt(size_t index) const {
  if (rep_ == Rep::kJson) return Text(value_.fields()[index].key);
  return map().entries[index].key;
}

Val Val::ValueAt(size_t index) const {
  if (rep_ == Rep::kJson) return value_.fields()[index].value;
  return map().entries[index].value;
}

std::span<const Val> Val::boxed_elements() const {
  if (rep_ != Rep::kList) return {};
  return {list().data(), list().size};
}

std::span<const Entry> Val::boxed_entries() const {
  if (rep_ != Rep::kMap) return {};
  return map().entries;
}

std::string Val::ErrorMessage() const {
  if (is_unset()) return "variable has no value";
  std::string message(Sentence(error().kind));
  message += error().detail.view();
  return message;
}

ListBuilder::ListBuilder(size_t expected) : box_(NewList(expected)) {}

ListBuilder::~ListBuilder() {
  if (box_ != nullptr) DestroyList(box_);
}

void ListBuilder::Grow() {
  ListBox* bigger = NewList(std::max<size_t>(4, size_t{box_->capacity} * 2));
  for (uint32_t i = 0; i < box_->size; ++i) new (bigger->data() + i) Val(std::move(box_->data()[i]));
  bigger->size = box_->size;
  DestroyList(box_);
  box_ = bigger;
}

Val ListBuilder::Build() && { return Val(Val::Rep::kList, std::exchange(box_, nullptr)); }

}  // namespace wavetank::cel
