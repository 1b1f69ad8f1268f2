#include "tools/cli/play.h"

#include <utility>
#include <vector>

#include "sim/report/card.h"
#include "sim/report/replay_file.h"
#include "sim/report/text.h"
#include "sim/report/trace_text.h"
#include "tools/cli/files.h"

namespace wavetank::cli {
namespace {

using sim::Failure;
using sim::FailureClass;
using sim::RunResult;
using sim::ScenarioOutcome;
using sim::ScenarioReport;
using sim::ScenarioResult;

constexpr uint64_t kDullSchedule = 0;

// What a single schedule means for its scenario.
ScenarioOutcome OutcomeOf(const sim::Scenario& scenario, RunResult& run) {
  if (run.failure.failure_class == FailureClass::kNondeterminism) return ScenarioOutcome::kNondeterminism;
  if (scenario.expect_failure.empty()) return run.passed() ? ScenarioOutcome::kPassed : ScenarioOutcome::kFailed;
  if (run.passed()) {
    run.failure.failure_class = FailureClass::kExpectation;
    run.failure.place = scenario.place;
    run.failure.reason = "this schedule passes, and expectFailure says it fails";
    run.failure.expected = scenario.expect_failure;
    run.failure.found = "no failure";
    return ScenarioOutcome::kFailed;
  }
  const bool as_said = run.failure.reason.find(scenario.expect_failure) != std::string::npos;
  return as_said ? ScenarioOutcome::kFailedAsExpected : ScenarioOutcome::kFailed;
}

// `--schedule K`: that one, twice.
ScenarioResult RunOne(const sim::PreparedScenario& prepared, uint64_t seed, uint64_t schedule) {
  RunResult run = sim::RunOneSchedule(prepared, seed, schedule);
  const RunResult again = sim::RunOneSchedule(prepared, seed, schedule);
  if (run.run_hash != again.run_hash) {
    run.failure = Failure{.failure_class = FailureClass::kNondeterminism,
                          .place = prepared.scenario().place,
                          .reason = "the second run of schedule " + std::to_string(schedule) + " took another way",
                          .expected = "run hash " + sim::Hex(run.run_hash),
                          .found = "run hash " + sim::Hex(again.run_hash)};
  }
  ScenarioResult result;
  result.outcome = OutcomeOf(prepared.scenario(), run);
  result.seed = seed;
  result.schedules = 1;
  result.failed_schedules = run.passed() ? 0 : 1;
  result.steps = run.steps;
  result.virtual_time = run.virtual_time;
  result.hash = run.run_hash;
  if (result.outcome != ScenarioOutcome::kPassed) result.shown = {schedule, std::move(run)};
  return result;
}

ScenarioResult RunAll(const sim::PreparedScenario& prepared, const PlayOptions& options) {
  sim::ScenarioOptions run;
  run.seed = options.seed;
  run.schedules = options.schedules;
  run.progress = [&](uint64_t done, uint64_t of) {
    if (options.progress) options.progress(done, of);
    return true;
  };
  return sim::RunScenario(prepared, run);
}

void Save(const CollectedScenario& found, const ScenarioResult& result, const PlayOptions& options,
          ScenarioReport& report) {
  const bool wanted = !report.passed() || options.save_expected;
  if (options.save_path.empty() || !wanted) return;
  const RunResult& run = result.shown->run;
  const sim::ReplayFile file = {
      .scenario_file = found.scenario.file,
      .scenario = found.scenario.name,
      .content_hash = found.content_hash,
      .seed = result.seed,
      .schedule = result.shown->schedule,
      .failure_class = report.failure_class,
      .reason = report.reason,
      .steps = run.steps,
      .run_hash = run.run_hash,
      .choices = run.choices,
  };
  Status written = MakeDirectory(FolderOf(options.save_path));
  if (written.ok()) written = WriteFile(options.save_path, sim::WriteReplayFile(file));
  if (written.ok()) {
    report.replay_file = options.save_path;
  } else {
    report.warnings.push_back(written.message());
  }
}

}  // namespace

std::string ReplayLine(const std::string& program, const std::string& replay_file) {
  return sim::ShellWord(program) + " replay " + sim::ShellWord(replay_file);
}

std::string RepeatLine(const std::string& program, const sim::Scenario& scenario, uint64_t seed, uint64_t schedule) {
  return sim::ShellWord(program) + " run " + sim::ShellWord(scenario.file) + " --filter " +
         sim::ShellWord("^" + scenario.name + "$") + " --seed " + std::to_string(seed) + " --schedule " +
         std::to_string(schedule);
}

std::vector<std::string> TraceOf(const sim::PreparedScenario& prepared, uint64_t seed, uint64_t schedule) {
  return sim::TraceLines(sim::RunOneSchedule(prepared, seed, schedule));
}

Result<ScenarioReport> Play(const CollectedScenario& found, const PlayOptions& options,
                            const ControllerRegistry& programs) {
  const sim::Scenario& scenario = found.scenario;
  const Duration started = options.clock == nullptr ? Duration(0) : options.clock->Now();
  WT_ASSIGN(const sim::PreparedScenario prepared, sim::PreparedScenario::Prepare(scenario, programs));
  const ScenarioResult result =
      options.schedule.has_value()
          ? RunOne(prepared, options.seed.value_or(scenario.seed.value_or(1)), *options.schedule)
          : RunAll(prepared, options);
  ScenarioReport report = sim::ReportOf(scenario, result);
  if (options.clock != nullptr) report.real_time = options.clock->Now() - started;
  if (result.shown.has_value()) {
    report.repeat = RepeatLine(options.program, scenario, result.seed, result.shown->schedule);
    Save(found, result, options, report);
    report.card = sim::FailureCard({
        .scenario = scenario,
        .run = result.shown->run,
        .outcome = result.outcome,
        .seed = result.seed,
        .schedule = result.shown->schedule,
        .replay = report.replay_file.empty() ? "" : ReplayLine(options.program, report.replay_file),
        .repeat = report.repeat,
    });
  }
  if (options.trace) {
    const uint64_t schedule =
        result.shown.has_value() ? result.shown->schedule : options.schedule.value_or(kDullSchedule);
    report.trace = TraceOf(prepared, result.seed, schedule);
    report.trace.insert(report.trace.begin(), "schedule " + std::to_string(schedule) + " of seed " +
                                                  std::to_string(result.seed) + " of " + scenario.name + ":");
  }
  return report;
}

}  // namespace wavetank::cli
