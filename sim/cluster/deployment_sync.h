// DeploymentSync: one look of the Deployment controller at one Deployment.
//
//   DeploymentSync sync(&client, &events, deployment, sets, now, has_running_pods);
//   Status done = co_await sync.Run();
//   if (sync.look_again().has_value()) ...       // when the rollout must have progressed
//
// Order of one look: pause and resume are noted; a paused Deployment or one whose size changed is scaled, each set by its
// share; a rollback that is asked for happens; otherwise its strategy goes one step. Each step writes a set or two and then
// the status, and the events of these writes bring the next look. The status of a step tells of the sets as they were before
// it scaled them.
// Ownership: made for one reconcile; everything it refers to outlives that.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/client/client.h"
#include "runtime/exec/task.h"
#include "runtime/manager/event_recorder.h"

namespace wavetank::sim::cluster {

class DeploymentSync {
 public:
  // Whether a set of that uid has pods that have not ended.
  using HasRunningPods = std::function<bool(const String& uid)>;

  // `sets`: those that the Deployment controls.
  DeploymentSync(const Client* client, EventRecorder* events, Object deployment, std::vector<Object> sets, Time now,
                 HasRunningPods has_running_pods);

  Task<Status> Run();
  std::optional<Duration> look_again() const { return look_again_; }

 private:
  Task<Status> NotePause();
  Task<Status> ScaleOnly();
  Task<Status> Roll();
  Task<Status> Recreate();
  Task<Status> RollBack(int64_t revision);
  Task<Status> RollBackTo(Object set, int64_t revision);

  // Finds the new set and brings its annotations up to date; makes it when it is missing and `create` says so.
  Task<Status> FindSets(bool create);
  Task<Status> BringUpToDate();
  Task<Status> CreateNewSet();
  Task<Status> OnNameTaken(String name, Status error);
  Task<Status> NoteCreation(std::string_view reason, std::string text, bool created);

  Task<Status> ScaleInProportion();
  // Nothing when the set has that size already, whatever its annotations say.
  Task<Status> ScaleTo(Object set, int64_t size);
  // The size, and the annotations that tell of the Deployment's.
  Task<Status> Resize(Object set, int64_t size);
  // True when a set was scaled.
  Task<Result<bool>> GrowNewSet();
  Task<Result<bool>> ShrinkOldSets();
  Task<Status> CleanUp();

  Task<Status> WriteRolloutStatus(std::vector<Object> sets);
  Task<Status> WriteStatus(Value status);
  Task<Status> WriteDeployment(Object changed);

  bool IsScaled() const;
  bool OldPodsRun() const;
  // The revision that the annotation deprecated.deployment.rollback.to names; 0: the one before the last.
  std::optional<int64_t> RollbackWanted() const;
  Object ActiveOrLatest() const;
  std::vector<Object> All() const;
  void Remember(const Object& set);

  const Client* const client_;
  EventRecorder* const events_;
  Object deployment_;
  std::vector<Object> sets_;  // as given
  const Time now_;
  const HasRunningPods has_running_pods_;
  Object new_set_;           // empty: none
  std::vector<Object> old_;  // all others
  std::optional<Duration> look_again_;
};

}  // namespace wavetank::sim::cluster
