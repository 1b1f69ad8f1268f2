#include "sim/cluster/parts.h"

#include "sim/cluster/cluster.h"

namespace wavetank::sim {
namespace {

constexpr ClusterPart kParts[] = {
    {"scheduler", SchedulerMain, "Binds pods to nodes."},
    {"garbage-collector", GarbageCollectorMain, "Deletes dependents of deleted owners, of the usual kinds."},
    {kEveryKindCollector, EveryKindCollectorMain, "The same for every kind; sixty watches."},
    {"namespace", NamespaceControllerMain, "Empties namespaces that are being deleted."},
    {"namespace-defaults", NamespaceDefaultsMain, "The ServiceAccount and the root certificate of each namespace."},
    {"pod-garbage-collector", PodCollectorMain, "Deletes pods without a kubelet: no node, or a node that is gone."},
    {"node-lifecycle", NodeLifecycleMain, "Taints nodes without a sign of life, and evicts their pods."},
    {"deployment", DeploymentControllerMain, "Rolls Deployments out by their ReplicaSets."},
    {"resource-quota", QuotaControllerMain, "Counts what ResourceQuotas limit."},
    {"volume-protection", VolumeProtectionMain, "Lets claims and volumes go when nothing uses them any more."},
};

}  // namespace

std::span<const ClusterPart> ClusterParts() { return kParts; }
std::span<const ClusterPart> OptionalClusterParts() { return ClusterParts().subspan(2); }

const ClusterPart* FindClusterPart(std::string_view name) {
  for (const ClusterPart& part : kParts) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

}  // namespace wavetank::sim
