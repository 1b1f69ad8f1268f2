// ReplicaKeeper: a ReplicaSet-like controller, small and right, for gates and benchmarks.
//
// Keeps `spec.replicas` pods of each ReplicaSet: creates from the template, deletes the youngest by name, writes status.
// It uses the runtime as an operator would: manager, informers, expectations, cached reads.
// The switches make it wrong or different on purpose; the gates say why.
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::bench {

struct KeeperOptions {
  int workers = 1;
  bool expectations = true;  // false: over-creates when its cache is behind
  bool extra_get = false;    // one more live GET in each reconcile: a harmless change of code
  bool ticker = false;       // a runnable with a TaskGroup and timers beside the controller
};

Task<Status> RunReplicaKeeper(Environment& environment, KeeperOptions options);
// Copies `metadata.labels.tier` of a ReplicaSet to each of its pods, with a merge patch: a second controller that writes
// what the first one watches.
Task<Status> RunPodLabeler(Environment& environment);

}  // namespace wavetank::bench
