// The author's API as the tutorial of controller-runtime uses it, with generated views: what is written here is what an
// author writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/api/apps_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/client/fake_transport.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank {
namespace {

using apps_v1::ReplicaSet;
using core_v1::Pod;
using testing::Contains;
using testing::HasSubstr;

// Counts a ReplicaSet's pods into a label of it.
class PodCount : public Reconciler {
 public:
  explicit PodCount(Client client) : client_(std::move(client)) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    ctx.log().Info("Reconcile: " + request.ToString());
    auto set = co_await client_.Get<ReplicaSet>(request);
    if (!set.ok()) co_return set.status();
    const auto wanted = set->spec().template_().metadata().labels();
    auto pods = co_await client_.List<Pod>(InNamespace(request.ns).MatchingLabels(wanted.json()));
    if (!pods.ok()) co_return pods.status();
    ctx.log().Info("Reconcile: pod num " + std::to_string(pods->size()));
    const std::string count = std::to_string(pods->size());
    if (set->labels()["pod-count"] == count) co_return ReconcileResult::Done();
    set->set_label("pod-count", count);
    auto updated = co_await client_.Update(*set);
    if (!updated.ok()) co_return updated.status();
    co_return ReconcileResult::Done();
  }

 private:
  Client client_;
};

Task<Status> Main(Environment& environment) {
  auto manager = Manager::New(environment, {.logger = environment.logger().WithName("builder-examples")});
  ControllerManagedBy(manager).For<ReplicaSet>().Owns<Pod>().Complete(PodCount(manager.client()));
  co_return co_await manager.Start();
}

Task<void> RunProcess(ProcessMain* main, Environment* environment) {
  Status status = co_await main(*environment);
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(TutorialTest, CountsPodsAndSaysSo) {
  ManualExecutor executor;
  FakeEnvironment env(executor);
  auto lines = std::make_shared<MemorySink>();
  env.set_logger(Logger(lines));
  env.fake.Put(test::Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'frontend'},"
                         "'spec':{'replicas':3,'template':{'metadata':{'labels':{'tier':'frontend'}}}}}"));
  for (const char* name : {"a", "b", "c"}) {
    env.fake.Put(test::Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'" + std::string(name) +
                           "','labels':{'tier':'frontend'}}}"));
  }
  TaskGroup process(executor);
  process.Spawn(RunProcess(&Main, &env));
  executor.RunPending();
  EXPECT_THAT(lines->lines(), Contains(HasSubstr("builder-examples: Reconcile: default/frontend")));
  EXPECT_THAT(lines->lines(), Contains(HasSubstr("builder-examples: Reconcile: pod num 3")));
  const Object* frontend = env.fake.Find(ReplicaSet::kGvr, ObjectKey("default", "frontend"));
  ASSERT_NE(frontend, nullptr);
  EXPECT_EQ(frontend->labels()["pod-count"], Value("3"));
}

}  // namespace
}  // namespace wavetank
