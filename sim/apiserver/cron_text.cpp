#include "sim/apiserver/cron_text.h"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

struct Bounds {
  int min;
  int max;
  int first_name;
  std::span<const std::string_view> names;
};

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr Bounds kFields[] = {{0, 59, 0, {}}, {0, 23, 0, {}}, {1, 31, 0, {}}, {1, 12, 1, kMonths}, {0, 6, 0, kDays}};
constexpr std::string_view kDescriptors[] = {"@yearly", "@annually", "@monthly", "@weekly",
                                             "@daily",  "@midnight", "@hourly"};

std::vector<std::string_view> Split(std::string_view text, char separator, bool keep_empty) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(separator);
    const std::string_view part = text.substr(0, end);
    if (keep_empty || !part.empty()) parts.push_back(part);
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// Fields between white space.
std::vector<std::string_view> Fields(std::string_view text) {
  std::vector<std::string_view> fields;
  const std::string_view space = " \t\n\r\v\f";
  while (true) {
    const size_t start = text.find_first_not_of(space);
    if (start == text.npos) return fields;
    text.remove_prefix(start);
    const size_t end = std::min(text.find_first_of(space), text.size());
    fields.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string ParseNumber(std::string_view text, int& number) {
  const auto failed = [&](std::string_view why) {
    return "failed to parse int from " + std::string(text) + ": strconv.Atoi: parsing " + Quote(text) + ": " +
           std::string(why);
  };
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error == std::errc::result_out_of_range) return failed("value out of range");
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return failed("invalid syntax");
  if (number < 0) return "negative number (" + std::to_string(number) + ") not allowed: " + std::string(text);
  return {};
}

std::string ParseNumberOrName(std::string_view text, const Bounds& bounds, int& number) {
  for (size_t i = 0; i < bounds.names.size(); ++i) {
    const bool same = std::ranges::equal(text, bounds.names[i], [](char a, char b) { return (a | 0x20) == b; });
    if (!same) continue;
    number = static_cast<int>(i) + bounds.first_name;
    return {};
  }
  return ParseNumber(text, number);
}

// "*", "5", "1-5", "*/15", "mon-fri".
std::string CheckRange(std::string_view text, const Bounds& bounds) {
  const std::string shown(text);
  const std::vector<std::string_view> by_step = Split(text, '/', true);
  const std::vector<std::string_view> ends = Split(by_step[0], '-', true);
  int start = bounds.min;
  int end = bounds.max;
  if (ends[0] != "*" && ends[0] != "?") {
    if (std::string bad = ParseNumberOrName(ends[0], bounds, start); !bad.empty()) return bad;
    end = start;
    if (ends.size() > 2) return "too many hyphens: " + shown;
    if (ends.size() == 2) {
      if (std::string bad = ParseNumberOrName(ends[1], bounds, end); !bad.empty()) return bad;
    }
  }
  int step = 1;
  if (by_step.size() > 2) return "too many slashes: " + shown;
  if (by_step.size() == 2) {
    if (std::string bad = ParseNumber(by_step[1], step); !bad.empty()) return bad;
    if (ends.size() == 1) end = bounds.max;
  }
  const auto range = [&shown](const char* what, int a, const char* how, int b) {
    return std::string(what) + " of range (" + std::to_string(a) + ") " + how + " (" + std::to_string(b) +
           "): " + shown;
  };
  if (start < bounds.min) return range("beginning", start, "below minimum", bounds.min);
  if (end > bounds.max) return range("end", end, "above maximum", bounds.max);
  if (start > end) return range("beginning", start, "beyond end of range", end);
  if (step == 0) return "step of range should be a positive number: " + shown;
  return {};
}

bool IsDuration(std::string_view text) {
  constexpr std::string_view kUnits[] = {"ns", "us", "ms", "s", "m", "h"};
  if (text.empty()) return false;
  while (!text.empty()) {
    const size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    if (digits == 0) return false;
    text.remove_prefix(digits);
    const auto unit = std::ranges::find_if(kUnits, [&](std::string_view u) { return text.starts_with(u); });
    if (unit == std::end(kUnits)) return false;
    text.remove_prefix(unit->size());
  }
  return true;
}

}  // namespace

std::string CheckCronSchedule(std::string_view schedule) {
  if (schedule.empty()) return "empty spec string";
  if (schedule.starts_with("TZ=") || schedule.starts_with("CRON_TZ=")) {
    const size_t space = schedule.find(' ');
    const size_t equals = schedule.find('=');
    const std::string_view zone = schedule.substr(equals + 1, space - equals - 1);
    if (!zone.empty() && !KnownTimeZone(zone)) {
      return "provided bad location " + std::string(zone) + ": unknown time zone " + std::string(zone);
    }
    schedule = space == schedule.npos ? std::string_view() : schedule.substr(space + 1);
    while (schedule.starts_with(' ')) schedule.remove_prefix(1);
  }
  if (schedule.starts_with('@')) {
    if (std::ranges::find(kDescriptors, schedule) != std::end(kDescriptors)) return {};
    constexpr std::string_view kEvery = "@every ";
    if (!schedule.starts_with(kEvery)) return "unrecognized descriptor: " + std::string(schedule);
    const std::string_view duration = schedule.substr(kEvery.size());
    if (IsDuration(duration)) return {};
    return "failed to parse duration " + std::string(schedule) + ": time: invalid duration " + Quote(duration);
  }
  const std::vector<std::string_view> fields = Fields(schedule);
  if (fields.size() != 5) {
    return "expected exactly 5 fields, found " + std::to_string(fields.size()) + ": [" + Join(fields, " ") + "]";
  }
  for (size_t i = 0; i < fields.size(); ++i) {
    for (const std::string_view range : Split(fields[i], ',', false)) {
      if (std::string bad = CheckRange(range, kFields[i]); !bad.empty()) return bad;
    }
  }
  return {};
}

bool KnownTimeZone(std::string_view name) {
  constexpr std::string_view kAreas[] = {"Africa",    "America", "Antarctica", "Arctic", "Asia", "Atlantic",
                                         "Australia", "Brazil",  "Canada",     "Chile",  "Etc",  "Europe",
                                         "Indian",    "Mexico",  "Pacific",    "US"};
  constexpr std::string_view kAlone[] = {
      "CET",       "CST6CDT", "Cuba",    "EET",   "EST",       "EST5EDT",   "Egypt",    "Eire",     "GB",
      "GB-Eire",   "GMT",     "GMT+0",   "GMT-0", "GMT0",      "Greenwich", "HST",      "Hongkong", "Iceland",
      "Iran",      "Israel",  "Jamaica", "Japan", "Kwajalein", "Libya",     "MET",      "MST",      "MST7MDT",
      "NZ",        "NZ-CHAT", "Navajo",  "PRC",   "PST8PDT",   "Poland",    "Portugal", "ROC",      "ROK",
      "Singapore", "Turkey",  "UCT",     "UTC",   "Universal", "W-SU",      "WET",      "Zulu"};
  const size_t slash = name.find('/');
  if (slash == name.npos) return std::ranges::find(kAlone, name) != std::end(kAlone);
  const std::string_view city = name.substr(slash + 1);
  if (city.empty() || city[0] < 'A' || city[0] > 'Z') return false;
  return std::ranges::find(kAreas, name.substr(0, slash)) != std::end(kAreas);
}

}  // namespace wavetank::sim
