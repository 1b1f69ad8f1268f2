#include "runtime/controller/controller.h"

#include <algorithm>
#include <climits>
#include <exception>
#include <utility>

#include "runtime/exec/sleep.h"
#include "runtime/exec/timeout.h"
#include "runtime/workqueue/fifo_queue.h"
#include "runtime/workqueue/priority_queue.h"

namespace wavetank {
namespace {

Logger NamedLogger(const Logger& logger, const ControllerSpec& spec) {
  if (!logger.enabled()) return logger;
  if (!spec.kind.has_value()) return logger.WithValues({{"controller", spec.name}});
  return logger.WithValues({{"controller", spec.name},
                            {"controllerGroup", spec.kind->group.view()},
                            {"controllerKind", spec.kind->kind.view()}});
}

// The error that an escaped exception becomes (RT-070).
Status PanicError(const std::exception_ptr& thrown) {
  std::string what = "an exception that is no std::exception";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  return Status(Code::kInternal, "panic: " + what + " [recovered]");
}

EventLabel TimerLabel(std::string_view purpose, uint64_t of) {
  return EventLabel{EventKind::kTimer, HashCombine(HashBytes(purpose), of)};
}

}  // namespace

Controller::Controller(Environment* environment, const Logger& logger, ControllerSpec spec,
                       const ControllerOptions& options, std::unique_ptr<Reconciler> reconciler)
    : environment_(*environment),
      spec_(std::move(spec)),
      settings_{.workers = std::max(1, options.max_concurrent_reconciles.value_or(1)),
                .cache_sync_timeout = options.cache_sync_timeout.value_or(std::chrono::minutes(2)),
                .reconcile_timeout = options.reconcile_timeout.value_or(Duration(0)),
                .recover_panic = options.recover_panic.value_or(true),
                .queue = options.queue.value_or(QueueKind::kPriority),
                .warmup = options.enable_warmup.value_or(false)},
      logger_(NamedLogger(logger, spec_)),
      limiter_(options.rate_limiter),
      reconciler_(std::move(reconciler)),
      ids_(environment_.RandomFor("reconcile-id/" + spec_.name)),
      changed_(environment_.executor()),
      timer_(environment_.executor()),
      source_tasks_(environment_.executor()),
      worker_tasks_(environment_.executor()) {
  WT_CHECK(reconciler_ != nullptr, "a controller has a reconciler");
  metrics_.max_concurrent_reconciles = settings_.workers;
}

Controller::~Controller() {
  if (queue_ != nullptr && environment_.controls() != nullptr) environment_.controls()->Remove(*this);
}

bool Controller::Trigger(std::string_view ns, std::string_view name) {
  if (queue_ == nullptr || queue_->shutting_down()) return false;
  queue_->Add(ObjectKey(ns, name), AddOptions().WithPriority(INT_MAX).WithReason("asked for"));
  return true;
}

void Controller::Watch(std::unique_ptr<Source> source) {
  sources_.push_back(std::make_unique<Watched>(std::move(source)));
  if (queue_ == nullptr || queue_->shutting_down()) return;
  ++unsynced_;
  source_tasks_.Spawn(StartSource(sources_.back().get()));
}

void Controller::MakeQueue() {
  QueueOptions options;
  options.name = spec_.name;
  Executor& executor = environment_.executor();
  if (settings_.queue == QueueKind::kFifo) {
    auto limiter = limiter_ ? limiter_() : DefaultLimiter<ObjectKey>();
    queue_ = std::make_unique<FifoQueue<ObjectKey>>(executor, std::move(options), std::move(limiter));
  } else {
    auto limiter = limiter_ ? limiter_() : ExponentialOnly<ObjectKey>();
    queue_ = std::make_unique<PriorityQueue<ObjectKey>>(executor, std::move(options), std::move(limiter));
  }
}

void Controller::Open(RunContext run) {
  scope_.stop = run.stop;
  source_tasks_.Spawn(RingOnStop(run.stop));
  if (queue_ != nullptr) return;
  MakeQueue();
  if (environment_.controls() != nullptr) environment_.controls()->Add(*this);
  scope_ = SourceScope{.environment = &environment_,
                       .queue = queue_.get(),
                       .logger = &logger_,
                       .stop = run.stop,
                       .tasks = &source_tasks_,
                       .handler_panics = &metrics_.handler_panics};
  unsynced_ = sources_.size();
  // By index: a source's start may watch another one.
  for (size_t i = 0, count = sources_.size(); i < count; ++i) source_tasks_.Spawn(StartSource(sources_[i].get()));
}

Task<Status> Controller::Warmup(RunContext run) {
  if (start_called_ || queue_ != nullptr) co_return Status();
  metrics_.standby = true;
  Open(run);
  while (!start_called_ && source_error_.ok() && !run.stop->is_set()) co_await changed_.Wait();
  if (start_called_) co_return Status();  // its errors, and its end, are Start's from here on
  queue_->ShutDown();
  source_tasks_.Clear();
  co_return source_error_;
}

Task<Status> Controller::Start(RunContext run) {
  if (std::exchange(start_called_, true)) {
    co_return Status(Code::kFailedPrecondition,
                     "controller was started more than once: was " + spec_.name + " added to a manager twice?");
  }
  Open(run);
  changed_.Ring();
  Status synced = co_await AwaitSources(run.stop);
  if (synced.ok() && !run.stop->is_set()) {
    workers_.resize(static_cast<size_t>(settings_.workers));
    workers_started_ = true;
    metrics_.standby = false;
    for (Worker& worker : workers_) worker_tasks_.Spawn(Work(&worker));
    while (!run.stop->is_set() && source_error_.ok()) co_await changed_.Wait();
    synced = source_error_;
  }
  queue_->ShutDown();
  co_await worker_tasks_.Join();
  source_tasks_.Clear();
  co_return synced;
}

Task<Status> Controller::AwaitSources(Signal* stop) {
  if (unsynced_ > 0 && source_error_.ok() && !stop->is_set()) timer_.Spawn(RingAtTimeout());
  while (unsynced_ > 0 && source_error_.ok() && !timed_out_ && !stop->is_set()) co_await changed_.Wait();
  timer_.Clear();
  if (!source_error_.ok() || stop->is_set() || unsynced_ == 0) co_return source_error_;
  co_return SyncTimeoutError();
}

Task<void> Controller::StartSource(Watched* watched) {
  Status status = co_await watched->source->Start(&scope_);
  if (status.ok()) {
    watched->started = true;
    status = co_await watched->source->WaitForSync();
  }
  --unsynced_;
  watched->synced = status.ok();
  if (!status.ok() && source_error_.ok()) {
    const std::string what =
        watched->started ? "failed to wait for " + spec_.name + " caches to sync " : "failed to start ";
    source_error_ = status.Wrap(what + watched->source->Describe());
  }
  changed_.Ring();
}

Task<void> Controller::RingOnStop(Signal* stop) {
  co_await stop->Wait();
  changed_.Ring();
}

Task<void> Controller::RingAtTimeout() {
  co_await Sleep(environment_.executor(), settings_.cache_sync_timeout, TimerClass::kForeground,
                 TimerLabel("cache-sync-timeout", HashBytes(spec_.name)));
  timed_out_ = true;
  changed_.Ring();
}

Status Controller::SyncTimeoutError() const {
  for (const auto& watched : sources_) {
    if (watched->synced) continue;
    const std::string source = watched->source->Describe();
    if (!watched->started) {
      return Status(Code::kDeadlineExceeded, "timed out waiting for source " + source +
                                                 " to Start. Please ensure that its Start() method is non-blocking");
    }
    return Status(Code::kDeadlineExceeded, "failed to wait for " + spec_.name + " caches to sync " + source +
                                               ": not synced within " + FormatDuration(settings_.cache_sync_timeout));
  }
  return Status();
}

Task<void> Controller::Work(Worker* worker) {
  ReconcileScope scope(environment_);
  scope.logger = &logger_;
  if (spec_.kind.has_value()) scope.kind = spec_.kind->kind.view();
  scope.stop = scope_.stop;
  for (;;) {
    std::optional<QueueItem<ObjectKey>> item = co_await queue_->Get();
    if (!item.has_value()) co_return;
    const Time start = environment_.Now();
    worker->key = &item->key;
    worker->since = start;
    ++metrics_.active_workers;
    scope.request = &item->key;
    scope.id_seed = ids_.Next();
    scope.priority = item->priority;
    scope.reasons = item->reasons;
    if (settings_.reconcile_timeout.count() > 0) scope.deadline = start + settings_.reconcile_timeout;

    std::optional<Result<ReconcileResult>> result;
    try {
      Result<ReconcileResult> answer = co_await Call(scope, item->key);
      result.emplace(std::move(answer));
    } catch (...) {
      if (!settings_.recover_panic) throw;
      ++metrics_.panics;
      result.emplace(PanicError(std::current_exception()));
    }
    metrics_.times.Record(environment_.Now() - start);
    Finish(*item, *result, scope);
    --metrics_.active_workers;
    worker->key = nullptr;
    ++finished_;
    queue_->Done(item->key);  // last: the requeue comes before the key is free (RT-066)
  }
}

Task<Result<ReconcileResult>> Controller::Call(const ReconcileScope& scope, const ObjectKey& key) {
  Task<Result<ReconcileResult>> call = reconciler_->Reconcile(scope.context(), key);
  if (!scope.deadline.has_value()) return call;
  return WithTimeout(environment_.executor(), settings_.reconcile_timeout, std::move(call), TimerClass::kForeground,
                     TimerLabel("reconcile-timeout", HashCombine(HashBytes(spec_.name), key.hash())));
}

// RT-068.
void Controller::Finish(const QueueItem<ObjectKey>& item, const Result<ReconcileResult>& result,
                        const ReconcileScope& scope) {
  if (!result.ok()) return Fail(item, result.status(), scope);
  const int priority = result->priority().value_or(item.priority);
  switch (result->kind()) {
    case ReconcileResult::Kind::kDone:
      ++metrics_.success;
      queue_->Forget(item.key);
      return;
    case ReconcileResult::Kind::kAfter:
      ++metrics_.requeue_after;
      queue_->Forget(item.key);
      queue_->Add(item.key, AddOptions().After(result->delay()).WithPriority(priority).WithReason("requeue after"));
      return;
    case ReconcileResult::Kind::kBackoff:
      ++metrics_.requeue;
      if (logger_.V(1).enabled()) scope.context().log().V(1).Info("Backing off", {{"reason", result->reason()}});
      queue_->Add(item.key, AddOptions().RateLimited().WithPriority(priority).WithReason("backoff"));
      return;
  }
}

void Controller::Fail(const QueueItem<ObjectKey>& item, const Status& error, const ReconcileScope& scope) {
  ++metrics_.error;
  if (scope.deadline.has_value() && error.code() == Code::kDeadlineExceeded && environment_.Now() >= *scope.deadline) {
    ++metrics_.timeouts;
  }
  scope.context().log().Error(error, "Reconciler error");
  if (error.terminal()) {
    ++metrics_.terminal_errors;
    queue_->Forget(item.key);  // it is given up; the next event begins anew, and nothing is kept for it
    return;
  }
  queue_->Add(item.key, AddOptions().RateLimited().WithPriority(item.priority).WithReason("error"));
}

std::vector<std::string> Controller::Running(Time now) const {
  std::vector<const Worker*> busy;
  for (const Worker& worker : workers_) {
    if (worker.key != nullptr) busy.push_back(&worker);
  }
  std::stable_sort(busy.begin(), busy.end(), [](const Worker* a, const Worker* b) { return a->since < b->since; });
  std::vector<std::string> out;
  for (const Worker* worker : busy) {
    out.push_back(worker->key->ToString() + " for " + FormatDuration(now - worker->since));
  }
  return out;
}

ControllerMetrics Controller::Metrics() const { return metrics_; }

std::optional<uint64_t> Controller::Fingerprint() const {
  std::optional<uint64_t> own = reconciler_->Fingerprint();
  if (!own.has_value()) return std::nullopt;
  return HashCombine(*own, queue_ == nullptr ? 0 : queue_->Fingerprint());
}

}  // namespace wavetank
