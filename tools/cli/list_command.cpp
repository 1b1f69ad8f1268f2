#include <algorithm>
#include <string>
#include <vector>

#include "runtime/base/strings.h"
#include "sim/report/text.h"
#include "tools/cli/collect.h"
#include "tools/cli/command.h"

namespace wavetank::cli {
namespace {

constexpr HelpText kHelp = {
    .command = "list",
    .about =
        "Lists scenarios without playing them: name, place, number of steps, which faults a search may add, and what "
        "is\n"
        "said of an expected failure. Files are checked as `run` checks them.\n",
    .examples =
        "list scenarios/ --filter crash\n"
        "list --controllers | the programs that `use:` may name\n",
};

using Row = std::vector<std::string>;

// Columns stand in line; the last one is as long as it likes.
std::string Table(const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], sim::Width(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += (i == 0 ? "" : "  ") + sim::PadRight(row[i], widths[i]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string FaultsText(const sim::FaultBudget& faults) {
  if (faults.at_most == 0 || faults.allow.empty()) return "none drawn";
  return "at most " + std::to_string(faults.at_most) + " of " + Join(faults.allow, ", ");
}

std::string ScenarioTable(const std::vector<CollectedScenario>& scenarios) {
  std::vector<Row> rows = {{"NAME", "PLACE", "STEPS", "FAULTS", "EXPECTED FAILURE"}};
  for (const CollectedScenario& found : scenarios) {
    const sim::Scenario& scenario = found.scenario;
    rows.push_back({sim::OneLine(scenario.name), scenario.file + ":" + std::to_string(scenario.place.at.line),
                    std::to_string(scenario.steps.size()), FaultsText(scenario.faults),
                    sim::OneLine(scenario.expect_failure)});
  }
  return Table(rows);
}

std::string ControllerTable(const ControllerRegistry& programs) {
  if (programs.names().empty()) return "no controllers are registered in this program\n";
  std::vector<Row> rows = {{"CONTROLLER", "ABOUT"}};
  for (const std::string_view name : programs.names()) {
    rows.push_back({std::string(name), std::string(programs.about(name))});
  }
  return Table(rows);
}

int List(std::span<const std::string> args, Context& context) {
  std::vector<std::string> paths;
  std::optional<std::string> filter;
  bool controllers = false;
  Flags flags;
  flags.Rest("PATH", "scenario files, or folders that are searched for them", 0, SIZE_MAX, &paths);
  flags.Switch("--controllers", "list the registered programs", &controllers);
  flags.Text("--filter", "RE", "only scenarios whose name matches", &filter);
  if (const std::optional<int> done = ParseOrExplain(args, kHelp, flags, context)) return *done;
  if (paths.empty() && !controllers) {
    return Misused("list", "no PATH is given, nor --controllers", context);
  }
  if (controllers) context.terminal.Out(ControllerTable(context.programs));
  if (paths.empty()) return kPassed;

  Collection found = Collect(paths, &context.programs);
  if (!found.ok()) {
    context.terminal.Err(found.ErrorText());
    return kBadUsage;
  }
  if (filter.has_value()) {
    const Status kept = KeepMatching(*filter, found.scenarios);
    if (!kept.ok()) return Misused("list", kept.message(), context);
  }
  context.terminal.Out(ScenarioTable(found.scenarios));
  return kPassed;
}

}  // namespace

Command ListCommand() { return {"list", "list scenarios, or the registered controllers", &List}; }

}  // namespace wavetank::cli
