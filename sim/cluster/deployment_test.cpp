// Rollouts, step by step.
#include <gtest/gtest.h>

#include "sim/cluster/deployment_status.h"
#include "sim/cluster/deployment_test_util.h"
#include "sim/cluster/rollout.h"

namespace wavetank::sim::cluster {
namespace {

TEST_F(Deployments, MakesItsSet) {
  Create("'replicas':3");
  ASSERT_EQ(Sized(), Sizes{3});
  const Object set = Sets()[0];
  EXPECT_EQ(set.annotations()["deployment.kubernetes.io/desired-replicas"], "3");
  EXPECT_EQ(set.annotations()["deployment.kubernetes.io/max-replicas"], "4");
  EXPECT_EQ(set.labels()[kHashLabel], set.spec()[kSelector]["matchLabels"][kHashLabel]);
  EXPECT_TRUE(IsControlledBy(set, Get()));
  EXPECT_EQ(Get().annotations()[kRevisionAnnotation], "1");
  EXPECT_EQ(Progress(), "NewReplicaSetCreated");
  EXPECT_EQ(Get().status()[kTerminatingReplicas].AsInt(-1), 0);  // a set that nobody has looked at has nothing to end
  AllReady();
  EXPECT_EQ(Progress(), "NewReplicaSetAvailable");
  EXPECT_EQ(Get().status()[kAvailableReplicas].AsInt(), 3);
  EXPECT_FALSE(Get().status().Has(kUnavailableReplicas));
}

TEST_F(Deployments, RollsWithinTheFenceposts) {
  Create("'replicas':10,'strategy':{'rollingUpdate':{'maxSurge':3,'maxUnavailable':2}}");
  AllReady();
  SetImage("two");
  EXPECT_EQ(Sized(), (Sizes{8, 5}));  // 8 stay available, 13 there are at most
  AllReady();
  EXPECT_EQ(Sized(), (Sizes{3, 10}));
  AllReady();
  EXPECT_EQ(Sized(), (Sizes{0, 10}));
  AllReady();
  EXPECT_EQ(Progress(), "NewReplicaSetAvailable");
  EXPECT_EQ(Get().annotations()[kRevisionAnnotation], "2");
}

// Pods that never became available go first: they are no loss.
TEST_F(Deployments, UnhealthyOldPodsGoFirst) {
  Create("'replicas':4,'strategy':{'rollingUpdate':{'maxSurge':1,'maxUnavailable':1}}");
  Say(Sets()[0], 4, 2);
  Rest();
  SetImage("two");
  EXPECT_EQ(Sized(), (Sizes{3, 2}));  // one is unhealthy and may go; the new set takes its place
}

TEST_F(Deployments, RecreateWaitsForTheEndOfOldPods) {
  Create("'replicas':2,'strategy':{'type':'Recreate'}");
  AllReady();
  SetImage("two");
  EXPECT_EQ(Sized(), Sizes{0});
  AllReady();
  EXPECT_EQ(Sized(), (Sizes{0, 2}));
}

TEST_F(Deployments, PausedOnesScaleButDoNotRoll) {
  Create("'replicas':2");
  AllReady();
  Patch(kDeploymentKind, "d", "{'spec':{'paused':true}}");
  EXPECT_EQ(Progress(), "DeploymentPaused");
  SetImage("two");
  EXPECT_EQ(Sized(), Sizes{2});
  Patch(kDeploymentKind, "d", "{'spec':{'replicas':5}}");
  EXPECT_EQ(Sized(), Sizes{5});
  Patch(kDeploymentKind, "d", "{'spec':{'paused':false}}");
  EXPECT_EQ(Sets().size(), 2U);
}

// In mid-rollout each set grows by its share; the largest gets what is left over.
TEST_F(Deployments, ScalesInProportion) {
  Create("'replicas':10,'strategy':{'rollingUpdate':{'maxSurge':3,'maxUnavailable':2}}");
  AllReady();
  SetImage("two");
  ASSERT_EQ(Sized(), (Sizes{8, 5}));
  Patch(kDeploymentKind, "d", "{'spec':{'paused':true}}");
  Patch(kDeploymentKind, "d", "{'spec':{'replicas':20}}");
  // 23 in all: 8 * 23 / 13 is 14.2, and 5 * 23 / 13 is 8.8.
  EXPECT_EQ(Sized(), (Sizes{14, 9}));
}

// The status of a set that was just made smaller still tells of the pods that it has too many: they are no spare ones.
TEST_F(Deployments, WaitsForTheStatusOfWhatItMadeSmaller) {
  Create("'replicas':10,'strategy':{'rollingUpdate':{'maxSurge':3,'maxUnavailable':2}}");
  AllReady();
  SetImage("two");
  for (const Object& set : Sets()) Say(set, Desired(set), RevisionOf(set) == 1 ? 8 : 0);
  ASSERT_EQ(Sized(), (Sizes{8, 5}));
  Patch(kDeploymentKind, "d", "{'spec':{'replicas':5}}");
  EXPECT_EQ(Sized(), (Sizes{5, 3}));  // 8 of 13
  Say(Sets()[0], 5, 5);
  Rest();
  EXPECT_EQ(Sized(), (Sizes{3, 5}));
}

// Sizes that are right are left alone, whatever the annotations say.
TEST_F(Deployments, AnnotationsAloneAreNoReasonToScale) {
  const auto says = [this](std::string_view name) {
    return std::string(Sets()[0].annotations()["deployment.kubernetes.io/" + std::string(name)].AsString());
  };
  Create("'replicas':3,'strategy':{'rollingUpdate':{'maxSurge':1}}");
  AllReady();
  Patch(kDeploymentKind, "d", "{'spec':{'strategy':{'rollingUpdate':{'maxSurge':3}}}}");
  EXPECT_EQ(says("max-replicas"), "4");
  Patch(kDeploymentKind, "d", "{'spec':{'paused':true}}");
  EXPECT_EQ(says("max-replicas"), "4");
  Patch(kSetKind, Sets()[0].name().str(),
        "{'metadata':{'annotations':{'deployment.kubernetes.io/desired-replicas':'9'}}}");
  EXPECT_EQ(says("desired-replicas"), "9");
  Patch(kDeploymentKind, "d", "{'spec':{'replicas':4}}");
  EXPECT_EQ(says("desired-replicas"), "4");
  EXPECT_EQ(says("max-replicas"), "7");
}

// A revision that is no number is somebody else's business, and so is the set then.
TEST_F(Deployments, LeavesASetWithAnOddRevisionAlone) {
  Create("'replicas':1");
  AllReady();
  const std::string name = Sets()[0].name().str();
  Patch(kSetKind, name, "{'metadata':{'annotations':{'deployment.kubernetes.io/revision':'odd'}}}");
  Patch(kDeploymentKind, "d", "{'metadata':{'annotations':{'why':'because'}}}");
  EXPECT_TRUE(Stored(world_, kSetKind, name).annotations()["why"].is_null());
  Patch(kSetKind, name, "{'metadata':{'annotations':{'deployment.kubernetes.io/revision':'-7'}}}");
  EXPECT_EQ(Stored(world_, kSetKind, name).annotations()["why"], "because");
  EXPECT_EQ(Stored(world_, kSetKind, name).annotations()[kRevisionAnnotation], "1");
}

TEST_F(Deployments, RollsBackByTemplateAndKeepsHistory) {
  Create("'replicas':1,'revisionHistoryLimit':1");
  AllReady();
  const std::string first = Sets()[0].name().str();
  for (const char* image : {"two", "three"}) {
    SetImage(image);
    for (int i = 0; i < 4; ++i) AllReady();
  }
  // Only the last old set is kept.
  ASSERT_EQ(Sets().size(), 2U);
  EXPECT_NE(Sets()[0].name().str(), first);
  const std::string second = Sets()[0].name().str();
  SetImage("two");
  for (int i = 0; i < 4; ++i) AllReady();
  const Object back = Stored(world_, kSetKind, second);
  EXPECT_EQ(back.annotations()[kRevisionAnnotation], "4");
  EXPECT_EQ(back.annotations()["deployment.kubernetes.io/revision-history"], "2");
  EXPECT_EQ(Desired(back), 1);
}

TEST_F(Deployments, TimesOutWhenNothingProgresses) {
  Create("'replicas':1,'progressDeadlineSeconds':30");
  EXPECT_EQ(Progress(), "NewReplicaSetCreated");
  ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(Progress(), "ProgressDeadlineExceeded");
  EXPECT_EQ(FindCondition(Get().status(), "Progressing")[names::kStatus], "False");
  AllReady();
  EXPECT_EQ(Progress(), "NewReplicaSetAvailable");
}

TEST_F(Deployments, AdoptsAndReleases) {
  Create("'replicas':1");
  AllReady();
  const std::string name = Sets()[0].name().str();
  Patch(kSetKind, name, "{'metadata':{'labels':{'app':'other'}}}");
  EXPECT_TRUE(ControllerOf(Stored(world_, kSetKind, name)).is_null());
  // The name of the new set is taken by the one that was released: a collision of hashes, and another name.
  ASSERT_EQ(Sets().size(), 2U);
  EXPECT_EQ(Get().status()["collisionCount"].AsInt(), 1);
  Patch(kSetKind, name, "{'metadata':{'labels':{'app':'a'}}}");
  EXPECT_TRUE(IsControlledBy(Stored(world_, kSetKind, name), Get()));
}

TEST_F(Deployments, SaysWhyItsSetWasRefused) {
  world_.network().AddRule(&refuse_);
  Create("'replicas':1");
  EXPECT_EQ(Progress(), "ReplicaSetCreateError");
  world_.network().RemoveRule(&refuse_);
  ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(Sized(), Sizes{1});
}

TEST(Rollout, Fenceposts) {
  const auto posts = [](int replicas, const char* surge, const char* unavailable) {
    const Object deployment = Obj("{'kind':'Deployment','spec':{'replicas':" + std::to_string(replicas) +
                                  ",'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':" + surge +
                                  ",'maxUnavailable':" + unavailable + "}}}}");
    const Fenceposts f = FencepostsOf(deployment);
    return std::pair(f.surge, f.unavailable);
  };
  EXPECT_EQ(posts(10, "'25%'", "'25%'"), std::pair(int64_t{3}, int64_t{2}));
  EXPECT_EQ(posts(1, "'25%'", "'25%'"), std::pair(int64_t{1}, int64_t{0}));
  EXPECT_EQ(posts(3, "0", "'10%'"), std::pair(int64_t{0}, int64_t{1}));  // never both zero
  EXPECT_EQ(posts(4, "2", "1"), std::pair(int64_t{2}, int64_t{1}));
}

TEST(Rollout, TemplatesDifferByMoreThanTheHash) {
  const Value plain = Json("{'metadata':{'labels':{'a':'b'}},'spec':{'x':1}}");
  const Value labelled = Json("{'metadata':{'labels':{'a':'b','pod-template-hash':'zz'}},'spec':{'x':1}}");
  const Value other = Json("{'metadata':{'labels':{'a':'b'}},'spec':{'x':2}}");
  EXPECT_TRUE(SameTemplate(plain, labelled));
  EXPECT_FALSE(SameTemplate(plain, other));
  EXPECT_EQ(TemplateHash(plain, 0), TemplateHash(labelled, 0));
  EXPECT_NE(TemplateHash(plain, 0), TemplateHash(plain, 1));
  EXPECT_NE(TemplateHash(plain, 0), TemplateHash(other, 0));
}

TEST(DeploymentConditions, ChangedOnesMoveToTheEnd) {
  const Time first = Time::FromSeconds(1'000'000'000);
  const Time later = Time::FromSeconds(1'000'000'100);
  Value status = SetDeploymentCondition(Value::EmptyObject(), {"Available", "True", "Enough", ""}, first);
  status = SetDeploymentCondition(status, {"Progressing", "True", "Going", ""}, first);
  EXPECT_EQ(SetDeploymentCondition(status, {"Available", "True", "Enough", "other words"}, later).identity(),
            status.identity());
  status = SetDeploymentCondition(status, {"Available", "True", "Plenty", ""}, later);
  ASSERT_EQ(status[names::kConditions].size(), 2U);
  EXPECT_EQ(status[names::kConditions][1][names::kType], "Available");
  EXPECT_EQ(status[names::kConditions][1][kLastTransitionTime], FormatTime(first));
  EXPECT_EQ(status[names::kConditions][1]["lastUpdateTime"], FormatTime(later));
}

}  // namespace
}  // namespace wavetank::sim::cluster
