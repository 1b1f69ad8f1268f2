// How dependents go, or stay: foreground, orphan, finalizers, circles, owners in other namespaces (ENV-022..026).
#include <gtest/gtest.h>

#include "sim/cluster/absent_owners.h"
#include "sim/cluster/cluster_test_util.h"
#include "sim/cluster/owner_graph.h"

namespace wavetank::sim::cluster {
namespace {

constexpr std::string_view kForegroundOptions =
    "{'kind':'DeleteOptions','apiVersion':'v1','propagationPolicy':'Foreground'}";
constexpr std::string_view kOrphanOptions = "{'kind':'DeleteOptions','apiVersion':'v1','propagationPolicy':'Orphan'}";

Object Blocking(const Object& object, const Object& owner) {
  Result<Object> owned = SetOwnerReference(object, owner, {.block_owner_deletion = true});
  WT_CHECK(owned.ok(), "the owner of a test is fine");
  return *owned;
}

Object Holding(const Object& object) {
  Object held = object;
  AddFinalizer(held, "example.com/hold");
  return held;
}

class Policies : public testing::TestWithParam<uint64_t> {
 protected:
  Policies() : walk_(GetParam()), world_(EmptyCluster(), walk_, {.seed = GetParam()}) {
    world_.Start();
    Settle();
  }
  void Settle() { ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet); }
  void Delete(const Gvk& kind, const Object& object, std::string_view options) {
    ASSERT_TRUE(world_.ApplyNow(DeleteRequest(kind, object, options)).ok());
    Settle();
  }
  void Merge(const Gvk& kind, const std::string& name, std::string_view patch) {
    ApiRequest request(Verb::kPatch, BuiltInKind(kind).gvr);
    request.ns = "default";
    request.name = name;
    request.patch_type = PatchType::kMerge;
    request.body = Json(patch);
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
    Settle();
  }
  Object Get(const Gvk& kind, const std::string& name) { return Stored(world_, kind, name); }

  RandomWalk walk_;
  World world_;
};

INSTANTIATE_TEST_SUITE_P(Seeds, Policies, testing::Range<uint64_t>(1, 21));

// ENV-025: the owner waits for blocking dependents, whatever holds them, and for no others.
TEST_P(Policies, ForegroundWaitsForWhatBlocks) {
  const Object owner = MustCreate(world_, ConfigMap("owner"));
  MustCreate(world_, Holding(Blocking(Secret("held"), owner)));
  MustCreate(world_, Blocking(Secret("plain"), owner));
  MustCreate(world_, Holding(Owned(Secret("loose"), owner)));
  Settle();
  Delete(kConfigMap, owner, kForegroundOptions);
  EXPECT_TRUE(Get(kConfigMap, "owner").deleting());
  EXPECT_FALSE(Get(kSecret, "plain"));
  EXPECT_TRUE(Get(kSecret, "held").deleting());
  EXPECT_TRUE(Get(kSecret, "loose").deleting());
  Merge(kSecret, "held", "{'metadata':{'finalizers':null}}");
  EXPECT_FALSE(Get(kConfigMap, "owner"));
  EXPECT_TRUE(Get(kSecret, "loose"));
}

// A dependent that stops blocking lets the owner go.
TEST_P(Policies, UnblockedByHand) {
  const Object owner = MustCreate(world_, ConfigMap("owner"));
  const Object held = MustCreate(world_, Holding(Blocking(Secret("held"), owner)));
  Settle();
  Delete(kConfigMap, owner, kForegroundOptions);
  ASSERT_TRUE(Get(kConfigMap, "owner"));
  const Value reference = held.metadata()[names::kOwnerReferences][0].Set(names::kBlockOwnerDeletion, false);
  ApiRequest request(Verb::kPatch, BuiltInKind(kSecret).gvr);
  request.ns = "default";
  request.name = "held";
  request.patch_type = PatchType::kMerge;
  request.body = Value().SetIn({names::kMetadata, names::kOwnerReferences}, Value::EmptyArray().Append(reference));
  ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  Settle();
  EXPECT_FALSE(Get(kConfigMap, "owner"));
}

// The owner's own finalizer outlives the collector's.
TEST_P(Policies, OwnFinalizerOfTheOwnerStays) {
  const Object owner = MustCreate(world_, Holding(ConfigMap("owner")));
  MustCreate(world_, Blocking(Secret("a"), owner));
  Settle();
  Delete(kConfigMap, owner, kForegroundOptions);
  EXPECT_FALSE(Get(kSecret, "a"));
  EXPECT_EQ(Get(kConfigMap, "owner").metadata()[names::kFinalizers], Json("['example.com/hold']"));
}

// A tree goes from the leaves up.
TEST_P(Policies, ForegroundTree) {
  const Object top = MustCreate(world_, ConfigMap("top"));
  const Object middle = MustCreate(world_, Blocking(Secret("middle"), top));
  const Object low = MustCreate(world_, Holding(Blocking(Secret("low"), middle)));
  Settle();
  Delete(kConfigMap, top, kForegroundOptions);
  EXPECT_TRUE(IsWaitingForDependents(Get(kSecret, "middle")));
  EXPECT_TRUE(Get(kSecret, "low").deleting());
  EXPECT_TRUE(Get(kConfigMap, "top"));
  Merge(kSecret, "low", "{'metadata':{'finalizers':null}}");
  EXPECT_FALSE(Get(kSecret, "middle"));
  EXPECT_FALSE(Get(kConfigMap, "top"));
}

// A circle of three resolves itself; an object that owns itself does not (observed.md, API-568).
TEST_P(Policies, Circles) {
  const Object a = MustCreate(world_, ConfigMap("a"));
  const Object b = MustCreate(world_, Blocking(ConfigMap("b"), a));
  const Object c = MustCreate(world_, Blocking(ConfigMap("c"), b));
  const auto close = [&](const char* name, const Object& owner) {
    const Value reference = MakeOwnerReference(owner, false, true);
    ApiRequest request(Verb::kPatch, BuiltInKind(kConfigMap).gvr);
    request.ns = "default";
    request.name = name;
    request.patch_type = PatchType::kMerge;
    request.body = Value().SetIn({names::kMetadata, names::kOwnerReferences}, Value::EmptyArray().Append(reference));
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
  };
  close("a", c);
  const Object self = MustCreate(world_, ConfigMap("self"));
  close("self", self);
  Settle();
  Delete(kConfigMap, a, kForegroundOptions);
  EXPECT_FALSE(Get(kConfigMap, "a"));
  EXPECT_FALSE(Get(kConfigMap, "b"));
  EXPECT_FALSE(Get(kConfigMap, "c"));
  EXPECT_TRUE(Get(kConfigMap, "self"));
  Delete(kConfigMap, self, kForegroundOptions);
  EXPECT_TRUE(Get(kConfigMap, "self").deleting());
}

// ENV-026: references go, the dependents stay with what else they have.
TEST_P(Policies, OrphanLetsDependentsGo) {
  const Object owner = MustCreate(world_, ConfigMap("owner"));
  const Object other = MustCreate(world_, ConfigMap("other"));
  MustCreate(world_, Owned(Secret("only"), owner));
  MustCreate(world_, Owned(Owned(Secret("both"), owner), other));
  Settle();
  Delete(kConfigMap, owner, kOrphanOptions);
  EXPECT_FALSE(Get(kConfigMap, "owner"));
  EXPECT_FALSE(Get(kSecret, "only").metadata().Has(names::kOwnerReferences));
  EXPECT_EQ(Get(kSecret, "both").metadata()[names::kOwnerReferences].size(), 1U);
}

// ENV-022: a dependent's own finalizer says what becomes of its dependents.
// All are let go at once: nobody waits for a dependent whose answer is late, but for the owner's own finalizer.
TEST_P(Policies, OrphansAreLetGoTogether) {
  const Object owner = MustCreate(world_, ConfigMap("owner"));
  for (int i = 0; i < 5; ++i) MustCreate(world_, Blocking(Secret("dep-" + std::to_string(i)), owner));
  Settle();
  class Count final : public NetworkRule {
   public:
    Verdict OnSend(const ApiRequest& request, Process&) override {
      if (request.verb == Verb::kPatch && request.resource.resource.view() == "secrets") ++sent;
      return {};
    }
    int sent = 0;
  } count;
  world_.network().AddRule(&count);
  ASSERT_TRUE(world_.ApplyNow(DeleteRequest(kConfigMap, owner, kOrphanOptions)).ok());
  int before_the_first = 0;
  while (world_.kernel().Step()) {
    bool let_go = false;
    for (int i = 0; i < 5; ++i) {
      const Object dependent = Get(kSecret, "dep-" + std::to_string(i));
      let_go = let_go || dependent.metadata()[names::kOwnerReferences].empty();
    }
    if (let_go) break;
    before_the_first = count.sent;
  }
  EXPECT_EQ(before_the_first, 5);
  Settle();
  world_.network().RemoveRule(&count);
  EXPECT_FALSE(Get(kConfigMap, "owner"));
}

TEST_P(Policies, FinalizerOfTheDependentDecides) {
  const Object a = MustCreate(world_, ConfigMap("a"));
  Object middle = Owned(Secret("b"), a);
  AddFinalizer(middle, "orphan");
  const Object b = MustCreate(world_, middle);
  MustCreate(world_, Owned(Secret("c"), b));
  Settle();
  Delete(kConfigMap, a, {});
  EXPECT_FALSE(Get(kSecret, "b"));
  EXPECT_TRUE(Get(kSecret, "c"));
  EXPECT_TRUE(Get(kSecret, "c").metadata()[names::kOwnerReferences].empty());
}

// ENV-024: an owner in another namespace is none. The dependent goes, and an event says why.
TEST_P(Policies, OwnerInAnotherNamespace) {
  Object far = Obj("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'far','namespace':'kube-public'}}");
  far = MustCreate(world_, far);
  Settle();
  const Value reference = MakeOwnerReference(far, false, false);
  MustCreate(world_, Object(Secret("a").value().SetIn({names::kMetadata, names::kOwnerReferences},
                                                      Value::EmptyArray().Append(reference))));
  Settle();
  EXPECT_FALSE(Get(kSecret, "a"));
  int events = 0;
  world_.server().ForEach(BuiltInKind(Gvk("", "v1", "Event")), "default", [&](const Object& event) {
    ++events;
    EXPECT_EQ(event.value()["reason"], "OwnerRefInvalidNamespace");
    EXPECT_EQ(event.value()["message"], "ownerRef [v1/ConfigMap, namespace: default, name: far, uid: " +
                                            far.uid().str() + "] does not exist in namespace \"default\"");
    EXPECT_EQ(event.value()["involvedObject"]["name"], "a");
    EXPECT_EQ(event.value()["type"], "Warning");
  });
  EXPECT_EQ(events, 1);
}

// A thousand dependents of one absent owner cost one question about it.
TEST(AbsentOwner, IsAskedForOnce) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  world.Start();
  const Object owner = MustCreate(world, ConfigMap("owner"));
  for (int i = 0; i < 50; ++i) MustCreate(world, Owned(Secret("s" + std::to_string(i)), owner));
  world.kernel().RunUntilQuiet();
  int asked = 0;
  class Count final : public NetworkRule {
   public:
    explicit Count(int& asked) : asked_(asked) {}
    void BeforeApply(const ApiRequest& request, Process&) override {
      if (request.verb == Verb::kGet && request.name == "owner") ++asked_;
    }

   private:
    int& asked_;
  } count(asked);
  world.network().AddRule(&count);
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, owner)).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  world.network().RemoveRule(&count);
  EXPECT_EQ(world.server().Count(BuiltInKind(kSecret)), 0U);
  EXPECT_EQ(asked, 1);
}

TEST(AbsentOwners, ForgetsTheOneUsedLongestAgo) {
  AbsentOwners absent;
  const auto owner = [](int i) {
    return OwnerIdentity{"v1", "Secret", ObjectKey("default", "s"), String(std::to_string(i))};
  };
  for (int i = 0; i < static_cast<int>(AbsentOwners::kMax); ++i) absent.Add(owner(i));
  EXPECT_TRUE(absent.Contains(owner(0)));
  const uint64_t full = absent.Fingerprint();
  absent.Add(owner(1'000));
  EXPECT_EQ(absent.size(), AbsentOwners::kMax);
  EXPECT_TRUE(absent.Contains(owner(0)));
  EXPECT_FALSE(absent.Contains(owner(1)));
  EXPECT_NE(absent.Fingerprint(), full);
}

// The collector of every kind hears of kinds that the small one only asks for.
TEST(EveryKind, HearsOfAll) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {.garbage_collector = false});
  world.AddProcess("garbage-collector", EveryKindCollectorMain);
  world.Start();
  world.kernel().RunUntilQuiet();
  const Object account = MustCreate(
      world, Obj("{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'robot','namespace':'default'}}"));
  MustCreate(world, Owned(Obj("{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'reader',"
                              "'namespace':'default'}}"),
                          account));
  world.kernel().RunUntilQuiet();
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(Gvk("", "v1", "ServiceAccount"), account)).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(world.server().Count(BuiltInKind(Gvk("rbac.authorization.k8s.io", "v1", "Role"))), 0U);
}

}  // namespace
}  // namespace wavetank::sim::cluster
