// The common case of decoding: a document that is already what it would be decoded to.
//
// Most writes of a controller are such documents: they were read from the server and changed in a few places. Finding that
// out copies nothing, so it is tried before the full decoder (schema.cpp), which alone knows how to change and complain.
#pragma once

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

// What `omitempty` leaves out. Structs and pointers are never empty.
bool IsEmptyField(const FieldInfo& field, const Value& value);

// True when Decode(type, value) is `value` itself, without unknown fields or errors; marks the nodes it found so. May say
// false for such a document now and then (a quantity, a date late in a month): it asks nothing expensive.
bool IsDecoded(const TypeInfo& type, const Value& value);

}  // namespace wavetank::internal
