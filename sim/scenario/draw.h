// The faults that a search may draw, and how one schedule's are drawn.
//
// They are drawn before the run, from a stream apart from scheduling (DESIGN section 7): how many, which, to whom, and at
// which step or request of the dull schedule. The same seed draws the same faults.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/faults/fault.h"
#include "sim/scenario/runner.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

struct DrawableFault {
  std::string_view name;  // as `faults.allow` has it
  std::string_view doc;
  bool usual = false;   // in the default set
  int api_servers = 1;  // that the cluster must have
};

std::span<const DrawableFault> DrawableFaults();
const DrawableFault* FindDrawableFault(std::string_view name);
// The names of the default set that fit a cluster with so many API servers.
std::vector<std::string> UsualFaults(int api_servers);

// At most `scenario.faults.at_most` faults; some of them are two or three Faults that belong together.
std::vector<Fault> DrawFaults(const Scenario& scenario, const Baseline& baseline, uint64_t seed);

}  // namespace wavetank::sim
