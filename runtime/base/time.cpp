#include "runtime/base/time.h"

#include <algorithm>
#include <array>

namespace wavetank {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// Calendar arithmetic of std::chrono: pure, no clock and no time zone data.
std::chrono::year_month_day DateOf(int64_t days) {
  return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(days)));
}

void AppendPadded(int64_t number, int width, std::string& out) {
  std::array<char, 20> digits;
  for (int i = width; i-- > 0; number /= 10) digits[static_cast<size_t>(i)] = static_cast<char>('0' + number % 10);
  out.append(digits.data(), static_cast<size_t>(width));
}

// "2025-01-01T00:00:00", without decimals and zone.
std::string FormatSeconds(int64_t seconds) {
  int64_t days = seconds / 86'400;
  if (seconds % 86'400 < 0) --days;
  const int64_t of_day = seconds - days * 86'400;
  const std::chrono::year_month_day date = DateOf(days);
  std::string out;
  out.reserve(28);
  AppendPadded(static_cast<int>(date.year()), 4, out);
  out += '-';
  AppendPadded(static_cast<unsigned>(date.month()), 2, out);
  out += '-';
  AppendPadded(static_cast<unsigned>(date.day()), 2, out);
  out += 'T';
  AppendPadded(of_day / 3600, 2, out);
  out += ':';
  AppendPadded(of_day / 60 % 60, 2, out);
  out += ':';
  AppendPadded(of_day % 60, 2, out);
  return out;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Eats from the front of a text; every step answers whether it was there.
struct Scanner {
  std::string_view rest;

  bool Eat(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  // Exactly `width` digits.
  bool Number(size_t width, int& out) {
    if (rest.size() < width) return false;
    out = 0;
    for (size_t i = 0; i < width; ++i) {
      if (!IsDigit(rest[i])) return false;
      out = out * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(width);
    return true;
  }
  // ".123456": nanoseconds; 0 when there is none. False for a point without digits.
  bool Fraction(int64_t& nanos) {
    nanos = 0;
    if (!Eat('.')) return true;
    int64_t unit = kSecond / 10;
    bool any = false;
    for (; !rest.empty() && IsDigit(rest.front()); rest.remove_prefix(1), unit /= 10, any = true) {
      nanos += unit * (rest.front() - '0');
    }
    return any;
  }
  // "Z" or "+01:00": seconds east of Greenwich.
  bool Zone(int& east) {
    east = 0;
    if (Eat('Z')) return true;
    const bool west = !rest.empty() && rest.front() == '-';
    if (!west && !(!rest.empty() && rest.front() == '+')) return false;
    rest.remove_prefix(1);
    int hours = 0;
    int minutes = 0;
    if (!Number(2, hours) || !Eat(':') || !Number(2, minutes) || hours > 24 || minutes >= 60) return false;
    east = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
    return true;
  }
};

}  // namespace

std::string FormatTime(Time time) { return FormatSeconds(time.seconds()) + 'Z'; }

std::string FormatMicroTime(Time time) {
  const int64_t seconds = time.seconds();
  std::string out = FormatSeconds(seconds);
  out += '.';
  int64_t nanos = time.nanos() % kSecond;
  if (nanos < 0) nanos += kSecond;
  AppendPadded(nanos / 1000, 6, out);
  out += 'Z';
  return out;
}

std::optional<Time> ParseTime(std::string_view text) {
  Scanner scan{text};
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, east = 0;
  int64_t nanos = 0;
  const bool date =
      scan.Number(4, year) && scan.Eat('-') && scan.Number(2, month) && scan.Eat('-') && scan.Number(2, day);
  if (!date || !scan.Eat('T')) return std::nullopt;
  const bool clock =
      scan.Number(2, hour) && scan.Eat(':') && scan.Number(2, minute) && scan.Eat(':') && scan.Number(2, second);
  if (!clock || !scan.Fraction(nanos) || !scan.Zone(east) || !scan.rest.empty()) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(day))};
  if (!ymd.ok() || hour >= 24 || minute >= 60 || second >= 60) return std::nullopt;
  const int64_t days = std::chrono::sys_days(ymd).time_since_epoch().count();
  const int64_t seconds = days * 86'400 + hour * 3600 + minute * 60 + second - east;
  if (seconds >= INT64_MAX / kSecond) return Time::Max();
  if (seconds <= INT64_MIN / kSecond) return Time::FromNanos(INT64_MIN);
  return Time::FromNanos(seconds * kSecond + nanos);
}

namespace {

// "5", "1.5", "0.25": `nanos` / `unit` without trailing zeros.
void AppendDecimal(uint64_t nanos, uint64_t unit, std::string& out) {
  out += std::to_string(nanos / unit);
  uint64_t rest = nanos % unit;
  if (rest == 0) return;
  out += '.';
  for (uint64_t digit = unit / 10; rest != 0; digit /= 10) {
    out += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
}

struct DurationUnit {
  std::string_view name;
  uint64_t nanos;
};
constexpr DurationUnit kUnits[] = {
    {"ns", 1},          {"us", 1'000},        {"\u00b5s", 1'000},  // micro sign
    {"\u03bcs", 1'000},                                            // Greek mu
    {"ms", 1'000'000},  {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000},
};

const DurationUnit* FindUnit(std::string_view name) {
  const auto* found = std::ranges::find(kUnits, name, &DurationUnit::name);
  return found == std::end(kUnits) ? nullptr : found;
}

// The largest magnitude of a Duration: 2^63 nanoseconds, reached by negative ones only.
constexpr uint64_t kLargest = uint64_t{1} << 63;

}  // namespace

std::string FormatDuration(Duration duration) {
  const int64_t count = duration.count();
  if (count == 0) return "0s";
  std::string out = count < 0 ? "-" : "";
  const uint64_t nanos = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
  if (nanos < 1'000) {
    out += std::to_string(nanos) + "ns";
  } else if (nanos < 1'000'000) {
    AppendDecimal(nanos, 1'000, out);
    out += "\u00b5s";
  } else if (nanos < 1'000'000'000) {
    AppendDecimal(nanos, 1'000'000, out);
    out += "ms";
  } else {
    const uint64_t minutes = nanos / 60'000'000'000;
    if (minutes >= 60) out += std::to_string(minutes / 60) + 'h';
    if (minutes > 0) out += std::to_string(minutes % 60) + 'm';
    AppendDecimal(nanos % 60'000'000'000, 1'000'000'000, out);
    out += 's';
  }
  return out;
}

std::optional<Duration> ParseDuration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return Duration(0);
  if (text.empty()) return std::nullopt;
  uint64_t total = 0;
  while (!text.empty()) {
    // Digits, then perhaps a point and more digits; at least one digit in all.
    uint64_t whole = 0;
    uint64_t fraction = 0;
    double scale = 1;
    size_t i = 0;
    bool any = false;
    for (; i < text.size() && IsDigit(text[i]); ++i, any = true) {
      whole = whole * 10 + static_cast<uint64_t>(text[i] - '0');
      if (whole > kLargest) return std::nullopt;
    }
    if (i < text.size() && text[i] == '.') {
      for (++i; i < text.size() && IsDigit(text[i]); ++i, any = true) {
        if (fraction > (kLargest - 1) / 10 - 1) continue;  // digits that cannot count any more
        fraction = fraction * 10 + static_cast<uint64_t>(text[i] - '0');
        scale *= 10;
      }
    }
    if (!any) return std::nullopt;
    text.remove_prefix(i);
    const size_t end = std::min(text.find_first_of(".0123456789"), text.size());
    const DurationUnit* unit = FindUnit(text.substr(0, end));
    if (unit == nullptr) return std::nullopt;
    text.remove_prefix(end);
    if (whole > kLargest / unit->nanos) return std::nullopt;
    // In doubles and in this order, as Go rounds: 0.3333333333333333333h is 20m0s there.
    const auto part = static_cast<uint64_t>(static_cast<double>(fraction) * (static_cast<double>(unit->nanos) / scale));
    for (const uint64_t more : {whole * unit->nanos, part}) {
      if (more > kLargest - total) return std::nullopt;
      total += more;
    }
  }
  if (negative) return Duration(static_cast<int64_t>(0 - total));
  if (total >= kLargest) return std::nullopt;
  return Duration(static_cast<int64_t>(total));
}

}  // namespace wavetank
