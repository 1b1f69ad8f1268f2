// Which kind has which rules beyond its types, and in which order a change is judged.
#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validate_rules.h"
#include "sim/apiserver/validation.h"

namespace wavetank::sim {
namespace {

// How the real server puts together the judgement of a PUT or PATCH.
enum class Order : uint8_t {
  kStateFirst,   // the new state, then the change
  kChangeFirst,  // the change, then the new state
  kChangeOnly,   // the new state is not looked at
  kSpecTwice,    // the new state, its spec again, then the change
  kStateTwice,   // the new state, once more, then the change
};

struct Row {
  std::string_view group;
  std::string_view kind;
  Order order = Order::kStateFirst;
  NewCheck created = nullptr;     // of new objects only
  ChangeCheck changed = nullptr;  // of every update, status included
  // Fields of a main update that stay as they are, separated by commas.
  std::string_view immutable = {};
};

constexpr std::string_view kAdmission = "admissionregistration.k8s.io";
constexpr std::string_view kNetworking = "networking.k8s.io";
constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kStorage = "storage.k8s.io";
constexpr std::string_view kResource = "resource.k8s.io";

constexpr Row kRows[] = {
    {"", "ConfigMap", Order::kChangeFirst, nullptr, CheckConfigMapChange},
    {"", "Secret", Order::kChangeFirst, nullptr, CheckSecretChange},
    {"", "Pod", Order::kStateFirst, CheckNewPod, CheckPodChange},
    {"", "Namespace", Order::kChangeOnly, nullptr, CheckNamespaceChange},
    {"", "Node", Order::kChangeFirst, nullptr, CheckNodeChange},
    {"", "Event", Order::kChangeOnly, CheckEvent,
     [](const Change& change) { CheckEvent(change.object, change.errors); }},
    {"events.k8s.io", "Event", Order::kChangeOnly, CheckNewEvent,
     [](const Change& change) {
       CheckNewEventChange(change.subresource, change.object, change.stored, change.errors);
     }},
    {"", "Service", Order::kChangeFirst, nullptr, CheckServiceChange},
    {"", "ResourceQuota", Order::kStateFirst, nullptr, CheckQuotaChange},
    {"", "PersistentVolume", Order::kStateTwice, nullptr, CheckVolumeChange},
    {"", "PersistentVolumeClaim", Order::kStateFirst, nullptr, CheckClaimChange},
    {"apps", "ReplicaSet", Order::kStateFirst, nullptr, nullptr, "spec.selector"},
    {"apps", "Deployment", Order::kStateFirst, nullptr, CheckCollisionCount, "spec.selector"},
    {"apps", "DaemonSet", Order::kChangeFirst, nullptr, CheckCollisionCount, "spec.selector"},
    {"apps", "StatefulSet", Order::kStateFirst, nullptr, CheckStatefulSetChange},
    {"apps", "ControllerRevision", Order::kStateFirst, nullptr, CheckRevisionChange},
    {"batch", "Job", Order::kSpecTwice, nullptr, CheckJobChange},
    {"certificates.k8s.io", "CertificateSigningRequest", Order::kChangeOnly, nullptr, CheckCertificateChange},
    {"discovery.k8s.io", "EndpointSlice", Order::kStateFirst, nullptr, nullptr, "addressType"},
    {kNetworking, "IngressClass", Order::kChangeFirst, nullptr, nullptr, "spec.controller"},
    {kNetworking, "IPAddress", Order::kStateFirst, nullptr, nullptr, "spec.parentRef"},
    {kNetworking, "ServiceCIDR", Order::kChangeOnly, nullptr, CheckServiceCidrChange},
    {"node.k8s.io", "RuntimeClass", Order::kStateFirst, nullptr, nullptr, "handler"},
    {"scheduling.k8s.io", "PriorityClass", Order::kChangeOnly, nullptr, CheckPriorityClassChange},
    {kRbac, "RoleBinding", Order::kStateFirst, nullptr, CheckRoleRefChange},
    {kRbac, "ClusterRoleBinding", Order::kStateFirst, nullptr, CheckRoleRefChange},
    {kStorage, "StorageClass", Order::kStateFirst, nullptr, nullptr,
     "parameters,provisioner,reclaimPolicy,volumeBindingMode"},
    {kStorage, "VolumeAttachment", Order::kStateFirst, nullptr, nullptr, "spec"},
    {kStorage, "CSIDriver", Order::kStateFirst, nullptr, CheckDriverChange},
    {kStorage, "CSINode", Order::kStateFirst, nullptr, CheckDriversOfNodeChange},
    {kStorage, "CSIStorageCapacity", Order::kStateFirst, nullptr, nullptr, "nodeTopology,storageClassName"},
    {kStorage, "VolumeAttributesClass", Order::kChangeFirst, nullptr, CheckAttributesClassChange},
    {kAdmission, "ValidatingWebhookConfiguration", Order::kStateFirst, nullptr, nullptr},
    {kResource, "ResourceClaim", Order::kChangeFirst, nullptr, nullptr, "spec"},
    {kResource, "ResourceClaimTemplate", Order::kChangeFirst, nullptr, nullptr, "spec"},
};

const Row* RowOf(const ResourceInfo& resource) {
  for (const Row& row : kRows) {
    if (row.kind == resource.gvk.kind.view() && row.group == resource.gvk.group.view()) return &row;
  }
  return nullptr;
}

void JudgeState(const ResourceInfo& resource, Part part, const Value& object, FieldErrors& errors) {
  if (resource.type != nullptr) ValidateObject(*resource.type, object, part, errors);
}

// Runs one check of a kind's row, and notes it when it complains.
template <typename F>
void Noting(const void* check, FieldErrors& errors, const F& run) {
  const size_t before = errors.size();
  run();
  if (errors.size() != before && errors.broken != nullptr) errors.broken->push_back(check);
}

template <typename F>
void ForEachImmutable(const Row& row, const F& visit) {
  std::string_view rest = row.immutable;
  while (!rest.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    visit(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
}

void JudgeChange(const Row& row, const Change& change) {
  if (change.main()) {
    ForEachImmutable(
        row, [&](std::string_view path) { Noting(path.data(), change.errors, [&] { CheckImmutable(change, path); }); });
  }
  if (row.changed != nullptr) Noting(&row.changed, change.errors, [&] { row.changed(change); });
}

}  // namespace

void ValidateKind(const ResourceInfo& resource, const ResourceInfo& shown, const Value& object, FieldErrors& errors) {
  JudgeState(resource, Part::kAllButStatus, object, errors);
  const Row* row = RowOf(shown);
  if (row != nullptr && row->created != nullptr) Noting(&row->created, errors, [&] { row->created(object, errors); });
}

void ValidateKindUpdate(const ResourceInfo& resource, const ResourceInfo& shown, std::string_view subresource,
                        const Value& object, const Object& stored, FieldErrors& errors) {
  static constexpr Row kPlain{"", ""};
  const Row* found = RowOf(shown);
  const Row& row = found == nullptr ? kPlain : *found;
  errors.before = &stored.value();
  const Change change{resource, subresource, object, stored, errors};
  if (change.of_status()) {
    if (object[names::kStatus].identity() == stored.status().identity()) return;
    JudgeState(resource, Part::kStatus, object, errors);
    return JudgeChange(row, change);
  }
  // These change the spec, which has to be in order afterwards.
  constexpr std::string_view kOfSpec = "ephemeralcontainers,resize";
  if (!change.main() && HasWord(kOfSpec, subresource)) JudgeState(resource, Part::kAllButStatus, object, errors);
  if (!change.main()) return JudgeChange(row, change);
  if (row.order == Order::kChangeFirst || row.order == Order::kChangeOnly) JudgeChange(row, change);
  if (row.order != Order::kChangeOnly) JudgeState(resource, Part::kAllButStatus, object, errors);
  if (row.order == Order::kSpecTwice) JudgeState(resource, Part::kSpec, object, errors);
  if (row.order == Order::kStateTwice) JudgeState(resource, Part::kAllButStatus, object, errors);
  if (row.order != Order::kChangeFirst && row.order != Order::kChangeOnly) JudgeChange(row, change);
}

std::vector<KindCheck> AllKindChecks() {
  std::vector<KindCheck> checks;
  for (const Row& row : kRows) {
    if (row.created != nullptr) checks.push_back({&row.created, row.kind, "new"});
    if (row.changed != nullptr) checks.push_back({&row.changed, row.kind, "changed"});
    ForEachImmutable(row, [&](std::string_view path) { checks.push_back({path.data(), row.kind, path}); });
  }
  return checks;
}

}  // namespace wavetank::sim
