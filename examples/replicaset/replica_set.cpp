#include "examples/replicaset/replica_set.h"

#include <optional>
#include <string>
#include <utility>

#include "examples/replicaset/handlers.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_controller.h"
#include "examples/replicaset/set_reconciler.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {

Task<Status> RunReplicaSetController(Environment& environment, ReplicaSetOptions options) {
  ManagerOptions manager_options;
  manager_options.client.field_manager = "kube-controller-manager";
  manager_options.client.queries_per_second = options.queries_per_second;
  manager_options.client.burst = options.burst;
  manager_options.leader_election = options.leader_elect;
  manager_options.leader_election_id = "kube-controller-manager";
  manager_options.leader_election_namespace = "kube-system";
  std::optional<SetController> made;  // before the manager, so that it outlives what refers to it
  auto manager = Manager::New(environment, manager_options);
  SetController& controller = made.emplace(options, manager.api_reader(), environment.logger());
  const Gvk kind = controller.kind.gvk;
  CO_ASSIGN(const Informer* sets, manager.cache().InformerFor(kind));
  CO_ASSIGN(const Informer* pods, manager.cache().InformerFor(PodKind()));
  controller.sets = &sets->store();
  controller.pods = &pods->store();
  if (options.consistency && !options.hardened()) {
    controller.consistency.emplace(&manager.cache(), environment.executor());
  }
  CO_RETURN_IF_ERROR(manager.AddIndex(kind, kSetsByController, IndexSetByController));
  CO_RETURN_IF_ERROR(manager.AddIndex(PodKind(), kPodsByController, IndexPodByController));
  controller.events = &manager.event_recorder_for(controller.kind.component);
  ControllerManagedBy(manager)
      .Named(std::string(controller.kind.controller_name))
      .For(kind)
      .Watches(kind, ForgetReplaced(&controller))
      .Watches(PodKind(), PodEvents(&controller))
      .WithOptions(ControllerOptions().MaxConcurrentReconciles(options.workers).UseQueue(QueueKind::kFifo))
      .Complete(SetReconciler(&controller));
  co_return co_await manager.Start();
}

Task<Status> RunReplicaSetWith(Environment& environment, Result<ReplicaSetOptions> options) {
  if (!options.ok()) co_return options.status();
  co_return co_await RunReplicaSetController(environment, *std::move(options));
}

Task<Status> RunReplicaSet(Environment& environment) {
  return RunReplicaSetController(environment, ReplicaSetOptions());
}

Task<Status> RunHardenedReplicaSet(Environment& environment) {
  ReplicaSetOptions options;
  options.mode = SetMode::kHardened;
  return RunReplicaSetController(environment, options);
}

}  // namespace wavetank::examples
