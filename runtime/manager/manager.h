// Manager: everything an operator's process runs, started and stopped in order (RT-001..028).
//
//   Task<Status> Main(Environment& environment) {
//     auto manager = Manager::New(environment, {});
//     ControllerManagedBy(manager).For<ReplicaSet>().Owns<Pod>().Complete(PodCount(manager.client()));
//     co_return co_await manager.Start();
//   }
//
// Start order: HTTP servers, webhooks, caches (until synced), others, what must be elected. Stop order: others, elected,
// caches, webhooks, HTTP servers, each "signal, then wait"; in between nothing is cut off before the graceful timeout.
// When Start has returned, nothing of the manager runs any more.
//
// Ownership. The handle that New returned owns the manager; moving it moves that. Copies refer to it and may be passed
// by value and kept, even in a reconciler: they keep nothing alive, so no circle can leak. Using a copy after the owner has
// gone is a failed check, never a stray pointer. The manager owns client, cache, runnables and controllers; frames are
// destroyed before what they refer to. Destroying it at any time, running or not, sends nothing and calls nobody: that is
// a crash. The Environment, and the stop signal of the options, outlive it.
// Events that wait when everything else has stopped are tried once more, within what is left of the graceful timeout.
// With leader election the lease is kept while runnables stop, and let go of when nothing runs any more (RT-022).
// The HTTP servers are not part of this version.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/controller/builder.h"
#include "runtime/controller/runnable.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"
#include "runtime/manager/event_recorder.h"
#include "runtime/manager/health.h"
#include "runtime/manager/leader_election.h"
#include "runtime/manager/options.h"
#include "runtime/workqueue/metrics.h"

namespace wavetank {

// A process: called at its start, and again after every crash, with a new Environment (DESIGN section 3).
using ProcessMain = Task<Status>(Environment&);

namespace internal {
class ManagerCore;
struct ManagerSlot;
}  // namespace internal

// The numbers of one controller and its queue (RT-340, RT-342).
struct ControllerSnapshot {
  std::string name;
  ControllerMetrics controller;
  QueueMetrics queue;  // zeros before its start
};

class Manager {
 public:
  // A runnable made of a function that makes its task. The function is kept while the task runs; it is no coroutine with
  // captures itself, but calls one: [state](RunContext run) { return Sweep(state, run); }
  using Function = std::function<Task<Status>(RunContext)>;

  // Refers to nothing; only assigning to it and giving it to ControllerManagedBy (which says so) makes sense.
  Manager() = default;
  static Manager New(Environment& environment, ManagerOptions options = {});

  Manager(const Manager& other) : slot_(other.slot_) {}
  Manager(Manager&& other) noexcept : slot_(std::move(other.slot_)), owner_(std::exchange(other.owner_, false)) {}
  Manager& operator=(Manager other) noexcept {
    std::swap(slot_, other.slot_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  ~Manager();

  // Runs until the stop signal (OK), or the first error of a runnable. Once (RT-006). An error of the set-up that nobody
  // looked at is returned before anything starts.
  Task<Status> Start() const;

  // Before or after the start; refused once the stop has begun (RT-005). Its group says when it runs (RT-002).
  Status Add(std::unique_ptr<Runnable> runnable) const;
  Status Add(std::string name, Function function, RunnableGroup group = RunnableGroup::kLeaderElection) const;

  // Reads from the cache, writes to the server. Refers to the manager.
  Client client() const;
  // Reads from the server.
  Client api_reader() const;
  Cache& cache() const;
  Environment& environment() const;
  const Logger& logger() const;
  const ControllerDefaults& controller_defaults() const;
  // An index of the cache, by which lists may select. Before the start is the time to add it.
  Status AddIndex(const KindRef& kind, String name, IndexFunction function) const;
  // Set when what must be elected starts; without election that is when the groups before it run.
  Signal& elected() const;
  // Null without leader election.
  const LeaderElector* elector() const;
  // Recorders of events, for the same name the same one; any time, owned by the manager (RT-294). Of core/v1:
  EventRecorder& event_recorder_for(std::string_view component) const;
  // Of events.k8s.io/v1:
  ActionRecorder& event_recorder(std::string_view controller) const;

  // Refused after the start (RT-006).
  Status AddHealthCheck(std::string name, HealthCheck check) const;
  Status AddReadyCheck(std::string name, HealthCheck check) const;
  HealthReport CheckHealth(const HealthQuery& query = {}) const;
  HealthReport CheckReady(const HealthQuery& query = {}) const;

  // In the order of their making.
  const std::vector<Controller*>& controllers() const;
  std::vector<ControllerSnapshot> Metrics() const;
  // Queues and reconcilers of all controllers as a hash; absent when a reconciler does not know its own.
  std::optional<uint64_t> Fingerprint() const;

  // Null for an empty handle.
  ControllerHost* host() const;

 private:
  internal::ManagerCore& core() const;

  std::shared_ptr<internal::ManagerSlot> slot_;
  bool owner_ = false;
};

inline Builder ControllerManagedBy(const Manager& manager) { return Builder(manager.host()); }

}  // namespace wavetank
