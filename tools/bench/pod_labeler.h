// A second controller for the gates: it writes what the first one watches.
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::bench {

// Copies `metadata.labels.tier` of a ReplicaSet to each of its pods, with a merge patch.
Task<Status> RunPodLabeler(Environment& environment);

}  // namespace wavetank::bench
