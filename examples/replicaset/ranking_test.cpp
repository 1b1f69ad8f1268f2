// Who dies first: T-025, T-046, T-047, RS-080..086.
#include "examples/replicaset/ranking.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "examples/replicaset/set_test_util.h"
#include "runtime/base/random.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

RankingOptions Options() { return {.now = kTestNow}; }

bool Dies(const Object& a, const Object& b, RankingOptions options = Options()) {
  const bool first = DiesBefore({a, 0}, {b, 0}, options);
  EXPECT_NE(first, DiesBefore({b, 0}, {a, 0}, options)) << a.name().str() << " and " << b.name().str();
  return first;
}

std::vector<std::string> Names(const std::vector<Object>& pods) {
  std::vector<std::string> names;
  for (const Object& pod : pods) names.push_back(pod.name().str());
  return names;
}

// A running, ready pod on a node.
TestPod Running(std::string_view name) { return TestPod(name).On("n1").Phase("Running").Ready(1h); }

TEST(Ranking, EachStepDecidesOverAllLaterOnes) {
  // RS-083. In each line the pod on the left dies, though everything below that line would spare it.
  const Object unassigned = TestPod("a").Phase("Running").Ready(9h).Cost("100").Created(9h);
  EXPECT_TRUE(Dies(unassigned, Running("b").Cost("-5").Phase("Pending")));
  EXPECT_TRUE(Dies(Running("a").Phase("Pending").Cost("100"), Running("b").Phase("Unknown")));
  EXPECT_TRUE(Dies(Running("a").Phase("Unknown").Cost("100"), Running("b")));
  EXPECT_TRUE(Dies(Running("a").NotReady(9h).Cost("100"), Running("b").Cost("-5")));
  EXPECT_TRUE(Dies(Running("a").Ready(9h).Cost("10"), Running("b").Ready(1s).Cost("100")));
  EXPECT_TRUE(Dies(Running("a").Ready(1h), Running("b").Ready(9h).Restarts(50)));
  EXPECT_TRUE(Dies(Running("a").Restarts(3).Created(9h), Running("b").Restarts(2).Created(1s)));
  EXPECT_TRUE(Dies(Running("a").Created(1h), Running("b").Created(9h)));
}

TEST(Ranking, TwoUnassignedPodsGoOn) {
  // Step 1 needs a difference.
  EXPECT_TRUE(Dies(TestPod("a").Phase("Pending"), TestPod("b").Phase("Running")));
  EXPECT_FALSE(Dies(TestPod("a").On("n2").Phase("Running"), TestPod("b").On("n1").Phase("Pending")));
}

TEST(Ranking, DeletionCostIsAPlain32BitInteger) {
  EXPECT_EQ(DeletionCost(Running("a").Cost("-7")), -7);
  EXPECT_EQ(DeletionCost(Running("a").Cost("2147483647")), 2147483647);
  for (const char* bad : {"", "+1", " 1", "1.0", "2147483648", "many", "1 "}) {
    EXPECT_EQ(DeletionCost(Running("a").Cost(bad)), 0) << bad;
  }
  EXPECT_EQ(DeletionCost(Running("a")), 0);
  EXPECT_TRUE(Dies(Running("b").Cost("-1"), Running("a")));
  RankingOptions off = Options();
  off.deletion_cost = false;
  EXPECT_TRUE(Dies(Running("a").Cost("9"), Running("b").Cost("1"), off));  // the name decides
}

TEST(Ranking, ReadyTimesCompareInPowersOfTwo) {
  // RS-083 step 6: 2 h and 5 h differ, 5 h and 8 h do not, and then the smaller uid dies (T-047).
  EXPECT_TRUE(Dies(Running("b").Ready(2h), Running("a").Ready(5h)));
  EXPECT_TRUE(Dies(Running("b").Ready(8h).Uid("1"), Running("a").Ready(5h).Uid("2")));
  EXPECT_TRUE(Dies(Running("b").Ready(5h).Uid("1"), Running("a").Ready(8h).Uid("2")));
  // In the future: one bucket of its own, before all others (RS-084).
  EXPECT_TRUE(Dies(Running("b").Ready(-5h), Running("a").Ready(1s)));
  // No time at all dies first.
  EXPECT_TRUE(Dies(Running("b").ReadySinceNobodyKnows(), Running("a").Ready(1s)));
  RankingOptions exact = Options();
  exact.logarithmic_scale_down = false;
  EXPECT_TRUE(Dies(Running("b").Ready(5h).Uid("2"), Running("a").Ready(8h).Uid("1"), exact));
}

TEST(Ranking, DifferentReadyTimesOfOnePowerNeverReachTheRestarts) {
  // RS-085: equal times fall through to the restarts, different ones of the same power do not.
  EXPECT_TRUE(Dies(Running("a").Ready(5h).Restarts(9).Uid("2"), Running("b").Ready(5h).Restarts(1).Uid("1")));
  EXPECT_TRUE(Dies(Running("b").Ready(6h).Restarts(1).Uid("1"), Running("a").Ready(5h).Restarts(9).Uid("2")));
}

TEST(Ranking, SidecarsCountAfterContainers) {
  EXPECT_TRUE(Dies(Running("b").Restarts(2).InitRestarts(0, true), Running("a").Restarts(1).InitRestarts(9, true)));
  EXPECT_TRUE(Dies(Running("b").Restarts(1).InitRestarts(3, true), Running("a").Restarts(1).InitRestarts(2, true)));
  // An init container that runs once does not count.
  EXPECT_TRUE(Dies(Running("a").Restarts(1).InitRestarts(0, false), Running("b").Restarts(1).InitRestarts(9, false)));
}

TEST(Ranking, TheYoungerDies) {
  EXPECT_TRUE(Dies(Running("b").Created(1s), Running("a").Created(1h)));
  EXPECT_TRUE(Dies(Running("b").CreatedNever(), Running("a").Created(1s)));
  EXPECT_TRUE(Dies(Running("b").Created(5h).Uid("1"), Running("a").Created(8h).Uid("2")));
  EXPECT_TRUE(Dies(Running("a").Created(1h), Running("b").Created(1h)));  // RS-086: the name
}

TEST(Ranking, MoreRelatedPodsOnTheNodeMeansDeath) {
  // RS-082: inactive ones do not count, and pods without a node share one.
  const std::vector<Object> pods = {Running("a").On("n1"), Running("b").On("n2"), TestPod("c")};
  const std::vector<Object> related = {Running("a").On("n1"),
                                       Running("b").On("n2"),
                                       Running("x").On("n2"),
                                       Running("y").On("n1").Phase("Failed"),
                                       Running("z").On("n1").Deleting(),
                                       TestPod("u"),
                                       TestPod("c")};
  const std::vector<RankedPod> ranked = RankByRelatedPods(pods, related);
  EXPECT_EQ(ranked[0].rank, 1);
  EXPECT_EQ(ranked[1].rank, 2);
  EXPECT_EQ(ranked[2].rank, 2);
  EXPECT_TRUE(DiesBefore(ranked[1], ranked[0], Options()));
  EXPECT_THAT(Names(ChooseVictims({pods[0], pods[1]}, related, 1, Options())), ElementsAre("b"));
  // Without related pods all ranks are 0 (RS-080).
  EXPECT_THAT(Names(ChooseVictims({pods[0], pods[1]}, {}, 1, Options())), ElementsAre("a"));
}

TEST(Ranking, AllOfThemNeedNoOrder) {
  // RS-081, T-025.
  EXPECT_THAT(Names(ChooseVictims({Running("b"), TestPod("a")}, {}, 2, Options())), ElementsAre("b", "a"));
  EXPECT_THAT(Names(ChooseVictims({Running("b"), TestPod("a")}, {}, 0, Options())), ElementsAre());
}

// T-046: one pod of each class, in the order of death; whatever order they come in.
std::vector<Object> OneOfEachClass() {
  return {TestPod("a").Phase("Pending"),
          TestPod("b").Phase("Running"),
          Running("c").Phase("Pending").NotReady(1h),
          Running("d").Phase("Unknown").NotReady(1h),
          Running("e").NotReady(1h),
          Running("f").ReadySinceNobodyKnows(),
          Running("g").Ready(1min),
          Running("h").Ready(1h).Restarts(5),
          Running("i").Ready(1h).Restarts(1),
          Running("j").Ready(1h).Created(2h),
          Running("k").Ready(1h).Created(9h)};
}

TEST(Ranking, ShufflesEndInOneOrder) {
  const std::vector<Object> expected = OneOfEachClass();
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<Object> shuffled = expected;
    for (size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.Below(i)]);
    std::vector<Object> all = ChooseVictims(shuffled, {}, expected.size() - 1, Options());
    EXPECT_EQ(Names(all), Names({expected.begin(), expected.end() - 1}));
  }
}

TEST(Ranking, AnOrderThatIsNoneIsSurvived) {
  // RS-086: equal ready times fall through to the restarts, same powers go by uid; so three pods can go round in a circle.
  // Whatever comes out, it is the same pods, and the same order for the same pods.
  Random random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<RankedPod> pods;
    for (int i = 0; i < 40; ++i) {
      const Duration ready = (random.Below(2) == 0 ? 5h : 6h) + random.Below(2) * 1min;
      const std::string name = "p" + std::to_string(i);
      pods.push_back({Running(name)
                          .Ready(ready)
                          .Restarts(static_cast<int64_t>(random.Below(3)))
                          .Uid(std::to_string(random.Below(1000)) + name),
                      0});
    }
    std::vector<RankedPod> backwards(pods.rbegin(), pods.rend());
    const std::vector<RankedPod> ordered = InOrderOfDeath(pods, Options());
    const std::vector<RankedPod> again = InOrderOfDeath(backwards, Options());
    std::set<std::string> seen;
    for (size_t i = 0; i < ordered.size(); ++i) {
      EXPECT_EQ(ordered[i].pod.name(), again[i].pod.name());
      seen.insert(ordered[i].pod.name().str());
    }
    EXPECT_EQ(seen.size(), pods.size());
  }
}

}  // namespace
}  // namespace wavetank::examples
