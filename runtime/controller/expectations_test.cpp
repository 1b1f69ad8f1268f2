#include "runtime/controller/expectations.h"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/exec/manual_executor.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

class ExpectationsTest : public testing::Test {
 protected:
  ManualExecutor executor_;
  Expectations expectations_{executor_};
  const ObjectKey rs_{"ns", "rs"};
  const ObjectKey pod_{"ns", "pod"};
  const ObjectKey other_{"ns", "other"};
};

// RS-061.
TEST_F(ExpectationsTest, NoRecordIsSatisfied) {
  EXPECT_TRUE(expectations_.Satisfied(rs_));
  EXPECT_FALSE(expectations_.Get(rs_).has_value());
}

// RS-060, RS-061.
TEST_F(ExpectationsTest, CreationsCountDownAndMayGoBelowZero) {
  expectations_.ExpectCreations(rs_, 2);
  EXPECT_FALSE(expectations_.Satisfied(rs_));
  expectations_.CreationObserved(rs_);
  EXPECT_FALSE(expectations_.Satisfied(rs_));
  expectations_.CreationObserved(rs_);
  EXPECT_TRUE(expectations_.Satisfied(rs_));
  expectations_.CreationObserved(rs_);
  EXPECT_EQ(expectations_.Get(rs_)->creations, -1);
  EXPECT_TRUE(expectations_.Satisfied(rs_));
}

// RS-060: the last word counts.
TEST_F(ExpectationsTest, ANewRecordReplacesTheOldOne) {
  expectations_.ExpectCreations(rs_, 5);
  EXPECT_FALSE(expectations_.ExpectDeletions(rs_, std::vector{pod_}));
  EXPECT_EQ(expectations_.Get(rs_)->creations, 0);
  EXPECT_EQ(expectations_.Get(rs_)->deletions, 1);
  EXPECT_TRUE(expectations_.ExpectCreations(rs_, 1));  // RS-062: clobbers a child that was expected to go
  EXPECT_FALSE(expectations_.DeletionObserved(rs_, pod_));
}

// RS-062.
TEST_F(ExpectationsTest, ADeletionCountsOnceAndOnlyIfExpected) {
  expectations_.ExpectDeletions(rs_, std::vector{pod_, pod_, ObjectKey("ns", "pod2")});
  EXPECT_EQ(expectations_.Get(rs_)->deletions, 2);
  EXPECT_FALSE(expectations_.DeletionObserved(rs_, other_));
  EXPECT_TRUE(expectations_.DeletionObserved(rs_, pod_));   // its deletionTimestamp
  EXPECT_FALSE(expectations_.DeletionObserved(rs_, pod_));  // its end
  EXPECT_FALSE(expectations_.Satisfied(rs_));
  EXPECT_TRUE(expectations_.DeletionObserved(rs_, ObjectKey("ns", "pod2")));
  EXPECT_TRUE(expectations_.Satisfied(rs_));
}

// RS-064: three were planned, one was made.
TEST_F(ExpectationsTest, FailedAndSkippedCreationsAreTakenBack) {
  expectations_.ExpectCreations(rs_, 3);
  expectations_.CreationObserved(rs_, 2);
  EXPECT_EQ(expectations_.Get(rs_)->creations, 1);
}

// RS-061, RS-065, RS-068: after five minutes of virtual time it blocks no more, and nothing was armed for that.
TEST_F(ExpectationsTest, OldRecordsDoNotBlock) {
  expectations_.ExpectCreations(rs_, 1);
  EXPECT_EQ(executor_.timers(), 0u);
  executor_.Advance(5min);
  EXPECT_FALSE(expectations_.Satisfied(rs_));
  executor_.Advance(1ns);
  EXPECT_TRUE(expectations_.Satisfied(rs_));
}

// RS-067.
TEST_F(ExpectationsTest, DeleteForgets) {
  expectations_.ExpectCreations(rs_, 1);
  expectations_.Delete(rs_);
  expectations_.Delete(rs_);
  EXPECT_TRUE(expectations_.Satisfied(rs_));
  expectations_.CreationObserved(rs_);
  EXPECT_FALSE(expectations_.Get(rs_).has_value());
}

TEST_F(ExpectationsTest, OwnersThatNobodyDeletesAreCollected) {
  for (int i = 0; i < 100; ++i) {
    expectations_.ExpectCreations(ObjectKey("ns", "rs" + std::to_string(i)), 1);
    executor_.Advance(1min);
  }
  EXPECT_LE(expectations_.size(), 6u);
}

TEST_F(ExpectationsTest, FingerprintFollowsTheContent) {
  const uint64_t empty = expectations_.Fingerprint();
  expectations_.ExpectCreations(rs_, 1);
  const uint64_t one = expectations_.Fingerprint();
  EXPECT_NE(one, empty);
  executor_.Advance(1s);
  EXPECT_NE(expectations_.Fingerprint(), one);
  expectations_.ExpectCreations(rs_, 1);
  EXPECT_EQ(expectations_.Fingerprint(), one);
}

}  // namespace
}  // namespace wavetank
