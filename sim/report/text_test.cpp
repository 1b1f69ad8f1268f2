#include "sim/report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wavetank::sim {
namespace {

using ::testing::ElementsAre;

TEST(Text, OneLineHasNothingATerminalObeys) {
  EXPECT_EQ(OneLine("a\n  b\tc\r\n"), "a b c");
  EXPECT_EQ(OneLine("\x1b[2J\x7f\xc2\x9b\xff"), "?[2J???");
  EXPECT_EQ(OneLine("grün → ok"), "grün → ok");
}

TEST(Text, WidthsAreCharacters) {
  EXPECT_EQ(Width("grün"), 4u);
  EXPECT_EQ(Clip("grünlich", 6), "grü...");
  EXPECT_EQ(Clip("grün", 4), "grün");
  EXPECT_EQ(PadRight("ü", 3), "ü  ");
  EXPECT_EQ(PadLeft("ü", 3), "  ü");
}

TEST(Text, WrapBreaksAtBlanksAndClipsTheLastLine) {
  EXPECT_THAT(Wrap("one two three", 7, 3), ElementsAre("one two", "three"));
  EXPECT_THAT(Wrap("one two three four", 7, 2), ElementsAre("one two", "thre..."));
  EXPECT_THAT(Wrap("abcdefghij", 4, 9), ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(Wrap("", 4, 9), ElementsAre());
}

TEST(Text, HexReadsBack) {
  for (uint64_t number : {uint64_t{0}, uint64_t{0xc0ffee}, UINT64_MAX}) {
    uint64_t read = 1;
    EXPECT_TRUE(ParseHex(Hex(number), read));
    EXPECT_EQ(read, number);
  }
  uint64_t read = 5;
  for (const char* wrong : {"", "00", "000000000000000g", "00000000000000000", "-000000000000001"}) {
    EXPECT_FALSE(ParseHex(wrong, read)) << wrong;
  }
  EXPECT_EQ(read, 5u);
}

TEST(Text, DurationsAreShort) {
  EXPECT_EQ(ShortDuration(Duration(0)), "0s");
  EXPECT_EQ(ShortDuration(Duration(1'234'567)), "1.234ms");
  EXPECT_EQ(ShortDuration(Duration(61'500'000'123)), "1m1.5s");
  EXPECT_EQ(ShortDuration(Duration(999)), "999ns");
}

TEST(Text, ShellWords) {
  EXPECT_EQ(ShellWord("scenarios/a-b_1.yaml"), "scenarios/a-b_1.yaml");
  EXPECT_EQ(ShellWord("^a$"), "'^a$'");
  EXPECT_EQ(ShellWord("it's"), "'it'\\''s'");
  EXPECT_EQ(ShellWord(""), "''");
  EXPECT_EQ(ShellWord("~/x"), "'~/x'");
}

TEST(Text, Counts) {
  EXPECT_EQ(Count(1, "schedule"), "1 schedule");
  EXPECT_EQ(Count(0, "schedule"), "0 schedules");
}

}  // namespace
}  // namespace wavetank::sim
