// The bans: on planted lines, then on the whole repository.

#include "tools/tidy/bans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/tidy/awaits.h"
#include "tools/tidy/layout.h"

namespace wavetank::tidy {
namespace {

std::string Check(const std::string& path, const std::string& line) {
  return Report(CheckBans(SourceFile(path, line + "\n")));
}

TEST(BansTest, MatchWholeNames) {
  EXPECT_TRUE(Mentions("x = rand();", "rand("));
  EXPECT_TRUE(Mentions("x = std::rand();", "rand("));
  EXPECT_FALSE(Mentions("x = Operand(1);", "rand("));
  EXPECT_TRUE(Mentions("std::uniform_int_distribution<int> d;", "_distribution"));
  EXPECT_FALSE(Mentions("int_distributions", "_distribution"));
  EXPECT_FALSE(Mentions("std::hash_code", "std::hash"));
  EXPECT_FALSE(Mentions("std::this_thread", "std::thread"));
  EXPECT_FALSE(Mentions("snprintf(buffer", "printf("));
  EXPECT_FALSE(Mentions("Method", "TODO"));
}

TEST(BansTest, EachBanIsFoundInEachOfItsSpellings) {
  for (const Ban& ban : Bans()) {
    for (std::string_view text : ban.texts) {
      const Finding expected{"sim/kernel/a.cpp", 1, std::string(ban.message)};
      EXPECT_THAT(Check("sim/kernel/a.cpp", "  " + std::string(text) + " x;"),
                  ::testing::HasSubstr(expected.ToString()))
          << text;
    }
  }
}

TEST(BansTest, EachBanNamesWhatToDoInstead) {
  for (const Ban& ban : Bans()) {
    EXPECT_NE(ban.message.find(';'), std::string_view::npos) << "no replacement after the reason: " << ban.message;
    for (const Allowance& allowance : ban.allowed) EXPECT_FALSE(allowance.reason.empty()) << allowance.path;
  }
}

TEST(BansTest, CommentsMayTalkAboutBannedThings) {
  EXPECT_EQ(Check("sim/kernel/a.cpp", "// std::random_device would differ"), "");
  EXPECT_EQ(Check("sim/kernel/a.cpp", "Log(\"rand()\");"), "");
  EXPECT_NE(Check("sim/kernel/a.cpp", "// TODO: later"), "");
  EXPECT_NE(Check("README.md", "see /work/x"), "");
}

TEST(BansTest, AllowancesHoldForTheirPathOnly) {
  EXPECT_EQ(Check("tools/cli/run.cpp", "auto t = std::chrono::steady_clock::now();"), "");
  EXPECT_EQ(Check("runtime/value/value_bench.cpp", "auto t = std::chrono::steady_clock::now();"), "");
  EXPECT_NE(Check("runtime/value/value.cpp", "auto t = std::chrono::steady_clock::now();"), "");
  EXPECT_NE(Check("runtime/value/value_test.cpp", "auto t = std::chrono::steady_clock::now();"), "");
  EXPECT_EQ(Check("runtime/value/value_test.cpp", "#include <iostream>"), "");
  EXPECT_NE(Check("runtime/value/value.cpp", "#include <iostream>"), "");
}

TEST(BansTest, DataSaysWhatItSays) {
  EXPECT_EQ(Check("runtime/api/kinds.jsonl", "{\"description\":\"TODO\"}"), "");
  EXPECT_NE(Check("runtime/api/CMakeLists.txt", "# TODO"), "");
}

TEST(BansTest, UnusedAllowancesAreFound) {
  const std::vector<Ban> bans = {
      {{"rand("}, Scope::kCode, "no; yes", {{"a.cpp", "needs it"}, {"b.cpp", "needed it once"}}}};
  const std::vector<SourceFile> files = {SourceFile("a.cpp", "rand();"), SourceFile("b.cpp", "")};
  EXPECT_EQ(Report(StaleAllowances(files, bans)),
            "b.cpp:0: no longer needs its exception in tools/tidy/bans.cpp (needed it once)\n");
}

TEST(BansTest, ContainersOrderedByAddress) {
  const auto check = [](const std::string& line) { return CheckPointerKeys(SourceFile("a.h", line)).size(); };
  EXPECT_EQ(check("std::map<const Node*, int> seen;"), 1u);
  EXPECT_EQ(check("std::set<Node *> seen;"), 1u);
  EXPECT_EQ(check("std::map<std::pair<int, Node>, Node*> by_id;"), 0u);
  EXPECT_EQ(check("std::map<std::string, Node*> by_name;"), 0u);
  EXPECT_EQ(check("std::map<"), 0u);
}

TEST(LayoutTest, HeadersOpenWithTheirPurpose) {
  EXPECT_EQ(Report(CheckLayout(SourceFile("a.h", "// Purpose.\n#pragma once\n"))), "");
  EXPECT_EQ(CheckLayout(SourceFile("a.h", "#pragma once\n")).size(), 1u);
  EXPECT_EQ(CheckLayout(SourceFile("a.h", "// Purpose.\n")).size(), 1u);
  EXPECT_EQ(CheckLayout(SourceFile("a.cpp", "int x;\n")).size(), 0u);
}

TEST(LayoutTest, FilesAndLinesEndSomewhere) {
  std::string text;
  for (int i = 0; i < kMaxLines; ++i) text += "int x;\n";
  EXPECT_EQ(Report(CheckLayout(SourceFile("a.cpp", text))), "");
  EXPECT_EQ(Report(CheckLayout(SourceFile("a.cpp", text + "\n"))),
            "a.cpp:501: the file has 501 lines; split it by ideas, 500 are the limit\n");
  EXPECT_EQ(CheckLayout(SourceFile("a.cpp", std::string(kMaxColumns + 1, 'x'))).size(), 1u);
  EXPECT_EQ(CheckLayout(SourceFile("a.cpp", "\tint x;")).size(), 1u);
}

TEST(LayoutTest, AFilesOwnHeaderComesFirst) {
  const std::set<std::string> paths = {"a.h", "a.cpp", "a_test.cpp", "b.cpp", "c.h", "c_test.cpp"};
  const auto check = [&paths](const std::string& path, const std::string& text) {
    return Report(CheckFirstInclude(SourceFile(path, text), paths));
  };
  EXPECT_EQ(check("a.cpp", "// Why.\n#include \"a.h\"\n#include <map>\n"), "");
  EXPECT_EQ(check("a.cpp", "#include <map>\n#include \"a.h\"\n"),
            "a.cpp:1: include \"a.h\" first: that proves it complete by itself\n");
  EXPECT_EQ(check("a_test.cpp", "#include <map>\n#include \"a.h\"\n"), "");
  EXPECT_NE(check("c_test.cpp", "#include <map>\n#include \"c.h\"\n"), "");
  EXPECT_EQ(check("a.cpp", "int x;\n"), "a.cpp:1: include \"a.h\"\n");
  EXPECT_EQ(check("b.cpp", "#include <map>\n"), "");
}

class RepositoryBansTest : public ::testing::Test {
 protected:
  static const std::vector<SourceFile>& Files() {
    static const std::vector<SourceFile> files = ReadTree(WAVETANK_SOURCE_DIR);
    return files;
  }
};

TEST_F(RepositoryBansTest, NothingBannedIsUsed) {
  for (const SourceFile& file : Files()) EXPECT_EQ(Report(CheckBans(file)), "");
}

TEST_F(RepositoryBansTest, NothingIsOrderedByAddress) {
  for (const SourceFile& file : Files()) EXPECT_EQ(Report(CheckPointerKeys(file)), "");
}

TEST_F(RepositoryBansTest, EveryExceptionIsNeeded) { EXPECT_EQ(Report(StaleAllowances(Files())), ""); }

TEST_F(RepositoryBansTest, EveryAwaitStandsAlone) {
  for (const SourceFile& file : Files()) EXPECT_EQ(Report(CheckAwaits(file)), "");
}

TEST_F(RepositoryBansTest, EveryHeaderIsIncludedFirstSomewhere) {
  std::set<std::string> paths;
  for (const SourceFile& file : Files()) paths.insert(file.path());
  for (const SourceFile& file : Files()) {
    if (file.folder() != "tools/consumer") EXPECT_EQ(Report(CheckFirstInclude(file, paths)), "");
  }
}

TEST_F(RepositoryBansTest, EveryFileKeepsTheLayout) {
  for (const SourceFile& file : Files()) EXPECT_EQ(Report(CheckLayout(file)), "");
}

}  // namespace
}  // namespace wavetank::tidy
