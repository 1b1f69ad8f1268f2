#include "runtime/manager/manager_core.h"

#include <utility>

#include "runtime/base/strings.h"
#include "runtime/exec/sleep.h"

namespace wavetank::internal {
namespace {

// Where a pod finds its namespace (RT-032).
constexpr std::string_view kNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

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
      elector_stop_(environment.executor()),
      groups_{Group(&environment_, &logger_, this), Group(&environment_, &logger_, this),
              Group(&environment_, &logger_, this), Group(&environment_, &logger_, this),
              Group(&environment_, &logger_, this), Group(&environment_, &logger_, this)},
      starter_(environment.executor()),
      elector_tasks_(environment.executor()),
      stopper_(environment.executor()) {
  if (options_.leader_election) MakeElector();
  runnables_.push_back(std::make_unique<CacheRunnable>(&cache_));
  group(RunnableGroup::kCaches).Add(runnables_.back().get(), false);
}

void ManagerCore::MakeElector() {
  std::string ns = options_.leader_election_namespace;
  if (ns.empty()) {
    Result<std::string> own = environment_.ReadFile(kNamespaceFile);
    if (!own.ok()) {
      return RememberSetupError(Status(Code::kInvalidArgument,
                                       "unable to find leader election namespace: not running in-cluster, please specify "
                                       "leader_election_namespace"));
    }
    ns = *own;
  }
  Random random = environment_.RandomFor("leader-identity");
  LeaderElectionConfig config{.client = live_client_,
                              .lease = ObjectKey(ns, options_.leader_election_id),
                              .identity = environment_.Hostname() + "_" + random.Uuid(),
                              .lease_duration = options_.lease_duration,
                              .renew_deadline = options_.renew_deadline,
                              .retry_period = options_.retry_period,
                              .release_on_cancel = options_.leader_election_release_on_cancel,
                              .logger = logger_};
  const Status valid = ValidateLeaderElection(config);
  if (!valid.ok()) return RememberSetupError(valid);
  elector_ = std::make_unique<LeaderElector>(std::move(config));
  elector_->on_started_leading = [this] { OnElected(); };
  elector_->on_new_leader = [this](const std::string& leader) {
    logger_.Info("new leader elected", {{"identity", leader}});
  };
}

// RT-040.
void ManagerCore::TellOfLease(std::string_view what) {
  const ObjectKey& lease = elector_->lease();
  const std::string& identity = elector_->identity();
  events().RecorderFor(identity).Event(coordination_v1::Lease::New(lease.ns, lease.name), EventType::kNormal, "LeaderElection",
                                       identity + std::string(what));
}

// What must be elected runs beside the renewals (RT-038); a stop that has begun comes first (RT-023).
void ManagerCore::OnElected() {
  TellOfLease(" became leader");
  if (state_ != State::kRunning) return;
  elected_.Set();
  group(RunnableGroup::kLeaderElection).Start();
}

Task<void> ManagerCore::Elect() {
  Status ended = co_await elector_->Run(&elector_stop_);
  if (elected_.is_set()) TellOfLease(" stopped leading");
  if (ended.ok()) co_return;
  lost_ = true;
  if (run_error_.ok()) run_error_ = ended;
  changed_.Ring();
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
    if (which == RunnableGroup::kLeaderElection) {
      if (elector_ != nullptr) {
        elector_tasks_.Spawn(Elect());
        co_return;
      }
      elected_.Set();
    }
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
  // Who has lost the lease stops at once (RT-025).
  const Duration grace = lost_ ? Duration(0) : options_.graceful_shutdown_timeout;
  if (elector_ != nullptr && !elector_->leading()) elector_stop_.Set();
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
  // Only now: while reconciles end, nobody else may lead (RT-022).
  elector_stop_.Set();
  co_await elector_tasks_.Join();
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
  elector_tasks_.Clear();
  for (RunnableGroup which : kStopOrder) group(which).Clear();
  group(RunnableGroup::kWarmup).Clear();
}

}  // namespace wavetank::internal
