// Parts of timestamps and durations.
//
// Time zones are "UTC" and fixed offsets ("+02:00", "-08:30"): names of places would need a table of the machine, and
// the same expression must mean the same everywhere.

#include <chrono>
#include <optional>

#include "sim/cel/functions.h"
#include "sim/cel/text.h"

namespace wavetank::cel {
namespace {

using Args = std::span<const Val>;

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;

struct Parts {
  std::chrono::year_month_day date;
  std::chrono::sys_days day;
  int64_t of_day;  // nanoseconds since midnight
};

// Seconds east of UTC; nothing when `zone` is no zone we know.
std::optional<int64_t> OffsetOf(std::string_view zone) {
  if (zone == "UTC" || zone == "Z" || zone.empty()) return 0;
  int64_t sign = 1;
  if (zone[0] == '+' || zone[0] == '-') {
    sign = zone[0] == '-' ? -1 : 1;
    zone.remove_prefix(1);
  }
  if (zone.size() != 5 || zone[2] != ':') return std::nullopt;
  const auto hours = ParseUint(zone.substr(0, 2));
  const auto minutes = ParseUint(zone.substr(3));
  if (!hours.has_value() || !minutes.has_value() || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * static_cast<int64_t>(*hours * 3600 + *minutes * 60);
}

Parts Split(Time time, int64_t offset) {
  int64_t seconds = time.seconds();
  const int64_t nanos = NanosOfSecond(time);
  seconds += offset;
  const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds)));
  const int64_t of_day = seconds - std::chrono::sys_seconds(day).time_since_epoch().count();
  return {std::chrono::year_month_day(day), day, of_day * kSecond + nanos};
}

int64_t FullYear(const Parts& p) { return static_cast<int>(p.date.year()); }
int64_t Month(const Parts& p) { return static_cast<unsigned>(p.date.month()) - 1; }
int64_t Date(const Parts& p) { return static_cast<unsigned>(p.date.day()); }
int64_t DayOfMonth(const Parts& p) { return Date(p) - 1; }
int64_t DayOfWeek(const Parts& p) { return std::chrono::weekday(p.day).c_encoding(); }
int64_t DayOfYear(const Parts& p) {
  return (p.day - std::chrono::sys_days(p.date.year() / std::chrono::January / 1)).count();
}
int64_t Hours(const Parts& p) { return p.of_day / kHour; }
int64_t Minutes(const Parts& p) { return p.of_day / kMinute % 60; }
int64_t Seconds(const Parts& p) { return p.of_day / kSecond % 60; }
int64_t Milliseconds(const Parts& p) { return p.of_day / kMillisecond % 1000; }

// `unit`: the whole durations it counts for a duration, 0 when a duration has no such part.
template <int64_t (*kPart)(const Parts&), int64_t kUnit>
Val Get(Args args, CallContext& context) {
  const Val& x = args[0];
  if (x.type() == Type::kDuration && kUnit > 0 && args.size() == 1) {
    return Val::Int(x.AsDuration().count() / (kUnit > 0 ? kUnit : 1));
  }
  if (x.type() != Type::kTimestamp || (args.size() > 1 && !args[1].is_string())) return BadArguments(args, context);
  const std::optional<int64_t> offset = OffsetOf(args.size() > 1 ? args[1].AsString() : "UTC");
  if (!offset.has_value()) {
    return Refuse(context, "time zone " + args[1].ToString() + " is neither \"UTC\" nor an offset like \"+02:00\"");
  }
  return Val::Int(kPart(Split(x.AsTime(), *offset)));
}

constexpr Builtin kTimes[] = {
    {"getFullYear", true, 1, 2, Get<FullYear, 0>},
    {"getMonth", true, 1, 2, Get<Month, 0>},
    {"getDate", true, 1, 2, Get<Date, 0>},
    {"getDayOfMonth", true, 1, 2, Get<DayOfMonth, 0>},
    {"getDayOfWeek", true, 1, 2, Get<DayOfWeek, 0>},
    {"getDayOfYear", true, 1, 2, Get<DayOfYear, 0>},
    {"getHours", true, 1, 2, Get<Hours, kHour>},
    {"getMinutes", true, 1, 2, Get<Minutes, kMinute>},
    {"getSeconds", true, 1, 2, Get<Seconds, kSecond>},
    {"getMilliseconds", true, 1, 2, Get<Milliseconds, kMillisecond>},
};

}  // namespace

std::span<const Builtin> TimeFunctions() { return kTimes; }

}  // namespace wavetank::cel
