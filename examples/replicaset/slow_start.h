// SlowStart: 1, 2, 4, 8, ... calls at a time, so that what must fail fails once and not five hundred times (RS-071).
//
//   Batches done = co_await SlowStart(&executor, 500, [this, set] { return CreateOne(set); });
//   // done.succeeded of 500; done.first_error
//
// A batch with an error is finished, and no other is started. Calls are at most twice the successes, plus one.
// InParallel is one batch of everything.
#pragma once

#include <cstdint>
#include <functional>

#include "runtime/base/status.h"
#include "runtime/exec/executor.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

struct Batches {
  int64_t attempted = 0;
  int64_t succeeded = 0;
  Status first_error;  // the one that came first
};

// Call number `i`. No coroutine with captures itself, but calls one.
using NthCall = std::function<Task<Status>(int64_t i)>;

inline constexpr int64_t kSlowStartInitialBatchSize = 1;

Task<Batches> InParallel(Executor* executor, int64_t begin, int64_t end, NthCall call);
Task<Batches> SlowStart(Executor* executor, int64_t count, NthCall call);

}  // namespace wavetank::examples
