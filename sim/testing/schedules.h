// ForEachSchedule: one test body under many schedules.
//
//   TEST(PodCount, CountsUnderEveryOrder) {
//     ForEachSchedule(500, [](TestWorld& world) {
//       world.AddController("podcount", PodCountMain);
//       world.Inject(CrashAfter("podcount", {.verb = Verb::kUpdate}));
//       world.Apply(kFrontendYaml);
//       ASSERT_TRUE(world.RunUntilQuiet());
//       EXPECT_THAT(world.Get("ReplicaSet", "frontend"), HasLabel("pod-count", "3"));
//     });
//   }
//
// Schedule 0 is the dull one; the others are random walks. The first schedule in which the test fails ends the loop; its
// seed, number and choices are printed. A body that failed is run alone with `only`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/testing/test_world.h"

namespace wavetank::testing {

struct ScheduleSet {
  uint64_t schedules = 100;
  WorldSetup setup;              // of every world; `schedule` is set for each
  std::optional<uint64_t> only;  // this one alone
};

// Returns how many were run. The body may use ASSERT_ macros: a failed one ends it.
uint64_t ForEachSchedule(const ScheduleSet& set, const std::function<void(TestWorld&)>& body);
inline uint64_t ForEachSchedule(uint64_t schedules, const std::function<void(TestWorld&)>& body) {
  ScheduleSet set;
  set.schedules = schedules;
  return ForEachSchedule(set, body);
}

}  // namespace wavetank::testing
