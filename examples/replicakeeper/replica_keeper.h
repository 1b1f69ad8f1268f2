// ReplicaKeeper: a ReplicaSet-like controller, small and right, for scenarios that need somebody who makes pods.
//
// Not the controller of kube-controller-manager: it keeps `spec.replicas` pods of each ReplicaSet, creates them from the
// template, deletes the youngest by name, and writes status.replicas, readyReplicas and observedGeneration. It adopts
// nothing, releases nothing and writes no conditions. Scenarios call it `replicaset-like`.
//
// It uses the runtime as an operator would: manager, informers, expectations, cached reads.
// The switches make it wrong or different on purpose; the gates of tools/bench say why.
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

struct KeeperOptions {
  int workers = 1;
  bool expectations = true;  // false: over-creates when its cache is behind
  bool extra_get = false;    // one more live GET in each reconcile: a harmless change of code
  bool ticker = false;       // a runnable with a TaskGroup and timers beside the controller
};

Task<Status> RunReplicaKeeper(Environment& environment, KeeperOptions options);
// The same with the options as they are.
Task<Status> RunReplicaSetLike(Environment& environment);

}  // namespace wavetank::examples
