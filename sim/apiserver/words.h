// Field names that only the server reads, interned once.
#pragma once

#include "runtime/value/string.h"

namespace wavetank::sim::words {

inline const Name kAnnotations("annotations");
inline const Name kContainers("containers");
inline const Name kDryRun("dryRun");
inline const Name kGracePeriodSeconds("gracePeriodSeconds");
inline const Name kInitContainers("initContainers");
inline const Name kLastProbeTime("lastProbeTime");
inline const Name kLastTransitionTime("lastTransitionTime");
inline const Name kLimits("limits");
inline const Name kManagedFields("managedFields");
inline const Name kMatchLabels("matchLabels");
inline const Name kMessage("message");
inline const Name kOrphanDependents("orphanDependents");
inline const Name kPreconditions("preconditions");
inline const Name kPreemptionPolicy("preemptionPolicy");
inline const Name kPriority("priority");
inline const Name kPriorityClassName("priorityClassName");
inline const Name kPropagationPolicy("propagationPolicy");
inline const Name kQosClass("qosClass");
inline const Name kReason("reason");
inline const Name kRequests("requests");
inline const Name kResources("resources");
inline const Name kSchedulingGates("schedulingGates");
inline const Name kSelector("selector");
inline const Name kSelfLink("selfLink");
inline const Name kTarget("target");
inline const Name kTaints("taints");
inline const Name kTemplate("template");
inline const Name kTerminationGracePeriodSeconds("terminationGracePeriodSeconds");
inline const Name kTolerations("tolerations");
inline const Name kValue("value");

}  // namespace wavetank::sim::words
