// Who lives in the cluster that `serve` serves: the cluster's own controllers, a kubelet for each node, and what the program
// was built with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "sim/live/live_world.h"
#include "tools/cli/cli.h"

namespace wavetank::cli {

// `list`: "all", "none", or names with commas. InvalidArgument: `unknown controller "schedular"; did you mean "scheduler"?`.
Result<std::vector<sim::LiveProgram>> ServePrograms(std::string_view list, uint64_t nodes,
                                                    const ControllerRegistry& programs);
// The names with a line each, for --help.
std::string ServeProgramsHelp(const ControllerRegistry& programs);

// RFC 6750: what may stand behind "Bearer ".
bool UsableToken(std::string_view token);

}  // namespace wavetank::cli
