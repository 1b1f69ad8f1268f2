#include "sim/testing/testing.h"

#include <set>

#include "gtest/gtest-spi.h"
#include "runtime/value/yaml.h"
#include "sim/scenario/labeller_test_util.h"

namespace wavetank::testing {
namespace {

using ::testing::Not;
using ::testing::SizeIs;
using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

constexpr std::string_view kTwoMaps =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n";

TEST(TestWorldTest, AControllerConverges) {
  TestWorld world;
  world.AddController("labeller", sim::Labeller);
  world.Apply(kTwoMaps);
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_THAT(world.Get("ConfigMap", "a"), HasLabel("seen", "true"));
  EXPECT_THAT(world.Get("cm", "b"), MatchesObject("metadata: {labels: {seen: \"true\"}, annotations: null}"));
  EXPECT_THAT(world.Get("ConfigMap", "c"), Not(Exists()));
  EXPECT_THAT(world.List("ConfigMap", "default"), SizeIs(2));
  EXPECT_EQ(world.writes("labeller"), 2u);
  EXPECT_TRUE(world.Holds("objects('ConfigMap').all(m, m.metadata.labels.seen == 'true')"));
  EXPECT_FALSE(world.Holds("objects('Namespace').size() == 0"));
}

TEST(TestWorldTest, AUserTalksToTheServer) {
  TestWorld world;
  world.Apply(kTwoMaps);
  const auto found = world.Run(world.client().Get(sim::ConfigMapKind(), ObjectKey("default", "a")));
  EXPECT_THAT(found, Exists());
  const Status gone = world.Run(world.client().Delete(sim::ConfigMapKind(), ObjectKey("default", "a")));
  EXPECT_TRUE(gone.ok()) << gone.message();
  EXPECT_THAT(world.Get("ConfigMap", "a"), Not(Exists()));
  world.Apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {x: '1'}}");
  EXPECT_THAT(world.Get("ConfigMap", "b"), MatchesObject("data: {x: '1'}"));
}

TEST(TestWorldTest, NodesRunPods) {
  TestWorld world({.nodes = 2});
  world.Apply("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: i}]}}");
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_THAT(world.List("Node"), SizeIs(2));
  EXPECT_THAT(world.Get("Pod", "p"), IsReady());
  EXPECT_THAT(world.Get("Pod", "p"), Not(IsBeingDeleted()));
}

TEST(TestWorldTest, FaultsStrikeAndARightControllerDoesNotMind) {
  const RequestMatch update{.verb = Verb::kUpdate, .process = "labeller"};
  const RequestMatch watch{.verb = Verb::kWatch, .process = "labeller"};
  const Fault faults[] = {CrashNow("labeller", 2s),
                          CrashBefore("labeller", update),
                          CrashAfter("labeller", update, 1s),
                          CrashAtStep("labeller", 5),
                          Pause("labeller", 3s),
                          Drop(update),
                          LoseAnswer(update),
                          Delay(update, 4s),
                          Answer(update, 409),
                          Drop(watch),
                          Answer(update, 504, Applied::kYes),
                          ConcurrentWrite(update),
                          CloseWatches("labeller"),
                          BreakWatches("labeller"),
                          ExpireWatches("labeller", "configmaps"),
                          HoldReplica(1, 3s),
                          SwitchReplica("labeller", 1),
                          HoldWatches("labeller", 5s)};
  for (const Fault& fault : faults) {
    TestWorld world({.api_servers = 2});
    world.AddController("labeller", sim::Labeller);
    // A watch must be there to be closed; a request must not be sent yet to be met.
    if (fault.when == Fault::When::kNow) EXPECT_TRUE(world.RunUntilQuiet());
    world.Inject(fault);
    world.Apply(kTwoMaps);
    EXPECT_TRUE(world.RunUntilQuiet()) << fault.Describe();
    EXPECT_TRUE(world.AllFaultsStruck());
    EXPECT_THAT(world.Get("ConfigMap", "a"), HasLabel("seen", "true")) << fault.Describe();
    EXPECT_THAT(world.Get("ConfigMap", "b"), HasLabel("seen", "true")) << fault.Describe();
  }
}

TEST(TestWorldTest, CrashAndStartByHand) {
  TestWorld world;
  world.AddController("labeller", sim::Labeller);
  world.Crash("labeller");
  world.Apply(kTwoMaps);
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_THAT(world.Get("ConfigMap", "a"), Not(HasLabel("seen", "true")));
  world.Start("labeller");
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_THAT(world.Get("ConfigMap", "a"), HasLabel("seen", "true"));
}

TEST(TestWorldTest, RulesAndLimitsEndARun) {
  {
    TestWorld world;
    world.Never("labelled", "objects('ConfigMap').exists(m, has(m.metadata.labels))");
    world.Always("few", "objects('ConfigMap').size() < 20");
    world.AddController("labeller", sim::Labeller);
    world.Apply(kTwoMaps);
    const ::testing::AssertionResult result = world.RunUntilQuiet();
    EXPECT_FALSE(result);
    EXPECT_TRUE(std::string(result.message()).starts_with("the rule \"labelled\" is broken at step "))
        << result.message();
  }
  TestWorld busy({.max_time = 10s});
  busy.AddController("looks", [](Environment& env) { return sim::Busy(env, false, 1s); });
  EXPECT_STREQ(busy.RunUntilQuiet().message(), "the world is still busy (time) after 62 steps: in 1s: looks: timer");
  EXPECT_TRUE(busy.RunFor(5s));
  TestWorld ends;
  ends.AddController("ends", sim::Ends);
  EXPECT_STREQ(ends.RunUntilQuiet().message(), "the controller ends ended by itself: ServiceUnavailable: no leader");
}

TEST(ForEachScheduleTest, RunsThemAllAndHeals) {
  std::set<uint64_t> hashes;
  const uint64_t run = ForEachSchedule(50, [&](TestWorld& world) {
    world.AddController("labeller", sim::Labeller);
    world.Inject(HoldWatches("labeller", 0s));
    world.Apply(kTwoMaps);
    ASSERT_TRUE(world.RunUntilQuiet());
    world.Heal();
    ASSERT_TRUE(world.RunUntilQuiet());
    EXPECT_THAT(world.Get("ConfigMap", "a"), HasLabel("seen", "true"));
    hashes.insert(world.kernel().run_hash());
  });
  EXPECT_EQ(run, 50u);
  EXPECT_GT(hashes.size(), 40u);
}

TEST(ForEachScheduleTest, AFailureSaysHowToRepeatIt) {
  ::testing::TestPartResultArray failures;
  {
    const ::testing::ScopedFakeTestPartResultReporter catcher(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &failures);
    TestWorld world({.seed = 3, .schedule = 2});
    world.AddController("labeller", sim::Labeller);
    world.Apply("{apiVersion: v1, kind: ConfigMapp, metadata: {name: b}}");
    world.Apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: B_}}");
    world.Crash("labeler");
    EXPECT_TRUE(world.Reproducer().starts_with("seed 3, schedule 2, choices c1:")) << world.Reproducer();
  }
  ASSERT_EQ(failures.size(), 3);
  EXPECT_PRED_FORMAT2(::testing::IsSubstring, "unknown kind \"ConfigMapp\" in \"v1\"",
                      failures.GetTestPartResult(0).message());
  EXPECT_PRED_FORMAT2(::testing::IsSubstring,
                      "the manifest is refused: ConfigMap default/B_: ConfigMap \"B_\" is invalid",
                      failures.GetTestPartResult(1).message());
  EXPECT_PRED_FORMAT2(::testing::IsSubstring, "there is no controller \"labeler\"",
                      failures.GetTestPartResult(2).message());
}

TEST(ForEachScheduleTest, ARunIsRepeatedFromItsChoices) {
  const auto play = [](TestWorld& world) {
    world.AddController("labeller", sim::Labeller);
    world.Apply(kTwoMaps);
    EXPECT_TRUE(world.RunUntilQuiet());
    return world.kernel().run_hash();
  };
  const WorldSetup setup{.seed = 3, .schedule = 9};
  TestWorld first(setup);
  const uint64_t hash = play(first);
  const std::string reproducer = first.Reproducer();
  TestWorld again(setup, std::string_view(reproducer).substr(reproducer.find("c1:")));
  EXPECT_EQ(play(again), hash);
}

TEST(MatchersTest, Explain) {
  std::string why;
  const Value pod = ParseYamlValues("status: {conditions: [{type: Ready, status: 'False'}]}")->front();
  EXPECT_THAT(pod, Not(IsReady()));
  EXPECT_FALSE(internal::HasCondition(pod, "Ready", "True", why));
  EXPECT_EQ(why, "whose condition is {\"status\":\"False\",\"type\":\"Ready\"}");
  EXPECT_FALSE(internal::HasCondition(pod, "Done", "True", why));
  EXPECT_EQ(why, "which has no condition \"Done\"");
  EXPECT_FALSE(internal::MatchesObject(pod, "status: {phase: Running}", why));
  EXPECT_EQ(why, "where /status/phase is nothing and not \"Running\"");
  EXPECT_FALSE(internal::MatchesObject(pod, "a: [", why));
  EXPECT_FALSE(internal::Exists(Value(), why));
  const Value owner = ParseYamlValues("metadata: {uid: u-1}")->front();
  const Value child = ParseYamlValues("metadata: {ownerReferences: [{uid: u-1}]}")->front();
  EXPECT_THAT(child, IsOwnedBy(owner));
  EXPECT_THAT(pod, Not(IsOwnedBy(owner)));
}

}  // namespace
}  // namespace wavetank::testing
