#include "tools/conformance/replay.h"

#include "sim/scenario/world.h"
#include "tools/conformance/case_run.h"

namespace wavetank::conformance {

Replayer::Replayer(ReplayOptions options) : options_(std::move(options)), fresh_(sim::NewCluster()) {}

CaseResult Replayer::Run(const GoldenCase& golden) const { return CaseRun(golden, fresh_, options_).Run(); }

}  // namespace wavetank::conformance
