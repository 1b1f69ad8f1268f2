// Controller: sources fill a queue, workers take keys from it and call the reconciler (RT-060..077).
//
// Usually made by ControllerManagedBy (builder.h); by hand:
//
//   auto controller = std::make_unique<Controller>(&env, log, ControllerSpec("podcount"), options, std::move(reconciler));
//   controller->Watch(std::make_unique<KindSource>(...));
//   manager.Add(std::move(controller));
//
// Life: made -> Start: the queue is made, all sources start, the first key is handed out when all have synced -> the stop
// signal: the queue shuts down, each worker finishes its key -> Start returns. Once.
//
// Ownership: owns reconciler, sources, queue and every task. Members are declared so that tasks are destroyed first, then
// the sources and the queue they use, then the reconciler. Destroying a running controller sends nothing and calls nothing.
// Invariants: a key is with one worker at a time (the queue's promise); Done is called exactly once for each hand-out,
// after the requeue (RT-066).
// Cost: a reconcile that does nothing allocates one coroutine frame, the author's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/base/pool.h"
#include "runtime/controller/metrics.h"
#include "runtime/controller/options.h"
#include "runtime/controller/reconciler.h"
#include "runtime/controller/runnable.h"
#include "runtime/controller/source.h"
#include "runtime/exec/control.h"
#include "runtime/workqueue/queue.h"

namespace wavetank {

// Who a controller is.
struct ControllerSpec {
  explicit ControllerSpec(std::string name, std::optional<Gvk> kind = std::nullopt)
      : name(std::move(name)), kind(kind) {}
  std::string name;         // unique in its manager: the queue, event labels, random streams and metrics bear it
  std::optional<Gvk> kind;  // what requests name, for logs (RT-076)
};

class Controller final : public Runnable, private Control {
 public:
  // REQUIRES: a reconciler. `options` as they shall be; a manager has merged its defaults into them.
  Controller(Environment* environment, const Logger& logger, ControllerSpec spec, const ControllerOptions& options,
             std::unique_ptr<Reconciler> reconciler);
  ~Controller() override;

  // Before Start: kept until then. While running: starts at once, its events count from then on; when it fails, Start ends
  // with its error (RT-063). After the stop: kept, and nothing else.
  void Watch(std::unique_ptr<Source> source);

  std::string name() const override { return "controller " + spec_.name; }
  Task<Status> Start(RunContext run) override;
  // Starts the sources, so that the queue fills; Start, which may never come, goes on from there (RT-043).
  bool can_warm_up() const override { return settings_.warmup; }
  Task<Status> Warmup(RunContext run) override;
  // The keys being reconciled, longest first (RT-028).
  std::vector<std::string> Running(Time now) const override;

  const std::string& controller_name() const { return spec_.name; }
  const std::optional<Gvk>& kind() const { return spec_.kind; }
  Reconciler& reconciler() { return *reconciler_; }
  // All sources have synced; workers run.
  bool started_workers() const { return workers_started_; }
  // Null before Start.
  const Queue<ObjectKey>* queue() const { return queue_.get(); }
  ControllerMetrics Metrics() const;
  // Queue and reconciler as a hash; absent when the reconciler does not know its own.
  std::optional<uint64_t> Fingerprint() const;

 private:
  // Control: single-step tests.
  std::string_view control_name() const override { return spec_.name; }
  std::string_view control_kind() const override {
    return spec_.kind.has_value() ? spec_.kind->kind.view() : std::string_view();
  }
  bool Trigger(std::string_view ns, std::string_view name) override;
  uint64_t finished() const override { return finished_; }

  struct Worker {
    const ObjectKey* key = nullptr;  // at work; lives in the worker's frame
    Time since;
  };
  struct Watched : Pooled<Watched> {
    explicit Watched(std::unique_ptr<Source> source) : source(std::move(source)) {}
    std::unique_ptr<Source> source;
    bool started = false;
    bool synced = false;
  };

  // The fixed part of the options.
  struct Settings {
    int workers;
    Duration cache_sync_timeout;
    Duration reconcile_timeout;  // 0: none
    bool recover_panic;
    QueueKind queue;
    bool warmup;
  };

  void MakeQueue();
  // Makes the queue and starts the sources, once.
  void Open(RunContext run);
  // Until every source has started and synced (RT-061), stop is set (RT-062), or something failed.
  Task<Status> AwaitSources(Signal* stop);
  Task<void> StartSource(Watched* watched);
  Task<void> RingOnStop(Signal* stop);
  Task<void> RingAtTimeout();
  Status SyncTimeoutError() const;

  Task<void> Work(Worker* worker);
  Task<Result<ReconcileResult>> Call(const ReconcileScope& scope, const ObjectKey& key);
  void Finish(const QueueItem<ObjectKey>& item, const Result<ReconcileResult>& result, const ReconcileScope& scope);
  void Fail(const QueueItem<ObjectKey>& item, const Status& error, const ReconcileScope& scope);

  Environment& environment_;
  const ControllerSpec spec_;
  const Settings settings_;
  const Logger logger_;
  RateLimiterFactory limiter_;

  std::unique_ptr<Reconciler> reconciler_;
  std::unique_ptr<Queue<ObjectKey>> queue_;
  SourceScope scope_{};
  PoolVector<std::unique_ptr<Watched>> sources_;
  PoolVector<Worker> workers_;
  ControllerMetrics metrics_;
  Random ids_;  // of reconcile ids (RT-072)

  bool start_called_ = false;
  bool workers_started_ = false;
  bool timed_out_ = false;
  size_t unsynced_ = 0;
  uint64_t finished_ = 0;  // reconciles
  Status source_error_;
  Bell changed_;  // a source synced or failed, the time for it is up, or stop was set

  // Last: destroyed first.
  TaskGroup timer_;
  TaskGroup source_tasks_;
  TaskGroup worker_tasks_;
};

}  // namespace wavetank
