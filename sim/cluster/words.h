// Field names and kinds that the programs of the cluster read, interned once.
#pragma once

#include "runtime/api/gvk.h"
#include "runtime/api/names.h"
#include "runtime/api/object.h"
#include "runtime/api/registry.h"

namespace wavetank::sim::cluster {

inline const Name kAddresses("addresses");
inline const Name kAvailableReplicas("availableReplicas");
inline const Name kContainers("containers");
inline const Name kContainerStatuses("containerStatuses");
inline const Name kEffect("effect");
inline const Name kExitCode("exitCode");
inline const Name kFinishedAt("finishedAt");
inline const Name kHostIp("hostIP");
inline const Name kHostIps("hostIPs");
inline const Name kHostNetwork("hostNetwork");
inline const Name kImage("image");
inline const Name kImageId("imageID");
inline const Name kInitContainers("initContainers");
inline const Name kInitContainerStatuses("initContainerStatuses");
inline const Name kIp("ip");
inline const Name kKey("key");
inline const Name kLastProbeTime("lastProbeTime");
inline const Name kLastState("lastState");
inline const Name kLastTransitionTime("lastTransitionTime");
inline const Name kMessage("message");
inline const Name kNodeSelector("nodeSelector");
inline const Name kObservedGeneration("observedGeneration");
inline const Name kOperator("operator");
inline const Name kPodIp("podIP");
inline const Name kPodIps("podIPs");
inline const Name kReadinessGates("readinessGates");
inline const Name kReadyReplicas("readyReplicas");
inline const Name kReady("ready");
inline const Name kReason("reason");
inline const Name kRenewTime("renewTime");
inline const Name kRestartCount("restartCount");
inline const Name kRestartPolicy("restartPolicy");
inline const Name kRunning("running");
inline const Name kSchedulerName("schedulerName");
inline const Name kSchedulingGates("schedulingGates");
inline const Name kStarted("started");
inline const Name kStartedAt("startedAt");
inline const Name kStartTime("startTime");
inline const Name kState("state");
inline const Name kTaints("taints");
inline const Name kTarget("target");
inline const Name kTerminationGracePeriodSeconds("terminationGracePeriodSeconds");
inline const Name kTerminated("terminated");
inline const Name kTemplate("template");
inline const Name kTerminatingReplicas("terminatingReplicas");
inline const Name kTolerations("tolerations");
inline const Name kUnschedulable("unschedulable");
inline const Name kUnavailableReplicas("unavailableReplicas");
inline const Name kUpdatedReplicas("updatedReplicas");
inline const Name kSelector("selector");
inline const Name kValue("value");

inline const Gvk kDeployment("apps", "v1", "Deployment");
inline const Gvk kNamespace("", "v1", "Namespace");
inline const Gvk kPod("", "v1", "Pod");
inline const Gvk kNode("", "v1", "Node");
inline const Gvk kReplicaSet("apps", "v1", "ReplicaSet");
inline const Gvk kLease("coordination.k8s.io", "v1", "Lease");

// A built-in kind. REQUIRES: it is one.
const ResourceInfo& BuiltInKind(const Gvk& gvk);

// Neither Succeeded nor Failed: only these count for nodes and have something to run.
bool IsFinished(const Object& pod);

}  // namespace wavetank::sim::cluster
