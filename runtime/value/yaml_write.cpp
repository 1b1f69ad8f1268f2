// The writing half of yaml.h: block style as kubectl prints it (lists not indented below their key).
#include <algorithm>

#include "runtime/value/yaml.h"
#include "runtime/value/yaml_scalar.h"

namespace wavetank {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Other readers see dates and base-60 numbers here.
bool LooksLikeTime(std::string_view text) {
  if (text.size() > 5 && std::all_of(text.begin(), text.begin() + 4, IsDigit) && text[4] == '-' && IsDigit(text[5]))
    return true;
  return IsDigit(text[0]) && text.find(':') != text.npos &&
         std::ranges::all_of(text, [](char c) { return IsDigit(c) || c == ':' || c == '.' || c == '_'; });
}

// May stand unquoted and reads back as this very string. Strict on purpose: quoting is never wrong.
bool IsPlain(std::string_view text) {
  if (text.empty() || text.size() > 200) return false;
  const char first = text.front();
  const bool starts_well = IsLetter(first) || IsDigit(first) || first == '_' || first == '/' ||
                           (first == '.' && text.size() > 1 && text[1] != '.');
  if (!starts_well || text.back() == ' ' || text.back() == ':') return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool safe =
        IsLetter(c) || IsDigit(c) || std::string_view(" _./-+=@%()<>~*;^$").find(c) != std::string_view::npos;
    // A colon or a comma inside a word; never before a space.
    const bool inside = (c == ':' || c == ',') && i + 1 < text.size() && text[i + 1] != ' ';
    if (!safe && !inside) return false;
  }
  if (LooksLikeTime(text)) return false;
  const Result<Value> read = internal::ResolvePlainScalar(text);
  return read.ok() && *read == text;
}

// May stand as a literal block ("|").
bool IsLiteral(std::string_view text) {
  if (text.find('\n') == text.npos || text.front() == '\n' || text.ends_with("\n\n")) return false;
  bool line_start = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte >= 0x7F) return false;
    if (line_start && (c == ' ' || c == '\t')) return false;
    line_start = c == '\n';
  }
  return true;
}

void Indent(size_t indent, std::string& out) { out.append(indent, ' '); }

void WriteLiteral(std::string_view text, size_t indent, std::string& out) {
  out += text.ends_with('\n') ? "|" : "|-";
  if (text.ends_with('\n')) text.remove_suffix(1);
  while (true) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    out += '\n';
    if (!line.empty()) Indent(indent, out);
    out += line;
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
}

// The scalar, without a line end. `indent` is where a literal block may begin.
void WriteScalar(const Value& value, size_t indent, std::string& out) {
  if (!value.is_string()) {
    out += value.is_object() ? "{}" : value.is_array() ? "[]" : WriteJson(value);
  } else if (IsPlain(value.AsString())) {
    out += value.AsString();
  } else if (IsLiteral(value.AsString())) {
    WriteLiteral(value.AsString(), indent, out);
  } else {
    out += WriteJson(value);
  }
}

bool IsBlock(const Value& value) { return (value.is_object() || value.is_array()) && !value.empty(); }

// Every line of `value` at `indent`, each with its line end; the first line's indentation is already there.
void WriteBlock(const Value& value, size_t indent, std::string& out);

void WriteField(const Field& field, size_t indent, std::string& out) {
  const Value key(field.key);
  if (IsPlain(key.AsString())) {
    out += key.AsString();
  } else {
    const std::string quoted = WriteJson(key);
    // Readers look no further than 1024 characters for the colon of a plain "key: value".
    if (quoted.size() > 1000) out.append("? ").append(quoted).append("\n").append(indent, ' ');
    if (quoted.size() <= 1000) out += quoted;
  }
  out += ':';
  if (!IsBlock(field.value)) {
    out += ' ';
    WriteScalar(field.value, indent + 2, out);
    out += '\n';
    return;
  }
  out += '\n';
  const size_t inner = field.value.is_object() ? indent + 2 : indent;
  Indent(inner, out);
  WriteBlock(field.value, inner, out);
}

void WriteBlock(const Value& value, size_t indent, std::string& out) {
  bool first = true;
  for (const Field& field : value.fields()) {
    if (!first) Indent(indent, out);
    first = false;
    WriteField(field, indent, out);
  }
  for (const Value& element : value.elements()) {
    if (!first) Indent(indent, out);
    first = false;
    out += "- ";
    if (IsBlock(element)) {
      WriteBlock(element, indent + 2, out);
    } else {
      WriteScalar(element, indent + 2, out);
      out += '\n';
    }
  }
}

}  // namespace

std::string WriteYaml(const Value& value) {
  std::string out;
  if (IsBlock(value)) {
    WriteBlock(value, 0, out);
  } else {
    WriteScalar(value, 2, out);
    out += '\n';
  }
  return out;
}

}  // namespace wavetank
