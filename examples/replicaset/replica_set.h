// The ReplicaSet controller of kube-controller-manager, on this runtime.
//
//   programs.Add("replicaset", RunReplicaSet);              // what upstream does, bugs included
//   programs.Add("replicaset-hardened", RunHardenedReplicaSet);
//   RunReplicaSet(environment, {.pod_deletion_cost = false})
//
// It keeps spec.replicas pods of each ReplicaSet (or ReplicationController, RS-006): adopts and releases, creates in growing
// batches, chooses who dies, writes status, conditions and events. One file an idea:
//   set_kind         what differs between the two kinds          ranking       who dies first
//   pods             active, ready, available; the indexes       status        counts and conditions
//   known_pods       the same, kept from sync to sync
//   handlers         what events mean                            write_status  the write and its retry
//   claim            adoption and release                        set_reconciler  one sync, in order
//   manage           creating and deleting                       README.md     modes, table of known bugs
#pragma once

#include "examples/replicaset/options.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

// The whole process; ends when its manager does.
Task<Status> RunReplicaSetController(Environment& environment, ReplicaSetOptions options);

// The same with flags that were parsed; ends at once with their error.
Task<Status> RunReplicaSetWith(Environment& environment, Result<ReplicaSetOptions> options);

Task<Status> RunReplicaSet(Environment& environment);
Task<Status> RunHardenedReplicaSet(Environment& environment);

}  // namespace wavetank::examples
