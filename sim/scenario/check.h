// The walk that holds a document against the format's table, and reports all that does not fit.
//
//   CheckDocument(document.value, context);
//
// It also checks what single texts say: durations, kinds, expressions, selectors, names of programs and controllers,
// manifests. What depends on several fields is left to read.h.
#pragma once

#include "sim/scenario/load_context.h"

namespace wavetank::sim {

void CheckDocument(const Value& document, LoadContext& context);

// The names that `controller` may have: those of the scenario, then the parts of its cluster.
std::vector<std::string> ProcessNames(const Value& document);

}  // namespace wavetank::sim
