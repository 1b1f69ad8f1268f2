// What the real server's internal types and feature gates make of a decoded document, before anything judges it.
//
//   Value v = ServedForm(*pods->type, ApplyDefaults(*pods->type, decoded));
//
// Two things happen on the way through the internal types: fields behind a gate that is off, or kept for old clients
// only, are gone (API-822), and two fields that say the same are made equal. Rows of a table in served_form.cpp.
//
// Pure. Nodes that stay as they are are marked, so that the template of a thousand Pods is walked once: O(nodes not yet
// marked) of types that lead to a row.
#pragma once

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// A mark beside those of runtime/api/schema.h: ServedForm is the identity.
inline constexpr uint32_t kMarkServed = 1u << 24;

// REQUIRES: a decoded document with its defaults.
Value ServedForm(const TypeInfo& type, const Value& document);

}  // namespace wavetank::sim
