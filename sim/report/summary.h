// What `wavetank run` prints beside cards: a line for each scenario and the summary.
//
//   PASS               scale-while-restarting   100 schedules    14230 steps  2h3m0s virtual  0.12s real
//   fails as expected  foreign-pods-count        1 schedule        143 steps    2.5s virtual  0.01s real
//
//   12 scenarios: 11 passed (2 of them fail as expected), 1 failed
//   1101 schedules, 156203 steps, 2h10m of virtual time in 1.21s: 910 schedules/s, each run twice
#pragma once

#include <span>
#include <string>

#include "sim/report/scenario_report.h"
#include "sim/report/style.h"

namespace wavetank::sim {

// `name_width`: of the longest name, so that columns stand in line.
std::string ScenarioLine(const ScenarioReport& report, size_t name_width, const Style& style);
// Two lines, a newline at the end of each. `real_time`: of the whole run, 0 when unknown.
std::string SummaryLines(std::span<const ScenarioReport> reports, Duration real_time, const Style& style);

}  // namespace wavetank::sim
