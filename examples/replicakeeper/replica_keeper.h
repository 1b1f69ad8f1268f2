// ReplicaKeeper: a ReplicaSet-like controller, small and right, for scenarios that need somebody who makes pods.
//
// Not the controller of kube-controller-manager: it keeps `spec.replicas` pods of each ReplicaSet, creates them from the
// template, deletes the youngest by name, and writes status.replicas, readyReplicas and observedGeneration. It adopts
// nothing, releases nothing and writes no conditions. Scenarios call it `replicaset-like`.
//
// It uses the runtime as an operator would: manager, informers, cached reads, and one of two ways not to make pods twice
// while its cache is behind:
//   expectations     what the real controller does. It counts what it will see; a relist that hides a pod which came and went
//                    leaves it waiting for five minutes, and then for the next event (RS-065)
//   wait_for_cache   a reconcile that made pods ends when the cache has caught up with them, and looks again
// The other switches make it wrong or different on purpose; the gates of tools/bench say why.
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

struct KeeperOptions {
  int workers = 1;
  bool expectations = true;  // without them and wait_for_cache it over-creates when its cache is behind
  bool wait_for_cache = false;
  bool extra_get = false;  // one more live GET in each reconcile: a harmless change of code
  bool ticker = false;     // a runnable with a TaskGroup and timers beside the controller
};

Task<Status> RunReplicaKeeper(Environment& environment, KeeperOptions options);
// The program `replicaset-like`: waits for its cache, and so is right under every fault.
Task<Status> RunReplicaSetLike(Environment& environment);

}  // namespace wavetank::examples
