// What a set's status says, and when it is worth a write (RS-100..105).
//
//   Value next = ComputeStatus(kind, set, {.counts = known.Count(min_ready_seconds, now), .now = now});
//   if (!SameStatus(set, next)) ... write
//
// The counts are those of the pods as they were listed at the start of the sync, whatever the sync did to them (RS-033).
// Pure functions; O(conditions).
#pragma once

#include <cstdint>

#include "examples/replicaset/known_pods.h"
#include "examples/replicaset/set_kind.h"
#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/base/time.h"

namespace wavetank::examples {

// What the status is made of.
struct StatusInput {
  PodCounts counts;
  bool count_terminating = true;  // gate DeploymentReplicaSetTerminatingReplicas; off: the field is absent (T-083)
  int64_t diff = 0;               // active minus wanted: what the failure was about
  Status manage_error;            // of creating and deleting
  bool keep_failure = false;      // nothing was tried: the condition stays as it is (see RS-103)
  Time now;                       // one for all (RS-030)
};

Value ComputeStatus(const SetKind& kind, const Object& set, const StatusInput& input);

// Nothing to write: all counts, the conditions and observedGeneration are what the object says already (RS-105).
bool SameStatus(const Object& set, const Value& next);

// The condition replaces one of its type unless status and reason are the same; the time is its own (RS-104).
Value SetReplicaCondition(const Value& status, const Value& condition);

}  // namespace wavetank::examples
