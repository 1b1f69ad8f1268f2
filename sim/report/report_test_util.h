// A failed run and its report, as tests of this folder need them.
#pragma once

#include <string>

#include "sim/report/scenario_report.h"
#include "sim/scenario/runner.h"

namespace wavetank::sim {

inline Scenario FailingScenario() {
  Scenario scenario;
  scenario.file = "scenarios/scale.yaml";
  scenario.name = "scale-while-restarting";
  scenario.place = {.at = {1, 1}, .field = ""};
  return scenario;
}

inline RunResult FailedRun() {
  RunResult run;
  run.failure = {.failure_class = FailureClass::kExpectation,
                 .place = {.at = {31, 5}, .field = "spec.expect[0]"},
                 .reason = "ReplicaSet default/frontend is not as expected: status.replicas",
                 .expected = "5",
                 .found = "3"};
  run.steps = 143;
  run.virtual_time = std::chrono::milliseconds(2500);
  run.run_hash = 0xc0ffee;
  run.struck = {{31, "crash podcount after update replicasets"}};
  run.events = {
      {138, std::chrono::milliseconds(2400), "podcount: watch event Pod default/frontend-x7k2p", false},
      {139, std::chrono::milliseconds(2500), "podcount: update ReplicaSet default/frontend: 409 Conflict", true},
      {143, std::chrono::milliseconds(2500), "user: delete Pod default/frontend-x7k2p", true},
  };
  return run;
}

inline ScenarioReport FailedReport() {
  ScenarioResult result;
  result.outcome = ScenarioOutcome::kFailed;
  result.seed = 7;
  result.schedules = 18;
  result.failed_schedules = 1;
  result.steps = 2574;
  result.virtual_time = std::chrono::seconds(45);
  result.hash = 0xc0ffee00c0ffee;
  result.shown = {17, FailedRun()};
  return ReportOf(FailingScenario(), result);
}

inline ScenarioReport PassedReport() {
  Scenario scenario = FailingScenario();
  scenario.name = "scale";
  ScenarioResult result;
  result.schedules = 100;
  result.steps = 14230;
  result.virtual_time = std::chrono::hours(2) + std::chrono::minutes(3);
  result.hash = UINT64_MAX;
  return ReportOf(scenario, result);
}

}  // namespace wavetank::sim
