// Rollouts, step by step. The ReplicaSets are played by hand: what their controller would say stands in their status.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/api/status_error.h"
#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/deployment_status.h"
#include "sim/cluster/rollout.h"

namespace wavetank::sim::cluster {
namespace {

using namespace std::chrono_literals;

const Gvk kDeploymentKind("apps", "v1", "Deployment");
const Gvk kSetKind("apps", "v1", "ReplicaSet");
using Sizes = std::vector<int64_t>;

class Deployments : public testing::Test {
 protected:
  Deployments() : world_(EmptyCluster(), fifo_, {.garbage_collector = false}) {
    world_.AddProcess("deployment", DeploymentControllerMain);
    world_.Start();
  }
  // Nothing but timers far away is left.
  void Rest() { world_.kernel().RunFor(1s, {}); }

  void Create(std::string_view spec) {
    MustCreate(world_,
               Obj("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','namespace':'default'},"
                   "'spec':{'selector':{'matchLabels':{'app':'a'}},'template':{'metadata':{'labels':{'app':'a'}},"
                   "'spec':{'containers':[{'name':'c','image':'one'}]}}," +
                   std::string(spec) + "}}"));
    Rest();
  }
  void Patch(const Gvk& kind, const std::string& name, std::string_view patch, std::string_view sub = {}) {
    ApiRequest request(Verb::kPatch, BuiltInKind(kind).gvr);
    request.ns = "default";
    request.name = name;
    request.subresource = sub;
    request.patch_type = PatchType::kMerge;
    request.body = Json(patch);
    const ApiResponse response = world_.ApplyNow(std::move(request));
    ASSERT_TRUE(response.ok()) << WriteJson(response.Document());
    Rest();
  }
  void SetImage(const std::string& image) {
    Patch(kDeploymentKind, "d", "{'spec':{'template':{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}}");
  }
  // By age.
  std::vector<Object> Sets() {
    std::vector<Object> sets;
    world_.server().ForEach(BuiltInKind(kSetKind), "", [&](const Object& set) { sets.push_back(set); });
    std::ranges::sort(sets, {}, [](const Object& set) { return RevisionOf(set).value_or(0); });
    return sets;
  }
  // What the ReplicaSet controller says when every set has its pods, and all of them are available.
  void AllReady() {
    for (const Object& set : Sets()) Say(set, Desired(set), Desired(set));
    Rest();
  }
  void Say(const Object& set, int64_t replicas, int64_t available) {
    const std::string count = std::to_string(replicas);
    const std::string ready = std::to_string(available);
    ApiRequest request(Verb::kPatch, BuiltInKind(kSetKind).gvr);
    request.ns = "default";
    request.name = set.name();
    request.subresource = "status";
    request.patch_type = PatchType::kMerge;
    request.body = Json("{'status':{'replicas':" + count + ",'fullyLabeledReplicas':" + count +
                        ",'readyReplicas':" + ready + ",'availableReplicas':" + ready +
                        ",'terminatingReplicas':0,'observedGeneration':" + std::to_string(set.generation()) + "}}");
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  }
  Sizes Sized() {
    Sizes sizes;
    for (const Object& set : Sets()) sizes.push_back(Desired(set));
    return sizes;
  }
  Object Get() { return Stored(world_, kDeploymentKind, "d"); }
  std::string Progress() { return std::string(FindCondition(Get().status(), "Progressing")[kReason].AsString()); }

  // Nobody may create a set.
  class Refuse final : public NetworkRule {
   public:
    Verdict OnSend(const ApiRequest& request, Process&) override {
      if (request.verb != Verb::kCreate || request.resource.resource.view() != "replicasets") return {};
      return {.kind = Verdict::Kind::kAnswer, .code = 500, .body = ToStatusDocument(InternalError("refused"))};
    }
  };

  FifoStrategy fifo_;
  World world_;
  Refuse refuse_;
};

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
