#include "sim/scenario/runner.h"

#include <algorithm>
#include <utility>

#include "runtime/base/hash.h"
#include "runtime/base/random.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/draw.h"
#include "sim/scenario/run.h"

namespace wavetank::sim {
namespace {

// Memory in use between the two runs of a schedule, so that nothing lies where it lay before.
class Clutter {
 public:
  explicit Clutter(uint64_t seed) {
    Random random(seed, "runner", "clutter");
    for (int i = 0; i < 24; ++i) {
      const size_t bytes = 16 + random.Below(3000);
      auto block = std::make_unique_for_overwrite<char[]>(bytes);
      if (i % 2 == 0) blocks_.push_back(std::move(block));
    }
  }

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
};

// How one schedule is run: the same every time it is.
class Schedules {
 public:
  Schedules(const PreparedScenario& prepared, uint64_t seed) : prepared_(prepared), seed_(seed) {}

  RunResult Run(uint64_t schedule, RunOptions options) {
    if (schedule == 0) {
      FifoStrategy fifo;
      if (baseline_.has_value() || !draws()) return RunWith(fifo, schedule, std::move(options));
      // The dull schedule is what faults are drawn within: it is measured when it is run anyhow.
      Baseline made;
      options.baseline = &made;
      RunResult result = RunWith(fifo, schedule, std::move(options));
      baseline_ = std::move(made);
      return result;
    }
    RandomWalk walk(ScheduleSeed(seed_, schedule));
    return RunWith(walk, schedule, std::move(options));
  }
  RunResult RunWith(Strategy& strategy, uint64_t schedule, RunOptions options) {
    const uint64_t seed = ScheduleSeed(seed_, schedule);
    if (schedule == 0) {
      options.strict = true;
    } else if (draws()) {
      options.drawn = DrawFaults(prepared_.scenario(), baseline(), seed);
    }
    return RunSchedule(prepared_, strategy, seed, options);
  }

 private:
  bool draws() const { return prepared_.scenario().faults.at_most > 0; }
  const Baseline& baseline() {
    if (baseline_.has_value()) return *baseline_;
    Baseline made;
    RunOptions options;
    options.baseline = &made;
    FifoStrategy fifo;
    (void)RunSchedule(prepared_, fifo, ScheduleSeed(seed_, 0), options);
    return baseline_.emplace(std::move(made));
  }

  const PreparedScenario& prepared_;
  const uint64_t seed_;
  std::optional<Baseline> baseline_;
};

bool Same(const RunResult& a, const RunResult& b) {
  return a.run_hash == b.run_hash && a.steps == b.steps && a.choices == b.choices &&
         a.failure.reason == b.failure.reason;
}

// Repeats a schedule that took two ways, traced, until it does so again; names the first step that differs.
RunResult ExplainNondeterminism(Schedules& schedules, uint64_t schedule, RunResult first, const Place& place) {
  std::string where = "the runs differ";
  for (uint64_t attempt = 0; attempt < 8; ++attempt) {
    std::vector<uint64_t> a_hashes;
    std::vector<uint64_t> b_hashes;
    RunOptions options;
    options.trace = true;
    options.trace_events = SIZE_MAX;
    options.step_hashes = &a_hashes;
    RunResult a = schedules.Run(schedule, options);
    const Clutter clutter(attempt + 1);
    options.step_hashes = &b_hashes;
    RunResult b = schedules.Run(schedule, options);
    const auto differ = std::mismatch(a_hashes.begin(), a_hashes.end(), b_hashes.begin(), b_hashes.end());
    if (differ.first == a_hashes.end() && differ.second == b_hashes.end()) continue;
    const auto step = static_cast<uint64_t>(differ.first - a_hashes.begin()) + 1;
    const auto text = [step](const RunResult& run) {
      for (const TraceEvent& event : run.events) {
        if (event.step == step && !event.important) return event.text;
      }
      return std::string("nothing");
    };
    where = "step " + std::to_string(step) + " is \"" + text(a) + "\" in one run and \"" + text(b) + "\" in the other";
    first = std::move(a);
    break;
  }
  first.failure = {};
  first.failure.failure_class = FailureClass::kNondeterminism;
  first.failure.place = place;
  first.failure.reason = "nondeterminism: two runs of one schedule are not the same: " + where;
  return first;
}

}  // namespace

std::string_view FailureClassName(FailureClass failure_class) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "none",          "expectation",       "invariant",         "livelock",
      "not-converged", "fault-never-fired", "controller-exited", "step-failed",
      "silent-rule",   "nondeterminism"};
  return kNames[static_cast<size_t>(failure_class)];
}

uint64_t ScheduleSeed(uint64_t seed, uint64_t schedule) { return HashCombine(seed, schedule); }

RunResult RunSchedule(const PreparedScenario& prepared, Strategy& strategy, uint64_t seed, const RunOptions& options) {
  return ScenarioRun(prepared.data(), strategy, seed, options).Execute();
}

RunResult RunOneSchedule(const PreparedScenario& prepared, uint64_t seed, uint64_t schedule, bool trace) {
  RunOptions options;
  options.trace = trace;
  return Schedules(prepared, seed).Run(schedule, std::move(options));
}

RunResult ReplaySchedule(const PreparedScenario& prepared, uint64_t seed, uint64_t schedule, const ChoiceLog& choices,
                         std::string* divergence) {
  Replay replay(choices);
  RunOptions options;
  options.trace = true;
  options.strategy_heals = true;
  RunResult result = Schedules(prepared, seed).RunWith(replay, schedule, std::move(options));
  // A run ends where it fails; one that passes now plays on after the end of the log.
  const bool plays_on = replay.exhausted() && result.passed();
  if (divergence != nullptr) *divergence = plays_on ? std::string() : replay.divergence();
  return result;
}

ScenarioResult RunScenario(const PreparedScenario& prepared, const ScenarioOptions& options) {
  const Scenario& scenario = prepared.scenario();
  ScenarioResult result;
  result.seed = options.seed.value_or(scenario.seed.value_or(1));
  const uint64_t wanted = options.schedules.value_or(scenario.schedules > 0 ? scenario.schedules : kDefaultSchedules);
  Schedules schedules(prepared, result.seed);
  std::optional<uint64_t> first_failure;
  for (uint64_t i = 0; i < std::max<uint64_t>(1, wanted); ++i) {
    RunResult run = schedules.Run(i, RunOptions());
    if (options.twice) {
      const Clutter clutter(i);
      const RunResult again = schedules.Run(i, RunOptions());
      if (!Same(run, again)) {
        result.outcome = ScenarioOutcome::kNondeterminism;
        result.shown = ScheduleResult{i, ExplainNondeterminism(schedules, i, std::move(run), scenario.place)};
        result.schedules = i + 1;
        return result;
      }
    }
    result.schedules = i + 1;
    result.steps += run.steps;
    result.virtual_time += run.virtual_time;
    result.hash = HashCombine(result.hash, run.run_hash);
    if (!run.passed()) {
      ++result.failed_schedules;
      if (!first_failure.has_value()) first_failure = i;
      if (options.stop_at_first_failure) break;
    }
    if (options.progress && !options.progress(i + 1, wanted)) break;
  }
  if (first_failure.has_value() || !scenario.expect_failure.empty()) {
    RunOptions traced;
    traced.trace = true;
    const uint64_t shown = first_failure.value_or(0);
    result.shown = ScheduleResult{shown, schedules.Run(shown, std::move(traced))};
    Failure& failure = result.shown->run.failure;
    if (scenario.expect_failure.empty()) {
      result.outcome = ScenarioOutcome::kFailed;
    } else if (!first_failure.has_value()) {
      result.outcome = ScenarioOutcome::kFailed;
      failure.failure_class = FailureClass::kExpectation;
      failure.place = {scenario.place.at, "spec.expectFailure"};
      failure.reason = "expectation: the scenario was expected to fail (\"" + scenario.expect_failure +
                       "\"), but it passed every schedule";
      failure.expected = scenario.expect_failure;
      failure.found = "no failure";
    } else if (failure.reason.find(scenario.expect_failure) != std::string::npos) {
      result.outcome = ScenarioOutcome::kFailedAsExpected;
    } else {
      result.outcome = ScenarioOutcome::kFailed;
    }
  }
  return result;
}

}  // namespace wavetank::sim
