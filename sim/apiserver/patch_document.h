// What a PATCH makes of a document, before it goes the way of a PUT (API-215..231, API-196).
//
//   WT_ASSIGN(Value next, PatchDocument(exchange, {resource.gvk, resource.type}, stored.value()));
//
// The answer is decoded and defaulted, with kind and apiVersion; the very node of `document` when the patch changes
// nothing. Findings of strict decoding become warnings of the exchange or the error, as the request wants it.
#pragma once

#include "runtime/base/status.h"
#include "runtime/value/value.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// Server-side apply, and strategic merge patches of kinds without a type, are refused (415).
Status CheckPatchType(const Exchange& exchange, const DocumentKind& kind);
Result<Value> PatchDocument(Exchange& exchange, const DocumentKind& kind, const Value& document);

}  // namespace wavetank::sim
