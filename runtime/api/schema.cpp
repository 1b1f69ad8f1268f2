#include "runtime/api/schema.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "runtime/api/quantity.h"
#include "runtime/api/schema_check.h"
#include "runtime/api/wire_text.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

// At most so many unknown fields are named (observed.md 195).
constexpr size_t kMaxUnknown = 100;

// Where the decoder stands; a chain on the stack, turned into text only for a complaint.
struct Place {
  const Place* parent = nullptr;
  const TypeInfo* in = nullptr;      // of a field: the struct it belongs to
  const FieldInfo* field = nullptr;  // or else
  const String* key = nullptr;       // of a map, or else
  size_t index = 0;                  // of a list
};

bool Identical(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  return a.identity() != nullptr ? a.identity() == b.identity() : a == b;
}

// "spec.containers[0].foo".
std::string PathOf(const Place* place, std::string_view last) {
  std::string path;
  if (place != nullptr) {
    if (place->field != nullptr) {
      path = PathOf(place->parent, place->field->name.view());
    } else if (place->key != nullptr) {
      path = PathOf(place->parent, place->key->view());
    } else {
      path = PathOf(place->parent, "") + "[" + std::to_string(place->index) + "]";
    }
  }
  if (last.empty()) return path;
  return path.empty() ? std::string(last) : path + "." + std::string(last);
}

// "k8s.io/api/core/v1.PodSpec" -> "PodSpec"; of a generic type all that follows its package.
std::string_view StructName(const TypeInfo& type) {
  const std::string_view go = type.go;
  const size_t bracket = std::min(go.find('['), go.size());
  const size_t dot = go.rfind('.', bracket);
  return dot == go.npos || bracket < go.size() ? go : go.substr(dot + 1);
}

// "v1.PodSpec".
std::string_view QualifiedName(const TypeInfo& type) {
  const std::string_view go = type.go;
  const size_t slash = go.rfind('/');
  return slash == go.npos ? go : go.substr(slash + 1);
}

std::string GoType(const TypeRef& ref, std::string_view named) {
  switch (ref.shape) {
    case Shape::kList: return "[]" + GoType(*ref.element, named);
    case Shape::kMap: return "map[string]" + GoType(*ref.element, named);
    case Shape::kStruct: return std::string(QualifiedName(*ref.type));
    case Shape::kBytes: return "[]uint8";
    case Shape::kAny: return "interface {}";
    default: break;
  }
  if (!named.empty()) return std::string(named);
  switch (ref.shape) {
    case Shape::kString: return "string";
    case Shape::kBool: return "bool";
    case Shape::kInt32: return "int32";
    case Shape::kInt64: return "int64";
    default: return "float64";
  }
}

std::string_view JsonKind(const Value& value) {
  switch (value.type()) {
    case Value::Type::kBool: return "bool";
    case Value::Type::kString: return "string";
    case Value::Type::kArray: return "array";
    case Value::Type::kObject: return "object";
    case Value::Type::kNull: return "null";
    default: return "number";
  }
}

// Go's zero value of a type that is no pointer, as it prints.
Value ZeroOf(const TypeRef& ref) {
  switch (ref.shape) {
    case Shape::kString: return "";
    case Shape::kBool: return false;
    case Shape::kInt32:
    case Shape::kInt64:
    case Shape::kDouble: return 0;
    case Shape::kStruct: break;
    default: return {};
  }
  switch (ref.type->special) {
    case Special::kNone: break;
    case Special::kQuantity: return "0";
    case Special::kIntOrString: return 0;
    case Special::kSchemaOrBool: return false;
    default: return {};
  }
  ObjectBuilder builder;
  for (const FieldInfo* f : ref.type->always) builder.Add(f->name, f->zero);
  return builder.Build();
}

class Decoder {
 public:
  Value Struct(const TypeInfo& type, const Value& in, const Place* at);

  std::vector<std::string> unknown;
  // Go goes on after a wrong type and stops at once at what a type's own decoder says.
  Status error() const { return stopped_.ok() ? wrong_type_ : stopped_; }

 private:
  Value Any(const TypeRef& ref, std::string_view named, const Value& in, const Place* at);
  Value List(const TypeRef& ref, std::string_view named, const Value& in, const Place* at);
  Value Map(const TypeRef& ref, std::string_view named, const Value& in, const Place* at);
  Value Integer(const TypeRef& ref, std::string_view named, const Value& in, const Place* at);
  Value Double(const TypeRef& ref, std::string_view named, const Value& in, const Place* at);
  Value Bytes(const TypeRef& ref, const Value& in, const Place* at);
  Value SpecialValue(const TypeInfo& type, const Value& in, const Place* at);
  Value Canonical(const Value& in, Result<std::string> text);
  Value Strings(const Value& in, std::string_view go_type, const Place* at);
  Value Alternative(const TypeInfo& type, const Value& in, const Place* at);

  // Says that `in` does not fit, and answers it unchanged.
  Value Wrong(const Value& in, std::string_view go_type, const Place* at, bool show_number = false);
  void Stop(Status status) {
    if (stopped_.ok()) stopped_ = std::move(status);
  }
  void Unknown(const Place* at, std::string_view key) {
    if (unknown.size() < kMaxUnknown) unknown.push_back(PathOf(at, key));
  }

  Status wrong_type_;
  Status stopped_;
};

Value Decoder::Wrong(const Value& in, std::string_view go_type, const Place* at, bool show_number) {
  if (!wrong_type_.ok()) return in;
  // "PodSpec.spec.template.spec.containers": the innermost struct, and all fields from the top.
  std::string fields;
  const TypeInfo* innermost = nullptr;
  for (const Place* p = at; p != nullptr; p = p->parent) {
    if (p->field == nullptr) continue;
    if (innermost == nullptr) innermost = p->in;
    fields = fields.empty() ? std::string(p->field->name.view()) : std::string(p->field->name.view()) + "." + fields;
  }
  std::string message = "json: cannot unmarshal " + std::string(JsonKind(in));
  if (show_number && in.is_number()) message += " " + WriteJson(in);
  if (innermost == nullptr) {
    message += " into Go value of type ";
  } else {
    message += " into Go struct field " + std::string(StructName(*innermost)) + "." + fields + " of type ";
  }
  wrong_type_ = Status(Code::kInvalidArgument, message.append(go_type));
  return in;
}

Value Decoder::Struct(const TypeInfo& type, const Value& in, const Place* at) {
  if (type.special != Special::kNone) return SpecialValue(type, in, at);
  if (HasMark(in, type, kMarkDecoded)) return in;
  if (!in.is_object()) return Wrong(in, QualifiedName(type), at);
  const std::span<const Field> fields = in.fields();
  // Made at the first difference; holds all fields before it.
  std::optional<ObjectBuilder> changed;
  const auto start_changes = [&](size_t upto) {
    if (changed) return;
    changed.emplace(std::max(fields.size(), type.always.size()));
    for (size_t i = 0; i < upto; ++i) changed->Add(fields[i].key, fields[i].value);
  };
  size_t always_seen = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    const Field& f = fields[i];
    const FieldInfo* info = type.FindKey(f.key);
    if (info == nullptr) {
      Unknown(at, f.key.view());
      start_changes(i);
      continue;
    }
    const Place here{at, &type, info, nullptr, 0};
    Value out = f.value.is_null() ? Value() : Any(info->type, info->named, f.value, &here);
    if (out.is_null() && info->has_zero && !info->pointer) out = info->zero;
    const bool left_out = info->has_zero ? out.is_null() && !info->zero.is_null()
                                         : out.is_null() || (info->omitempty && internal::IsEmptyField(*info, out));
    if (info->has_zero && !left_out) ++always_seen;
    if (left_out) {
      start_changes(i);
    } else if (changed || !Identical(out, f.value)) {
      start_changes(i);
      changed->Add(f.key, std::move(out));
    }
  }
  if (always_seen < type.always.size()) {
    start_changes(fields.size());
    for (const FieldInfo* f : type.always) {
      if (!in.Has(f->name) || (f->pointer && in[f->name].is_null())) changed->Add(f->name, f->zero);
    }
  }
  const Value out = changed ? changed->Build() : in;
  if (wrong_type_.ok() && stopped_.ok()) AddMark(out, type, kMarkDecoded);
  return out;
}

Value Decoder::Any(const TypeRef& ref, std::string_view named, const Value& in, const Place* at) {
  switch (ref.shape) {
    case Shape::kString: return in.is_string() ? in : Wrong(in, GoType(ref, named), at);
    case Shape::kBool: return in.is_bool() ? in : Wrong(in, GoType(ref, named), at);
    case Shape::kInt32:
    case Shape::kInt64: return Integer(ref, named, in, at);
    case Shape::kDouble: return Double(ref, named, in, at);
    case Shape::kBytes: return Bytes(ref, in, at);
    case Shape::kAny: return in;
    case Shape::kStruct: return Struct(*ref.type, in, at);
    case Shape::kList: return List(ref, named, in, at);
    case Shape::kMap: return Map(ref, named, in, at);
  }
  return in;
}

Value Decoder::List(const TypeRef& ref, std::string_view named, const Value& in, const Place* at) {
  if (!in.is_array()) return Wrong(in, GoType(ref, named), at);
  std::optional<std::vector<Value>> changed;
  for (size_t i = 0; i < in.size(); ++i) {
    const Value& element = in[i];
    const Place here{at, nullptr, nullptr, nullptr, i};
    Value out = element.is_null() ? ZeroOf(*ref.element) : Any(*ref.element, named, element, &here);
    if (!changed && Identical(out, element)) continue;
    if (!changed) changed.emplace(in.elements().begin(), in.elements().end());
    (*changed)[i] = std::move(out);
  }
  return changed ? Value::Array(*std::move(changed)) : in;
}

Value Decoder::Map(const TypeRef& ref, std::string_view named, const Value& in, const Place* at) {
  if (!in.is_object()) return Wrong(in, GoType(ref, named), at);
  std::optional<ObjectBuilder> changed;
  const std::span<const Field> fields = in.fields();
  for (size_t i = 0; i < fields.size(); ++i) {
    const Place here{at, nullptr, nullptr, &fields[i].key, 0};
    const Value& value = fields[i].value;
    Value out = value.is_null() ? ZeroOf(*ref.element) : Any(*ref.element, named, value, &here);
    if (!changed && Identical(out, value)) continue;
    if (!changed) {
      changed.emplace(fields.size());
      for (size_t j = 0; j < i; ++j) changed->Add(fields[j].key, fields[j].value);
    }
    changed->Add(fields[i].key, std::move(out));
  }
  return changed ? changed->Build() : in;
}

Value Decoder::Integer(const TypeRef& ref, std::string_view named, const Value& in, const Place* at) {
  const bool small = ref.shape == Shape::kInt32;
  if (in.is_int() && (!small || (in.AsInt() >= INT32_MIN && in.AsInt() <= INT32_MAX))) return in;
  return Wrong(in, GoType(ref, named), at, true);
}

Value Decoder::Double(const TypeRef& ref, std::string_view named, const Value& in, const Place* at) {
  if (!in.is_number()) return Wrong(in, GoType(ref, named), at);
  const double d = in.AsDouble();
  // As Go prints it: no ".0". A double from 2^53 on stays one.
  constexpr double kExact = 9007199254740992.0;
  if (std::trunc(d) == d && std::abs(d) < kExact && !(d == 0 && std::signbit(d))) return static_cast<int64_t>(d);
  return d;
}

Value Decoder::Bytes(const TypeRef& ref, const Value& in, const Place* at) {
  if (in.is_string()) {
    Result<std::string> bytes = DecodeBase64(in.AsString());
    if (!bytes.ok()) {
      Stop(bytes.status());
      return in;
    }
    return Canonical(in, EncodeBase64(*bytes));
  }
  if (!in.is_array()) return Wrong(in, GoType(ref, ""), at);
  // Go takes a list of numbers too.
  std::string bytes;
  for (const Value& element : in.elements()) {
    if (!element.is_int() || element.AsInt() < 0 || element.AsInt() > 255) return Wrong(element, "uint8", at, true);
    bytes += static_cast<char>(element.AsInt());
  }
  return EncodeBase64(bytes);
}

// The canonical text in place of `in`; the same node when it is the same text.
Value Decoder::Canonical(const Value& in, Result<std::string> text) {
  if (!text.ok()) {
    Stop(text.status());
    return in;
  }
  if (in.is_string() && in.AsString() == *text) return in;
  return *text;
}

Value Decoder::Strings(const Value& in, std::string_view go_type, const Place* at) {
  if (!in.is_array()) return Wrong(in, go_type, at);
  static const TypeRef kText{Shape::kString, nullptr, nullptr};
  const TypeRef list{Shape::kList, nullptr, &kText};
  return List(list, "", in, at);
}

Value Decoder::Alternative(const TypeInfo& type, const Value& in, const Place* at) {
  if (in.is_object()) return Struct(*type.alternative, in, at);
  switch (type.special) {
    case Special::kSchemaOrBool:
      if (!in.is_bool()) Stop(Status(Code::kInvalidArgument, "boolean or JSON schema expected"));
      return in;
    case Special::kSchemaOrArray: {
      if (!in.is_array()) return {};
      const TypeRef schema{Shape::kStruct, type.alternative, nullptr};
      const TypeRef list{Shape::kList, nullptr, &schema};
      return List(list, "", in, at);
    }
    default: return in.is_array() ? Strings(in, "[]string", at) : Value();
  }
}

Value Decoder::SpecialValue(const TypeInfo& type, const Value& in, const Place* at) {
  switch (type.special) {
    case Special::kQuantity:
      if (in.is_string()) return Canonical(in, CanonicalQuantity(in.AsString()));
      return Canonical(in, CanonicalQuantity(in.is_number() ? WriteJson(in) : "\""));  // a quote is no quantity
    case Special::kIntOrString: {
      static const TypeRef kInt32{Shape::kInt32, nullptr, nullptr};
      return in.is_string() ? in : Integer(kInt32, "", in, at);
    }
    case Special::kTime:
    case Special::kMicroTime: {
      if (!in.is_string()) return Wrong(in, "string", at);
      const bool micro = type.special == Special::kMicroTime;
      if (!micro && IsCanonicalTime(in.AsString())) return in;
      Value out = Canonical(in, micro ? CanonicalMicroTime(in.AsString()) : CanonicalTime(in.AsString()));
      return out == "" ? Value() : out;
    }
    case Special::kStringList: return Strings(in, QualifiedName(type), at);
    case Special::kSchemaOrBool:
    case Special::kSchemaOrArray:
    case Special::kSchemaOrStringArray: return Alternative(type, in, at);
    case Special::kFieldsV1:
    case Special::kRawExtension:
    case Special::kJson:
    case Special::kNone: return in;
  }
  return in;
}

// The document with what its type prints when nobody set it. REQUIRES: nothing else is wrong with it (Form::kLacking).
Value WithAlways(const TypeInfo& type, const Value& document) {
  Value out = document;
  for (const FieldInfo* f : type.always) {
    if (!out.Has(f->name)) out = std::move(out).Set(f->name, f->zero);
  }
  AddMark(out, type, kMarkDecoded);
  return out;
}

}  // namespace

Result<Decoded> Decode(const TypeInfo& type, const Value& document) { return Decode(type, document, Value()); }

Result<Decoded> Decode(const TypeInfo& type, const Value& document, const Value& known) {
  Decoded decoded;
  switch (internal::FormBeside(type, document, known)) {
    case internal::Form::kDecoded: decoded.value = document; return decoded;
    case internal::Form::kLacking: decoded.value = WithAlways(type, document); return decoded;
    case internal::Form::kOther: break;
  }
  Decoder decoder;
  decoded.value = decoder.Struct(type, document.is_null() ? Value::EmptyObject() : document, nullptr);
  if (const Status error = decoder.error(); !error.ok()) return error;
  decoded.unknown_fields = std::move(decoder.unknown);
  return decoded;
}

}  // namespace wavetank
