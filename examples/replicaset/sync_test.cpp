// One sync against caches that are filled by hand, and the exact calls it makes: the upstream unit tests (T-001..T-022).
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "examples/replicaset/pods.h"
#include "examples/replicaset/set_controller.h"
#include "examples/replicaset/set_reconciler.h"
#include "examples/replicaset/set_test_util.h"
#include "runtime/api/status_error.h"
#include "runtime/client/fake_transport.h"
#include "runtime/exec/manual_executor.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Gvr kPods("", "v1", "pods");
const ObjectKey kSetKey("ns", "web");

constexpr char kPutStatus[] = "update replicasets.apps/status ns/web";
constexpr char kGetSet[] = "get replicasets.apps ns/web";

class SyncTest : public ::testing::Test {
 protected:
  explicit SyncTest(ReplicaSetOptions options = {})
      : controller_(options, Client(&env_, KindRegistry::BuiltIn(), WithoutRetries()), Logger()) {
    EXPECT_TRUE(pods_.AddIndex(kPodsByController, IndexPodByController).ok());
    EXPECT_TRUE(sets_.AddIndex(kSetsByController, IndexSetByController).ok());
    controller_.sets = &sets_;
    controller_.pods = &pods_;
    controller_.events = &events_;
  }
  static ClientOptions WithoutRetries() {
    ClientOptions options;
    options.max_retries = 0;
    return options;
  }

  // At the server and in the cache.
  void Put(const Object& set) { sets_.Put(env_.fake.Put(set)); }
  void PutPod(const Object& pod) { pods_.Put(env_.fake.Put(pod)); }
  // The pods that were made arrive in the cache; expectations are not told.
  void CacheCatchesUp() {
    for (const Object& pod : env_.fake.All(kPods)) pods_.Put(pod);
  }
  static TestPod Owned(std::string_view name) {
    return TestPod(name).ControlledBy("set").On("n1").Phase("Running").Ready(1h);
  }

  Result<ReconcileResult> Sync() {
    SetReconciler reconciler(&controller_);
    ReconcileScope scope(env_);
    scope.request = &kSetKey;
    return executor_.Run(reconciler.Reconcile(scope.context(), kSetKey));
  }
  // Both kinds are cached, and the gate is on; what is written from now on is not seen.
  void StartGate(Cache& cache) {
    cache.Start();
    EXPECT_TRUE(cache.InformerFor(PodKind()).ok());
    EXPECT_TRUE(cache.InformerFor(controller_.kind.gvk).ok());
    executor_.RunPending();
    env_.fake.HoldWatchEvents(true);
    controller_.consistency.emplace(&cache, executor_);
  }
  // The calls since the last time, one text each; creates and deletes only as their verb and resource.
  std::vector<std::string> Calls() {
    std::vector<std::string> calls;
    for (const FakeTransport::Record& record : env_.fake.requests()) {
      const bool of_pods = record.resource == kPods && record.verb != Verb::kPatch;
      calls.push_back(of_pods ? std::string(VerbName(record.verb)) + " pod" : record.text);
    }
    env_.fake.ClearLog();
    return calls;
  }
  Expectations::Outstanding Expected() {
    return controller_.expectations.Get(kSetKey).value_or(Expectations::Outstanding());
  }

  ManualExecutor executor_{kTestNow};
  FakeEnvironment env_{executor_};
  Store sets_;
  Store pods_;
  FakeEventRecorder events_;
  SetController controller_;
};

TEST_F(SyncTest, NothingToDoIsNothingButAStatus) {  // T-001
  Put(TestSet(2));
  PutPod(Owned("a"));
  PutPod(Owned("b"));
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre(kPutStatus));
  EXPECT_THAT(events_.lines(), IsEmpty());
}

TEST_F(SyncTest, AGoneSetIsNoError) {  // T-015, RS-037
  controller_.expectations.ExpectCreations(kSetKey, 3);
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), IsEmpty());
  EXPECT_EQ(controller_.expectations.size(), 0);
}

// RT-253, T-053: an error, for the backoff; nothing is read or written.
TEST_F(SyncTest, ACacheThatIsBehindEndsTheSync) {
  Cache cache(Client(&env_, KindRegistry::BuiltIn()));
  StartGate(cache);
  Put(TestSet(2));
  EXPECT_TRUE(Sync().ok());
  CacheCatchesUp();  // the pods that the sync would look at; the gate asks for versions
  controller_.expectations.Delete(kSetKey);
  Calls();
  const Result<ReconcileResult> behind = Sync();
  EXPECT_THAT(behind.status().message(), HasSubstr("for group resource pods"));
  EXPECT_FALSE(behind.status().terminal());
  EXPECT_THAT(Calls(), IsEmpty());
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  EXPECT_TRUE(Sync().ok());
  env_.fake.ReleaseWatchEvents();  // the status that it wrote
  executor_.RunPending();
  EXPECT_TRUE(controller_.consistency->EnsureReady(kSetKey).ok());
  EXPECT_EQ(controller_.consistency->size(), 0);
}

TEST_F(SyncTest, CreatesStopAfterTheBatchThatFailed) {  // T-003
  Put(TestSet(100));
  int made = 0;
  const auto quota = [this, &made](const ApiRequest& request) -> Result<ApiResponse> {
    if (made == 10) return ForbiddenError(ErrorSubject(request.resource, "web-x"), "exceeded quota: q");
    ApiResponse response;
    response.code = 201;
    response.object =
        env_.fake.Put(Object(request.body.SetIn({names::kMetadata, names::kName}, "web-" + std::to_string(made++))));
    return response;
  };
  for (int i = 0; i < 100; ++i) env_.fake.AnswerNext(Verb::kCreate, quota);
  const Result<ReconcileResult> result = Sync();
  EXPECT_EQ(result.status().message(), "pods \"web-x\" is forbidden: exceeded quota: q");
  EXPECT_EQ(env_.fake.Count(Verb::kCreate), 15);
  EXPECT_EQ(made, 10);
  EXPECT_EQ(Expected().creations, 10);
  EXPECT_EQ(events_.lines().size(), 15);
  EXPECT_THAT(events_.lines().back(), HasSubstr("Warning FailedCreate Error creating: pods \"web-x\" is forbidden"));
}

TEST_F(SyncTest, WhatIsExpectedIsNotMadeAgain) {  // T-004, RS-034, RS-064
  Put(TestSet(2));
  PutPod(Owned("a"));
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre("create pod", kPutStatus));
  EXPECT_EQ(Expected().creations, 1);
  EXPECT_THAT(events_.lines(), ElementsAre("Normal SuccessfulCreate Created pod: web-1"));

  // The same cache again: no create, and the status is the one that was written already but not seen.
  EXPECT_TRUE(Sync().status().code() == Code::kOk);
  EXPECT_EQ(env_.fake.Count(Verb::kCreate), 0);
  Calls();

  // It is seen, but not in the store: the next create fails, and nothing is expected any more.
  controller_.expectations.CreationObserved(kSetKey);
  env_.fake.FailNext(Verb::kCreate, InternalError("fake"));
  EXPECT_FALSE(Sync().ok());
  EXPECT_EQ(Expected().creations, 0);
}

TEST_F(SyncTest, TheStatusIsTriedTwice) {  // T-012, T-011, RS-106, RS-107
  Put(TestSet(1));
  PutPod(Owned("a"));
  env_.fake.FailNext(Verb::kUpdate, InternalError("one"));
  env_.fake.FailNext(Verb::kUpdate, InternalError("two"));
  const Result<ReconcileResult> result = Sync();
  EXPECT_THAT(result.status().message(), HasSubstr("two"));
  std::vector<int64_t> replicas;
  for (const FakeTransport::Record& record : env_.fake.requests()) {
    if (record.verb == Verb::kUpdate) replicas.push_back(record.body[names::kStatus][names::kReplicas].AsInt());
  }
  EXPECT_THAT(replicas, ElementsAre(1, 1));
  EXPECT_THAT(Calls(), ElementsAre(kPutStatus, kGetSet, kPutStatus));
}

TEST_F(SyncTest, AFailingGetBetweenTheTwoIsTheError) {
  Put(TestSet(0));
  env_.fake.FailNext(Verb::kUpdate, InternalError("update"));
  env_.fake.FailNext(Verb::kGet, InternalError("get"));
  EXPECT_THAT(Sync().status().message(), HasSubstr("get"));
}

TEST_F(SyncTest, PodsOfOthersAreLeftAlone) {  // T-019
  Put(TestSet(2));
  PutPod(TestPod("a").ControlledBy("other"));
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre("create pod", "create pod", kPutStatus));
}

TEST_F(SyncTest, AFailingAdoptionEndsTheSync) {  // T-020, RS-046
  Put(TestSet(2));
  PutPod(TestPod("a"));
  PutPod(TestPod("b"));
  env_.fake.FailNext(Verb::kPatch, InternalError("fake"));
  env_.fake.FailNext(Verb::kPatch, InternalError("fake"));
  EXPECT_FALSE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre(kGetSet, "patch pods ns/a", "patch pods ns/b"));
}

TEST_F(SyncTest, ASetThatIsBeingDeletedDoesNothing) {  // T-021, RS-035
  const Object set = TestSet(2);
  Put(set.With(set.value().SetIn({names::kMetadata, names::kDeletionTimestamp}, "2025-01-01T00:00:00Z")));
  PutPod(TestPod("a"));
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre(kPutStatus));
}

TEST_F(SyncTest, ALiveLookStopsAdoptionByADeletedSet) {  // T-022, BUG-06, RS-042
  const Object set = env_.fake.Put(TestSet(2));
  sets_.Put(set);
  env_.fake.Put(set.With(set.value().SetIn({names::kMetadata, names::kDeletionTimestamp}, "2025-01-01T00:00:00Z")));
  PutPod(TestPod("a"));
  PutPod(TestPod("b"));
  EXPECT_THAT(Sync().status().message(),
              HasSubstr("can't adopt Pod ns/a (uid-a): ns/web has just been deleted at 2025-01-01T00:00:00Z"));
  EXPECT_THAT(Calls(), ElementsAre(kGetSet));  // one look for both
}

TEST_F(SyncTest, ALiveLookStopsAdoptionByAPredecessor) {
  sets_.Put(TestSet(2));
  Object successor = TestSet(2);
  env_.fake.Put(successor.With(successor.value().SetIn({names::kMetadata, names::kUid}, "new")));
  PutPod(TestPod("a"));
  EXPECT_THAT(Sync().status().message(), HasSubstr("original ReplicaSet ns/web is gone: got uid new, wanted set"));
}

TEST_F(SyncTest, AReleaseOfWhatIsGoneIsNoError) {  // RS-045
  for (const Status& answer : {NotFoundError(kPods, "a"), InvalidError(PodKind(), "a", {field::Forbidden("x", "y")})}) {
    Put(TestSet(0));
    PutPod(Owned("a").Labels("{'app': 'free'}"));
    env_.fake.FailNext(Verb::kPatch, answer);
    EXPECT_TRUE(Sync().ok());
    EXPECT_EQ(Calls().front(), "patch pods ns/a");
  }
}

TEST_F(SyncTest, ANamespaceThatEndsIsNoFailure) {  // RS-075, RS-065
  Put(TestSet(2));
  for (int i = 0; i < 2; ++i) {
    env_.fake.FailNext(Verb::kCreate, WithCause(ForbiddenError(ErrorSubject(kPods, "web-x"), "it is being terminated"),
                                                {"NamespaceTerminating", "namespace ns is being terminated", ""}));
  }
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(events_.lines(), IsEmpty());
  EXPECT_EQ(Expected().creations, 2);
}

TEST_F(SyncTest, DeletesAreAllTriedAndTheFirstErrorIsTold) {  // RS-087, RS-062
  Put(TestSet(0));
  for (const char* name : {"a", "b", "c"}) PutPod(Owned(name));
  env_.fake.Remove(kPods, ObjectKey("ns", "a"));
  env_.fake.AnswerNext(Verb::kDelete, [](const ApiRequest& request) -> Result<ApiResponse> {
    return NotFoundError(request.resource, request.name.view());
  });
  env_.fake.FailNext(Verb::kDelete, ForbiddenError(ErrorSubject(kPods, "b"), "no"));
  EXPECT_EQ(Sync().status().message(), "unable to delete pods: pods \"b\" is forbidden: no");
  EXPECT_EQ(env_.fake.Count(Verb::kDelete), 3);
  EXPECT_EQ(Expected().deletions, 1);  // that of c
  EXPECT_THAT(events_.lines(), ElementsAre("Warning FailedDelete Error deleting: pods \"b\" is forbidden: no",
                                           "Normal SuccessfulDelete Deleted pod: c"));
}

TEST_F(SyncTest, DeletesCarryNoOptions) {  // RS-088
  Put(TestSet(0));
  PutPod(Owned("a"));
  EXPECT_TRUE(Sync().ok());
  EXPECT_TRUE(env_.fake.requests().front().body.is_null());
}

TEST_F(SyncTest, LooksAgainWhenThePodsBecomeAvailable) {  // RS-036
  Put(TestSet(2, 60));
  PutPod(Owned("a").Ready(20s));
  PutPod(Owned("b").Ready(50s));
  Result<ReconcileResult> result = Sync();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->delay(), Duration(10s));
}

TEST_F(SyncTest, ASelectorThatMakesNoSenseIsNotRetried) {  // RS-030
  const Object set = TestSet(2);
  Put(set.With(set.value().Set(
      names::kSpec, set.spec().Set("selector", Json("{'matchExpressions': [{'key': 'a', 'operator': 'Odd'}]}")))));
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), IsEmpty());
}

// T-013: at most `burst` a sync, up and down, whatever is expected still.
struct Burst {
  int replicas;
  int burst;
};
TEST(Burst, IsTheMostOfASync) {
  class Case : public SyncTest {
   public:
    explicit Case(int burst) : SyncTest(Limit(burst)) {}
    void TestBody() override {}
    static ReplicaSetOptions Limit(int burst) {
      ReplicaSetOptions options;
      options.burst_replicas = burst;
      return options;
    }
    void Play(int replicas, int burst) {
      Put(TestSet(replicas));
      for (int left = replicas; left > 0; left -= burst) {
        EXPECT_TRUE(Sync().ok());
        const int now = std::min(left, burst);
        EXPECT_EQ(env_.fake.Count(Verb::kCreate), static_cast<size_t>(now));
        EXPECT_EQ(Expected().creations, now);
        Calls();
        CacheCatchesUp();
        // All but one are seen: nothing happens.
        controller_.expectations.CreationObserved(kSetKey, now - 1);
        Refresh();
        EXPECT_TRUE(Sync().ok());
        EXPECT_EQ(env_.fake.Count(Verb::kCreate), 0U);
        controller_.expectations.CreationObserved(kSetKey);
        Refresh();
        Calls();
      }
      const Object set = *sets_.Find(kSetKey);
      Put(set.With(set.value().SetIn({names::kSpec, names::kReplicas}, 0)));
      for (int left = replicas; left > 0; left -= burst) {
        EXPECT_TRUE(Sync().ok());
        const int now = std::min(left, burst);
        EXPECT_EQ(env_.fake.Count(Verb::kDelete), static_cast<size_t>(now));
        Calls();
        std::vector<ObjectKey> gone;
        pods_.ForEach([&](const Object& pod) {
          if (env_.fake.Find(kPods, pod.key()) == nullptr) gone.push_back(pod.key());
        });
        EXPECT_EQ(gone.size(), static_cast<size_t>(now));
        for (const ObjectKey& key : gone) {
          pods_.Remove(key);
          EXPECT_TRUE(controller_.expectations.DeletionObserved(kSetKey, key));
        }
        Refresh();
      }
      EXPECT_TRUE(env_.fake.All(kPods).empty());
    }
    // The cache sees the status that was written.
    void Refresh() { sets_.Put(*env_.fake.Find(Gvr("apps", "v1", "replicasets"), kSetKey)); }
  };
  for (const auto [replicas, burst] : {Burst{5, 30}, Burst{5, 12}, Burst{3, 2}, Burst{40, 30}}) {
    Case(burst).Play(replicas, burst);
  }
}

// ---- Hardened: what it does differently.

ReplicaSetOptions Hardened() {
  ReplicaSetOptions options;
  options.mode = SetMode::kHardened;
  return options;
}
class HardenedSyncTest : public SyncTest {
 protected:
  HardenedSyncTest() : SyncTest(Hardened()) {}
};

TEST_F(HardenedSyncTest, LooksAtTheServerBeforeItCreates) {  // BUG-01, BUG-18
  Put(TestSet(2));
  env_.fake.Put(Owned("a"));
  env_.fake.Put(Owned("b"));  // the cache has heard of neither
  EXPECT_TRUE(Sync().ok());
  EXPECT_THAT(Calls(), ElementsAre(kGetSet, "list pod", kPutStatus));
}

TEST_F(HardenedSyncTest, ASetThatWasScaledMeanwhileCounts) {
  const Object set = env_.fake.Put(TestSet(5));
  sets_.Put(set);
  env_.fake.Put(set.With(set.value().SetIn({names::kSpec, names::kReplicas}, 1)));
  EXPECT_EQ(Sync().code(), Code::kOk);
  EXPECT_EQ(env_.fake.Count(Verb::kCreate), 1);
}

TEST_F(HardenedSyncTest, DeletesOnlyWhatItSaw) {  // BUG-09, BUG-14
  Put(TestSet(1));
  PutPod(Owned("a"));
  PutPod(Owned("b"));
  env_.fake.Put(Owned("b").Cost("-1"));
  env_.fake.FailNext(Verb::kDelete, ConflictError(kPods, "b", "Precondition failed"));
  const Result<ReconcileResult> result = Sync();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->kind(), ReconcileResult::Kind::kAfter);
  for (const FakeTransport::Record& record : env_.fake.requests()) {
    if (record.verb != Verb::kDelete) continue;
    EXPECT_EQ(record.name, "b");
    EXPECT_EQ(record.body["preconditions"],
              Json("{'uid': 'uid-b', 'resourceVersion': '" +
                   std::to_string(env_.fake.Find(kPods, ObjectKey("ns", "b"))->resource_version()) + "'}"));
  }
  EXPECT_EQ(Expected().deletions, 0);
  EXPECT_THAT(events_.lines(), IsEmpty());
}

TEST_F(HardenedSyncTest, AConflictOfTheStatusIsNotForced) {
  const Object set = env_.fake.Put(TestSet(0));
  sets_.Put(set);
  env_.fake.Put(set);  // another version
  const Result<ReconcileResult> result = Sync();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->kind(), ReconcileResult::Kind::kBackoff);
  EXPECT_THAT(Calls(), ElementsAre(kPutStatus));
}

TEST_F(HardenedSyncTest, WakesItselfWhenWhatItExpectsDoesNotCome) {  // RS-065
  Put(TestSet(2));
  EXPECT_TRUE(Sync().ok());
  executor_.Advance(10s);
  sets_.Put(*env_.fake.Find(Gvr("apps", "v1", "replicasets"), kSetKey));
  const Result<ReconcileResult> result = Sync();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->delay(), Duration(20s) + Duration(1));
}

TEST_F(HardenedSyncTest, WaitsWithPodsThatEndAtOnce) {  // BUG-10
  Put(TestSet(1));
  for (int i = 0; i < 2; ++i) {
    executor_.Advance(1s);
    const Object pod = TestPod("a");
    controller_.backoff.Ended(kSetKey, pod.With(pod.value().SetIn({names::kMetadata, names::kCreationTimestamp},
                                                                  FormatTime(executor_.Now()))));
  }
  const Result<ReconcileResult> result = Sync();
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->delay(), Duration(10s));
  EXPECT_EQ(env_.fake.Count(Verb::kCreate), 0);
}

}  // namespace
}  // namespace wavetank::examples
