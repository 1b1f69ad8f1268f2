#include "tools/conformance/replay.h"

#include "sim/apiserver/system_objects.h"
#include "sim/scenario/world.h"
#include "tools/conformance/case_run.h"

namespace wavetank::conformance {

namespace {

sim::ApiServer FreshServer() {
  sim::ApiServer server = sim::NewCluster();
  sim::RandomIds ids(Random(1, "conformance", "system-objects"));
  const Status made = sim::MakeSystemObjects(server, {sim::Kernel::kStart, &ids, "system:apiserver"});
  WT_CHECK(made.ok(), "a fresh server takes its own objects");
  return server;
}

}  // namespace

Replayer::Replayer(ReplayOptions options) : options_(std::move(options)), fresh_(FreshServer()) {}

CaseResult Replayer::Run(const GoldenCase& golden) const { return CaseRun(golden, fresh_, options_).Run(); }

}  // namespace wavetank::conformance
