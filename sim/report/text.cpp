#include "sim/report/text.h"

#include <algorithm>
#include <utility>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The byte behind the first `characters` characters.
size_t Offset(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size() && characters > 0; --characters) at += std::max<size_t>(Utf8Length(text, at), 1);
  return at;
}

}  // namespace

std::string OneLine(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t length = Utf8Length(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    // U+0080 to U+009F are controls too.
    const bool control =
        byte < 0x20 || byte == 0x7f || (byte == 0xc2 && length == 2 && static_cast<unsigned char>(text[at + 1]) < 0xa0);
    if (IsBlank(text[at])) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else if (length == 0 || control) {
      out += '?';
    } else {
      out += text.substr(at, length);
    }
    at += std::max<size_t>(length, 1);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

size_t Width(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size(); ++width) at += std::max<size_t>(Utf8Length(text, at), 1);
  return width;
}

std::string Clip(std::string_view text, size_t width) {
  if (Width(text) <= width) return std::string(text);
  return std::string(text.substr(0, Offset(text, width - 3))) + "...";
}

std::string PadRight(std::string text, size_t width) {
  const size_t now = Width(text);
  if (now < width) text.append(width - now, ' ');
  return text;
}

std::string PadLeft(std::string text, size_t width) {
  const size_t now = Width(text);
  if (now < width) text.insert(0, width - now, ' ');
  return text;
}

std::vector<std::string> Wrap(std::string_view text, size_t width, size_t lines) {
  std::vector<std::string> out;
  while (!text.empty() && out.size() < lines) {
    if (Width(text) <= width || out.size() + 1 == lines) {
      out.push_back(Clip(text, width));
      break;
    }
    const size_t end = Offset(text, width);
    // A word that is longer than half a line is broken.
    const size_t blank = text.rfind(' ', end);
    const bool at_blank = blank != std::string_view::npos && blank > end / 2;
    out.emplace_back(text.substr(0, at_blank ? blank : end));
    text.remove_prefix(at_blank ? blank + 1 : end);
  }
  return out;
}

std::string Hex(uint64_t number) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (size_t i = 16; i-- > 0; number >>= 4) out[i] = kDigits[number & 15];
  return out;
}

bool ParseHex(std::string_view text, uint64_t& number) {
  if (text.size() != 16) return false;
  uint64_t read = 0;
  for (char c : text) {
    uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<uint64_t>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<uint64_t>(c - 'A') + 10;
    } else {
      return false;
    }
    read = read << 4 | digit;
  }
  number = read;
  return true;
}

std::string Count(uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string ShortDuration(Duration duration) {
  // The unit Go would write, and a thousandth of it.
  int64_t grain = 1;
  for (int64_t unit : {1'000'000'000, 1'000'000, 1'000}) {
    if (duration.count() >= unit || duration.count() <= -unit) {
      grain = unit / 1000;
      break;
    }
  }
  return FormatDuration(Duration(duration.count() / grain * grain));
}

std::string ShellWord(std::string_view word) {
  const bool plain = !word.empty() && word.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789-_./,:=@%+") == std::string_view::npos;
  if (plain) return std::string(word);
  std::string out = "'";
  for (char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace wavetank::sim
