// Texts that objects carry: addresses, schedules, indexes, differences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/cron_text.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/text_diff.h"

namespace wavetank::sim {
namespace {

TEST(IpText, Parsing) {
  EXPECT_EQ(ParseIp("10.0.0.1")->ToString(), "10.0.0.1");
  EXPECT_EQ(ParseIp("2001:DB8:0::1")->ToString(), "2001:db8::1");
  EXPECT_EQ(ParseIp("::ffff:10.0.0.1")->ToString(), "10.0.0.1");
  for (const std::string_view bad : {"", "10.0.0", "10.0.0.256", "1:2:3", "a", "::1::"}) {
    EXPECT_FALSE(ParseIp(bad).has_value()) << bad;
  }
  EXPECT_TRUE(CheckIp("10.1.2.3").empty());
  EXPECT_FALSE(CheckIp("10.1.2").empty());
  EXPECT_TRUE(ParseCidr("10.0.0.0/8")->contains(*ParseIp("10.9.9.9")));
  EXPECT_FALSE(ParseCidr("10.0.0.0/24")->contains(*ParseIp("10.0.1.0")));
  EXPECT_FALSE(ParseCidr("10.0.0.0/33").has_value());
  EXPECT_FALSE(CheckNonSpecialIp("127.0.0.1").empty());
  EXPECT_FALSE(CheckNonSpecialIp("169.254.1.1").empty());
  EXPECT_TRUE(CheckNonSpecialIp("8.8.8.8").empty());
}

TEST(CronText, Schedules) {
  for (const std::string_view good : {"* * * * *", "*/5 0-3 1,15 JAN MON", "@hourly", "@every 90s", "0 0 ? * 0"}) {
    EXPECT_EQ(CheckCronSchedule(good), "") << good;
  }
  for (const std::string_view bad : {"* * * *", "60 * * * *", "* * 0 * *", "@never", "a * * * *", "5-1 * * * *"}) {
    EXPECT_NE(CheckCronSchedule(bad), "") << bad;
  }
}

TEST(TextDiff, Hunks) {
  EXPECT_EQ(UnifiedDiff("a\nb", "a\nc"), "@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  EXPECT_EQ(UnifiedDiff("a\nb", "a\nb"), "");
  // Far apart: two hunks with three lines of context each.
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
  const std::string after = "x\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\ny";
  EXPECT_EQ(UnifiedDiff(before, after),
            "@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -9,4 +9,4 @@\n 9\n 10\n 11\n-12\n+y\n");
}

}  // namespace
}  // namespace wavetank::sim
