// The loader takes any bytes: it loads them or says what is wrong, and what it loads can be prepared.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sim/scenario/loader.h"
#include "sim/scenario/runner.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wavetank::sim;  // NOLINT(google-build-using-namespace)
  LoadOptions options;
  options.read = [](const std::string&) { return wavetank::Status(wavetank::Code::kNotFound, "no files here"); };
  LoadResult loaded = LoadScenarios(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml", options);
  const ControllerRegistry programs;
  for (Scenario& scenario : loaded.scenarios) (void)PreparedScenario::Prepare(std::move(scenario), programs);
  return 0;
}
