#include "tools/tidy/awaits.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace wavetank::tidy {
namespace {

constexpr std::string_view kAwait = "co_await";

bool IsWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// The name that ends right before `end`, spaces between them allowed.
std::string_view WordBefore(std::string_view text, size_t end) {
  while (end > 0 && std::isspace(static_cast<unsigned char>(text[end - 1])) != 0) --end;
  size_t begin = end;
  while (begin > 0 && IsWord(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

// Macros whose expansion lets the await stand alone (runtime/base/status.h).
bool IsAwaitMacro(std::string_view word) { return word.starts_with("CO_"); }

bool IsKeywordWithCondition(std::string_view word) {
  return word == "if" || word == "while" || word == "for" || word == "switch";
}

// Why an await directly inside the '(' at `open` is wrong; "" when it is fine.
std::string InParentheses(std::string_view text, size_t open) {
  std::string_view word = WordBefore(text, open);
  if (word == "constexpr") word = "if";
  if (IsAwaitMacro(word)) return "";
  if (IsKeywordWithCondition(word)) return "co_await inside the condition of " + std::string(word);
  if (word.starts_with("EXPECT_") || word.starts_with("ASSERT_")) return "co_await inside " + std::string(word);
  return word.empty() ? "co_await inside parentheses" : "co_await as an argument of " + std::string(word);
}

bool IsSpace(char c) { return c == ' ' || c == '\n'; }

// The await follows the ';' at `semicolon`. That ends a statement, unless it stands in the head of a `for`, or after
// the initialiser of an `if`.
std::string InHead(std::string_view text, size_t semicolon) {
  int parens = 0;
  for (size_t i = semicolon; i-- > 0;) {
    const char c = text[i];
    if (c == '{' || c == '}') return "";
    if (c == ')') ++parens;
    if (c == '(' && --parens < 0) {
      return IsKeywordWithCondition(WordBefore(text, i)) ? InParentheses(text, i) : "";
    }
  }
  return "";
}

// Walks back from the await to where its statement begins. Braces tell by their white space (clang-format sees to
// that): a block's brace is followed by some, the braces of an initialiser are not.
std::string LookBack(std::string_view text, size_t at) {
  int parens = 0;
  int braces = 0;
  for (size_t i = at; i-- > 0;) {
    const char c = text[i];
    const char next = text[i + 1];
    if (braces > 0) {
      braces += c == '}' ? 1 : c == '{' ? -1 : 0;
    } else if (c == '}') {
      if (parens == 0 && IsSpace(next)) return "";
      ++braces;
    } else if (c == ')' || c == ']') {
      ++parens;
    } else if (c == '(' || c == '[') {
      if (parens == 0) return c == '[' ? "co_await as an index" : InParentheses(text, i);
      --parens;
    } else if (parens == 0) {
      if (c == ';') return InHead(text, i);
      if (c == '{') return IsSpace(next) ? "" : "co_await inside braces";
      if (c == '?') return "co_await inside ?:";
      const bool twice = (c == '&' || c == '|') && i >= 2 && text[i - 1] == c;
      if (twice && IsSpace(next) && IsSpace(text[i - 2])) return "co_await beside && or ||";
    }
  }
  return "";
}

// Walks on to the end of the statement: what is done with the result at once?
std::string LookAhead(std::string_view text, size_t at) {
  int depth = 0;
  for (size_t i = at; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '(' || c == '{' || c == '[') ++depth;
    if (c == ')' || c == '}' || c == ']') --depth;
    if (depth < 0 || (depth == 0 && c == ';')) return "";
    if (depth > 0) continue;
    if (c == '?') return "co_await inside ?:";
    if ((c == '&' || c == '|') && i + 1 < text.size() && text[i + 1] == c) return "co_await beside && or ||";
  }
  return "";
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace

std::vector<Finding> CheckAwaits(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.is_code()) return findings;
  const std::string joined = Joined(file.code());
  const std::string_view text = joined;
  for (size_t at = text.find(kAwait); at != std::string_view::npos; at = text.find(kAwait, at + 1)) {
    const size_t after = at + kAwait.size();
    if ((at > 0 && IsWord(text[at - 1])) || (after < text.size() && IsWord(text[after]))) continue;
    const size_t line_start = text.rfind('\n', at) + 1;
    const std::string_view head = text.substr(line_start, at - line_start);
    if (head.find("#define") != std::string_view::npos || head.ends_with("operator ")) continue;
    std::string problem = LookBack(text, at);
    if (problem.empty()) problem = LookAhead(text, after);
    if (problem.empty()) continue;
    const auto line = 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
    findings.push_back({file.path(), line, problem + "; bind its result to a variable first"});
  }
  return findings;
}

}  // namespace wavetank::tidy
