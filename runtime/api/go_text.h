// Values as Go's fmt prints them, for the messages of the real server that do so.
//
//   GoText({"spec":{"replicas":3,"x":["a",null]}})  -> map[spec:map[replicas:3 x:[a <nil>]]]      (%v, %+v)
//   GoStringVerb(5)                                 -> %!s(int64=5)                               (%s)
//   GoTypeOf({"a":1})                               -> map[string]interface {}                    (reflect.Type)
//
// Pure functions; O(size).
#pragma once

#include <string>
#include <string_view>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank {

std::string GoText(const Value& value);
std::string GoStringVerb(const Value& value);
// "%!s(<nil>)" for null: what %s makes of the type of nothing.
std::string_view GoTypeOf(const Value& value);
// The reflect.Kind of a decoded document's value: "map", "slice", "string", "int64", "float64", "bool".
std::string_view GoKindOf(const Value& value);
// The reflect.Kind of a Go field of that type: "struct", "slice", "map", "int32", ...
std::string_view GoKindOf(const TypeRef& type);
// "PodSpec": the name of the type without its package; of a generic type all that follows it.
std::string_view GoStructName(const TypeInfo& type);

}  // namespace wavetank
