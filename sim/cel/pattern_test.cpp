#include "sim/cel/pattern.h"

#include <gtest/gtest.h>

namespace wavetank::cel {
namespace {

TEST(PatternTest, MatchesWholeAndPart) {
  const Result<Pattern> pattern = Pattern::Compile("[a-z]+");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->FullMatch("abc"));
  EXPECT_FALSE(pattern->FullMatch("abc1"));
  EXPECT_FALSE(pattern->FullMatch(""));
  EXPECT_TRUE(pattern->Search("1abc1"));
  EXPECT_FALSE(pattern->Search("123"));
  EXPECT_EQ(pattern->text(), "[a-z]+");
}

TEST(PatternTest, FindsTheLeftmost) {
  const Result<Pattern> pattern = Pattern::Compile("[0-9]+");
  ASSERT_TRUE(pattern.ok());
  const std::string_view text = "ab12cd345";
  EXPECT_EQ(pattern->Find(text), "12");
  EXPECT_EQ(pattern->Find(text, 4), "345");
  EXPECT_EQ(pattern->Find(text, 9), std::nullopt);
  EXPECT_EQ(pattern->Find(text, 99), std::nullopt);
}

TEST(PatternTest, RefusesWhatIsNoPattern) {
  const Result<Pattern> pattern = Pattern::Compile("a(");
  ASSERT_FALSE(pattern.ok());
  EXPECT_EQ(pattern.code(), Code::kInvalidArgument);
  EXPECT_EQ(pattern.status().message(), "invalid pattern \"a(\": missing ): a(");
  EXPECT_FALSE(Pattern::Compile("a**").ok());
  EXPECT_FALSE(Pattern::Compile("(?=a)").ok());                 // look-ahead is not linear
  EXPECT_FALSE(Pattern::Compile("(a)\\1").ok());                // nor are references back
  EXPECT_FALSE(Pattern::Compile("((a{100}){100}){100}").ok());  // too large
}

// Backtracking would take 2^n steps on this.
TEST(PatternTest, HostilePatternsAreLinear) {
  const Result<Pattern> pattern = Pattern::Compile("(a|aa|a*)*b");
  ASSERT_TRUE(pattern.ok());
  EXPECT_FALSE(pattern->Search(std::string(20'000, 'a')));
}

TEST(PatternTest, CountsCharacters) {
  const Result<Pattern> pattern = Pattern::Compile("^.$");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->Search("é"));
}

}  // namespace
}  // namespace wavetank::cel
