// What a Deployment's status says: counts from its sets, conditions, progress.
//
//   Value status = RolloutStatus(deployment, sets, new_set, now);
//   status = WithProgress(deployment, status, sets, new_set, now);
//
// Conditions keep their order of coming: one that changes moves to the end, as in a real cluster. lastUpdateTime is when
// something was last said, lastTransitionTime when the status last changed. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::sim::cluster {

inline constexpr std::string_view kProgressing = "Progressing";
inline const Name kCollisionCount("collisionCount");

struct DeploymentCondition {
  std::string_view type;
  std::string_view status;
  std::string_view reason;
  std::string message;
};

// Leaves a condition alone that has this status and reason already.
Value SetDeploymentCondition(const Value& status, const DeploymentCondition& condition, Time now);

// `new_set` may be empty. The conditions of the present status, with Available brought up to date.
Value RolloutStatus(const Object& deployment, const std::vector<Object>& sets, const Object& new_set, Time now);
// The same with Progressing and ReplicaFailure.
Value WithProgress(const Object& deployment, Value status, const std::vector<Object>& sets, const Object& new_set,
                   Time now);

bool HasProgressDeadline(const Object& deployment);
// Everything that is wanted is there, is of the new template and is available.
bool IsComplete(const Object& deployment, const Value& status);
// How long until the rollout must have progressed; nothing when nobody waits for it. May be negative.
std::optional<Duration> UntilDeadline(const Object& deployment, const Value& status, Time now);

}  // namespace wavetank::sim::cluster
