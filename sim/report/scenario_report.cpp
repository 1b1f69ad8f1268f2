#include "sim/report/scenario_report.h"

#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

struct OutcomeText {
  ScenarioOutcome outcome;
  std::string_view name;
  std::string_view word;
};
constexpr OutcomeText kOutcomes[] = {
    {ScenarioOutcome::kPassed, "passed", "PASS"},
    {ScenarioOutcome::kFailed, "failed", "FAIL"},
    {ScenarioOutcome::kFailedAsExpected, "failed-as-expected", "fails as expected"},
    {ScenarioOutcome::kNondeterminism, "nondeterminism", "NONDETERMINISM"},
};

const OutcomeText& TextOf(ScenarioOutcome outcome) {
  for (const OutcomeText& text : kOutcomes) {
    if (text.outcome == outcome) return text;
  }
  WT_CHECK(false, "an outcome without a name");
  return kOutcomes[0];
}

// Every field of a report by one name, for both directions.
template <typename Report, typename Visitor>
void VisitFields(Report& report, Visitor&& visit) {
  visit("name", report.name);
  visit("file", report.file);
  visit("line", report.line);
  visit("outcome", report.outcome);
  visit("seed", report.seed);
  visit("schedules", report.schedules);
  visit("failedSchedules", report.failed_schedules);
  visit("steps", report.steps);
  visit("virtualTime", report.virtual_time);
  visit("runHash", report.run_hash);
  visit("realTime", report.real_time);
  visit("hasShown", report.has_shown);
  visit("schedule", report.schedule);
  visit("failureClass", report.failure_class);
  visit("place", report.place);
  visit("reason", report.reason);
  visit("expected", report.expected);
  visit("found", report.found);
  visit("card", report.card);
  visit("trace", report.trace);
  visit("replayFile", report.replay_file);
  visit("repeat", report.repeat);
  visit("warnings", report.warnings);
}

struct Writer {
  ObjectBuilder fields;
  void operator()(const char* name, const std::string& text) { fields.Add(name, text); }
  void operator()(const char* name, int number) { fields.Add(name, number); }
  void operator()(const char* name, bool yes) { fields.Add(name, yes); }
  void operator()(const char* name, uint64_t number) { fields.Add(name, number); }
  void operator()(const char* name, Duration duration) { fields.Add(name, int64_t{duration.count()}); }
  void operator()(const char* name, ScenarioOutcome outcome) { fields.Add(name, OutcomeName(outcome)); }
  void operator()(const char* name, const std::vector<std::string>& lines) {
    ArrayBuilder array;
    for (const std::string& line : lines) array.Add(line);
    fields.Add(name, array.Build());
  }
};

struct Reader {
  const Value& from;
  std::string missing;
  const Value& Get(const char* name, bool fits) {
    if (!fits && missing.empty()) missing = name;
    return from[name];
  }
  void operator()(const char* name, std::string& text) { text = Get(name, from[name].is_string()).AsString(); }
  void operator()(const char* name, int& number) { number = static_cast<int>(Get(name, from[name].is_int()).AsInt()); }
  void operator()(const char* name, bool& yes) { yes = Get(name, from[name].is_bool()).AsBool(); }
  void operator()(const char* name, uint64_t& number) { number = Get(name, from[name].is_number()).AsUint(); }
  void operator()(const char* name, Duration& duration) { duration = Duration(Get(name, from[name].is_int()).AsInt()); }
  void operator()(const char* name, ScenarioOutcome& outcome) {
    for (const OutcomeText& text : kOutcomes) {
      if (from[name] == text.name) {
        outcome = text.outcome;
        return;
      }
    }
    Get(name, false);
  }
  void operator()(const char* name, std::vector<std::string>& lines) {
    lines.clear();
    for (const Value& line : Get(name, from[name].is_array()).elements()) lines.emplace_back(line.AsString());
  }
};

}  // namespace

std::string_view OutcomeName(ScenarioOutcome outcome) { return TextOf(outcome).name; }
std::string_view OutcomeWord(ScenarioOutcome outcome) { return TextOf(outcome).word; }

ScenarioReport ReportOf(const Scenario& scenario, const ScenarioResult& result) {
  ScenarioReport report;
  report.name = scenario.name;
  report.file = scenario.file;
  report.line = scenario.place.at.line;
  report.outcome = result.outcome;
  report.seed = result.seed;
  report.schedules = result.schedules;
  report.failed_schedules = result.failed_schedules;
  report.steps = result.steps;
  report.virtual_time = result.virtual_time;
  report.run_hash = result.hash;
  if (!result.shown.has_value()) return report;
  const Failure& failure = result.shown->run.failure;
  report.has_shown = true;
  report.schedule = result.shown->schedule;
  if (!failure) return report;
  report.failure_class = FailureClassName(failure.failure_class);
  report.reason = failure.reason;
  report.expected = failure.expected;
  report.found = failure.found;
  report.place = scenario.file;
  if (failure.place.at.line > 0) {
    report.place += ":" + std::to_string(failure.place.at.line) + ":" + std::to_string(failure.place.at.column);
  }
  return report;
}

Value ToValue(const ScenarioReport& report) {
  Writer writer;
  VisitFields(report, writer);
  return writer.fields.Build();
}

Result<ScenarioReport> ReportFromValue(const Value& value) {
  ScenarioReport report;
  Reader reader{value, {}};
  VisitFields(report, reader);
  if (!reader.missing.empty()) {
    return Status(Code::kInvalidArgument, "a report without a proper \"" + reader.missing + "\"");
  }
  return report;
}

}  // namespace wavetank::sim
