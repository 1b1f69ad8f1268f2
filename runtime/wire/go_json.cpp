#include "runtime/wire/go_json.h"

#include <vector>

#include "runtime/base/strings.h"

namespace wavetank {
namespace {

constexpr size_t kMaxDepth = 10000;  // Go's

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// A byte as Go prints it: 'x', '\n', and beyond ASCII the character of that number.
std::string QuoteByte(char c) {
  if (c == '\'') return "'\\''";
  if (c == '"') return "'\"'";
  const auto byte = static_cast<unsigned char>(c);
  std::string text;
  if (byte < 0x80) {
    text.push_back(c);
  } else {
    text.push_back(static_cast<char>(0xC0 | (byte >> 6)));
    text.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
  }
  const std::string quoted = Quote(text);
  return "'" + quoted.substr(1, quoted.size() - 2) + "'";
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::string Run() {
    enum class Want : uint8_t { kValue, kValueOrEnd, kKey, kKeyOrEnd, kColon, kAfterValue };
    Want want = Want::kValue;
    std::vector<char> open;
    for (;;) {
      while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
      const bool done = open.empty() && want == Want::kAfterValue;
      if (at_ == text_.size()) return done ? std::string() : End();
      const char c = text_[at_];
      switch (want) {
        case Want::kValueOrEnd:
          if (c == ']') {
            Close(open);
            want = Want::kAfterValue;
            break;
          }
          [[fallthrough]];
        case Want::kValue:
          if (c == '{' || c == '[') {
            if (open.size() >= kMaxDepth) return "exceeded max depth";
            open.push_back(c);
            ++at_;
            want = c == '{' ? Want::kKeyOrEnd : Want::kValueOrEnd;
          } else {
            if (!Scalar()) return error_;
            want = Want::kAfterValue;
          }
          break;
        case Want::kKeyOrEnd:
          if (c == '}') {
            Close(open);
            want = Want::kAfterValue;
            break;
          }
          [[fallthrough]];
        case Want::kKey:
          if (c != '"') return Bad(c, "looking for beginning of object key string");
          if (!Text()) return error_;
          want = Want::kColon;
          break;
        case Want::kColon:
          if (c != ':') return Bad(c, "after object key");
          ++at_;
          want = Want::kValue;
          break;
        case Want::kAfterValue:
          if (open.empty()) return Bad(c, "after top-level value");
          if (c == ',') {
            ++at_;
            want = open.back() == '{' ? Want::kKey : Want::kValue;
          } else if (c == (open.back() == '{' ? '}' : ']')) {
            Close(open);
          } else {
            return Bad(c, open.back() == '{' ? "after object key:value pair" : "after array element");
          }
          break;
      }
    }
  }

 private:
  static std::string End() { return "unexpected end of JSON input"; }
  static std::string Bad(char c, std::string_view where) {
    return "invalid character " + QuoteByte(c) + " " + std::string(where);
  }
  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }
  // The byte at the place is one of those that may stand there; else an error.
  bool Expect(bool fits, std::string_view where) {
    if (at_ == text_.size()) return Fail(End());
    return fits || Fail(Bad(text_[at_], where));
  }
  char Now() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void Close(std::vector<char>& open) {
    open.pop_back();
    ++at_;
  }

  bool Scalar() {
    const char c = text_[at_];
    if (c == '"') return Text();
    if (c == '-' || IsDigit(c)) return Number();
    for (const std::string_view word : {"true", "false", "null"}) {
      if (word[0] == c) return Literal(word);
    }
    return Fail(Bad(c, "looking for beginning of value"));
  }

  bool Literal(std::string_view word) {
    for (size_t i = 1; i < word.size(); ++i) {
      ++at_;
      const std::string where = "in literal " + std::string(word) + " (expecting " + QuoteByte(word[i]) + ")";
      if (!Expect(Now() == word[i], where)) return false;
    }
    ++at_;
    return true;
  }

  bool Text() {
    for (++at_;; ++at_) {
      if (at_ == text_.size()) return Fail(End());
      const char c = text_[at_];
      if (c == '"') break;
      if (static_cast<unsigned char>(c) < 0x20) return Fail(Bad(c, "in string literal"));
      if (c != '\\') continue;
      ++at_;
      if (!Expect(std::string_view("bfnrt\\/\"u").find(Now()) != std::string_view::npos, "in string escape code")) {
        return false;
      }
      if (text_[at_] != 'u') continue;
      for (int i = 0; i < 4; ++i) {
        ++at_;
        if (!Expect(IsHex(Now()), "in \\u hexadecimal character escape")) return false;
      }
    }
    ++at_;
    return true;
  }

  void Digits() {
    while (IsDigit(Now())) ++at_;
  }

  bool Number() {
    if (Now() == '-') {
      ++at_;
      if (!Expect(IsDigit(Now()), "in numeric literal")) return false;
    }
    if (Now() == '0') {
      ++at_;
    } else {
      Digits();
    }
    if (Now() == '.') {
      ++at_;
      if (!Expect(IsDigit(Now()), "after decimal point in numeric literal")) return false;
      Digits();
    }
    if (Now() == 'e' || Now() == 'E') {
      ++at_;
      if (Now() == '+' || Now() == '-') ++at_;
      if (!Expect(IsDigit(Now()), "in exponent of numeric literal")) return false;
      Digits();
    }
    return true;
  }

  const std::string_view text_;
  size_t at_ = 0;
  std::string error_;
};

// The code unit of "\uXXXX" at the place, or -1.
int UnitAt(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    if (!IsHex(c)) return -1;
    unit = unit * 16 + (IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return unit;
}

}  // namespace

std::string GoSyntaxError(std::string_view text) { return Scanner(text).Run(); }

std::string WithReplacements(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\\') {
      const int unit = UnitAt(text, at);
      if (unit >= 0xD800 && unit <= 0xDFFF) {
        const int next = UnitAt(text, at + 6);
        const bool pair = unit <= 0xDBFF && next >= 0xDC00 && next <= 0xDFFF;
        out.append(pair ? text.substr(at, 12) : "\\ufffd");
        at += pair ? 12 : 6;
      } else {
        out.append(text.substr(at, 2));
        at += 2;
      }
      continue;
    }
    const size_t length = Utf8Length(text, at);
    out.append(length == 0 ? "\xEF\xBF\xBD" : text.substr(at, length));
    at += length == 0 ? 1 : length;
  }
  return out;
}

Result<Value> ParseGoJson(std::string_view text, std::vector<std::string>* duplicates) {
  Result<Value> parsed = ParseJson(text, {}, duplicates);
  if (parsed.ok()) return parsed;
  if (std::string error = GoSyntaxError(text); !error.empty()) return Status(Code::kInvalidArgument, std::move(error));
  if (duplicates != nullptr) duplicates->clear();
  parsed = ParseJson(WithReplacements(text), {}, duplicates);
  if (parsed.ok()) return parsed;
  return Status(Code::kInvalidArgument, parsed.status().message());  // too deep or too large for us
}

std::string_view GoJsonType(const Value& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_bool()) return "bool";
  return value.is_null() ? "null" : "number";
}

}  // namespace wavetank
