#include "tools/conformance/pattern.h"

#include <algorithm>
#include <charconv>

namespace wavetank::conformance {
namespace {

bool Digit(char c) { return c >= '0' && c <= '9'; }
bool LowerAlpha(char c) { return c >= 'a' && c <= 'z'; }
bool Alpha(char c) { return LowerAlpha(c) || (c >= 'A' && c <= 'Z'); }
bool AlphaNumeric(char c) { return Digit(c) || Alpha(c); }

template <typename Test>
bool All(std::string_view text, Test test) {
  return !text.empty() && std::ranges::all_of(text, test);
}

// '0' a digit, 'h' a small hexadecimal digit, anything else itself.
bool Shaped(std::string_view shape, std::string_view text) {
  if (shape.size() != text.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    const char c = text[i];
    const bool fits = shape[i] == '0' ? Digit(c) : shape[i] == 'h' ? Digit(c) || (c >= 'a' && c <= 'f') : c == shape[i];
    if (!fits) return false;
  }
  return true;
}

bool IsDigits(std::string_view t) { return All(t, Digit); }
bool IsUid(std::string_view t) { return Shaped("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh", t); }
bool IsTime(std::string_view t) { return Shaped("0000-00-00T00:00:00Z", t); }
bool IsMicroTime(std::string_view t) { return Shaped("0000-00-00T00:00:00.000000Z", t); }
bool IsName(std::string_view t) {
  return All(t, [](char c) { return AlphaNumeric(c) || c == '.' || c == '_' || c == ':' || c == '-'; }) &&
         AlphaNumeric(t.front()) && AlphaNumeric(t.back());
}
bool IsContinue(std::string_view t) {
  return All(t, [](char c) { return AlphaNumeric(c) || c == '_' || c == '=' || c == '-'; });
}
bool IsIp(std::string_view t) {
  return All(
      t, [](char c) { return Digit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}
bool IsHash(std::string_view t) {
  return All(t, [](char c) { return Digit(c) || LowerAlpha(c); });
}
bool IsToken(std::string_view t) {
  return All(t, [](char c) { return AlphaNumeric(c) || c == '_' || c == '=' || c == '-' || c == '.'; }) &&
         !t.starts_with('.') && !t.ends_with('.');
}
bool IsCsr(std::string_view t) {
  return All(t, [](char c) { return AlphaNumeric(c) || c == '+' || c == '/' || c == '=' || c == '-'; });
}
bool IsAge(std::string_view t) {
  if (t == "<unknown>" || t == "<invalid>") return true;
  for (size_t at = 0; at < t.size();) {
    size_t digits = 0;
    while (at < t.size() && Digit(t[at])) ++at, ++digits;
    if (digits == 0 || at == t.size() || std::string_view("ydhms").find(t[at]) == std::string_view::npos) return false;
    ++at;
  }
  return !t.empty();
}
bool IsObject(std::string_view t) { return t.size() >= 2 && t.starts_with('{') && t.ends_with('}'); }
bool IsPem(std::string_view t) {
  return t.starts_with("-----BEGIN ") && t.find("-----END ") != std::string_view::npos &&
         (t.ends_with("-----") || t.ends_with('\n'));
}
bool IsIssuer(std::string_view t) {
  return (t.starts_with("https://") || t.starts_with("http://")) &&
         t.find_first_of(" \t\n\"") == std::string_view::npos;
}

struct ClassRow {
  std::string_view name;
  bool numbered;
  bool (*fits)(std::string_view text);
};
constexpr ClassRow kClasses[] = {
    {"uid", true, IsUid},     {"rv", true, IsDigits},         {"softrv", true, IsDigits},
    {"name", true, IsName},   {"continue", true, IsContinue}, {"ip", true, IsIp},
    {"port", true, IsDigits}, {"hash", true, IsHash},         {"token", true, IsToken},
    {"csr", true, IsCsr},     {"time", false, IsTime},        {"microTime", false, IsMicroTime},
    {"age", false, IsAge},    {"object", false, IsObject},    {"anyRv", false, IsDigits},
    {"pem", false, IsPem},    {"issuer", false, IsIssuer},    {"reviewUid", false, IsUid},
    {"hook", false, nullptr}, {"hookCA", false, nullptr},
};

const ClassRow* FindClass(std::string_view name) {
  for (const ClassRow& row : kClasses) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// The count of "a*140000", 0 when it is none.
size_t RepeatOf(std::string_view inner) {
  if (inner.size() < 3 || inner[1] != '*') return 0;
  size_t count = 0;
  const auto [end, error] = std::from_chars(inner.data() + 2, inner.data() + inner.size(), count);
  return error == std::errc() && end == inner.data() + inner.size() && count <= (64u << 20) ? count : 0;
}

bool IsNow(std::string_view inner) {
  return inner.size() > 5 && inner.starts_with("now") && (inner[3] == '+' || inner[3] == '-') && inner.ends_with('s') &&
         IsDigits(inner.substr(4, inner.size() - 5));
}

bool IsSymbol(std::string_view inner) {
  if (IsNow(inner) || inner.starts_with("etag of ")) return true;
  const ClassRow* row = FindClass(SymbolClass(inner));
  return row != nullptr && row->numbered == Digit(inner.back());
}

class Matcher {
 public:
  Matcher(const std::vector<TextPart>& parts, std::string_view text) : parts_(parts), text_(text) {}
  bool Run(size_t part, size_t at) {
    if (part == parts_.size()) return at == text_.size();
    const TextPart& p = parts_[part];
    const auto bound = p.symbol ? found.find(p.text) : found.end();
    if (!p.symbol || bound != found.end()) {
      const std::string_view literal = p.symbol ? std::string_view(bound->second) : std::string_view(p.text);
      return text_.substr(at).starts_with(literal) && Run(part + 1, at + literal.size());
    }
    if (++tries_ > 100'000) return false;  // no recorded text is that strange
    return Try(part, at);
  }
  Found found;

 private:
  bool Try(size_t part, size_t at) {
    const TextPart& p = parts_[part];
    const std::string symbol_class = SymbolClass(p.text);
    // A literal that follows says where a candidate may end.
    const bool literal_next = part + 1 < parts_.size() && !parts_[part + 1].symbol;
    for (size_t end = text_.size() + 1; end-- > at;) {
      if (part + 1 == parts_.size() && end != text_.size()) break;
      if (literal_next && !text_.substr(end).starts_with(parts_[part + 1].text)) continue;
      const std::string_view candidate = text_.substr(at, end - at);
      if (!Fits(symbol_class, candidate)) continue;
      const bool keep = IsNumbered(p.text);
      if (keep) found[p.text] = candidate;
      if (Run(part + 1, end)) return true;
      if (keep) found.erase(p.text);
    }
    return false;
  }

  const std::vector<TextPart>& parts_;
  const std::string_view text_;
  int tries_ = 0;
};

}  // namespace

std::string SymbolClass(std::string_view symbol) {
  while (!symbol.empty() && Digit(symbol.back())) symbol.remove_suffix(1);
  return std::string(symbol);
}

bool IsNumbered(std::string_view symbol) { return !symbol.empty() && Digit(symbol.back()); }

bool Fits(std::string_view symbol_class, std::string_view text) {
  if (IsNow(symbol_class)) return IsTime(text);
  if (symbol_class.starts_with("etag of ")) return true;
  const ClassRow* row = FindClass(symbol_class);
  return row != nullptr && row->fits != nullptr && row->fits(text);
}

std::vector<TextPart> SplitSymbols(std::string_view text) {
  std::vector<TextPart> parts;
  std::string literal;
  while (!text.empty()) {
    const size_t open = text.find("{{");
    const size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) break;
    const std::string_view inner = text.substr(open + 2, close - open - 2);
    const size_t repeat = RepeatOf(inner);
    if (repeat == 0 && !IsSymbol(inner)) {
      literal.append(text.substr(0, open + 1));  // braces of some other text
      text.remove_prefix(open + 1);
      continue;
    }
    literal.append(text.substr(0, open));
    if (repeat > 0) {
      literal.append(repeat, inner[0]);
    } else {
      if (!literal.empty()) parts.push_back({std::move(literal), false});
      literal.clear();
      parts.push_back({std::string(inner), true});
    }
    text.remove_prefix(close + 2);
  }
  literal.append(text);
  if (!literal.empty()) parts.push_back({std::move(literal), false});
  return parts;
}

std::string WholeSymbol(std::string_view text) {
  if (!text.starts_with("{{") || !text.ends_with("}}")) return {};
  const std::vector<TextPart> parts = SplitSymbols(text);
  return parts.size() == 1 && parts[0].symbol ? parts[0].text : std::string();
}

std::optional<Found> MatchParts(const std::vector<TextPart>& parts, std::string_view text) {
  Matcher matcher(parts, text);
  if (!matcher.Run(0, 0)) return std::nullopt;
  return std::move(matcher.found);
}

}  // namespace wavetank::conformance
