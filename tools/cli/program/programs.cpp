#include "tools/cli/program/programs.h"

#include "examples/ownerlabel/owner_label.h"
#include "examples/podcount/hardened/podcount.h"
#include "examples/podcount/published/podcount.h"
#include "examples/podrejecter/pod_rejecter.h"
#include "examples/replicakeeper/replica_keeper.h"
#include "examples/replicaset/replica_set.h"

namespace wavetank::cli {
namespace {

// The program of a ReplicaSet controller with flags; flags that make no sense are what it ends with.
sim::ControllerRegistry::Factory ReplicaSetProgram(examples::SetMode mode, bool replication_controllers = false) {
  return [mode, replication_controllers](std::span<const std::string> arguments) -> sim::Process::Main {
    examples::ReplicaSetOptions defaults;
    defaults.mode = mode;
    defaults.replication_controllers = replication_controllers;
    const Result<examples::ReplicaSetOptions> options = examples::ParseReplicaSetOptions(arguments, defaults);
    return [options](Environment& environment) { return examples::RunReplicaSetWith(environment, options); };
  };
}

sim::ControllerRegistry MakeExamplePrograms() {
  sim::ControllerRegistry programs;
  programs.Add("owner-label", examples::RunOwnerLabel,
               "copies a ConfigMap's data.owner into a label; gives errors back to the queue");
  programs.Add("owner-label-hasty", examples::RunHastyOwnerLabel, "the same, and tries again at once when it is refused");
  programs.Add("podcount-published", examples::RunPublishedPodCount,
               "the tutorial operator as published: labels each ReplicaSet with the number of its pods");
  programs.Add("podcount-hardened", examples::RunHardenedPodCount, "the tutorial operator, right under every fault");
  programs.Add("pod-rejecter", examples::RunPodRejecter, "a kubelet without room: every pod fails after a second");
  programs.Add("replicaset-like", examples::RunReplicaSetLike, "keeps spec.replicas pods of each ReplicaSet");
  programs.AddWithArguments("replicaset", ReplicaSetProgram(examples::SetMode::kFidelity),
                            "the ReplicaSet controller of kube-controller-manager, as upstream has it");
  programs.AddWithArguments("replicaset-hardened", ReplicaSetProgram(examples::SetMode::kHardened),
                            "the ReplicaSet controller, right under every fault");
  programs.AddWithArguments("replicationcontroller", ReplicaSetProgram(examples::SetMode::kFidelity, true),
                            "the same for ReplicationControllers, as upstream has it");
  return programs;
}

}  // namespace

const sim::ControllerRegistry& ExamplePrograms() {
  static const sim::ControllerRegistry programs = MakeExamplePrograms();
  return programs;
}

}  // namespace wavetank::cli
