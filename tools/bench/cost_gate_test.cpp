// What gate 2 (cost_gate_bench.cpp) promises of its world, besides speed.
#include <gtest/gtest.h>

#include <algorithm>

#include "examples/replicakeeper/replica_keeper.h"
#include "runtime/value/json.h"
#include "sim/kernel/strategies.h"
#include "tools/bench/gate_world.h"

namespace wavetank::bench {
namespace {

using sim::World;

TEST(CostGate, TheWorldRunsThreeReadyPodsOnThreeNodes) {
  sim::RandomWalk walk(1);
  World world(ClusterWithFrontend(), walk, {.seed = 1, .nodes = 3, .garbage_collector = false});
  world.AddProcess("keeper", [](Environment& env) { return examples::RunReplicaKeeper(env, {}); });
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), sim::Kernel::Stop::kQuiet);
  std::vector<std::string> nodes;
  world.server().ForEach(*world.kinds().Lookup("pods"), "default", [&](const Object& pod) {
    EXPECT_EQ(pod.status()[names::kPhase], "Running");
    EXPECT_GE(WriteJson(pod.value()).size(), 2000u);
    nodes.emplace_back(pod.spec()[names::kNodeName].AsString());
  });
  std::sort(nodes.begin(), nodes.end());
  EXPECT_EQ(nodes, (std::vector<std::string>{"node-1", "node-2", "node-3"}));
  const Object set = world.server().Get(*world.kinds().Lookup("replicasets"), ObjectKey("default", "frontend"));
  EXPECT_EQ(set.status()["readyReplicas"].AsInt(), 3);
}

TEST(CostGate, TheWorldRefusesAnInvalidPod) {
  sim::FifoStrategy fifo;
  World world(ClusterWithFrontend(), fifo, {.nodes = 3});
  world.Start();
  const Value spec = FrontendReplicaSet(1)[names::kSpec]["template"][names::kSpec];
  const Value no_image = spec.Set(Name("containers"), Value::Array({spec["containers"][0].Without("image")}));
  auto refused = world.Run(world.client().Create(
      Object(ObjectBuilder()
                 .Add("apiVersion", "v1")
                 .Add("kind", "Pod")
                 .Add("metadata", ObjectBuilder().Add("name", "broken").Add("namespace", "default").Build())
                 .Add("spec", no_image)
                 .Build())));
  ASSERT_EQ(refused.code(), Code::kInvalid) << refused.status().ToString();
  EXPECT_NE(refused.status().message().find("spec.containers[0].image: Required value"), std::string::npos)
      << refused.status().message();
}

TEST(CostGate, AKindOfOneWorldIsNotSeenInItsSibling) {
  sim::ApiServer one = ClusterWithFrontend();
  const sim::ApiServer two = one;
  ResourceInfo widgets(Gvr("example.com", "v1", "widgets"), Gvk("example.com", "v1", "Widget"));
  widgets.singular = "widget";
  widgets.list_kind = "WidgetList";
  widgets.verbs = {"create", "delete", "get", "list", "patch", "update", "watch"};
  auto kinds = one.kinds().With(widgets);
  ASSERT_TRUE(kinds.ok()) << kinds.status().ToString();
  one.SetKinds(*kinds);

  const auto create = [](const sim::ApiServer& cluster) {
    sim::FifoStrategy fifo;
    World world(cluster, fifo, {.garbage_collector = false});
    auto made = world.ApplyNow(CreateRequest("example.com", "widgets", "default",
                                             ObjectBuilder()
                                                 .Add("apiVersion", "example.com/v1")
                                                 .Add("kind", "Widget")
                                                 .Add("metadata", ObjectBuilder().Add("name", "w").Build())
                                                 .Build()));
    return made.code;
  };
  EXPECT_EQ(create(one), 201);
  EXPECT_EQ(create(two), 404);
}

}  // namespace
}  // namespace wavetank::bench
