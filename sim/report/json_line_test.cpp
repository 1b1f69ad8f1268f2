#include "sim/report/json_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "sim/report/report_test_util.h"

namespace wavetank::sim {
namespace {

TEST(JsonLine, OfAPassedScenario) {
  EXPECT_EQ(JsonLine(PassedReport()),
            R"({"failedSchedules":0,"file":"scenarios/scale.yaml","line":1,"reason":"","result":"passed",)"
            R"("runHash":"ffffffffffffffff","scenario":"scale","schedules":100,"seed":1,"steps":14230,)"
            R"("virtualTime":"2h3m0s"})");
}

TEST(JsonLine, OfAFailedScenario) {
  ScenarioReport report = FailedReport();
  report.repeat = "wavetank run ...";
  const nlohmann::json line = nlohmann::json::parse(JsonLine(report));
  EXPECT_EQ(line["scenario"], "scale-while-restarting");
  EXPECT_EQ(line["result"], "failed");
  EXPECT_EQ(line["runHash"], "00c0ffee00c0ffee");
  EXPECT_EQ(line["reason"], "ReplicaSet default/frontend is not as expected: status.replicas");
  EXPECT_EQ(line["failure"]["class"], "expectation");
  EXPECT_EQ(line["failure"]["schedule"], 17);
  EXPECT_EQ(line["failure"]["place"], "scenarios/scale.yaml:31:5");
  EXPECT_EQ(line["failure"]["expected"], "5");
  EXPECT_EQ(line["failure"]["repeat"], "wavetank run ...");
  EXPECT_FALSE(line["failure"].contains("replay"));
}

TEST(JsonLine, HasNoRealTimeInIt) {
  ScenarioReport report = PassedReport();
  const std::string before = JsonLine(report);
  report.real_time = std::chrono::seconds(9);
  EXPECT_EQ(JsonLine(report), before);
}

TEST(JsonLine, IsOneLineWhateverTheReason) {
  ScenarioReport report = FailedReport();
  report.reason = "a\n\"scenario\":\"b\"\xff";
  const std::string line = JsonLine(report);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(line)["scenario"], "scale-while-restarting");
}

}  // namespace
}  // namespace wavetank::sim
