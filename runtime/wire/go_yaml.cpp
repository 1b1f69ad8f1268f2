#include "runtime/wire/go_yaml.h"

#include <algorithm>
#include <vector>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/yaml_scalar.h"

namespace wavetank {
namespace {

constexpr size_t kWidth = 80;

bool Digit(char c) { return c >= '0' && c <= '9'; }
bool Letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool Blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\0'; }

// Keys in the order of people: numbers inside by their value, letters behind everything else.
bool KeyLess(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const bool la = Letter(a[i]);
    const bool lb = Letter(b[i]);
    if (la && lb) return a[i] < b[i];
    if (la || lb) return lb;
    uint64_t an = 0;
    uint64_t bn = 0;
    size_t ai = i;
    size_t bi = i;
    if (a[i] == '0' || b[i] == '0') {
      for (size_t j = i; j-- > 0 && Digit(a[j]);) {
        if (a[j] != '0') {
          an = bn = 1;
          break;
        }
      }
    }
    for (; ai < a.size() && Digit(a[ai]); ++ai) an = an * 10 + static_cast<uint64_t>(a[ai] - '0');
    for (; bi < b.size() && Digit(b[bi]); ++bi) bn = bn * 10 + static_cast<uint64_t>(b[bi] - '0');
    if (an != bn) return an < bn;
    if (ai != bi) return ai < bi;
    return a[i] < b[i];
  }
  return a.size() < b.size();
}

// 20:30:40 is a number to YAML 1.1.
bool IsBase60(std::string_view text) {
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !Digit(text[0]) || text.find(':') == std::string_view::npos) return false;
  return text.find_first_not_of("0123456789_:.") == std::string_view::npos;
}

// 2026-01-02, 2026-01-02T03:04:05Z and its like.
bool IsTimestamp(std::string_view text) {
  if (text.size() < 8 || !std::all_of(text.begin(), text.begin() + 4, Digit) || text[4] != '-') return false;
  const size_t end = std::min(text.find_first_of("Tt "), text.size());
  const std::string_view date = text.substr(5, end - 5);
  const size_t dash = date.find('-');
  const auto number = [](std::string_view t) { return !t.empty() && t.size() <= 2 && std::ranges::all_of(t, Digit); };
  if (dash == std::string_view::npos || !number(date.substr(0, dash)) || !number(date.substr(dash + 1))) return false;
  if (end == text.size()) return true;
  const std::string_view rest = text.substr(end + 1);
  return rest.size() >= 5 && Digit(rest[0]) && rest.find(':') != std::string_view::npos &&
         rest.find_first_not_of("0123456789:.+-Zz ") == std::string_view::npos;
}

bool ReadsAsText(std::string_view text) {
  if (text == "<<" || IsBase60(text) || IsTimestamp(text)) return false;
  const Result<Value> read = internal::ResolvePlainScalar(text);
  return read.ok() && read->is_string();
}

enum class Style : uint8_t { kPlain, kSingle, kDouble, kLiteral };

// What may be done with a text, as libyaml finds out.
struct Analysis {
  bool plain = true;
  bool single = true;
  bool literal = true;
};

bool Printable(std::string_view text, size_t at) {
  const auto c = static_cast<unsigned char>(text[at]);
  if (c == '\n' || (c >= 0x20 && c < 0x7F)) return true;
  if (c < 0x80 || Utf8Length(text, at) == 0) return false;
  return text.substr(at, 3) != "\xEF\xBB\xBF" && !(c == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0 &&
                                                   static_cast<unsigned char>(text[at + 1]) != 0x85);
}

Analysis Analyze(std::string_view text) {
  Analysis out;
  if (text.empty()) return {.plain = false, .single = true, .literal = false};
  if (text.starts_with("---") || text.starts_with("...")) out.plain = false;
  bool space_break = false;
  bool break_space = false;
  bool special = false;
  for (size_t at = 0; at < text.size(); at += std::max<size_t>(1, Utf8Length(text, at))) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    const bool space_next = Blank(next);
    if (at == 0) {
      if (std::string_view("#,[]{}&*!|>'\"%@`").find(c) != std::string_view::npos) out.plain = false;
      if ((c == '?' || c == ':' || c == '-') && space_next) out.plain = false;
    } else if ((c == ':' && space_next) || (c == '#' && Blank(text[at - 1]))) {
      out.plain = false;
    }
    if (!Printable(text, at)) special = true;
    if (c == '\n') out.plain = false;
    if (c == ' ' && next == '\n') space_break = true;
    if (c == '\n' && next == ' ') break_space = true;
  }
  const bool leads = text.front() == ' ' || text.front() == '\n';
  const bool trails = text.back() == ' ' || text.back() == '\n';
  if (leads || trails) out.plain = false;
  if (text.back() == ' ') out.literal = false;
  if (break_space) out.plain = out.single = false;
  if (space_break || special) out.plain = out.single = out.literal = false;
  return out;
}

Style StyleOf(std::string_view text, bool key) {
  const Analysis can = Analyze(text);
  if (text.find('\n') != std::string_view::npos) return can.literal && !key ? Style::kLiteral : Style::kDouble;
  if (!ReadsAsText(text)) return Style::kDouble;
  if (can.plain) return Style::kPlain;
  return can.single ? Style::kSingle : Style::kDouble;
}

class Writer {
 public:
  std::string Run(const Value& document) {
    if (document.is_object() && !document.empty()) {
      Fields(document, 0);
    } else if (document.is_array() && !document.empty()) {
      Elements(document, 0);
    } else {
      Scalar(document, 0);
      Line();
    }
    return std::move(out_);
  }

 private:
  void Put(std::string_view text) {
    out_ += text;
    column_ += text.size();
  }
  void Line() {
    out_ += '\n';
    column_ = 0;
  }
  void Indent(size_t indent) { Put(std::string(indent, ' ')); }

  void Fields(const Value& object, size_t indent, bool first_on_line = false) {
    std::vector<const Field*> fields;
    for (const Field& field : object.fields()) fields.push_back(&field);
    std::ranges::stable_sort(fields,
                             [](const Field* a, const Field* b) { return KeyLess(a->key.view(), b->key.view()); });
    for (const Field* field : fields) {
      if (!first_on_line) Indent(indent);
      first_on_line = false;
      Text(field->key.view(), indent, true);
      Put(":");
      const Value& value = field->value;
      if (value.is_object() && !value.empty()) {
        Line();
        Fields(value, indent + 2);
      } else if (value.is_array() && !value.empty()) {
        Line();
        Elements(value, indent);
      } else {
        Put(" ");
        Scalar(value, indent + 2);
        Line();
      }
    }
  }

  void Elements(const Value& array, size_t indent, bool first_on_line = false) {
    for (const Value& value : array.elements()) {
      if (!first_on_line) Indent(indent);
      first_on_line = false;
      Put("- ");
      if (value.is_object() && !value.empty()) {
        Fields(value, indent + 2, true);
      } else if (value.is_array() && !value.empty()) {
        Elements(value, indent + 2, true);
      } else {
        Scalar(value, indent + 2);
        Line();
      }
    }
  }

  void Scalar(const Value& value, size_t indent) {
    if (value.is_string()) {
      Text(value.AsString(), indent, false);
      return;
    }
    std::string text = WriteJson(value);
    if (value.is_number() && text.ends_with(".0")) text.resize(text.size() - 2);
    Put(text);
  }

  void Text(std::string_view text, size_t indent, bool key) {
    switch (StyleOf(text, key)) {
      case Style::kPlain: Folded(text, indent, !key, false); break;
      case Style::kSingle:
        Put("'");
        Folded(text, indent, !key, true);
        Put("'");
        break;
      case Style::kDouble: Double(text, indent, !key); break;
      case Style::kLiteral: Literal(text, indent); break;
    }
  }

  // Breaks the line at a space behind the width.
  bool Break(std::string_view text, size_t at, size_t indent, bool may_break, bool after_space) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (!may_break || after_space || column_ <= kWidth || at == 0 || at + 1 >= text.size() || next == ' ') return false;
    Line();
    Indent(indent);
    return true;
  }

  void Folded(std::string_view text, size_t indent, bool may_break, bool single) {
    bool after_space = false;
    for (size_t at = 0; at < text.size();) {
      const size_t length = std::max<size_t>(1, Utf8Length(text, at));
      if (text[at] == ' ') {
        if (!Break(text, at, indent, may_break, after_space)) Put(" ");
        after_space = true;
      } else {
        out_ += text.substr(at, length);
        if (single && text[at] == '\'') out_ += '\'', ++column_;
        ++column_;
        after_space = false;
      }
      at += length;
    }
  }

  void Double(std::string_view text, size_t indent, bool may_break) {
    Put("\"");
    bool after_space = false;
    for (size_t at = 0; at < text.size();) {
      const size_t length = std::max<size_t>(1, Utf8Length(text, at));
      const char c = text[at];
      if (c == ' ') {
        if (Break(text, at, indent, may_break, after_space)) {
          if (at + 1 < text.size() && text[at + 1] == ' ') Put("\\");
        } else {
          Put(" ");
        }
      } else if (c == '"' || c == '\\' || !Printable(text, at) || c == '\n') {
        Escape(text.substr(at, length));
      } else {
        out_ += text.substr(at, length);
        ++column_;
      }
      after_space = c == ' ';
      at += length;
    }
    Put("\"");
  }

  void Escape(std::string_view character) {
    struct Row {
      char c;
      std::string_view text;
    };
    static constexpr Row kRows[] = {{'\0', "\\0"},   {'\a', "\\a"}, {'\b', "\\b"}, {'\t', "\\t"},
                                    {'\n', "\\n"},   {'\v', "\\v"}, {'\f', "\\f"}, {'\r', "\\r"},
                                    {'\x1b', "\\e"}, {'"', "\\\""}, {'\\', "\\\\"}};
    if (character.size() == 1) {
      for (const Row& row : kRows) {
        if (row.c == character[0]) return Put(row.text);
      }
    }
    static constexpr char kHex[] = "0123456789ABCDEF";
    uint32_t rune = static_cast<unsigned char>(character[0]);
    if (character.size() > 1) rune &= 0x7Fu >> character.size();
    for (size_t i = 1; i < character.size(); ++i) rune = rune << 6 | (static_cast<unsigned char>(character[i]) & 0x3F);
    const int digits = rune <= 0xFF ? 2 : rune <= 0xFFFF ? 4 : 8;
    std::string text = rune <= 0xFF ? "\\x" : rune <= 0xFFFF ? "\\u" : "\\U";
    for (int i = digits - 1; i >= 0; --i) text += kHex[(rune >> (4 * i)) & 15];
    Put(text);
  }

  void Literal(std::string_view text, size_t indent) {
    Put("|");
    if (text.front() == ' ' || text.front() == '\n') Put("2");
    if (!text.ends_with('\n')) {
      Put("-");
    } else if (text.size() == 1 || text.ends_with("\n\n")) {
      Put("+");
    }
    bool ended = text.ends_with('\n');
    if (ended) text.remove_suffix(1);
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      Line();
      if (end > begin) {
        Indent(indent);
        Put(text.substr(begin, end - begin));
      }
      begin = end + 1;
    }
  }

  std::string out_;
  size_t column_ = 0;
};

}  // namespace

std::string GoYaml(const Value& document) { return Writer().Run(document); }

}  // namespace wavetank
