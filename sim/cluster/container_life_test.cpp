// Containers that fail, complete and take time, and nodes whose kubelet falls silent (ENV-063, ENV-064).
#include <gtest/gtest.h>

#include "sim/cluster/container_life.h"

#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

using namespace std::chrono_literals;

Object Annotated(const std::string& name, std::string_view annotations, std::string_view policy = "Always") {
  Value pod = TestPod(name).value().SetIn({names::kMetadata, names::kAnnotations}, Json(annotations));
  return Object(pod.SetIn({names::kSpec, kRestartPolicy}, policy));
}

class ContainerLife : public testing::Test {
 protected:
  ContainerLife() : world_(EmptyCluster(), fifo_, {.nodes = 1, .garbage_collector = false}) {
    world_.Start();
    world_.kernel().RunUntilQuiet();
  }
  void Pass(Duration time) { world_.kernel().RunFor(time, {}); }
  Value Container(const char* pod) { return Stored(world_, kPod, pod).status()[kContainerStatuses][0]; }
  FifoStrategy fifo_;
  World world_;
};

TEST_F(ContainerLife, CrashesAndBacksOff) {
  MustCreate(world_, Annotated("a", "{'wavetank.dev/fails-after':'2s'}"));
  Pass(1s);
  EXPECT_TRUE(IsReady(Stored(world_, kPod, "a")));
  Pass(2s);  // the first end: started again at once
  EXPECT_EQ(Container("a")[kRestartCount].AsInt(), 1);
  EXPECT_TRUE(Container("a")[kState].Has(kRunning));
  EXPECT_EQ(Container("a")[kLastState][kTerminated][kExitCode].AsInt(), 1);
  Pass(2s);  // the second: ten seconds
  EXPECT_EQ(Container("a")[kState]["waiting"][kReason], "CrashLoopBackOff");
  EXPECT_FALSE(IsReady(Stored(world_, kPod, "a")));
  EXPECT_EQ(FindCondition(Stored(world_, kPod, "a").status(), "Ready")[kReason], "ContainersNotReady");
  Pass(10s);
  EXPECT_EQ(Container("a")[kRestartCount].AsInt(), 2);
}

TEST_F(ContainerLife, EndsForGoodAsThePolicySays) {
  MustCreate(world_, Annotated("never", "{'wavetank.dev/fails-after':'1s'}", "Never"));
  MustCreate(world_, Annotated("job", "{'wavetank.dev/completes-after':'1s'}", "OnFailure"));
  MustCreate(world_, Annotated("daemon", "{'wavetank.dev/completes-after':'1s'}", "Always"));
  Pass(1500ms);
  EXPECT_EQ(Stored(world_, kPod, "never").status()[names::kPhase], "Failed");
  EXPECT_EQ(Stored(world_, kPod, "job").status()[names::kPhase], "Succeeded");
  EXPECT_EQ(Stored(world_, kPod, "daemon").status()[names::kPhase], "Running");
}

TEST_F(ContainerLife, IsReadyAfterItsDelay) {
  MustCreate(world_, Annotated("a", "{'wavetank.dev/ready-delay':'30s'}"));
  Pass(10s);
  EXPECT_EQ(Stored(world_, kPod, "a").status()[names::kPhase], "Running");
  EXPECT_FALSE(IsReady(Stored(world_, kPod, "a")));
  Pass(21s);
  EXPECT_TRUE(IsReady(Stored(world_, kPod, "a")));
}

TEST(RestartBackoff, DoublesUpToFiveMinutes) {
  EXPECT_EQ(RestartBackoff(0), 0s);
  EXPECT_EQ(RestartBackoff(1), 10s);
  EXPECT_EQ(RestartBackoff(3), 40s);
  EXPECT_EQ(RestartBackoff(6), 300s);
  EXPECT_EQ(RestartBackoff(1'000), 300s);
}

TEST(NodeLifecycle, SilentNodeIsTaintedAndEmptied) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false, .controllers = {"node-lifecycle"}});
  world.Start();
  world.kernel().RunFor(1s, {});
  MustCreate(world, TestPod("a"));
  MustCreate(world,
             Object(TestPod("stays").value().SetIn({names::kSpec, kTolerations}, Json("[{'operator':'Exists'}]"))));
  world.kernel().RunFor(30s, {});
  const auto taints = [&] { return Stored(world, kNode, "node-1", "").spec()[kTaints].size(); };
  EXPECT_EQ(taints(), 0U);
  EXPECT_TRUE(IsReady(Stored(world, kPod, "a")));
  world.FindProcess("kubelet-node-1")->Pause();
  world.kernel().RunFor(60s, {});
  EXPECT_EQ(taints(), 2U);
  EXPECT_EQ(FindCondition(Stored(world, kNode, "node-1", "").status(), "Ready")[names::kStatus], "Unknown");
  EXPECT_FALSE(IsReady(Stored(world, kPod, "a")));
  EXPECT_FALSE(Stored(world, kPod, "a").deleting());
  world.kernel().RunFor(300s, {});
  EXPECT_TRUE(Stored(world, kPod, "a").deleting());
  EXPECT_EQ(FindCondition(Stored(world, kPod, "a").status(), "DisruptionTarget")[kReason], "DeletionByTaintManager");
  EXPECT_FALSE(Stored(world, kPod, "stays").deleting());
  world.FindProcess("kubelet-node-1")->Resume();
  world.kernel().RunFor(60s, {});
  EXPECT_EQ(taints(), 0U);
  EXPECT_FALSE(Stored(world, kPod, "a"));
  EXPECT_TRUE(IsReady(Stored(world, kPod, "stays")));
}

}  // namespace
}  // namespace wavetank::sim::cluster
