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

// What Decode(type, value) would make of a document.
enum class Form : uint8_t {
  kDecoded,  // the very value, without unknown fields or errors
  kLacking,  // the same with fields that print even when nobody set them ("status": {}); of a plain struct
  kOther,    // it takes the decoder to say
};
// Marks the nodes it found decoded. May say kOther of a decoded document now and then (a quantity, a date late in a month):
// it asks nothing expensive.
Form FormOf(const TypeInfo& type, const Value& value);
// The same, beside a document of the type that `value` was probably made of, such as the stored object that a client
// changed; null: none. Where both hold the very same node nothing is looked at. O(fields on the way to a change + changes).
Form FormBeside(const TypeInfo& type, const Value& value, const Value& known);

inline bool IsDecoded(const TypeInfo& type, const Value& value) { return FormOf(type, value) == Form::kDecoded; }

}  // namespace wavetank::internal
