#include "sim/report/replay_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace wavetank::sim {
namespace {

using ::testing::HasSubstr;

ReplayFile Example() {
  return {.scenario_file = "scenarios/scale.yaml",
          .scenario = "scale-while-restarting",
          .content_hash = 0xab,
          .seed = 7,
          .schedule = 17,
          .failure_class = "expectation",
          .reason = "status: \"wanted\" 5,\n# found 3",
          .steps = 143,
          .run_hash = UINT64_MAX,
          .choices = {{0, 0x4f1d22a0}, {2, 0x99ab01c3}}};
}

std::string ErrorOf(const std::string& text) {
  const Result<ReplayFile> file = ReadReplayFile(text);
  return file.ok() ? "" : file.status().message();
}

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(ReplayFile, Golden) {
  EXPECT_EQ(WriteReplayFile(Example()),
            "# One recorded run: `wavetank replay THIS_FILE` repeats it.\n"
            "apiVersion: \"wavetank.dev/v1alpha1\"\n"
            "kind: \"Replay\"\n"
            "version: 1\n"
            "scenario: {\"contentHash\":\"00000000000000ab\",\"file\":\"scenarios/scale.yaml\","
            "\"name\":\"scale-while-restarting\"}\n"
            "seed: 7\n"
            "schedule: 17\n"
            "failure: {\"class\":\"expectation\",\"reason\":\"status: \\\"wanted\\\" 5,\\n# found 3\"}\n"
            "steps: 143\n"
            "runHash: \"ffffffffffffffff\"\n"
            "choices: \"c1:4f1d22a0.2:99ab01c3\"\n");
}

TEST(ReplayFile, ReadsBack) {
  ReplayFile file = Example();
  const Result<ReplayFile> back = ReadReplayFile(WriteReplayFile(file));
  ASSERT_TRUE(back.ok()) << back.status().message();
  EXPECT_EQ(*back, file);
  file.seed = UINT64_MAX;
  file.choices.clear();
  for (uint32_t i = 0; i < 20'000; ++i) file.choices.push_back({i % 5, i * 2654435761u});
  const Result<ReplayFile> large = ReadReplayFile(WriteReplayFile(file));
  ASSERT_TRUE(large.ok()) << large.status().message();
  EXPECT_EQ(*large, file);
}

TEST(ReplayFile, PeopleMayWriteItAsYaml) {
  EXPECT_EQ(ErrorOf("apiVersion: wavetank.dev/v1alpha1\nkind: Replay\nversion: 1\nseed: 1\nschedule: 0\nsteps: 3\n"
                    "scenario:\n  file: a.yaml\n  name: a\n  contentHash: '0000000000000000'\n"
                    "failure: {class: livelock, reason: none}\nrunHash: 00000000000000ff\nchoices: 'c1:'\n"),
            "");
}

TEST(ReplayFile, SaysWhatIsWrongAndWhere) {
  const std::string good = WriteReplayFile(Example());
  EXPECT_THAT(ErrorOf(""), HasSubstr("holds one document"));
  EXPECT_THAT(ErrorOf("a: [1\n"), HasSubstr(":"));
  EXPECT_THAT(ErrorOf("kind: Scenario\n"), HasSubstr("1:7: this is no replay file"));
  EXPECT_THAT(ErrorOf("- 1\n"), HasSubstr("this is no replay file"));
  EXPECT_EQ(ErrorOf(Replaced(good, "version: 1", "version: 2")),
            "4:10: version must be 1; another version of Wavetank wrote this");
  EXPECT_THAT(ErrorOf(Replaced(good, "wavetank.dev/v1alpha1", "wavetank.dev/v2")),
              HasSubstr("2:13: apiVersion must be"));
  EXPECT_EQ(ErrorOf(Replaced(good, "seed: 7", "sed: 7")), "6:1: unknown field \"sed\"; did you mean \"seed\"?");
  EXPECT_EQ(ErrorOf(Replaced(good, "seed: 7", "seed: -7")), "6:7: \"seed\" must be there and be a number of 0 or more");
  EXPECT_THAT(ErrorOf(Replaced(good, "seed: 7\n", "")), HasSubstr("\"seed\" must be there"));
  EXPECT_THAT(ErrorOf(Replaced(good, "ffffffffffffffff", "fffff")), HasSubstr("\"runHash\" must be there and have 16"));
  EXPECT_THAT(ErrorOf(Replaced(good, "\"name\"", "\"nam\"")), HasSubstr("did you mean \"name\"?"));
  EXPECT_THAT(ErrorOf(Replaced(good, "c1:4f1d22a0", "c1:4f1d22")), HasSubstr("11:10: \"choices\": "));
  EXPECT_THAT(ErrorOf(Replaced(good, "c1:", "c9:")), HasSubstr("\"choices\": "));
  EXPECT_THAT(ErrorOf(good + "---\n" + good), HasSubstr("holds one document, this one 2"));
}

TEST(ReplayFile, AnyPieceOfAFileIsAnErrorAndNoMore) {
  const std::string good = WriteReplayFile(Example());
  for (size_t size = 0; size + 2 < good.size(); ++size) EXPECT_NE(ErrorOf(good.substr(0, size)), "") << size;
}

}  // namespace
}  // namespace wavetank::sim
