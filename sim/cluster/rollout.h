// The arithmetic of rollouts, as pure functions on Deployments and their ReplicaSets.
//
//   Fenceposts posts = FencepostsOf(deployment);             // how many pods above, and how many missing, are allowed
//   int64_t size = NewSetSize(deployment, sets, new_set);    // how far the new set may grow now
//   std::string hash = TemplateHash(template, collisions);   // the label pod-template-hash
//
// Two sets are of one revision when their templates are equal but for that label. The hash itself is ours: only its form
// and its equality are those of a real cluster.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/object.h"

namespace wavetank::sim::cluster {

inline constexpr std::string_view kHashLabel = "pod-template-hash";
inline constexpr std::string_view kRevisionAnnotation = "deployment.kubernetes.io/revision";
inline constexpr std::string_view kRollbackAnnotation = "deprecated.deployment.rollback.to";

// ---- Counts. `spec.replicas`, and what the status says.
int64_t Desired(const Object& object);
int64_t StatusCount(const Object& set, Name field);
int64_t DesiredOf(const std::vector<Object>& sets);
int64_t StatusCountOf(const std::vector<Object>& sets, Name field);
inline bool IsActive(const Object& set) { return set && Desired(set) > 0; }
std::vector<Object> ActiveOf(const std::vector<Object>& sets);

struct Fenceposts {
  int64_t surge = 0;
  int64_t unavailable = 0;
};
bool IsRolling(const Object& deployment);
// Zero both when the strategy is Recreate. At least one of them is not zero otherwise.
Fenceposts FencepostsOf(const Object& deployment);
int64_t MaxUnavailable(const Object& deployment);
int64_t MaxTotal(const Object& deployment);

// What the new set's size may be now; `sets` are all sets, the new one among them.
int64_t NewSetSize(const Object& deployment, const std::vector<Object>& sets, const Object& new_set);
// The share of a set when the Deployment is scaled by `to_add` in mid-rollout and `added` are distributed already.
int64_t Proportion(const Object& set, const Object& deployment, int64_t to_add, int64_t added);
// The new set has all pods that are wanted, and they are available.
bool IsSaturated(const Object& deployment, const Object& new_set);

// ---- Templates.
bool SameTemplate(const Value& a, const Value& b);
std::string TemplateHash(const Value& pod_template, int64_t collisions);

// ---- Order. Creation time, then name; sizes from large to small.
void SortByCreation(std::vector<Object>& sets);
void SortBySize(std::vector<Object>& sets, bool newer_first);
void SortByRevision(std::vector<Object>& sets);

// ---- Annotations.
// Nothing when the annotation is missing or no number.
std::optional<int64_t> NumberAnnotation(const Object& object, std::string_view name);
inline std::optional<int64_t> RevisionOf(const Object& set) { return NumberAnnotation(set, kRevisionAnnotation); }
std::optional<int64_t> DesiredAnnotation(const Object& set);
int64_t MaxRevision(const std::vector<Object>& sets);
// The one before; 0 when there is none.
int64_t LastRevision(const std::vector<Object>& sets);
// The Deployment with the set's template, and with the annotations that the set took over when it was the new one.
Value RolledBack(const Object& deployment, const Object& set);
// The set with the Deployment's annotations, its revision, and, for a set that is about to be made, the sizes. The same node
// when nothing changes.
Value WithRolloutAnnotations(const Value& set, const Object& deployment, int64_t revision, bool exists);
Value WithSizeAnnotations(const Value& set, const Object& deployment);

}  // namespace wavetank::sim::cluster
