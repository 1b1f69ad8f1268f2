// Bodies: what a client sent becomes a document of the resource's kind, decoded and defaulted.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"
#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// What kind of document a request carries: the stored object's own, or one that a subresource takes (a Scale).
struct DocumentKind {
  const Gvk& gvk;
  const TypeInfo* type = nullptr;  // null: a kind without schema
};

// The body of a POST or PUT as the kind's Go struct would print it, with kind, apiVersion and defaults. Unknown fields
// become warnings or an error, as the request wants it (API-019, API-194..198).
// `stored`: the object that the body was probably made of; nodes they share are decoded already, and not looked at. Null:
// none. The answer does not depend on it.
Result<Value> DecodeBody(Exchange& exchange, const DocumentKind& kind, const Value& body, const Value& stored = {});
inline Result<Value> DecodeBody(Exchange& exchange, const Value& body, const Value& stored = {}) {
  Result<Value> decoded = DecodeBody(exchange, {exchange.shown().gvk, exchange.shown().type}, body, stored);
  if (!decoded.ok() || exchange.served.version == nullptr) return decoded;
  return exchange.ToStorage(*decoded);
}
// The steps of that, for documents that come another way. What is wrong with the kind and apiVersion that a document
// names, in Go's words; empty when they fit `want` (API-019).
std::string WrongKind(const Exchange& exchange, const Gvk& want, const Value& document);
// What Go says of a document that is no object.
std::string WrongShape(const Gvk& want, const Value& document);
// Decoded and defaulted as that kind, with kind and apiVersion. The error has Go's own text; `unknown` gets
// the fields that nobody knows. `stored`: as above.
Result<Value> DecodeAs(Exchange& exchange, const DocumentKind& kind, const Value& document,
                       std::vector<std::string>& unknown, const Value& stored = {});

// What strict decoding has to say, `<prefix>unknown field "spec.foo"`, in the order of the body's text: unknown fields, and
// keys that stand twice. Nothing when the request does not want to know (API-194..198).
std::vector<std::string> FindingsOf(const Exchange& exchange, std::string_view prefix,
                                    const std::vector<std::string>& unknown);

// Names and namespace of the body against those of the path. Create: fills the namespace (API-083).
Result<Value> MatchNamespace(const Exchange& exchange, Value object);
Status MatchName(const Exchange& exchange, const Value& object);

// 409 in the words of the storage: `what` ("UID") should be `given` and is `stored`.
Status PreconditionFailed(const Exchange& exchange, std::string_view what, std::string_view given,
                          std::string_view stored);
// A PUT's uid is a precondition (API-059, API-133). `stored`: the uid of what is there, empty when nothing is.
Status CheckUid(const Exchange& exchange, const Value& object, std::string_view stored);

// fieldManager and the like, refused before the body is read (API-061, API-096).
Status CheckWriteOptions(const Exchange& exchange);

}  // namespace wavetank::sim
