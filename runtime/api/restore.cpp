#include "runtime/api/restore.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/api/go_text.h"
#include "runtime/api/schema.h"
#include "runtime/api/wire_text.h"

namespace wavetank {
namespace {

Status Failed(std::string message) { return Status(Code::kInvalidArgument, std::move(message)); }
Status From(std::string_view what, const Value& value) {
  return Failed("cannot restore " + std::string(what) + " " + std::string(GoKindOf(value)));
}

class Restorer {
 public:
  // Answers `in` itself when nothing had to be converted. `path` is empty or ends without a dot.
  Result<Value> Any(const TypeRef& type, std::string_view named, const Value& in, const std::string& path);

  std::vector<std::string> unknown;

 private:
  Result<Value> Struct(const TypeInfo& type, const Value& in, const std::string& path);
  Status Fields(const TypeInfo& type, const Value& in, const std::string& path, Value& out);
  Result<Value> List(const TypeRef& element, std::string_view named, const Value& in, const std::string& path);
  Result<Value> Map(const TypeRef& element, std::string_view named, const Value& in, const std::string& path);
};

std::string Join(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

// Go converts between numbers; what it cannot convert at all has no "recognised" type here.
Result<Value> Scalar(const TypeRef& type, std::string_view named, const Value& in) {
  const std::string kind(GoKindOf(type));
  const bool integer = type.shape == Shape::kInt32 || type.shape == Shape::kInt64;
  const bool number = integer || type.shape == Shape::kDouble;
  const auto sized = [&type](int64_t n) {
    return Value(type.shape == Shape::kInt32 ? int64_t{static_cast<int32_t>(n)} : n);
  };
  if (type.shape == Shape::kString && in.is_string()) return in;
  if (type.shape == Shape::kBool && in.is_bool()) return in;
  if (integer && in.is_int()) return sized(in.AsInt());
  if (type.shape == Shape::kDouble && in.is_number()) return in;
  const auto cannot = [&] {
    return Failed("cannot convert " + std::string(GoKindOf(in)) + " to " + (named.empty() ? kind : std::string(named)));
  };
  if (integer && in.is_number()) {
    const double d = in.is_int() ? static_cast<double>(in.AsInt()) : in.AsDouble();
    if (std::trunc(d) != d) return cannot();
    constexpr double kLimit = 9223372036854775808.0;
    return sized(d >= -kLimit && d < kLimit ? static_cast<int64_t>(d) : std::numeric_limits<int64_t>::min());
  }
  if (type.shape == Shape::kString && in.is_int()) return cannot();  // Go could make a character of it
  if (number || type.shape == Shape::kString || type.shape == Shape::kBool) return Failed("unrecognized type: " + kind);
  return in;
}

Result<Value> Restorer::Any(const TypeRef& type, std::string_view named, const Value& in, const std::string& path) {
  if (in.is_null()) return in;
  switch (type.shape) {
    case Shape::kAny: return in;
    case Shape::kStruct: return Struct(*type.type, in, path);
    case Shape::kList: return List(*type.element, named, in, path);
    case Shape::kMap: return Map(*type.element, named, in, path);
    case Shape::kBytes: {
      if (!in.is_string() && !in.is_array()) return From("slice from", in);
      if (in.is_string()) {
        if (Status bad = DecodeBase64(in.AsString()).status(); !bad.ok()) return bad.Wrap("error decoding from json");
      }
      return in;
    }
    default: return Scalar(type, named, in);
  }
}

Result<Value> Restorer::Struct(const TypeInfo& type, const Value& in, const std::string& path) {
  static constexpr TypeRef kText{Shape::kString, nullptr, nullptr};
  if (type.special == Special::kStringList) return List(kText, "", in, path);
  if (type.special != Special::kNone) {  // reads its own JSON
    WT_ASSIGN(Decoded decoded, Decode(type, in));
    return in;
  }
  if (HasMark(in, type, kMarkDecoded)) return in;
  if (!in.is_object()) return From("struct from:", in);
  for (const wavetank::Field& field : in.fields()) {
    if (type.FindKey(field.key) == nullptr) unknown.push_back(Join(path, field.key.view()));
  }
  Value out = in;
  WT_RETURN_IF_ERROR(Fields(type, in, path, out));
  return out;
}

Status Restorer::Fields(const TypeInfo& type, const Value& in, const std::string& path, Value& out) {
  for (const FieldInfo& field : type.fields) {
    if (field.inlined) {
      if (field.type.type != nullptr) WT_RETURN_IF_ERROR(Fields(*field.type.type, in, path, out));
      continue;
    }
    const Value& value = in[field.name];
    if (value.is_null()) continue;
    WT_ASSIGN(Value restored, Any(field.type, field.named, value, Join(path, field.name.view())));
    if (restored.identity() != value.identity() || !(restored == value)) out = out.Set(field.name, std::move(restored));
  }
  return {};
}

Result<Value> Restorer::List(const TypeRef& element, std::string_view named, const Value& in, const std::string& path) {
  if (!in.is_array()) return From("slice from", in);
  bool changed = false;
  std::vector<Value> out;
  out.reserve(in.size());
  for (size_t i = 0; i < in.size(); ++i) {
    WT_ASSIGN(Value restored, Any(element, named, in[i], path + "[" + std::to_string(i) + "]"));
    changed = changed || restored.identity() != in[i].identity() || !(restored == in[i]);
    out.push_back(std::move(restored));
  }
  return changed ? Value::Array(std::move(out)) : in;
}

Result<Value> Restorer::Map(const TypeRef& element, std::string_view named, const Value& in, const std::string& path) {
  if (!in.is_object()) return From("map from", in);
  bool changed = false;
  ObjectBuilder out(in.size());
  for (const Field& field : in.fields()) {
    WT_ASSIGN(Value restored, Any(element, named, field.value, Join(path, field.key.view())));
    changed = changed || restored.identity() != field.value.identity() || !(restored == field.value);
    out.Add(field.key, std::move(restored));
  }
  return changed ? out.Build() : in;
}

}  // namespace

Result<Restored> Restore(const TypeInfo& type, const Value& document) {
  Restorer restorer;
  WT_ASSIGN(Value value, restorer.Any({Shape::kStruct, &type, nullptr}, "", document, ""));
  std::ranges::sort(restorer.unknown);
  return Restored{std::move(value), std::move(restorer.unknown)};
}

}  // namespace wavetank
