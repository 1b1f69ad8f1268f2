// A run's events as text, a line each.
//
//   step 139  2.5s  podcount: update ReplicaSet default/frontend: 409 Conflict
//
// Text from the cluster is made harmless (text.h).
#pragma once

#include <string>
#include <vector>

#include "sim/scenario/runner.h"

namespace wavetank::sim {

std::string EventLine(const TraceEvent& event);
// All of the run's events; `*` before those of importance. The first line says how many were dropped, if any.
std::vector<std::string> TraceLines(const RunResult& run);

}  // namespace wavetank::sim
