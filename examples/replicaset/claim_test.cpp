// Adoption and release: RS-040..047, T-051.
#include "examples/replicaset/claim.h"

#include <gmock/gmock.h>

#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_test_util.h"
#include "runtime/api/metadata.h"
#include "runtime/value/json.h"

namespace wavetank::examples {
namespace {

using ::testing::ElementsAre;

Object Deleting(const Object& set) {
  return set.With(set.value().SetIn({names::kMetadata, names::kDeletionTimestamp}, "2025-01-01T00:00:00Z"));
}

LabelSelector Selector() { return *ReplicaSetKind().SelectorOf(TestSet()); }
Claim Decide(const Object& set, const Object& pod) {
  return DecideClaim(set, pod, IsControlledBy(pod, set), Selector().Matches(pod.labels()));
}

TEST(Claim, TheWholeTable) {
  const Object set = TestSet();
  const Object going = Deleting(set);
  const auto free = [] { return TestPod("a").Labels("{'app': 'other'}"); };
  // Somebody else's.
  EXPECT_EQ(Decide(set, TestPod("a").ControlledBy("x")), Claim::kIgnore);
  EXPECT_EQ(Decide(set, free().ControlledBy("x")), Claim::kIgnore);
  // Ours, whatever happens to it.
  EXPECT_EQ(Decide(set, TestPod("a").ControlledBy("set")), Claim::kKeep);
  EXPECT_EQ(Decide(going, TestPod("a").ControlledBy("set")), Claim::kKeep);
  EXPECT_EQ(Decide(set, TestPod("a").ControlledBy("set").Deleting()), Claim::kKeep);
  // Ours, but no longer selected.
  EXPECT_EQ(Decide(set, free().ControlledBy("set")), Claim::kRelease);
  EXPECT_EQ(Decide(going, free().ControlledBy("set")), Claim::kIgnore);
  // Nobody's.
  EXPECT_EQ(Decide(set, TestPod("a")), Claim::kAdopt);
  EXPECT_EQ(Decide(set, free()), Claim::kIgnore);
  EXPECT_EQ(Decide(going, TestPod("a")), Claim::kIgnore);
  EXPECT_EQ(Decide(set, TestPod("a").Deleting()), Claim::kIgnore);
}

TEST(Claim, APlainReferenceIsNobodys) {
  // RS-041: only the reference with controller: true counts.
  Object pod = TestPod("a").ControlledBy("set");
  pod = pod.With(pod.value().SetIn({names::kMetadata, names::kOwnerReferences},
                                   Json("[{'kind': 'ReplicaSet', 'name': 'web', 'uid': 'set'}]")));
  EXPECT_EQ(Decide(TestSet(), pod), Claim::kAdopt);
}

TEST(Claim, APodOfAnotherNamespaceIsLeftAlone) {
  Object pod = TestPod("a");
  pod = pod.With(pod.value().SetIn({names::kMetadata, names::kNamespace}, "elsewhere"));
  EXPECT_EQ(Decide(TestSet(), pod), Claim::kIgnore);  // RS-050
}

TEST(Claim, PatchesNameThePodsUid) {
  const Object set = TestSet();
  EXPECT_EQ(AdoptPatch(ReplicaSetKind(), set, TestPod("a")),
            Json("{'metadata': {'uid': 'uid-a', 'ownerReferences': [{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet',"
                 " 'name': 'web', 'uid': 'set', 'controller': true, 'blockOwnerDeletion': true}]}}"));
  EXPECT_EQ(ReleasePatch(set, TestPod("a")),
            Json("{'metadata': {'uid': 'uid-a', 'ownerReferences': [{'$patch': 'delete', 'uid': 'set'}]}}"));
}

TEST(Claim, AReplicationControllerSignsWithItsOwnKind) {
  // RS-006, RS-049: whatever the object calls itself.
  const Value reference = ReplicationControllerKind().ControllerReference(TestSet());
  EXPECT_EQ(reference[names::kKind], "ReplicationController");
  EXPECT_EQ(reference[names::kApiVersion], "v1");
  const Object set(Json("{'spec': {'selector': {'app': 'web'}}}"));
  EXPECT_TRUE(ReplicationControllerKind().SelectorOf(set)->Matches(Json("{'app': 'web', 'x': 'y'}")));
  EXPECT_FALSE(ReplicationControllerKind().SelectorOf(Object(Json("{'spec': {}}")))->Matches(Json("{'app': 'web'}")));
}

TEST(Claim, OnlyOwnedAndMatchingPodsAreClaimedAlready) {
  const std::vector<Object> pods = {TestPod("a").ControlledBy("set").Deleting(), TestPod("b").Deleting(),
                                    TestPod("c").ControlledBy("set").Labels("{'app': 'other'}"),
                                    TestPod("d").ControlledBy("x")};
  const std::vector<Object> claimed = AlreadyClaimed(TestSet(), Selector(), pods);
  ASSERT_EQ(claimed.size(), 1);
  EXPECT_EQ(claimed[0].name(), "a");
}

TEST(Claim, ErrorsAreAggregated) {
  // RS-046.
  EXPECT_TRUE(Aggregate({}).ok());
  const Status one(Code::kForbidden, "one");
  const Status two(Code::kConflict, "two");
  EXPECT_EQ(Aggregate(std::vector<Status>{one}).message(), "one");
  EXPECT_EQ(Aggregate(std::vector<Status>{one, two, one}).message(), "[one, two]");
  EXPECT_EQ(Aggregate(std::vector<Status>{one, one}).code(), Code::kForbidden);
}

}  // namespace
}  // namespace wavetank::examples
