// The text of a struct as the server's own in-memory types print it.
//
//   InternalText(*roleref_type, value)   -> {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}
//   InternalLines(*podspec_type, value)  -> the same with one space of indentation a level
//
// Messages of the real server show structs of its internal types: Go's names without tags, every field printed, some
// fields in other places (a Pod's hostNetwork stands in its security context). Types of meta/v1 print as on the wire.
// internal_names.cpp lists the types whose names or order do not follow from the kind table. Pure; O(size).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

std::string InternalText(const TypeInfo& type, const Value& value);
// A field, an element or a map's value.
std::string InternalText(const TypeRef& ref, const Value& value);
std::string InternalLines(const TypeInfo& type, const Value& value);

// One type. `names` are separated by spaces, in the order of the internal struct; "Name=wire" when more than case
// differs, "Name=" for a field that never comes over the wire, "Name^" for one that stands in the parent on the wire.
struct InternalNames {
  std::string_view type;  // "core.v1.Container"
  std::string_view names;
};
std::span<const InternalNames> InternalNameTable();

}  // namespace wavetank::sim
