// What a manager costs a world that is built anew for every schedule: made, started with one controller over two
// informers, synced, and destroyed. The server's answers are part of it.
#include <benchmark/benchmark.h>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank {
namespace {

const Gvk kReplicaSet("apps", "v1", "ReplicaSet");
const Gvk kPod("", "v1", "Pod");

class Noop final : public Reconciler {
 public:
  Task<Result<ReconcileResult>> Reconcile(Context, Request) override { co_return ReconcileResult::Done(); }
};

Task<void> Main(Environment* env, bool start) {
  auto manager = Manager::New(*env, {});
  ControllerManagedBy(manager).For(kReplicaSet).Owns(kPod).Complete(Noop());
  if (!start) co_return;
  Status status = co_await manager.Start();
  WT_CHECK(status.ok(), "runs until destroyed");
}

void BM_MakeAndDestroy(benchmark::State& state) {
  ManualExecutor executor;
  FakeEnvironment env(executor);
  for (auto _ : state) {
    TaskGroup tasks(executor);
    tasks.Spawn(Main(&env, /*start=*/false));
  }
}
BENCHMARK(BM_MakeAndDestroy);

void BM_StartAndDestroy(benchmark::State& state) {
  ManualExecutor executor;
  FakeEnvironment env(executor);
  for (auto _ : state) {
    TaskGroup tasks(executor);
    tasks.Spawn(Main(&env, /*start=*/true));
    executor.RunReady();
    env.fake.ClearLog();
  }
}
BENCHMARK(BM_StartAndDestroy);

}  // namespace
}  // namespace wavetank
