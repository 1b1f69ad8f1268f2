// A free document back into a type, as the real server does after a strategic merge patch.
//
//   Result<Restored> restored = Restore(*pods->type, merged);
//   // {"spec":{"containers":{}}}  ->  cannot restore slice from map
//
// It is more lenient than the JSON decoder (schema.h): whole doubles become integers, large integers are cut to the size
// of their field; and its errors have other words, for the first mistake in the order of Go's struct (API-220).
// Pure; O(size). The result holds numbers as their fields want them and still has to be decoded for everything else.
#pragma once

#include <string>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

struct Restored {
  Value value;
  // "spec.foo": fields the type does not have, in the order of their texts.
  std::vector<std::string> unknown_fields;
};

// kInvalidArgument with Go's text.
Result<Restored> Restore(const TypeInfo& type, const Value& document);

}  // namespace wavetank
