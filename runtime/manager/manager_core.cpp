#include "runtime/manager/manager_core.h"

#include <utility>

#include "runtime/base/strings.h"
#include "runtime/exec/sleep.h"

namespace wavetank::internal {
namespace {

// RT-003.
constexpr RunnableGroup kStartOrder[] = {RunnableGroup::kHttpServers, RunnableGroup::kWebhooks, RunnableGroup::kCaches,
                                         RunnableGroup::kOthers,      RunnableGroup::kWarmup,   RunnableGroup::kLeaderElection};
// RT-021; kWarmup stops beside them.
constexpr RunnableGroup kStopOrder[] = {RunnableGroup::kOthers, RunnableGroup::kLeaderElection, RunnableGroup::kCaches,
                                        RunnableGroup::kWebhooks, RunnableGroup::kHttpServers};

class CacheRunnable final : public Runnable {
 public:
  explicit CacheRunnable(Cache* cache) : cache_(cache) {}
  std::string name() const override { return "cache"; }
  RunnableGroup group() const override { return RunnableGroup::kCaches; }
  Task<Status> Start(RunContext run) override { return cache_->Run(run.stop); }
  Task<Status> WaitUntilReady() override { return cache_->WaitForSync(); }

 private:
  Cache* const cache_;
};

}  // namespace

ManagerCore::ManagerCore(Environment& environment, ManagerOptions options)
    : environment_(environment),
      options_(std::move(options)),
      logger_(options_.logger.has_value() ? *options_.logger : environment.logger()),
      live_client_(&environment, options_.kinds, options_.client),
      cache_(live_client_, options_.cache),
      cached_client_(live_client_.WithReader(&cache_)),
      health_("healthz"),
      ready_("readyz"),
      elected_(environment.executor()),
      changed_(environment.executor()),
      groups_{Group(&environment_, &logger_, this), Group(&environment_, &logger_, this),
              Group(&environment_, &logger_, this), Group(&environment_, &logger_, this),
              Group(&environment_, &logger_, this), Group(&environment_, &logger_, this)},
      starter_(environment.executor()),
      stopper_(environment.executor()) {
  if (options_.leader_election) {
    RememberSetupError(Status(Code::kUnimplemented,
                              "leader election is not available in this version: leave ManagerOptions::leader_election "
                              "off and run one replica"));
  }
  runnables_.push_back(std::make_unique<CacheRunnable>(&cache_));
  group(RunnableGroup::kCaches).Add(runnables_.back().get(), false);
}

Status ManagerCore::Add(std::unique_ptr<Runnable> runnable) {
  WT_CHECK(runnable != nullptr, "a manager runs something");
  if (state_ >= State::kStopping) {
    return Status(Code::kFailedPrecondition, "can't accept new runnable as stop procedure is already engaged");
  }
  runnables_.push_back(std::move(runnable));
  Runnable* added = runnables_.back().get();
  if (added->can_warm_up()) group(RunnableGroup::kWarmup).Add(added, true);
  group(added->group()).Add(added, false);
  return Status();
}

Status ManagerCore::AddCheck(HealthChecks& checks, std::string name, HealthCheck check) {
  if (state_ != State::kNew) {
    return Status(Code::kFailedPrecondition, "unable to add new checker because healthz endpoint has already been created");
  }
  checks.Add(std::move(name), std::move(check));
  return Status();
}

bool ManagerCore::HasController(std::string_view name) const {
  for (const Controller* controller : controllers_) {
    if (controller->controller_name() == name) return true;
  }
  return false;
}

Result<Controller*> ManagerCore::AddController(std::unique_ptr<Controller> controller) {
  Controller* added = controller.get();
  WT_RETURN_IF_ERROR(Add(std::move(controller)));
  controllers_.push_back(added);
  return added;
}

void ManagerCore::RememberSetupError(const Status& error) {
  if (setup_error_.ok()) setup_error_ = error;
  if (state_ == State::kRunning) logger_.Error(error, "A controller could not be set up");
}

EventBroadcaster& ManagerCore::events() {
  if (events_ == nullptr) events_ = std::make_unique<EventBroadcaster>(live_client_, logger_);
  return *events_;
}

Task<Status> ManagerCore::Start() {
  if (state_ != State::kNew) co_return Status(Code::kFailedPrecondition, "manager already started");
  if (!setup_error_.ok()) {
    state_ = State::kStopped;
    co_return setup_error_;
  }
  state_ = State::kRunning;
  if (options_.stop != nullptr) stopper_.Spawn(RingOnStop());
  if (!StopWanted()) starter_.Spawn(StartGroups());
  while (!StopWanted()) co_await changed_.Wait();
  state_ = State::kStopping;
  starter_.Clear();
  Status stopped = co_await StopGroups();
  ClearGroups();
  state_ = State::kStopped;
  if (run_error_.ok()) co_return stopped;
  if (stopped.ok()) co_return run_error_;
  // Both can be told: the first by its code, the second by its words (RT-024).
  co_return run_error_.Wrap(stopped.message());
}

bool ManagerCore::StopWanted() const {
  return !run_error_.ok() || (options_.stop != nullptr && options_.stop->is_set());
}

Task<void> ManagerCore::RingOnStop() {
  co_await options_.stop->Wait();
  changed_.Ring();
}

Task<void> ManagerCore::StartGroups() {
  for (RunnableGroup which : kStartOrder) {
    if (which == RunnableGroup::kLeaderElection) elected_.Set();
    group(which).Start();
    if (which != RunnableGroup::kCaches) continue;
    Status ready = co_await group(which).WaitUntilReady();
    if (ready.ok()) continue;
    if (run_error_.ok()) run_error_ = ready;
    changed_.Ring();
    co_return;
  }
}

void ManagerCore::OnError(const Runnable& runnable, const Status& error) {
  if (state_ == State::kRunning && run_error_.ok()) {
    run_error_ = error;  // RT-008
    changed_.Ring();
  } else if (error.code() != Code::kCancelled) {
    logger_.Error(error, "Error received after stop sequence was engaged", {{"runnable", runnable.name()}});  // RT-009
  }
}

Task<Status> ManagerCore::StopGroups() {
  const Duration grace = options_.graceful_shutdown_timeout;
  if (grace.count() == 0) {
    for (Group& each : groups_) each.RequestStop();
    co_return Status();
  }
  stopper_.Spawn(StopInOrder());
  if (!events_told_ && grace.count() > 0) stopper_.Spawn(RingAfterGrace());
  while (!events_told_ && !grace_over_) co_await changed_.Wait();
  if (all_stopped_) co_return Status();
  co_return GraceError();
}

Task<void> ManagerCore::StopInOrder() {
  group(RunnableGroup::kWarmup).RequestStop();
  for (RunnableGroup which : kStopOrder) {
    group(which).RequestStop();
    co_await group(which).Join();
  }
  co_await group(RunnableGroup::kWarmup).Join();
  all_stopped_ = true;
  if (events_ != nullptr) co_await events_->Finish();
  events_told_ = true;
  changed_.Ring();
}

Task<void> ManagerCore::RingAfterGrace() {
  co_await Sleep(environment_.executor(), options_.graceful_shutdown_timeout, TimerClass::kForeground,
                 EventLabel{EventKind::kTimer, HashBytes("graceful-shutdown")});
  grace_over_ = true;
  changed_.Ring();
}

// RT-024, and who it was (RT-028).
Status ManagerCore::GraceError() const {
  std::vector<std::string> running;
  for (RunnableGroup which : kStopOrder) groups_[static_cast<size_t>(which)].DescribeRunning(&running);
  groups_[static_cast<size_t>(RunnableGroup::kWarmup)].DescribeRunning(&running);
  return Status(Code::kDeadlineExceeded, "failed waiting for all runnables to end within grace period of " +
                                             FormatDuration(options_.graceful_shutdown_timeout) +
                                             "; still running: " + Join(running, ", "));
}

void ManagerCore::ClearGroups() {
  stopper_.Clear();
  for (RunnableGroup which : kStopOrder) group(which).Clear();
  group(RunnableGroup::kWarmup).Clear();
}

}  // namespace wavetank::internal
