// What functions on documents that go by types have in common: the way through lists and maps to the structs in them.
//
//   if (StructBelow(field.type) != nullptr) after = MapStructs(field.type, before, WalkStruct);
//
// Pure. O(elements); what nothing changes stays the very same node.
#pragma once

#include <utility>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/api/schema.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

inline bool IsListOrMap(const TypeRef& ref) { return ref.shape == Shape::kList || ref.shape == Shape::kMap; }

// The struct at the bottom of lists and maps; null for anything else.
inline const TypeInfo* StructBelow(const TypeRef& ref) {
  const TypeRef* at = &ref;
  while (IsListOrMap(*at)) at = at->element;
  return at->shape == Shape::kStruct && at->type->special == Special::kNone ? at->type : nullptr;
}

// Is the value a struct that has the mark already (runtime/api/schema.h)?
inline bool IsMarkedStruct(const TypeRef& ref, const Value& value, uint32_t flag) {
  return ref.shape == Shape::kStruct && HasMark(value, *ref.type, flag);
}

// `value` with `change(type, struct)` in the place of each struct. REQUIRES: StructBelow(ref).
template <typename F>
Value MapStructs(const TypeRef& ref, const Value& value, const F& change) {
  if (ref.shape == Shape::kStruct) return change(*ref.type, value);
  if (ref.shape == Shape::kList) {
    std::vector<Value> elements;
    elements.reserve(value.elements().size());
    bool changed = false;
    for (const Value& element : value.elements()) {
      elements.push_back(MapStructs(*ref.element, element, change));
      changed = changed || elements.back().identity() != element.identity();
    }
    return changed ? Value::Array(std::move(elements)) : value;
  }
  Value result = value;
  for (const Field& entry : value.fields()) {
    Value after = MapStructs(*ref.element, entry.value, change);
    if (after.identity() != entry.value.identity()) result = result.Set(entry.key, std::move(after));
  }
  return result;
}

}  // namespace wavetank::sim
