#include "sim/report/summary.h"

#include <cstdint>

#include "sim/report/text.h"

namespace wavetank::sim {
namespace {

constexpr size_t kWordWidth = 17;  // of "fails as expected"

std::string PaintedWord(ScenarioOutcome outcome, const Style& style) {
  const std::string word = PadRight(std::string(OutcomeWord(outcome)), kWordWidth);
  switch (outcome) {
    case ScenarioOutcome::kPassed: return style.Good(word);
    case ScenarioOutcome::kFailedAsExpected: return style.Odd(word);
    case ScenarioOutcome::kFailed:
    case ScenarioOutcome::kNondeterminism: return style.Bad(word);
  }
  return word;
}

// "0.12s"; two digits do for people.
std::string RealSeconds(Duration duration) {
  const int64_t hundredths = (duration.count() + 5'000'000) / 10'000'000;
  return std::to_string(hundredths / 100) + "." + std::to_string(100 + hundredths % 100).substr(1) + "s";
}

}  // namespace

std::string ScenarioLine(const ScenarioReport& report, size_t name_width, const Style& style) {
  return PaintedWord(report.outcome, style) + "  " + PadRight(OneLine(report.name), name_width) + "  " +
         PadLeft(Count(report.schedules, "schedule"), 13) + "  " + PadLeft(Count(report.steps, "step"), 13) + "  " +
         PadLeft(ShortDuration(report.virtual_time), 10) + " virtual  " + PadLeft(RealSeconds(report.real_time), 6) +
         " real";
}

std::string SummaryLines(std::span<const ScenarioReport> reports, Duration real_time, const Style& style) {
  uint64_t passed = 0;
  uint64_t as_expected = 0;
  uint64_t failed = 0;
  uint64_t nondeterministic = 0;
  uint64_t schedules = 0;
  uint64_t steps = 0;
  Duration virtual_time{0};
  for (const ScenarioReport& report : reports) {
    passed += report.passed() ? 1 : 0;
    as_expected += report.outcome == ScenarioOutcome::kFailedAsExpected ? 1 : 0;
    failed += report.passed() ? 0 : 1;
    nondeterministic += report.outcome == ScenarioOutcome::kNondeterminism ? 1 : 0;
    schedules += report.schedules;
    steps += report.steps;
    virtual_time += report.virtual_time;
  }
  std::string out = Count(reports.size(), "scenario") + ": ";
  out += style.Good(std::to_string(passed) + " passed");
  if (as_expected > 0) {
    out += " (" + std::to_string(as_expected) + " of them " + (as_expected == 1 ? "fails" : "fail") + " as expected)";
  }
  const std::string failures = std::to_string(failed) + " failed";
  out += ", " + (failed > 0 ? style.Bad(failures) : failures);
  if (nondeterministic > 0) out += " (" + std::to_string(nondeterministic) + " by nondeterminism)";
  out += "\n" + Count(schedules, "schedule") + ", " + Count(steps, "step") + ", " + ShortDuration(virtual_time) +
         " of virtual time";
  if (real_time.count() > 0) {
    const double rate = static_cast<double>(schedules) * 1e9 / static_cast<double>(real_time.count());
    out += " in " + RealSeconds(real_time) + ": " + std::to_string(static_cast<uint64_t>(rate)) + " schedules/s";
  }
  return out + ", each run twice\n";
}

}  // namespace wavetank::sim
