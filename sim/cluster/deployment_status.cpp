#include "sim/cluster/deployment_status.h"

#include <algorithm>

#include "runtime/api/metadata.h"
#include "sim/cluster/rollout.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

const Name kDeadline("progressDeadlineSeconds");
const Name kLastUpdateTime("lastUpdateTime");
constexpr std::string_view kReplicaFailure = "ReplicaFailure";
constexpr std::string_view kDone = "NewReplicaSetAvailable";
constexpr std::string_view kTimedOut = "ProgressDeadlineExceeded";

Value MakeCondition(const DeploymentCondition& condition, Value updated, Value changed) {
  return ObjectBuilder(6)
      .Add(kLastTransitionTime, std::move(changed))
      .Add(kLastUpdateTime, std::move(updated))
      .Add(kMessage, condition.message)
      .Add(kReason, condition.reason)
      .Add(names::kStatus, condition.status)
      .Add(names::kType, condition.type)
      .Build();
}

// At the end of the list, whatever place it had.
Value Replace(const Value& status, Value condition) {
  ArrayBuilder conditions;
  for (const Value& old : status[names::kConditions].elements()) {
    if (!(old[names::kType] == condition[names::kType])) conditions.Add(old);
  }
  conditions.Add(std::move(condition));
  return status.Set(names::kConditions, conditions.Build());
}

std::string About(const Object& deployment, const Object& new_set, std::string_view what) {
  std::string text = new_set ? "ReplicaSet \"" + new_set.name().str() : "Deployment \"" + deployment.name().str();
  return text.append("\" ").append(what);
}

bool HasProgressed(const Value& before, const Value& after) {
  const auto count = [](const Value& status, Name field) { return status[field].AsInt(); };
  const auto old_pods = [&](const Value& s) { return count(s, names::kReplicas) - count(s, kUpdatedReplicas); };
  return count(after, kUpdatedReplicas) > count(before, kUpdatedReplicas) || old_pods(after) < old_pods(before) ||
         count(after, kReadyReplicas) > count(before, kReadyReplicas) ||
         count(after, kAvailableReplicas) > count(before, kAvailableReplicas);
}

Time Deadline(const Object& deployment, const Value& condition) {
  const Time since = ParseTime(condition[kLastUpdateTime].AsString()).value_or(Time());
  return since + std::chrono::seconds(deployment.spec()[kDeadline].AsInt());
}

bool HasTimedOut(const Object& deployment, const Value& status, Time now) {
  const Value& condition = FindCondition(status, kProgressing);
  if (condition.is_null() || condition[kReason] == kDone) return false;
  return condition[kReason] == kTimedOut || Deadline(deployment, condition) < now;
}

// The failure that a set reports: the new one's first.
Value FailureOf(const std::vector<Object>& sets, const Object& new_set) {
  Value failure = new_set ? FindCondition(new_set.status(), kReplicaFailure) : Value();
  for (size_t i = 0; failure.is_null() && i < sets.size(); ++i)
    failure = FindCondition(sets[i].status(), kReplicaFailure);
  return failure;
}

Value WithFailure(const Value& status, const Value& failure) {
  if (failure.is_null()) return WithoutCondition(status, kReplicaFailure);
  const Value& old = FindCondition(status, kReplicaFailure);
  if (old[names::kStatus] == failure[names::kStatus] && old[kReason] == failure[kReason]) return status;
  const DeploymentCondition condition{kReplicaFailure, failure[names::kStatus].AsString(), failure[kReason].AsString(),
                                      std::string(failure[kMessage].AsString())};
  return Replace(status, MakeCondition(condition, failure[kLastTransitionTime], failure[kLastTransitionTime]));
}

// Said anew each time, so that lastUpdateTime tells when the last progress was.
Value SayProgress(const Value& status, const DeploymentCondition& condition, Time now) {
  const Value& old = FindCondition(status, kProgressing);
  Value changed = old[names::kStatus] == condition.status ? old[kLastTransitionTime] : Value(FormatTime(now));
  return Replace(status, MakeCondition(condition, Value(FormatTime(now)), std::move(changed)));
}

}  // namespace

Value SetDeploymentCondition(const Value& status, const DeploymentCondition& condition, Time now) {
  const Value& old = FindCondition(status, condition.type);
  const bool same_status = old[names::kStatus] == condition.status;
  if (same_status && old[kReason] == condition.reason) return status;
  const Value stamp(FormatTime(now));
  return Replace(status, MakeCondition(condition, stamp, same_status ? old[kLastTransitionTime] : stamp));
}

bool HasProgressDeadline(const Object& deployment) {
  const Value& deadline = deployment.spec()[kDeadline];
  return !deadline.is_null() && deadline.AsInt() != INT32_MAX;
}

bool IsComplete(const Object& deployment, const Value& status) {
  const int64_t wanted = Desired(deployment);
  return status[kUpdatedReplicas].AsInt() == wanted && status[names::kReplicas].AsInt() == wanted &&
         status[kAvailableReplicas].AsInt() == wanted && status[kObservedGeneration].AsInt() >= deployment.generation();
}

Value RolloutStatus(const Object& deployment, const std::vector<Object>& sets, const Object& new_set, Time now) {
  const int64_t available = StatusCountOf(sets, kAvailableReplicas);
  // A set that its controller has not looked at yet has no pods that could end.
  const auto is_told = [](const Object& set) {
    return set.status().Has(kTerminatingReplicas) || set.status()[kObservedGeneration].AsInt() == 0;
  };
  ObjectBuilder builder(9);
  const auto add = [&](Name name, int64_t count) {
    if (count != 0) builder.Add(name, count);
  };
  add(kAvailableReplicas, available);
  if (const Value& collisions = deployment.status()[kCollisionCount]; !collisions.is_null()) {
    builder.Add(kCollisionCount, collisions);
  }
  if (const Value& old = deployment.status()[names::kConditions]; !old.empty()) builder.Add(names::kConditions, old);
  add(kObservedGeneration, deployment.generation());
  add(kReadyReplicas, StatusCountOf(sets, kReadyReplicas));
  add(names::kReplicas, StatusCountOf(sets, names::kReplicas));
  if (std::ranges::all_of(sets, is_told)) {
    builder.Add(kTerminatingReplicas, StatusCountOf(sets, kTerminatingReplicas));
  }
  add(kUnavailableReplicas, std::max<int64_t>(0, DesiredOf(sets) - available));
  add(kUpdatedReplicas, new_set ? StatusCount(new_set, names::kReplicas) : 0);
  const bool enough = available >= Desired(deployment) - MaxUnavailable(deployment);
  const DeploymentCondition condition = enough ? DeploymentCondition{"Available", "True", "MinimumReplicasAvailable",
                                                                     "Deployment has minimum availability."}
                                               : DeploymentCondition{"Available", "False", "MinimumReplicasUnavailable",
                                                                     "Deployment does not have minimum availability."};
  return SetDeploymentCondition(builder.Build(), condition, now);
}

Value WithProgress(const Object& deployment, Value status, const std::vector<Object>& sets, const Object& new_set,
                   Time now) {
  const Value current = FindCondition(deployment.status(), kProgressing);
  const bool deadline = HasProgressDeadline(deployment);
  if (!deadline) status = WithoutCondition(status, kProgressing);
  const bool was_done = current[kReason] == kDone && status[names::kReplicas] == status[kUpdatedReplicas];
  if (deadline && !was_done) {
    if (IsComplete(deployment, status)) {
      const std::string text = About(deployment, new_set, "has successfully progressed.");
      status = SetDeploymentCondition(status, {kProgressing, "True", kDone, text}, now);
    } else if (HasProgressed(deployment.status(), status)) {
      const std::string text = About(deployment, new_set, "is progressing.");
      status = SayProgress(status, {kProgressing, "True", "ReplicaSetUpdated", text}, now);
    } else if (HasTimedOut(deployment, status, now)) {
      const std::string text = About(deployment, new_set, "has timed out progressing.");
      status = SetDeploymentCondition(status, {kProgressing, "False", kTimedOut, text}, now);
    }
  }
  return WithFailure(status, FailureOf(sets, new_set));
}

std::optional<Duration> UntilDeadline(const Object& deployment, const Value& status, Time now) {
  const Value& current = FindCondition(deployment.status(), kProgressing);
  if (!HasProgressDeadline(deployment) || current.is_null() || current[kReason] == kTimedOut) return std::nullopt;
  if (IsComplete(deployment, status)) return std::nullopt;
  return Deadline(deployment, current) - now;
}

}  // namespace wavetank::sim::cluster
