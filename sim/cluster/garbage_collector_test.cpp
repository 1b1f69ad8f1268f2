#include <gtest/gtest.h>

#include "runtime/api/metadata.h"
#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

// Every request that a process sends, as "verb resource".
class Requests final : public NetworkRule {
 public:
  explicit Requests(World& world) : network_(world.network()) { network_.AddRule(this); }
  ~Requests() override { network_.RemoveRule(this); }
  void BeforeApply(const ApiRequest& request, Process& process) override {
    if (process.name() != "garbage-collector") return;
    if (request.verb == Verb::kGet) ++gets;
    if (request.verb == Verb::kDelete) ++deletes;
    if (request.verb == Verb::kPatch) ++patches;
  }
  int gets = 0;
  int deletes = 0;
  int patches = 0;

 private:
  Network& network_;
};

// ENV-027, ENV-022: dependents of a deleted owner go, those with a living owner stay, and nobody asks about these.
TEST(GarbageCollector, DeletesDependentsOfADeletedOwner) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed});
    Requests requests(world);
    world.Start();
    world.kernel().RunUntilQuiet();
    const Object owner = MustCreate(world, ConfigMap("owner"));
    const Object other = MustCreate(world, ConfigMap("other"));
    for (const char* name : {"a", "b", "c"}) MustCreate(world, Owned(Secret(name), owner));
    MustCreate(world, Owned(Secret("kept"), other));
    MustCreate(world, Secret("free"));
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_EQ(requests.deletes, 0);
    EXPECT_EQ(world.server().Count(BuiltInKind(kSecret)), 5U);

    ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, owner)).ok());
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_EQ(world.server().Count(BuiltInKind(kSecret)), 2U) << "seed " << seed;
    EXPECT_TRUE(Stored(world, kSecret, "kept"));
    EXPECT_TRUE(Stored(world, kSecret, "free"));
    EXPECT_EQ(requests.deletes, 3);
  }
}

// A chain goes from the top: ReplicaSet and Pod, with nobody to run the pod.
TEST(GarbageCollector, DeletesGrandchildren) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  world.Start();
  const Object top = MustCreate(world, ConfigMap("top"));
  const Object middle = MustCreate(world, Owned(Secret("middle"), top));
  MustCreate(world, Owned(TestPod("leaf"), middle));
  world.kernel().RunUntilQuiet();
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, top)).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_FALSE(Stored(world, kSecret, "middle"));
  EXPECT_FALSE(Stored(world, kPod, "leaf"));
}

// An owner of the same name with another uid is another object: the dependents of the first go.
TEST(GarbageCollector, RecreatedOwnerIsAnotherOwner) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed});
    world.Start();
    world.kernel().RunUntilQuiet();
    const Object first = MustCreate(world, ConfigMap("owner"));
    MustCreate(world, Owned(Secret("old"), first));
    world.kernel().RunUntilQuiet();
    ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, first)).ok());
    const Object second = MustCreate(world, ConfigMap("owner"));
    MustCreate(world, Owned(Secret("new"), second));
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_FALSE(Stored(world, kSecret, "old")) << "seed " << seed;
    EXPECT_TRUE(Stored(world, kSecret, "new")) << "seed " << seed;
  }
}

// A stale view costs reads, never an object: the collector sees the dependent, but not yet its owner.
TEST(GarbageCollector, StaleViewDeletesNothing) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  Requests requests(world);
  world.Start();
  world.kernel().RunUntilQuiet();
  const Network::StreamFilter config_maps{.process = world.FindProcess("garbage-collector"), .resource = "configmaps"};
  world.network().HoldStreams(config_maps);
  const Object owner = MustCreate(world, ConfigMap("owner"));
  MustCreate(world, Owned(Secret("a"), owner));
  world.kernel().RunUntilQuiet();
  EXPECT_EQ(requests.gets, 2);  // the item and its owner, live (ENV-021)
  EXPECT_EQ(requests.deletes, 0);
  EXPECT_TRUE(Stored(world, kSecret, "a"));
  world.network().ReleaseStreams(config_maps);
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_TRUE(Stored(world, kSecret, "a"));
}

// It sees the dependent's first life only; the second one has a living owner. The live read and the preconditions save it.
TEST(GarbageCollector, RecreatedDependentIsSpared) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    RandomWalk walk(seed);
    World world(EmptyCluster(), walk, {.seed = seed});
    world.Start();
    world.kernel().RunUntilQuiet();
    const Object gone = MustCreate(world, ConfigMap("gone"));
    const Object stays = MustCreate(world, ConfigMap("stays"));
    const Object first = MustCreate(world, Owned(Secret("a"), gone));
    world.kernel().RunUntilQuiet();
    ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, gone)).ok());
    for (uint64_t i = 0; i < seed % 10; ++i) world.kernel().Step();
    if (Stored(world, kSecret, "a")) ASSERT_TRUE(world.ApplyNow(DeleteRequest(kSecret, first)).ok());
    MustCreate(world, Owned(Secret("a"), stays));
    ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
    EXPECT_TRUE(Stored(world, kSecret, "a")) << "seed " << seed;
  }
}

// ENV-022: with one owner left, only the reference to the other goes.
TEST(GarbageCollector, TakesDanglingReferencesOff) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  Requests requests(world);
  world.Start();
  const Object gone = MustCreate(world, ConfigMap("gone"));
  const Object stays = MustCreate(world, ConfigMap("stays"));
  MustCreate(world, Owned(Owned(Secret("a"), gone), stays));
  world.kernel().RunUntilQuiet();
  ASSERT_TRUE(world.ApplyNow(DeleteRequest(kConfigMap, gone)).ok());
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  const Value owners = Stored(world, kSecret, "a").metadata()[names::kOwnerReferences];
  ASSERT_EQ(owners.size(), 1U);
  EXPECT_EQ(owners[0][names::kUid], stays.uid().view());
  EXPECT_EQ(requests.patches, 1);
  EXPECT_EQ(requests.deletes, 0);
}

// API-567: a wrong name or a wrong kind with the right uid is dangling; a kind that nobody knows keeps the object.
TEST(GarbageCollector, WrongCoordinates) {
  FifoStrategy fifo;
  World world(EmptyCluster(), fifo, {});
  world.Start();
  const Object owner = MustCreate(world, ConfigMap("owner"));
  const auto with = [&](const char* name, Name field, const char* value) {
    const Object owned = Owned(Secret(name), owner);
    const Value reference = owned.metadata()[names::kOwnerReferences][0].Set(field, value);
    MustCreate(world, Object(owned.value().SetIn({names::kMetadata, names::kOwnerReferences},
                                                 Value::EmptyArray().Append(reference))));
  };
  with("wrong-name", names::kName, "somebody");
  with("wrong-kind", names::kKind, "Secret");
  with("unknown-kind", names::kKind, "Gadget");
  with("unknown-version", names::kApiVersion, "v9");
  with("right", names::kName, "owner");
  ASSERT_EQ(world.kernel().RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_FALSE(Stored(world, kSecret, "wrong-name"));
  EXPECT_FALSE(Stored(world, kSecret, "wrong-kind"));
  EXPECT_TRUE(Stored(world, kSecret, "unknown-kind"));
  EXPECT_TRUE(Stored(world, kSecret, "unknown-version"));
  EXPECT_TRUE(Stored(world, kSecret, "right"));
}

}  // namespace
}  // namespace wavetank::sim::cluster
