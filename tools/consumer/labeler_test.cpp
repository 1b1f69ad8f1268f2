#include "labeler.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/world.h"

namespace labeler {
namespace {

using wavetank::Object;
using wavetank::ObjectKey;
using wavetank::ParseJson;
using wavetank::Result;
using wavetank::sim::NewCluster;
using wavetank::sim::RandomWalk;
using wavetank::sim::World;

constexpr char kSettings[] = R"({
  "apiVersion": "v1", "kind": "ConfigMap",
  "metadata": {"name": "settings", "namespace": "default", "annotations": {"example.com/team": "payments"}}
})";

// One small world: the operator, a ConfigMap, and a seed that decides every order.
std::string TeamLabel(uint64_t seed) {
  RandomWalk strategy(seed);
  World world(NewCluster(), strategy, {.seed = seed});
  world.AddProcess("labeler", Main);
  world.Start();
  Result<Object> made = world.Run(world.client().Create(Object(*ParseJson(kSettings))));
  if (!made.ok()) return made.status().ToString();
  world.kernel().RunUntilQuiet();
  Result<Object> found =
      world.Run(world.client().Get(wavetank::Gvk("", "v1", "ConfigMap"), ObjectKey("default", "settings")));
  if (!found.ok()) return found.status().ToString();
  return std::string(found->labels()["team"].AsString("no label"));
}

TEST(LabelerTest, LabelsInEveryOrderOfEvents) {
  for (uint64_t seed = 1; seed <= 50; ++seed) EXPECT_EQ(TeamLabel(seed), "payments") << "seed " << seed;
}

}  // namespace
}  // namespace labeler
