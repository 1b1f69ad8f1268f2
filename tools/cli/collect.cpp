#include "tools/cli/collect.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "runtime/base/hash.h"
#include "runtime/base/strings.h"
#include "sim/cel/pattern.h"
#include "sim/report/replay_file.h"
#include "sim/scenario/format.h"
#include "tools/cli/files.h"

namespace wavetank::cli {
namespace {

// A scenario with a mistake in its head must be reported, a manifest must not: either word makes a file one of ours.
bool SpeaksOfScenarios(std::string_view text) {
  return text.find("wavetank.dev/") != std::string_view::npos ||
         text.find("kind: " + std::string(sim::kScenarioKind)) != std::string_view::npos;
}

void Load(const std::string& path, const sim::ControllerRegistry* programs, Collection& found) {
  uint64_t hash = 0;
  sim::LoadOptions options;
  options.programs = programs;
  options.read = [&hash](const std::string& file) -> Result<std::string> {
    Result<std::string> content = sim::ReadFileFromDisk(file);
    if (content.ok()) hash = HashCombine(hash, HashBytes(*content));
    return content;
  };
  sim::LoadResult loaded = sim::LoadScenarioFile(path, options);
  for (sim::Scenario& scenario : loaded.scenarios) found.scenarios.push_back({std::move(scenario), hash});
  found.diagnostics.insert(found.diagnostics.end(), loaded.errors.begin(), loaded.errors.end());
  if (loaded.ok() && loaded.scenarios.empty()) found.problems.push_back(path + ": holds no scenario");
}

// The files that one path stands for.
std::vector<std::string> FilesOf(const std::string& path, Collection& found) {
  if (!IsDirectory(path)) {
    if (!Exists(path)) {
      found.problems.push_back(path + ": there is no such file or folder");
      return {};
    }
    if (path.ends_with(sim::kReplaySuffix)) {
      found.problems.push_back(path + ": this is a recorded run; `replay` repeats it");
      return {};
    }
    return {TidyPath(path)};
  }
  Result<std::vector<std::string>> files = YamlFilesUnder(path);
  if (!files.ok()) {
    found.problems.push_back(files.status().message());
    return {};
  }
  std::vector<std::string> scenarios;
  for (std::string& file : *files) {
    const Result<std::string> content = sim::ReadFileFromDisk(file);
    // What cannot be read is loaded too, and reported there.
    if (!content.ok() || SpeaksOfScenarios(*content)) scenarios.push_back(std::move(file));
  }
  if (scenarios.empty()) {
    found.problems.push_back(path + ": there is no scenario in this folder (" + std::to_string(files->size()) +
                             " YAML files without `kind: Scenario`)");
  }
  return scenarios;
}

}  // namespace

std::string Collection::ErrorText() const {
  std::string text = sim::FormatDiagnostics(diagnostics);
  for (const std::string& problem : problems) text += "error: " + problem + "\n";
  return text;
}

Collection Collect(std::span<const std::string> paths, const sim::ControllerRegistry* programs) {
  Collection found;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    for (const std::string& file : FilesOf(path, found)) {
      if (seen.insert(CanonicalPath(file)).second) Load(file, programs, found);
    }
  }
  return found;
}

Status KeepMatching(const std::string& pattern, std::vector<CollectedScenario>& scenarios) {
  const Result<cel::Pattern> compiled = cel::Pattern::Compile(pattern);
  if (!compiled.ok()) return Status(Code::kInvalidArgument, "--filter: " + compiled.status().message());
  std::vector<std::string> names;
  for (const CollectedScenario& found : scenarios) names.push_back(found.scenario.name);
  std::erase_if(scenarios, [&](const CollectedScenario& found) { return !compiled->Search(found.scenario.name); });
  if (!scenarios.empty()) return {};
  const size_t all = names.size();
  if (all > 8) names.resize(8);
  return Status(Code::kInvalidArgument, "--filter " + Quote(pattern) + " leaves none of " + std::to_string(all) +
                                            " scenarios: " + Join(names, ", ") + (all > 8 ? ", ..." : ""));
}

}  // namespace wavetank::cli
