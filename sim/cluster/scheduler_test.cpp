#include <gtest/gtest.h>

#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/node_table.h"

namespace wavetank::sim::cluster {
namespace {

using Nodes = std::map<std::string, int>;

// ENV-060: the fewest pods first, ties by name.
TEST(Scheduler, SpreadsPodsEvenly) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed, .nodes = 3, .garbage_collector = false});
    world.Start();
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    for (int i = 0; i < 9; ++i) MustCreate(world, TestPod("web-" + std::to_string(i)));
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_EQ(PodsByNode(world), (Nodes{{"node-1", 3}, {"node-2", 3}, {"node-3", 3}})) << "seed " << seed;
    EXPECT_EQ(ReadyPods(world), 9) << "seed " << seed;
  }
}

// Finished pods take no room; a deleted one makes room.
TEST(Scheduler, CountsActivePodsOnly) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 2, .garbage_collector = false});
  world.Start();
  world.kernel().RunUntilQuiet();
  for (const char* name : {"a", "b", "c", "d"}) MustCreate(world, TestPod(name));
  world.kernel().RunUntilQuiet();
  ASSERT_EQ(PodsByNode(world), (Nodes{{"node-1", 2}, {"node-2", 2}}));
  const Object a = Stored(world, kPod, "a");
  Result<Object> failed = world.Run(
      world.client().PatchStatus(kPod, a.key(), ObjectPatch(PatchType::kMerge, Json("{'status':{'phase':'Failed'}}"))));
  ASSERT_TRUE(failed.ok()) << failed.status().ToString();
  world.kernel().RunUntilQuiet();
  MustCreate(world, TestPod("e"));
  world.kernel().RunUntilQuiet();
  EXPECT_EQ(Stored(world, kPod, "e").spec()[names::kNodeName], a.spec()[names::kNodeName]);
}

// Pods of others, gated pods and terminating ones are not its business.
TEST(Scheduler, LeavesOtherPodsAlone) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  const Object plain = TestPod("plain");
  const auto with = [&](const char* name, Name field, Value value) {
    const Value named = plain.value().SetIn({names::kMetadata, names::kName}, name);
    MustCreate(world, Object(named.SetIn({names::kSpec, field}, std::move(value))));
  };
  with("foreign", kSchedulerName, "my-scheduler");
  with("gated", kSchedulingGates, Json("[{'name':'example.com/wait'}]"));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(PodsByNode(world), (Nodes{{"", 2}}));
}

TEST(Scheduler, SaysUnschedulableOnceAndWaitsForANode) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.garbage_collector = false});
  world.AddProcess("scheduler", SchedulerMain);
  world.Start();
  MustCreate(world, TestPod("web"));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object waiting = Stored(world, kPod, "web");
  const Value condition = FindCondition(waiting.status(), "PodScheduled");
  EXPECT_EQ(condition[names::kStatus], "False");
  EXPECT_EQ(condition[kReason], "Unschedulable");
  EXPECT_EQ(condition[kMessage], "no nodes available to schedule pods");
  EXPECT_EQ(waiting.status()[names::kPhase], "Pending");

  // A resync or an unrelated change of the pod writes nothing more.
  Result<Object> labelled = world.Run(world.client().Patch(
      kPod, waiting.key(), ObjectPatch(PatchType::kMerge, Json("{'metadata':{'labels':{'a':'b'}}}"))));
  ASSERT_TRUE(labelled.ok());
  const uint64_t revision = world.server().revision();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(world.server().revision(), revision);

  world.AddProcess("kubelet-node-1", [](Environment& env) { return KubeletMain(env, "node-1"); });
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object bound = Stored(world, kPod, "web");
  EXPECT_EQ(bound.spec()[names::kNodeName], "node-1");
  EXPECT_EQ(FindCondition(bound.status(), "PodScheduled")[names::kStatus], "True");
  EXPECT_TRUE(IsReady(bound));
}

// A cordoned node takes no new pods until it is uncordoned.
TEST(Scheduler, CordonAndUncordon) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  world.kernel().RunUntilQuiet();
  const ObjectKey node("", "node-1");
  const auto cordon = [&](bool on) {
    const Value patch =
        ObjectBuilder().Add("spec", ObjectBuilder().Add("unschedulable", on ? Value(true) : Value()).Build()).Build();
    Result<Object> patched = world.Run(world.client().Patch(kNode, node, ObjectPatch(PatchType::kMerge, patch)));
    ASSERT_TRUE(patched.ok()) << patched.status().ToString();
    world.kernel().RunUntilQuiet();
  };
  cordon(true);
  MustCreate(world, TestPod("web"));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(
      FindCondition(Stored(world, kPod, "web").status(), "PodScheduled")[kMessage],
      "0/1 nodes are available: 1 node(s) were unschedulable. preemption: 0/1 nodes are available: 1 Preemption is "
      "not helpful for scheduling.");
  cordon(false);
  EXPECT_TRUE(IsReady(Stored(world, kPod, "web")));
}

// ---- NodeTable.

Object TestNode(const std::string& name, const std::string& spec = "{}", const std::string& labels = "{}") {
  return Obj("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name + "','labels':" + labels +
             "},'spec':" + spec + ",'status':{'conditions':[{'type':'Ready','status':'True'}]}}");
}

TEST(NodeTable, PicksTheEmptiestThenTheFirstByName) {
  NodeTable nodes;
  nodes.Put(TestNode("b"));
  nodes.Put(TestNode("a"));
  const Object pod = TestPod("web");
  EXPECT_EQ(nodes.Pick(pod)->name, "a");
  nodes.Count("a", {}, +1);
  EXPECT_EQ(nodes.Pick(pod)->name, "b");
  nodes.Remove("b");
  EXPECT_EQ(nodes.Pick(pod)->name, "a");
}

// A pod may be seen before its node.
TEST(NodeTable, CountsPodsOfNodesThatAreNotThereYet) {
  NodeTable nodes;
  nodes.Count("a", {}, +1);
  EXPECT_EQ(nodes.Pick(TestPod("web")), nullptr);
  EXPECT_TRUE(nodes.Put(TestNode("a")));
  EXPECT_FALSE(nodes.Put(TestNode("a")));
  nodes.Put(TestNode("b"));
  EXPECT_EQ(nodes.Pick(TestPod("web"))->name, "b");
}

TEST(NodeTable, SaysWhyNoNodeTakesThePod) {
  NodeTable nodes;
  const Object pod = TestPod("web");
  EXPECT_EQ(nodes.WhyNone(pod), "no nodes available to schedule pods");
  nodes.Put(TestNode("a", "{'unschedulable':true}"));
  nodes.Put(TestNode("b", "{'taints':[{'key':'gpu','value':'yes','effect':'NoSchedule'}]}"));
  nodes.Put(TestNode("c", "{'taints':[{'key':'gpu','value':'yes','effect':'NoSchedule'}]}"));
  EXPECT_EQ(nodes.Pick(pod), nullptr);
  EXPECT_EQ(nodes.WhyNone(pod),
            "0/3 nodes are available: 1 node(s) were unschedulable, 2 node(s) had untolerated taint {gpu: yes}. "
            "preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.");
  const auto with = [&](Name field, std::string_view json) {
    return Object(pod.value().SetIn({names::kSpec, field}, Json(json)));
  };
  EXPECT_EQ(nodes.Pick(with(kTolerations, "[{'key':'gpu','operator':'Exists'}]"))->name, "b");
  EXPECT_EQ(nodes.Pick(with(kTolerations, "[{'key':'gpu','value':'yes','effect':'NoSchedule'}]"))->name, "b");
  EXPECT_EQ(nodes.Pick(with(kTolerations, "[{'key':'gpu','value':'no'}]")), nullptr);
  EXPECT_EQ(nodes.Pick(with(kTolerations, "[{'operator':'Exists'}]"))->name, "a");
}

TEST(NodeTable, NodeSelectorAndReadiness) {
  NodeTable nodes;
  nodes.Put(TestNode("a"));
  nodes.Put(TestNode("b", "{}", "{'disk':'ssd'}"));
  const Object pod(TestPod("web").value().SetIn({names::kSpec, kNodeSelector}, Json("{'disk':'ssd'}")));
  EXPECT_EQ(nodes.Pick(pod)->name, "b");
  const Object down(
      TestNode("b").value().SetIn({names::kStatus, names::kConditions}, Json("[{'type':'Ready','status':'Unknown'}]")));
  nodes.Put(down);
  EXPECT_EQ(nodes.Pick(pod), nullptr);
  EXPECT_EQ(
      nodes.WhyNone(pod),
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated "
      "taint {node.kubernetes.io/not-ready: }. preemption: 0/2 nodes are available: 2 Preemption is not helpful for "
      "scheduling.");
}

// A node of so much room: pods that ask for more wait until there is some.
TEST(NodeTable, RoomForRequestsPodsAndPorts) {
  NodeTable nodes;
  nodes.Put(Object(TestNode("a").value().SetIn({names::kStatus, Name("allocatable")},
                                               Json("{'cpu':'1','memory':'1Gi','pods':'2'}"))));
  const auto asking = [](const char* container) {
    return Object(TestPod("web").value().SetIn({names::kSpec, kContainers}, Value::Array({Json(container)})));
  };
  const Object small = asking("{'name':'c','image':'i','resources':{'requests':{'cpu':'600m','memory':'100Mi'}}}");
  const Object large = asking("{'name':'c','image':'i','resources':{'requests':{'memory':'2Gi'}}}");
  const Object port = asking("{'name':'c','image':'i','ports':[{'containerPort':80,'hostPort':80}]}");
  ASSERT_NE(nodes.Pick(small), nullptr);
  nodes.Count("a", NeedsOf(small), +1);
  EXPECT_EQ(
      nodes.WhyNone(small),
      "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found "
      "for incoming pod.");
  EXPECT_EQ(nodes.Pick(small), nullptr);
  EXPECT_TRUE(nodes.WhyNone(large).starts_with("0/1 nodes are available: 1 Insufficient memory."));
  nodes.Count("a", NeedsOf(port), +1);
  EXPECT_TRUE(nodes.WhyNone(TestPod("web")).starts_with("0/1 nodes are available: 1 Too many pods."));
  nodes.Count("a", NeedsOf(small), -1);
  EXPECT_EQ(nodes.Pick(port), nullptr);
  EXPECT_TRUE(nodes.WhyNone(port).starts_with("0/1 nodes are available: 1 node(s) didn't have free ports"));
  EXPECT_NE(nodes.Pick(small), nullptr);
}

// Sidecars run beside the containers, and take their ports; an init container that ends does not.
TEST(NodeTable, SidecarsAndOverheadTakeRoom) {
  const auto needs = [](const char* restart, const char* overhead) {
    const Value init = Json(std::string("[{'name':'s','image':'i','restartPolicy':") + restart +
                            ",'resources':{'requests':{'cpu':'300m'}},'ports':[{'containerPort':1,'hostPort':9}]}]");
    const Value web = Json("[{'name':'c','image':'i','resources':{'requests':{'cpu':'600m'}}}]");
    Value pod = TestPod("web").value().SetIn({names::kSpec, kContainers}, web);
    pod = pod.SetIn({names::kSpec, kInitContainers}, init);
    return NeedsOf(Object(pod.SetIn({names::kSpec, Name("overhead")}, Json(overhead))));
  };
  EXPECT_EQ(needs("'Always'", "{}").cpu, 900);
  EXPECT_EQ(needs("'Always'", "{}").ports, std::vector<std::string>{"9/TCP"});
  EXPECT_EQ(needs("null", "{}").cpu, 600);
  EXPECT_TRUE(needs("null", "{}").ports.empty());
  EXPECT_EQ(needs("'Always'", "{'cpu':'50m','memory':'1Ki'}").cpu, 950);
  EXPECT_EQ(needs("'Always'", "{'cpu':'50m','memory':'1Ki'}").memory, 1024);
}

TEST(NodeTable, RequiredNodeAffinity) {
  NodeTable nodes;
  nodes.Put(TestNode("a", "{}", "{'zone':'x','cores':'4'}"));
  nodes.Put(TestNode("b", "{}", "{'zone':'y','cores':'16'}"));
  const auto wanting = [](const char* expression) {
    return Object(TestPod("web").value().SetIn(
        {names::kSpec, Name("affinity")},
        Json(std::string("{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                         "{'nodeSelectorTerms':[{'matchExpressions':[") +
             expression + "]}]}}}")));
  };
  EXPECT_EQ(nodes.Pick(wanting("{'key':'zone','operator':'In','values':['y','z']}"))->name, "b");
  EXPECT_EQ(nodes.Pick(wanting("{'key':'zone','operator':'NotIn','values':['x']}"))->name, "b");
  EXPECT_EQ(nodes.Pick(wanting("{'key':'cores','operator':'Gt','values':['8']}"))->name, "b");
  EXPECT_EQ(nodes.Pick(wanting("{'key':'gpu','operator':'DoesNotExist'}"))->name, "a");
  EXPECT_EQ(nodes.Pick(wanting("{'key':'gpu','operator':'Exists'}")), nullptr);
}

}  // namespace
}  // namespace wavetank::sim::cluster
