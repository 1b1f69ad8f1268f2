// The failure card: at most 15 lines that say what was expected, what was found, what happened last, and how to see it again.
//
//   FAIL scale-while-restarting (expectation) scenarios/scale.yaml:31:5
//     when:     schedule 17 of seed 7, step 143, 2.5s of virtual time
//     reason:   ReplicaSet default/frontend: status.replicas
//     expected: 5
//     found:    3
//     faults:   step 31: crash podcount after update replicasets
//     events:   step 139  2.5s  podcount: update ReplicaSet default/frontend: 409 Conflict
//               step 143  2.5s  user: delete Pod default/frontend-x7k2p
//     replay:   wavetank replay .wavetank/scale-while-restarting.replay
//     repeat:   wavetank run scenarios/scale.yaml --filter '^scale-while-restarting$' --seed 7 --schedule 17
//
// Pure: equal results give equal cards. Lines are at most 120 characters wide, but for the commands, which are never cut:
// somebody copies them. Text from the cluster is made harmless (text.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/style.h"
#include "sim/scenario/runner.h"

namespace wavetank::sim {

inline constexpr size_t kCardLines = 15;
inline constexpr size_t kCardWidth = 120;

struct CardInput {
  const Scenario& scenario;
  const RunResult& run;
  ScenarioOutcome outcome = ScenarioOutcome::kFailed;
  uint64_t seed = 1;
  uint64_t schedule = 0;
  std::string replay;  // the command; empty when nothing was saved
  std::string repeat;  // the command
};

// Without colour.
std::vector<std::string> FailureCard(const CardInput& input);
// The same lines with the words at their beginnings painted.
std::vector<std::string> PaintCard(const std::vector<std::string>& card, const Style& style);

}  // namespace wavetank::sim
