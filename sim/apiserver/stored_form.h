// What storage makes of an object.
#pragma once

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// Storage knows no difference between an empty list and none: what Go prints as `[]` before it is stored, it prints as
// `null` ever after. Fields that may be left out are not concerned. Remembered on the nodes (kMarkStored).
// `before`: null, or what is stored and `object` was made of: fields that both share are not looked at again.
Value StoredForm(const TypeInfo& type, const Value& object, const Value& before = {});

}  // namespace wavetank::sim
