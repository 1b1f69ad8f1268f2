#include "sim/cel/lexer.h"

#include <algorithm>

#include "sim/cel/source.h"
#include "sim/cel/string_literal.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHexDigit(char c) { return IsDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
bool IsLetter(char c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_'; }
bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

struct Sign {
  std::string_view text;
  TokenKind kind;
};
// Longer ones first.
constexpr Sign kSigns[] = {
    {"==", TokenKind::kEqual},        {"!=", TokenKind::kNotEqual},   {"<=", TokenKind::kLessEqual},
    {">=", TokenKind::kGreaterEqual}, {"&&", TokenKind::kAnd},        {"||", TokenKind::kOr},
    {"<", TokenKind::kLess},          {">", TokenKind::kGreater},     {"(", TokenKind::kLeftParen},
    {")", TokenKind::kRightParen},    {"[", TokenKind::kLeftBracket}, {"]", TokenKind::kRightBracket},
    {"{", TokenKind::kLeftBrace},     {"}", TokenKind::kRightBrace},  {".", TokenKind::kDot},
    {",", TokenKind::kComma},         {":", TokenKind::kColon},       {"?", TokenKind::kQuestion},
    {"+", TokenKind::kPlus},          {"-", TokenKind::kMinus},       {"*", TokenKind::kStar},
    {"/", TokenKind::kSlash},         {"%", TokenKind::kPercent},     {"!", TokenKind::kNot},
};
constexpr Sign kKeywords[] = {
    {"true", TokenKind::kTrue}, {"false", TokenKind::kFalse}, {"null", TokenKind::kNull}, {"in", TokenKind::kIn}};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    while (true) {
      SkipBlanks();
      if (at_ >= text_.size()) break;
      WT_ASSIGN(Token token, Next());
      tokens.push_back(std::move(token));
    }
    tokens.push_back({TokenKind::kEnd, static_cast<uint32_t>(text_.size()), {}, {}});
    return tokens;
  }

 private:
  Status Fail(size_t at, std::string_view message) const { return ErrorAt(text_, static_cast<uint32_t>(at), message); }
  char Peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  Token Make(TokenKind kind, size_t from) const {
    return {kind, static_cast<uint32_t>(from), text_.substr(from, at_ - from), {}};
  }

  void SkipBlanks() {
    while (at_ < text_.size()) {
      if (IsSpace(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else {
        return;
      }
    }
  }

  Result<Token> Next() {
    const size_t from = at_;
    const char c = text_[at_];
    if (StringLiteralStarts(text_, at_)) return NextString();
    if (IsLetter(c)) return NextWord();
    if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return NextNumber();
    if (c == '`') return NextQuotedIdentifier();
    for (const Sign& sign : kSigns) {
      if (text_.substr(at_, sign.text.size()) != sign.text) continue;
      at_ += sign.text.size();
      return Make(sign.kind, from);
    }
    if (c == '&' || c == '|' || c == '=') {
      return Fail(from, "unexpected '" + std::string(1, c) + "'; the operator is " + std::string(2, c));
    }
    return Fail(from, "unexpected character '" + std::string(text_.substr(at_, CharacterLength(text_, at_))) + "'");
  }

  Result<Token> NextString() {
    const size_t from = at_;
    WT_ASSIGN(StringLiteral literal, ReadStringLiteral(text_, at_));
    at_ = literal.end;
    Token token = Make(literal.bytes ? TokenKind::kBytes : TokenKind::kString, from);
    token.value = std::move(literal.value);
    return token;
  }

  Result<Token> NextWord() {
    const size_t from = at_;
    while (IsLetter(Peek()) || IsDigit(Peek())) ++at_;
    Token token = Make(TokenKind::kIdentifier, from);
    for (const Sign& keyword : kKeywords) {
      if (keyword.text == token.text) token.kind = keyword.kind;
    }
    return token;
  }

  Result<Token> NextQuotedIdentifier() {
    const size_t from = at_;
    const size_t end = text_.find_first_of("`\n", from + 1);
    if (end == std::string_view::npos || text_[end] != '`') return Fail(from, "the quoted name has no end");
    if (end == from + 1) return Fail(from, "the quoted name is empty");
    at_ = end + 1;
    Token token = Make(TokenKind::kQuotedIdentifier, from);
    token.value = token.text.substr(1, token.text.size() - 2);
    return token;
  }

  Result<Token> NextNumber() {
    const size_t from = at_;
    TokenKind kind = TokenKind::kInt;
    if (Peek() == '0' && (Peek(1) | 0x20) == 'x') {
      at_ += 2;
      if (!IsHexDigit(Peek())) return Fail(from, "a hex digit is expected after 0x");
      while (IsHexDigit(Peek())) ++at_;
    } else {
      WT_ASSIGN(kind, NextDecimal(from));
    }
    if (kind == TokenKind::kInt && (Peek() | 0x20) == 'u') {
      ++at_;
      kind = TokenKind::kUint;
    }
    if (IsLetter(Peek()) || IsDigit(Peek())) {
      return Fail(from, "malformed number '" + std::string(text_.substr(from, at_ + 1 - from)) + "'");
    }
    return Make(kind, from);
  }

  void SkipDigits() {
    while (IsDigit(Peek())) ++at_;
  }

  // Digits, decimals and exponent; tells whether it is whole.
  Result<TokenKind> NextDecimal(size_t from) {
    TokenKind kind = TokenKind::kInt;
    SkipDigits();
    if (Peek() == '.' && IsDigit(Peek(1))) {
      kind = TokenKind::kDouble;
      ++at_;
      SkipDigits();
    }
    if ((Peek() | 0x20) == 'e') {
      kind = TokenKind::kDouble;
      ++at_;
      if (Peek() == '+' || Peek() == '-') ++at_;
      if (!IsDigit(Peek())) return Fail(from, "the exponent has no digits");
      SkipDigits();
    }
    return kind;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> Tokenize(std::string_view text) {
  if (!IsValidUtf8(text)) return Status(Code::kInvalidArgument, "the expression is not valid UTF-8");
  return Lexer(text).Run();
}

}  // namespace wavetank::cel
