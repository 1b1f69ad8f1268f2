// Runner: plays a scenario, schedule by schedule, and says what came of it.
//
//   WT_ASSIGN(PreparedScenario prepared, PreparedScenario::Prepare(scenario, programs));
//   ScenarioResult result = RunScenario(prepared, {.seed = 7});
//   if (result.outcome != ScenarioOutcome::kPassed) Print(result.first_failure()->failure.Text());
//
// Schedule 0 is the dull one: FIFO, scripted faults only. The others are random walks, each with faults drawn from a
// stream of its own (draw.h); schedule i of seed s is the same whatever else is run. A single one is repeated with
// RunSchedule, a recorded one with a Replay strategy and the log of its choices.
//
// After the last step the world plays out, then heals, and must converge under a fair schedule within the limits; then
// the expectations are looked at. Every schedule runs twice, with other memory in between, and must do the same.
// Cost: a world per schedule; no text is made unless something failed or a trace was asked for.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/logging.h"
#include "sim/kernel/choice_log.h"
#include "sim/kernel/strategy.h"
#include "sim/scenario/programs.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/world.h"

namespace wavetank::sim {

enum class FailureClass : uint8_t {
  kNone,
  kExpectation,       // an entry of `expect` does not hold
  kInvariant,         // `always` or `never`
  kLivelock,          // events without end, and time stands still
  kNotConverged,      // still busy when the limits were reached
  kFaultNeverFired,   // a scripted fault
  kControllerExited,  // a controller's main ended
  kStepFailed,        // the server refused a step, or an `until` did not come true
  kSilentRule,        // a rule that never said anything
  kNondeterminism,    // the second run of a schedule took another way
};
std::string_view FailureClassName(FailureClass failure_class);  // "expectation", "not-converged", ...

struct Failure {
  FailureClass failure_class = FailureClass::kNone;
  Place place;           // in the scenario file
  std::string reason;    // one line that says it all; `expectFailure` looks here
  std::string expected;  // when there is something to compare
  std::string found;
  explicit operator bool() const { return failure_class != FailureClass::kNone; }
};

struct TraceEvent {
  uint64_t step = 0;
  Duration at{0};  // since the start of the world
  std::string text;
  bool important = false;  // a write, a fault, a step of the scenario
};

struct RunResult {
  bool passed() const { return !failure; }
  Failure failure;
  uint64_t steps = 0;
  uint64_t writes = 0;
  Duration virtual_time{0};
  uint64_t run_hash = 0;
  ChoiceLog choices;
  std::vector<Injector::Struck> struck;  // the faults that struck, in order
  std::vector<TraceEvent> events;        // only of a traced run; the last ones, log lines among them
  uint64_t events_dropped = 0;
};

inline constexpr size_t kVerbs = static_cast<size_t>(Verb::kDeleteCollection) + 1;

// What the dull schedule of a scenario looks like: faults are drawn within these measures.
struct Baseline {
  uint64_t steps = 0;
  // Requests sent, by controller (in the scenario's order) and verb.
  std::vector<std::array<uint64_t, kVerbs>> requests;
};

// A scenario that is ready to run many times: rules compiled, the cluster set up, programs made. Immutable; it outlives
// its runs.
class PreparedScenario {
 public:
  // InvalidArgument for a program that is not registered, and for rules that do not compile (the loader finds both).
  static Result<PreparedScenario> Prepare(Scenario scenario, const ControllerRegistry& programs);
  PreparedScenario(PreparedScenario&&) noexcept;
  PreparedScenario& operator=(PreparedScenario&&) noexcept;
  ~PreparedScenario();

  const Scenario& scenario() const;
  struct Data;
  const Data& data() const { return *data_; }

 private:
  explicit PreparedScenario(std::unique_ptr<const Data> data);
  std::unique_ptr<const Data> data_;
};

struct RunOptions {
  std::vector<Fault> drawn;  // armed before the first step
  bool trace = false;
  size_t trace_events = 400;  // how many of the last ones are kept
  // Judges the scenario itself, too: a scripted fault that never struck, a rule that never spoke and late writes of a
  // converged world fail the run. For the dull schedule; another one may legitimately never send a request.
  bool strict = false;
  // The strategy decides to the end, also when the world has healed: a Replay does, whose log goes on to the end.
  bool strategy_heals = false;
  bool state_hash = false;
  std::shared_ptr<LogSink> logs;
  Baseline* baseline = nullptr;                  // filled in
  std::vector<uint64_t>* step_hashes = nullptr;  // the run hash after each step
};

// One world, from its start to its verdict. `strategy` decides until the world heals.
RunResult RunSchedule(const PreparedScenario& prepared, Strategy& strategy, uint64_t seed,
                      const RunOptions& options = {});

// The seed of one schedule, and its faults.
uint64_t ScheduleSeed(uint64_t seed, uint64_t schedule);

struct ScheduleResult {
  uint64_t schedule = 0;
  RunResult run;
};

struct ScenarioOptions {
  std::optional<uint64_t> seed;       // else the scenario's, else 1
  std::optional<uint64_t> schedules;  // else the scenario's, else kDefaultSchedules
  bool twice = true;
  bool stop_at_first_failure = true;
  // Called after each schedule; false ends the run (a deadline, somebody pressed ^C).
  std::function<bool(uint64_t done, uint64_t of)> progress;
};
inline constexpr uint64_t kDefaultSchedules = 100;

enum class ScenarioOutcome : uint8_t {
  kPassed,
  kFailed,
  kFailedAsExpected,  // counts as passed
  kNondeterminism,
};

struct ScenarioResult {
  ScenarioOutcome outcome = ScenarioOutcome::kPassed;
  bool passed() const { return outcome == ScenarioOutcome::kPassed || outcome == ScenarioOutcome::kFailedAsExpected; }
  uint64_t seed = 1;
  uint64_t schedules = 0;  // that were run
  uint64_t failed_schedules = 0;
  uint64_t steps = 0;        // of all of them, counted once
  Duration virtual_time{0};  // of all of them
  uint64_t hash = 0;         // over the run hashes
  // What to show: the first schedule that failed, traced; for an expected failure too. When a scenario with
  // `expectFailure` passes every schedule, its failure says so and the run is the dull one.
  std::optional<ScheduleResult> shown;
};

ScenarioResult RunScenario(const PreparedScenario& prepared, const ScenarioOptions& options = {});

// Schedule `schedule` of `seed` alone, traced: what `--seed N --schedule I` repeats.
RunResult RunOneSchedule(const PreparedScenario& prepared, uint64_t seed, uint64_t schedule, bool trace = true);
// A recorded run: the choices of schedule `schedule` of `seed`. `divergence`, when given, says where the run left the log.
RunResult ReplaySchedule(const PreparedScenario& prepared, uint64_t seed, uint64_t schedule, const ChoiceLog& choices,
                         std::string* divergence = nullptr);

}  // namespace wavetank::sim
