#include "runtime/api/quantity.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

using Format = Quantity::Format;

constexpr std::string_view kBadFormat =
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
constexpr std::string_view kBadSuffix = "unable to parse quantity's suffix";
constexpr __int128 kMaxNanos = (static_cast<__int128>(INT64_MAX) << 64) | UINT64_MAX;

struct Suffix {
  std::string_view text;
  int exponent;  // of 10, or of 2
};
constexpr Suffix kDecimal[] = {{"n", -9}, {"u", -6}, {"m", -3}, {"", 0},   {"k", 3},
                               {"M", 6},  {"G", 9},  {"T", 12}, {"P", 15}, {"E", 18}};
constexpr Suffix kBinary[] = {{"", 0}, {"Ki", 10}, {"Mi", 20}, {"Gi", 30}, {"Ti", 40}, {"Pi", 50}, {"Ei", 60}};

template <size_t N>
const Suffix* FindSuffix(const Suffix (&table)[N], std::string_view text) {
  const Suffix* found = std::ranges::find(table, text, &Suffix::text);
  return found == std::end(table) ? nullptr : found;
}

template <size_t N>
std::string_view SuffixOf(const Suffix (&table)[N], int exponent) {
  const Suffix* found = std::ranges::find(table, exponent, &Suffix::exponent);
  return found == std::end(table) ? std::string_view() : found->text;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AllDigits(std::string_view text) { return std::ranges::all_of(text, IsDigit); }

// sign, whole, fraction, suffix of a text.
struct Parts {
  bool negative = false;
  std::string digits;  // of the whole (no leading zeros, at least one digit) and of the fraction
  int decimals = 0;    // how many of them are of the fraction
  Format format = Format::kDecimal;
  int exponent = 0;  // of 10, or of 2 for kBinary
};

Status Bad(std::string_view message) { return Status(Code::kInvalidArgument, std::string(message)); }

// Splits off the leading characters that `belongs` accepts.
template <typename Belongs>
std::string_view Take(std::string_view& rest, Belongs belongs) {
  size_t n = 0;
  while (n < rest.size() && belongs(rest[n])) ++n;
  const std::string_view taken = rest.substr(0, n);
  rest.remove_prefix(n);
  return taken;
}

Status ParseSuffix(std::string_view suffix, Parts& parts) {
  if (const Suffix* s = FindSuffix(kDecimal, suffix); s != nullptr) {
    parts.exponent = s->exponent;
    return {};
  }
  if (const Suffix* s = FindSuffix(kBinary, suffix); s != nullptr) {
    parts.format = Format::kBinary;
    parts.exponent = s->exponent;
    return {};
  }
  if (suffix[0] != 'e' && suffix[0] != 'E') return Bad(kBadSuffix);
  parts.format = Format::kExponent;
  std::string_view number = suffix.substr(1);
  if (number.starts_with('+')) number.remove_prefix(1);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), parts.exponent);
  const bool whole = error == std::errc() && end == number.data() + number.size() && !number.starts_with("+");
  // Beyond this no number means anything, and arithmetic on exponents could overflow.
  if (number.empty() || !whole || std::abs(parts.exponent) > 1'000'000'000) return Bad(kBadSuffix);
  return {};
}

Result<Parts> Split(std::string_view text) {
  if (text.empty()) return Bad(kBadFormat);
  Parts parts;
  std::string_view rest = text;
  if (rest[0] == '+' || rest[0] == '-') {
    parts.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  Take(rest, [](char c) { return c == '0'; });
  const std::string_view whole = Take(rest, IsDigit);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    fraction = Take(rest, IsDigit);
  }
  std::string_view check = rest;
  Take(check, [](char c) { return std::string_view("eEinumkKMGTP").find(c) != std::string_view::npos; });
  if (check.starts_with('+') || check.starts_with('-')) check.remove_prefix(1);
  if (!AllDigits(check)) return Bad(kBadFormat);
  WT_RETURN_IF_ERROR(ParseSuffix(rest, parts));
  parts.digits.append(whole.empty() ? "0" : whole).append(fraction);
  parts.decimals = static_cast<int>(fraction.size());
  return parts;
}

// The last three bits of a number decide whether 8 divides it.
bool DivisibleBy8(std::string_view digits) {
  const std::string_view tail = digits.substr(digits.size() - std::min<size_t>(3, digits.size()));
  int n = 0;
  for (const char c : tail) n = n * 10 + (c - '0');
  return n % 8 == 0;
}

// Does it look canonical to Go? Then it is kept as it came.
bool Kept(const Parts& p) {
  const int digits = static_cast<int>(std::min<size_t>(p.digits.size(), 1000));
  if (p.format == Format::kBinary) {
    return p.exponent > 0 && p.decimals == 0 && digits <= 14 - 3 * p.exponent / 10 && !DivisibleBy8(p.digits);
  }
  const int64_t scale = static_cast<int64_t>(p.exponent) - p.decimals;
  return digits <= 18 && scale >= -9 && scale % 3 == 0 && !p.digits.ends_with("000") && p.digits[0] != '0';
}

// A number as digits x 10^exponent.
struct Number {
  std::string digits;
  int64_t exponent = 0;
};

void StripLeadingZeros(std::string& digits) { digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size())); }

// Finer than a billionth is rounded away from zero.
void RoundToNano(Number& n) {
  if (n.exponent >= -9) return;
  const size_t drop = static_cast<size_t>(-9 - n.exponent);
  n.exponent = -9;
  std::string dropped;
  if (drop >= n.digits.size()) {
    dropped.swap(n.digits);
  } else {
    dropped = n.digits.substr(n.digits.size() - drop);
    n.digits.resize(n.digits.size() - drop);
  }
  if (dropped.find_first_not_of('0') == dropped.npos) return;
  for (auto digit = n.digits.rbegin(); digit != n.digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  n.digits.insert(n.digits.begin(), '1');
}

// Times 2^exponent, exactly: the fraction keeps its number of digits. False when the result is 2^63 or more.
bool TimesPowerOf2(const Parts& p, Number& n, __int128& whole) {
  const size_t whole_digits = p.digits.size() - static_cast<size_t>(p.decimals);
  if (whole_digits > 19) return false;
  std::string fraction = p.digits.substr(whole_digits);
  __int128 carry = 0;
  for (auto digit = fraction.rbegin(); digit != fraction.rend(); ++digit) {
    carry += static_cast<__int128>(*digit - '0') << p.exponent;
    *digit = static_cast<char>('0' + static_cast<int>(carry % 10));
    carry /= 10;
  }
  uint64_t integer = 0;
  std::from_chars(p.digits.data(), p.digits.data() + whole_digits, integer);
  whole = (static_cast<__int128>(integer) << p.exponent) + carry;
  if (whole > INT64_MAX) return false;
  n.digits = std::to_string(static_cast<int64_t>(whole)) + fraction;
  n.exponent = -p.decimals;
  return true;
}

// The largest suffix that leaves an integer. REQUIRES: no leading zeros, exponent >= -9.
std::string DecimalText(Number n, bool negative, Format format) {
  if (n.digits.empty()) return "0";
  while (n.digits.ends_with('0')) {
    n.digits.pop_back();
    ++n.exponent;
  }
  for (; n.exponent % 3 != 0; --n.exponent) n.digits += '0';
  std::string out = (negative ? "-" : "") + n.digits;
  if (format != Format::kExponent) {
    return n.exponent > 18 ? out : out.append(SuffixOf(kDecimal, static_cast<int>(n.exponent)));
  }
  return n.exponent == 0 ? out : out + "e" + std::to_string(n.exponent);
}

std::string BinaryText(int64_t whole, bool negative) {
  int exponent = 0;
  while (whole != 0 && whole % 1024 == 0 && exponent < 60) {
    whole /= 1024;
    exponent += 10;
  }
  return (negative ? "-" : "") + std::to_string(whole).append(SuffixOf(kBinary, exponent));
}

std::string Normalised(const Parts& p) {
  Number n{p.digits, static_cast<int64_t>(p.exponent) - p.decimals};
  if (p.format == Format::kBinary) {
    __int128 whole = 0;
    const bool fits = TimesPowerOf2(p, n, whole);
    const bool fraction =
        fits && p.decimals > 0 &&
        n.digits.find_first_not_of('0', n.digits.size() - static_cast<size_t>(p.decimals)) != n.digits.npos;
    if (!fits) return BinaryText(INT64_MAX, p.negative);
    if (!fraction && whole >= 1024) return BinaryText(static_cast<int64_t>(whole), p.negative);
  }
  StripLeadingZeros(n.digits);
  RoundToNano(n);
  StripLeadingZeros(n.digits);
  return DecimalText(std::move(n), p.negative, p.format == Format::kBinary ? Format::kDecimal : p.format);
}

__int128 SaturatingAdd(__int128 a, __int128 b) {
  __int128 sum = 0;
  if (!__builtin_add_overflow(a, b, &sum) && sum >= -kMaxNanos) return sum;
  return a > 0 ? kMaxNanos : -kMaxNanos;
}

__int128 ToNanos(Number n) {
  StripLeadingZeros(n.digits);
  RoundToNano(n);
  StripLeadingZeros(n.digits);
  if (n.digits.empty()) return 0;
  if (static_cast<int64_t>(n.digits.size()) + n.exponent + 9 > 38) return kMaxNanos;
  __int128 nanos = 0;
  for (const char c : n.digits) nanos = nanos * 10 + (c - '0');
  for (int64_t e = n.exponent + 9; e > 0; --e) nanos *= 10;
  return nanos;
}

}  // namespace

Result<std::string> CanonicalQuantity(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\v\f";
  const size_t start = text.find_first_not_of(kSpace);
  text = start == text.npos ? std::string_view() : text.substr(start, text.find_last_not_of(kSpace) - start + 1);
  WT_ASSIGN(const Parts parts, Split(text));
  if (Kept(parts)) return std::string(text);
  return Normalised(parts);
}

Result<Quantity> Quantity::Parse(std::string_view text) {
  WT_ASSIGN(const Parts p, Split(text));
  Number n{p.digits, static_cast<int64_t>(p.exponent) - p.decimals};
  Quantity q;
  q.format_ = p.format;
  __int128 whole = 0;
  if (p.format == Format::kBinary && !TimesPowerOf2(p, n, whole)) n = {std::to_string(INT64_MAX), 0};
  q.nanos_ = ToNanos(std::move(n));
  if (p.negative) q.nanos_ = -q.nanos_;
  return q;
}

Quantity Quantity::Of(const Value& value) {
  if (value.is_null()) return {};
  Result<Quantity> q = Parse(value.is_string() ? std::string(value.AsString()) : WriteJson(value));
  return q.ok() ? *q : Quantity();
}

Quantity Quantity::FromMilli(int64_t milli) {
  Quantity q;
  q.nanos_ = static_cast<__int128>(milli) * 1'000'000;
  return q;
}

Quantity Quantity::FromInt(int64_t number, Format format) {
  Quantity q;
  q.nanos_ = static_cast<__int128>(number) * 1'000'000'000;
  q.format_ = format;
  return q;
}

int64_t Quantity::RoundedAway(int64_t nanos_per_unit) const {
  __int128 units = nanos_ / nanos_per_unit;
  if (nanos_ % nanos_per_unit != 0) units += nanos_ > 0 ? 1 : -1;
  if (units > INT64_MAX) return INT64_MAX;
  return units < INT64_MIN ? INT64_MIN : static_cast<int64_t>(units);
}

int64_t Quantity::value() const { return RoundedAway(1'000'000'000); }
int64_t Quantity::milli_value() const { return RoundedAway(1'000'000); }

std::string Quantity::ToString() const {
  if (nanos_ == 0) return "0";
  const bool negative = nanos_ < 0;
  unsigned __int128 rest = negative ? -static_cast<unsigned __int128>(nanos_) : static_cast<unsigned __int128>(nanos_);
  constexpr unsigned __int128 kUnit = 1'000'000'000;
  if (format_ == Format::kBinary && rest % kUnit == 0 && rest >= 1024 * kUnit) {
    const unsigned __int128 whole = std::min<unsigned __int128>(rest / kUnit, INT64_MAX);
    return BinaryText(static_cast<int64_t>(whole), negative);
  }
  Number n{"", -9};
  for (; rest != 0; rest /= 10) n.digits += static_cast<char>('0' + static_cast<int>(rest % 10));
  std::ranges::reverse(n.digits);
  return DecimalText(std::move(n), negative, format_);
}

Quantity& Quantity::operator+=(const Quantity& other) {
  if (nanos_ == 0) format_ = other.format_;
  nanos_ = SaturatingAdd(nanos_, other.nanos_);
  return *this;
}

Quantity& Quantity::operator-=(const Quantity& other) {
  if (nanos_ == 0) format_ = other.format_;
  nanos_ = SaturatingAdd(nanos_, -other.nanos_);
  return *this;
}

}  // namespace wavetank
