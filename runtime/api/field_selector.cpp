#include <algorithm>

#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

// At commas that no backslash precedes.
std::vector<std::string_view> SplitTerms(std::string_view text) {
  std::vector<std::string_view> terms;
  size_t start = 0;
  bool escaped = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (escaped) {
      escaped = false;
    } else if (text[i] == '\\') {
      escaped = true;
    } else if (text[i] == ',') {
      terms.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  terms.push_back(text.substr(start));
  return terms;
}

Result<std::string> Unescape(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' || c == '=') {
      return BadRequestError("invalid field selector: unescaped character in value: " + std::to_string(c));
    }
    if (c != '\\') {
      out += c;
      continue;
    }
    const std::string_view sequence = text.substr(i, 2);
    if (sequence != "\\\\" && sequence != "\\," && sequence != "\\=") {
      return BadRequestError("invalid field selector: invalid escape sequence: " + std::string(sequence));
    }
    out += sequence[1];
    ++i;
  }
  return out;
}

std::string Escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ',' || c == '=') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Result<FieldSelector> FieldSelector::Parse(std::string_view text) {
  FieldSelector out;
  for (const std::string_view part : SplitTerms(text)) {
    if (part.empty()) continue;
    // The first of "!=", "==", "=".
    size_t at = 0;
    while (at < part.size() && part[at] != '=' && !part.substr(at).starts_with("!=")) ++at;
    if (at == part.size()) {
      return BadRequestError("invalid selector: '" + std::string(text) + "'; can't understand '" + std::string(part) +
                             "'");
    }
    const bool equal = part[at] == '=';
    const size_t length = part.substr(at).starts_with("==") || !equal ? 2 : 1;
    WT_ASSIGN(std::string value, Unescape(part.substr(at + length)));
    out.terms_.push_back({std::string(part.substr(0, at)), equal, std::move(value)});
  }
  return out;
}

std::optional<std::string> FieldSelector::Required(std::string_view field) const {
  const auto term = std::ranges::find_if(terms_, [&](const Term& t) { return t.equal && t.field == field; });
  if (term == terms_.end()) return std::nullopt;
  return term->value;
}

std::string FieldSelector::ToString() const {
  std::string out;
  for (const Term& term : terms_) {
    if (!out.empty()) out += ',';
    out.append(term.field).append(term.equal ? "=" : "!=").append(Escape(term.value));
  }
  return out;
}

std::string FieldText(const TypeInfo* type, const Value& object, std::string_view path) {
  const Value* at = &object;
  Shape shape = Shape::kString;
  while (true) {
    const size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    at = &(*at)[name];
    const FieldInfo* field = type == nullptr ? nullptr : type->Find(name);
    type = field == nullptr ? nullptr : field->type.type;
    if (dot == path.npos) {
      if (field != nullptr) shape = field->type.shape;
      break;
    }
    path.remove_prefix(dot + 1);
  }
  if (at->is_string()) return std::string(at->AsString());
  if (at->is_bool() || at->is_number()) return WriteJson(*at);
  if (!at->is_null()) return "";
  switch (shape) {
    case Shape::kBool: return "false";
    case Shape::kInt32:
    case Shape::kInt64: return "0";
    default: return "";
  }
}

}  // namespace wavetank
