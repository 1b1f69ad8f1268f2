// What lives in a cluster beside the API server: programs, written against the same Environment and client as any
// operator, that reach the server only over the network.
//
//   Process scheduler(kernel, "scheduler", SchedulerMain);
//
// Each is level-triggered and right under every fault of the catalogue: it may crash, see the past, and lose answers.
// They are simple where the real ones are not; each says below what it leaves out.
#pragma once

#include <string>
#include <string_view>

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::sim {

// Binds pods without a node to the node with the fewest pods (ENV-060); ties go to the first by name. Nodes that are
// cordoned, not Ready, tainted or not selected by the pod's nodeSelector are passed over; when none is left, the condition
// PodScheduled says so once, and the pod waits for a node to change.
// Not looked at: resources, affinity, topology, ports, volumes, priorities. There is no preemption.
Task<Status> SchedulerMain(Environment& env);

// Runs the pods of one node (ENV-061): registers the Node, takes bound pods from Pending to Running and Ready, and lets
// terminating ones go when their containers have stopped. All of it is immediate; annotations of a pod take time:
//   wavetank.dev/start-delay: "5s"   from the binding until the containers are up
//   wavetank.dev/stop-delay: "5s"    from the delete until they are down, at most the grace period
// and those of container_life.h make containers unready, fail, complete and start again (ENV-063).
// Left out: admission by the node, probes beyond a delay, most events.
struct KubeletOptions {
  // A Lease that is renewed every ten seconds, and a Node that is kept Ready. Without them the Node stays as it is,
  // whatever happens to its kubelet.
  bool heartbeats = false;
  int pods = 110;  // how many the Node says that it takes
};
Task<Status> KubeletMain(Environment& env, std::string node);
Task<Status> KubeletWithOptions(Environment& env, std::string node, KubeletOptions options);

inline constexpr std::string_view kStartDelayAnnotation = "wavetank.dev/start-delay";
inline constexpr std::string_view kStopDelayAnnotation = "wavetank.dev/stop-delay";
inline constexpr std::string_view kReadyDelayAnnotation = "wavetank.dev/ready-delay";
inline constexpr std::string_view kFailsAfterAnnotation = "wavetank.dev/fails-after";
inline constexpr std::string_view kCompletesAfterAnnotation = "wavetank.dev/completes-after";

// Deletes objects whose owners are gone, in the background, in the foreground, or not at all (ENV-020..028).
// It watches Pods, ReplicaSets, Deployments, StatefulSets, DaemonSets, Jobs, CronJobs, Services, ConfigMaps and Secrets;
// owners of other kinds are asked for when a dependent comes, but their end wakes nobody. References to kinds that nobody
// knows keep their object.
Task<Status> GarbageCollectorMain(Environment& env);
// The same for every kind that can be deleted, as in a real cluster: sixty lists and watches at its start.
Task<Status> EveryKindCollectorMain(Environment& env);

// Empties namespaces that are being deleted, and lets them go (ENV-040..042).
Task<Status> NamespaceControllerMain(Environment& env);

// Puts the ServiceAccount `default` and the ConfigMap kube-root-ca.crt into every namespace (API-557).
Task<Status> NamespaceDefaultsMain(Environment& env);

// Deletes pods that no kubelet will: those without a node that are being deleted, and those of nodes that do not exist.
Task<Status> PodCollectorMain(Environment& env);

// Rolls Deployments out by their ReplicaSets: rolling update, recreate, pause, scaling in proportion, revisions and their
// history, progress deadline, conditions and events. The ReplicaSets themselves need a controller of their own.
Task<Status> DeploymentControllerMain(Environment& env);

// Writes into the status of ResourceQuotas what there is of what they limit; quota_controller.cpp says what it leaves out.
Task<Status> QuotaControllerMain(Environment& env);

// Takes the finalizers off PersistentVolumeClaims and PersistentVolumes that are being deleted and not in use.
Task<Status> VolumeProtectionMain(Environment& env);

// Notices nodes whose kubelet gives no sign of life, taints them, and evicts their pods (ENV-064). Kubelets need heartbeats.
Task<Status> NodeLifecycleMain(Environment& env);

}  // namespace wavetank::sim
