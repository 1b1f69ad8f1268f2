// Decoding by type: what the real server does to a document before anything else looks at it.
//
//   Decoded d = Decode(*pods->type, value);     // unknown fields dropped, special values canonical, zero fields added
//   Value v = ApplyDefaults(*pods->type, d.value);
//
// Pure functions of (type, node). The result of a subtree is remembered on its node (Value::mark holds the type's id and
// flags below), so that a thousand Pods of one template cost one walk of the template.
#pragma once

#include <string>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

// Value::mark of a node: bits 0..19 a TypeInfo::id, and what is known of the node under that type.
inline constexpr uint32_t kMarkTypeMask = (1u << 20) - 1;
inline constexpr uint32_t kMarkDecoded = 1u << 20;    // Decode is the identity, nothing was unknown
inline constexpr uint32_t kMarkDefaulted = 1u << 21;  // ApplyDefaults is the identity
inline constexpr uint32_t kMarkValid = 1u << 22;      // validation that needs no context finds nothing
inline constexpr uint32_t kMarkStored = 1u << 23;     // storing changes nothing (sim/apiserver/stored_form.h)
// Of a string, alone: it is not a string but the JSON text of raw JSON, kept as it came (runtime/wire/protobuf_text.h).
inline constexpr uint32_t kMarkRawText = 1u << 31;

inline bool HasMark(const Value& value, const TypeInfo& type, uint32_t flag) {
  const uint32_t mark = value.mark();
  return (mark & kMarkTypeMask) == type.id && (mark & flag) != 0;
}
inline void AddMark(const Value& value, const TypeInfo& type, uint32_t flag) {
  const uint32_t mark = value.mark();
  value.set_mark((mark & kMarkTypeMask) == type.id ? mark | flag : type.id | flag);
}

struct Decoded {
  Value value;
  // "spec.foo": fields the type does not have, in document order; at most 100 (observed.md 195).
  std::vector<std::string> unknown_fields;
};

// The document as the type's Go struct would print it. The error is the text of the Go decoder (kinds:
// special_values.jsonl), e.g. `json: cannot unmarshal string into Go struct field PodSpec.spec.nodeName of type ...`.
// `null` for a field means absent. O(nodes not yet marked).
Result<Decoded> Decode(const TypeInfo& type, const Value& document);
// The same, quicker where `document` shares nodes with `known`: a decoded document of the type that it was made of, such as
// the stored object of an update. Null: there is none. The answer does not depend on it.
Result<Decoded> Decode(const TypeInfo& type, const Value& document, const Value& known);

// The server's defaulting functions for the type (kinds: defaults.jsonl). REQUIRES: a decoded document.
// O(nodes not yet marked); returns the same node when nothing is missing.
Value ApplyDefaults(const TypeInfo& type, const Value& document);

}  // namespace wavetank
