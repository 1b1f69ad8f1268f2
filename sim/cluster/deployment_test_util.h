// For the tests of the Deployment controller: a world with it alone. The ReplicaSets are played by hand: what their controller
// would say stands in their status.
//
//   Create("'replicas':3");  AllReady();  SetImage("two");  EXPECT_EQ(Sized(), (Sizes{2, 2}));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/api/status_error.h"
#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/rollout.h"

namespace wavetank::sim::cluster {

inline const Gvk kDeploymentKind("apps", "v1", "Deployment");
inline const Gvk kSetKind("apps", "v1", "ReplicaSet");
using Sizes = std::vector<int64_t>;

class Deployments : public testing::Test {
 protected:
  Deployments() : world_(EmptyCluster(), fifo_, {.garbage_collector = false}) {
    world_.AddProcess("deployment", DeploymentControllerMain);
    world_.Start();
  }
  // Nothing but timers far away is left.
  void Rest() { world_.kernel().RunFor(std::chrono::seconds(1), {}); }

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

}  // namespace wavetank::sim::cluster
