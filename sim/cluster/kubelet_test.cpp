#include <gtest/gtest.h>

#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/pod_status.h"

namespace wavetank::sim::cluster {
namespace {

using namespace std::chrono_literals;

// The writes to pods, as "name phase ready", in order.
class PodHistory final : public WriteHook {
 public:
  explicit PodHistory(World& world) : network_(world.network()) { network_.AddWriteHook(this); }
  ~PodHistory() { network_.RemoveWriteHook(this); }
  void OnWrite(const LogEntry& entry, const Process*) override {
    if (entry.object.kind() != "Pod") return;
    std::string line = std::string(entry.object.status()[names::kPhase].AsString());
    if (IsReady(entry.object)) line += " ready";
    if (entry.object.deleting()) line += " terminating";
    if (entry.type == WatchEvent::Type::kDeleted) line += " gone";
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;

 private:
  Network& network_;
};

TEST(Kubelet, RegistersItsNode) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object node = Stored(world, kNode, "node-1", "");
  ASSERT_TRUE(node);
  EXPECT_EQ(FindCondition(node.status(), "Ready")[names::kStatus], "True");
  EXPECT_EQ(node.labels()["kubernetes.io/hostname"], "node-1");
  EXPECT_EQ(node.status()["allocatable"]["pods"], "110");
  EXPECT_EQ(node.status()[kAddresses][0]["address"], "172.16.0.1");
}

// A Node that was there before, without a status, becomes Ready; a restart writes nothing.
TEST(Kubelet, TakesOverANodeThatIsThere) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  MustCreate(world, Obj("{'apiVersion':'v1','kind':'Node','metadata':{'name':'node-1','labels':{'disk':'ssd'}}}"));
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object node = Stored(world, kNode, "node-1", "");
  EXPECT_EQ(FindCondition(node.status(), "Ready")[names::kStatus], "True");
  EXPECT_EQ(node.labels()["disk"], "ssd");
  const uint64_t revision = world.server().revision();
  world.FindProcess("kubelet-node-1")->Crash();
  world.FindProcess("kubelet-node-1")->Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(world.server().revision(), revision);
}

// ENV-061: one status write takes a bound pod to Running and Ready.
TEST(Kubelet, StartsBoundPods) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  PodHistory history(world);
  world.Start();
  world.kernel().RunUntilQuiet();
  MustCreate(world, TestPod("web"));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(history.lines, (std::vector<std::string>{"Pending", "Pending", "Running ready"}));
  const Value status = Stored(world, kPod, "web").status();
  EXPECT_EQ(status[kContainerStatuses].size(), 1U);
  const Value container = status[kContainerStatuses][0];
  EXPECT_EQ(container[kReady], Value(true));
  EXPECT_EQ(container[kRestartCount], Value(0));
  EXPECT_EQ(container[kImage], "nginx:1.29");
  EXPECT_EQ(container[kState][kRunning][kStartedAt], "2026-01-01T00:00:00Z");
  EXPECT_EQ(status[kHostIp], "172.16.0.1");
  EXPECT_EQ(status[kPodIps][0][kIp], status[kPodIp]);
  EXPECT_EQ(status["qosClass"], "BestEffort");
  for (const char* type : {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"}) {
    EXPECT_EQ(FindCondition(status, type)[names::kStatus], "True") << type;
    EXPECT_EQ(FindCondition(status, type)[kLastTransitionTime], "2026-01-01T00:00:00Z") << type;
  }
}

// ENV-061: the terminal phase is written before the last delete.
TEST(Kubelet, LetsTerminatingPodsGo) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed, .nodes = 1, .garbage_collector = false});
    world.Start();
    world.kernel().RunUntilQuiet();
    const Object pod = MustCreate(world, TestPod("web"));
    world.kernel().RunUntilQuiet();
    PodHistory history(world);
    Status deleted = world.Run(world.client().Delete(kPod, pod.key()));
    ASSERT_TRUE(deleted.ok()) << deleted.ToString();
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_FALSE(Stored(world, kPod, "web"));
    ASSERT_EQ(history.lines.size(), 4U);
    EXPECT_EQ(history.lines[0], "Running ready terminating");
    EXPECT_EQ(history.lines[1], "Succeeded terminating");
    EXPECT_EQ(history.lines[3], "Succeeded terminating gone");
  }
}

// Finalizers keep it; it is let go once, and goes when they are gone (ENV-003).
TEST(Kubelet, WaitsForFinalizers) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  const Value finalizers = Json("['example.com/hold']");
  const Object pod =
      MustCreate(world, Object(TestPod("web").value().SetIn({names::kMetadata, names::kFinalizers}, finalizers)));
  world.kernel().RunUntilQuiet();
  ASSERT_TRUE(world.Run(world.client().Delete(kPod, pod.key())).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object held = Stored(world, kPod, "web");
  ASSERT_TRUE(held);
  EXPECT_EQ(held.status()[names::kPhase], "Succeeded");
  EXPECT_EQ(held.metadata()[names::kDeletionGracePeriodSeconds], Value(0));
  Result<Object> freed = world.Run(
      world.client().Patch(kPod, pod.key(), ObjectPatch(PatchType::kMerge, Json("{'metadata':{'finalizers':null}}"))));
  ASSERT_TRUE(freed.ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_FALSE(Stored(world, kPod, "web"));
}

TEST(Kubelet, FinishedPodsAreLeftAlone) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  const Object pod = MustCreate(world, TestPod("web"));
  world.kernel().RunUntilQuiet();
  Result<Object> failed = world.Run(world.client().PatchStatus(
      kPod, pod.key(), ObjectPatch(PatchType::kMerge, Json("{'status':{'phase':'Failed'}}"))));
  ASSERT_TRUE(failed.ok());
  const uint64_t revision = world.server().revision();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(world.server().revision(), revision);
}

TEST(Kubelet, AnnotatedDelaysTakeVirtualTime) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.Start();
  world.kernel().RunUntilQuiet();
  const Value annotations = Json("{'wavetank.dev/start-delay':'5s','wavetank.dev/stop-delay':'40s'}");
  const Object pod =
      MustCreate(world, Object(TestPod("web").value().SetIn({names::kMetadata, names::kAnnotations}, annotations)));
  const Time created = world.kernel().now();
  world.kernel().RunFor(4s, {});
  EXPECT_EQ(Stored(world, kPod, "web").status()[names::kPhase], "Pending");
  // A restart forgets no time.
  world.FindProcess("kubelet-node-1")->Crash();
  world.FindProcess("kubelet-node-1")->Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_TRUE(IsReady(Stored(world, kPod, "web")));
  EXPECT_EQ(world.kernel().now() - created, 5s);

  const Time killed = world.kernel().now();
  ASSERT_TRUE(world.Run(world.client().Delete(kPod, pod.key())).ok());
  world.kernel().RunFor(29s, {});
  EXPECT_TRUE(IsReady(Stored(world, kPod, "web")));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_FALSE(Stored(world, kPod, "web"));
  EXPECT_EQ(world.kernel().now() - killed, 30s);  // the grace period ends it
}

// ---- PodStatusMaker.

TEST(PodStatus, ReadinessGatesDecide) {
  PodStatusMaker maker("node-1");
  const Time now = Time::FromSeconds(1'767'225'600);
  Object pod(
      TestPod("web").value().SetIn({names::kSpec, kReadinessGates}, Json("[{'conditionType':'example.com/lb'}]")));
  pod = pod.With(pod.value().SetIn({names::kMetadata, names::kUid}, "1"));
  pod = pod.With(pod.value().Set(names::kStatus, maker.Running(pod, now)));
  EXPECT_EQ(FindCondition(pod.status(), "Ready")[names::kStatus], "False");
  EXPECT_EQ(FindCondition(pod.status(), "Ready")[kReason], "ReadinessGatesNotReady");
  EXPECT_EQ(FindCondition(pod.status(), "ContainersReady")[names::kStatus], "True");
  EXPECT_EQ(maker.Gated(pod, now + 5s).identity(), pod.status().identity());

  const Value gate = Json("{'type':'example.com/lb','status':'True'}");
  pod =
      pod.With(pod.value().SetIn({names::kStatus, names::kConditions}, pod.status()[names::kConditions].Append(gate)));
  const Value open = maker.Gated(pod, now + 5s);
  EXPECT_EQ(FindCondition(open, "Ready")[names::kStatus], "True");
  EXPECT_EQ(FindCondition(open, "Ready")[kLastTransitionTime], "2026-01-01T00:00:05Z");
  EXPECT_EQ(FindCondition(open, "ContainersReady")[kLastTransitionTime], "2026-01-01T00:00:00Z");
  EXPECT_EQ(FindCondition(open, "example.com/lb"), gate);
}

TEST(PodStatus, InitContainersAndHostNetwork) {
  PodStatusMaker maker("worker-a");
  Value spec = TestPod("web").spec().Set(kHostNetwork, true);
  spec = spec.Set(kInitContainers,
                  Json("[{'name':'setup','image':'a'},{'name':'proxy','image':'b','restartPolicy':'Always'}]"));
  Object pod(TestPod("web").value().Set(names::kSpec, spec));
  const Time now = Time::FromSeconds(1'767'225'600);
  pod = pod.With(pod.value().Set(names::kStatus, maker.Running(pod, now)));
  EXPECT_EQ(pod.status()[kPodIp], maker.host_ip());
  const Value init = pod.status()[kInitContainerStatuses];
  EXPECT_EQ(init[0][kState][kTerminated][kReason], "Completed");
  EXPECT_EQ(init[1][kState][kRunning][kStartedAt], "2026-01-01T00:00:00Z");
  const Value stopped = maker.Stopped(pod, now + 3s);
  EXPECT_EQ(stopped[names::kPhase], "Succeeded");
  EXPECT_EQ(stopped[kContainerStatuses][0][kState][kTerminated][kStartedAt], "2026-01-01T00:00:00Z");
  EXPECT_EQ(stopped[kContainerStatuses][0][kState][kTerminated][kFinishedAt], "2026-01-01T00:00:03Z");
  EXPECT_EQ(FindCondition(stopped, "Ready")[kReason], "PodCompleted");
  EXPECT_EQ(FindCondition(stopped, "Initialized")[names::kStatus], "True");
}

// A pod that never ran has failed.
TEST(PodStatus, NeverStarted) {
  PodStatusMaker maker("node-1");
  EXPECT_EQ(maker.Stopped(TestPod("web"), Time())[names::kPhase], "Failed");
}

}  // namespace
}  // namespace wavetank::sim::cluster
