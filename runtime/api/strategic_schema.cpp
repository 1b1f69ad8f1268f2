#include "runtime/api/strategic_schema.h"

#include <algorithm>

#include "runtime/api/go_text.h"
#include "runtime/base/strings.h"

namespace wavetank::internal {
namespace {

Status Unfit(std::string message) { return Status(Code::kInternal, std::move(message)); }

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Go's JSON takes a name in other letter case when there is no exact one.
const FieldInfo* FindField(const TypeInfo& type, std::string_view key) {
  if (const FieldInfo* field = type.Find(key); field != nullptr) return field;
  for (const FieldInfo* field : type.by_name) {
    const std::string_view name = field->name.view();
    if (name.size() == key.size() && std::ranges::equal(name, key, {}, Lower, Lower)) return field;
  }
  return nullptr;
}

}  // namespace

Result<PatchField> LookupPatchField(const PatchType& in, std::string_view key) {
  const std::string_view kind = GoKindOf(in.type);
  if (kind != "struct") {
    return Unfit("merging an object in json but data type is not struct, instead is: " + std::string(kind));
  }
  const FieldInfo* field = FindField(*in.type.type, key);
  if (field == nullptr) {
    return Unfit("unable to find api field in struct " + std::string(GoStructName(*in.type.type)) +
                 " for the json field " + Quote(key));
  }
  return PatchField{.type = {field->type, field->pointer},
                    .merge = field->patch_merge,
                    .retain_keys = field->patch_retain_keys,
                    .replace = field->patch_replace,
                    .merge_key = field->patch_merge_key};
}

Result<PatchField> LookupPatchList(const PatchType& in, std::string_view key) {
  static constexpr TypeRef kText{Shape::kString, nullptr, nullptr};
  static constexpr TypeRef kByte{Shape::kInt32, nullptr, nullptr};
  WT_ASSIGN(PatchField field, LookupPatchField(in, key));
  const TypeRef& type = field.type.type;
  TypeRef element;
  if (type.shape == Shape::kList) {
    element = *type.element;
    const std::string_view kind = GoKindOf(element);
    if (kind == "slice") return Unfit("unexpected slice of slice");
  } else if (type.shape == Shape::kBytes) {
    element = kByte;
  } else if (type.shape == Shape::kStruct && type.type->special == Special::kStringList) {
    element = kText;
  } else if (field.type.pointer) {
    element = type;
  } else {
    return Unfit("expected slice or array type, but got: " +
                 std::string(in.pointer ? std::string_view("ptr") : GoKindOf(in.type)));
  }
  field.type = {element, false};
  return field;
}

const Value* MergeKeyOf(const Value& element, std::string_view merge_key) {
  if (merge_key.empty()) return &element;
  return element.is_object() ? element.Find(merge_key) : nullptr;
}

}  // namespace wavetank::internal
