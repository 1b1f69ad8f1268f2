// What PreparedScenario holds: everything that the runs of a scenario share, made once.
#pragma once

#include <optional>
#include <vector>

#include "sim/cel/program.h"
#include "sim/oracle/invariants.h"
#include "sim/scenario/runner.h"

namespace wavetank::sim {

struct PreparedScenario::Data {
  explicit Data(Scenario made) : scenario(std::move(made)), cluster(NewCluster(ApiServer::Options(), scenario.kinds)) {}

  // One more expression than the rules: of an `until` or an `expect`.
  struct Condition {
    cel::Program program;
    bool reads_time = false;
  };
  struct StepData {
    std::vector<Object> objects;         // of apply and create
    std::optional<Condition> condition;  // of until
    bool armed_early = false;            // a fault that is armed together with the step before it
  };

  const Scenario scenario;
  ApiServer cluster;
  std::vector<Process::Main> programs;
  std::vector<bool> single_step;  // by controller: a `sync` names it
  RuleSet rules;
  std::vector<StepData> steps;
  std::vector<std::optional<Condition>> expect;
  bool evaluates = false;        // there is an expression somewhere
  bool reads_history = false;    // of until or expect, history()
  bool counts_writes = false;    // there is an expectation about writes
  bool reads_logs = false;       // ... about logs
  bool counts_requests = false;  // ... about requests
};

}  // namespace wavetank::sim
