#include "sim/report/card.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/report/report_test_util.h"
#include "sim/report/text.h"

namespace wavetank::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kRepeat[] =
    "wavetank run scenarios/scale.yaml --filter '^scale-while-restarting$' --seed 7 --schedule 17";

std::vector<std::string> CardOf(const RunResult& run) {
  const Scenario scenario = FailingScenario();
  return FailureCard({.scenario = scenario,
                      .run = run,
                      .seed = 7,
                      .schedule = 17,
                      .replay = "wavetank replay .wavetank/scale-while-restarting.replay",
                      .repeat = kRepeat});
}

TEST(Card, SaysWhatAPersonNeeds) {
  EXPECT_THAT(
      CardOf(FailedRun()),
      ElementsAre("FAIL scale-while-restarting (expectation) scenarios/scale.yaml:31:5",
                  "  when:     schedule 17 of seed 7, step 143, 2.5s of virtual time",
                  "  reason:   ReplicaSet default/frontend is not as expected: status.replicas", "  expected: 5",
                  "  found:    3", "  faults:   step 31: crash podcount after update replicasets",
                  "  events:   step 138     2.4s  podcount: watch event Pod default/frontend-x7k2p",
                  "            step 139     2.5s  podcount: update ReplicaSet default/frontend: 409 Conflict",
                  "            step 143     2.5s  user: delete Pod default/frontend-x7k2p",
                  "  replay:   wavetank replay .wavetank/scale-while-restarting.replay",
                  "  repeat:   " + std::string(kRepeat)));
}

TEST(Card, HasFifteenLinesHoweverMuchHappened) {
  RunResult run = FailedRun();
  const std::string flood(5000, 'x');
  run.failure.reason = flood + " " + flood;
  run.failure.expected = flood;
  run.failure.found = std::string("two\nlines ") + flood;
  for (uint64_t i = 0; i < 300; ++i) {
    run.struck.push_back({i, flood});
    run.events.push_back({i, Duration(static_cast<int64_t>(i)), flood, i % 2 == 0});
  }
  const std::vector<std::string> card = CardOf(run);
  EXPECT_EQ(card.size(), kCardLines);
  for (const std::string& line : card) EXPECT_LE(Width(line), kCardWidth) << line;
  EXPECT_THAT(card[9], HasSubstr("and 300 before"));
  EXPECT_THAT(card.back(), EndsWith(kRepeat));
}

TEST(Card, UsesTheRoomThereIs) {
  RunResult run = FailedRun();
  for (uint64_t i = 0; i < 50; ++i) run.events.push_back({200 + i, Duration(0), "write", true});
  const std::vector<std::string> card = CardOf(run);
  EXPECT_EQ(card.size(), kCardLines);
  EXPECT_THAT(card[12], StartsWith("            step 249"));
}

TEST(Card, ShowsTheLastEventsWhenNoneIsImportant) {
  RunResult run = FailedRun();
  for (TraceEvent& event : run.events) event.important = false;
  EXPECT_THAT(CardOf(run)[6], HasSubstr("step 138"));
}

TEST(Card, PrefersControllersToTheClustersOwnParts) {
  RunResult run = FailedRun();
  for (uint64_t i = 0; i < 50; ++i)
    run.events.push_back({200 + i, Duration(0), "kubelet-node-1 wrote: update Pod", true});
  const std::vector<std::string> card = CardOf(run);
  EXPECT_EQ(card.size(), kCardLines);
  EXPECT_THAT(card[6], HasSubstr("step 139"));
  EXPECT_THAT(card[7], HasSubstr("step 143"));
  EXPECT_THAT(card[8], HasSubstr("step 245"));
  EXPECT_THAT(card[12], HasSubstr("step 249"));
}

TEST(Card, ALongPlaceHasALineOfItsOwn) {
  Scenario scenario = FailingScenario();
  scenario.file = "scenarios/" + std::string(100, 'x') + ".yaml";
  const RunResult run = FailedRun();
  const std::vector<std::string> card = FailureCard({.scenario = scenario, .run = run});
  EXPECT_EQ(card[0], "FAIL scale-while-restarting (expectation)");
  EXPECT_THAT(card[1], StartsWith("  where:    scenarios/xxx"));
  EXPECT_THAT(card[1], EndsWith("xxx..."));
}

TEST(Card, LeavesOutWhatThereIsNot) {
  RunResult run = FailedRun();
  run.struck.clear();
  run.events.clear();
  run.failure.expected.clear();
  run.failure.found.clear();
  const Scenario scenario = FailingScenario();
  EXPECT_EQ(FailureCard({.scenario = scenario, .run = run}).size(), 3u);
}

TEST(Card, IsHarmlessOnATerminal) {
  RunResult run = FailedRun();
  run.failure.reason = "\x1b]0;gotcha\a \x1b[2J\xff";
  run.events = {{1, Duration(0), "a\nb\rc\x1b[31m", true}};
  for (const std::string& line : CardOf(run)) {
    EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    EXPECT_THAT(line, Not(HasSubstr("\n")));
    EXPECT_THAT(line, Not(HasSubstr("\r")));
  }
}

TEST(Card, PaintsOnlyTheBeginnings) {
  const std::vector<std::string> plain = CardOf(FailedRun());
  EXPECT_EQ(PaintCard(plain, Style(false)), plain);
  const std::vector<std::string> painted = PaintCard(plain, Style(true));
  EXPECT_THAT(painted[0], StartsWith("\x1b[1;31mFAIL\x1b[0m scale-while"));
  EXPECT_THAT(painted[3], StartsWith("  \x1b[1mexpected:\x1b[0m 5"));
  EXPECT_EQ(painted[7], plain[7]);
}

}  // namespace
}  // namespace wavetank::sim
