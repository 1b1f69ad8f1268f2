// Play: one scenario, from its file to its report. What a worker process does.
//
//   ScenarioReport report = Play(found, {.seed = 7, .program = "wavetank"}, context.programs);
//
// A scenario that cannot be played at all (its programs or rules do not fit) is an error of its file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sim/report/scenario_report.h"
#include "sim/scenario/runner.h"
#include "tools/cli/cli.h"
#include "tools/cli/collect.h"
#include "tools/cli/terminal.h"

namespace wavetank::cli {

struct PlayOptions {
  std::optional<uint64_t> seed;
  std::optional<uint64_t> schedules;
  std::optional<uint64_t> schedule;  // this one alone
  bool trace = false;                // events and logs of the schedule that is shown, or of the dull one
  std::string save_path;             // where a failing run is saved; empty: nowhere
  bool save_expected = false;        // expected failures too
  std::string program;               // for the commands on the card
  const Terminal* clock = nullptr;
  std::function<void(uint64_t done, uint64_t of)> progress;
};

Result<sim::ScenarioReport> Play(const CollectedScenario& found, const PlayOptions& options,
                                 const ControllerRegistry& programs);

// The commands that people copy.
std::string ReplayLine(const std::string& program, const std::string& replay_file);
std::string RepeatLine(const std::string& program, const sim::Scenario& scenario, uint64_t seed, uint64_t schedule);

// Events and logs of one schedule, a line each; what `-v` shows.
std::vector<std::string> TraceOf(const sim::PreparedScenario& prepared, uint64_t seed, uint64_t schedule);

}  // namespace wavetank::cli
