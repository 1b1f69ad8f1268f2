#include "runtime/base/strings.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace wavetank {
namespace {

constexpr char kHex[] = "0123456789abcdef";

// What Go does not print as itself: other spaces, format characters, private use, non-characters. Assigned letters that
// a newer Unicode brought are printed, in which a Go of another age may differ.
struct Range {
  uint32_t low;
  uint32_t high;
};
constexpr Range kUnprintable[] = {
    {0x0000, 0x001F}, {0x007F, 0x00A0}, {0x00AD, 0x00AD}, {0x0600, 0x0605},    {0x061C, 0x061C},
    {0x06DD, 0x06DD}, {0x070F, 0x070F}, {0x1680, 0x1680}, {0x180E, 0x180E},    {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xD800, 0xF8FF},    {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0xE0000, 0x10FFFF},
};

bool Printable(uint32_t c) {
  return std::ranges::none_of(kUnprintable, [c](const Range& r) { return c >= r.low && c <= r.high; });
}

void AppendHex(uint32_t value, int digits, std::string& out) {
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0xF];
}

uint32_t Decode(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  switch (bytes.size()) {
    case 1: return at(0);
    case 2: return (at(0) & 0x1F) << 6 | (at(1) & 0x3F);
    case 3: return (at(0) & 0x0F) << 12 | (at(1) & 0x3F) << 6 | (at(2) & 0x3F);
    default: return (at(0) & 0x07) << 18 | (at(1) & 0x3F) << 12 | (at(2) & 0x3F) << 6 | (at(3) & 0x3F);
  }
}

// The letter of a two-character escape, or 0.
char ShortEscape(uint32_t c) {
  switch (c) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    case '\\': return '\\';
    case '"': return '"';
    default: return 0;
  }
}

// What a byte needs inside a string: 0 nothing, 'u' a \u00xx, 'x' a look at the whole character, else the letter after
// the backslash.
constexpr std::array<char, 256> MakeEscapes() {
  std::array<char, 256> table{};
  for (int c = 0; c < 0x20; ++c) table[static_cast<size_t>(c)] = 'u';
  for (int c = 0x80; c < 0x100; ++c) table[static_cast<size_t>(c)] = 'x';
  for (const char c : {'<', '>', '&'}) table[static_cast<size_t>(c)] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}
constexpr std::array<char, 256> kEscapes = MakeEscapes();

template <typename Part>
std::string JoinParts(std::span<const Part> parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance with swaps of neighbours. O(a * b).
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = Lower(a[i - 1]) == Lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && Lower(a[i - 1]) == Lower(b[j - 2]) && Lower(a[i - 2]) == Lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

size_t Utf8Length(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return follows(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

std::string Quote(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  out += '"';
  for (size_t i = 0; i < text.size();) {
    const size_t length = Utf8Length(text, i);
    const std::string_view bytes = text.substr(i, std::max<size_t>(length, 1));
    i += bytes.size();
    const uint32_t c = length == 0 ? static_cast<unsigned char>(bytes[0]) : Decode(bytes);
    if (length == 0) {
      out += "\\x";
      AppendHex(c, 2, out);
    } else if (const char letter = ShortEscape(c); letter != 0) {
      out += '\\';
      out += letter;
    } else if (Printable(c)) {
      out += bytes;
    } else {
      out += c < 0x80 ? "\\x" : c <= 0xFFFF ? "\\u" : "\\U";
      AppendHex(c, c < 0x80 ? 2 : c <= 0xFFFF ? 4 : 8, out);
    }
  }
  out += '"';
  return out;
}

void AppendJsonString(std::string_view text, std::string& out) {
  out += '"';
  size_t start = 0;
  size_t i = 0;
  const auto flush = [&](size_t skip) {
    out.append(text.data() + start, i - start);
    i += skip;
    start = i;
  };
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const char escape = kEscapes[byte];
    if (escape == 0) {
      ++i;
    } else if (escape == 'x') {
      const size_t length = Utf8Length(text, i);
      if (length == 0) {  // not UTF-8: Go writes the replacement character
        flush(1);
        out += "\\ufffd";
      } else if (const std::string_view c = text.substr(i, length); c == "\u2028" || c == "\u2029") {
        flush(length);
        out += c == "\u2028" ? "\\u2028" : "\\u2029";
      } else {
        i += length;
      }
    } else {
      flush(1);
      out += '\\';
      out += escape;
      if (escape == 'u') {
        out += "00";
        out += kHex[byte >> 4];
        out += kHex[byte & 0xF];
      }
    }
  }
  flush(0);
  out += '"';
}

std::string Join(std::span<const std::string_view> parts, std::string_view separator) {
  return JoinParts(parts, separator);
}
std::string Join(std::span<const std::string> parts, std::string_view separator) { return JoinParts(parts, separator); }

std::string_view NearestName(std::string_view given, std::span<const std::string_view> candidates) {
  // Nobody misspells a longer word; hostile input must not cost the square of its length.
  constexpr size_t kLongest = 100;
  if (given.empty() || given.size() > kLongest) return {};
  std::string_view nearest;
  size_t least = given.size() / 3 + (given.size() < 3 ? 1 : 0) + 1;  // first distance that is too far
  for (const std::string_view candidate : candidates) {
    const size_t gap = std::max(candidate.size(), given.size()) - std::min(candidate.size(), given.size());
    if (gap >= least) continue;
    const size_t distance = Distance(given, candidate);
    // A word that shares nothing is no suggestion, however short it is.
    if (distance < least && distance < candidate.size()) {
      least = distance;
      nearest = candidate;
    }
  }
  return nearest;
}

std::string DidYouMean(std::string_view given, std::span<const std::string_view> candidates) {
  const std::string_view nearest = NearestName(given, candidates);
  return nearest.empty() ? std::string() : " (did you mean " + Quote(nearest) + "?)";
}

}  // namespace wavetank
