#include "sim/apiserver/warnings.h"

#include <algorithm>
#include <span>

#include "runtime/api/quantity.h"
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

// A name that is no DNS label, where it becomes a host's or a part of one.
void WarnName(Exchange& exchange, const Value& object, std::string_view where) {
  const std::string_view name = object[names::kMetadata][names::kName].AsString();
  std::string complaints;
  if (name.size() > 63) complaints = "must be no more than 63 characters";
  if (name.find('.') != name.npos) {
    complaints += complaints.empty() ? "must not contain dots" : " must not contain dots";
  }
  if (complaints.empty()) return;
  exchange.Warn("metadata.name: this is used in " + std::string(where) +
                ", which can result in surprising behavior; a DNS label is recommended: [" + complaints + "]");
}

void WarnTemplate(Exchange& exchange, const Value& object) {
  WarnAboutPodSpec(exchange, object[names::kSpec][words::kTemplate][names::kSpec], kTemplateSpecPath);
}

void WarnStatefulSet(Exchange& exchange, const Value& object) {
  WarnTemplate(exchange, object);
  const Value& claims = object[names::kSpec]["volumeClaimTemplates"];
  for (size_t i = 0; i < claims.size(); ++i) {
    const Path list(&kSpecPath, "volumeClaimTemplates");
    const Path claim(&list, i);
    const Path resources(&claim, "resources");
    for (const Name part : {words::kRequests, words::kLimits}) {
      WarnAboutFractions(exchange, claims[i][names::kSpec][words::kResources][part], Path(&resources, part.view()),
                         "storage");
    }
  }
  if (object[names::kSpec][kRevisionHistoryLimit].AsInt() < 0) {
    exchange.Warn(
        "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended");
  }
}

// `path`: of the Job's spec.
void WarnJobSpec(Exchange& exchange, const Value& spec, const Path& path) {
  constexpr int64_t kManyCompletions = 100'000;
  constexpr int64_t kManyAtOnce = 10'000;
  if (spec["completionMode"] == "Indexed" && spec["completions"].AsInt() > kManyCompletions &&
      spec["parallelism"].AsInt() > kManyAtOnce) {
    exchange.Warn(path.ToString() +
                  ": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
                  "Kubernetes might not be able to track completedIndexes when a big number of indexes fail");
  }
  const Path pods(&path, "template");
  WarnAboutPodSpec(exchange, spec[words::kTemplate][names::kSpec], Path(&pods, "spec"));
}

void WarnJob(Exchange& exchange, const Value& object) { WarnJobSpec(exchange, object[names::kSpec], kSpecPath); }

void WarnCronJob(Exchange& exchange, const Value& object) {
  static const Path job(&kSpecPath, "jobTemplate");
  WarnJobSpec(exchange, object[names::kSpec]["jobTemplate"][names::kSpec], Path(&job, "spec"));
}

void WarnPodTemplate(Exchange& exchange, const Value& object) {
  static const Path pods(nullptr, "template");
  WarnAboutPodSpec(exchange, object[words::kTemplate][names::kSpec], Path(&pods, "spec"));
}

// The name becomes a host's.
void WarnPod(Exchange& exchange, const Value& object) {
  WarnName(exchange, object, "the Pod's hostname");
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
  if (object[kAddressType] == "FQDN") {
    if (exchange.request.verb == Verb::kCreate) exchange.Warn("spec.addressType: FQDN endpoints are deprecated");
    return;
  }
  const Path list(nullptr, "endpoints");
  const Value& endpoints = object["endpoints"];
  for (size_t i = 0; i < endpoints.size(); ++i) {
    const Path at(&list, i);
    const Path addresses(&at, "addresses");
    const Value& given = endpoints[i]["addresses"];
    for (size_t j = 0; j < given.size(); ++j) WarnAboutIp(exchange, given[j].AsString(), Path(&addresses, j));
  }
}

void WarnEndpoints(Exchange& exchange, const Value& object) {
  const Path list(nullptr, "subsets");
  const Value& subsets = object["subsets"];
  for (size_t i = 0; i < subsets.size(); ++i) {
    const Path at(&list, i);
    for (const std::string_view which : {"addresses", "notReadyAddresses"}) {
      const Path addresses(&at, which);
      for (size_t j = 0; j < subsets[i][which].size(); ++j) {
        const Path address(&addresses, j);
        WarnAboutIp(exchange, subsets[i][which][j]["ip"].AsString(), Path(&address, "ip"));
      }
    }
  }
}

// `direction` "ingress" with peers "from", or "egress" with "to".
void WarnBlocks(Exchange& exchange, const Value& rules, std::string_view direction, std::string_view peers) {
  const Path list(&kSpecPath, direction);
  for (size_t i = 0; i < rules.size(); ++i) {
    const Path rule(&list, i);
    const Path of_peers(&rule, peers);
    for (size_t j = 0; j < rules[i][peers].size(); ++j) {
      const Value& block = rules[i][peers][j]["ipBlock"];
      const Path peer(&of_peers, j);
      const Path at(&peer, "ipBlock");
      if (block.is_null()) continue;
      WarnAboutCidr(exchange, block["cidr"].AsString(), Path(&at, "cidr"));
      const Path except(&at, "except");
      for (size_t k = 0; k < block["except"].size(); ++k) {
        WarnAboutCidr(exchange, block["except"][k].AsString(), Path(&except, k));
      }
    }
  }
}

void WarnNetworkPolicy(Exchange& exchange, const Value& object) {
  WarnBlocks(exchange, object[names::kSpec]["ingress"], "ingress", "from");
  WarnBlocks(exchange, object[names::kSpec]["egress"], "egress", "to");
}

void WarnStorageClass(Exchange& exchange, const Value& object) {
  const Path list(nullptr, "allowedTopologies");
  const Value& topologies = object["allowedTopologies"];
  for (size_t i = 0; i < topologies.size(); ++i) {
    const Path at(&list, i);
    const Path expressions(&at, "matchLabelExpressions");
    for (size_t j = 0; j < topologies[i]["matchLabelExpressions"].size(); ++j) {
      const Path expression(&expressions, j);
      const Value& key = topologies[i]["matchLabelExpressions"][j]["key"];
      const std::string_view why = NodeLabelDeprecation(key.AsString());
      if (!why.empty()) exchange.Warn(Path(&expression, "key").ToString() + ": " + std::string(why));
    }
  }
}

void WarnRuntimeClass(Exchange& exchange, const Value& object) {
  for (const Field& label : object["scheduling"]["nodeSelector"].fields()) {
    const std::string_view why = NodeLabelDeprecation(label.key.view());
    if (!why.empty()) exchange.Warn("scheduling.nodeSelector: " + std::string(why));
  }
}

// Lists of a spec whose elements are addresses or blocks.
void WarnEach(Exchange& exchange, const Value& spec, std::string_view list,
              void (*warn)(Exchange&, std::string_view, const Path&)) {
  const Path path(&kSpecPath, list);
  for (size_t i = 0; i < spec[list].size(); ++i) warn(exchange, spec[list][i].AsString(), Path(&path, i));
}

void WarnService(Exchange& exchange, const Value& object) {
  const Value& spec = object[names::kSpec];
  const bool named = spec[names::kType] == "ExternalName";
  const bool headless = spec[names::kType] == "ClusterIP" && spec["clusterIP"] == "None";
  if (object[names::kMetadata][names::kAnnotations].Has("service.kubernetes.io/topology-aware-hints")) {
    exchange.Warn(
        "annotation service.kubernetes.io/topology-aware-hints is deprecated, please use "
        "service.kubernetes.io/topology-mode instead");
  }
  if (!spec["clusterIP"].empty() && spec["clusterIP"] != "None") WarnEach(exchange, spec, "clusterIPs", WarnAboutIp);
  if (headless) {
    if (!spec[kLoadBalancerIp].empty()) exchange.Warn("spec.loadBalancerIP is ignored for headless services");
    if (!spec[kExternalIps].empty()) exchange.Warn("spec.externalIPs is ignored for headless services");
    if (!(spec[kSessionAffinity] == "None")) exchange.Warn("spec.SessionAffinity is ignored for headless services");
  }
  WarnEach(exchange, spec, "externalIPs", WarnAboutIp);
  if (!spec[kExternalIps].empty() && !headless && !named) {
    exchange.Warn("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
  }
  WarnAboutIp(exchange, spec[kLoadBalancerIp].AsString(), Path(&kSpecPath, kLoadBalancerIp.view()));
  WarnEach(exchange, spec, "loadBalancerSourceRanges", WarnAboutCidr);
  if (named && !spec[kExternalIps].empty()) {
    exchange.Warn("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
  }
  if (!named && !spec["externalName"].empty()) {
    exchange.Warn("spec.externalName is ignored when spec.type is not \"ExternalName\"");
  }
  if (spec["trafficDistribution"] == "PreferClose") {
    exchange.Warn("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
  }
}

void WarnNode(Exchange& exchange, const Value& object) {
  if (!object[names::kSpec]["configSource"].is_null()) exchange.Warn("spec.configSource: the feature is removed");
  if (!object[names::kSpec]["externalID"].empty()) {
    exchange.Warn("spec.externalID: this field is deprecated, and is unused by Kubernetes");
  }
  WarnEach(exchange, object[names::kSpec], "podCIDRs", WarnAboutCidr);
}

// Drivers that get tokens of service accounts are asked where they want them.
void WarnDriver(Exchange& exchange, const Value& object) {
  const Value& spec = object[names::kSpec];
  if (spec["tokenRequests"].empty() || !spec["serviceAccountTokenInSecrets"].is_null()) return;
  exchange.Warn(
      "spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible "
      "logging of tokens in volume attributes");
}

void WarnQuota(Exchange& exchange, const Value& object) {
  const Value& hard = object[names::kSpec]["hard"];
  for (const std::string name : {"cpu", "memory", "ephemeral-storage"}) {
    std::string asked = "requests." + name;
    if (!hard.Has(asked) && name != "ephemeral-storage") asked = name;
    const Value& request = hard[asked];
    const Value& limit = hard["limits." + name];
    if (request.is_null() || limit.is_null() || Quantity::Of(request) <= Quantity::Of(limit)) continue;
    exchange.Warn("ResourceQuota " + asked + " (" + std::string(request.AsString()) + ") should be less than limits." +
                  name + " (" + std::string(limit.AsString()) + ")");
  }
}

constexpr OldAnnotation kMountableSecrets[] = {
    {"kubernetes.io/enforce-mountable-secrets",
     "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets"}};

void WarnAccount(Exchange& exchange, const Value& object) { WarnAnnotations(exchange, object, kMountableSecrets); }

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

struct Row {
  std::string_view group;
  std::string_view kind;
  void (*warn)(Exchange&, const Value& object);
  // Which changes are looked at.
  enum class Changes : uint8_t { kAll, kNone, kOfPart } changes = Changes::kAll;
  std::string_view part = {};  // kOfPart: only when "annotations" or a field of the spec is another
  bool names_pods = false;     // a new object's name begins those of pods
};
using Changes = Row::Changes;

constexpr Row kRows[] = {
    {"", "Pod", WarnPod, Changes::kNone},  // pods change too often
    {"", "PodTemplate", WarnPodTemplate},
    {"", "ReplicationController", WarnTemplate, Changes::kAll, "", true},
    {"", "Node", WarnNode},
    {"", "ResourceQuota", WarnQuota, Changes::kNone},
    {"", "ServiceAccount", WarnAccount, Changes::kOfPart, "annotations"},
    {"", "PersistentVolumeClaim", WarnClaim},
    {"", "PersistentVolume", WarnVolume},
    {"", "Service", WarnService},
    {"", "Secret", WarnSecret},
    {"apps", "Deployment", WarnTemplate, Changes::kAll, "", true},
    {"apps", "ReplicaSet", WarnTemplate, Changes::kAll, "", true},
    {"apps", "DaemonSet", WarnTemplate},
    {"apps", "StatefulSet", WarnStatefulSet},
    {"batch", "Job", WarnJob, Changes::kAll, "", true},
    {"batch", "CronJob", WarnCronJob, Changes::kAll, "", true},
    {"storage.k8s.io", "CSIDriver", WarnDriver, Changes::kOfPart, "tokenRequests"},
    {"discovery.k8s.io", "EndpointSlice", WarnEndpointSlice},
    {"", "Endpoints", WarnEndpoints},
    {"networking.k8s.io", "NetworkPolicy", WarnNetworkPolicy},
    {"node.k8s.io", "RuntimeClass", WarnRuntimeClass},
    {"storage.k8s.io", "StorageClass", WarnStorageClass},
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
  const Row* row = RowOf(exchange.resource());
  if (row == nullptr) return;
  if (row->names_pods) WarnName(exchange, object, "Pod names and hostnames");
  row->warn(exchange, object);
}

void WarnOnUpdate(Exchange& exchange, const Value& object, const Object& stored) {
  if (!exchange.request.subresource.empty()) return;
  const Row* row = RowOf(exchange.resource());
  if (row == nullptr || row->changes == Changes::kNone) return;
  if (row->changes == Changes::kOfPart) {
    const bool annotations = row->part == "annotations";
    const Value& now = annotations ? object[names::kMetadata][names::kAnnotations] : object[names::kSpec][row->part];
    const Value& before = annotations ? stored.metadata()[names::kAnnotations] : stored.spec()[row->part];
    if (now == before) return;
  }
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
