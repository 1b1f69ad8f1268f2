// What the runtime costs for one reconcile that does nothing: add, hand-out, context, coroutine, classification, done.
#include <benchmark/benchmark.h>

#include "runtime/controller/controller_test_util.h"
#include "runtime/workqueue/priority_queue.h"

namespace wavetank {
namespace {

class Noop final : public Reconciler {
 public:
  Task<Result<ReconcileResult>> Reconcile(Context, Request) override { co_return ReconcileResult::Done(); }
};

struct Bench {
  explicit Bench(const ControllerOptions& options)
      : controller(&env, log, ControllerSpec("bench"), options, std::make_unique<Noop>()) {
    controller.Watch(std::make_unique<FuncSource>([this](SourceScope* scope) { return Connect(this, scope); }));
    tasks.Spawn(Run(this));
    executor.RunPending();
  }
  static Task<Status> Connect(Bench* self, SourceScope* scope) {
    self->queue = scope->queue;
    co_return Status();
  }
  static Task<void> Run(Bench* self) {
    Status status = co_await self->controller.Start(
        RunContext{.environment = &self->env, .logger = &self->log, .stop = &self->stop});
    WT_CHECK(status.ok(), "runs until destroyed");
  }

  ManualExecutor executor;
  FakeEnvironment env{executor};
  Logger log;
  Signal stop{executor};
  Queue<ObjectKey>* queue = nullptr;
  Controller controller;
  TaskGroup tasks{executor};
};

void BM_Reconcile(benchmark::State& state) {
  Bench bench(ControllerOptions().UseQueue(state.range(0) == 0 ? QueueKind::kPriority : QueueKind::kFifo));
  std::vector<ObjectKey> keys;
  for (int i = 0; i < 16; ++i) keys.emplace_back("default", "object-" + std::to_string(i));
  size_t next = 0;
  for (auto _ : state) {
    bench.queue->Add(keys[next++ % keys.size()]);
    bench.executor.RunReady();
  }
  WT_CHECK(static_cast<int64_t>(bench.controller.Metrics().success) == state.iterations(), "every add was reconciled");
}
BENCHMARK(BM_Reconcile)->ArgNames({"fifo"})->Arg(0)->Arg(1);

// The queue alone, to take off: a worker that gets and is done.
Task<void> Drain(Queue<ObjectKey>* queue) {
  for (;;) {
    std::optional<QueueItem<ObjectKey>> item = co_await queue->Get();
    if (!item.has_value()) co_return;
    queue->Done(item->key);
  }
}

void BM_QueueAlone(benchmark::State& state) {
  ManualExecutor executor;
  PriorityQueue<ObjectKey> queue(executor, QueueOptions{.name = "bench"});
  TaskGroup tasks(executor);
  tasks.Spawn(Drain(&queue));
  const ObjectKey key("default", "object");
  for (auto _ : state) {
    queue.Add(key);
    executor.RunReady();
  }
}
BENCHMARK(BM_QueueAlone);

}  // namespace
}  // namespace wavetank
