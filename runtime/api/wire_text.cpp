#include "runtime/api/wire_text.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>

#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"

namespace wavetank {
namespace {

bool IsDigit(std::string_view text, size_t at) { return at < text.size() && text[at] >= '0' && text[at] <= '9'; }
bool IsPoint(char c) { return c == '.' || c == ','; }

// Reads a time as Go's time.Parse reads a layout, element by element, so that its complaints are the same.
class TimeParser {
 public:
  TimeParser(std::string_view text, bool micro) : text_(text), rest_(text), micro_(micro) {}

  Result<std::string> Parse() {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    WT_RETURN_IF_ERROR(Year(year));
    WT_RETURN_IF_ERROR(Literal("-"));
    WT_RETURN_IF_ERROR(Two("01", true, month));
    if (month < 1 || month > 12) return OutOfRange("month");
    WT_RETURN_IF_ERROR(Literal("-"));
    WT_RETURN_IF_ERROR(Two("02", true, day));
    WT_RETURN_IF_ERROR(Literal("T"));
    WT_RETURN_IF_ERROR(Two("15", false, hour));
    if (hour > 23) return OutOfRange("hour");
    WT_RETURN_IF_ERROR(Literal(":"));
    WT_RETURN_IF_ERROR(Two("04", true, minute));
    if (minute > 59) return OutOfRange("minute");
    WT_RETURN_IF_ERROR(Literal(":"));
    WT_RETURN_IF_ERROR(Two("05", true, second));
    if (second > 59) return OutOfRange("second");
    WT_RETURN_IF_ERROR(Fraction());
    WT_RETURN_IF_ERROR(Zone());
    if (!rest_.empty()) return Complaint(": extra text: " + Quote(rest_));
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return OutOfRange("day");
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return Print(days * 86'400 + hour * 3600 + minute * 60 + second - east_);
  }

 private:
  Status Complaint(std::string_view what) const {
    return Status(Code::kInvalidArgument, "parsing time " + Quote(text_) + std::string(what));
  }
  Status OutOfRange(std::string_view what) const { return Complaint(": " + std::string(what) + " out of range"); }
  Status Unexpected(std::string_view at, std::string_view element) const {
    const std::string_view layout = micro_ ? "2006-01-02T15:04:05.000000Z07:00" : "2006-01-02T15:04:05Z07:00";
    return Complaint(" as " + Quote(layout) + ": cannot parse " + Quote(at) + " as " + Quote(element));
  }

  Status Literal(std::string_view c) {
    if (!rest_.starts_with(c)) return Unexpected(rest_, c);
    rest_.remove_prefix(c.size());
    return {};
  }

  Status Year(int& year) {
    for (size_t i = 0; i < 4; ++i) {
      if (!IsDigit(rest_, i)) return Unexpected(rest_, "2006");
      year = year * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(4);
    return {};
  }

  // Two digits, or one where Go takes one.
  Status Two(std::string_view element, bool both, int& number) {
    if (!IsDigit(rest_, 0) || (both && !IsDigit(rest_, 1))) return Unexpected(rest_, element);
    const size_t digits = IsDigit(rest_, 1) ? 2 : 1;
    for (size_t i = 0; i < digits; ++i) number = number * 10 + (rest_[i] - '0');
    rest_.remove_prefix(digits);
    return {};
  }

  Status Fraction() {
    if (!micro_) {
      if (rest_.size() < 2 || !IsPoint(rest_[0]) || !IsDigit(rest_, 1)) return {};
      size_t n = 2;
      while (IsDigit(rest_, n)) ++n;
      rest_.remove_prefix(n);
      return {};
    }
    if (rest_.size() < 7 || !IsPoint(rest_[0])) return Unexpected(rest_, ".000000");
    for (size_t i = 1; i < 7; ++i) {
      if (!IsDigit(rest_, i)) return Unexpected(rest_, ".000000");
      micros_ = micros_ * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(7);
    return {};
  }

  Status Zone() {
    if (rest_.starts_with('Z')) {
      rest_.remove_prefix(1);
      return {};
    }
    const bool signed_zone = rest_.size() >= 6 && (rest_[0] == '+' || rest_[0] == '-') && rest_[3] == ':';
    if (!signed_zone || !IsDigit(rest_, 1) || !IsDigit(rest_, 2) || !IsDigit(rest_, 4) || !IsDigit(rest_, 5)) {
      return Unexpected(rest_, "Z07:00");
    }
    const int hours = (rest_[1] - '0') * 10 + (rest_[2] - '0');
    const int minutes = (rest_[4] - '0') * 10 + (rest_[5] - '0');
    if (hours > 24) return OutOfRange("time zone offset hour");
    if (minutes > 60) return OutOfRange("time zone offset minute");
    east_ = (hours * 60 + minutes) * 60 * (rest_[0] == '-' ? -1 : 1);
    rest_.remove_prefix(6);
    return {};
  }

  std::string Print(int64_t seconds) const {
    const std::chrono::sys_seconds at{std::chrono::seconds(seconds)};
    const auto days = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(at - days);
    const int year = static_cast<int>(date.year());
    const unsigned month = static_cast<unsigned>(date.month());
    const unsigned day = static_cast<unsigned>(date.day());
    // The zero time prints as null.
    if (year == 1 && month == 1 && day == 1 && at == days && micros_ == 0) return "";
    char buffer[64];
    int n = std::snprintf(buffer, sizeof(buffer), "%04d-%02u-%02uT%02d:%02d:%02d", year, month, day,
                          static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                          static_cast<int>(clock.seconds().count()));
    std::string out(buffer, static_cast<size_t>(n));
    if (micro_) {
      n = std::snprintf(buffer, sizeof(buffer), ".%06d", micros_);
      out.append(buffer, static_cast<size_t>(n));
    }
    return out + "Z";
  }

  const std::string_view text_;
  std::string_view rest_;
  const bool micro_;
  int micros_ = 0;
  int east_ = 0;
};

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> kSextets = [] {
  std::array<int8_t, 256> table{};
  table.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); ++i)
    table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  return table;
}();

Status BadBase64(size_t at) {
  return Status(Code::kInvalidArgument, "illegal base64 data at input byte " + std::to_string(at));
}

void SkipLineBreaks(std::string_view text, size_t& at) {
  while (at < text.size() && (text[at] == '\n' || text[at] == '\r')) ++at;
}

// What may follow `have` (2 or 3) characters of a quantum and a first '=' before `at`.
Status CheckPadding(std::string_view text, size_t at, int have) {
  if (have == 2) {
    SkipLineBreaks(text, at);
    if (at == text.size()) return BadBase64(text.size());
    if (text[at] != '=') return BadBase64(at - 1);
    ++at;
  }
  SkipLineBreaks(text, at);
  return at < text.size() ? BadBase64(at) : Status();
}

}  // namespace

bool IsCanonicalTime(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) return false;
  }
  const auto two = [&](size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  // The year 1 is the zero time, which prints as null.
  return text[0] != '0' && two(5) >= 1 && two(5) <= 12 && two(8) >= 1 && two(8) <= 28 && two(11) <= 23 &&
         two(14) <= 59 && two(17) <= 59;
}

Result<std::string> CanonicalTime(std::string_view text) { return TimeParser(text, false).Parse(); }
Result<std::string> CanonicalMicroTime(std::string_view text) { return TimeParser(text, true).Parse(); }

Result<std::string> DecodeBase64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  uint32_t bits = 0;
  int have = 0;  // characters of the current quantum
  size_t at = 0;
  for (SkipLineBreaks(text, at); at < text.size(); SkipLineBreaks(text, at)) {
    const char c = text[at++];
    if (c == '=' && have >= 2) {
      WT_RETURN_IF_ERROR(CheckPadding(text, at, have));
      bits <<= 6 * (4 - have);
      for (int i = 0; i < have - 1; ++i) out += static_cast<char>(bits >> (16 - 8 * i));
      return out;
    }
    const int8_t sextet = kSextets[static_cast<unsigned char>(c)];
    if (sextet < 0) return BadBase64(at - 1);
    bits = bits << 6 | static_cast<uint32_t>(sextet);
    if (++have < 4) continue;
    for (int i = 0; i < 3; ++i) out += static_cast<char>(bits >> (16 - 8 * i));
    bits = 0;
    have = 0;
  }
  if (have != 0) return BadBase64(at - static_cast<size_t>(have));
  return out;
}

std::string EncodeBase64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const size_t have = std::min<size_t>(3, bytes.size() - i);
    uint32_t bits = 0;
    for (size_t j = 0; j < 3; ++j) bits = bits << 8 | (j < have ? static_cast<unsigned char>(bytes[i + j]) : 0);
    for (size_t j = 0; j < 4; ++j) out += j <= have ? kAlphabet[bits >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

Result<int64_t> ParseGoInt(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = end == digits.data() + digits.size();
  if (error == std::errc() && whole) return number;
  const bool range = error == std::errc::result_out_of_range && whole;
  return BadRequestError("strconv.ParseInt: parsing " + Quote(text) +
                         (range ? ": value out of range" : ": invalid syntax"));
}

}  // namespace wavetank
