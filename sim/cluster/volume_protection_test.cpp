// Claims and volumes go when nothing uses them, and not before.
#include <gtest/gtest.h>

#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

const Gvk kClaimKind("", "v1", "PersistentVolumeClaim");
const Gvk kVolumeKind("", "v1", "PersistentVolume");
constexpr std::string_view kAtOnce = "{'kind':'DeleteOptions','apiVersion':'v1','gracePeriodSeconds':0}";

Object Claim(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'" + name +
             "','namespace':'default'},'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':"
             "{'storage':'1Gi'}}}}");
}

Object UserOf(const std::string& claim, const std::string& name, const std::string& node) {
  const Value volumes =
      Json("[{'name':'v','persistentVolumeClaim':{'claimName':'" + claim + "'}},{'name':'w','emptyDir':{}}]");
  Value pod = TestPod(name).value().SetIn({names::kSpec, Name("volumes")}, volumes);
  return Object(node.empty() ? pod : pod.SetIn({names::kSpec, names::kNodeName}, node));
}

class VolumeProtection : public testing::TestWithParam<uint64_t> {
 protected:
  VolumeProtection()
      : walk_(GetParam()), world_(EmptyCluster(), walk_, {.seed = GetParam(), .garbage_collector = false}) {
    world_.AddProcess("volume-protection", VolumeProtectionMain);
    world_.Start();
    Settle();
  }
  void Settle() { ASSERT_EQ(world_.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet); }
  void Delete(const Gvk& kind, const Object& object, std::string_view options = {}) {
    ASSERT_TRUE(world_.ApplyNow(DeleteRequest(kind, object, options)).ok());
    Settle();
  }
  void Merge(const Gvk& kind, const Object& object, std::string_view patch, std::string_view sub = {}) {
    ApiRequest request(Verb::kPatch, BuiltInKind(kind).gvr);
    request.ns = object.ns();
    request.name = object.name();
    request.subresource = sub;
    request.patch_type = PatchType::kMerge;
    request.body = Json(patch);
    ASSERT_TRUE(world_.ApplyNow(std::move(request)).ok());
    Settle();
  }

  RandomWalk walk_;
  World world_;
};

INSTANTIATE_TEST_SUITE_P(Seeds, VolumeProtection, testing::Range<uint64_t>(1, 6));

// A pod that no kubelet has yet will not start with a claim that goes: it does not count.
TEST_P(VolumeProtection, UnusedClaimsGoAtOnce) {
  const Object claim = MustCreate(world_, Claim("a"));
  MustCreate(world_, UserOf("a", "waiting", ""));
  MustCreate(world_, UserOf("b", "other", "node-1"));
  Settle();
  Delete(kClaimKind, claim);
  EXPECT_FALSE(Stored(world_, kClaimKind, "a"));
}

TEST_P(VolumeProtection, UsedClaimsWaitForTheLastPod) {
  const Object claim = MustCreate(world_, Claim("a"));
  const Object first = MustCreate(world_, UserOf("a", "first", "node-1"));
  const Object second = MustCreate(world_, UserOf("a", "second", "node-1"));
  Settle();
  Delete(kClaimKind, claim);
  Delete(kPod, first, kAtOnce);
  Merge(kPod, second, "{'status':{'phase':'Succeeded'}}", "status");
  EXPECT_TRUE(Stored(world_, kClaimKind, "a").deleting());
  Delete(kPod, second, kAtOnce);
  EXPECT_FALSE(Stored(world_, kClaimKind, "a"));
}

TEST_P(VolumeProtection, TheFinalizerComesBackWhileTheClaimLives) {
  const Object claim = MustCreate(world_, Claim("a"));
  Merge(kClaimKind, claim, "{'metadata':{'finalizers':['example.com/own']}}");
  EXPECT_EQ(WriteJson(Stored(world_, kClaimKind, "a").metadata()[names::kFinalizers]),
            R"(["example.com/own","kubernetes.io/pvc-protection"])");
  Delete(kClaimKind, claim);
  EXPECT_EQ(WriteJson(Stored(world_, kClaimKind, "a").metadata()[names::kFinalizers]), R"(["example.com/own"])");
}

TEST_P(VolumeProtection, VolumesGoUnlessTheyAreBound) {
  const Object volume = MustCreate(
      world_, Obj("{'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'v'},'spec':{'capacity':{'storage':"
                  "'1Gi'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}}}"));
  Merge(kVolumeKind, volume, "{'status':{'phase':'Bound'}}", "status");
  Delete(kVolumeKind, volume);
  EXPECT_TRUE(Stored(world_, kVolumeKind, "v", "").deleting());
  Merge(kVolumeKind, volume, "{'status':{'phase':'Released'}}", "status");
  EXPECT_FALSE(Stored(world_, kVolumeKind, "v", ""));
}

}  // namespace
}  // namespace wavetank::sim::cluster
