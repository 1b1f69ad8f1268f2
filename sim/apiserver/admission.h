// Admission that is built into the server: namespaces, priorities, tolerations; and the configured webhooks.
#pragma once

#include <optional>
#include <variant>

#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// NamespaceLifecycle for a create: the namespace exists and is not on its way out (API-123, API-553).
Status AdmitToNamespace(const Exchange& exchange, const Value& object);
// default, kube-system and kube-public stay (API-552).
Status AdmitDeletion(const Exchange& exchange);
// What Priority and DefaultTolerationSeconds make of a new Pod, whose status becomes the first one too (PreparePod).
// Remembered by the spec's node.
Result<Value> AdmitPod(const Exchange& exchange, Value object);
// The same for a change: what admission once added comes back when the writer left it out.
Value AdmitPodUpdate(Value object, const Object& stored);

// The first hook at or after `from` that wants this operation; nothing: all have answered.
std::optional<size_t> NextHook(const Exchange& exchange, Verb operation, size_t from);
// The AdmissionReview for it.
Value MakeReview(const Exchange& exchange, Verb operation, const Value& object, const Value& old_object);
// The object after its answer, or the refusal (API-600).
Result<Value> ApplyReview(const Exchange& exchange, const Hook& hook, const Value& object, const CallAnswer& answer);

}  // namespace wavetank::sim
