#include "sim/apiserver/warnings.h"

#include <algorithm>
#include <span>

#include "runtime/api/wire_text.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAddressType("addressType");
const Name kData("data");
const Name kExternalIps("externalIPs");
const Name kLoadBalancerIp("loadBalancerIP");
const Name kRevisionHistoryLimit("revisionHistoryLimit");
const Name kSessionAffinity("sessionAffinity");

const Path kSpecPath(nullptr, "spec");
const Path kTemplatePath(&kSpecPath, "template");
const Path kTemplateSpecPath(&kTemplatePath, "spec");

void WarnTemplate(Exchange& exchange, const Value& object) {
  WarnAboutPodSpec(exchange, object[names::kSpec][words::kTemplate][names::kSpec], kTemplateSpecPath);
}

void WarnStatefulSet(Exchange& exchange, const Value& object) {
  WarnTemplate(exchange, object);
  if (object[names::kSpec][kRevisionHistoryLimit].AsInt() < 0) {
    exchange.Warn(
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended");
  }
}

void WarnCronJob(Exchange& exchange, const Value& object) {
  static const Path job(&kSpecPath, "jobTemplate");
  static const Path spec(&job, "spec");
  static const Path pods(&spec, "template");
  const Value& of_job = object[names::kSpec]["jobTemplate"][names::kSpec];
  WarnAboutPodSpec(exchange, of_job[words::kTemplate][names::kSpec], Path(&pods, "spec"));
}

void WarnPodTemplate(Exchange& exchange, const Value& object) {
  static const Path pods(nullptr, "template");
  WarnAboutPodSpec(exchange, object[words::kTemplate][names::kSpec], Path(&pods, "spec"));
}

// The name becomes a host's.
void WarnPod(Exchange& exchange, const Value& object) {
  const std::string_view name = object[names::kMetadata][names::kName].AsString();
  std::string complaints;
  if (name.size() > 63) complaints = "must be no more than 63 characters";
  if (name.find('.') != name.npos)
    complaints += complaints.empty() ? "must not contain dots" : " must not contain dots";
  if (!complaints.empty()) {
    exchange.Warn(
        "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS "
        "label is recommended: [" +
        complaints + "]");
  }
  WarnAboutPodSpec(exchange, object[names::kSpec], kSpecPath);
}

struct OldAnnotation {
  std::string_view key;
  std::string_view text;
};

void WarnAnnotations(Exchange& exchange, const Value& object, std::span<const OldAnnotation> rows) {
  for (const OldAnnotation& row : rows) {
    if (object[names::kMetadata][names::kAnnotations].Has(row.key)) {
      exchange.Warn("metadata.annotations[" + std::string(row.key) + "]: " + std::string(row.text));
    }
  }
}

constexpr OldAnnotation kStorageClass[] = {
    {"volume.beta.kubernetes.io/storage-class", "deprecated since v1.8; use \"storageClassName\" attribute instead"}};
constexpr OldAnnotation kVolumeAnnotations[] = {
    kStorageClass[0],
    {"volume.beta.kubernetes.io/mount-options", "deprecated since v1.31; use \"mountOptions\" attribute instead"}};

void WarnClaim(Exchange& exchange, const Value& object) {
  static const Path resources(&kSpecPath, "resources");
  WarnAnnotations(exchange, object, kStorageClass);
  for (const Name part : {words::kRequests, words::kLimits}) {
    WarnAboutFractions(exchange, object[names::kSpec][words::kResources][part], Path(&resources, part.view()),
                       "storage");
  }
}

// Sources of volumes that no longer work, in the order in which the real server looks.
constexpr OldAnnotation kVolumeSources[] = {
    {"cephfs", "deprecated in v1.28, non-functional in v1.31+"},
    {"photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
    {"rbd", "deprecated in v1.28, non-functional in v1.31+"},
    {"scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
    {"storageos", "deprecated in v1.22, non-functional in v1.25+"},
    {"glusterfs", "deprecated in v1.25, non-functional in v1.26+"},
    {"quobyte", "deprecated in v1.22, non-functional in v1.25+"},
    {"flocker", "deprecated in v1.22, non-functional in v1.25+"},
};

void WarnVolume(Exchange& exchange, const Value& object) {
  WarnAnnotations(exchange, object, kVolumeAnnotations);
  for (const OldAnnotation& source : kVolumeSources) {
    if (object[names::kSpec].Has(source.key))
      exchange.Warn("spec." + std::string(source.key) + ": " + std::string(source.text));
  }
  if (object[names::kSpec]["persistentVolumeReclaimPolicy"] == "Recycle") {
    exchange.Warn(
        "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the "
        "recommended approach is to use dynamic provisioning.");
  }
}

void WarnIngress(Exchange& exchange, const Value& object) {
  if (!object[names::kMetadata][names::kAnnotations].Has("kubernetes.io/ingress.class")) return;
  exchange.Warn("annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead");
}

void WarnEndpointSlice(Exchange& exchange, const Value& object) {
  if (object[kAddressType] == "FQDN") exchange.Warn("spec.addressType: FQDN endpoints are deprecated");
}

void WarnService(Exchange& exchange, const Value& object) {
  const Value& spec = object[names::kSpec];
  const bool headless = spec["clusterIP"] == "None";
  const bool external = spec[names::kType] == "ExternalName";
  if (external && !spec[kExternalIps].empty()) {
    exchange.Warn("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
  }
  if (!external && !headless && !spec[kExternalIps].empty()) {
    exchange.Warn("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  if (!external && !spec["externalName"].empty()) {
    exchange.Warn("spec.externalName is ignored when spec.type is not \"ExternalName\"");
  }
  if (spec["trafficDistribution"] == "PreferClose") {
    exchange.Warn("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
  }
  if (!headless) return;
  if (!spec[kLoadBalancerIp].empty()) exchange.Warn("spec.loadBalancerIP is ignored for headless services");
  if (!spec[kExternalIps].empty()) exchange.Warn("spec.externalIPs is ignored for headless services");
  if (!spec[kSessionAffinity].empty() && !(spec[kSessionAffinity] == "None")) {
    exchange.Warn("spec.SessionAffinity is ignored for headless services");
  }
}

void WarnSecret(Exchange& exchange, const Value& object) {
  if (!(object[names::kType] == "kubernetes.io/tls")) return;
  struct Part {
    std::string_view key;
    std::string_view what;
  };
  for (const Part& part : {Part{"tls.crt", "certificate"}, Part{"tls.key", "key"}}) {
    const Result<std::string> text = DecodeBase64(object[kData][part.key].AsString());
    if (text.ok() && text->find("-----BEGIN") != text->npos) continue;
    exchange.Warn("tls: failed to find any PEM data in " + std::string(part.what) + " input");
    return;
  }
}

void WarnNode(Exchange& exchange, const Value& object) {
  if (object[names::kSpec]["externalID"].empty()) return;
  exchange.Warn("spec.externalID: this field is deprecated, and is unused by Kubernetes");
}

void WarnDriver(Exchange& exchange, const Value& object) {
  const Value& spec = object[names::kSpec];
  if (spec["tokenRequests"].empty() || !spec["serviceAccountTokenInSecrets"].is_null()) return;
  exchange.Warn(
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
      "logging "
      "of tokens in volume attributes");
}

struct Row {
  std::string_view group;
  std::string_view kind;
  void (*warn)(Exchange&, const Value& object);
  bool update = true;  // changes are looked at too
};

constexpr Row kRows[] = {
    {"", "Pod", WarnPod, false},  // pods change too often
    {"", "PodTemplate", WarnPodTemplate},
    {"", "ReplicationController", WarnTemplate},
    {"", "PersistentVolumeClaim", WarnClaim},
    {"", "PersistentVolume", WarnVolume},
    {"", "Service", WarnService},
    {"", "Node", WarnNode},
    {"storage.k8s.io", "CSIDriver", WarnDriver},
    {"", "Secret", WarnSecret},
    {"apps", "Deployment", WarnTemplate},
    {"apps", "ReplicaSet", WarnTemplate},
    {"apps", "DaemonSet", WarnTemplate},
    {"apps", "StatefulSet", WarnStatefulSet},
    {"batch", "Job", WarnTemplate},
    {"batch", "CronJob", WarnCronJob},
    {"discovery.k8s.io", "EndpointSlice", WarnEndpointSlice},
    {"networking.k8s.io", "Ingress", WarnIngress},
};

const Row* RowOf(const ResourceInfo& resource) {
  for (const Row& row : kRows) {
    if (row.kind == resource.gvk.kind.view() && row.group == resource.gvk.group.view()) return &row;
  }
  return nullptr;
}

}  // namespace

void WarnOnCreate(Exchange& exchange, const Value& object) {
  if (const Row* row = RowOf(exchange.resource()); row != nullptr) row->warn(exchange, object);
}

void WarnOnUpdate(Exchange& exchange, const Value& object, const Object& stored) {
  const Row* row = RowOf(exchange.resource());
  if (row == nullptr || !row->update || !exchange.request.subresource.empty()) return;
  const Value& generation = object[names::kMetadata][names::kGeneration];
  const bool counted = exchange.strategy().generation != GenerationRule::kNone;
  if (counted && generation == stored.metadata()[names::kGeneration]) return;
  row->warn(exchange, object);
}

std::string_view DeprecationOf(const ResourceInfo& resource) {
  struct Deprecated {
    std::string_view version;  // apiVersion
    std::string_view kind;
    std::string_view text;
  };
  static constexpr Deprecated kDeprecated[] = {
      {"v1", "Endpoints", "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"},
      {"v1", "ComponentStatus", "v1 ComponentStatus is deprecated in v1.19+"},
  };
  for (const Deprecated& row : kDeprecated) {
    if (row.kind == resource.gvk.kind.view() && row.version == resource.gvk.api_version()) return row.text;
  }
  return {};
}

}  // namespace wavetank::sim
