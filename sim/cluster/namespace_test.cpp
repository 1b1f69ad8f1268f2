// Namespaces: what they get, and how they go (ENV-040..042, API-557).
#include <gtest/gtest.h>

#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/namespace_conditions.h"

namespace wavetank::sim::cluster {
namespace {

using namespace std::chrono_literals;

const Gvk kNamespaceKind("", "v1", "Namespace");
const Gvk kServiceKind("", "v1", "Service");

Object NamespaceNamed(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}");
}

Object In(const std::string& ns, const Object& object) {
  return Object(object.value().SetIn({names::kMetadata, names::kNamespace}, ns));
}

class Namespaces : public testing::TestWithParam<uint64_t> {
 protected:
  Namespaces() : walk_(GetParam()), world_(EmptyCluster(), walk_, {.seed = GetParam()}) {
    world_.AddProcess("namespace", NamespaceControllerMain);
    world_.Start();
    ns_ = MustCreate(world_, NamespaceNamed("team"));
    Settle();
    began_ = world_.kernel().now();
  }
  void Settle() { ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet); }
  void DeleteNamespace() { ASSERT_TRUE(world_.ApplyNow(DeleteRequest(kNamespaceKind, ns_)).ok()); }
  Object Get() { return Stored(world_, kNamespaceKind, "team", ""); }
  bool RunUntilConditions() {
    return world_.kernel().RunUntil([&] { return Get().status()[names::kConditions].size() == 5; }, {}) ==
           Kernel::Stop::kDone;
  }
  std::string Says(std::string_view type) {
    const Value& condition = FindCondition(Get().status(), type);
    return std::string(condition[names::kStatus].AsString()) + " " + std::string(condition[kReason].AsString()) + ": " +
           std::string(condition[kMessage].AsString());
  }
  void Change(const Gvk& kind, const std::string& name, std::string_view patch) {
    ApiRequest request(Verb::kPatch, BuiltInKind(kind).gvr);
    request.ns = "team";
    request.name = name;
    request.patch_type = PatchType::kMerge;
    request.body = Json(patch);
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  }

  RandomWalk walk_;
  World world_;
  Object ns_;
  Time began_;
};

INSTANTIATE_TEST_SUITE_P(Seeds, Namespaces, testing::Range<uint64_t>(1, 11));

// The first look is five seconds after the delete, and is enough for what goes at once.
TEST_P(Namespaces, EmptiesAndLetsGo) {
  MustCreate(world_, In("team", ConfigMap("a")));
  MustCreate(world_, In("team", Secret("s")));
  MustCreate(world_, In("team", TestPod("p")));
  MustCreate(world_, In("team", Obj("{'apiVersion':'v1','kind':'Service','metadata':{'name':'svc'},"
                                    "'spec':{'ports':[{'port':80}]}}")));
  MustCreate(world_, ConfigMap("of-another"));
  DeleteNamespace();
  ASSERT_EQ(world_.kernel().RunUntil([&] { return !Get(); }, {}), Kernel::Stop::kDone);
  EXPECT_EQ(world_.kernel().now() - began_, 5s);
  EXPECT_EQ(world_.server().Count(BuiltInKind(kPod)), 0U);
  EXPECT_EQ(world_.server().Count(BuiltInKind(kServiceKind)), 0U);
  EXPECT_TRUE(Stored(world_, kConfigMap, "of-another"));
}

// Finalizers of its contents hold a namespace; the conditions name them, and it goes when they do.
TEST_P(Namespaces, WaitsForFinalizers) {
  Object held = In("team", Secret("held"));
  AddFinalizer(held, "example.com/backup");
  MustCreate(world_, held);
  DeleteNamespace();
  ASSERT_TRUE(RunUntilConditions());
  EXPECT_EQ(Says("NamespaceContentRemaining"),
            "True SomeResourcesRemain: Some resources are remaining: secrets. has 1 resource instances");
  EXPECT_EQ(
      Says("NamespaceFinalizersRemaining"),
      "True SomeFinalizersRemain: Some content in the namespace has finalizers remaining: example.com/backup in 1 "
      "resource instances");
  EXPECT_EQ(Says("NamespaceDeletionContentFailure"),
            "False ContentDeleted: All content successfully deleted, may be waiting on finalization");
  Change(kSecret, "held", "{'metadata':{'finalizers':null}}");
  Settle();
  EXPECT_FALSE(Get());
}

// Finalizers of others are kept when ours goes, as a set.
TEST_P(Namespaces, KeepsTheFinalizersOfOthers) {
  const auto finalize = [&](std::string_view finalizers) {
    ApiRequest request(Verb::kUpdate, BuiltInKind(kNamespaceKind).gvr);
    request.name = "team";
    request.subresource = "finalize";
    request.body = Get().value().SetIn({names::kSpec, names::kFinalizers}, Json(finalizers));
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  };
  finalize("['z.example.com/last','kubernetes','a.example.com/first','z.example.com/last']");
  DeleteNamespace();
  Settle();
  EXPECT_EQ(WriteJson(Get().spec()[names::kFinalizers]), R"(["a.example.com/first","z.example.com/last"])");
  finalize("[]");
  EXPECT_FALSE(Get());
}

// ENV-042: while a pod is left, nothing else is touched. One that outlives its grace is an error.
TEST_P(Namespaces, PodsGoFirst) {
  Object pod = In("team", TestPod("p"));
  pod = Object(pod.value()
                   .SetIn({names::kSpec, names::kNodeName}, "somewhere")
                   .SetIn({names::kSpec, kTerminationGracePeriodSeconds}, 3));
  MustCreate(world_, pod);
  MustCreate(world_, In("team", ConfigMap("a")));
  DeleteNamespace();
  ASSERT_TRUE(RunUntilConditions());
  EXPECT_EQ(
      Says("NamespaceDeletionContentFailure"),
      "True ContentDeletionFailed: Failed to delete all resource types, 1 remaining: unexpected items still remain "
      "in namespace: team for gvr: /v1, Resource=pods");
  EXPECT_EQ(Says("NamespaceContentRemaining"), "False ContentRemoved: All content successfully removed");
  EXPECT_TRUE(Stored(world_, kConfigMap, "a", "team"));
  ApiRequest request(Verb::kDelete, BuiltInKind(kPod).gvr);
  request.ns = "team";
  request.name = "p";
  request.body = Json("{'kind':'DeleteOptions','apiVersion':'v1','gracePeriodSeconds':0}");
  ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  Settle();
  EXPECT_FALSE(Get());
}

// A crash at any step of the way changes nothing about the end.
TEST(NamespaceController, SurvivesCrashes) {
  for (uint64_t at = 1; at <= 400; at += 3) {
    RandomWalk walk(at);
    World world(EmptyCluster(), walk, {.seed = at});
    Process& controller = world.AddProcess("namespace", NamespaceControllerMain);
    world.Start();
    const Object ns = MustCreate(world, NamespaceNamed("team"));
    MustCreate(world, In("team", ConfigMap("a")));
    ASSERT_TRUE(world.ApplyNow(DeleteRequest(kNamespaceKind, ns)).ok());
    for (uint64_t i = 0; i < at && world.kernel().Step(); ++i) {
    }
    if (controller.state() == Process::State::kRunning) controller.Crash();
    controller.Start();
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_FALSE(Stored(world, kNamespaceKind, "team", "")) << "crash after step " << at;
  }
}

TEST(NamespaceDefaults, FillsAndMends) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  world.AddProcess("namespace-defaults", NamespaceDefaultsMain);
  world.Start();
  MustCreate(world, NamespaceNamed("team"));
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Gvk account("", "v1", "ServiceAccount");
  const Object made = Stored(world, account, "default", "team");
  EXPECT_TRUE(made);
  EXPECT_TRUE(Stored(world, account, "default", "kube-system"));
  const Object authority = Stored(world, kConfigMap, "kube-root-ca.crt", "team");
  EXPECT_NE(authority.value()["data"]["ca.crt"].AsString().find("BEGIN CERTIFICATE"), std::string_view::npos);
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(account, made)).ok());
  Result<Object> spoilt = world.Run(world.client().Patch(
      kConfigMap, authority.key(), ObjectPatch(PatchType::kMerge, Json("{'data':{'ca.crt':'x'}}"))));
  ASSERT_TRUE(spoilt.ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_TRUE(Stored(world, account, "default", "team"));
  EXPECT_EQ(Stored(world, kConfigMap, "kube-root-ca.crt", "team").value()["data"], authority.value()["data"]);
}

// The text that explains the certificate must be there; which text is looked at only when the data is wrong.
TEST(NamespaceDefaults, ExplainsTheCertificate) {
  constexpr const char* kDescription = "kubernetes.io/description";
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  world.AddProcess("namespace-defaults", NamespaceDefaultsMain);
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const auto after = [&](std::string_view patch) {
    Result<Object> changed = world.Run(world.client().Patch(kConfigMap, ObjectKey("default", "kube-root-ca.crt"),
                                                            ObjectPatch(PatchType::kMerge, Json(patch))));
    EXPECT_TRUE(changed.ok());
    EXPECT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    return std::string(Stored(world, kConfigMap, "kube-root-ca.crt").annotations()[kDescription].AsString());
  };
  const std::string text = after("{'metadata':{'labels':{'a':'b'}}}");
  EXPECT_NE(text, "");
  EXPECT_EQ(after("{'metadata':{'annotations':null}}"), text);
  EXPECT_EQ(after("{'metadata':{'annotations':{'kubernetes.io/description':'mine'}}}"), "mine");
  EXPECT_EQ(after("{'data':{'more':'x'}}"), text);
}

// The orphaned and the unbound; the others stay.
TEST(PodCollector, DeletesWhatNoKubeletWill) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.nodes = 1, .garbage_collector = false});
  world.AddProcess("pod-garbage-collector", PodCollectorMain);
  world.Start();
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const auto on = [&](const char* name, const char* node) {
    return Object(TestPod(name).value().SetIn({names::kSpec, names::kNodeName}, node));
  };
  MustCreate(world, on("lost", "nowhere"));
  MustCreate(world, on("fine", "node-1"));
  const Time began = world.kernel().now();
  ASSERT_EQ(world.kernel().RunUntil([&] { return !Stored(world, kPod, "lost"); }, {}), Kernel::Stop::kDone);
  EXPECT_TRUE(Stored(world, kPod, "fine"));
  EXPECT_GE(world.kernel().now() - began, 40s);
  EXPECT_LE(world.kernel().now() - began, 60s);
}

// What is written into their status tells which generation it is about.
TEST(PodCollector, SaysWhichGenerationFailed) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.garbage_collector = false});
  world.AddProcess("pod-garbage-collector", PodCollectorMain);
  world.Start();
  Object pod = TestPod("held");
  AddFinalizer(pod, "example.com/hold");
  const Object made = MustCreate(world, pod);
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(kPod, made)).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Object held = Stored(world, kPod, "held");
  EXPECT_EQ(held.status()[names::kPhase], "Failed");
  EXPECT_EQ(held.generation(), 2);
  EXPECT_EQ(held.status()[kObservedGeneration].AsInt(), 2);
}

TEST(NamespaceConditions, KeepTheTimeOfTheirState) {
  const Time first = Time::FromSeconds(1'000'000'000);
  const Time later = Time::FromSeconds(1'000'000'060);
  NamespaceFindings findings;
  findings.remaining["widgets.example.com"] = 3;
  Value status = WithNamespaceConditions(Value::EmptyObject(), findings, first);
  findings.remaining["widgets.example.com"] = 2;
  Value next = WithNamespaceConditions(status, findings, later);
  EXPECT_EQ(FindCondition(next, "NamespaceContentRemaining")[kMessage],
            "Some resources are remaining: widgets.example.com has 2 resource instances");
  EXPECT_EQ(FindCondition(next, "NamespaceContentRemaining")[kLastTransitionTime], FormatTime(first));
  EXPECT_EQ(WithNamespaceConditions(next, findings, later).identity(), next.identity());
  findings.remaining.clear();
  findings.errors = {"b", "a"};
  next = WithNamespaceConditions(next, findings, later);
  EXPECT_EQ(FindCondition(next, "NamespaceContentRemaining")[kLastTransitionTime], FormatTime(later));
  EXPECT_EQ(FindCondition(next, "NamespaceDeletionContentFailure")[kMessage],
            "Failed to delete all resource types, 2 remaining: a, b");
}

}  // namespace
}  // namespace wavetank::sim::cluster
