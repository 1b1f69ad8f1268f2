// What a work item costs: add, get, done, with one worker and with a full queue.
#include <benchmark/benchmark.h>

#include "runtime/workqueue/fifo_queue.h"
#include "runtime/workqueue/priority_queue.h"
#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using test::TestKey;
using test::TestQueue;

Task<void> CountingWorker(TestQueue* queue, uint64_t* count) {
  for (;;) {
    auto item = co_await queue->Get();
    if (!item.has_value()) co_return;
    ++*count;
    queue->Done(item->key);
  }
}

// range(0): keys added before any is handed out.
template <typename QueueType>
void BM_AddGetDone(benchmark::State& state) {
  ManualExecutor executor;
  QueueType queue(executor, {.name = "q"});
  uint64_t count = 0;
  TaskGroup group(executor);
  group.Spawn(CountingWorker(&queue, &count));
  for (auto _ : state) {
    for (int id = 0; id < state.range(0); ++id) queue.Add(id);
    executor.RunReady();
  }
  state.SetItemsProcessed(static_cast<int64_t>(count));
}
BENCHMARK(BM_AddGetDone<FifoQueue<TestKey>>)->Arg(1)->Arg(100)->Arg(100'000);
BENCHMARK(BM_AddGetDone<PriorityQueue<TestKey>>)->Arg(1)->Arg(100)->Arg(100'000);

// range(0): keys delayed at a time.
template <typename QueueType>
void BM_AddAfter(benchmark::State& state) {
  ManualExecutor executor;
  QueueType queue(executor, {.name = "q"});
  uint64_t count = 0;
  TaskGroup group(executor);
  group.Spawn(CountingWorker(&queue, &count));
  for (auto _ : state) {
    for (int id = 0; id < state.range(0); ++id) queue.AddAfter(id, Duration(1 + id % 7));
    executor.Advance(Duration(10));
  }
  state.SetItemsProcessed(static_cast<int64_t>(count));
}
BENCHMARK(BM_AddAfter<FifoQueue<TestKey>>)->Arg(1)->Arg(1000);
BENCHMARK(BM_AddAfter<PriorityQueue<TestKey>>)->Arg(1)->Arg(1000);

// An add of a key that is queued already: the usual watch event of a busy controller.
template <typename QueueType>
void BM_AddAgain(benchmark::State& state) {
  ManualExecutor executor;
  QueueType queue(executor, {.name = "q"});
  for (int id = 0; id < 1000; ++id) queue.Add(id);
  int id = 0;
  for (auto _ : state) queue.Add(id = (id + 1) % 1000);
}
BENCHMARK(BM_AddAgain<FifoQueue<TestKey>>);
BENCHMARK(BM_AddAgain<PriorityQueue<TestKey>>);

}  // namespace
}  // namespace wavetank
