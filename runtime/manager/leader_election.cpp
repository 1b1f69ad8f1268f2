#include "runtime/manager/leader_election.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "runtime/api/status_error.h"
#include "runtime/client/retry.h"
#include "runtime/exec/timeout.h"

namespace wavetank {
namespace {

using coordination_v1::Lease;
using coordination_v1::LeaseSpec;

// How much longer than the retry period a candidate may wait, in percent (RT-033).
constexpr uint64_t kJitterPercent = 120;

Task<Status> WaitForStop(Signal* stop) {
  co_await stop->Wait();
  co_return Status();
}

Status Bad(std::string message) { return Status(Code::kInvalidArgument, std::move(message)); }

// For a request of the elector (RT-032).
Duration RequestTimeout(const LeaderElectionConfig& config) {
  return std::max<Duration>(std::chrono::seconds(1), config.renew_deadline / 2);
}

}  // namespace

Status ValidateLeaderElection(const LeaderElectionConfig& config) {
  if (config.identity.empty()) return Bad("leader election: the identity is empty");
  if (config.lease.name.empty()) return Bad("leader election: the lease has no name; set leader_election_id");
  if (config.lease.ns.empty()) return Bad("leader election: the lease has no namespace");
  if (config.retry_period.count() < 1) return Bad("retryPeriod must be greater than zero");
  if (config.renew_deadline.count() < 1) return Bad("renewDeadline must be greater than zero");
  if (config.lease_duration < std::chrono::seconds(1)) return Bad("leaseDuration must be at least one second");
  if (config.lease_duration <= config.renew_deadline) return Bad("leaseDuration must be greater than renewDeadline");
  if (config.renew_deadline * 10 <= config.retry_period * 12) {
    return Bad("renewDeadline must be greater than retryPeriod*JitterFactor");
  }
  return {};
}

LeaderElector::LeaderElector(LeaderElectionConfig config)
    : config_(std::move(config)),
      random_(config_.client.env().RandomFor("leader-election/" + config_.lease.ToString() + "/" + config_.identity)) {
  const Status valid = ValidateLeaderElection(config_);
  WT_CHECK(valid.ok(), valid.message().c_str());
}

Task<Status> LeaderElector::Run(Signal* stop) {
  const bool acquired = co_await Acquire(stop);
  if (acquired) {
    leading_ = true;
    if (on_started_leading) on_started_leading();
    co_await Renew(stop);
    leading_ = false;
    if (config_.release_on_cancel) co_await Release();
  }
  if (on_stopped_leading) on_stopped_leading();
  if (stop->is_set()) co_return Status();
  co_return Status(Code::kUnavailable, "leader election lost");
}

Task<bool> LeaderElector::Acquire(Signal* stop) {
  while (!stop->is_set()) {
    const bool got = co_await TryAcquireOrRenew();
    Report();
    if (got) co_return true;
    const auto spread = static_cast<uint64_t>(config_.retry_period.count()) / 100 * kJitterPercent;
    const Duration wait = config_.retry_period + Duration(static_cast<int64_t>(random_.Below(spread + 1)));
    const TimerClass timer_class = holder_lives_ ? TimerClass::kBackground : TimerClass::kForeground;
    const bool waited = co_await Pause(stop, wait, timer_class);
    if (!waited) co_return false;
  }
  co_return false;
}

Task<void> LeaderElector::Renew(Signal* stop) {
  while (!stop->is_set()) {
    const bool renewed = co_await RenewOnce(stop);
    Report();
    if (!renewed) co_return;
    const bool waited = co_await Pause(stop, config_.retry_period, TimerClass::kBackground);
    if (!waited) co_return;
  }
}

Task<bool> LeaderElector::RenewOnce(Signal* stop) {
  const Time deadline = Now() + config_.renew_deadline;
  for (;;) {
    const bool renewed = co_await TryAcquireOrRenew();
    if (renewed) co_return true;
    const Duration left = deadline - Now();
    const Duration wait = std::min(config_.retry_period, left);
    if (wait.count() > 0) {
      const bool waited = co_await Pause(stop, wait, TimerClass::kBackground);
      if (!waited) co_return false;
    }
    if (Now() >= deadline) co_return false;
  }
}

Task<bool> LeaderElector::TryAcquireOrRenew() {
  if (IsHolder() && Valid()) {
    const bool renewed = co_await TryFastPath();
    if (renewed) co_return true;
    ++slow_path_;
  }
  auto found = co_await WithTimeout(config_.client.executor(), RequestTimeout(config_),
                                    AsTask(config_.client.Get<Lease>(config_.lease)), TimerClass::kBackground);
  if (IsNotFound(found.status())) {
    LeaseSpec spec = NewSpec();
    spec.set_lease_transitions(0);
    const bool created = co_await Write(Lease::New(config_.lease.ns, config_.lease.name).set_spec(spec), true);
    co_return created;
  }
  if (!found.ok()) {
    config_.logger.Error(found.status(), "error retrieving resource lock", {{"lease", config_.lease.ToString()}});
    co_return false;
  }
  Observe(*found);
  const String holder = observed_.spec().holder_identity().value_or(String());
  if (!holder.empty() && !IsHolder() && Valid()) co_return false;
  LeaseSpec spec = observed_.spec();
  const LeaseSpec fresh = NewSpec();
  if (!IsHolder()) {
    spec.set_acquire_time(fresh.acquire_time()).set_lease_transitions(spec.lease_transitions().value_or(0) + 1);
  }
  spec.set_holder_identity(fresh.holder_identity())
      .set_lease_duration_seconds(fresh.lease_duration_seconds())
      .set_renew_time(fresh.renew_time());
  const bool written = co_await Write(Lease(observed_).set_spec(spec), false);
  co_return written;
}

Task<bool> LeaderElector::TryFastPath() {
  LeaseSpec spec = observed_.spec();
  spec.set_renew_time(Now());
  const bool written = co_await Write(Lease(observed_).set_spec(spec), false);
  co_return written;
}

Task<bool> LeaderElector::Write(Lease lease, bool create) {
  auto call = create ? AsTask(config_.client.Create(lease)) : AsTask(config_.client.Update(lease));
  auto written = co_await WithTimeout(config_.client.executor(), RequestTimeout(config_), std::move(call),
                                      TimerClass::kBackground);
  if (written.ok()) {
    Remember(*written);
    co_return true;
  }
  if (!IsConflict(written.status()) && !IsAlreadyExists(written.status())) {
    config_.logger.Error(written.status(), "Failed to update lock", {{"lease", config_.lease.ToString()}});
  }
  co_return false;
}

Task<void> LeaderElector::Release() {
  if (!IsHolder()) co_return;
  Random random = config_.client.env().RandomFor("leader-election-release");
  Backoff backoff = Backoff::DefaultRetry();
  const Time deadline = Now() + config_.renew_deadline;
  for (int step = 1;; ++step) {
    Status released = co_await ReleaseAttempt();
    if (released.ok() || !IsConflict(released) || step >= backoff.steps() || Now() >= deadline) {
      if (!released.ok()) config_.logger.Error(released, "Failed to release lock");
      co_return;
    }
    co_await Sleep(config_.client.executor(), backoff.Next(random));
  }
}

// Only what is still ours is given away (RT-039).
Task<Status> LeaderElector::ReleaseAttempt() {
  auto found = co_await WithTimeout(config_.client.executor(), RequestTimeout(config_),
                                    AsTask(config_.client.Get<Lease>(config_.lease)), TimerClass::kBackground);
  CO_RETURN_IF_ERROR(found.status());
  Observe(*found);
  if (!IsHolder()) co_return Status();
  LeaseSpec spec = observed_.spec();
  spec.set_holder_identity(String()).set_lease_duration_seconds(1).set_renew_time(Now()).set_acquire_time(Now());
  auto written =
      co_await WithTimeout(config_.client.executor(), RequestTimeout(config_),
                           AsTask(config_.client.Update(Lease(observed_).set_spec(spec))), TimerClass::kBackground);
  CO_RETURN_IF_ERROR(written.status());
  Remember(*written);
  co_return Status();
}

Task<bool> LeaderElector::Pause(Signal* stop, Duration duration, TimerClass timer_class) {
  Status stopped = co_await WithTimeout(config_.client.executor(), duration, WaitForStop(stop), timer_class,
                                        EventLabel{EventKind::kTimer, HashBytes("leader-election")});
  co_return !stopped.ok();
}

bool LeaderElector::Valid() const {
  const int64_t seconds = observed_.spec().lease_duration_seconds().value_or(0);
  return seen_any_ && observed_at_ + std::chrono::seconds(seconds) > Now();
}

void LeaderElector::Observe(const Lease& lease) {
  const bool changed = !seen_any_ || !(lease.spec() == observed_.spec());
  if (!changed) {
    observed_ = lease;  // the resourceVersion may be another one
    return;
  }
  const bool same_holder = seen_any_ && lease.spec().holder_identity() == observed_.spec().holder_identity();
  holder_lives_ = same_holder;
  Remember(lease);
}

void LeaderElector::Remember(const Lease& lease) {
  observed_ = lease;
  observed_at_ = Now();
  seen_any_ = true;
}

void LeaderElector::Report() {
  const std::string holder = observed_.spec().holder_identity().value_or(String()).str();
  if (holder == reported_) return;
  reported_ = holder;
  if (!holder.empty() && on_new_leader) on_new_leader(holder);
}

LeaseSpec LeaderElector::NewSpec() const {
  LeaseSpec spec;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(config_.lease_duration).count();
  spec.set_holder_identity(String(config_.identity))
      .set_lease_duration_seconds(static_cast<int32_t>(seconds))
      .set_acquire_time(Now())
      .set_renew_time(Now());
  return spec;
}

Status LeaderElector::Check(Duration tolerance) const {
  if (!leading_ || Now() - observed_at_ <= config_.lease_duration + tolerance) return {};
  return Status(Code::kUnavailable, "failed election to renew leadership on lease " + config_.lease.name.str());
}

}  // namespace wavetank
