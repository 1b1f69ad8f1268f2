#include "tools/cli/program/programs.h"

#include "examples/podcount/hardened/podcount.h"
#include "examples/podcount/published/podcount.h"
#include "examples/replicakeeper/replica_keeper.h"

namespace wavetank::cli {

const sim::ControllerRegistry& ExamplePrograms() {
  static const sim::ControllerRegistry programs = [] {
    sim::ControllerRegistry all;
    all.Add("podcount-published", examples::RunPublishedPodCount, "labels ReplicaSets with their pods: the tutorial, as published");
    all.Add("podcount-hardened", examples::RunHardenedPodCount, "the same, right under every fault");
    all.Add("replicaset-like", examples::RunReplicaSetLike, "makes the pods of ReplicaSets, much as the real controller does");
    return all;
  }();
  return programs;
}

}  // namespace wavetank::cli
