// Typed views: a Value read and built with names and types that the compiler checks. tools/gen writes one class for each
// type (runtime/api/core_v1.h, apps_v1.h, ... and a header of your own from a CRD).
//
//   apps_v1::ReplicaSet rs = apps_v1::ReplicaSet::FromObject(object);
//   rs.spec().replicas()                                  // std::optional<int32_t>: a pointer in Go
//   rs.spec().selector().match_labels()["app"]            // absent structs, lists and maps read as empty ones
//   for (const core_v1::Container& c : pod.spec().containers()) c.image();
//
// A view is a value: it holds the (immutable, shared) JSON and a setter gives this view other JSON, never another view.
// So a change of something nested is set back, by hand or with edit_:
//
//   rs.set_label("pod-count", "3");
//   pod.set_spec(pod.spec().set_node_name("n1"));
//   pod.edit_spec([](auto& spec) { spec.set_node_name("n1").add_tolerations(anywhere); });
//
// Fields: plain types for what always has a value, std::optional for pointers and times, has_x() for structs. Names are
// the JSON names in snake_case. A setter takes off what Go would leave out (empty texts, zeros, std::nullopt). Fields
// that a view does not know are kept. A setter answers its view by reference, for chains; do not bind that of a
// temporary to a reference of your own.
// Complexity: a getter is one look-up; a setter copies one level of fields.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/object.h"
#include "runtime/api/quantity.h"
#include "runtime/api/wire_text.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank {

// A number or a text: a port or its name, a count or a percentage.
class IntOrString {
 public:
  IntOrString() = default;
  IntOrString(int32_t number) : value_(number) {}          // NOLINT(google-explicit-constructor)
  IntOrString(const char* text) : value_(String(text)) {}  // NOLINT(google-explicit-constructor)
  IntOrString(String text) : value_(std::move(text)) {}    // NOLINT(google-explicit-constructor)
  bool is_int() const { return std::holds_alternative<int32_t>(value_); }
  int32_t int_value() const { return is_int() ? std::get<int32_t>(value_) : 0; }
  String string_value() const { return is_int() ? String() : std::get<String>(value_); }
  bool operator==(const IntOrString&) const = default;

 private:
  std::variant<int32_t, String> value_ = 0;
};

// Bytes of a field that is base64 in JSON.
struct Bytes {
  std::string data;
  bool operator==(const Bytes&) const = default;
};

class View {
 public:
  View() = default;
  explicit View(Value json) : json_(std::move(json)) {}
  const Value& json() const { return json_; }
  // Is it there? Reading what is not gives empty answers.
  bool present() const { return !json_.is_null(); }
  friend bool operator==(const View& a, const View& b) { return a.json_ == b.json_; }

 protected:
  void Put(Name field, Value value, bool leave_out) {
    json_ = leave_out ? json_.Without(field) : json_.Set(field, std::move(value));
  }
  void SetJson(Value json) { json_ = std::move(json); }

 private:
  Value json_;
};

// JSON to C++ and back, for scalars here and for views.
namespace json {

template <typename T>
T Read(const Value& v) {
  if constexpr (std::same_as<T, String>) {
    return v.ToSharedString();
  } else if constexpr (std::same_as<T, bool>) {
    return v.AsBool();
  } else if constexpr (std::integral<T>) {
    return static_cast<T>(v.AsInt());
  } else if constexpr (std::same_as<T, double>) {
    return v.AsDouble();
  } else if constexpr (std::same_as<T, Quantity>) {
    return Quantity::Of(v);
  } else if constexpr (std::same_as<T, IntOrString>) {
    return v.is_string() ? IntOrString(v.ToSharedString()) : IntOrString(static_cast<int32_t>(v.AsInt()));
  } else if constexpr (std::same_as<T, Bytes>) {
    Result<std::string> data = DecodeBase64(v.AsString());
    return Bytes{data.ok() ? *std::move(data) : std::string()};
  } else {
    return T(v);  // a view, or the Value itself
  }
}

inline Value Write(const String& text) { return text; }
inline Value Write(bool b) { return b; }
inline Value Write(int32_t n) { return n; }
inline Value Write(int64_t n) { return n; }
inline Value Write(double d) { return d; }
inline Value Write(const Value& v) { return v; }
inline Value Write(const Quantity& q) { return q.ToString(); }
inline Value Write(const IntOrString& v) { return v.is_int() ? Value(v.int_value()) : Value(v.string_value()); }
inline Value Write(const Bytes& b) { return EncodeBase64(b.data); }
inline Value Write(const View& view) { return view.present() ? view.json() : Value::EmptyObject(); }

template <typename T>
std::optional<T> ReadOptional(const Value& v) {
  if (v.is_null()) return std::nullopt;
  return Read<T>(v);
}
template <typename T>
Value WriteOptional(const std::optional<T>& v) {
  return v ? Write(*v) : Value();
}
inline std::optional<Time> ReadTime(const Value& v) { return ParseTime(v.AsString()); }
inline Value WriteTime(std::optional<Time> t) { return t ? Value(FormatTime(*t)) : Value(); }
inline Value WriteMicroTime(std::optional<Time> t) { return t ? Value(FormatMicroTime(*t)) : Value(); }

}  // namespace json

// A list of T, read as it is iterated.
template <typename T>
class ListView {
 public:
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Value* at) : at_(at) {}
    T operator*() const { return json::Read<T>(*at_); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Value* at_ = nullptr;
  };

  ListView() = default;
  explicit ListView(Value json) : json_(std::move(json)) {}
  ListView(std::initializer_list<T> elements) : ListView(std::vector<T>(elements)) {}
  ListView(const std::vector<T>& elements) {  // NOLINT(google-explicit-constructor)
    std::vector<Value> list;
    list.reserve(elements.size());
    for (const T& element : elements) list.push_back(json::Write(element));
    json_ = Value::Array(std::move(list));
  }
  size_t size() const { return json_.elements().size(); }
  bool empty() const { return size() == 0; }
  // An empty T beyond the end.
  T operator[](size_t index) const { return json::Read<T>(json_[index]); }
  Iterator begin() const { return Iterator(json_.elements().data()); }
  Iterator end() const { return Iterator(json_.elements().data() + json_.elements().size()); }
  const Value& json() const { return json_; }
  friend bool operator==(const ListView& a, const ListView& b) { return a.json_ == b.json_; }

 private:
  Value json_;
};

// A map from text to T, sorted by key.
template <typename T>
class MapView {
 public:
  class Iterator {
   public:
    using value_type = std::pair<String, T>;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(const Field* at) : at_(at) {}
    value_type operator*() const { return {at_->key, json::Read<T>(at_->value)}; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const Field* at_ = nullptr;
  };

  MapView() = default;
  explicit MapView(Value json) : json_(std::move(json)) {}
  MapView(std::initializer_list<std::pair<String, T>> entries) {
    ObjectBuilder builder(entries.size());
    for (const auto& [key, value] : entries) builder.Add(key, json::Write(value));
    json_ = builder.Build();
  }
  size_t size() const { return json_.fields().size(); }
  bool empty() const { return size() == 0; }
  bool contains(std::string_view key) const { return json_.Has(key); }
  // An empty T when there is no such key.
  T operator[](std::string_view key) const { return json::Read<T>(json_[key]); }
  Iterator begin() const { return Iterator(json_.fields().data()); }
  Iterator end() const { return Iterator(json_.fields().data() + json_.fields().size()); }
  const Value& json() const { return json_; }
  friend bool operator==(const MapView& a, const MapView& b) { return a.json_ == b.json_; }

 private:
  Value json_;
};

// The base of kinds. Kind has kGvk, kGvr and kNamespaced.
template <typename Kind>
class KindView : public View {
 public:
  // A fresh object: apiVersion and kind only.
  KindView() { SetJson(Header()); }
  // REQUIRES: object is not empty. Nothing is copied; what a list left out (apiVersion, kind) is put in.
  static Kind FromObject(const Object& object) { return FromValue(object.value()); }
  static Kind FromValue(const Value& value) {
    Kind kind;
    if (value.Has(names::kKind) && value.Has(names::kApiVersion)) {
      kind.SetJson(value);
    } else {
      kind.SetJson(value.Set(names::kKind, Kind::kGvk.kind).Set(names::kApiVersion, Kind::kGvk.api_version()));
    }
    return kind;
  }
  static Kind New(const String& ns, const String& name) {
    Kind kind;
    Value metadata = Value::EmptyObject().Set(names::kName, name);
    if (!ns.empty()) metadata = metadata.Set(names::kNamespace, ns);
    kind.SetJson(kind.json().Set(names::kMetadata, metadata));
    return kind;
  }
  Object ToObject() const { return Object(json()); }

  // ---- The metadata that everybody needs; the rest is in metadata().
  String name() const { return Meta()[names::kName].ToSharedString(); }
  String ns() const { return Meta()[names::kNamespace].ToSharedString(); }
  String uid() const { return Meta()[names::kUid].ToSharedString(); }
  ObjectKey key() const { return ObjectKey(ns(), name()); }
  bool deleting() const { return !Meta()[names::kDeletionTimestamp].is_null(); }
  MapView<String> labels() const { return MapView<String>(Meta()[names::kLabels]); }
  MapView<String> annotations() const { return MapView<String>(Meta()[names::kAnnotations]); }
  Kind& set_label(const String& key, const String& value) { return PutEntry(names::kLabels, key, value); }
  Kind& set_annotation(const String& key, const String& value) { return PutEntry(names::kAnnotations, key, value); }

 private:
  static Value Header() {
    return ObjectBuilder(2)
        .Add(names::kApiVersion, Kind::kGvk.api_version())
        .Add(names::kKind, Kind::kGvk.kind)
        .Build();
  }
  const Value& Meta() const { return json()[names::kMetadata]; }
  Kind& PutEntry(Name map, const String& key, const String& value) {
    SetJson(json().SetIn({names::kMetadata, map}, Meta()[map].Set(key, value)));
    return static_cast<Kind&>(*this);
  }
};

}  // namespace wavetank
