// Bodies: what a client sent becomes a document of the resource's kind, decoded and defaulted.
#pragma once

#include "runtime/base/status.h"
#include "runtime/value/value.h"
#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// The body of a POST or PUT as the kind's Go struct would print it, with kind, apiVersion and defaults. Unknown fields
// become warnings or an error, as the request wants it (API-019, API-194..198).
Result<Value> DecodeBody(Exchange& exchange, const Value& body);
// The outcome of a patch; its errors name the patch (API-196, API-220).
Result<Value> DecodePatched(Exchange& exchange, const Value& patched);

// Names and namespace of the body against those of the path. Create: fills the namespace (API-083).
Result<Value> MatchNamespace(const Exchange& exchange, Value object);
Status MatchName(const Exchange& exchange, const Value& object);

// A PUT's uid is a precondition (API-059, API-133). `stored`: the uid of what is there, empty when nothing is.
Status CheckUid(const Exchange& exchange, const Value& object, std::string_view stored);

// fieldManager and the like, refused before the body is read (API-061, API-096).
Status CheckWriteOptions(const Exchange& exchange);

}  // namespace wavetank::sim
