// WithTimeout: a task, for at most so long.
//
//   auto pod = co_await WithTimeout(executor, 5s, client.Get<Pod>(key));
//   if (pod.code() == Code::kDeadlineExceeded) ...
//
// When time is up the task's frame is destroyed: what it waited for is cancelled, and a request it sent may still be
// applied. The task runs as a child: destroying the caller destroys it too. An exception that leaves it leaves the wait.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace internal {

template <typename T>
Task<void> RunInto(Task<T> task, std::optional<T>* out, std::exception_ptr* thrown, Bell* done) {
  try {
    T value = co_await std::move(task);
    out->emplace(std::move(value));
  } catch (...) {
    *thrown = std::current_exception();
  }
  done->Ring();
}

inline Task<void> RingAfter(Executor* executor, Duration duration, TimerClass timer_class, EventLabel label, Bell* bell) {
  co_await Sleep(*executor, duration, timer_class, label);
  bell->Ring();
}

}  // namespace internal

// T is a Result<U> or a Status.
template <typename T>
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): the executor outlives its tasks
Task<T> WithTimeout(Executor& executor, Duration duration, Task<T> task,
                    TimerClass timer_class = TimerClass::kForeground, EventLabel label = {EventKind::kTimer, 0}) {
  std::optional<T> result;
  std::exception_ptr thrown;
  Bell bell(executor);
  TaskGroup work(executor);
  TaskGroup clock(executor);
  work.Spawn(internal::RunInto<T>(std::move(task), &result, &thrown, &bell));
  if (!result.has_value() && thrown == nullptr) {
    clock.Spawn(internal::RingAfter(&executor, duration, timer_class, label, &bell));
    co_await bell.Wait();
  }
  clock.Clear();
  work.Clear();
  if (thrown != nullptr) std::rethrow_exception(std::exchange(thrown, nullptr));
  if (result.has_value()) co_return std::move(*result);
  co_return Status(Code::kDeadlineExceeded, "not done within " + FormatDuration(duration));
}

}  // namespace wavetank
