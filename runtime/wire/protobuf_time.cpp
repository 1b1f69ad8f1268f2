#include "runtime/wire/protobuf_time.h"

#include <chrono>
#include <cstdio>

#include "runtime/base/check.h"

namespace wavetank {
namespace {

constexpr int64_t kBillion = 1'000'000'000;
constexpr int64_t kYearZero = -62'167'219'200;         // 0000-01-01
constexpr int64_t kYearOne = -62'135'596'800;          // 0001-01-01, Go's zero time
constexpr int64_t kYearTenThousand = 253'402'300'800;  // 10000-01-01

int Digits(std::string_view text, size_t at, size_t count) {
  int number = 0;
  for (size_t i = at; i < at + count; ++i) number = number * 10 + (text[i] - '0');
  return number;
}

}  // namespace

std::optional<std::string> TimeText(ProtobufTime time, bool micro) {
  const int64_t carry = time.nanos / kBillion - (time.nanos % kBillion < 0 ? 1 : 0);
  const int64_t nanos = time.nanos - carry * kBillion;
  int64_t seconds = 0;
  if (__builtin_add_overflow(time.seconds, carry, &seconds)) return std::nullopt;
  if (seconds < kYearZero || seconds >= kYearTenThousand) return std::nullopt;
  if (seconds == kYearOne && nanos == 0) return "";
  const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
  const auto days = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(at - days);
  char buffer[64];
  int n = std::snprintf(buffer, sizeof(buffer), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                        static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                        static_cast<int>(clock.seconds().count()));
  std::string out(buffer, static_cast<size_t>(n));
  if (micro) {
    n = std::snprintf(buffer, sizeof(buffer), ".%06d", static_cast<int>(nanos / 1000));
    out.append(buffer, static_cast<size_t>(n));
  }
  return out + "Z";
}

ProtobufTime TimeOf(std::string_view canonical) {
  WT_CHECK(canonical.size() == 20 || canonical.size() == 27, "a canonical time");
  const std::chrono::year_month_day date{std::chrono::year(Digits(canonical, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(Digits(canonical, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(Digits(canonical, 8, 2)))};
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  ProtobufTime time;
  time.seconds =
      days * 86'400 + Digits(canonical, 11, 2) * 3600 + Digits(canonical, 14, 2) * 60 + Digits(canonical, 17, 2);
  if (canonical.size() == 27) time.nanos = int64_t{Digits(canonical, 20, 6)} * 1000;
  return time;
}

}  // namespace wavetank
