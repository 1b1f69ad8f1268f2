// The whole controller in a simulated cluster, both modes; the scenarios put it under every fault.
#include "examples/replicaset/replica_set.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_kind.h"
#include "runtime/value/yaml.h"
#include "sim/testing/testing.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using testing::MatchesObject;
using ::testing::SizeIs;
using ::testing::StartsWith;
using testing::TestWorld;

std::string Web(int replicas, int min_ready_seconds = 0) {
  return "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web}\nspec:\n  replicas: " +
         std::to_string(replicas) + "\n  minReadySeconds: " + std::to_string(min_ready_seconds) +
         "\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n"
         "    spec: {containers: [{name: nginx, image: 'nginx:1.29'}]}\n";
}

class Mode : public ::testing::TestWithParam<SetMode> {
 protected:
  static sim::Process::Main Program() {
    return GetParam() == SetMode::kHardened ? RunHardenedReplicaSet : sim::Process::Main(RunReplicaSet);
  }
};
INSTANTIATE_TEST_SUITE_P(Modes, Mode, ::testing::Values(SetMode::kFidelity, SetMode::kHardened),
                         [](const auto& mode) { return mode.param == SetMode::kHardened ? "Hardened" : "Fidelity"; });

TEST_P(Mode, KeepsItsPodsAndTellsOfThem) {
  TestWorld world({.nodes = 2});
  world.AddController("replicaset", Program());
  world.Apply(Web(3));
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_THAT(world.Get("ReplicaSet", "web"),
              MatchesObject("status: {replicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0}"));
  ASSERT_TRUE(world.RunFor(1s));
  const std::vector<Object> events = world.List("Event", "default");
  ASSERT_THAT(events, SizeIs(3));
  for (const Object& event : events) {
    EXPECT_THAT(event, MatchesObject("type: Normal\nreason: SuccessfulCreate\ncount: 1\n"
                                     "source: {component: replicaset-controller}\n"
                                     "involvedObject: {apiVersion: apps/v1, kind: ReplicaSet, name: web}"));
    EXPECT_THAT(std::string(event.value()["message"].AsString()), StartsWith("Created pod: web-"));
  }
}

// What happened in a world, but for what is aside.
class Steps final : public sim::StepHook {
 public:
  explicit Steps(sim::Kernel& kernel) : kernel_(kernel) { kernel_.AddHook(this); }
  ~Steps() { kernel_.RemoveHook(this); }
  void AfterStep(const sim::Option& fired) override {
    (fired.aside ? aside : main).emplace_back(fired.key, kernel_.now().nanos());
  }
  std::vector<std::pair<uint64_t, int64_t>> main;
  std::vector<std::pair<uint64_t, int64_t>> aside;

 private:
  sim::Kernel& kernel_;
};

// RT-295: whether Events are written or refused makes no difference to anything else, in any schedule: the same steps at the same
// times, and the same names for the same pods.
TEST_P(Mode, EventsPerturbNothing) {
  for (uint64_t schedule = 0; schedule < 20; ++schedule) {
    const auto play = [schedule](std::optional<sim::Fault> fault) {
      TestWorld world({.schedule = schedule, .nodes = 2});
      Steps steps(world.kernel());
      world.AddController("replicaset", Program());
      if (fault.has_value()) world.Inject(*std::move(fault));
      world.Apply(Web(3));
      EXPECT_TRUE(world.RunUntilQuiet());
      world.Apply(Web(1));
      EXPECT_TRUE(world.RunUntilQuiet());
      EXPECT_FALSE(steps.aside.empty());
      return std::pair(steps.main, world.List("Pod")[0].name());
    };
    const sim::RequestMatch all{.verb = Verb::kCreate, .resource = "events", .process = "replicaset", .count = 0};
    EXPECT_EQ(play(std::nullopt), play(testing::Answer(all, 403))) << "schedule " << schedule;
  }
}

// T-084: the time of availability starts again with each transition; without kubelets nobody else writes the status.
TEST_P(Mode, AFlappingPodBeginsAnew) {
  TestWorld world({.scheduler = false, .kubelets = false});
  world.AddController("replicaset", Program());
  world.Apply(Web(1, 60));
  ASSERT_TRUE(world.RunUntilQuiet());
  const Object pod = world.List("Pod").front();
  const auto set_ready = [&](bool ready) {
    const std::string patch = "status: {phase: Running, conditions: [{type: Ready, status: '" +
                              std::string(ready ? "True" : "False") + "', lastTransitionTime: '" +
                              FormatTime(world.kernel().now()) + "'}]}";
    const Value body = ParseYamlValues(patch)->front();
    auto written = world.Run(world.client().PatchStatus(PodKind(), pod.key(), ObjectPatch(PatchType::kMerge, body)));
    EXPECT_TRUE(written.ok()) << written.status().ToString();
  };
  const auto available = [&] { return world.Get("ReplicaSet", "web").status()["availableReplicas"].AsInt(); };
  set_ready(true);
  ASSERT_TRUE(world.RunFor(59s));
  EXPECT_EQ(available(), 0);
  ASSERT_TRUE(world.RunFor(1s));
  EXPECT_EQ(available(), 1);  // to the second
  set_ready(false);
  ASSERT_TRUE(world.RunFor(1s));
  EXPECT_EQ(available(), 0);
  set_ready(true);
  ASSERT_TRUE(world.RunFor(59s));
  EXPECT_EQ(available(), 0);
  ASSERT_TRUE(world.RunFor(1s));
  EXPECT_EQ(available(), 1);
}

TEST_P(Mode, ADeathAtAnyStepChangesNothing) {
  for (uint64_t step = 1; step <= 160; ++step) {
    TestWorld world({.nodes = 1});
    world.AddController("replicaset", Program());
    world.Inject(testing::CrashAtStep("replicaset", step));
    world.Apply(Web(3));
    world.Apply(Web(5));
    world.Apply(Web(2));
    ASSERT_TRUE(world.RunUntilQuiet()) << "at step " << step;
    ASSERT_THAT(world.Get("ReplicaSet", "web"), MatchesObject("status: {replicas: 2, readyReplicas: 2}")) << step;
    ASSERT_THAT(world.List("Pod"), SizeIs(2)) << "at step " << step;
  }
}

TEST_P(Mode, AnyOrderEndsTheSame) {
  for (uint64_t schedule = 1; schedule <= 100; ++schedule) {
    TestWorld world({.schedule = schedule, .nodes = 2});
    world.AddController("replicaset", Program());
    world.Always("never-more-than-wanted", "objects('Pod').filter(p, isActive(p)).size() <= 4");
    world.Apply(Web(3));
    world.Apply(Web(4));
    ASSERT_TRUE(world.RunUntilQuiet());
    world.Apply(Web(2));
    ASSERT_TRUE(world.RunUntilQuiet());
    ASSERT_THAT(world.Get("ReplicaSet", "web"), MatchesObject("status: {replicas: 2, readyReplicas: 2}"));
    ASSERT_THAT(world.List("Pod"), SizeIs(2));
  }
}

TEST(ReplicaSet, FlagsThatMakeNoSenseEndIt) {
  TestWorld world;
  const Result<ReplicaSetOptions> options = ParseReplicaSetOptions(std::vector<std::string>{"--mode=careful"});
  sim::Process& process = world.AddController(
      "replicaset", [options](Environment& environment) { return RunReplicaSetWith(environment, options); });
  EXPECT_FALSE(world.RunUntilQuiet());
  EXPECT_EQ(process.state(), sim::Process::State::kExited);
}

}  // namespace
}  // namespace wavetank::examples
