#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/value/json.h"
#include "sim/report/card.h"
#include "sim/report/json_line.h"
#include "sim/report/junit.h"
#include "sim/report/replay_file.h"
#include "sim/report/summary.h"
#include "sim/report/text.h"
#include "tools/cli/collect.h"
#include "tools/cli/colour.h"
#include "tools/cli/command.h"
#include "tools/cli/files.h"
#include "tools/cli/play.h"
#include "tools/cli/progress.h"
#include "tools/cli/workers.h"

namespace wavetank::cli {
namespace {

using sim::ScenarioOutcome;
using sim::ScenarioReport;

constexpr HelpText kHelp = {
    .command = "run",
    .about =
        "Plays scenarios: each in many schedules (orders of events, with the faults it allows), each schedule twice to "
        "see\n"
        "that nothing but the seed decides. Prints a line a scenario, a card for each failure, and a summary.\n"
        "A failing run is saved as a replay file. Equal seeds print equal bytes, but for real times.\n",
    .examples =
        "run scenarios/ | every scenario there\n"
        "run scenarios/ --junit out.xml --seed 7 | for CI\n"
        "run s.yaml --filter '^crash' --schedules 5000 | search longer\n"
        "run s.yaml --seed 7 --schedule 17 -v | one schedule, with everything that happened\n",
};

struct RunOptions {
  std::vector<std::string> paths;
  std::optional<uint64_t> seed;
  std::optional<uint64_t> schedules;
  std::optional<uint64_t> schedule;
  std::optional<uint64_t> jobs;
  std::optional<std::string> filter;
  std::optional<std::string> junit;
  std::optional<std::string> save;
  std::string colour = "auto";
  bool json = false;
  bool verbose = false;
};

void Bind(RunOptions& options, Flags& flags) {
  flags.Rest("PATH", "scenario files, or folders that are searched for them", 1, SIZE_MAX, &options.paths);
  flags.Number("--seed", "N", "everything that is drawn is drawn from it (default: the scenario's, else 1)",
               &options.seed);
  flags.Number("--schedules", "N",
               "how many schedules of each scenario (default: the scenario's, else " +
                   std::to_string(sim::kDefaultSchedules) + ")",
               &options.schedules, 1);
  flags.Number("--schedule", "K", "only schedule K of the seed; 0 is the dull one, without drawn faults",
               &options.schedule);
  flags.Text("--filter", "RE", "only scenarios whose name matches", &options.filter);
  flags.Number("-j,--jobs", "N", "worker processes (default: one for each processor; 1: all in this process)",
               &options.jobs, 1, 1024);
  flags.Text("--junit", "FILE", "write JUnit XML", &options.junit);
  flags.Switch("--json", "a line of JSON for each scenario, instead of text", &options.json);
  flags.Switch("-v,--verbose", "show events and logs: of the failing schedule, else of schedule 0", &options.verbose);
  flags.Choice("--color", {"auto", "always", "never"}, "colours on a terminal, or as said", &options.colour);
  flags.Text("--save", "DIR", "where replay files go (default: .wavetank); expected failures are saved too",
             &options.save);
}

constexpr std::string_view kDefaultSaveFolder = ".wavetank";

// A path for each scenario's replay file; names that occur twice are numbered.
std::vector<std::string> SavePaths(const std::string& folder, const std::vector<CollectedScenario>& scenarios) {
  std::vector<std::string> paths;
  std::map<std::string, int> seen;
  for (const CollectedScenario& found : scenarios) {
    const int nth = ++seen[found.scenario.name];
    paths.push_back(TidyPath(folder + "/" + found.scenario.name + (nth > 1 ? "-" + std::to_string(nth) : "") +
                             std::string(sim::kReplaySuffix)));
  }
  return paths;
}

// One call of `run`.
class Run {
 public:
  Run(const RunOptions& options, std::vector<CollectedScenario> scenarios, Context& context)
      : options_(options),
        scenarios_(std::move(scenarios)),
        context_(context),
        terminal_(context.terminal),
        style_(StyleFor(options.colour, context.terminal)),
        progress_(context.terminal, scenarios_.size(), options.json) {
    for (const CollectedScenario& found : scenarios_) {
      name_width_ = std::max(name_width_, sim::Width(found.scenario.name));
    }
  }

  int Go() {
    const Duration started = terminal_.Now();
    // A single scenario gets a process of its own too: what kills it is reported.
    size_t jobs = std::min<size_t>(options_.jobs.value_or(Processors()), scenarios_.size());
    if (options_.jobs == 1) jobs = 0;
    PrepareSaving();
    const std::vector<std::string> complaints =
        RunInWorkers(scenarios_.size(), jobs,
                     {.work = [this](size_t index, const Progress& progress) { return Work(index, progress); },
                      .done = [this](size_t index, Answer answer) { Done(index, std::move(answer)); },
                      .progress = [this](size_t index, uint64_t done,
                                         uint64_t of) { progress_.Show(scenarios_[index].scenario.name, done, of); }});
    progress_.Clear();
    for (const std::string& complaint : complaints) {
      terminal_.Err("error: " + complaint + "\n");
      status_ = std::max(status_, kFailed);
    }
    if (!options_.json) {
      terminal_.Out("\n" + sim::SummaryLines(reports_, terminal_.Now() - started, style_));
    }
    WriteJunit();
    return bad_file_ ? kBadUsage : status_;
  }

 private:
  // Programs that read JSON get files only where they asked for them.
  void PrepareSaving() {
    if (options_.json && !options_.save.has_value()) return;
    save_paths_ = SavePaths(options_.save.value_or(std::string(kDefaultSaveFolder)), scenarios_);
  }

  // In a worker.
  std::string Work(size_t index, const Progress& progress) {
    PlayOptions play{.seed = options_.seed,
                     .schedules = options_.schedules,
                     .schedule = options_.schedule,
                     .trace = options_.verbose,
                     .save_path = save_paths_.empty() ? "" : save_paths_[index],
                     .save_expected = options_.save.has_value(),
                     .program = context_.program,
                     .clock = &terminal_};
    if (progress_.wanted()) play.progress = Throttled(progress, terminal_);
    const Result<ScenarioReport> report = Play(scenarios_[index], play, context_.programs);
    ObjectBuilder answer;
    if (report.ok()) {
      answer.Add("report", sim::ToValue(*report));
    } else {
      answer.Add("error", report.status().message());
    }
    return WriteJson(answer.Build());
  }

  // In this process, in order.
  void Done(size_t index, Answer answer) {
    const sim::Scenario& scenario = scenarios_[index].scenario;
    progress_.Finished();
    const std::string place =
        scenario.file + ":" + std::to_string(scenario.place.at.line) + ":" + std::to_string(scenario.place.at.column);
    if (!answer.ok()) {
      ScenarioReport report;
      report.name = scenario.name;
      report.file = scenario.file;
      report.line = scenario.place.at.line;
      report.outcome = ScenarioOutcome::kFailed;
      report.seed = options_.seed.value_or(scenario.seed.value_or(1));
      report.failure_class = "died";
      report.place = place;
      report.reason = answer.status().message();
      report.card = {"FAIL " + scenario.name + " (died) " + place, "  reason:   " + report.reason,
                     "  repeat:   " + sim::ShellWord(context_.program) + " run " + sim::ShellWord(scenario.file) +
                         " --filter " + sim::ShellWord("^" + scenario.name + "$") + " --seed " +
                         std::to_string(report.seed) + " --jobs 1"};
      return Print(std::move(report));
    }
    const Result<Value> value = ParseJson(*answer);
    WT_CHECK(value.ok(), "a worker answers in JSON");
    if (value->Has("error")) {
      terminal_.Err(place + ": error: " + std::string((*value)["error"].AsString()) + "\n");
      bad_file_ = true;
      return;
    }
    Result<ScenarioReport> report = sim::ReportFromValue((*value)["report"]);
    WT_CHECK(report.ok(), "a worker is of the same build");
    Print(*std::move(report));
  }

  void Print(ScenarioReport report) {
    progress_.Clear();
    if (report.outcome == ScenarioOutcome::kFailed) status_ = std::max(status_, kFailed);
    if (report.outcome == ScenarioOutcome::kNondeterminism) status_ = std::max(status_, kNondeterminism);
    for (const std::string& warning : report.warnings) terminal_.Err("warning: " + warning + "\n");
    if (options_.json) {
      terminal_.Out(sim::JsonLine(report) + "\n");
    } else {
      terminal_.Out(sim::ScenarioLine(report, name_width_, style_) + "\n" + Details(report));
    }
    reports_.push_back(std::move(report));
  }

  // The trace, and the card of a failure; of an expected one, only with -v.
  std::string Details(const ScenarioReport& report) const {
    std::string text;
    for (const std::string& line : report.trace) text += line + "\n";
    if (report.passed() && !options_.verbose) return text;
    for (const std::string& line : sim::PaintCard(report.card, style_)) text += line + "\n";
    return text;
  }

  void WriteJunit() {
    if (!options_.junit.has_value()) return;
    const Status written = WriteFile(*options_.junit, sim::JunitXml(reports_));
    if (written.ok()) return;
    terminal_.Err("error: " + written.message() + "\n");
    bad_file_ = true;
  }

  const RunOptions& options_;
  const std::vector<CollectedScenario> scenarios_;
  Context& context_;
  Terminal& terminal_;
  const sim::Style style_;
  ProgressLine progress_;
  size_t name_width_ = 0;
  std::vector<std::string> save_paths_;
  std::vector<ScenarioReport> reports_;
  int status_ = kPassed;
  bool bad_file_ = false;
};

int RunScenarios(std::span<const std::string> args, Context& context) {
  RunOptions options;
  Flags flags;
  Bind(options, flags);
  if (const std::optional<int> done = ParseOrExplain(args, kHelp, flags, context)) return *done;
  if (options.schedule.has_value() && options.schedules.has_value()) {
    return Misused("run", "--schedule is one of the schedules, --schedules is how many: give one of them", context);
  }
  Collection found = Collect(options.paths, &context.programs);
  if (!found.ok()) {
    context.terminal.Err(found.ErrorText());
    return kBadUsage;
  }
  if (options.filter.has_value()) {
    const Status kept = KeepMatching(*options.filter, found.scenarios);
    if (!kept.ok()) return Misused("run", kept.message(), context);
  }
  // What cannot be written is said before an hour of work, not after.
  if (options.junit.has_value()) {
    const Status written = WriteFile(*options.junit, "");
    if (!written.ok()) return Misused("run", "--junit: " + written.message(), context);
  }
  if (options.save.has_value()) {
    const Status made = MakeDirectory(*options.save);
    if (!made.ok()) return Misused("run", "--save: " + made.message(), context);
  }
  return Run(options, std::move(found.scenarios), context).Go();
}

}  // namespace

Command RunCommand() { return {"run", "play scenarios and say what came of them", &RunScenarios}; }

}  // namespace wavetank::cli
