#include "sim/testing/schedules.h"

namespace wavetank::testing {

uint64_t ForEachSchedule(const ScheduleSet& set, const std::function<void(TestWorld&)>& body) {
  const uint64_t first = set.only.value_or(0);
  const uint64_t last = set.only.has_value() ? first + 1 : set.schedules;
  for (uint64_t schedule = first; schedule < last; ++schedule) {
    WorldSetup setup = set.setup;
    setup.schedule = schedule;
    {
      TestWorld world(setup);
      body(world);
    }
    if (::testing::Test::HasFailure() || ::testing::Test::IsSkipped()) return schedule - first + 1;
  }
  return last - first;
}

}  // namespace wavetank::testing
