// The floors: the checks on planted lines, then the whole repository.

#include "tools/tidy/floors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wavetank::tidy {
namespace {

std::string Check(const std::string& path, const std::string& line) {
  return Report(CheckIncludes(SourceFile(path, line + "\n")));
}

bool Accepts(const std::string& path, const std::string& header) {
  const bool third_party = header.find("runtime/") != 0 && header.find("sim/") != 0 && header.find("tools/") != 0 &&
                           header.find("examples/") != 0;
  return Check(path, third_party ? "#include <" + header + ">" : "#include \"" + header + "\"").empty();
}

TEST(FloorsTest, MayIncludeIsTransitive) {
  EXPECT_TRUE(MayInclude("runtime/manager", "runtime/base"));
  EXPECT_TRUE(MayInclude("runtime/manager", "runtime/workqueue"));
  EXPECT_TRUE(MayInclude("sim/testing", "sim/kernel"));
  EXPECT_TRUE(MayInclude("sim/cluster", "runtime/controller"));
  EXPECT_FALSE(MayInclude("runtime/value", "runtime/api"));
  EXPECT_FALSE(MayInclude("runtime/wire", "runtime/client"));
  EXPECT_FALSE(MayInclude("runtime/manager", "sim/kernel"));
  EXPECT_FALSE(MayInclude("sim/kernel", "sim/network"));
  EXPECT_FALSE(MayInclude("sim/cluster", "sim/kernel"));
  EXPECT_FALSE(MayInclude("sim/scenario", "runtime/net"));
  EXPECT_TRUE(MayInclude("tools/cli", "runtime/net"));
}

TEST(FloorsTest, RuntimeKnowsNothingOfSim) {
  EXPECT_EQ(Check("runtime/cache/store.cpp", "#include \"sim/kernel/world.h\""),
            "runtime/cache/store.cpp:1: runtime/cache may not include sim/kernel; it stands on: runtime/client, "
            "runtime/workqueue (tools/tidy/floors.cpp)\n");
  EXPECT_FALSE(Accepts("runtime/cache/store_test.cpp", "sim/kernel/world.h"));
  EXPECT_FALSE(Accepts("runtime/cache/store.cpp", "examples/podcount/podcount.h"));
  EXPECT_FALSE(Accepts("runtime/cache/store.cpp", "tools/gen/gen.h"));
}

TEST(FloorsTest, TestsMayIncludeMore) {
  EXPECT_FALSE(Accepts("runtime/value/value.cpp", "runtime/exec/manual_executor.h"));
  EXPECT_TRUE(Accepts("runtime/value/value_test.cpp", "runtime/exec/manual_executor.h"));
  EXPECT_FALSE(Accepts("runtime/value/value_test.cpp", "runtime/api/object.h"));
  EXPECT_FALSE(Accepts("sim/kernel/world.cpp", "sim/network/link.h"));
  EXPECT_TRUE(Accepts("sim/kernel/world_test.cpp", "sim/network/link.h"));
  EXPECT_FALSE(Accepts("sim/kernel/world_test.cpp", "runtime/net/http.h"));
}

TEST(FloorsTest, ReconcilersOfExamplesKnowOnlyTheRuntime) {
  EXPECT_TRUE(Accepts("examples/podcount/podcount.cpp", "runtime/manager/manager.h"));
  EXPECT_TRUE(Accepts("examples/podcount/podcount.cpp", "examples/podcount/podcount.h"));
  EXPECT_FALSE(Accepts("examples/podcount/podcount.cpp", "examples/other/other.h"));
  EXPECT_FALSE(Accepts("examples/podcount/podcount.cpp", "sim/testing/world.h"));
  EXPECT_FALSE(Accepts("examples/podcount/podcount.cpp", "runtime/net/kubeconfig.h"));
  EXPECT_TRUE(Accepts("examples/podcount/main.cpp", "runtime/net/kubeconfig.h"));
  EXPECT_FALSE(Accepts("examples/podcount/main.cpp", "sim/testing/world.h"));
  EXPECT_TRUE(Accepts("examples/podcount/podcount_test.cpp", "sim/testing/world.h"));
  EXPECT_TRUE(Accepts("examples/podcount/podcount_scenarios_main.cpp", "tools/cli/main.h"));
}

TEST(FloorsTest, ThirdPartyHeadersHaveOneFolder) {
  EXPECT_TRUE(Accepts("runtime/value/json.cpp", "nlohmann/json.hpp"));
  EXPECT_TRUE(Accepts("sim/report/card_test.cpp", "nlohmann/json.hpp"));
  EXPECT_EQ(Check("sim/report/card.cpp", "#include <nlohmann/json.hpp>"),
            "sim/report/card.cpp:1: <nlohmann/json.hpp> belongs to runtime/value alone; use what that folder offers\n");
  EXPECT_TRUE(Accepts("sim/cel/matches.cpp", "re2/re2.h"));
  EXPECT_FALSE(Accepts("sim/apiserver/validate.cpp", "re2/re2.h"));
  EXPECT_FALSE(Accepts("sim/apiserver/validate_test.cpp", "re2/re2.h"));
  EXPECT_FALSE(Accepts("runtime/value/yaml.cpp", "spdlog/spdlog.h"));
  EXPECT_TRUE(Accepts("tools/cli/run.cpp", "CLI/CLI.hpp"));
  EXPECT_TRUE(Accepts("runtime/api/object_test.cpp", "gtest/gtest.h"));
  EXPECT_TRUE(Accepts("sim/testing/matchers.h", "gmock/gmock.h"));
  EXPECT_FALSE(Accepts("sim/kernel/world.h", "gtest/gtest.h"));
  EXPECT_FALSE(Accepts("runtime/api/object.cpp", "absl/strings/str_cat.h"));
  EXPECT_FALSE(Check("runtime/api/object.cpp", "#include \"nlohmann/json.hpp\"").empty());
}

TEST(FloorsTest, SystemHeadersAndSpelling) {
  EXPECT_TRUE(Accepts("runtime/base/time.h", "chrono"));
  EXPECT_FALSE(Accepts("runtime/base/time.h", "unistd.h"));
  EXPECT_FALSE(Accepts("runtime/base/time.h", "sys/time.h"));
  EXPECT_TRUE(Accepts("tools/cli/run.cpp", "unistd.h"));
  EXPECT_FALSE(Check("runtime/base/a.h", "#include \"b.h\"").empty());
  EXPECT_FALSE(Check("runtime/base/a.h", "#include <runtime/base/b.h>").empty());
  EXPECT_TRUE(Check("runtime/base/a.h", "// #include \"sim/kernel/world.h\"").empty());
  EXPECT_TRUE(Check("runtime/base/a.h", "#include MACRO").empty());
}

TEST(FloorsTest, LibrariesLinkOnlyWhatTheyMayInclude) {
  const auto links = [](const std::string& path, const std::string& text) {
    return Report(CheckLinks(SourceFile(path, text)));
  };
  EXPECT_EQ(links("sim/kernel/CMakeLists.txt", "wavetank_library(DEPS runtime/transport TEST_DEPS sim/network)\n"), "");
  EXPECT_EQ(links("runtime/api/CMakeLists.txt", "wavetank_library(\n  DEPS runtime/value\n    sim/kernel)\n"),
            "runtime/api/CMakeLists.txt:3: runtime/api may not include sim/kernel; it stands on: runtime/value "
            "(tools/tidy/floors.cpp)\n");
}

class RepositoryFloorsTest : public ::testing::Test {
 protected:
  static const std::vector<SourceFile>& Files() {
    static const std::vector<SourceFile> files = ReadTree(WAVETANK_SOURCE_DIR);
    return files;
  }
};

TEST_F(RepositoryFloorsTest, HasCodeToRead) { EXPECT_GT(Files().size(), 50u); }

TEST_F(RepositoryFloorsTest, EveryFolderHasAFloor) {
  for (const SourceFile& file : Files()) {
    const std::string folder = file.folder();
    if (!file.is_code() || folder.starts_with("examples") || folder == "tools/consumer") continue;
    EXPECT_TRUE(IsFloor(folder)) << file.path() << ": give " << folder << " a line in tools/tidy/floors.cpp";
  }
}

TEST_F(RepositoryFloorsTest, EveryIncludeKeepsToItsFloor) {
  for (const SourceFile& file : Files()) {
    if (file.is_code() && file.folder() != "tools/consumer") EXPECT_EQ(Report(CheckIncludes(file)), "");
  }
}

TEST_F(RepositoryFloorsTest, EveryLibraryLinksOnlyItsFloor) {
  for (const SourceFile& file : Files()) {
    if (file.path().ends_with("CMakeLists.txt")) EXPECT_EQ(Report(CheckLinks(file)), "");
  }
}

}  // namespace
}  // namespace wavetank::tidy
