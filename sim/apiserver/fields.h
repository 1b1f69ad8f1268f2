// Changing several fields of a Value in one pass.
#pragma once

#include <initializer_list>
#include <utility>

#include "runtime/value/value.h"

namespace wavetank::sim {

// A field to set, or with a null value to remove.
struct FieldChange {
  Name name;
  Value value;
};

// `object` with the changes. REQUIRES: names strictly increase by their bytes. O(fields), one allocation for the result;
// `object` itself when nothing is different. A null `object` counts as an empty one.
Value WithFields(const Value& object, std::initializer_list<FieldChange> changes);

}  // namespace wavetank::sim
