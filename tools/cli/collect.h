// Collect: from the paths on a command line to loaded scenarios.
//
//   Collection found = Collect({"scenarios/"}, context.programs);
//   if (!found.ok()) { terminal.Err(found.ErrorText()); return kBadUsage; }
//
// Folders are searched for *.yaml and *.yml, in the order of their paths; a file found so that says nothing of a Scenario is
// somebody's manifest and left out. A file that is named is always loaded. No file is loaded twice.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario/loader.h"
#include "sim/scenario/scenario.h"

namespace wavetank::cli {

struct CollectedScenario {
  sim::Scenario scenario;
  uint64_t content_hash = 0;  // of its file and the manifests that were read with it (sim/report/FORMAT.md)
};

struct Collection {
  std::vector<CollectedScenario> scenarios;
  std::vector<std::string> problems;         // of paths: sentences
  std::vector<sim::Diagnostic> diagnostics;  // of files
  bool ok() const { return problems.empty() && diagnostics.empty(); }
  // All of them, a line each.
  std::string ErrorText() const;
};

// `programs` null: any name will do.
Collection Collect(std::span<const std::string> paths, const sim::ControllerRegistry* programs);

// Keeps the scenarios whose name `pattern` is found in. InvalidArgument for a bad pattern, and when none is left.
Status KeepMatching(const std::string& pattern, std::vector<CollectedScenario>& scenarios);

}  // namespace wavetank::cli
