#include <algorithm>
#include <charconv>
#include <set>

#include "runtime/api/label_syntax.h"
#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

using Op = LabelSelector::Op;
using Requirement = LabelSelector::Requirement;

const Name kKey("key");
const Name kMatchExpressions("matchExpressions");
const Name kMatchLabels("matchLabels");
const Name kOperator("operator");
const Name kValues("values");

std::optional<int64_t> ParseInteger(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

void AddErrors(std::vector<FieldError>& errors, std::string_view path, std::string_view value,
               const std::vector<std::string>& complaints) {
  if (!complaints.empty()) errors.push_back(field::Invalid(path, value, Join(complaints, "; ")));
}

Status CheckKey(std::string_view key) {
  std::vector<FieldError> errors;
  AddErrors(errors, "<nil>", key, LabelKeyErrors(key));
  return errors.empty() ? Status() : BadRequestError(AggregateText(errors));
}

// REQUIRES: sorted values.
Result<Requirement> MakeRequirement(String key, Op op, std::vector<String> values) {
  WT_RETURN_IF_ERROR(CheckKey(key.view()));
  std::vector<FieldError> errors;
  Requirement made{std::move(key), op, std::move(values)};
  const bool takes_values = op != Op::kExists && op != Op::kDoesNotExist;
  if (takes_values && made.values.empty()) {
    errors.push_back(
        field::Invalid("values", Value::EmptyArray(), "for 'in', 'notin' operators, values set can't be empty"));
  }
  if (!takes_values && !made.values.empty()) {
    std::vector<Value> list(made.values.begin(), made.values.end());
    errors.push_back(field::Invalid("values", Value::Array(std::move(list)),
                                    "values set must be empty for exists and does not exist"));
  }
  if ((op == Op::kGreater || op == Op::kLess) && !made.values.empty()) {
    const std::optional<int64_t> number = ParseInteger(made.values[0].view());
    if (!number) {
      errors.push_back(
          field::Invalid("values[0]", made.values[0], "for 'Gt', 'Lt' operators, the value must be an integer"));
    }
    made.number = number.value_or(0);
  }
  for (size_t i = 0; i < made.values.size(); ++i) {
    const std::string path = "values[" + std::to_string(i) + "][" + made.key.str() + "]";
    AddErrors(errors, path, made.values[i].view(), LabelValueErrors(made.values[i].view()));
  }
  if (!errors.empty()) return BadRequestError(AggregateText(errors));
  return made;
}

enum class Token : uint8_t { kEnd, kIdentifier, kNot, kOpen, kClose, kComma, kEqual, kNotEqual, kGreater, kLess };

struct Lexeme {
  Token token = Token::kEnd;
  std::string_view text;
};

struct Symbol {
  std::string_view text;
  Token token;
};
// Longer ones first.
constexpr Symbol kSymbols[] = {{"==", Token::kEqual}, {"!=", Token::kNotEqual}, {"!", Token::kNot},
                               {"(", Token::kOpen},   {")", Token::kClose},     {",", Token::kComma},
                               {"=", Token::kEqual},  {">", Token::kGreater},   {"<", Token::kLess}};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) { Advance(); }

  Result<std::vector<Requirement>> Parse() {
    std::vector<Requirement> out;
    while (next_.token != Token::kEnd) {
      if (!StartsRequirement()) return Found(", expected: !, identifier, or 'end of string'");
      Result<Requirement> r = ParseRequirement();
      if (!r.ok()) return BadRequestError("unable to parse requirement: " + r.status().message());
      out.push_back(*std::move(r));
      if (next_.token == Token::kEnd) break;
      if (next_.token != Token::kComma) return Found(", expected: ',' or 'end of string'");
      Advance();
      if (!StartsRequirement()) return Found(", expected: identifier after ','");
    }
    return out;
  }

 private:
  bool StartsRequirement() const { return next_.token == Token::kIdentifier || next_.token == Token::kNot; }

  void Advance() {
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t start = rest_.find_first_not_of(kSpace);
    rest_.remove_prefix(start == rest_.npos ? rest_.size() : start);
    if (rest_.empty()) {
      next_ = {};
      return;
    }
    for (const Symbol& s : kSymbols) {
      if (!rest_.starts_with(s.text)) continue;
      next_ = {s.token, rest_.substr(0, s.text.size())};
      rest_.remove_prefix(s.text.size());
      return;
    }
    const size_t end = std::min(rest_.size(), rest_.find_first_of(" \t\r\n=!(),><"));
    next_ = {Token::kIdentifier, rest_.substr(0, end)};
    rest_.remove_prefix(end);
  }

  Status Found(std::string_view rest) const {
    return BadRequestError("found '" + std::string(next_.text) + "'" + std::string(rest));
  }

  Result<Requirement> ParseRequirement() {
    bool negated = false;
    if (next_.token == Token::kNot) {
      negated = true;
      Advance();
    }
    if (next_.token != Token::kIdentifier) return Found(", expected: identifier");
    const std::string_view key = next_.text;
    WT_RETURN_IF_ERROR(CheckKey(key));
    Advance();
    if (negated) return MakeRequirement(key, Op::kDoesNotExist, {});
    if (next_.token == Token::kEnd || next_.token == Token::kComma) return MakeRequirement(key, Op::kExists, {});
    Op op;
    if (next_.text == "in" || next_.text == "notin") {
      op = next_.text == "in" ? Op::kIn : Op::kNotIn;
      Advance();
      WT_ASSIGN(std::vector<String> values, ParseSet());
      return MakeRequirement(key, op, std::move(values));
    }
    switch (next_.token) {
      case Token::kEqual: op = Op::kIn; break;
      case Token::kNotEqual: op = Op::kNotIn; break;
      case Token::kGreater: op = Op::kGreater; break;
      case Token::kLess: op = Op::kLess; break;
      default: return Found(", expected: in, notin, =, ==, !=, gt, lt");
    }
    Advance();
    WT_ASSIGN(String value, ParseValue());
    return MakeRequirement(key, op, {std::move(value)});
  }

  Result<String> ParseValue() {
    if (next_.token == Token::kEnd || next_.token == Token::kComma) return String();
    if (next_.token != Token::kIdentifier) return Found(", expected: identifier");
    String value(next_.text);
    Advance();
    return value;
  }

  // "(a,b)". Nothing before, after or between commas is the empty value.
  Result<std::vector<String>> ParseSet() {
    if (next_.token != Token::kOpen) return Found(" expected: '('");
    Advance();
    std::set<std::string, std::less<>> values;
    if (next_.token != Token::kIdentifier && next_.token != Token::kComma && next_.token != Token::kClose) {
      return Found(", expected: ',', ')' or identifier");
    }
    bool after_comma = true;
    while (next_.token != Token::kClose) {
      if (next_.token == Token::kIdentifier && after_comma) {
        values.emplace(next_.text);
        after_comma = false;
      } else if (next_.token == Token::kComma) {
        if (after_comma) values.emplace();
        after_comma = true;
      } else {
        return Found(after_comma ? ", expected: ',', or identifier" : ", expected: ',' or ')'");
      }
      Advance();
    }
    if (after_comma) values.emplace();
    Advance();
    return std::vector<String>(values.begin(), values.end());
  }

  std::string_view rest_;
  Lexeme next_;
};

// By key, as the real one keeps them.
void SortByKey(std::vector<Requirement>& requirements) {
  std::ranges::stable_sort(requirements, [](const Requirement& a, const Requirement& b) { return a.key < b.key; });
}

std::optional<Op> OpOf(std::string_view name) {
  if (name == "In") return Op::kIn;
  if (name == "NotIn") return Op::kNotIn;
  if (name == "Exists") return Op::kExists;
  if (name == "DoesNotExist") return Op::kDoesNotExist;
  return std::nullopt;
}

const Value* FindLabel(const Value& labels, const String& key) {
  for (const Field& f : labels.fields()) {
    if (f.key == key) return &f.value;
  }
  return nullptr;
}

}  // namespace

bool LabelSelector::Requirement::Matches(const Value& labels) const {
  const Value* label = FindLabel(labels, key);
  const auto is_one = [&] {
    const std::string_view text = label->AsString();
    return std::ranges::any_of(values, [&](const String& v) { return v == text; });
  };
  switch (op) {
    case Op::kIn: return label != nullptr && is_one();
    case Op::kNotIn: return label == nullptr || !is_one();
    case Op::kExists: return label != nullptr;
    case Op::kDoesNotExist: return label == nullptr;
    case Op::kGreater:
    case Op::kLess: {
      if (label == nullptr) return false;
      const std::optional<int64_t> have = ParseInteger(label->AsString());
      return have && (op == Op::kGreater ? *have > number : *have < number);
    }
  }
  return false;
}

bool LabelSelector::Matches(const Value& labels) const {
  if (nothing_) return false;
  return std::ranges::all_of(requirements_, [&](const Requirement& r) { return r.Matches(labels); });
}

LabelSelector LabelSelector::Nothing() {
  LabelSelector none;
  none.nothing_ = true;
  return none;
}

LabelSelector LabelSelector::Equal(const Value& labels) {
  LabelSelector out;
  for (const Field& f : labels.fields()) {
    out.requirements_.push_back({f.key, Op::kIn, {f.value.ToSharedString()}});
  }
  return out;
}

Result<LabelSelector> LabelSelector::Parse(std::string_view text) {
  LabelSelector out;
  WT_ASSIGN(out.requirements_, Parser(text).Parse());
  SortByKey(out.requirements_);
  return out;
}

Result<LabelSelector> LabelSelector::FromValue(const Value& selector) {
  if (selector.is_null()) return Nothing();
  LabelSelector out;
  for (const Field& f : selector[kMatchLabels].fields()) {
    WT_ASSIGN(Requirement r, MakeRequirement(f.key, Op::kIn, {f.value.ToSharedString()}));
    out.requirements_.push_back(std::move(r));
  }
  for (const Value& e : selector[kMatchExpressions].elements()) {
    const std::optional<Op> op = OpOf(e[kOperator].AsString());
    if (!op) return BadRequestError(Quote(e[kOperator].AsString()) + " is not a valid label selector operator");
    std::vector<String> values;
    for (const Value& v : e[kValues].elements()) values.push_back(v.ToSharedString());
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
    WT_ASSIGN(Requirement r, MakeRequirement(e[kKey].ToSharedString(), *op, std::move(values)));
    out.requirements_.push_back(std::move(r));
  }
  SortByKey(out.requirements_);
  return out;
}

std::string LabelSelector::ToString() const {
  std::string out;
  for (const Requirement& r : requirements_) {
    if (!out.empty()) out += ',';
    if (r.op == Op::kDoesNotExist) out += '!';
    out += r.key.view();
    if (r.op == Op::kExists || r.op == Op::kDoesNotExist) continue;
    if (r.op == Op::kGreater || r.op == Op::kLess) {
      out.append(r.op == Op::kGreater ? ">" : "<").append(r.values[0].view());
    } else if (r.values.size() == 1) {
      out.append(r.op == Op::kIn ? "=" : "!=").append(r.values[0].view());
    } else {
      out += r.op == Op::kIn ? " in (" : " notin (";
      for (size_t i = 0; i < r.values.size(); ++i) out.append(i == 0 ? "" : ",").append(r.values[i].view());
      out += ')';
    }
  }
  return out;
}

}  // namespace wavetank
