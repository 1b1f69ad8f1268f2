#include "tools/cli/program/programs.h"

#include "examples/podcount/hardened/podcount.h"
#include "examples/podcount/published/podcount.h"
#include "examples/replicakeeper/replica_keeper.h"

namespace wavetank::cli {
namespace {

sim::ControllerRegistry MakeExamplePrograms() {
  sim::ControllerRegistry programs;
  programs.Add("podcount-published", examples::RunPublishedPodCount,
               "the tutorial operator as published: labels each ReplicaSet with the number of its pods");
  programs.Add("podcount-hardened", examples::RunHardenedPodCount, "the tutorial operator, right under every fault");
  programs.Add("replicaset-like", examples::RunReplicaSetLike, "keeps spec.replicas pods of each ReplicaSet");
  return programs;
}

}  // namespace

const sim::ControllerRegistry& ExamplePrograms() {
  static const sim::ControllerRegistry programs = MakeExamplePrograms();
  return programs;
}

}  // namespace wavetank::cli
