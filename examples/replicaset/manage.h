// Managing: creates what is missing, deletes what is too much (RS-060..090).
//
//   Managed done = co_await ManageReplicas(controller, set, &known);
//
// At most options.burst_replicas at a time; expectations are set before the first request (RS-063) and lowered for each
// create that failed or was never tried, and for each delete that failed (RS-064, RS-087).
//
// Fidelity: the cached pods decide. They may be old, and then pods are made or deleted twice (RS-127).
// Hardened: the cached pods only say that something may have to be done. The set and its pods are then read from the server,
// and what they say is done: a restart over an old cache makes no second set of pods (BUG-01, BUG-18), a deletion cost
// that was written a moment ago counts (BUG-14), a pod that changed in between is not deleted (BUG-09). What a former life
// of the process sent and is still under way cannot be seen by anybody, and is put right afterwards.
#pragma once

#include <optional>
#include <vector>

#include "examples/replicaset/known_pods.h"
#include "examples/replicaset/set_controller.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

struct Managed {
  Status error;
  int64_t diff = 0;               // active minus wanted
  std::optional<Duration> again;  // hardened: look again then, nothing failed
};

// `known`: claimed.
Task<Managed> ManageReplicas(SetController* controller, Object set, const KnownPods* known);

// Pods that the selector of a set with the same controller matches, each once; none for a set without a controller (RS-080).
std::vector<Object> RelatedPods(const SetController& controller, const Object& set);
// Sets of the namespace with the same controller, this one included (T-005).
std::vector<Object> SetsWithSameController(const SetController& controller, const Object& set);

}  // namespace wavetank::examples
