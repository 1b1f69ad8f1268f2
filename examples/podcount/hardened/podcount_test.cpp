// The hardened operator, call by call; the scenarios put it under every fault.
#include "examples/podcount/hardened/podcount.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "runtime/api/apps_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/api/metadata.h"
#include "runtime/value/yaml.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/world.h"

namespace wavetank::examples {
namespace {

using apps_v1::ReplicaSet;
using core_v1::Pod;
using sim::Kernel;
using sim::RandomWalk;
using sim::World;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kRunners = R"(
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: runners, namespace: default}
spec:
  replicas: 0
  selector: {matchLabels: {app: runner}}
  template:
    metadata: {labels: {app: runner}}
    spec:
      containers: [{name: runner, image: "runner:2"}]
)";

class HardenedTest : public ::testing::Test {
 protected:
  explicit HardenedTest(uint64_t seed = 1)
      : walk_(seed), world_(sim::NewCluster(), walk_, {.seed = seed, .garbage_collector = false, .logs = logs_}) {
    world_.AddProcess("podcount", RunHardenedPodCount);
    world_.Start();
  }

  ReplicaSet CreateSet() {
    auto documents = ParseYamlValues(kRunners);
    auto made = world_.Run(world_.client().Create(ReplicaSet::FromValue(documents->front())));
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }
  Pod CreatePod(const ReplicaSet& like, const std::string& name, bool owned) {
    Pod pod = Pod::New("default", name);
    pod.set_label("app", "runner");
    pod.set_spec(like.spec().template_().spec());
    Object object = pod.ToObject();
    if (owned) object = *SetControllerReference(object, like.ToObject());
    auto made = world_.Run(world_.client().Create(Pod::FromObject(object)));
    EXPECT_TRUE(made.ok()) << made.status().ToString();
    return *made;
  }
  void SetPhase(Pod pod, const char* phase) {
    pod.edit_status([&](auto& status) { status.set_phase(phase); });
    auto written = world_.Run(world_.client().UpdateStatus(pod));
    EXPECT_TRUE(written.ok()) << written.status().ToString();
  }
  void Delete(const ReplicaSet& set) {
    Status gone = world_.Run(world_.client().Delete(set));
    EXPECT_TRUE(gone.ok()) << gone.ToString();
  }
  std::string CountOf(const ReplicaSet& set) {
    EXPECT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    auto found = world_.Run(world_.client().Get<ReplicaSet>(set.key()));
    return found.ok() ? std::string(found->labels()["pod-count"].view()) : found.status().ToString();
  }

  std::shared_ptr<MemorySink> logs_ = std::make_shared<MemorySink>();
  RandomWalk walk_;
  World world_;
};

TEST_F(HardenedTest, CountsActivePodsThatTheSetControls) {
  const ReplicaSet set = CreateSet();
  EXPECT_EQ(CountOf(set), "0");
  const Pod first = CreatePod(set, "first", true);
  CreatePod(set, "second", true);
  CreatePod(set, "foreign", false);
  EXPECT_EQ(CountOf(set), "2");
  SetPhase(first, "Succeeded");
  EXPECT_EQ(CountOf(set), "1");
}

TEST_F(HardenedTest, AnOrphanedPodCountsNoLonger) {
  const ReplicaSet set = CreateSet();
  const Pod pod = CreatePod(set, "pod", true);
  EXPECT_EQ(CountOf(set), "1");
  Pod orphan = *world_.Run(world_.client().Get<Pod>(pod.key()));
  orphan.edit_metadata([](auto& metadata) { metadata.set_owner_references({}); });
  ASSERT_TRUE(world_.Run(world_.client().Update(orphan)).ok());
  EXPECT_EQ(CountOf(set), "0");
}

TEST_F(HardenedTest, ADeletedSetIsNoError) {
  const ReplicaSet set = CreateSet();
  CreatePod(set, "pod", true);
  Delete(set);
  EXPECT_THAT(CountOf(set), HasSubstr("not found"));
  EXPECT_THAT(logs_->lines(), Not(Contains(HasSubstr("ERROR"))));
}

TEST_F(HardenedTest, ASuccessorOfTheSameNameStartsAtZero) {
  const ReplicaSet first = CreateSet();
  CreatePod(first, "pod", true);
  EXPECT_EQ(CountOf(first), "1");
  Delete(first);
  EXPECT_EQ(CountOf(CreateSet()), "0");
}

TEST_F(HardenedTest, ASetThatIsBeingDeletedIsLeftAlone) {
  ReplicaSet set = CreateSet();
  EXPECT_EQ(CountOf(set), "0");
  set = *world_.Run(world_.client().Get<ReplicaSet>(set.key()));
  set.edit_metadata([](auto& metadata) { metadata.set_finalizers({"example.com/hold"}); });
  ASSERT_TRUE(world_.Run(world_.client().Update(set)).ok());
  Delete(set);
  EXPECT_EQ(CountOf(set), "0");  // the operator has seen the deletion
  CreatePod(set, "late", true);
  EXPECT_EQ(CountOf(set), "0");
}

TEST_F(HardenedTest, SomebodyElsesLabelIsPutRight) {
  ReplicaSet set = CreateSet();
  EXPECT_EQ(CountOf(set), "0");
  set = *world_.Run(world_.client().Get<ReplicaSet>(set.key()));
  set.set_label("pod-count", "99").set_label("team", "build");
  ASSERT_TRUE(world_.Run(world_.client().Update(set)).ok());
  EXPECT_EQ(CountOf(set), "0");
  set = *world_.Run(world_.client().Get<ReplicaSet>(set.key()));
  EXPECT_EQ(set.labels()["team"], "build");
}

// A set is deleted and made again while its label is being written: whatever the order, the new one never carries the
// count of the old one.
class Successor : public HardenedTest, public ::testing::WithParamInterface<uint64_t> {
 protected:
  Successor() : HardenedTest(GetParam()) {}
};

TEST_P(Successor, NeverGetsTheOldCount) {
  const ReplicaSet first = CreateSet();
  CreatePod(first, "pod", true);
  Delete(first);
  const ReplicaSet second = CreateSet();
  sim::ApiServer& server = world_.server();
  const ResourceInfo& sets = *world_.kinds().Lookup("replicasets");
  const auto wrong = [&] { return server.Get(sets, second.key()).labels()["pod-count"] == "1"; };
  EXPECT_EQ(world_.kernel().RunUntil(wrong, {}), Kernel::Stop::kQuiet) << "at step " << world_.kernel().steps();
  EXPECT_EQ(CountOf(second), "0");
}

INSTANTIATE_TEST_SUITE_P(Seeds, Successor, ::testing::Range<uint64_t>(1, 101));

}  // namespace
}  // namespace wavetank::examples
