// Time: integer nanoseconds since the Unix epoch. Never read from a clock of the machine; it comes from the Executor.
//
// Durations are std::chrono::nanoseconds, so that code reads `5s`, `200ms`.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wavetank {

using Duration = std::chrono::nanoseconds;

class Time {
 public:
  constexpr Time() = default;
  static constexpr Time FromNanos(int64_t nanos) { return Time(nanos); }
  static constexpr Time FromSeconds(int64_t seconds) { return Time(seconds * 1'000'000'000); }
  static constexpr Time Max() { return Time(INT64_MAX); }

  constexpr int64_t nanos() const { return nanos_; }
  // Whole seconds, rounded down.
  constexpr int64_t seconds() const {
    return nanos_ / 1'000'000'000 - (nanos_ % 1'000'000'000 < 0 ? 1 : 0);
  }

  constexpr auto operator<=>(const Time&) const = default;
  // Saturates at Max(): a requeue after an absurd time never wraps round.
  constexpr Time operator+(Duration d) const {
    int64_t sum = 0;
    if (__builtin_add_overflow(nanos_, d.count(), &sum)) return d.count() > 0 ? Max() : Time(INT64_MIN);
    return Time(sum);
  }
  constexpr Time operator-(Duration d) const {
    int64_t difference = 0;
    if (__builtin_sub_overflow(nanos_, d.count(), &difference)) return d.count() < 0 ? Max() : Time(INT64_MIN);
    return Time(difference);
  }
  // Saturates too.
  constexpr Duration operator-(Time other) const {
    int64_t difference = 0;
    if (!__builtin_sub_overflow(nanos_, other.nanos_, &difference)) return Duration(difference);
    return nanos_ > other.nanos_ ? Duration::max() : Duration::min();
  }

 private:
  explicit constexpr Time(int64_t nanos) : nanos_(nanos) {}
  int64_t nanos_ = 0;
};

// "2025-01-01T00:00:00Z": metav1.Time, whole seconds (API-023).
std::string FormatTime(Time time);
// "2025-01-01T00:00:00.000000Z": metav1.MicroTime, exactly six decimals (API-023).
std::string FormatMicroTime(Time time);
// RFC 3339 with any offset and decimals (digits below a nanosecond are dropped). Empty when it is none. A moment outside
// the years 1677 to 2262, which int64 nanoseconds cannot hold, becomes the nearest one that they can.
std::optional<Time> ParseTime(std::string_view text);

// Go's syntax: "1h15m30.918s", "1.5ms", "0s".
std::string FormatDuration(Duration duration);
// Empty for anything that Go refuses: no unit, an unknown unit, more than 292 years.
std::optional<Duration> ParseDuration(std::string_view text);

}  // namespace wavetank
