// ReplicaSetOptions: which ReplicaSet controller it is.
//
//   ReplicaSetOptions options = *ParseReplicaSetOptions({"--mode=hardened", "--feature-gates=PodDeletionCost=false"});
//   Process::Main main = [options](Environment& environment) { return RunReplicaSet(environment, options); };
//
// Defaults are those of kube-controller-manager 1.36 (RS-001, RS-002, RS-007), but for the client's own throttle, which is
// off: a test is about orders, not about 50 ms between two creates.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/base/status.h"
#include "runtime/base/time.h"

namespace wavetank::examples {

// kFidelity does what upstream does, its known violations (RS-127) included. kHardened never acts on what its cache says
// alone: before it creates or deletes it reads the set and its pods from the server (manage.h).
enum class SetMode : uint8_t { kFidelity, kHardened };

struct ReplicaSetOptions {
  SetMode mode = SetMode::kFidelity;
  bool replication_controllers = false;  // keep v1 ReplicationControllers instead (RS-006)

  // Feature gates.
  bool pod_deletion_cost = true;       // PodDeletionCost
  bool logarithmic_scale_down = true;  // LogarithmicScaleDown
  bool terminating_replicas = true;    // DeploymentReplicaSetTerminatingReplicas
  bool consistency = true;             // StaleControllerConsistencyReplicaSet

  // --leader-elect: several processes share the Lease kube-system/kube-controller-manager, one of them works.
  bool leader_elect = false;

  int workers = 5;  // --concurrent-replicaset-syncs
  int64_t burst_replicas = 500;
  int queries_per_second = 0;  // --kube-api-qps: 0 is off; upstream 20
  int burst = 0;               // --kube-api-burst: upstream 30

  bool hardened() const { return mode == SetMode::kHardened; }
};

// Flags as kube-controller-manager spells them. An unknown flag or gate is an error that names it and its nearest kin.
Result<ReplicaSetOptions> ParseReplicaSetOptions(std::span<const std::string> arguments,
                                                 ReplicaSetOptions defaults = {});

}  // namespace wavetank::examples
