// ManagerCore: what all handles of a Manager share. For runtime/manager only.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/controller/host.h"
#include "runtime/manager/event_broadcaster.h"
#include "runtime/manager/group.h"
#include "runtime/manager/health.h"
#include "runtime/manager/leader_election.h"
#include "runtime/manager/options.h"

namespace wavetank::internal {

class ManagerCore final : public Pooled<ManagerCore>, public ControllerHost, private Group::Listener {
 public:
  ManagerCore(Environment& environment, ManagerOptions options);

  Task<Status> Start();
  Status Add(std::unique_ptr<Runnable> runnable);
  Status AddCheck(HealthChecks& checks, std::string name, HealthCheck check);

  // ControllerHost.
  Environment& environment() override { return environment_; }
  const Logger& logger() const override { return logger_; }
  Client client() const override { return cached_client_; }
  Cache& cache() override { return cache_; }
  const ControllerDefaults& controller_defaults() const override { return options_.controllers; }
  bool HasController(std::string_view name) const override;
  Result<Controller*> AddController(std::unique_ptr<Controller> controller) override;
  void RememberSetupError(const Status& error) override;

  const Client& live_client() const { return live_client_; }
  Signal& elected() { return elected_; }
  const LeaderElector* elector() const { return elector_.get(); }
  HealthChecks& health() { return health_; }
  HealthChecks& ready() { return ready_; }
  const std::vector<Controller*>& controllers() const { return controllers_; }
  // Made when it is first asked for.
  EventBroadcaster& events();

 private:
  enum class State : uint8_t { kNew, kRunning, kStopping, kStopped };

  void MakeElector();
  Task<void> Elect();
  void OnElected();
  void TellOfLease(std::string_view what);
  void OnError(const Runnable& runnable, const Status& error) override;
  Group& group(RunnableGroup which) { return groups_[static_cast<size_t>(which)]; }
  bool StopWanted() const;
  Task<void> RingOnStop();
  Task<void> StartGroups();
  Task<Status> StopGroups();
  Task<void> StopInOrder();
  Task<void> RingAfterGrace();
  Status GraceError() const;
  void ClearGroups();

  Environment& environment_;
  const ManagerOptions options_;
  const Logger logger_;
  const Client live_client_;
  Cache cache_;
  const Client cached_client_;
  HealthChecks health_;
  HealthChecks ready_;

  State state_ = State::kNew;
  Status setup_error_;  // before the start
  Status run_error_;    // of the first runnable that failed
  bool all_stopped_ = false;
  bool events_told_ = false;  // the last that stops
  bool grace_over_ = false;
  Signal elected_;
  Bell changed_;  // something that Start waits for

  std::unique_ptr<LeaderElector> elector_;
  Signal elector_stop_;  // set when everything has stopped; for a candidate as soon as the stop begins
  bool lost_ = false;    // the lease
  std::unique_ptr<EventBroadcaster> events_;  // outlives the runnables (RT-294)
  PoolVector<std::unique_ptr<Runnable>> runnables_;
  std::vector<Controller*> controllers_;
  std::array<Group, kRunnableGroups> groups_;
  // Last: their frames are destroyed first.
  TaskGroup starter_;
  TaskGroup elector_tasks_;
  TaskGroup stopper_;
};

struct ManagerSlot {
  std::unique_ptr<ManagerCore> core;
};

}  // namespace wavetank::internal
