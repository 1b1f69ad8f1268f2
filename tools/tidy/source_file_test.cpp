#include "tools/tidy/source_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wavetank::tidy {
namespace {

using ::testing::ElementsAre;

TEST(SourceFileTest, CommentsAndLiteralsAreBlankInCode) {
  const SourceFile file("a.cpp",
                        "int a;  // rand()\n"
                        "Log(\"rand() \\\" rand()\");  /* rand()\n"
                        "rand() */ int b = 'x';\n"
                        "auto c = R\"x(rand() \" )x\" + d;\n"
                        "int e = 1'000'000; F('\\'', g);");
  EXPECT_THAT(file.code(), ElementsAre("int a;           ",                      //
                                       "Log(\"                \");           ",  //
                                       "          int b = ' ';",                 //
                                       "auto c = R\"             \" + d;",       //
                                       "int e = 1'000'000; F('  ', g);"));
  for (size_t i = 0; i < file.code().size(); ++i) EXPECT_EQ(file.code()[i].size(), file.lines()[i].size()) << i;
}

TEST(SourceFileTest, UnfinishedLiteralsAndCommentsEndWithTheFile) {
  for (const char* text : {"\"", "'", "/*", "//", "R\"", "R\"x(", "\"\\", "a '", "R\"(\n\n"}) {
    const SourceFile file("a.cpp", text);
    EXPECT_EQ(file.code().size(), file.lines().size()) << text;
  }
}

TEST(SourceFileTest, FoldersAndKinds) {
  EXPECT_EQ(SourceFile("runtime/value/json.cpp", "").folder(), "runtime/value");
  EXPECT_EQ(SourceFile("sim/explore/shrink/ddmin.h", "").folder(), "sim/explore");
  EXPECT_EQ(SourceFile("runtime/CMakeLists.txt", "").folder(), "runtime");
  EXPECT_EQ(SourceFile("README.md", "").folder(), "");
  EXPECT_TRUE(SourceFile("a_test.cpp", "").is_test());
  EXPECT_TRUE(SourceFile("a_bench.cpp", "").is_test());
  EXPECT_TRUE(SourceFile("a_fuzz.cpp", "").is_test());
  EXPECT_FALSE(SourceFile("testing.cpp", "").is_test());
  EXPECT_TRUE(SourceFile("a.h", "").is_code());
  EXPECT_FALSE(SourceFile("a.yaml", "").is_code());
}

}  // namespace
}  // namespace wavetank::tidy
