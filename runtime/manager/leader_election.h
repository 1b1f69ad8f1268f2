// LeaderElector: at most one of several processes leads, by a Lease that it renews (RT-030..044).
//
//   LeaderElector elector({.client = client, .lease = ObjectKey("shop", "web.example.com"), .identity = "web-1_4f0c"});
//   elector.on_started_leading = [&] { ... };
//   Status ended = co_await elector.Run(&stop);       // OK: stopped; kUnavailable: leader election lost
//
// A manager has one when ManagerOptions::leader_election is set; programs without a manager may use it alone.
//
// What it promises, and what not. Whether a lease has expired is judged by this process's own clock only, from the moment in
// which it saw the record change: clocks may differ, they must only run equally fast (RT-035). A process that stood still
// for longer than the lease does not know it: until it notices, two lead, and nothing fences what the old one still writes
// (RT-044). Writes must be safe by optimistic concurrency: a resourceVersion, a uid, a name that is taken.
//
// Life: tries at once and then every retry_period, stretched by up to 120 %, until it has the lease; renews every
// retry_period; leads no longer when no renewal succeeded for renew_deadline, or when stop is set. Then, with
// release_on_cancel, the lease is given away, so that the next one need not wait: right only for a process that ends at once.
//
// Simulation: its timers are background, with one exception: while a lease is held by somebody whose renewal has not been
// seen yet, who may be dead, waiting for it is foreground. So a world does not come to rest before somebody leads.
// Ownership: `stop` and the environment outlive it. Destroying it in Run sends nothing.
#pragma once

#include <functional>
#include <string>

#include "runtime/api/coordination_v1.h"
#include "runtime/client/client.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/task.h"

namespace wavetank {

struct LeaderElectionConfig {
  Client client;    // talks to the server
  ObjectKey lease;  // with its namespace
  std::string identity;
  Duration lease_duration = std::chrono::seconds(15);
  Duration renew_deadline = std::chrono::seconds(10);
  Duration retry_period = std::chrono::seconds(2);
  bool release_on_cancel = false;
  Logger logger = {};
};

// InvalidArgument for times that cannot work, and for what is missing (RT-031).
Status ValidateLeaderElection(const LeaderElectionConfig& config);

class LeaderElector {
 public:
  // REQUIRES: ValidateLeaderElection(config).ok().
  explicit LeaderElector(LeaderElectionConfig config);
  LeaderElector(const LeaderElector&) = delete;
  LeaderElector& operator=(const LeaderElector&) = delete;

  // Called in the step in which it happens; they do not wait. `on_stopped_leading` is called once at the end, also when it
  // never led. `on_new_leader` at each observed change, also to itself (RT-038).
  std::function<void()> on_started_leading;
  std::function<void()> on_stopped_leading;
  std::function<void(const std::string& identity)> on_new_leader;

  // Once.
  Task<Status> Run(Signal* stop);

  // By what was seen last. A leader that stood still still believes it.
  bool leading() const { return leading_; }
  const std::string& leader() const { return reported_; }
  const std::string& identity() const { return config_.identity; }
  const ObjectKey& lease() const { return config_.lease; }
  // Renewals that could not go on from what was last seen, and read the lease again (RT-036).
  uint64_t slow_path() const { return slow_path_; }
  // An error when it leads and has not renewed for its lease duration and `tolerance` (RT-041).
  Status Check(Duration tolerance) const;

 private:
  Time Now() const { return config_.client.executor().Now(); }
  Task<bool> Acquire(Signal* stop);
  Task<void> Renew(Signal* stop);
  // Tries until it succeeds or renew_deadline has passed; false then, and when stopped.
  Task<bool> RenewOnce(Signal* stop);
  // One attempt.
  Task<bool> TryAcquireOrRenew();
  Task<bool> TryFastPath();
  Task<bool> Write(coordination_v1::Lease lease, bool create);
  Task<void> Release();
  Task<Status> ReleaseAttempt();
  // False: stop came first.
  Task<bool> Pause(Signal* stop, Duration duration, TimerClass timer_class);

  bool IsHolder() const { return observed_.spec().holder_identity().value_or(String()) == config_.identity; }
  bool Valid() const;
  // Remembers what is in the lease; the clock of its expiry starts anew when it has changed.
  void Observe(const coordination_v1::Lease& lease);
  void Remember(const coordination_v1::Lease& lease);
  void Report();
  coordination_v1::LeaseSpec NewSpec() const;

  const LeaderElectionConfig config_;
  Random random_;
  coordination_v1::Lease observed_;  // with the resourceVersion that a write names
  bool seen_any_ = false;
  bool holder_lives_ = false;  // the present holder has renewed under our eyes
  Time observed_at_;
  std::string reported_;
  bool leading_ = false;
  uint64_t slow_path_ = 0;
};

}  // namespace wavetank
