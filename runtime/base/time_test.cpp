#include "runtime/base/time.h"

#include <gtest/gtest.h>

#include "runtime/base/random.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

TEST(TimeTest, FormatsAsMetaV1Does) {  // API-023
  EXPECT_EQ(FormatTime(Time()), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(Time::FromSeconds(1'735'689'600)), "2025-01-01T00:00:00Z");
  EXPECT_EQ(FormatTime(Time::FromNanos(-1)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatTime(Time::FromSeconds(951'782'400)), "2000-02-29T00:00:00Z");
  EXPECT_EQ(FormatTime(Time::Max()), "2262-04-11T23:47:16Z");
  EXPECT_EQ(FormatTime(Time::FromNanos(INT64_MIN)), "1677-09-21T00:12:43Z");
  EXPECT_EQ(FormatMicroTime(Time::FromNanos(1'735'689'600'000'001'999)), "2025-01-01T00:00:00.000001Z");
  EXPECT_EQ(FormatMicroTime(Time::FromNanos(-1)), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeTest, ParsesRfc3339) {
  EXPECT_EQ(ParseTime("2025-01-01T00:00:00Z"), Time::FromSeconds(1'735'689'600));
  EXPECT_EQ(ParseTime("2025-01-01T02:30:00+02:30"), Time::FromSeconds(1'735'689'600));
  EXPECT_EQ(ParseTime("2024-12-31T16:00:00-08:00"), Time::FromSeconds(1'735'689'600));
  EXPECT_EQ(ParseTime("2025-01-01T00:00:00.5Z"), Time::FromNanos(1'735'689'600'500'000'000));
  EXPECT_EQ(ParseTime("2025-01-01T00:00:00.1234567899Z"), Time::FromNanos(1'735'689'600'123'456'789));
  EXPECT_EQ(ParseTime("9999-12-31T23:59:59Z"), Time::Max());
  EXPECT_EQ(ParseTime("0001-01-01T00:00:00Z"), Time::FromNanos(INT64_MIN));
  for (const char* bad :
       {"", "2025", "2025-01-01", "2025-01-01 00:00:00Z", "2025-01-01T00:00:00", "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z", "2025-00-01T00:00:00Z", "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z",
        "2025-01-01T00:00:60Z", "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00z", "2025-01-01T00:00:00Zx",
        "2025-01-01T00:00:00+0100", "2025-01-01T00:00:00+01:60", "+025-01-01T00:00:00Z", "2025-1-01T00:00:00Z"}) {
    EXPECT_EQ(ParseTime(bad), std::nullopt) << bad;
  }
}

TEST(TimeTest, ParseUndoesFormat) {
  Random random(7);
  for (int i = 0; i < 10'000; ++i) {
    const Time time = Time::FromNanos(static_cast<int64_t>(random.Next()));
    EXPECT_EQ(ParseTime(FormatTime(time)), Time::FromSeconds(std::max(time.seconds(), int64_t{-9'223'372'036})));
  }
}

TEST(TimeTest, ArithmeticSaturates) {
  EXPECT_EQ(Time::Max() + 1ns, Time::Max());
  EXPECT_EQ(Time::FromNanos(INT64_MIN) - 1ns, Time::FromNanos(INT64_MIN));
  EXPECT_EQ(Time() - Duration::min(), Time::Max());
  EXPECT_EQ(Time::Max() - Time::FromNanos(-1), Duration::max());
  EXPECT_EQ(Time::FromNanos(INT64_MIN) - Time::FromNanos(1), Duration::min());
  EXPECT_EQ(Time::FromNanos(INT64_MIN).seconds(), -9'223'372'037);
}

TEST(DurationTest, FormatsAsGoDoes) {
  EXPECT_EQ(FormatDuration(0s), "0s");
  EXPECT_EQ(FormatDuration(1ns), "1ns");
  EXPECT_EQ(FormatDuration(1100ns), "1.1\u00b5s");
  EXPECT_EQ(FormatDuration(2200us), "2.2ms");
  EXPECT_EQ(FormatDuration(3300ms), "3.3s");
  EXPECT_EQ(FormatDuration(5min), "5m0s");
  EXPECT_EQ(FormatDuration(5min + 1ms), "5m0.001s");
  EXPECT_EQ(FormatDuration(1h + 15min + 30s + 918ms), "1h15m30.918s");
  EXPECT_EQ(FormatDuration(-1h), "-1h0m0s");
  EXPECT_EQ(FormatDuration(Duration::max()), "2562047h47m16.854775807s");
  EXPECT_EQ(FormatDuration(Duration::min()), "-2562047h47m16.854775808s");
}

TEST(DurationTest, ParsesGoSyntax) {
  EXPECT_EQ(ParseDuration("0"), 0ns);
  EXPECT_EQ(ParseDuration("-0"), 0ns);
  EXPECT_EQ(ParseDuration("5s"), 5s);
  EXPECT_EQ(ParseDuration("+1.5h"), 90min);
  EXPECT_EQ(ParseDuration("1h15m30.918s"), 1h + 15min + 30s + 918ms);
  EXPECT_EQ(ParseDuration(".5s"), 500ms);
  EXPECT_EQ(ParseDuration("1.s"), 1s);
  EXPECT_EQ(ParseDuration("-1m"), -1min);
  EXPECT_EQ(ParseDuration("3us4ns"), 3004ns);
  EXPECT_EQ(ParseDuration("0.3333333333333333333h"), 20min);
  for (const char* bad : {"", "s", "5", "1x", "1.2.3s", "-", ".", ".s", "3000000h", "9223372036854775808ns", "1s ",
                          " 1s", "99999999999999999999s", "2562047h48m"}) {
    EXPECT_EQ(ParseDuration(bad), std::nullopt) << bad;
  }
}

TEST(DurationTest, ParseUndoesFormat) {
  Random random(8);
  for (int i = 0; i < 10'000; ++i) {
    const Duration duration(static_cast<int64_t>(random.Next()) >> random.Below(63));
    EXPECT_EQ(ParseDuration(FormatDuration(duration)), duration);
  }
  EXPECT_EQ(ParseDuration(FormatDuration(Duration::min())), Duration::min());
}

}  // namespace
}  // namespace wavetank
