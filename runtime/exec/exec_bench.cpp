// What coroutines cost: a suspension, a nested call, a task of a group, a timer, an element of a channel.
#include <benchmark/benchmark.h>

#include "runtime/exec/channel.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/exec/timeout.h"

namespace wavetank {
namespace {

// range(0) coroutines; one item is one suspension and resumption.
void BM_SuspendResume(benchmark::State& state) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  auto wait = [](Bell* bell) -> Task<void> {
    for (;;) co_await bell->Wait();
  };
  for (int i = 0; i < state.range(0); ++i) group.Spawn(wait(&bell));
  for (auto _ : state) {
    bell.Ring();
    executor.RunReady();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_SuspendResume)->Arg(1)->Arg(1000);

Task<int> Nested(int depth) {
  if (depth == 0) co_return 1;
  const int below = co_await Nested(depth - 1);
  co_return below + 1;
}

// One item is one nested task: frame, call, return.
void BM_NestedTask(benchmark::State& state) {
  ManualExecutor executor;
  const int depth = static_cast<int>(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(executor.Run(Nested(depth)));
  state.SetItemsProcessed(state.iterations() * (depth + 1));
}
BENCHMARK(BM_NestedTask)->Arg(1)->Arg(100);

// One item is a task that is spawned, ends and is collected, beside range(0) that live on.
void BM_Spawn(benchmark::State& state) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  auto wait = [](Bell* bell) -> Task<void> { co_await bell->Wait(); };
  auto nothing = []() -> Task<void> { co_return; };
  for (int i = 0; i < state.range(0); ++i) group.Spawn(wait(&bell));
  for (auto _ : state) group.Spawn(nothing());
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Spawn)->Arg(0)->Arg(1000);

// One item is one timer, among range(0) armed ones.
void BM_Timer(benchmark::State& state) {
  ManualExecutor executor;
  TaskGroup group(executor);
  auto sleep = [](Executor* executor, Duration duration) -> Task<void> {
    for (;;) co_await Sleep(*executor, duration);
  };
  for (int i = 0; i < state.range(0); ++i) group.Spawn(sleep(&executor, Duration(1000 + i)));
  for (auto _ : state) executor.RunNextTimer();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Timer)->Arg(1)->Arg(1000);

void BM_Channel(benchmark::State& state) {
  ManualExecutor executor;
  Channel<int> channel(executor, 64);
  TaskGroup group(executor);
  auto receive = [](Channel<int>* channel, int64_t* sum) -> Task<void> {
    for (;;) {
      const std::optional<int> got = co_await channel->Receive();
      *sum += got.value_or(0);
    }
  };
  int64_t sum = 0;
  group.Spawn(receive(&channel, &sum));
  for (auto _ : state) {
    channel.TrySend(1);
    executor.RunReady();
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Channel);

Task<Result<int>> Immediate() { co_return 1; }
Task<Result<int>> AfterATurn(Executor* executor) {
  co_await OfferTurn(*executor, {EventKind::kUser, 1});
  co_return 1;
}

void BM_WithTimeout(benchmark::State& state) {
  ManualExecutor executor;
  for (auto _ : state) {
    Task<Result<int>> task = state.range(0) == 0 ? Immediate() : AfterATurn(&executor);
    benchmark::DoNotOptimize(executor.Run(WithTimeout(executor, std::chrono::seconds(1), std::move(task))));
  }
}
BENCHMARK(BM_WithTimeout)->Arg(0)->Arg(1);

}  // namespace
}  // namespace wavetank
