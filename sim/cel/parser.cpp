#include "sim/cel/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sim/cel/lexer.h"
#include "sim/cel/operators.h"
#include "sim/cel/source.h"
#include "sim/cel/text.h"

namespace wavetank::cel {
namespace {

// Words that CEL keeps for itself. They are no variables, but fields may have their names (metadata.namespace).
constexpr std::string_view kReserved[] = {"as",        "break",  "const",  "continue", "else", "for",
                                          "function",  "if",     "import", "let",      "loop", "package",
                                          "namespace", "return", "var",    "void",     "while"};

struct BinaryOperator {
  TokenKind token;
  int level;  // higher binds tighter
  AstKind kind;
  uint8_t operation;
};
constexpr int kRelationLevel = 0;
constexpr int kTopLevel = 2;
constexpr BinaryOperator kBinaryOperators[] = {
    {TokenKind::kEqual, kRelationLevel, AstKind::kEqual, 0},
    {TokenKind::kNotEqual, kRelationLevel, AstKind::kNotEqual, 0},
    {TokenKind::kIn, kRelationLevel, AstKind::kIn, 0},
    {TokenKind::kLess, kRelationLevel, AstKind::kRelation, static_cast<uint8_t>(Relation::kLess)},
    {TokenKind::kLessEqual, kRelationLevel, AstKind::kRelation, static_cast<uint8_t>(Relation::kLessEqual)},
    {TokenKind::kGreater, kRelationLevel, AstKind::kRelation, static_cast<uint8_t>(Relation::kGreater)},
    {TokenKind::kGreaterEqual, kRelationLevel, AstKind::kRelation, static_cast<uint8_t>(Relation::kGreaterEqual)},
    {TokenKind::kPlus, 1, AstKind::kArithmetic, static_cast<uint8_t>(Arithmetic::kAdd)},
    {TokenKind::kMinus, 1, AstKind::kArithmetic, static_cast<uint8_t>(Arithmetic::kSubtract)},
    {TokenKind::kStar, 2, AstKind::kArithmetic, static_cast<uint8_t>(Arithmetic::kMultiply)},
    {TokenKind::kSlash, 2, AstKind::kArithmetic, static_cast<uint8_t>(Arithmetic::kDivide)},
    {TokenKind::kPercent, 2, AstKind::kArithmetic, static_cast<uint8_t>(Arithmetic::kModulo)},
};

class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, int max_depth)
      : text_(text), tokens_(std::move(tokens)), max_depth_(max_depth) {}

  Result<Ast> Run() {
    WT_ASSIGN(ast_.root, Expression());
    if (!Is(TokenKind::kEnd)) return Unexpected("the end of the expression");
    return std::move(ast_);
  }

 private:
  using Node = Result<uint32_t>;

  const Token& Current() const { return tokens_[next_]; }
  bool Is(TokenKind kind) const { return Current().kind == kind; }
  bool Take(TokenKind kind) {
    if (!Is(kind)) return false;
    ++next_;
    return true;
  }
  Status Fail(uint32_t at, std::string_view message) const { return ErrorAt(text_, at, message); }
  Status Unexpected(std::string_view expected) const {
    const std::string what = Is(TokenKind::kEnd) ? "end of the expression" : "'" + std::string(Current().text) + "'";
    return Fail(Current().at, "unexpected " + what + ", " + std::string(expected) + " is expected");
  }
  Status Expect(TokenKind kind, std::string_view name) { return Take(kind) ? Status() : Unexpected(name); }

  Node Add(AstNode node, std::span<const uint32_t> children = {}) {
    node.first_child = static_cast<uint32_t>(ast_.children.size());
    node.child_count = static_cast<uint32_t>(children.size());
    for (const uint32_t child : children) {
      node.height = std::max<uint16_t>(node.height, static_cast<uint16_t>(ast_[child].height + 1));
      ast_.children.push_back(child);
    }
    if (node.height > max_depth_) return TooDeep(node.at);
    ast_.nodes.push_back(std::move(node));
    return static_cast<uint32_t>(ast_.nodes.size() - 1);
  }
  Status TooDeep(uint32_t at) const {
    return Fail(at, "the expression is nested deeper than " + std::to_string(max_depth_) + " levels");
  }

  // Counts the levels of the recursion itself: brackets and unary signs.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --depth_; }

   private:
    int& depth_;
  };

  Node Expression() {
    const Level level(depth_);
    if (depth_ > 2 * max_depth_) return TooDeep(Current().at);
    WT_ASSIGN(const uint32_t condition, Chain(TokenKind::kOr, AstKind::kOr));
    const uint32_t at = Current().at;
    if (!Take(TokenKind::kQuestion)) return condition;
    WT_ASSIGN(const uint32_t yes, Chain(TokenKind::kOr, AstKind::kOr));
    WT_RETURN_IF_ERROR(Expect(TokenKind::kColon, "':'"));
    WT_ASSIGN(const uint32_t no, Expression());
    return Add({.kind = AstKind::kConditional, .at = at}, std::array{condition, yes, no});
  }

  // a || b || c, or a && b && c.
  Node Chain(TokenKind sign, AstKind kind) {
    std::vector<uint32_t> terms;
    uint32_t at = 0;
    do {
      if (!terms.empty()) at = at == 0 ? tokens_[next_ - 1].at : at;
      WT_ASSIGN(const uint32_t term, kind == AstKind::kOr ? Chain(TokenKind::kAnd, AstKind::kAnd) : Binary(0));
      terms.push_back(term);
    } while (Take(sign));
    return terms.size() == 1 ? Node(terms[0]) : Add({.kind = kind, .at = at}, terms);
  }

  const BinaryOperator* OperatorAt(int level) const {
    for (const BinaryOperator& binary : kBinaryOperators) {
      if (binary.token == Current().kind && binary.level == level) return &binary;
    }
    return nullptr;
  }

  Node Binary(int level) {
    if (level > kTopLevel) return Unary();
    WT_ASSIGN(uint32_t left, Binary(level + 1));
    while (const BinaryOperator* binary = OperatorAt(level)) {
      const uint32_t at = Current().at;
      ++next_;
      WT_ASSIGN(const uint32_t right, Binary(level + 1));
      WT_ASSIGN(left, Add({.kind = binary->kind, .operation = binary->operation, .at = at}, std::array{left, right}));
    }
    return left;
  }

  Node Unary() {
    const Level level(depth_);
    const uint32_t at = Current().at;
    if (depth_ > 2 * max_depth_) return TooDeep(at);
    if (Take(TokenKind::kNot)) {
      WT_ASSIGN(const uint32_t operand, Unary());
      return Add({.kind = AstKind::kNot, .at = at}, std::array{operand});
    }
    if (Is(TokenKind::kMinus)) {
      const TokenKind after = tokens_[next_ + 1].kind;
      ++next_;
      if (after == TokenKind::kInt || after == TokenKind::kDouble) return Member(at, true);
      WT_ASSIGN(const uint32_t operand, Unary());
      return Add({.kind = AstKind::kNegate, .at = at}, std::array{operand});
    }
    return Member(at, false);
  }

  // A primary, and the fields, calls and indexes behind it. `minus`: the sign of a number stood before.
  Node Member(uint32_t at, bool minus) {
    WT_ASSIGN(uint32_t node, minus ? Number(at, true) : Primary());
    while (true) {
      const uint32_t sign = Current().at;
      if (Take(TokenKind::kDot)) {
        WT_ASSIGN(node, Selection(node));
      } else if (Take(TokenKind::kLeftBracket)) {
        WT_ASSIGN(const uint32_t key, Expression());
        WT_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket, "']'"));
        WT_ASSIGN(node, Add({.kind = AstKind::kIndex, .at = sign}, std::array{node, key}));
      } else if (Is(TokenKind::kLeftBrace) && IsName(ast_[node].kind)) {
        return Fail(sign, "message literals are not supported; a map is written {\"key\": value}");
      } else {
        return node;
      }
    }
  }
  static bool IsName(AstKind kind) { return kind == AstKind::kIdentifier || kind == AstKind::kSelect; }

  Node Selection(uint32_t operand) {
    const Token& name = Current();
    if (name.kind == TokenKind::kQuestion) return Fail(name.at, "optional fields (.?) are not supported; use has()");
    if (!Take(TokenKind::kIdentifier) && !Take(TokenKind::kQuotedIdentifier)) return Unexpected("a field");
    const bool quoted = name.kind == TokenKind::kQuotedIdentifier;
    if (!quoted && Take(TokenKind::kLeftParen)) {
      std::vector<uint32_t> children = {operand};
      WT_RETURN_IF_ERROR(Arguments(children));
      return Add({.kind = AstKind::kMethod, .at = name.at, .text = std::string(name.text)}, children);
    }
    return Add({.kind = AstKind::kSelect, .at = name.at, .text = quoted ? name.value : std::string(name.text)},
               std::array{operand});
  }

  // After '(', to ')'.
  Status Arguments(std::vector<uint32_t>& out) {
    if (Take(TokenKind::kRightParen)) return {};
    do {
      WT_ASSIGN(const uint32_t argument, Expression());
      out.push_back(argument);
    } while (Take(TokenKind::kComma));
    return Expect(TokenKind::kRightParen, "',' or ')'");
  }

  Node Primary() {
    const Token& token = Current();
    switch (token.kind) {
      case TokenKind::kLeftParen: {
        ++next_;
        WT_ASSIGN(const uint32_t inner, Expression());
        WT_RETURN_IF_ERROR(Expect(TokenKind::kRightParen, "')'"));
        return inner;
      }
      case TokenKind::kLeftBracket: return List();
      case TokenKind::kLeftBrace: return Map();
      case TokenKind::kDot:
        ++next_;
        if (!Is(TokenKind::kIdentifier)) return Unexpected("a name");
        return Name();
      case TokenKind::kIdentifier: return Name();
      case TokenKind::kInt:
      case TokenKind::kUint:
      case TokenKind::kDouble: return Number(token.at, false);
      case TokenKind::kString: return Constant(Val::Text(String(token.value)));
      case TokenKind::kBytes: return Constant(Val::Bytes(String(token.value)));
      case TokenKind::kTrue: return Constant(Val::Bool(true));
      case TokenKind::kFalse: return Constant(Val::Bool(false));
      case TokenKind::kNull: return Constant(Val());
      default: return Unexpected("an expression");
    }
  }

  Node Constant(Val value) {
    const uint32_t at = Current().at;
    ++next_;
    return Add({.kind = AstKind::kConstant, .at = at, .constant = std::move(value)});
  }

  Node Name() {
    const Token& name = Current();
    ++next_;
    if (std::ranges::find(kReserved, name.text) != std::end(kReserved)) {
      return Fail(name.at, "'" + std::string(name.text) + "' is a reserved word");
    }
    if (!Take(TokenKind::kLeftParen)) {
      return Add({.kind = AstKind::kIdentifier, .at = name.at, .text = std::string(name.text)});
    }
    std::vector<uint32_t> arguments;
    WT_RETURN_IF_ERROR(Arguments(arguments));
    return Add({.kind = AstKind::kCall, .at = name.at, .text = std::string(name.text)}, arguments);
  }

  // `at`: of the sign, if there is one.
  Node Number(uint32_t at, bool minus) {
    const Token& token = Current();
    ++next_;
    std::string digits(token.text);
    std::optional<Val> value;
    if (token.kind == TokenKind::kDouble) {
      if (const auto d = ParseDouble(digits)) value = Val::Double(minus ? -*d : *d);
    } else {
      if (token.kind == TokenKind::kUint) digits.pop_back();
      const bool hex = digits.size() > 1 && (digits[1] | 0x20) == 'x';
      if (hex) digits.erase(0, 2);
      if (token.kind == TokenKind::kUint) {
        if (const auto u = ParseUint(digits, hex ? 16 : 10)) value = Val::Uint(*u);
      } else if (const auto i = ParseInt((minus ? "-" : "") + digits, hex ? 16 : 10)) {
        value = Val::Int(*i);
      }
    }
    if (!value.has_value()) return Fail(at, "the number " + std::string(token.text) + " is out of range");
    return Add({.kind = AstKind::kConstant, .at = at, .constant = *std::move(value)});
  }

  Node List() {
    const uint32_t at = Current().at;
    ++next_;
    std::vector<uint32_t> elements;
    while (!Is(TokenKind::kRightBracket)) {
      WT_ASSIGN(const uint32_t element, Expression());
      elements.push_back(element);
      if (!Take(TokenKind::kComma)) break;
    }
    WT_RETURN_IF_ERROR(Expect(TokenKind::kRightBracket, "',' or ']'"));
    return Add({.kind = AstKind::kList, .at = at}, elements);
  }

  Node Map() {
    const uint32_t at = Current().at;
    ++next_;
    std::vector<uint32_t> entries;
    while (!Is(TokenKind::kRightBrace)) {
      WT_ASSIGN(const uint32_t key, Expression());
      WT_RETURN_IF_ERROR(Expect(TokenKind::kColon, "':'"));
      WT_ASSIGN(const uint32_t value, Expression());
      entries.push_back(key);
      entries.push_back(value);
      if (!Take(TokenKind::kComma)) break;
    }
    WT_RETURN_IF_ERROR(Expect(TokenKind::kRightBrace, "',' or '}'"));
    return Add({.kind = AstKind::kMap, .at = at}, entries);
  }

  const std::string_view text_;
  const std::vector<Token> tokens_;
  const int max_depth_;
  size_t next_ = 0;
  int depth_ = 0;
  Ast ast_;
};

}  // namespace

Result<Ast> Parse(std::string_view text, const ParseLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Status(Code::kInvalidArgument,
                  "the expression is longer than " + std::to_string(limits.max_bytes) + " bytes");
  }
  WT_ASSIGN(std::vector<Token> tokens, Tokenize(text));
  return Parser(text, std::move(tokens), limits.max_depth).Run();
}

}  // namespace wavetank::cel
