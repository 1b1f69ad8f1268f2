// The programs of the cluster die at every step of a run, lose requests and answers, and the world converges all the same.
#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

// Two nodes and four pods, one of which is deleted on the way. Crashes `victim` after step `crash_at` (0: never).
struct Ending {
  uint64_t steps = 0;
  uint64_t hash = 0;
  bool quiet = false;
  int ready = 0;
  std::map<std::string, int> by_node;
};

Ending RunWorld(uint64_t seed, const std::string& victim, uint64_t crash_at) {
  RandomWalk walk(seed);
  World world(EmptyCluster(), walk, {.seed = seed, .nodes = 2, .garbage_collector = false});
  world.Start();
  std::vector<Object> pods;
  for (const char* name : {"a", "b", "c", "d", "e"}) pods.push_back(MustCreate(world, TestPod(name)));
  uint64_t steps = 0;
  const auto step = [&] {
    if (!world.kernel().Step()) return false;
    if (++steps == crash_at) {
      world.FindProcess(victim)->Crash();
      world.FindProcess(victim)->Start();
    }
    return true;
  };
  while (!world.kernel().quiet() && step()) {
  }
  ApiRequest request(Verb::kDelete, BuiltInKind(kPod).gvr);
  request.ns = "default";
  request.name = "a";
  EXPECT_TRUE(world.ApplyNow(std::move(request)).ok());
  while (!world.kernel().quiet() && steps < 100'000 && step()) {
  }
  return {steps, world.kernel().run_hash(), world.kernel().quiet(), ReadyPods(world), PodsByNode(world)};
}

class ClusterCrash : public testing::TestWithParam<const char*> {};

TEST_P(ClusterCrash, ConvergesWhateverTheStep) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const Ending whole = RunWorld(seed, GetParam(), 0);
    ASSERT_TRUE(whole.quiet);
    ASSERT_EQ(whole.ready, 4);
    for (uint64_t at = 1; at <= whole.steps; ++at) {
      const Ending crashed = RunWorld(seed, GetParam(), at);
      ASSERT_TRUE(crashed.quiet) << "seed " << seed << ", crash after step " << at;
      ASSERT_EQ(crashed.ready, 4) << "seed " << seed << ", crash after step " << at;
      ASSERT_EQ(crashed.by_node.count(""), 0U) << "seed " << seed << ", crash after step " << at;
      if (at % 10 == 0)
        ASSERT_EQ(RunWorld(seed, GetParam(), at).hash, crashed.hash) << "seed " << seed << ", step " << at;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, ClusterCrash, testing::Values("scheduler", "kubelet-node-1"));

// One request of the cluster's programs in ten goes wrong: it never arrives, its answer is lost, or it is refused.
class Trouble final : public NetworkRule {
 public:
  Trouble(World& world, uint64_t seed) : network_(world.network()), random_(seed, "trouble", "requests") {
    network_.AddRule(this);
  }
  ~Trouble() override { network_.RemoveRule(this); }
  Verdict OnSend(const ApiRequest& request, Process& process) override {
    if (process.name() == "user" || request.verb == Verb::kWatch || left_ == 0 || !random_.Chance(1, 10)) return {};
    --left_;
    static constexpr Verdict::Kind kKinds[] = {Verdict::Kind::kDrop, Verdict::Kind::kLoseAnswer,
                                               Verdict::Kind::kAnswer};
    const Verdict::Kind kind = kKinds[random_.Below(3)];
    if (kind != Verdict::Kind::kAnswer) return {.kind = kind};
    return {.kind = kind, .code = 500, .body = ToStatusDocument(InternalError("trouble"))};
  }

 private:
  Network& network_;
  Random random_;
  int left_ = 8;
};

TEST(ClusterFaults, LostRequestsAndAnswers) {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed, .nodes = 2, .garbage_collector = false});
    Trouble trouble(world, seed);
    world.Start();
    for (const char* name : {"a", "b", "c", "d", "e"}) MustCreate(world, TestPod(name));
    for (int i = 0; i < 60; ++i) world.kernel().Step();
    ApiRequest request(Verb::kDelete, BuiltInKind(kPod).gvr);
    request.ns = "default";
    request.name = "a";
    ASSERT_TRUE(world.ApplyNow(std::move(request)).ok());
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet) << "seed " << seed;
    ASSERT_EQ(ReadyPods(world), 4) << "seed " << seed;
    ASSERT_FALSE(Stored(world, kPod, "a")) << "seed " << seed;
  }
}

// The same for the collector: an owner is deleted, and every dependent goes.
TEST(ClusterCrash, GarbageCollector) {
  const auto run = [](uint64_t seed, uint64_t crash_at) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed});
    world.Start();
    const Object owner =
        MustCreate(world, Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'o','namespace':'default'}}"));
    for (const char* name : {"a", "b"}) {
      const Value reference = ObjectBuilder()
                                  .Add("apiVersion", "v1")
                                  .Add("kind", "ConfigMap")
                                  .Add("name", "o")
                                  .Add("uid", owner.uid())
                                  .Build();
      Value object = Json("{'apiVersion':'v1','kind':'Secret','metadata':{'namespace':'default'}}");
      object = object.SetIn({names::kMetadata, names::kName}, name);
      MustCreate(world, Object(object.SetIn({names::kMetadata, names::kOwnerReferences},
                                            Value::EmptyArray().Append(reference))));
    }
    ApiRequest request(Verb::kDelete, Gvr("", "v1", "configmaps"));
    request.ns = "default";
    request.name = "o";
    EXPECT_TRUE(world.ApplyNow(std::move(request)).ok());
    uint64_t steps = 0;
    while (!world.kernel().quiet() && world.kernel().Step()) {
      if (++steps != crash_at) continue;
      world.FindProcess("garbage-collector")->Crash();
      world.FindProcess("garbage-collector")->Start();
    }
    EXPECT_EQ(world.server().Count(*world.kinds().Lookup("secrets")), 0U)
        << "seed " << seed << ", crash after step " << crash_at;
    return steps;
  };
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const uint64_t steps = run(seed, 0);
    for (uint64_t at = 1; at <= steps; ++at) run(seed, at);
  }
}

}  // namespace
}  // namespace wavetank::sim::cluster
