// What single kinds do to an object before it is validated and stored (the real strategies' PrepareForCreate and
// PrepareForUpdate). Pure functions of their arguments; strategy.cpp says which kind has which.
#pragma once

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "sim/apiserver/memo.h"
#include "sim/apiserver/store.h"

namespace wavetank::sim {

struct PrepareContext {
  Time now;
  Memo& memo;
  const Store& store;
  const ResourceInfo& resource;
  std::string_view subresource;
};

// The status that a new Pod with this spec gets: Pending, its QoS class, a condition while it is gated (API-721, API-724).
Value NewPodStatus(const Value& spec, Time now);
// "Guaranteed", "Burstable" or "BestEffort".
std::string_view QosClassOf(const Value& spec);

Value PreparePod(const PrepareContext& context, Value object);
// The QoS class survives a status that leaves it out (API-687).
Value PreparePodUpdate(const PrepareContext& context, Value object, const Object& stored);
// spec.finalizers has "kubernetes", phase Active, the name as a label (API-550).
Value PrepareNamespace(const PrepareContext& context, Value object);
// Only /finalize changes spec.finalizers; the label is forced again (API-550, API-554).
Value PrepareNamespaceUpdate(const PrepareContext& context, Value object, const Object& stored);
// A node keeps the status it registers with; the not-ready taint is there from the start (observed.md 736).
Value PrepareNode(const PrepareContext& context, Value object);
// A claim: status.phase Pending, and the finalizer that protects it while a Pod uses it.
Value PrepareClaim(const PrepareContext& context, Value object);
Value PreparePersistentVolume(const PrepareContext& context, Value object);
// stringData moves to data (API-734).
Value PrepareSecret(const PrepareContext& context, Value object);
Value PrepareSecretUpdate(const PrepareContext& context, Value object, const Object& stored);
// Fields behind gates that are off (API-822).
Value PrepareLease(const PrepareContext& context, Value object);
Value PrepareLeaseUpdate(const PrepareContext& context, Value object, const Object& stored);
// An address of the cluster's range, the lowest that is free; families (API-731, API-732).
Value PrepareService(const PrepareContext& context, Value object);
// Selector and labels from the uid, unless the selector is manual (API-729).
Value PrepareJob(const PrepareContext& context, Value object);

}  // namespace wavetank::sim
