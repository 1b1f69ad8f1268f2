// What is wrong with an object of Kubernetes, or with a part of one (a merge patch), as far as its type tells: fields that
// the type does not have, values of another type.
//
//   for (const ObjectMistake& m : CheckObject(*pods->type, "Pod", value)) ...
//       // {"spec.containers[0].imag", "/spec/containers/0/imag#", `unknown field of a Pod; did you mean "image"?`}
//
// Pure. What counts is runtime/api/schema.h's Decode: here its answer gets a place. O(nodes), when something is wrong O(nodes
// times depth).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"

namespace wavetank::sim {

struct ObjectMistake {
  std::string field;    // "spec.replicas"
  std::string pointer;  // "/spec/replicas"; of an unknown field "/spec/replica#", its key
  std::string message;
};

// At most 100 unknown fields, or the first value that does not fit.
std::vector<ObjectMistake> CheckObject(const TypeInfo& type, std::string_view kind, const Value& object);

}  // namespace wavetank::sim
