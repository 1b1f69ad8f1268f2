#include "sim/report/scenario_report.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "sim/report/report_test_util.h"
#include "sim/report/summary.h"

namespace wavetank::sim {
namespace {

TEST(ScenarioReport, SurvivesThePipe) {
  ScenarioReport report = FailedReport();
  report.real_time = std::chrono::milliseconds(12);
  report.seed = UINT64_MAX;
  report.card = {"FAIL", "  a"};
  report.trace = {"x"};
  report.replay_file = ".wavetank/x.replay";
  report.warnings = {"w"};
  const std::string text = WriteJson(ToValue(report));
  const Result<Value> value = ParseJson(text);
  ASSERT_TRUE(value.ok());
  const Result<ScenarioReport> back = ReportFromValue(*value);
  ASSERT_TRUE(back.ok()) << back.status().message();
  EXPECT_EQ(WriteJson(ToValue(*back)), text);
  EXPECT_EQ(back->seed, UINT64_MAX);
  EXPECT_EQ(back->place, "scenarios/scale.yaml:31:5");
  EXPECT_EQ(back->card, report.card);
}

TEST(ScenarioReport, RefusesWhatIsNone) {
  EXPECT_FALSE(ReportFromValue(Value()).ok());
  const Value whole = ToValue(PassedReport());
  for (const Field& field : whole.fields()) {
    const Result<ScenarioReport> broken = ReportFromValue(whole.Without(field.key.view()));
    ASSERT_FALSE(broken.ok()) << field.key.view();
    EXPECT_NE(broken.status().message().find(field.key.view()), std::string::npos);
  }
}

TEST(Summary, LinesStandInColumns) {
  ScenarioReport passed = PassedReport();
  passed.real_time = std::chrono::milliseconds(123);
  EXPECT_EQ(ScenarioLine(passed, 22, Style()),
            "PASS               scale                   100 schedules    14230 steps      2h3m0s virtual   0.12s real");
  EXPECT_EQ(ScenarioLine(FailedReport(), 22, Style()),
            "FAIL               scale-while-restarting   18 schedules     2574 steps         45s virtual   0.00s real");
}

TEST(Summary, CountsEverything) {
  ScenarioReport expected = PassedReport();
  expected.outcome = ScenarioOutcome::kFailedAsExpected;
  const ScenarioReport reports[] = {PassedReport(), expected, FailedReport()};
  EXPECT_EQ(SummaryLines(reports, std::chrono::seconds(2), Style()),
            "3 scenarios: 2 passed (1 of them fails as expected), 1 failed\n"
            "218 schedules, 31034 steps, 4h6m45s of virtual time in 2.00s: 109 schedules/s, each run twice\n");
  EXPECT_EQ(SummaryLines({}, Duration(0), Style()),
            "0 scenarios: 0 passed, 0 failed\n0 schedules, 0 steps, 0s of virtual time, each run twice\n");
}

}  // namespace
}  // namespace wavetank::sim
