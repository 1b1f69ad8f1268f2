// What functions on documents that go by types have in common: the way through lists and maps to the structs in them.
//
//   if (StructBelow(field.type) != nullptr) after = MapStructs(field.type, before, WalkStruct);
//
// Pure. O(elements); what nothing changes stays the very same node.
#pragma once

#include <span>
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
    const std::span<const Value> before = value.elements();
    std::vector<Value> changed;  // empty while nothing is
    for (size_t i = 0; i < before.size(); ++i) {
      Value after = MapStructs(*ref.element, before[i], change);
      if (changed.empty() && after.identity() == before[i].identity()) continue;
      if (changed.empty()) changed.assign(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(i));
      changed.push_back(std::move(after));
    }
    return changed.empty() ? value : Value::Array(std::move(changed));
  }
  Value result = value;
  for (const Field& entry : value.fields()) {
    Value after = MapStructs(*ref.element, entry.value, change);
    if (after.identity() != entry.value.identity()) result = result.Set(entry.key, std::move(after));
  }
  return result;
}

}  // namespace wavetank::sim
