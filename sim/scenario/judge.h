// Judges the expectations of a scenario when its world has converged.
#pragma once

#include <span>

#include "sim/oracle/invariants.h"
#include "sim/scenario/observers.h"
#include "sim/scenario/prepared.h"
#include "sim/scenario/runner.h"

namespace wavetank::sim {

// What the expectations look at.
struct Evidence {
  const PreparedScenario::Data& prepared;
  const ApiServer& server;
  InvariantChecker& checker;                    // evaluates expressions
  std::span<const int64_t> writes;              // by expectation
  std::span<const int64_t> logs;                // by expectation
  std::span<const RequestLog::Tally> requests;  // by expectation
};

// The first expectation that does not hold; no failure when all do.
Failure JudgeExpectations(Evidence evidence);

}  // namespace wavetank::sim
