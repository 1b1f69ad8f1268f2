// Whatever the server and the network do, an informer ends up with what the server has, and its handlers could rebuild
// the store from what they were told alone.

#include <gtest/gtest.h>

#include <map>

#include "runtime/api/status_error.h"
#include "runtime/cache/cache_test_util.h"
#include "runtime/cache/informer.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPods;
using testing_util::Pod;
using testing_util::World;

// A second store, made of events; checks that they follow from one another.
class Mirror final : public ResourceEventHandler {
 public:
  void OnAdd(const Object& object, bool) override {
    EXPECT_FALSE(objects.contains(object.key())) << "added twice";
    objects[object.key()] = object;
  }
  void OnUpdate(const Object& before, const Object& after) override {
    EXPECT_TRUE(objects[after.key()].SameAs(before)) << "the state before is what was told before";
    objects[after.key()] = after;
  }
  void OnDelete(const Object& object, bool) override { EXPECT_EQ(objects.erase(object.key()), 1u) << "never added"; }

  std::map<ObjectKey, Object> objects;
};

// Whether the mirror holds the very objects of the store. (A relist that finds an object unchanged tells nobody, but
// gives the store another handle of the same version.)
bool Same(const Mirror& mirror, const Store& store) {
  bool same = mirror.objects.size() == store.size();
  store.ForEach([&](const Object& object) {
    const auto found = mirror.objects.find(object.key());
    same = same && found != mirror.objects.end() && found->second == object;
  });
  return same;
}

void Disturb(World& world, Random& random) {
  FakeTransport& server = world.server();
  switch (random.Below(16)) {
    case 0: server.CloseWatches(kPods); break;
    case 1: server.BreakWatches(kPods); break;
    case 2: server.FailWatches(kPods, ExpiredError("too old")); break;
    case 3: server.FailWatches(kPods, TooManyRequestsError("slow down", 1)); break;
    case 4: server.FailWatches(kPods, InternalError("oops")); break;
    case 5: server.FailNext(Verb::kList, UnavailableError("down")); break;
    case 6: server.FailNext(Verb::kList, ExpiredError("too old")); break;
    case 7: server.DropNext(Verb::kWatch); break;
    case 8: server.Compact(); break;
    case 9: server.SendBookmark(kPods); break;
    case 10: server.HoldWatchEvents(true); break;
    case 11: server.HoldWatchEvents(false); break;
    case 12: server.ReleaseWatchEvents(1); break;
    case 13: world.executor.Advance(Duration(1s) * static_cast<int64_t>(random.Below(4))); break;
    default: world.Settle(); break;
  }
}

void Write(World& world, Random& random) {
  const std::string name = "p" + std::to_string(random.Below(8));
  if (random.Chance(1, 3)) {
    world.server().Remove(kPods, ObjectKey("default", String(name)));
  } else {
    world.server().Put(Pod(name, "n" + std::to_string(random.Below(3))));
  }
}

void RunSeed(uint64_t seed) {
  World world;
  Random random(seed);
  InformerOptions options;
  options.owner = "test";
  Informer informer(world.client, *world.pods, options);
  auto owned = std::make_unique<Mirror>();
  const Mirror* early = owned.get();
  informer.AddHandler(std::move(owned));
  for (int i = 0; i < 3; ++i) Write(world, random);
  informer.Start();
  const Mirror* late = nullptr;
  for (int step = 0; step < 200; ++step) {
    if (random.Chance(1, 2)) {
      Write(world, random);
    } else {
      Disturb(world, random);
    }
    if (step == 100) {
      owned = std::make_unique<Mirror>();
      late = owned.get();
      informer.AddHandler(std::move(owned));
    }
    ASSERT_TRUE(Same(*early, informer.store())) << "seed " << seed << " step " << step;
    if (late != nullptr) ASSERT_TRUE(Same(*late, informer.store())) << "seed " << seed << " step " << step;
  }
  world.server().HoldWatchEvents(false);
  world.executor.Advance(3h);
  ASSERT_TRUE(informer.synced());
  const std::vector<Object> truth = world.server().All(kPods);
  ASSERT_EQ(informer.store().size(), truth.size()) << "seed " << seed;
  for (const Object& object : truth) {
    const Object* found = informer.store().Find(object.key());
    ASSERT_TRUE(found != nullptr && found->SameAs(object)) << "seed " << seed << ": " << object.key().ToString();
  }
  ASSERT_TRUE(Same(*early, informer.store()) && Same(*late, informer.store())) << "seed " << seed;
}

TEST(InformerModelTest, EndsWithWhatTheServerHas) {  // T-106
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    RunSeed(seed);
    if (testing::Test::HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace wavetank
