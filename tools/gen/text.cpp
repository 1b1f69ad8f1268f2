#include "tools/gen/text.h"

#include <algorithm>
#include <cctype>

namespace wavetank::gen {
namespace {

// "linux" and "unix" are macros where a compiler's own extensions are on.
constexpr std::string_view kKeywords[] = {
    "and",      "asm",     "auto",      "bool",    "break",    "case",      "catch",  "char",    "class",
    "concept",  "const",   "continue",  "default", "delete",   "do",        "double", "else",    "enum",
    "explicit", "export",  "extern",    "false",   "float",    "for",       "friend", "goto",    "if",
    "inline",   "int",     "linux",     "long",    "mutable",  "namespace", "new",    "not",     "operator",
    "or",       "private", "protected", "public",  "register", "requires",  "return", "short",   "signed",
    "sizeof",   "static",  "struct",    "switch",  "template", "this",      "throw",  "true",    "try",
    "typedef",  "typeid",  "typename",  "union",   "unix",     "unsigned",  "using",  "virtual", "void",
    "volatile", "while",   "xor"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
char Lower(char c) { return IsUpper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
char Upper(char c) { return IsLower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// "CIDRs" is one word: capitals with the plural's s.
bool PluralS(std::string_view name, size_t at) {
  return name[at] == 's' && at > 0 && IsUpper(name[at - 1]) && (at + 1 == name.size() || IsUpper(name[at + 1]));
}

// A word starts at a capital after a small letter or digit, or at the last capital of a run before a small letter.
bool StartsWord(std::string_view name, size_t at) {
  if (at == 0 || !IsUpper(name[at])) return false;
  const char before = name[at - 1];
  if (IsLower(before)) return true;
  if (IsDigit(before)) return true;
  return at + 1 < name.size() && IsLower(name[at + 1]) && !PluralS(name, at + 1);
}

}  // namespace

std::string Literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      default: out += c;
    }
  }
  return out + "\"";
}

std::string LiteralOrNull(std::string_view text) { return text.empty() ? "nullptr" : Literal(text); }

std::string Joined(const Value& words) {
  std::string out;
  for (const Value& word : words.elements()) {
    if (!out.empty()) out += ',';
    out += word.AsString();
  }
  return out;
}

std::string SnakeCase(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!IsUpper(c) && !IsLower(c) && !IsDigit(c)) {
      if (!out.empty() && out.back() != '_') out += '_';
      continue;
    }
    if (StartsWord(name, i) && !out.empty() && out.back() != '_') out += '_';
    out += Lower(c);
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  if (out.empty() || IsDigit(out[0])) out = "field_" + out;
  if (std::ranges::find(kKeywords, out) != std::end(kKeywords)) out += '_';
  return out;
}

std::string CamelCase(std::string_view name) {
  std::string out;
  bool start = true;
  for (const char c : name) {
    if (!IsUpper(c) && !IsLower(c) && !IsDigit(c)) {
      start = true;
      continue;
    }
    out += start ? Upper(c) : c;
    start = false;
  }
  return out;
}

}  // namespace wavetank::gen
