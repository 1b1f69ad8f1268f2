// PATCH: the stored document is changed as the patch says, and then goes the way of a PUT (API-134, API-215..221).
#include "runtime/value/patch.h"

#include "runtime/base/strings.h"
#include "sim/apiserver/body.h"
#include "sim/apiserver/exchange.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr size_t kMaxOperations = 10000;

Status RefuseType(const Exchange& exchange) {
  const bool apply = exchange.request.patch_type == PatchType::kApply;
  return UnsupportedMediaTypeError(std::string(apply ? "server-side apply" : "strategic merge patch") +
                                   " is not built yet; use a JSON patch or a merge patch");
}

Result<Value> ApplyTo(const Exchange& exchange, const Value& document) {
  const Value& patch = exchange.request.body;
  if (exchange.request.patch_type == PatchType::kMerge) {
    if (patch.is_null()) return BadRequestError("Invalid JSON Patch");
    if (!patch.is_object()) {
      return BadRequestError("error decoding patch: json: cannot unmarshal " +
                             std::string(patch.is_array()    ? "array"
                                         : patch.is_string() ? "string"
                                                             : "number") +
                             " into Go value of type map[string]interface {}");
    }
    return ApplyMergePatch(document, patch);
  }
  if (!patch.is_array()) {
    return BadRequestError("error decoding patch: json: cannot unmarshal " +
                           std::string(patch.is_object()   ? "object"
                                       : patch.is_string() ? "string"
                                                           : "number") +
                           " into Go value of type []handlers.jsonPatchOp");
  }
  if (patch.size() > kMaxOperations) {
    return TooLargeError("The allowed maximum operations in a JSON patch is 10000, got " +
                         std::to_string(patch.size()));
  }
  Result<Value> patched = ApplyJsonPatch(document, patch);
  if (patched.ok() || patched.code() == Code::kBadRequest) {
    return patched.ok() ? std::move(patched) : Result<Value>(BadRequestError(patched.status().message()));
  }
  const Value refusal = ObjectBuilder(8)
                            .Add(names::kApiVersion, "v1")
                            .Add("code", 422)
                            .Add("details", Value::EmptyObject())
                            .Add(names::kKind, "Status")
                            .Add(words::kMessage, "the server rejected our request due to an error in our request")
                            .Add(names::kMetadata, Value::EmptyObject())
                            .Add(words::kReason, "Invalid")
                            .Add(names::kStatus, "Failure")
                            .Build();
  return FromStatusDocument(refusal, 422);  // API-216
}

}  // namespace

Outcome Patch(Exchange& exchange) {
  const ApiRequest& request = exchange.request;
  if (request.subresource == "scale") return UpdateScale(exchange);
  if (!request.subresource.empty() && !(request.subresource == "status" && exchange.resource().has_status)) {
    return Fail(UnknownSubresource(exchange));
  }
  if (request.patch_type == PatchType::kApply || request.patch_type == PatchType::kStrategicMerge) {
    return Fail(RefuseType(exchange));
  }
  if (Status bad = CheckWriteOptions(exchange); !bad.ok()) return Fail(bad);
  const Object* found = exchange.state.store.Find(exchange.resource(), exchange.key());
  if (found == nullptr) return Fail(NotFoundError(exchange.resource().gvr, request.name.view()));
  const Object stored = *found;
  Result<Value> patched = ApplyTo(exchange, stored.value());
  if (!patched.ok()) return Fail(patched.status());
  if (patched->identity() == stored.value().identity()) return Reply(exchange, 200, stored);  // API-221
  Result<Value> decoded = DecodePatched(exchange, *patched);
  if (!decoded.ok()) return Fail(decoded.status());
  return UpdateObject(exchange, *std::move(decoded));
}

}  // namespace wavetank::sim
