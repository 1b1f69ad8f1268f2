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

bool TypeIsDecoded(const TypeRef& ref, const Value& value) {
  switch (ref.shape) {
    case Shape::kString: return value.is_string();
    case Shape::kBool: return value.is_bool();
    case Shape::kInt32: return value.is_int() && value.AsInt() == int32_t(value.AsInt());
    case Shape::kInt64: return value.is_int();
    case Shape::kAny: return true;
    case Shape::kStruct: return IsDecoded(*ref.type, value);
    case Shape::kList: {
      if (!value.is_array()) return false;
      for (const Value& element : value.elements()) {
        if (!TypeIsDecoded(*ref.element, element)) return false;
      }
      return true;
    }
    case Shape::kMap: {
      if (!value.is_object()) return false;
      for (const Field& field : value.fields()) {
        if (!TypeIsDecoded(*ref.element, field.value)) return false;
      }
      return true;
    }
    case Shape::kDouble:
    case Shape::kBytes: return false;
  }
  return false;
}

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

bool IsDecoded(const TypeInfo& type, const Value& value) {
  if (type.special != Special::kNone) return SpecialIsDecoded(type, value);
  if (HasMark(value, type, kMarkDecoded)) return true;
  if (!value.is_object()) return false;
  size_t always_seen = 0;
  for (const Field& field : value.fields()) {
    const FieldInfo* info = type.FindKey(field.key);
    if (info == nullptr) return false;
    if (info->has_zero) ++always_seen;
    if (field.value.is_null()) {
      // Only what prints as null when unset may be null.
      if (!info->has_zero || !info->zero.is_null()) return false;
      continue;
    }
    if (!TypeIsDecoded(info->type, field.value)) return false;
    if (!info->has_zero && info->omitempty && IsEmptyField(*info, field.value)) return false;
  }
  if (always_seen < type.always.size()) return false;
  AddMark(value, type, kMarkDecoded);
  return true;
}

}  // namespace wavetank::internal
