// What single kinds do to an object before it is validated and stored (the real strategies' PrepareForCreate and
// PrepareForUpdate). Pure functions of their arguments; strategy.cpp says which kind has which.
#pragma once

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "sim/apiserver/memo.h"
#include "sim/apiserver/store.h"
#include "sim/apiserver/validation.h"

namespace wavetank::sim {

struct PrepareContext {
  Time now;
  Memo& memo;
  const Store& store;
  const ResourceInfo& resource;
  std::string_view subresource;
  FieldErrors& errors;    // what preparation refuses before validation looks: an address that is taken
  std::string_view user;  // who asks
  // Set by the preparation of an update that takes back what was asked, though it counts as a write. Null on create.
  bool* reverted = nullptr;
};

// The status that a new Pod with this spec gets: Pending, its QoS class, a condition while it is gated (API-721, API-724).
Value NewPodStatus(const Value& spec, Time now);

Value PreparePod(const PrepareContext& context, Value object);
// The QoS class survives a status that leaves it out (API-687).
Value PreparePodUpdate(const PrepareContext& context, Value object, const Object& stored);
// spec.finalizers has "kubernetes", phase Active, the name as a label (API-550).
Value PrepareNamespace(const PrepareContext& context, Value object);
// Only /finalize changes spec.finalizers; the label is forced again (API-550, API-554).
Value PrepareNamespaceUpdate(const PrepareContext& context, Value object, const Object& stored);
// A node keeps the status it registers with; the not-ready taint is there from the start (observed.md 736).
Value PrepareNode(const PrepareContext& context, Value object);
// podCIDR is the first of podCIDRs.
Value PrepareNodeUpdate(const PrepareContext& context, Value object, const Object& stored);
// A claim: status.phase Pending, and the finalizer that protects it while a Pod uses it.
Value PrepareClaim(const PrepareContext& context, Value object);
// dataSource and dataSourceRef say the same.
Value PrepareClaimUpdate(const PrepareContext& context, Value object, const Object& stored);
Value PreparePersistentVolume(const PrepareContext& context, Value object);
// The time of a change of phase.
Value PreparePersistentVolumeUpdate(const PrepareContext& context, Value object, const Object& stored);
// A service of the server itself is there at once.
Value PrepareApiService(const PrepareContext& context, Value object);
// The finalizer that protects a class in use.
Value PrepareAttributesClass(const PrepareContext& context, Value object);
// stringData moves to data (API-734).
Value PrepareSecret(const PrepareContext& context, Value object);
Value PrepareSecretUpdate(const PrepareContext& context, Value object, const Object& stored);
// Free addresses and ports of the cluster's ranges; families (API-731, API-732).
Value PrepareService(const PrepareContext& context, Value object);
// What the writer left out stays; what the new type has no use for goes.
Value PrepareServiceUpdate(const PrepareContext& context, Value object, const Object& stored);
// Selector and labels from the uid, unless the selector is manual (API-729).
Value PrepareJob(const PrepareContext& context, Value object);
Value PrepareJobUpdate(const PrepareContext& context, Value object, const Object& stored);
// The annotation that counts the templates.
Value PrepareDaemonSet(const PrepareContext& context, Value object);
Value PrepareDaemonSetUpdate(const PrepareContext& context, Value object, const Object& stored);
// Claim templates name their kind; fields behind gates that are off.
Value PrepareStatefulSet(const PrepareContext& context, Value object);
Value PrepareStatefulSetUpdate(const PrepareContext& context, Value object, const Object& stored);
// Who asks is for the server to say; what was asked stays.
Value PrepareCertificate(const PrepareContext& context, Value object);
Value PrepareCertificateUpdate(const PrepareContext& context, Value object, const Object& stored);

}  // namespace wavetank::sim
