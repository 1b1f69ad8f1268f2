#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tools/cli/cli_test_util.h"

namespace wavetank::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class RunTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("scenarios/a.yaml", ScenarioText("fine", 1));
    Write("scenarios/deep/b.yml", ScenarioText("wrong", 2));
    Write("scenarios/deep/manifests/settings.yaml", Read("scenarios/manifests/settings.yaml"));
  }
};

TEST_F(RunTest, LinesCardAndSummary) {
  const Outcome run = Call({"run", "scenarios/", "--seed", "7"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, StartsWith("PASS               fine     3 schedules"));
  EXPECT_THAT(run.out, HasSubstr("\nFAIL               wrong     1 schedule"));
  EXPECT_THAT(run.out, HasSubstr("\nFAIL wrong (expectation) scenarios/deep/b.yml:10:"));
  EXPECT_THAT(run.out, HasSubstr("\n  expected: 2\n  found:    1\n"));
  EXPECT_THAT(run.out, HasSubstr("\n  replay:   wavetank replay .wavetank/wrong.replay\n"
                                 "  repeat:   wavetank run scenarios/deep/b.yml --filter '^wrong$' --seed 7 "
                                 "--schedule 0\n"));
  EXPECT_THAT(run.out, HasSubstr("\n\n2 scenarios: 1 passed, 1 failed\n4 schedules, "));
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
}

TEST_F(RunTest, PassingIsZero) {
  const Outcome run = Call({"run", "scenarios/a.yaml"});
  EXPECT_EQ(run.status, kPassed);
  EXPECT_THAT(run.out, HasSubstr("1 scenario: 1 passed, 0 failed\n"));
  EXPECT_FALSE(std::filesystem::exists(".wavetank"));
}

TEST_F(RunTest, TheSameBytesHoweverManyWorkersThereAre) {
  for (int i = 0; i < 9; ++i) {
    Write("scenarios/more" + std::to_string(i) + ".yaml", ScenarioText("more-" + std::to_string(i), 1 + i % 2));
  }
  const Outcome alone = Call({"run", "scenarios", "--jobs", "1"});
  const Outcome many = Call({"run", "scenarios", "-j4"});
  const Outcome again = Call({"run", "scenarios"});
  EXPECT_EQ(alone.status, kFailed);
  EXPECT_EQ(alone.out, many.out);
  EXPECT_EQ(alone.out, again.out);
  EXPECT_THAT(alone.out, HasSubstr("11 scenarios: 6 passed, 5 failed\n"));
}

TEST_F(RunTest, ExpectedFailuresPass) {
  Write("x.yaml", ScenarioText("known", 2, "idle", "  expectFailure: expected 2\n"));
  Write("manifests/settings.yaml", Read("scenarios/manifests/settings.yaml"));
  const Outcome run = Call({"run", "x.yaml"});
  EXPECT_EQ(run.status, kPassed);
  EXPECT_THAT(run.out, StartsWith("fails as expected  known"));
  EXPECT_THAT(run.out, HasSubstr("1 scenario: 1 passed (1 of them fails as expected), 0 failed\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("  reason:")));
  EXPECT_FALSE(std::filesystem::exists(".wavetank"));
  const Outcome verbose = Call({"run", "x.yaml", "-v", "--save", "kept"});
  EXPECT_THAT(verbose.out, HasSubstr("\n  reason:   "));
  EXPECT_TRUE(std::filesystem::exists("kept/known.replay"));
  EXPECT_EQ(Call({"run", "x.yaml", "--schedule", "2"}).status, kPassed);
}

TEST_F(RunTest, AnExpectedFailureThatDoesNotComeFails) {
  Write("manifests/settings.yaml", Read("scenarios/manifests/settings.yaml"));
  Write("x.yaml", ScenarioText("cured", 1, "idle", "  expectFailure: expected 2\n"));
  const Outcome run = Call({"run", "x.yaml"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_THAT(run.out, HasSubstr("FAIL cured (expectation) x.yaml:"));
  const Outcome one = Call({"run", "x.yaml", "--schedule", "1"});
  EXPECT_EQ(one.status, kFailed);
  EXPECT_THAT(one.out, HasSubstr("this schedule passes, and expectFailure says it fails"));
}

TEST_F(RunTest, OneScheduleRepeatsWhatTheCardSays) {
  const Outcome run = Call({"run", "scenarios/deep/b.yml", "--filter", "^wrong$", "--seed", "7", "--schedule", "0"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_THAT(run.out, HasSubstr("  when:     schedule 0 of seed 7"));
  EXPECT_EQ(Call({"run", "scenarios/a.yaml", "--schedule", "2"}).status, kPassed);
}

TEST_F(RunTest, NondeterminismIsThree) {
  Write("scenarios/c.yaml", ScenarioText("moody", 1, "moody"));
  const Outcome run = Call({"run", "scenarios", "--junit", "out.xml"});
  EXPECT_EQ(run.status, kNondeterminism);
  EXPECT_THAT(run.out, HasSubstr("NONDETERMINISM     moody"));
  EXPECT_THAT(run.out, HasSubstr("3 scenarios: 1 passed, 2 failed (1 by nondeterminism)"));
  EXPECT_THAT(Read("out.xml"), HasSubstr("<error type=\"nondeterminism\""));
  EXPECT_EQ(Call({"run", "scenarios/c.yaml", "--schedule", "0"}).status, kNondeterminism);
}

TEST_F(RunTest, AControllerThatKillsItsProcessTakesNobodyWithIt) {
  Write("scenarios/c.yaml", ScenarioText("dying", 1, "dying"));
  const Outcome run = Call({"run", "scenarios", "-j2", "--junit", "out.xml"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_THAT(run.out,
              HasSubstr("FAIL dying (died) scenarios/c.yaml:1:1\n  reason:   its process ended with status 7\n"));
  EXPECT_THAT(run.out, HasSubstr("3 scenarios: 1 passed, 2 failed\n"));
  EXPECT_THAT(Read("out.xml"), HasSubstr("its process ended with status 7"));
  EXPECT_THAT(Call({"run", "scenarios/c.yaml"}).out, HasSubstr("FAIL dying (died)"));
}

TEST_F(RunTest, JsonIsALineForEachScenario) {
  const Outcome run = Call({"run", "--json", "--seed=3", "scenarios"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_EQ(run.err, "");
  const size_t end = run.out.find('\n');
  const nlohmann::json fine = nlohmann::json::parse(run.out.substr(0, end));
  const nlohmann::json wrong = nlohmann::json::parse(run.out.substr(end + 1));
  EXPECT_EQ(fine["scenario"], "fine");
  EXPECT_EQ(fine["result"], "passed");
  EXPECT_EQ(fine["seed"], 3);
  EXPECT_EQ(fine["runHash"].get<std::string>().size(), 16u);
  EXPECT_EQ(wrong["scenario"], "wrong");
  EXPECT_EQ(wrong["result"], "failed");
  EXPECT_FALSE(std::filesystem::exists(".wavetank"));
  terminal_.step = std::chrono::seconds(1);
  EXPECT_EQ(Call({"run", "--json", "--seed=3", "scenarios", "-j1"}).out, run.out);
}

TEST_F(RunTest, JunitHasEveryScenario) {
  EXPECT_EQ(Call({"run", "scenarios", "--junit", "out.xml"}).status, kFailed);
  const std::string xml = Read("out.xml");
  EXPECT_THAT(xml, HasSubstr("tests=\"2\" failures=\"1\" errors=\"0\""));
  EXPECT_THAT(xml, HasSubstr("classname=\"scenarios.a\""));
  EXPECT_THAT(xml, HasSubstr("FAIL wrong (expectation)"));
}

TEST_F(RunTest, VerboseShowsEventsAndLogs) {
  Write("scenarios/c.yaml", ScenarioText("talk", 1, "talkative"));
  const Outcome run = Call({"run", "scenarios/c.yaml", "-v"});
  EXPECT_EQ(run.status, kPassed);
  EXPECT_THAT(run.out, HasSubstr("\nschedule 0 of seed 1 of talk:\n"));
  EXPECT_THAT(run.out, HasSubstr("hello from the controller answer=42"));
}

TEST_F(RunTest, ColourWherePeopleAreAndWhereItIsSaid) {
  terminal_.person = true;
  EXPECT_THAT(Call({"run", "scenarios"}).out, HasSubstr("\x1b[1;31mFAIL"));
  EXPECT_THAT(Call({"run", "scenarios", "--color", "never"}).out, Not(HasSubstr("\x1b")));
  terminal_.person = false;
  EXPECT_THAT(Call({"run", "scenarios", "--color=always"}).out, HasSubstr("\x1b[1;31mFAIL"));
}

TEST_F(RunTest, ProgressIsForPeopleAndOnStandardError) {
  terminal_.step = std::chrono::seconds(1);
  EXPECT_EQ(Call({"run", "scenarios", "--jobs", "1"}).err, "");
  terminal_.person = true;
  EXPECT_THAT(Call({"run", "scenarios", "--jobs", "1"}).err, HasSubstr("[1/2] fine: 2 of 3 schedules"));
  EXPECT_THAT(Call({"run", "scenarios", "--jobs", "2"}).err, HasSubstr("fine: 2 of 3 schedules"));
  EXPECT_EQ(Call({"run", "scenarios", "--json"}).err, "");
}

TEST_F(RunTest, FilterIsARegularExpressionOverNames) {
  EXPECT_THAT(Call({"run", "scenarios", "--filter", "^f"}).out, HasSubstr("1 scenario: 1 passed"));
  const Outcome none = Call({"run", "scenarios", "--filter", "xyz"});
  EXPECT_EQ(none.status, kBadUsage);
  EXPECT_THAT(none.err, HasSubstr("--filter \"xyz\" leaves none of 2 scenarios: fine, wrong"));
  const Outcome broken = Call({"run", "scenarios", "--filter", "[a"});
  EXPECT_EQ(broken.status, kBadUsage);
  EXPECT_THAT(broken.err, HasSubstr("--filter: invalid pattern"));
}

TEST_F(RunTest, TwoScenariosOfOneNameDoNotShareAReplayFile) {
  Write("scenarios/other.yaml", ScenarioText("wrong", 5));
  EXPECT_EQ(Call({"run", "scenarios"}).status, kFailed);
  EXPECT_TRUE(std::filesystem::exists(".wavetank/wrong.replay"));
  EXPECT_TRUE(std::filesystem::exists(".wavetank/wrong-2.replay"));
}

TEST_F(RunTest, AFolderOfReplayFilesThatCannotBeIsOnlyAWarning) {
  Write(".wavetank", "a file, not a folder");
  const Outcome run = Call({"run", "scenarios"});
  EXPECT_EQ(run.status, kFailed);
  EXPECT_THAT(run.err, StartsWith("warning: .wavetank: "));
  EXPECT_THAT(run.out, Not(HasSubstr("replay:")));
  EXPECT_THAT(run.out, HasSubstr("repeat:"));
}

struct Refusal {
  std::vector<std::string> args;
  std::string says;
};

TEST_F(RunTest, WhatCannotBeIsSaidAndIsTwo) {
  Write("empty/readme.txt", "nothing");
  Write("plain/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
  Write("x.replay", "kind: Replay\n");
  const Refusal refusals[] = {
      {{}, "Usage: wavetank COMMAND"},
      {{"run"}, "wavetank run: no PATH is given: scenario files"},
      {{"rnu", "scenarios"}, "wavetank: unknown command \"rnu\"; did you mean \"run\"?"},
      {{"xyzzy"}, "unknown command \"xyzzy\"; there are: run, replay, list, serve, schema, conformance, help, version"},
      {{"--seed", "1"}, "a command comes first, then its flags"},
      {{"run", "scenarios", "--shedules", "3"}, "unknown flag --shedules; did you mean --schedules?"},
      {{"run", "scenarios", "--xyzzy=3"}, "unknown flag --xyzzy\n"},
      {{"run", "scenarios", "-x"}, "unknown flag -x\n"},
      {{"run", "scenarios", "--seed"}, "--seed needs a value: N"},
      {{"run", "--seed", "--json", "scenarios"}, "--seed needs a value: N"},
      {{"run", "scenarios", "--seed", "seven"}, "--seed: \"seven\" is no number from 0 to 18446744073709551615"},
      {{"run", "scenarios", "--seed=-1"}, "--seed: \"-1\" is no number"},
      {{"run", "scenarios", "--seed", "18446744073709551616"}, "--seed: \"18446744073709551616\" is no number"},
      {{"run", "scenarios", "--seed", "1", "--seed", "2"}, "--seed is given more than once"},
      {{"run", "scenarios", "--schedules", "0"}, "--schedules: \"0\" is no number from 1 to"},
      {{"run", "scenarios", "--schedules", "2", "--schedule", "1"}, "give one of them"},
      {{"run", "scenarios", "--jobs", "0"}, "--jobs: \"0\" is no number from 1 to 1024"},
      {{"run", "scenarios", "--color", "blue"}, "--color: \"blue\" is none of auto, always, never"},
      {{"run", "nowhere"}, "error: nowhere: there is no such file or folder"},
      {{"run", "empty"}, "error: empty: there is no scenario in this folder"},
      {{"run", "plain"}, "there is no scenario in this folder (1 YAML files without `kind: Scenario`)"},
      {{"run", "x.replay"}, "error: x.replay: this is a recorded run; `replay` repeats it"},
      {{"run", "scenarios", "--junit", "no/such/out.xml"}, "--junit: no/such/out.xml: cannot be written"},
      {{"run", "scenarios", "--save", "x.replay"}, "--save: x.replay: "},
  };
  for (const Refusal& refusal : refusals) {
    const Outcome run = Call(refusal.args);
    EXPECT_EQ(run.status, kBadUsage) << refusal.says;
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, HasSubstr(refusal.says));
  }
}

TEST_F(RunTest, AllErrorsOfAllFilesAtOnce) {
  Write("scenarios/b1.yaml", ScenarioText("broken", 1, "idel") + "  colour: red\n");
  Write("scenarios/b2.yaml", "apiVersion: wavetank.dev/v1alpha1\nkind: Scenario\nmetadata: [\n");
  Write("scenarios/b3.yaml", ScenarioText("lost", 1));
  Write("scenarios/deep/manifests/settings.yaml", "apiVersion: v1\nkind: ConfigMapp\nmetadata: {name: a}\n");
  const Outcome run = Call({"run", "scenarios", "nowhere"});
  EXPECT_EQ(run.status, kBadUsage);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err,
              HasSubstr("scenarios/b1.yaml:5:34: error: spec.controllers[0].use: unknown program \"idel\"; did "
                        "you mean \"idle\"?\n"));
  EXPECT_THAT(run.err, HasSubstr("scenarios/b1.yaml:12:3: error: spec: unknown field \"colour\""));
  EXPECT_THAT(run.err, HasSubstr("scenarios/b2.yaml:"));
  EXPECT_THAT(run.err, HasSubstr("scenarios/deep/manifests/settings.yaml:2:7: error: "));
  EXPECT_THAT(run.err, HasSubstr("error: nowhere: there is no such file or folder\n"));
}

TEST_F(RunTest, AFileIsPlayedOnceHoweverOftenItIsNamed) {
  const Outcome run = Call({"run", "scenarios/a.yaml", "scenarios", "./scenarios/../scenarios/a.yaml"});
  EXPECT_THAT(run.out, HasSubstr("\n2 scenarios: "));
}

}  // namespace
}  // namespace wavetank::cli
