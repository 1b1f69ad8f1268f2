#include "sim/apiserver/strategy.h"

#include "sim/apiserver/prepare.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kAdmission = "admissionregistration.k8s.io";
constexpr std::string_view kNetworking = "networking.k8s.io";
constexpr std::string_view kRbac = "rbac.authorization.k8s.io";
constexpr std::string_view kStorage = "storage.k8s.io";
constexpr std::string_view kResource = "resource.k8s.io";
constexpr std::string_view kFlow = "flowcontrol.apiserver.k8s.io";
constexpr auto kOnce = GenerationRule::kOnce;
constexpr auto kSpec = GenerationRule::kSpec;

const KindStrategy kTable[] = {
    {.group = "",
     .kind = "Pod",
     .generation = kSpec,
     .graceful = true,
     .returns_deleted = true,
     .status_keeps = StatusKeeps::kSpecAndOwners,
     .prepare_create = PreparePod,
     .prepare_update = PreparePodUpdate},
    {.group = "",
     .kind = "Namespace",
     .name = NameRule::kLabel,
     .prepare_create = PrepareNamespace,
     .prepare_update = PrepareNamespaceUpdate},
    {.group = "",
     .kind = "Node",
     .keeps_status_on_create = true,
     .prepare_create = PrepareNode,
     .prepare_update = PrepareNodeUpdate},
    {.group = "",
     .kind = "Service",
     .create_on_update = true,
     .returns_deleted = true,
     .name = NameRule::kLabel,
     .prepare_create = PrepareService,
     .prepare_update = PrepareServiceUpdate},
    {.group = "", .kind = "ServiceAccount", .returns_deleted = true},
    {.group = "", .kind = "Secret", .prepare_create = PrepareSecret, .prepare_update = PrepareSecretUpdate},
    {.group = "", .kind = "PersistentVolume", .returns_deleted = true, .prepare_create = PreparePersistentVolume},
    {.group = "",
     .kind = "PersistentVolumeClaim",
     .returns_deleted = true,
     .prepare_create = PrepareClaim,
     .prepare_update = PrepareClaimUpdate},
    {.group = "", .kind = "ResourceQuota", .returns_deleted = true},
    {.group = "", .kind = "PodTemplate", .generation = kSpec, .returns_deleted = true},
    {.group = "", .kind = "ReplicationController", .generation = kSpec, .gc = GcPolicy::kOrphanDependents},
    {.group = "",
     .kind = "Event",
     .create_on_update = true,
     .gc = GcPolicy::kUnsupported,
     .name = NameRule::kPathSegment},
    {.group = "", .kind = "Endpoints", .create_on_update = true},
    {.group = "", .kind = "LimitRange", .create_on_update = true},
    {.group = "events.k8s.io",
     .kind = "Event",
     .create_on_update = true,
     .gc = GcPolicy::kUnsupported,
     .name = NameRule::kPathSegment},
    {.group = "apps",
     .kind = "Deployment",
     .generation = GenerationRule::kSpecAndAnnotations,
     .status_keeps = StatusKeeps::kSpecAndLabels},
    {.group = "apps", .kind = "ReplicaSet", .generation = kSpec},
    {.group = "apps",
     .kind = "DaemonSet",
     .generation = kSpec,
     .prepare_create = PrepareDaemonSet,
     .prepare_update = PrepareDaemonSetUpdate},
    {.group = "apps",
     .kind = "StatefulSet",
     .generation = kSpec,
     .name = NameRule::kLabel,
     .prepare_create = PrepareStatefulSet,
     .prepare_update = PrepareStatefulSetUpdate},
    {.group = "batch",
     .kind = "Job",
     .generation = kSpec,
     .warns_of_orphans = true,
     .gc = GcPolicy::kOrphanDependents,
     .prepare_create = PrepareJob},
    {.group = "batch", .kind = "CronJob", .generation = kSpec},
    {.group = "policy",
     .kind = "PodDisruptionBudget",
     .generation = kSpec,
     .unconditional_update = false,
     .name = NameRule::kAny},
    {.group = "coordination.k8s.io",
     .kind = "Lease",
     .unconditional_update = false,
     .create_on_update = true,
     .prepare_create = PrepareLease,
     .prepare_update = PrepareLeaseUpdate},
    {.group = "discovery.k8s.io", .kind = "EndpointSlice", .generation = kSpec},
    {.group = "scheduling.k8s.io", .kind = "PriorityClass", .generation = kOnce},
    {.group = "apiextensions.k8s.io",
     .kind = "CustomResourceDefinition",
     .generation = kSpec,
     .unconditional_update = false,
     .refused = "custom resources are not built yet: a CustomResourceDefinition can be checked here, but not stored"},
    {.group = "apiregistration.k8s.io", .kind = "APIService", .unconditional_update = false, .name = NameRule::kAny},
    {.group = "certificates.k8s.io",
     .kind = "CertificateSigningRequest",
     .name = NameRule::kAny,
     .prepare_create = PrepareCertificate,
     .prepare_update = PrepareCertificateUpdate},
    {.group = kNetworking, .kind = "IPAddress", .name = NameRule::kAny},
    {.group = kNetworking, .kind = "Ingress", .generation = kSpec},
    {.group = kNetworking, .kind = "IngressClass", .generation = kSpec},
    {.group = kNetworking, .kind = "NetworkPolicy", .generation = kSpec},
    {.group = kAdmission, .kind = "MutatingWebhookConfiguration", .generation = kSpec, .unconditional_update = false},
    {.group = kAdmission, .kind = "ValidatingWebhookConfiguration", .generation = kSpec, .unconditional_update = false},
    {.group = kAdmission, .kind = "MutatingAdmissionPolicy", .generation = kSpec, .unconditional_update = false},
    {.group = kAdmission, .kind = "MutatingAdmissionPolicyBinding", .generation = kSpec, .unconditional_update = false},
    {.group = kAdmission, .kind = "ValidatingAdmissionPolicy", .generation = kSpec, .unconditional_update = false},
    {.group = kAdmission,
     .kind = "ValidatingAdmissionPolicyBinding",
     .generation = kSpec,
     .unconditional_update = false},
    {.group = kFlow, .kind = "FlowSchema", .generation = kSpec, .status_keeps = StatusKeeps::kAllButStatus},
    {.group = kFlow,
     .kind = "PriorityLevelConfiguration",
     .generation = kSpec,
     .status_keeps = StatusKeeps::kAllButStatus},
    {.group = kRbac, .kind = "Role", .create_on_update = true, .name = NameRule::kPathSegment},
    {.group = kRbac, .kind = "RoleBinding", .create_on_update = true, .name = NameRule::kPathSegment},
    {.group = kRbac, .kind = "ClusterRole", .create_on_update = true, .name = NameRule::kPathSegment},
    {.group = kRbac, .kind = "ClusterRoleBinding", .create_on_update = true, .name = NameRule::kPathSegment},
    {.group = kStorage, .kind = "StorageClass", .returns_deleted = true},
    {.group = kStorage, .kind = "CSIDriver", .unconditional_update = false, .returns_deleted = true},
    {.group = kStorage, .kind = "CSINode", .unconditional_update = false, .returns_deleted = true},
    {.group = kStorage, .kind = "VolumeAttachment", .unconditional_update = false, .returns_deleted = true},
    {.group = kStorage, .kind = "VolumeAttributesClass", .returns_deleted = true},
    {.group = kResource, .kind = "DeviceClass", .generation = kSpec, .returns_deleted = true},
    {.group = kResource, .kind = "ResourceClaim", .returns_deleted = true},
    {.group = kResource, .kind = "ResourceClaimTemplate", .returns_deleted = true},
    {.group = kResource, .kind = "ResourceSlice", .generation = kSpec, .returns_deleted = true},
    {.group = "node.k8s.io", .kind = "RuntimeClass", .unconditional_update = false},
};

// Kinds without a row: one rule for those with a type, one for custom kinds.
const KindStrategy kBuiltIn{.group = "", .kind = ""};
const KindStrategy kCustom{.group = "",
                           .kind = "",
                           .generation = kSpec,
                           .unconditional_update = false,
                           .status_keeps = StatusKeeps::kAllButStatus};

}  // namespace

const KindStrategy& StrategyOf(const ResourceInfo& resource) {
  for (const KindStrategy& row : kTable) {
    if (row.kind == resource.gvk.kind.view() && row.group == resource.gvk.group.view()) return row;
  }
  return resource.type != nullptr ? kBuiltIn : kCustom;
}

}  // namespace wavetank::sim
