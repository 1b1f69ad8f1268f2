// What a status says, and when it is written: RS-100..105, T-023, T-027, T-045.
#include "examples/replicaset/status.h"

#include <gmock/gmock.h>

#include <vector>

#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_test_util.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;

StatusInput Input(const PodCounts& counts) { return {.counts = counts, .manage_error = Status(), .now = kTestNow}; }
Value Compute(const Object& set, const StatusInput& input) { return ComputeStatus(ReplicaSetKind(), set, input); }
Object With(const Object& set, const Value& status) { return set.With(set.value().Set(names::kStatus, status)); }

TEST(Pods, Phases) {
  // RS-032, T-045.
  EXPECT_TRUE(IsActive(TestPod("a")));
  EXPECT_TRUE(IsActive(TestPod("a").Phase("Unknown")));
  EXPECT_FALSE(IsActive(TestPod("a").Deleting()));
  for (const char* finished : {"Succeeded", "Failed"}) {
    EXPECT_FALSE(IsActive(TestPod("a").Phase(finished)));
    EXPECT_FALSE(IsTerminating(TestPod("a").Phase(finished).Deleting()));
  }
  EXPECT_TRUE(IsTerminating(TestPod("a").Deleting()));
  EXPECT_FALSE(IsTerminating(TestPod("a")));
}

TEST(Pods, AvailableFromTheVerySecond) {
  // RS-100: inclusive.
  EXPECT_TRUE(IsAvailable(TestPod("a").Ready(10s), 10, kTestNow));
  EXPECT_FALSE(IsAvailable(TestPod("a").Ready(10s), 11, kTestNow));
  EXPECT_TRUE(IsAvailable(TestPod("a").Ready(-10s), 0, kTestNow));
  EXPECT_FALSE(IsAvailable(TestPod("a").NotReady(1h), 0, kTestNow));
  EXPECT_TRUE(IsAvailable(TestPod("a").ReadySinceNobodyKnows(), 0, kTestNow));
  EXPECT_FALSE(IsAvailable(TestPod("a").ReadySinceNobodyKnows(), 1, kTestNow));
}

TEST(Pods, TheNextToBecomeAvailable) {
  // T-027.
  const std::vector<Object> pods = {TestPod("a").Ready(3s),
                                    TestPod("b").Ready(7s),
                                    TestPod("c").Ready(10s),
                                    TestPod("d").NotReady(1s),
                                    TestPod("e").ReadySinceNobodyKnows(),
                                    TestPod("f")};
  EXPECT_EQ(UntilNextAvailable(pods, 10, kTestNow), Duration(3s));
  EXPECT_EQ(UntilNextAvailable(pods, 5, kTestNow), Duration(2s));
  EXPECT_EQ(UntilNextAvailable(pods, 0, kTestNow), std::nullopt);
  EXPECT_EQ(UntilNextAvailable({}, 10, kTestNow), std::nullopt);
}

TEST(Status, Counts) {
  EXPECT_EQ(Compute(TestSet(), Input({.active = 4, .labelled = 1, .ready = 3, .available = 2, .terminating = 5})),
            Json("{'replicas': 4, 'fullyLabeledReplicas': 1, 'readyReplicas': 3, 'availableReplicas': 2,"
                 " 'terminatingReplicas': 5, 'observedGeneration': 3}"));
}

TEST(Status, ZerosAreLeftOutButForTwo) {
  EXPECT_EQ(Compute(TestSet(), Input({})), Json("{'replicas': 0, 'terminatingReplicas': 0, 'observedGeneration': 3}"));
  StatusInput off = Input({});
  off.count_terminating = false;
  EXPECT_FALSE(Compute(TestSet(), off).Has("terminatingReplicas"));  // T-083
  EXPECT_FALSE(ComputeStatus(ReplicationControllerKind(), TestSet(), Input({})).Has("terminatingReplicas"));
}

TEST(Status, AFailureIsToldOnceAndTakenBack) {
  // RS-103: neither message nor reason is refreshed while the condition is there.
  StatusInput failing = Input({});
  failing.diff = -2;
  failing.manage_error = Status(Code::kForbidden, "no more pods");
  const Value failed = Compute(TestSet(), failing);
  EXPECT_EQ(failed["conditions"],
            Json("[{'type': 'ReplicaFailure', 'status': 'True', 'reason': 'FailedCreate', 'message': 'no more pods',"
                 " 'lastTransitionTime': '2025-06-15T15:06:40Z'}]"));
  failing.diff = 1;
  failing.manage_error = Status(Code::kInternal, "another");
  EXPECT_EQ(Compute(With(TestSet(), failed), failing)["conditions"], failed["conditions"]);
  EXPECT_EQ(Compute(TestSet(), failing)["conditions"][0]["reason"], "FailedDelete");
  EXPECT_FALSE(Compute(With(TestSet(), failed), Input({})).Has("conditions"));
  // A sync that tried nothing has no error either, and takes it back, too, unless it is told to keep it.
  StatusInput keep = Input({});
  keep.keep_failure = true;
  EXPECT_EQ(Compute(With(TestSet(), failed), keep)["conditions"], failed["conditions"]);
}

TEST(Status, ConditionsAreReplacedNotRefreshed) {
  // T-023, RS-104.
  const Value first = Json("{'type': 'ReplicaFailure', 'status': 'True', 'reason': 'A', 'message': '1'}");
  const Value same = Json("{'type': 'ReplicaFailure', 'status': 'True', 'reason': 'A', 'message': '2'}");
  const Value other = Json("{'type': 'ReplicaFailure', 'status': 'True', 'reason': 'B', 'message': '3'}");
  const Value stranger = Json("{'type': 'Custom', 'status': 'True', 'reason': 'X'}");
  Value status = SetReplicaCondition(Value::EmptyObject(), first);
  EXPECT_EQ(SetReplicaCondition(status, same), status);
  status = SetReplicaCondition(status, stranger);
  EXPECT_EQ(SetReplicaCondition(status, other)["conditions"], Value::Array({stranger, other}));
}

TEST(Status, NothingNewIsNotWritten) {
  // RS-105.
  const Value next = Compute(TestSet(), Input({.active = 1, .labelled = 1, .ready = 1, .available = 1}));
  const Object written = With(TestSet(), next);
  EXPECT_TRUE(SameStatus(written, next));
  EXPECT_FALSE(SameStatus(TestSet(), next));
  for (const char* count : {"replicas", "readyReplicas", "availableReplicas", "fullyLabeledReplicas",
                            "terminatingReplicas", "observedGeneration"}) {
    EXPECT_FALSE(SameStatus(With(written, next.Set(count, 9)), next)) << count;
  }
  EXPECT_FALSE(SameStatus(With(written, next.Without("terminatingReplicas")), next));
  EXPECT_FALSE(SameStatus(With(written, next.Set("conditions", Json("[{'type': 'Custom'}]"))), next));
  EXPECT_TRUE(SameStatus(With(written, next.Set("conditions", Value::EmptyArray())), next));
}

}  // namespace
}  // namespace wavetank::examples
