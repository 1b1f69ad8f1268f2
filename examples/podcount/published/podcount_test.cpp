// The published operator on a good day, and what one bad answer does to it. The scenarios show its faults one by one.
#include "examples/podcount/published/podcount.h"

#include <gmock/gmock.h>

#include "runtime/api/apps_v1.h"
#include "sim/testing/testing.h"

namespace wavetank::examples {
namespace {

using apps_v1::ReplicaSet;
using testing::Answer;
using testing::ForEachSchedule;
using testing::HasLabel;
using testing::TestWorld;

// Three pods that match, and the ReplicaSet that counts them when it comes.
constexpr std::string_view kPods = R"(
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {tier: frontend}}
spec: {containers: [{name: php-redis, image: "gb-frontend:v5"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, labels: {tier: frontend}}
spec: {containers: [{name: php-redis, image: "gb-frontend:v5"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: c, labels: {tier: frontend}}
spec: {containers: [{name: php-redis, image: "gb-frontend:v5"}]}
)";

constexpr std::string_view kFrontend = R"(
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: frontend}
spec:
  replicas: 3
  selector: {matchLabels: {tier: frontend}}
  template:
    metadata: {labels: {tier: frontend}}
    spec: {containers: [{name: php-redis, image: "gb-frontend:v5"}]}
)";

TEST(PublishedTest, CountsPodsThatWereThereBefore) {
  ForEachSchedule(50, [](TestWorld& world) {
    world.AddController("podcount", RunPublishedPodCount);
    world.Apply(kPods);
    ASSERT_TRUE(world.RunUntilQuiet());
    world.Apply(kFrontend);
    ASSERT_TRUE(world.RunUntilQuiet());
    EXPECT_THAT(world.Get("ReplicaSet", "frontend"), HasLabel("pod-count", "3"));
    EXPECT_EQ(world.writes("podcount"), 1u);
  });
}

TEST(PublishedTest, TriesAgainAfterAnError) {
  TestWorld world;
  world.AddController("podcount", RunPublishedPodCount);
  world.Apply(kPods);
  world.Inject(Answer({.verb = Verb::kUpdate, .process = "podcount", .count = 3}, 500));
  world.Apply(kFrontend);
  ASSERT_TRUE(world.RunUntilQuiet());
  EXPECT_TRUE(world.AllFaultsStruck());
  EXPECT_THAT(world.Get("ReplicaSet", "frontend"), HasLabel("pod-count", "3"));
}

TEST(PublishedTest, NeverForgetsADeletedReplicaSet) {
  TestWorld world;
  world.AddController("podcount", RunPublishedPodCount);
  world.Apply(kFrontend);
  ASSERT_TRUE(world.RunUntilQuiet());
  Status gone = world.Run(world.client().Delete<ReplicaSet>(ObjectKey("default", "frontend")));
  ASSERT_TRUE(gone.ok()) << gone.ToString();
  EXPECT_FALSE(world.RunUntilQuiet());
}

}  // namespace
}  // namespace wavetank::examples
