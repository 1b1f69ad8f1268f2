#include "runtime/base/strings.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

TEST(StringsTest, QuotesAsGoDoes) {
  EXPECT_EQ(Quote(""), "\"\"");
  EXPECT_EQ(Quote("plain"), "\"plain\"");
  EXPECT_EQ(Quote("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(Quote("\a\b\f\n\r\t\v"), R"("\a\b\f\n\r\t\v")");
  EXPECT_EQ(Quote(std::string_view("\0\x1f\x7f", 3)), R"("\x00\x1f\x7f")");
  EXPECT_EQ(Quote("é😀"), "\"é😀\"");
  EXPECT_EQ(Quote("\u00a0\u2028\ufeff"), R"("\u00a0\u2028\ufeff")");
  EXPECT_EQ(Quote("\U000E0001"), R"("\U000e0001")");
  EXPECT_EQ(Quote("a\xff\xc3"), R"("a\xff\xc3")");
}

TEST(StringsTest, WritesJsonStrings) {
  std::string out = "x";
  AppendJsonString("a\"\\\n\x01<\u2028é\xff", out);
  EXPECT_EQ(out, R"(x"a\"\\\n\u0001\u003c\u2028é\ufffd")");
}

TEST(StringsTest, Joins) {
  EXPECT_EQ(Join({}, ", "), "");
  EXPECT_EQ(Join({"a"}, ", "), "a");
  EXPECT_EQ(Join({"a", "b", "c"}, ", "), "a, b, c");
  const std::vector<std::string> words = {"x", "y"};
  EXPECT_EQ(Join(words, "-"), "x-y");
}

TEST(StringsTest, FindsTheNearestName) {
  EXPECT_EQ(NearestName("replcas", {"selector", "replicas", "template"}), "replicas");
  EXPECT_EQ(NearestName("Replicas", {"selector", "replicas"}), "replicas");
  EXPECT_EQ(NearestName("sepc", {"spec", "status"}), "spec");
  EXPECT_EQ(NearestName("metdata", {"metadata"}), "metadata");
  EXPECT_EQ(NearestName("foo", {"spec", "status"}), "");
  EXPECT_EQ(NearestName("x", {"y", "to"}), "");
  EXPECT_EQ(NearestName("", {"spec"}), "");
  EXPECT_EQ(NearestName(std::string(1000, 'a'), {"spec"}), "");
  EXPECT_EQ(NearestName("cat", {"car", "bat"}), "car");
  const std::vector<std::string_view> names = {"until", "apply"};
  EXPECT_EQ(DidYouMean("aply", names), " (did you mean \"apply\"?)");
  EXPECT_EQ(DidYouMean("zzzz", names), "");
}

}  // namespace
}  // namespace wavetank
