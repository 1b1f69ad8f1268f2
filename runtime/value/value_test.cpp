#include "runtime/value/value.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

const Name kSpec("spec");
const Name kReplicas("replicas");
const Name kStatus("status");

TEST(ValueTest, SetCopiesThePathAndSharesTheRest) {
  const Value status = ObjectBuilder().Add("phase", "Running").Build();
  const Value before =
      ObjectBuilder().Add(kSpec, ObjectBuilder().Add(kReplicas, 3).Build()).Add(kStatus, status).Build();
  const Value after = before.SetIn({kSpec, kReplicas}, 5);
  EXPECT_EQ(before[kSpec][kReplicas].AsInt(), 3);
  EXPECT_EQ(after[kSpec][kReplicas].AsInt(), 5);
  EXPECT_EQ(after[kStatus].identity(), status.identity());
}

TEST(ValueTest, SettingTheSameValueReturnsTheSameNode) {
  const Value before = ObjectBuilder().Add(kReplicas, 3).Build();
  EXPECT_EQ(before.Set(kReplicas, 3).identity(), before.identity());
}

TEST(ValueTest, InPlaceChangeIsNeverSeenByAnotherHolder) {
  Value mine = ObjectBuilder().Add(kReplicas, 1).Build();
  const Value theirs = mine;
  mine = std::move(mine).Set(kReplicas, 2);
  EXPECT_EQ(theirs[kReplicas].AsInt(), 1);
  EXPECT_EQ(mine[kReplicas].AsInt(), 2);
  const void* node = mine.identity();
  const uint64_t hash = mine.hash();
  mine = std::move(mine).Set(kReplicas, 3);
  EXPECT_EQ(mine.identity(), node);
  EXPECT_NE(mine.hash(), hash);
}

TEST(ValueTest, AKeyInternedLaterIsStillFoundByName) {
  const Value object = ObjectBuilder().Add("value-test-late-key", 7).Build();
  const Name late("value-test-late-key");
  EXPECT_EQ(object[late].AsInt(), 7);
}

}  // namespace
}  // namespace wavetank
