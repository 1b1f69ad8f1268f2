#include "examples/replicaset/status.h"

#include <array>
#include <string_view>
#include <utility>

#include "runtime/api/metadata.h"

namespace wavetank::examples {
namespace {

const Name kAvailableReplicas("availableReplicas");
const Name kFullyLabeledReplicas("fullyLabeledReplicas");
const Name kLastTransitionTime("lastTransitionTime");
const Name kMessage("message");
const Name kObservedGeneration("observedGeneration");
const Name kReadyReplicas("readyReplicas");
const Name kReason("reason");
const Name kTerminatingReplicas("terminatingReplicas");

constexpr std::string_view kReplicaFailure = "ReplicaFailure";

// Zeros are left out, as everywhere in this API but for `replicas`.
Value WithCount(const Value& status, Name field, int64_t count) {
  return count == 0 ? status.Without(field) : status.Set(field, count);
}

Value FailureCondition(int64_t diff, const Status& error, Time now) {
  return ObjectBuilder(5)
      .Add(kLastTransitionTime, FormatTime(now))
      .Add(kMessage, error.message())
      .Add(kReason, diff < 0 ? "FailedCreate" : "FailedDelete")
      .Add(names::kStatus, "True")
      .Add(names::kType, kReplicaFailure)
      .Build();
}

}  // namespace

Value SetReplicaCondition(const Value& status, const Value& condition) {
  const std::string_view type = condition[names::kType].AsString();
  const Value& present = FindCondition(status, type);
  if (!present.is_null() && present[names::kStatus] == condition[names::kStatus] &&
      present[kReason] == condition[kReason]) {
    return status;
  }
  const Value others = WithoutCondition(status, type);
  return others.Set(names::kConditions, others[names::kConditions].is_array()
                                            ? others[names::kConditions].Append(condition)
                                            : Value::Array({condition}));
}

Value ComputeStatus(const SetKind& kind, const Object& set, const StatusInput& input) {
  const PodCounts& counts = input.counts;
  Value next = set.status().Set(names::kReplicas, counts.active);
  next = WithCount(next, kFullyLabeledReplicas, counts.labelled);
  next = WithCount(next, kReadyReplicas, counts.ready);
  next = WithCount(next, kAvailableReplicas, counts.available);
  if (kind.terminating_replicas) {
    next = input.count_terminating ? next.Set(kTerminatingReplicas, counts.terminating)
                                   : next.Without(kTerminatingReplicas);
  }
  next = WithCount(next, kObservedGeneration, set.generation());

  const bool failing = !FindCondition(next, kReplicaFailure).is_null();
  if (!input.manage_error.ok()) {
    // The first error stays until there is none: neither message nor reason is refreshed (RS-103).
    if (!failing) next = SetReplicaCondition(next, FailureCondition(input.diff, input.manage_error, input.now));
  } else if (failing && !input.keep_failure) {
    next = WithoutCondition(next, kReplicaFailure);
    if (next[names::kConditions].empty()) next = next.Without(names::kConditions);
  }
  return next;
}

bool SameStatus(const Object& set, const Value& next) {
  const Value& now = set.status();
  static const std::array<Name, 6> kCounts = {names::kReplicas,   kFullyLabeledReplicas, kReadyReplicas,
                                              kAvailableReplicas, kObservedGeneration,   kTerminatingReplicas};
  for (Name count : kCounts) {
    if (now[count].AsInt() != next[count].AsInt()) return false;
  }
  // Absent and zero are two things for this one.
  if (now.Has(kTerminatingReplicas) != next.Has(kTerminatingReplicas)) return false;
  const Value& before = now[names::kConditions];
  const Value& after = next[names::kConditions];
  return before == after || (before.empty() && after.empty());
}

}  // namespace wavetank::examples
