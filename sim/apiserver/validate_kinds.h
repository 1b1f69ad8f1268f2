// Rules of single kinds about a change, and those that hold for a new object only (API-723..740). validate_kind.cpp says
// which kind has which.
#pragma once

#include "sim/apiserver/validation.h"

namespace wavetank::sim {

// One update on its way.
struct Change {
  const ResourceInfo& resource;
  std::string_view subresource;
  const Value& object;
  const Object& stored;
  FieldErrors& errors;

  bool main() const { return subresource.empty(); }
  bool of_status() const { return subresource == "status"; }
  const Value& now(Name field) const { return object[field]; }
  const Value& before(Name field) const { return stored.value()[field]; }
  const Value& spec() const;
  const Value& status() const;
  // The type of a field of the object, for texts.
  const TypeInfo& TypeOf(std::string_view field) const;
  // An error with a struct as the server's own types print it.
  void Invalid(std::string_view path, const TypeRef& ref, const Value& value, std::string_view detail) const;
};

using NewCheck = void (*)(const Value& object, FieldErrors& errors);
using ChangeCheck = void (*)(const Change& change);

// "spec.template" and the like: an error when the two differ. The path leads through structs of the kind's type.
void CheckImmutable(const Change& change, std::string_view path, std::string_view detail = "field is immutable");
// "a.b" -> {"a", "b"}.
std::vector<std::string_view> SplitPath(std::string_view path);
// A counter that only grows.
void CheckNotDecremented(const Change& change, std::string_view path);

// validate_pod.cpp, validate_pod_change.cpp
void CheckNewPod(const Value& pod, FieldErrors& errors);
void CheckPodChange(const Change& change);
// validate_pod_subresources.cpp
void CheckEphemeralContainersChange(const Change& change);
void CheckResizeChange(const Change& change);
// validate_job_change.cpp
void CheckJobChange(const Change& change);
// validate_changes.cpp
void CheckCollisionCount(const Change& change);
void CheckStatefulSetChange(const Change& change);
void CheckNamespaceChange(const Change& change);
void CheckRevisionChange(const Change& change);
void CheckRoleRefChange(const Change& change);
void CheckAttributesClassChange(const Change& change);
// validate_config.cpp
void CheckConfigMapChange(const Change& change);
void CheckSecretChange(const Change& change);
void CheckQuotaChange(const Change& change);
void CheckNodeChange(const Change& change);
// validate_events.cpp: of core/v1, and of events.k8s.io; both get the stored form
void CheckEvent(const Value& event, FieldErrors& errors);
void CheckNewEvent(const Value& event, FieldErrors& errors);
void CheckNewEventChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors);
// validate_service.cpp
void CheckServiceChange(const Change& change);
// What must hold before addresses are handed out: spec.clusterIPs, ipFamilies and ipFamilyPolicy fit together.
void CheckServiceAddresses(const Value& spec, FieldErrors& errors);
// validate_network.cpp
void CheckServiceCidrChange(const Change& change);
// validate_storage.cpp
void CheckClaimChange(const Change& change);
// The fields of a volume's spec that say where it is.
std::vector<std::string_view> VolumeSources();
void CheckDriverChange(const Change& change);         // CSIDriver
void CheckDriversOfNodeChange(const Change& change);  // CSINode
void CheckVolumeChange(const Change& change);
// validate_policy.cpp, validate_access.cpp
void CheckPriorityClassChange(const Change& change);
void CheckCertificateChange(const Change& change);

}  // namespace wavetank::sim
