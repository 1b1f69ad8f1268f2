#include "examples/replicaset/slow_start.h"

#include <algorithm>
#include <utility>

#include "runtime/exec/task_group.h"

namespace wavetank::examples {
namespace {

Task<void> Attempt(Task<Status> call, Batches* result) {
  Status done = co_await std::move(call);
  if (done.ok()) {
    ++result->succeeded;
  } else if (result->first_error.ok()) {
    result->first_error = std::move(done);
  }
}

}  // namespace

Task<Batches> InParallel(Executor* executor, int64_t begin, int64_t end, NthCall call) {
  Batches result;
  TaskGroup calls(*executor);
  for (int64_t i = begin; i < end; ++i) calls.Spawn(Attempt(call(i), &result));
  result.attempted = end - begin;
  co_await calls.Join();
  co_return result;
}

Task<Batches> SlowStart(Executor* executor, int64_t count, NthCall call) {
  Batches total;
  int64_t batch = std::min(count, kSlowStartInitialBatchSize);
  while (batch > 0) {
    const Batches done = co_await InParallel(executor, total.attempted, total.attempted + batch, call);
    total.attempted += done.attempted;
    total.succeeded += done.succeeded;
    if (!done.first_error.ok()) {
      total.first_error = done.first_error;
      break;
    }
    batch = std::min(2 * batch, count - total.attempted);
  }
  co_return total;
}

}  // namespace wavetank::examples
