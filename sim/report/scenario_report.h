// ScenarioReport: what became of one scenario, as plain data and finished text. Everything that is printed about a scenario
// (its line, its card, JSON, JUnit) is made of it.
//
//   ScenarioReport report = ReportOf(scenario, result);
//   report.card = FailureCard(...);
//   pipe.Write(WriteJson(ToValue(report)));             // a worker process
//   ScenarioReport same = *ReportFromValue(value);      // the process that prints
//
// It is small: a run's events are only in it as text that is going to be shown.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/time.h"
#include "runtime/value/value.h"
#include "sim/scenario/runner.h"

namespace wavetank::sim {

struct ScenarioReport {
  std::string name;
  std::string file;
  int line = 0;  // of the scenario's document
  ScenarioOutcome outcome = ScenarioOutcome::kPassed;
  bool passed() const { return outcome == ScenarioOutcome::kPassed || outcome == ScenarioOutcome::kFailedAsExpected; }

  uint64_t seed = 1;
  uint64_t schedules = 0;  // that were run
  uint64_t failed_schedules = 0;
  uint64_t steps = 0;
  Duration virtual_time{0};
  uint64_t run_hash = 0;
  Duration real_time{0};  // the only thing here that differs from run to run

  // The schedule that is shown: the first that failed, for an expected failure too.
  bool has_shown = false;
  uint64_t schedule = 0;
  std::string failure_class;  // "" when it passed
  std::string place;          // "file:line:column"
  std::string reason;
  std::string expected;
  std::string found;

  std::vector<std::string> card;   // without colour
  std::vector<std::string> trace;  // events and logs, when asked for
  std::string replay_file;         // that was saved
  std::string repeat;              // the command that repeats the shown schedule
  std::vector<std::string> warnings;
};

// Numbers, place and words; card, trace and commands are left to others.
ScenarioReport ReportOf(const Scenario& scenario, const ScenarioResult& result);

// "passed", "failed", "failed-as-expected", "nondeterminism".
std::string_view OutcomeName(ScenarioOutcome outcome);
// "PASS", "FAIL", "fails as expected", "NONDETERMINISM".
std::string_view OutcomeWord(ScenarioOutcome outcome);

Value ToValue(const ScenarioReport& report);
// InvalidArgument when it is no report of this build.
Result<ScenarioReport> ReportFromValue(const Value& value);

}  // namespace wavetank::sim
