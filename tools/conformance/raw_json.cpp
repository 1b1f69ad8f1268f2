#include "tools/conformance/raw_json.h"

#include "runtime/base/check.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank::conformance {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
    text.remove_prefix(1);
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  return text;
}

// Where the string that starts at `at` ends (behind its quote).
size_t EndOfString(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// The parts of an object or array, between the brackets and the commas of its own level.
std::vector<std::string_view> Parts(std::string_view text) {
  text = Trim(text);
  text = text.substr(1, text.size() - 2);
  std::vector<std::string_view> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = EndOfString(text, at) - 1;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      --depth;
    } else if (c == ',' && depth == 0) {
      parts.push_back(Trim(text.substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  if (const std::string_view last = Trim(text.substr(begin)); !last.empty()) parts.push_back(last);
  return parts;
}

void AppendUnit(uint32_t unit, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(unit >> shift) & 15];
}

}  // namespace

std::string RawString(std::string_view literal) {
  Result<Value> value = ParseJson(literal);
  WT_CHECK(value.ok() && value->is_string(), "a string of valid JSON");
  return std::string(value->AsString());
}

std::vector<RawField> RawFields(std::string_view object) {
  std::vector<RawField> fields;
  for (const std::string_view part : Parts(object)) {
    const size_t end = EndOfString(part, 0);
    fields.push_back({RawString(part.substr(0, end)), Trim(part.substr(part.find(':', end) + 1))});
  }
  return fields;
}

std::vector<std::string_view> RawElements(std::string_view array) { return Parts(array); }

std::optional<std::string_view> RawMember(std::string_view object, std::string_view key) {
  for (const RawField& field : RawFields(object)) {
    if (field.key == key) return field.value;
  }
  return std::nullopt;
}

std::string AsciiJson(std::string_view text) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const size_t length = Utf8Length(text, at);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[at];
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c < 0x20) {
      AppendUnit(c, out);
    } else if (c < 0x80 || length == 0) {
      out += text[at];
    } else {
      uint32_t rune = length == 2 ? c & 0x1F : length == 3 ? c & 0x0F : c & 0x07;
      for (size_t i = 1; i < length; ++i) rune = rune << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
      if (rune >= 0x10000) {
        AppendUnit(0xD800 + ((rune - 0x10000) >> 10), out);
        AppendUnit(0xDC00 + ((rune - 0x10000) & 0x3FF), out);
      } else {
        AppendUnit(rune, out);
      }
    }
    at += length == 0 ? 1 : length;
  }
  return out + "\"";
}

}  // namespace wavetank::conformance
