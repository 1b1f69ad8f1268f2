#include "sim/cel/string_literal.h"

#include <charconv>

#include "sim/cel/source.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

bool IsQuote(char c) { return c == '"' || c == '\''; }

struct Simple {
  char letter;
  char meaning;
};
constexpr Simple kSimpleEscapes[] = {{'a', '\a'}, {'b', '\b'},  {'f', '\f'},  {'n', '\n'}, {'r', '\r'}, {'t', '\t'},
                                     {'v', '\v'}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'},  {'`', '`'},  {'?', '?'}};

struct Numeric {
  char letter;
  int digits;
  bool in_bytes;
};
constexpr Numeric kHexEscapes[] = {{'x', 2, true}, {'X', 2, true}, {'u', 4, false}, {'U', 8, false}};

class Reader {
 public:
  Reader(std::string_view text, size_t at) : text_(text), start_(at), at_(at) {}

  Result<StringLiteral> Read() {
    ReadPrefix();
    const std::string_view quote = ReadQuote();
    while (true) {
      if (at_ >= text_.size()) return Fail(start_, "the string has no end");
      if (text_.substr(at_, quote.size()) == quote) break;
      const char c = text_[at_];
      if (quote.size() == 1 && (c == '\n' || c == '\r')) return Fail(start_, "the string has no end in its line");
      if (c == '\\' && !raw_) {
        WT_RETURN_IF_ERROR(ReadEscape());
      } else {
        literal_.value += c;
        ++at_;
      }
    }
    literal_.end = at_ + quote.size();
    return std::move(literal_);
  }

 private:
  Status Fail(size_t at, std::string_view message) const { return ErrorAt(text_, static_cast<uint32_t>(at), message); }

  void ReadPrefix() {
    for (; !IsQuote(text_[at_]); ++at_) {
      if ((text_[at_] | 0x20) == 'r') raw_ = true;
      if ((text_[at_] | 0x20) == 'b') literal_.bytes = true;
    }
  }

  std::string_view ReadQuote() {
    const char c = text_[at_];
    const bool triple = text_.size() - at_ >= 3 && text_[at_ + 1] == c && text_[at_ + 2] == c;
    const std::string_view quote = text_.substr(at_, triple ? 3 : 1);
    at_ += quote.size();
    return quote;
  }

  Status ReadEscape() {
    if (at_ + 1 >= text_.size()) return Fail(start_, "the string has no end");
    const char letter = text_[at_ + 1];
    for (const Simple& escape : kSimpleEscapes) {
      if (escape.letter != letter) continue;
      literal_.value += escape.meaning;
      at_ += 2;
      return {};
    }
    for (const Numeric& escape : kHexEscapes) {
      if (escape.letter != letter) continue;
      if (literal_.bytes && !escape.in_bytes) return Fail(at_, "bytes know no \\u: write \\x");
      return ReadNumber(at_ + 2, escape.digits, 16);
    }
    if (letter >= '0' && letter <= '3') return ReadNumber(at_ + 1, 3, 8);
    return Fail(at_, "unknown escape \\" + std::string(text_.substr(at_ + 1, CharacterLength(text_, at_ + 1))));
  }

  Status ReadNumber(size_t from, int digits, int base) {
    const std::string_view number = text_.substr(from, static_cast<size_t>(digits));
    uint32_t code = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), code, base);
    if (error != std::errc() || end != number.data() + digits) {
      return Fail(at_, "the escape needs " + std::to_string(digits) + (base == 16 ? " hex" : " octal") + " digits");
    }
    if (literal_.bytes) {
      literal_.value += static_cast<char>(code);
    } else if (!AppendUtf8(code, literal_.value)) {
      return Fail(at_, "the escape names no character");
    }
    at_ = from + static_cast<size_t>(digits);
    return {};
  }

  const std::string_view text_;
  const size_t start_;
  size_t at_;
  bool raw_ = false;
  StringLiteral literal_;
};

}  // namespace

bool StringLiteralStarts(std::string_view text, size_t at) {
  bool raw = false;
  bool bytes = false;
  for (; at < text.size(); ++at) {
    if (IsQuote(text[at])) return true;
    const char letter = static_cast<char>(text[at] | 0x20);
    bool* seen = letter == 'r' ? &raw : letter == 'b' ? &bytes : nullptr;
    if (seen == nullptr || *seen) return false;
    *seen = true;
  }
  return false;
}

Result<StringLiteral> ReadStringLiteral(std::string_view text, size_t at) { return Reader(text, at).Read(); }

}  // namespace wavetank::cel
