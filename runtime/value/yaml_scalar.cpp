#include "runtime/value/yaml_scalar.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>

#include "runtime/base/strings.h"
#include "runtime/value/text_place.h"

namespace wavetank::internal {
namespace {

struct Word {
  std::string_view text;  // lower case; also read in Title and UPPER case
  enum class Kind : uint8_t { kNull, kTrue, kFalse, kNotFinite } kind;
};
constexpr Word kWords[] = {
    {"", Word::Kind::kNull},           {"~", Word::Kind::kNull},          {"null", Word::Kind::kNull},
    {"y", Word::Kind::kTrue},          {"yes", Word::Kind::kTrue},        {"true", Word::Kind::kTrue},
    {"on", Word::Kind::kTrue},         {"n", Word::Kind::kFalse},         {"no", Word::Kind::kFalse},
    {"false", Word::Kind::kFalse},     {"off", Word::Kind::kFalse},       {".inf", Word::Kind::kNotFinite},
    {"+.inf", Word::Kind::kNotFinite}, {"-.inf", Word::Kind::kNotFinite}, {".nan", Word::Kind::kNotFinite},
};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char ToLower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// word, Word or WORD; and NaN's own .NaN.
bool SpelledProperly(std::string_view text) {
  if (text == ".NaN") return true;
  const auto* first = std::ranges::find_if(text, [](char c) { return IsUpper(c) || IsLower(c); });
  if (first == text.end()) return true;
  const std::string_view rest(first + 1, text.end());
  if (IsLower(*first)) return std::ranges::none_of(rest, IsUpper);
  return std::ranges::none_of(rest, IsUpper) || std::ranges::none_of(rest, IsLower);
}

const Word* FindWord(std::string_view text) {
  if (text.size() > 5 || !SpelledProperly(text)) return nullptr;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), ToLower);
  const auto* found = std::ranges::find(kWords, std::string_view(lower), &Word::text);
  return found == std::end(kWords) ? nullptr : found;
}

// All of `digits` in `base`, with the sign; empty when it is no such number or too large for 64 bits.
std::optional<Value> WholeNumber(bool negative, std::string_view digits, int base) {
  uint64_t magnitude = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (!negative) return Value(magnitude);
  if (magnitude > uint64_t{1} << 63) return std::nullopt;
  return Value(static_cast<int64_t>(0 - magnitude));
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool LooksLikeFloat(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    return i - start;
  };
  const auto at = [&](std::string_view any) { return i < text.size() && any.find(text[i]) != any.npos; };
  if (at("+-")) ++i;
  const size_t whole = digits();
  size_t fraction = 0;
  if (at(".")) {
    ++i;
    fraction = digits();
  }
  if (whole + fraction == 0) return false;
  if (at("eE")) {
    ++i;
    if (at("+-")) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

// A plain scalar that begins like a number; `text` has no underscores any more.
std::optional<Value> Number(std::string_view text) {
  std::string_view digits = text;
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits.remove_prefix(1);
  struct Prefix {
    std::string_view text;
    int base;
  };
  static constexpr Prefix kPrefixes[] = {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}};
  for (const Prefix& prefix : kPrefixes) {
    if (digits.starts_with(prefix.text)) return WholeNumber(negative, digits.substr(2), prefix.base);
  }
  if (digits.size() > 1 && digits[0] == '0') {
    if (std::optional<Value> octal = WholeNumber(negative, digits.substr(1), 8)) return octal;
  }
  if (std::optional<Value> decimal = WholeNumber(negative, digits, 10)) return decimal;
  if (!LooksLikeFloat(text)) return std::nullopt;
  double value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    // Too small is zero, too large is no number; from_chars does not tell which. Only a negative exponent makes it small.
    const bool tiny =
        digits.find("e-") != digits.npos || digits.find("E-") != digits.npos || digits[0] == '0' || digits[0] == '.';
    if (!tiny) return std::nullopt;
    value = 0;
  } else if (error != std::errc() || stop != end) {
    return std::nullopt;
  }
  return Value(negative ? -value : value);
}

}  // namespace

Result<Value> ResolvePlainScalar(std::string_view text) {
  if (const Word* word = FindWord(text); word != nullptr) {
    switch (word->kind) {
      case Word::Kind::kNull: return Value();
      case Word::Kind::kTrue: return Value(true);
      case Word::Kind::kFalse: return Value(false);
      case Word::Kind::kNotFinite:
        return Status(Code::kInvalidArgument, std::string(text) + " is no number that JSON can hold");
    }
  }
  const char first = text[0];
  if (!IsDigit(first) && first != '-' && first != '+' && first != '.') return Value(text);
  std::string plain(text);
  if (first != '.') std::erase(plain, '_');
  if (std::optional<Value> number = Number(plain)) return *std::move(number);
  return Value(text);
}

ScalarEnd EndOfScalar(std::string_view text) {
  while (text.starts_with('&') || text.starts_with('!')) {
    text.remove_prefix(std::min(text.find_first_of(" \t\r\n"), text.size()));
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  }
  if (!text.starts_with('"') && !text.starts_with('\'')) {
    std::string_view line = text.substr(0, text.find('\n'));
    line = line.substr(0, line.find(" #"));
    line = line.substr(0, line.find_last_not_of(" \t\r") + 1);  // npos + 1 is 0
    return {.closed = true,
            .colon = line.find(": ") != line.npos || line.find(":\t") != line.npos || line.ends_with(':')};
  }
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote && quote == '\'' && text.substr(i + 1).starts_with(quote)) {
      ++i;
    } else if (text[i] == quote) {
      const size_t next = text.find_first_not_of(" \t", i + 1);
      return {.closed = true, .colon = next != text.npos && text[next] == ':'};
    }
  }
  return {.closed = false};
}

std::string RepairEscapes(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    if (length == 0) out += '\xC2';  // the lead byte of U+0080 to U+00BF
    out.append(text, i, std::max<size_t>(length, 1));
    i += std::max<size_t>(length, 1);
  }
  return out;
}

Status CheckCharacters(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : Utf8Length(text, i);
    const bool control = byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r';
    if (length == 0 || control) {
      return Status(Code::kInvalidArgument,
                    PlaceOf(text, i).Prefix() + (control ? "a control character is not allowed" : "this is not UTF-8"));
    }
    i += length;
  }
  return {};
}

}  // namespace wavetank::internal
