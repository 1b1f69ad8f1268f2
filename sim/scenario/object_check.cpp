#include "sim/scenario/object_check.h"

#include <utility>

#include "runtime/api/schema.h"
#include "runtime/value/patch.h"
#include "sim/scenario/load_context.h"

namespace wavetank::sim {
namespace {

// A value in the object, and the type that it should have.
struct Spot {
  Cursor at;
  const Value* value;
  TypeRef type;
};

bool IsPlainStruct(const TypeRef& ref) {
  return ref.shape == Shape::kStruct && ref.type != nullptr && ref.type->special == Special::kNone;
}

// "a list": what the type wants, where the value is something else; null: the value has the shape, or there are several.
const char* Wanted(const TypeRef& ref, const Value& value) {
  switch (ref.shape) {
    case Shape::kString:
    case Shape::kBytes: return value.is_string() ? nullptr : "a string";
    case Shape::kBool: return value.is_bool() ? nullptr : "true or false";
    case Shape::kInt32:
    case Shape::kInt64: return value.is_int() ? nullptr : "a whole number";
    case Shape::kDouble: return value.is_number() ? nullptr : "a number";
    case Shape::kList: return value.is_array() ? nullptr : "a list";
    case Shape::kMap: return value.is_object() ? nullptr : "an object";
    case Shape::kStruct: return value.is_object() || !IsPlainStruct(ref) ? nullptr : "an object";
    case Shape::kAny: break;
  }
  return nullptr;
}

bool Fits(const TypeRef& ref, const Value& value) {
  if (value.is_null()) return true;
  return Wanted(ref, value) == nullptr && (!IsPlainStruct(ref) || Decode(*ref.type, value).ok());
}

// The innermost value that does not fit; `spot` itself does not.
Spot Innermost(Spot spot) {
  if (Wanted(spot.type, *spot.value) != nullptr) return spot;
  if (IsPlainStruct(spot.type)) {
    for (const Field& field : spot.value->fields()) {
      const FieldInfo* info = spot.type.type->FindKey(field.key);
      // Alone in an object: only that field can be to blame.
      const Value alone = ObjectBuilder(1).Add(field.key, field.value).Build();
      if (info == nullptr || Decode(*spot.type.type, alone).ok()) continue;
      return Innermost({spot.at.Child(field.key.view()), &field.value, info->type});
    }
  } else if (spot.type.shape == Shape::kList) {
    for (size_t i = 0; i < spot.value->size(); ++i) {
      const Value& element = (*spot.value)[i];
      if (!Fits(*spot.type.element, element)) return Innermost({spot.at.Item(i), &element, *spot.type.element});
    }
  } else if (spot.type.shape == Shape::kMap) {
    for (const Field& field : spot.value->fields()) {
      if (Fits(*spot.type.element, field.value)) continue;
      return Innermost({spot.at.Child(field.key.view()), &field.value, *spot.type.element});
    }
  }
  return spot;
}

// The names that could stand where the unknown field stands. "spec.containers[0].imag": those of a container.
std::vector<std::string_view> NamesBeside(const TypeInfo& type, std::string_view path) {
  TypeRef here{.shape = Shape::kStruct, .type = &type};
  for (size_t end = path.find_first_of(".["); end != path.npos; end = path.find_first_of(".[")) {
    const std::string_view part = path.substr(0, end);
    if (!part.empty() && here.shape == Shape::kStruct && here.type != nullptr) {
      const FieldInfo* info = here.type->Find(part);
      if (info == nullptr) return {};
      here = info->type;
    } else if (!part.empty() && here.element != nullptr) {
      here = *here.element;
    }
    const bool index = path[end] == '[';
    path.remove_prefix(end + 1);
    if (index) {
      if (here.element == nullptr) return {};
      here = *here.element;
      path.remove_prefix(std::min(path.find("].") + 2, path.size()));  // npos + 2 is 1
    }
  }
  std::vector<std::string_view> names;
  if (here.shape != Shape::kStruct || here.type == nullptr) return names;
  for (const FieldInfo* info : here.type->by_name) names.push_back(info->name.view());
  return names;
}

// "spec.containers[0].name" -> "/spec/containers/0/name". Keys with dots of their own lead to their nearest ancestor.
std::string PointerOfPath(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t end = path.find_first_of(".[]");
    const std::string_view part = path.substr(0, end);
    if (!part.empty()) out += "/" + EscapePointerPart(part);
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

std::vector<ObjectMistake> CheckObject(const TypeInfo& type, std::string_view kind, const Value& object) {
  const Result<Decoded> decoded = Decode(type, object);
  std::vector<ObjectMistake> mistakes;
  if (!decoded.ok()) {
    const Spot spot = Innermost({{}, &object, {.shape = Shape::kStruct, .type = &type}});
    const char* wanted = Wanted(spot.type, *spot.value);
    mistakes.push_back({spot.at.field, spot.at.pointer,
                        wanted == nullptr ? decoded.status().message()
                                          : std::string(wanted) + " is expected, found " + FoundText(*spot.value)});
    return mistakes;
  }
  for (const std::string& unknown : decoded->unknown_fields) {
    const std::string_view name = std::string_view(unknown).substr(unknown.rfind('.') + 1);  // npos + 1 is 0
    mistakes.push_back({unknown, PointerOfPath(unknown) + "#",
                        "unknown field of a " + std::string(kind) + Suggestion(name, NamesBeside(type, unknown))});
  }
  return mistakes;
}

}  // namespace wavetank::sim
