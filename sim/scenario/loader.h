// Loader: scenario files -> Scenarios, strictly.
//
//   LoadResult loaded = LoadScenarioFile("scenarios/scale.yaml", {.programs = &programs});
//   if (!loaded.ok()) Print(FormatDiagnostics(loaded.errors));
//
// A file holds one or more documents, each a scenario. All errors of a file are reported at once, each with file, line,
// column, field and the nearest valid name; a scenario with an error is left out. Manifests are read relative to the
// scenario file; what is wrong in them is reported at their own place.
// Hostile input is bounded by the YAML reader's limits.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/diagnostics.h"
#include "sim/scenario/programs.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

// The whole content of a file; kNotFound when there is none, kTooLarge for what has no end.
inline constexpr size_t kMaxFileBytes = 256u << 20;
using FileReader = std::function<Result<std::string>(const std::string& path)>;
Result<std::string> ReadFileFromDisk(const std::string& path);

struct LoadOptions {
  // The programs that `use` may name; null: any name will do (schema checks without an operator at hand).
  const ControllerRegistry* programs = nullptr;
  KindRegistry kinds = KindRegistry::BuiltIn();
  FileReader read = ReadFileFromDisk;
};

struct LoadResult {
  std::vector<Scenario> scenarios;
  std::vector<Diagnostic> errors;  // sorted
  bool ok() const { return errors.empty(); }
};

LoadResult LoadScenarioFile(const std::string& path, const LoadOptions& options = {});
// `path` is only a name for messages, and where manifests are looked for.
LoadResult LoadScenarios(std::string_view text, const std::string& path, const LoadOptions& options = {});

}  // namespace wavetank::sim
