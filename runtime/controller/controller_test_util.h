// For the tests of this folder: a reconciler made of a function, a source a test feeds, a controller in its own group.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/controller.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"

namespace wavetank::test {

using ReconcileFunction = std::function<Task<Result<ReconcileResult>>(Context, Request)>;

class FunctionReconciler final : public Reconciler {
 public:
  explicit FunctionReconciler(ReconcileFunction function) : function_(std::move(function)) {}
  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override { return function_(ctx, request); }

 private:
  ReconcileFunction function_;
};

// One controller over a source of the test's own, with a ManualExecutor.
class ControllerHarness {
 public:
  explicit ControllerHarness(ReconcileFunction function, const ControllerOptions& options = {},
                             std::optional<Gvk> kind = std::nullopt)
      : controller(&env, log, ControllerSpec("test", kind), options,
                   std::make_unique<FunctionReconciler>(std::move(function))) {
    controller.Watch(std::make_unique<FuncSource>([this](SourceScope* scope) { return Connect(this, scope); }));
  }

  void Start() {
    tasks.Spawn(Run(this));
    executor.RunPending();
  }
  void Add(std::string name, int priority = 0) {
    queue->Add(ObjectKey("ns", name), AddOptions().WithPriority(priority).WithReason("test"));
  }
  Status Stop() {
    stop.Set();
    executor.RunPending();
    return ended.value_or(Status(Code::kUnavailable, "still running"));
  }
  const std::deque<std::string>& lines() const { return sink->lines(); }

  ManualExecutor executor;
  FakeEnvironment env{executor};
  std::shared_ptr<MemorySink> sink = std::make_shared<MemorySink>();
  Logger log{sink};
  Signal stop{executor};
  Queue<ObjectKey>* queue = nullptr;
  std::optional<Status> ended;
  Controller controller;
  TaskGroup tasks{executor};

 private:
  static Task<Status> Connect(ControllerHarness* self, SourceScope* scope) {
    self->queue = scope->queue;
    co_return Status();
  }
  static Task<void> Run(ControllerHarness* self) {
    RunContext run{.environment = &self->env, .logger = &self->log, .stop = &self->stop};
    Status status = co_await self->controller.Start(run);
    self->ended = status;
  }
};

inline Task<Result<ReconcileResult>> Answer(Result<ReconcileResult> answer) { co_return answer; }

inline Task<Result<ReconcileResult>> AnswerAfter(Executor* executor, Duration wait, Result<ReconcileResult> answer) {
  co_await Sleep(*executor, wait);
  co_return answer;
}

}  // namespace wavetank::test
