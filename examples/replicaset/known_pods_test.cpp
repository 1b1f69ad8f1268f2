// What a set remembers of its pods: the counts of a status (RS-100, RS-101), and that a memory changes nothing.
#include "examples/replicaset/known_pods.h"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_kind.h"
#include "examples/replicaset/set_test_util.h"
#include "runtime/base/random.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KnownPodsTest : public ::testing::Test {
 protected:
  KnownPodsTest() { EXPECT_TRUE(cache_.AddIndex(kPodsByController, IndexPodByController).ok()); }
  void Put(const Object& pod) { cache_.Put(pod); }
  // As ClaimPods does where nothing changes hands.
  static void Claim(KnownPods& known) {
    for (KnownPod& pod : known.pods()) pod.claimed = pod.ours && pod.matches;
  }
  void Update(KnownPods& known, const Object& set) { known.Update(cache_, set, *ReplicaSetKind().SelectorOf(set)); }
  // "name" of each with the letters of what holds.
  static std::vector<std::string> Told(KnownPods& known) {
    std::vector<std::string> told;
    for (const KnownPod& pod : known.pods()) {
      std::string line = pod.pod.name().str() + ' ';
      if (pod.active) line += 'a';
      if (pod.terminating) line += 't';
      if (pod.ready) line += 'r';
      if (pod.ours) line += 'o';
      if (pod.matches) line += 'm';
      if (pod.labelled) line += 'l';
      if (pod.claimed) line += 'c';
      told.push_back(line);
    }
    return told;
  }

  Store cache_;
};

Object SetWithTrack() {
  const Object set = TestSet(4, 60);
  return set.With(set.value().Set(
      names::kSpec, set.spec().Set("template", Json("{'metadata': {'labels': {'app': 'web', 'track': 'new'}}}"))));
}

TEST_F(KnownPodsTest, EachPodIsAskedWhatASetWantsToKnow) {
  Put(TestPod("d").ControlledBy("set").Ready(1h));
  Put(TestPod("a").Labels("{'app': 'web', 'track': 'new'}"));
  Put(TestPod("b").ControlledBy("set").Deleting());
  Put(TestPod("c").ControlledBy("set").Phase("Failed").Labels("{'app': 'other'}"));
  Put(TestPod("e").ControlledBy("another"));
  KnownPods known;
  Update(known, SetWithTrack());
  EXPECT_THAT(Told(known), ElementsAre("a aml", "b tom", "c o", "d arom"));
}

TEST_F(KnownPodsTest, OnlyClaimedPodsCount) {
  Put(TestPod("a").ControlledBy("set").Ready(2h));
  Put(TestPod("b").ControlledBy("set").Ready(1s));
  Put(TestPod("c").ControlledBy("set").Labels("{'app': 'web', 'track': 'new', 'more': 'x'}"));
  Put(TestPod("d").ControlledBy("set"));
  Put(TestPod("e").ControlledBy("set").Deleting());
  Put(TestPod("f").ControlledBy("set").Phase("Succeeded"));
  Put(TestPod("g"));
  KnownPods known;
  Update(known, SetWithTrack());
  EXPECT_EQ(known.Count(60, kTestNow).active, 0) << "nothing is claimed yet";
  EXPECT_THAT(known.Active(), IsEmpty());
  Claim(known);
  const PodCounts counts = known.Count(60, kTestNow);
  EXPECT_EQ(counts.active, 4);
  EXPECT_EQ(counts.labelled, 1);
  EXPECT_EQ(counts.ready, 2);
  EXPECT_EQ(counts.available, 1);
  EXPECT_EQ(counts.terminating, 1);
  EXPECT_EQ(known.Count(0, kTestNow).available, 2);
  EXPECT_EQ(known.Active().size(), 4);
  Update(known, SetWithTrack());
  EXPECT_EQ(known.Count(60, kTestNow).active, 0) << "claims are those of one sync";
}

TEST_F(KnownPodsTest, AnotherSpecOrAnotherSetAsksAgain) {
  Put(TestPod("a").ControlledBy("set"));
  KnownPods known;
  Update(known, TestSet());
  EXPECT_THAT(Told(known), ElementsAre("a aoml"));
  Update(known, SetWithTrack());
  EXPECT_THAT(Told(known), ElementsAre("a aom"));
  const Object successor = TestSet().With(TestSet().value().SetIn({names::kMetadata, names::kUid}, "successor"));
  Put(TestPod("b"));
  Update(known, successor);
  EXPECT_THAT(Told(known), ElementsAre("b aml")) << "the pods of the former are not its own";
}

// A law: whatever happened before, it says what one without a memory says.
TEST_F(KnownPodsTest, AMemoryChangesNothing) {
  Random random(7);
  const Object sets[] = {TestSet(), SetWithTrack()};
  KnownPods known;
  const auto some_pod = [&random](const std::string& name) {
    TestPod pod(name);
    if (random.Below(3) > 0) pod.ControlledBy(random.Below(4) > 0 ? "set" : "another");
    if (random.Below(4) == 0) pod.Labels("{'app': 'other'}");
    if (random.Below(4) == 0) pod.Labels("{'app': 'web', 'track': 'new'}");
    if (random.Below(3) == 0) pod.Ready(1s);
    if (random.Below(5) == 0) pod.Deleting();
    if (random.Below(6) == 0) pod.Phase("Failed");
    return pod.object();
  };
  for (int round = 0; round < 3'000; ++round) {
    for (uint64_t changes = random.Below(4); changes > 0; --changes) {
      const std::string name = "p" + std::to_string(random.Below(20));
      if (random.Below(3) == 0) {
        cache_.Remove(ObjectKey("ns", String(name)));
      } else {
        Put(some_pod(name));
      }
    }
    const Object& set = sets[random.Below(8) == 0 ? 1 : 0];
    Update(known, set);
    KnownPods fresh;
    Update(fresh, set);
    ASSERT_EQ(Told(known), Told(fresh)) << "round " << round;
    Claim(known);
  }
}

}  // namespace
}  // namespace wavetank::examples
