#include "tools/conformance/pointer.h"

#include <charconv>
#include <span>

#include "runtime/value/json.h"

namespace wavetank::conformance {
namespace {

std::string Unescape(std::string_view part) {
  std::string out;
  for (size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1')) {
      out += part[++i] == '0' ? '~' : '/';
    } else {
      out += part[i];
    }
  }
  return out;
}

std::string Text(const Value& value) { return value.is_string() ? std::string(value.AsString()) : WriteJson(value); }

// "[a.b=v]": the first element whose a.b is v.
std::optional<size_t> Selected(const Value& array, std::string_view part) {
  const size_t equals = part.find('=');
  if (!part.starts_with('[') || !part.ends_with(']') || equals == std::string_view::npos) return std::nullopt;
  std::string path = "/" + std::string(part.substr(1, equals - 1));
  for (char& c : path) c = c == '.' ? '/' : c;
  const std::string_view wanted = part.substr(equals + 1, part.size() - equals - 2);
  for (size_t i = 0; i < array.size(); ++i) {
    const std::optional<Value> found = Lookup(array[i], path);
    if (found.has_value() && Text(*found) == wanted) return i;
  }
  return std::nullopt;
}

std::optional<size_t> Index(const Value& array, std::string_view part) {
  if (part.starts_with('[')) return Selected(array, part);
  size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size() || index >= array.size()) return std::nullopt;
  return index;
}

std::optional<Value> Step(const Value& value, const std::string& part) {
  if (value.is_array()) {
    const std::optional<size_t> index = Index(value, part);
    return index.has_value() ? std::optional<Value>(value[*index]) : std::nullopt;
  }
  const Value* field = value.Find(std::string_view(part));
  return field != nullptr ? std::optional<Value>(*field) : std::nullopt;
}

// `with` nullopt: removed.
Value Changed(const Value& value, std::span<const std::string> parts, const std::optional<Value>& with) {
  if (parts.empty()) return with.value_or(Value());
  const std::optional<Value> inner = Step(value, parts[0]);
  if (!inner.has_value()) return value;
  const bool last = parts.size() == 1 && !with.has_value();
  if (value.is_array()) {
    const size_t index = *Index(value, parts[0]);
    return last ? value.WithoutAt(index) : value.SetAt(index, Changed(*inner, parts.subspan(1), with));
  }
  return last ? value.Without(std::string_view(parts[0]))
              : value.Set(std::string_view(parts[0]), Changed(*inner, parts.subspan(1), with));
}

}  // namespace

std::vector<std::string> PointerParts(std::string_view pointer) {
  std::vector<std::string> parts;
  std::string part;
  int depth = 0;
  for (size_t i = pointer.empty() ? 0 : 1; i < pointer.size(); ++i) {
    const char c = pointer[i];
    if (c == '[') ++depth;
    if (c == ']' && depth > 0) --depth;
    if (c == '/' && depth == 0) {
      parts.push_back(Unescape(part));
      part.clear();
    } else {
      part += c;
    }
  }
  if (!pointer.empty()) parts.push_back(Unescape(part));
  return parts;
}

std::string EscapePart(std::string_view part) {
  std::string out;
  for (const char c : part) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

std::optional<Value> Lookup(const Value& document, std::string_view pointer) {
  Value at = document;
  for (const std::string& part : PointerParts(pointer)) {
    if (part == "#" && (at.is_array() || at.is_object())) {
      at = Value(static_cast<int64_t>(at.size()));
      continue;
    }
    std::optional<Value> next = Step(at, part);
    if (!next.has_value()) return std::nullopt;
    at = *std::move(next);
  }
  return at;
}

Value Remove(const Value& document, std::string_view pointer) {
  return Changed(document, PointerParts(pointer), std::nullopt);
}

Value Replace(const Value& document, std::string_view pointer, Value value) {
  return Changed(document, PointerParts(pointer), std::move(value));
}

}  // namespace wavetank::conformance
