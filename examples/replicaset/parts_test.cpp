// Slow start (RS-071, T-024), the restart backoff (BUG-10), new pods (RS-074) and flags.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "examples/replicaset/options.h"
#include "examples/replicaset/pod_writer.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/restart_backoff.h"
#include "examples/replicaset/set_test_util.h"
#include "examples/replicaset/slow_start.h"
#include "runtime/exec/manual_executor.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Task<Status> Answer(bool ok) {
  if (ok) co_return Status();
  co_return Status(Code::kForbidden, "too many");
}

// `count` calls of which the first `limit` succeed.
Batches RunBatches(int64_t count, int64_t limit) {
  ManualExecutor executor;
  int64_t calls = 0;
  const Batches result = executor.Run(SlowStart(&executor, count, [&](int64_t) { return Answer(calls++ < limit); }));
  EXPECT_EQ(result.attempted, calls);
  return result;
}

TEST(SlowStart, StopsAfterTheBatchThatFailed) {
  // T-024: nothing works: one call; half works: 1 + 2 + 4.
  EXPECT_EQ(RunBatches(10, 0).attempted, 1);
  EXPECT_EQ(RunBatches(10, 5).attempted, 7);
  EXPECT_EQ(RunBatches(10, 5).succeeded, 5);
  EXPECT_EQ(RunBatches(10, 10).succeeded, 10);
  EXPECT_TRUE(RunBatches(10, 10).first_error.ok());
  EXPECT_EQ(RunBatches(0, 10).attempted, 0);
}

TEST(SlowStart, NeverMoreThanTwiceTheSuccessesAndOne) {
  for (int64_t count = 0; count < 40; ++count) {
    for (int64_t limit = 0; limit < 40; ++limit) {
      const Batches done = RunBatches(count, limit);
      EXPECT_LE(done.attempted, 2 * done.succeeded + 1);
      EXPECT_EQ(done.succeeded, std::min(limit, done.attempted));
      EXPECT_EQ(done.first_error.ok(), done.succeeded == done.attempted);
    }
  }
}

TEST(RestartBackoff, GrowsAndForgives) {
  ManualExecutor executor;
  RestartBackoff backoff(executor);
  const ObjectKey set("ns", "web");
  const auto pod_of = [&](Duration age) {
    const Object pod = TestPod("a");
    return pod.With(pod.value().SetIn({names::kMetadata, names::kCreationTimestamp}, FormatTime(executor.Now() - age)));
  };

  EXPECT_EQ(backoff.Wait(set), Duration(0));
  backoff.Ended(set, pod_of(1h));  // it has lived
  backoff.Ended(set, pod_of(1s));
  backoff.Ended(set, pod_of(2s));  // the same mishap
  EXPECT_EQ(backoff.Wait(set), Duration(0));
  const Duration waits[] = {10s, 20s, 40s, 80s, 160s, 300s, 300s};
  for (const Duration wait : waits) {
    executor.Advance(1s);
    backoff.Ended(set, pod_of(1s));
    EXPECT_EQ(backoff.Wait(set), wait);
  }
  executor.Advance(100s);
  EXPECT_EQ(backoff.Wait(set), Duration(200s));
  executor.Advance(11min);
  backoff.Ended(set, pod_of(1s));
  EXPECT_EQ(backoff.Wait(set), Duration(0));
  backoff.Forget(set);
  EXPECT_EQ(backoff.Fingerprint(), 0);
}

// T-050, RS-005: owned, nobody's, another owner's; one that is being deleted has its place, too.
TEST(Index, PodsByController) {
  const auto place = [](const Object& pod) {
    IndexValues values;
    IndexPodByController(pod, values);
    return values.values();
  };
  EXPECT_THAT(place(TestPod("a").ControlledBy("set").object()), ElementsAre("set"));
  EXPECT_THAT(place(TestPod("a").ControlledBy("other").object()), ElementsAre("other"));
  EXPECT_THAT(place(TestPod("a").ControlledBy("set").Deleting().object()), ElementsAre("set"));
  EXPECT_THAT(place(TestPod("a").object()), ElementsAre(kOrphans));
  const Object followed = TestPod("a").object();
  const Value owner = Json("[{'apiVersion': 'v1', 'kind': 'ConfigMap', 'name': 'c', 'uid': 'c'}]");
  EXPECT_THAT(place(followed.With(followed.value().SetIn({names::kMetadata, names::kOwnerReferences}, owner))),
              ElementsAre(kOrphans)) << "an owner that does not control";
}

TEST(NewPod, IsTheTemplateButForNameAndNamespace) {
  Object set = TestSet();
  set = set.With(set.value().Set(
      names::kSpec, set.spec().Set("template", Json("{'metadata': {'name': 'x', 'namespace': 'y', 'generateName': 'z-',"
                                                    " 'labels': {'app': 'web'}, 'annotations': {'a': 'b'},"
                                                    " 'finalizers': ['example.com/f']}, 'spec': {'nodeName': 'n'}}"))));
  EXPECT_EQ(NewPod(ReplicaSetKind(), set),
            Json("{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'generateName': 'web-', 'namespace': 'ns',"
                 " 'labels': {'app': 'web'}, 'annotations': {'a': 'b'}, 'finalizers': ['example.com/f'],"
                 " 'ownerReferences': [{'apiVersion': 'apps/v1', 'kind': 'ReplicaSet', 'name': 'web', 'uid': 'set',"
                 " 'controller': true, 'blockOwnerDeletion': true}]}, 'spec': {'nodeName': 'n'}}"));
}

TEST(NewPod, AVeryLongNameLosesItsDash) {
  const auto prefix = [](size_t length) {
    const Object set =
        TestSet().With(TestSet().value().SetIn({names::kMetadata, names::kName}, std::string(length, 'a')));
    return NewPod(ReplicaSetKind(), set)[names::kMetadata][names::kGenerateName].ToSharedString().str();
  };
  EXPECT_EQ(prefix(252), std::string(252, 'a') + "-");
  EXPECT_EQ(prefix(253), std::string(253, 'a'));
}

Result<ReplicaSetOptions> Parse(std::vector<std::string> arguments) { return ParseReplicaSetOptions(arguments); }

TEST(Options, FlagsAreThoseOfTheControllerManager) {
  const ReplicaSetOptions options =
      *Parse({"--mode=hardened", "--feature-gates=PodDeletionCost=false,LogarithmicScaleDown=false",
              "--burst-replicas=30", "--kube-api-qps=20", "--kind=ReplicationController"});
  EXPECT_TRUE(options.hardened());
  EXPECT_FALSE(options.pod_deletion_cost);
  EXPECT_FALSE(options.logarithmic_scale_down);
  EXPECT_TRUE(options.terminating_replicas);
  EXPECT_EQ(options.burst_replicas, 30);
  EXPECT_EQ(options.queries_per_second, 20);
  EXPECT_TRUE(options.replication_controllers);
  EXPECT_EQ(Parse({})->workers, 5);
}

TEST(Options, MistakesAreNamed) {
  const auto error = [](const char* argument) { return Parse({argument}).status().message(); };
  EXPECT_THAT(error("--burst-replica=3"), HasSubstr("did you mean \"--burst-replicas\"?"));
  EXPECT_THAT(error("--feature-gates=PodDeletionCosts=true"), HasSubstr("did you mean \"PodDeletionCost\"?"));
  EXPECT_THAT(error("--feature-gates=PodDeletionCost"), HasSubstr("true or false"));
  EXPECT_THAT(error("--mode=careful"), HasSubstr("fidelity or hardened"));
  EXPECT_THAT(error("--burst-replicas=0"), HasSubstr("1 or more"));
  EXPECT_THAT(error("--kind=Deployment"), HasSubstr("ReplicationController"));
}

}  // namespace
}  // namespace wavetank::examples
