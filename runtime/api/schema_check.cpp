#include "runtime/api/schema_check.h"

#include "runtime/api/schema.h"
#include "runtime/api/wire_text.h"

namespace wavetank::internal {
namespace {

bool SpecialIsDecoded(const TypeInfo& type, const Value& value) {
  switch (type.special) {
    case Special::kIntOrString: return value.is_string() || (value.is_int() && value.AsInt() == int32_t(value.AsInt()));
    case Special::kTime: return value.is_string() && IsCanonicalTime(value.AsString());
    case Special::kFieldsV1:
    case Special::kRawExtension:
    case Special::kJson: return true;
    default: return false;
  }
}

bool BelowIsDecoded(const TypeRef& ref, const Value& value);

inline bool RefIsDecoded(const TypeRef& ref, const Value& value) {
  switch (ref.shape) {
    case Shape::kString: return value.is_string();
    case Shape::kBool: return value.is_bool();
    case Shape::kInt32: return value.is_int() && value.AsInt() == int32_t(value.AsInt());
    case Shape::kInt64: return value.is_int();
    case Shape::kAny: return true;
    case Shape::kDouble:
    case Shape::kBytes: return false;
    default: return BelowIsDecoded(ref, value);
  }
}

bool BelowIsDecoded(const TypeRef& ref, const Value& value) {
  if (ref.shape == Shape::kStruct) return FormOf(*ref.type, value) == Form::kDecoded;
  if (ref.shape == Shape::kList) {
    if (!value.is_array()) return false;
    for (const Value& element : value.elements()) {
      if (!RefIsDecoded(*ref.element, element)) return false;
    }
    return true;
  }
  if (!value.is_object()) return false;
  for (const Field& field : value.fields()) {
    if (!RefIsDecoded(*ref.element, field.value)) return false;
  }
  return true;
}

// Would `omitempty` leave it out, though it is set?
bool LeftOut(const FieldInfo& info, const Value& value) {
  return info.omitempty && !info.has_zero && IsEmptyField(info, value);
}

bool FieldIsDecoded(const FieldInfo& info, const Value& value) {
  // Only what prints as null when unset may be null.
  if (value.is_null()) return info.has_zero && info.zero.is_null();
  return RefIsDecoded(info.type, value) && !LeftOut(info, value);
}

bool SameNode(const Value& a, const Value& b) {
  return a.identity() != nullptr ? a.identity() == b.identity() : a.type() == b.type() && a == b;
}

// The fields of a type by the keys of one object: both are sorted, so that one pass over both finds them all.
class FieldCursor {
 public:
  explicit FieldCursor(const TypeInfo& type) : type_(type) {}
  // Null when the type has no such field.
  const FieldInfo* Find(const String& key) {
    for (size_t at = next_; at < type_.by_name.size(); ++at) {
      if (type_.by_name[at]->name.node() != key.node()) continue;
      next_ = at + 1;
      return type_.by_name[at];
    }
    return type_.FindKey(key);  // unknown, or not interned
  }

 private:
  const TypeInfo& type_;
  size_t next_ = 0;
};

}  // namespace

bool IsEmptyField(const FieldInfo& field, const Value& value) {
  if (field.pointer) return false;
  switch (field.type.shape) {
    case Shape::kString:
    case Shape::kBytes:
    case Shape::kList:
    case Shape::kMap: return value.empty();
    case Shape::kBool: return !value.AsBool();
    case Shape::kInt32:
    case Shape::kInt64: return value.AsInt() == 0;
    case Shape::kDouble: return value.AsDouble() == 0;
    case Shape::kStruct: return field.type.type->special == Special::kStringList && value.empty();
    case Shape::kAny: return false;
  }
  return false;
}

Form FormOf(const TypeInfo& type, const Value& value) {
  if (type.special != Special::kNone) return SpecialIsDecoded(type, value) ? Form::kDecoded : Form::kOther;
  if (HasMark(value, type, kMarkDecoded)) return Form::kDecoded;
  if (!value.is_object()) return Form::kOther;
  size_t always_seen = 0;
  FieldCursor cursor(type);
  for (const Field& field : value.fields()) {
    const FieldInfo* info = cursor.Find(field.key);
    if (info == nullptr || !FieldIsDecoded(*info, field.value)) return Form::kOther;
    if (info->has_zero) ++always_seen;
  }
  if (always_seen < type.always.size()) return Form::kLacking;
  AddMark(value, type, kMarkDecoded);
  return Form::kDecoded;
}

Form FormBeside(const TypeInfo& type, const Value& value, const Value& known) {
  const std::span<const Field> fields = value.fields();
  const std::span<const Field> before = known.fields();
  if (type.special != Special::kNone || !value.is_object() || fields.empty() || fields.size() != before.size() ||
      HasMark(value, type, kMarkDecoded) || FormOf(type, known) != Form::kDecoded) {
    return FormOf(type, value);
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    const Value& now = fields[i].value;
    if (fields[i].key.node() != before[i].key.node()) return FormOf(type, value);
    if (SameNode(now, before[i].value)) continue;
    const FieldInfo* info = type.FindKey(fields[i].key);
    if (info == nullptr) return Form::kOther;
    const bool is_struct = info->type.shape == Shape::kStruct && now.is_object();
    const bool fits = is_struct
                          ? FormBeside(*info->type.type, now, before[i].value) == Form::kDecoded && !LeftOut(*info, now)
                          : FieldIsDecoded(*info, now);
    if (!fits) return Form::kOther;
  }
  AddMark(value, type, kMarkDecoded);
  return Form::kDecoded;
}

}  // namespace wavetank::internal
