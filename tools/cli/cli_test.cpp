// The other commands: replay, list, schema, help, version.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tools/cli/cli_test_util.h"
#include "tools/cli/workers.h"

namespace wavetank::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class ReplayTest : public CliTest {
 protected:
  void SetUp() override {
    CliTest::SetUp();
    Write("scenarios/a.yaml", ScenarioText("wrong", 2));
    ASSERT_EQ(Call({"run", "scenarios", "--seed", "7"}).status, kFailed);
  }
  static void Edit(const std::string& path, const std::string& from, const std::string& to) {
    std::string text = Read(path);
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from << " in " << text;
    Write(path, text.replace(at, from.size(), to));
  }
};

TEST_F(ReplayTest, IsExact) {
  const Outcome replay = Call({"replay", ".wavetank/wrong.replay"});
  EXPECT_EQ(replay.status, kFailed);
  EXPECT_THAT(replay.out, HasSubstr("wrote: create ConfigMap default/settings"));
  EXPECT_THAT(replay.out, HasSubstr("\nFAIL wrong (expectation) scenarios/a.yaml:"));
  EXPECT_THAT(replay.out, HasSubstr("\nwrong: exact: "));
  EXPECT_THAT(replay.out, HasSubstr("; it fails as recorded\n"));
  EXPECT_EQ(Call({"replay", ".wavetank/wrong.replay"}).out, replay.out);
}

TEST_F(ReplayTest, FindsTheScenarioFromAnotherFolder) {
  std::filesystem::create_directories("elsewhere");
  std::filesystem::current_path("elsewhere");
  EXPECT_EQ(Call({"replay", "../.wavetank/wrong.replay"}).status, kFailed);
  std::filesystem::current_path("..");
}

TEST_F(ReplayTest, PassesWhenWhatIsExpectedHasChanged) {
  Edit("scenarios/a.yaml", "is: 2", "is: 1");
  const Outcome replay = Call({"replay", ".wavetank/wrong.replay"});
  EXPECT_EQ(replay.status, kPassed);
  EXPECT_THAT(replay.out, HasSubstr("the scenario or a manifest of it has changed since the recording\n"));
  EXPECT_THAT(replay.out, HasSubstr("; it passes now\n"));
}

TEST_F(ReplayTest, SaysWhereItDiverged) {
  Edit(".wavetank/wrong.replay", "choices: \"c1:", "choices: \"c1:00000001.");
  const Outcome replay = Call({"replay", ".wavetank/wrong.replay"});
  EXPECT_EQ(replay.status, kNondeterminism);
  EXPECT_THAT(replay.out, HasSubstr("choice "));
  EXPECT_THAT(replay.out, HasSubstr("from there on the dull schedule was taken"));
}

TEST_F(ReplayTest, NondeterminismIsThree) {
  Write("scenarios/b.yaml", ScenarioText("moody", 1, "moody"));
  ASSERT_EQ(Call({"run", "scenarios/b.yaml"}).status, kNondeterminism);
  EXPECT_EQ(Call({"replay", ".wavetank/moody.replay"}).status, kNondeterminism);
}

TEST_F(ReplayTest, BrokenFilesAreTwo) {
  const std::string good = Read(".wavetank/wrong.replay");
  Write("cut.replay", good.substr(0, good.size() / 2));
  Write("other.replay", ScenarioText("a", 1));
  Write("binary.replay", std::string("\0\xff\x01", 3));
  const auto refused = [&](const std::vector<std::string>& args, const std::string& says) {
    const Outcome replay = Call(args);
    EXPECT_EQ(replay.status, kBadUsage) << says;
    EXPECT_EQ(replay.out, "");
    EXPECT_THAT(replay.err, HasSubstr(says));
  };
  refused({"replay"}, "wavetank replay: no FILE is given");
  refused({"replay", "a", "b"}, "there is nothing to do with \"b\"");
  refused({"replay", "nowhere.replay"}, "nowhere.replay: cannot be read: No such file or directory");
  refused({"replay", ".wavetank"}, ".wavetank: is a folder; name one replay file in it");
  refused({"replay", "cut.replay"}, "cut.replay:");
  refused({"replay", "other.replay"}, "other.replay:2:7: error: this is no replay file");
  refused({"replay", "binary.replay"}, "binary.replay:1:1: error: ");
  Edit(".wavetank/wrong.replay", "\"name\":\"wrong\"", "\"name\":\"gone\"");
  refused({"replay", ".wavetank/wrong.replay"}, "scenarios/a.yaml: there is no scenario \"gone\" any more");
  Write("scenarios/a.yaml", "kind: Scenario\n");
  refused({"replay", ".wavetank/wrong.replay"}, "scenarios/a.yaml:1:");
  std::filesystem::remove("scenarios/a.yaml");
  refused({"replay", ".wavetank/wrong.replay"}, "scenarios/a.yaml: there is no such file or folder");
}

TEST_F(CliTest, ListsScenarios) {
  Write("scenarios/a.yaml", ScenarioText("fine", 1) + "  faults: {allow: [crash, conflict], atMost: 2}\n");
  Write("scenarios/b.yaml", ScenarioText("known", 2, "idle", "  expectFailure: expected 2\n"));
  const Outcome list = Call({"list", "scenarios"});
  EXPECT_EQ(list.status, kPassed);
  EXPECT_EQ(list.out,
            "NAME   PLACE               STEPS  FAULTS                        EXPECTED FAILURE\n"
            "fine   scenarios/a.yaml:1  2      at most 2 of crash, conflict\n"
            "known  scenarios/b.yaml:1  2      none drawn                    expected 2\n");
  EXPECT_THAT(Call({"list", "scenarios", "--filter", "kno"}).out, Not(HasSubstr("fine")));
  EXPECT_EQ(Call({"list"}).status, kBadUsage);
  EXPECT_EQ(Call({"list", "nowhere"}).status, kBadUsage);
}

TEST_F(CliTest, ListsControllers) {
  EXPECT_EQ(Call({"list", "--controllers"}).out,
            "CONTROLLER  ABOUT\ndying\nidle        does nothing, for ever\nmoody\ntalkative   logs a line\n");
}

TEST_F(CliTest, SchemaIsJson) {
  const Outcome schema = Call({"schema"});
  EXPECT_EQ(schema.status, kPassed);
  EXPECT_TRUE(nlohmann::json::parse(schema.out).contains("$schema"));
  EXPECT_THAT(Call({"schema", "--markdown"}).out, HasSubstr("expectFailure"));
  EXPECT_EQ(Call({"schema", "extra"}).status, kBadUsage);
}

TEST_F(CliTest, HelpTeaches) {
  const Outcome help = Call({"--help"});
  EXPECT_EQ(help.status, kPassed);
  EXPECT_THAT(help.out, HasSubstr("  wavetank run scenarios/ "));
  EXPECT_THAT(help.out, HasSubstr("Exit status:\n  0  all scenarios passed"));
  EXPECT_EQ(Call({"help"}).out, help.out);
  EXPECT_EQ(Call({"-h"}).out, help.out);
  for (const Command& command : Commands()) {
    if (command.name == "help" || command.name == "version") continue;
    const Outcome own = Call({std::string(command.name), "--help"});
    EXPECT_EQ(own.status, kPassed) << command.name;
    EXPECT_THAT(own.out, StartsWith("Usage: wavetank " + std::string(command.name)));
    EXPECT_THAT(own.out, HasSubstr("\nExamples:\n  wavetank " + std::string(command.name)));
    EXPECT_EQ(Call({"help", std::string(command.name)}).out, own.out);
  }
  EXPECT_EQ(Call({"help", "rnu"}).status, kBadUsage);
  EXPECT_THAT(Call({"--version"}).out, StartsWith("wavetank "));
  EXPECT_EQ(Call({"version"}).out, Call({"--version"}).out);
}

TEST_F(CliTest, ConformanceWithoutACaseIsBadUsage) {
  Write("none.jsonl", "\n");
  Write("cut.jsonl", "\n{\"case\": \"a");
  const auto error = [&](const std::vector<std::string>& args) {
    const Outcome outcome = Call(args);
    EXPECT_EQ(outcome.status, kBadUsage);
    EXPECT_EQ(outcome.out, "");
    return outcome.err.substr(0, outcome.err.find('\n'));
  };
  EXPECT_EQ(error({"conformance", "none.jsonl"}), "wavetank conformance: there is no case in none.jsonl");
  EXPECT_EQ(error({"conformance", "no.jsonl"}), "wavetank conformance: no.jsonl: No such file or directory");
  EXPECT_THAT(error({"conformance", "cut.jsonl"}), StartsWith("wavetank conformance: cut.jsonl:2:12: invalid string"));
}

TEST_F(CliTest, OutputThatIsLostIsAFailure) {
  terminal_.full = true;
  const Outcome listed = Call({"list", "--controllers"});
  EXPECT_EQ(listed.status, kBadUsage);
  EXPECT_EQ(listed.err, "wavetank: standard output: cannot be written: No space left on device\n");
}

TEST(Workers, AnswersComeInOrder) {
  for (const size_t jobs : {0, 1, 2, 5, 40}) {
    std::vector<std::string> answers;
    const std::vector<std::string> complaints =
        RunInWorkers(20, jobs,
                     {.work = [](size_t index, const Progress&) { return std::string(index * 10'000, 'x'); },
                      .done =
                          [&](size_t index, Answer answer) {
                            ASSERT_TRUE(answer.ok());
                            EXPECT_EQ(index, answers.size());
                            answers.push_back(std::to_string(answer->size()));
                          }});
    EXPECT_TRUE(complaints.empty());
    ASSERT_EQ(answers.size(), 20u);
    EXPECT_EQ(answers[19], "190000");
  }
}

TEST(Workers, TheDeadAreNamedAndReplaced) {
  std::vector<std::string> answers;
  RunInWorkers(
      6, 2,
      {.work =
           [](size_t index, const Progress&) {
             if (index % 2 == 0) std::_Exit(static_cast<int>(index));
             return std::to_string(index);
           },
       .done = [&](size_t, Answer answer) { answers.push_back(answer.ok() ? *answer : answer.status().message()); }});
  EXPECT_THAT(answers, ElementsAre("its process ended early", "1", "its process ended with status 2", "3",
                                   "its process ended with status 4", "5"));
}

TEST(Workers, EndWhenWhoStartedThemIsGone) {
  int alive[2];
  ASSERT_EQ(pipe(alive), 0);  // ends when the last process that has it open has ended
  const pid_t parent = fork();
  if (parent == 0) {
    close(alive[0]);
    RunInWorkers(2, 2,
                 {.work =
                      [&](size_t, const Progress&) {
                        (void)!write(alive[1], "x", 1);
                        for (;;) pause();
                        return std::string();
                      },
                  .done = [](size_t, Answer) {}});
    std::_Exit(0);
  }
  close(alive[1]);
  char byte = 0;
  ASSERT_EQ(read(alive[0], &byte, 1), 1);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  pollfd ended{alive[0], POLLIN, 0};
  while (poll(&ended, 1, 20'000) == 1 && read(alive[0], &byte, 1) == 1) {
  }
  EXPECT_NE(ended.revents & POLLHUP, 0) << "a worker goes on for nobody";
  close(alive[0]);
}

TEST(Workers, NothingToDo) {
  EXPECT_TRUE(RunInWorkers(0, 4, {}).empty());
  EXPECT_GE(Processors(), 1u);
}

}  // namespace
}  // namespace wavetank::cli
