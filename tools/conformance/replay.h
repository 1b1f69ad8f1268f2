// Replays one recorded case against a fresh simulated cluster, in process and in virtual time.
//
//   Replayer replayer({});
//   CaseResult result = replayer.Run(*golden_case);
//   if (!result.passed()) ... result.step, result.difference->at ...
//
// Each case has a world of its own. Requests take no time; `sleep`, `poll` and waiting for events move the clock and let
// the controllers of the case's profile work. A run is a function of the case: no clock, no sockets.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/apiserver/server.h"
#include "sim/kernel/process.h"
#include "tools/conformance/golden_case.h"
#include "tools/conformance/symbols.h"

namespace wavetank::conformance {

struct ReplayOptions {
  // Programs of profile `cluster` beside those of sim/cluster, which the caller has (examples/replicaset).
  std::vector<std::pair<std::string, sim::Process::Main>> controllers;
};

struct CaseResult {
  size_t step = 0;  // of the difference
  std::optional<Mismatch> difference;
  bool passed() const { return !difference.has_value(); }
};

class Replayer {
 public:
  explicit Replayer(ReplayOptions options);
  CaseResult Run(const GoldenCase& golden) const;

 private:
  const ReplayOptions options_;
  const sim::ApiServer fresh_;  // copied for each case
};

}  // namespace wavetank::conformance
