// Which pods die first when a set has too many (RS-080..090).
//
//   std::vector<Object> victims = ChooseVictims(active, related, diff, {.now = now});
//
// The first difference decides, "smaller" dies first (RS-083):
//   1 not assigned to a node          5 more related pods on its node (RS-082)
//   2 Pending, Unknown, Running       6 ready for a shorter time, in powers of two; same power: smaller uid
//   3 not ready                       7 more restarts of a container, then of a sidecar
//   4 smaller deletion cost           8 younger, in powers of two; same power: smaller uid
// and the name, which upstream leaves to chance (RS-086).
// This is no strict weak order: at 6 equal times fall through to 7, but different times of one power do not (RS-085). So
// pods are put in order by a merge of our own, which answers the same for the same pods and never leaves its arrays.
// Pure functions. O(n log n) comparisons.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::examples {

struct RankingOptions {
  Time now;                            // one for the whole order (RS-084)
  bool deletion_cost = true;           // gate PodDeletionCost
  bool logarithmic_scale_down = true;  // gate LogarithmicScaleDown; off: times compare exactly
};

struct RankedPod {
  Object pod;
  int64_t rank = 0;  // active related pods on its node
};

// Whether `a` dies before `b`.
bool DiesBefore(const RankedPod& a, const RankedPod& b, const RankingOptions& options);
// In the order in which they die.
std::vector<RankedPod> InOrderOfDeath(std::vector<RankedPod> pods, const RankingOptions& options);

// The ranks of `pods`: active ones of `related` with the same nodeName; all pods without a node share one (RS-082).
std::vector<RankedPod> RankByRelatedPods(std::span<const Object> pods, std::span<const Object> related);

// The `count` pods that die first. All of them: no order is needed, and they come as they are (RS-081).
std::vector<Object> ChooseVictims(std::vector<Object> pods, std::span<const Object> related, size_t count,
                                  const RankingOptions& options);

// The annotation controller.kubernetes.io/pod-deletion-cost; 0 when absent or no 32-bit integer of its plain form.
int32_t DeletionCost(const Object& pod);

}  // namespace wavetank::examples
