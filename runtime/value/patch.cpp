// Pointers, merge patches and differences; JSON patch has a file of its own.
#include "runtime/value/patch.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

// An index as RFC 6901 writes it: digits without leading zeros.
std::optional<size_t> ParseIndex(std::string_view part) {
  if (part.empty() || (part.size() > 1 && part[0] == '0')) return std::nullopt;
  size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return index;
}

const Value* Child(const Value& parent, std::string_view part) {
  if (parent.is_object()) return parent.Find(part);
  const std::optional<size_t> index = parent.is_array() ? ParseIndex(part) : std::nullopt;
  return index.has_value() && *index < parent.size() ? &parent[*index] : nullptr;
}

Result<Value> SetBelow(const Value& parent, std::span<const std::string> parts, Value value) {
  if (parts.empty()) return value;
  const std::string& part = parts[0];
  if (parent.is_array()) {
    const std::optional<size_t> index = part == "-" ? parent.size() : ParseIndex(part);
    if (!index.has_value() || *index > parent.size()) {
      return Status(Code::kInvalidArgument,
                    "no element \"" + part + "\" in a list of " + std::to_string(parent.size()));
    }
    WT_ASSIGN(Value below, SetBelow(parent[*index], parts.subspan(1), std::move(value)));
    return *index < parent.size() ? parent.SetAt(*index, std::move(below)) : parent.Append(std::move(below));
  }
  if (!parent.is_object() && !parent.is_null()) {
    return Status(Code::kInvalidArgument, "\"" + part + "\" lies below a value that is no object");
  }
  WT_ASSIGN(Value below, SetBelow(parent[std::string_view(part)], parts.subspan(1), std::move(value)));
  return parent.Set(std::string_view(part), std::move(below));
}

}  // namespace

std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer) {
  std::vector<std::string> parts;
  for (const char c : pointer) {
    if (c == '/') {
      parts.emplace_back();
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.back() += c;
    }
  }
  for (std::string& part : parts) {
    size_t out = 0;
    for (size_t i = 0; i < part.size(); ++i) {
      char c = part[i];
      if (c == '~') {
        ++i;
        if (i == part.size() || (part[i] != '0' && part[i] != '1')) return std::nullopt;
        c = part[i] == '0' ? '~' : '/';
      }
      part[out++] = c;
    }
    part.resize(out);
  }
  return parts;
}

std::string EscapePointerPart(std::string_view part) {
  std::string out;
  out.reserve(part.size());
  for (const char c : part) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

const Value* Resolve(const Value& document, std::string_view pointer) {
  const std::optional<std::vector<std::string>> parts = ParsePointer(pointer);
  if (!parts.has_value()) return nullptr;
  const Value* at = &document;
  for (const std::string& part : *parts) {
    at = Child(*at, part);
    if (at == nullptr) return nullptr;
  }
  return at;
}

Result<Value> SetAtPointer(const Value& document, std::string_view pointer, Value value) {
  const std::optional<std::vector<std::string>> parts = ParsePointer(pointer);
  if (!parts.has_value()) return Status(Code::kInvalidArgument, "\"" + std::string(pointer) + "\" is no JSON pointer");
  if (parts->size() + static_cast<size_t>(value.depth()) > static_cast<size_t>(ParseLimits{}.max_depth)) {
    return Status(Code::kInvalidArgument, "the document would be nested too deeply");
  }
  return SetBelow(document, *parts, std::move(value));
}

Value ApplyMergePatch(const Value& document, const Value& patch) {
  if (!patch.is_object()) return patch == document ? document : patch;
  Value out = document.is_object() ? document : Value::EmptyObject();
  for (const Field& field : patch.fields()) {
    if (field.value.is_null()) {
      out = out.Without(field.key.view());
      continue;
    }
    const Value* old = out.Find(field.key.view());
    Value merged = ApplyMergePatch(old != nullptr ? *old : Value(), field.value);
    out = out.Set(field.key, std::move(merged));
  }
  return out;
}

Value MakeMergePatch(const Value& from, const Value& to) {
  if (!from.is_object() || !to.is_object()) return to;
  ObjectBuilder patch;
  if (from.identity() == to.identity()) return patch.Build();
  for (const Field& field : from.fields()) {
    if (!to.Has(field.key.view())) patch.Add(field.key, Value());
  }
  for (const Field& field : to.fields()) {
    const Value* old = from.Find(field.key.view());
    if (old != nullptr && *old == field.value) continue;
    if (old != nullptr && old->is_object() && field.value.is_object()) {
      patch.Add(field.key, MakeMergePatch(*old, field.value));
    } else {
      patch.Add(field.key, field.value);
    }
  }
  return patch.Build();
}

std::optional<std::string> FirstDifference(const Value& a, const Value& b) {
  if (a == b) return std::nullopt;
  if (a.is_array() && b.is_array()) {
    const size_t common = std::min(a.size(), b.size());
    for (size_t i = 0; i < common; ++i) {
      if (std::optional<std::string> below = FirstDifference(a[i], b[i])) return "/" + std::to_string(i) + *below;
    }
    return "/" + std::to_string(common);
  }
  if (!a.is_object() || !b.is_object()) return "";
  // Both sides are sorted: walk them together.
  const std::span<const Field> x = a.fields();
  const std::span<const Field> y = b.fields();
  for (size_t i = 0;; ++i) {
    const bool x_done = i == x.size();
    const bool y_done = i == y.size();
    if (x_done || y_done) return "/" + EscapePointerPart(x_done ? y[i].key.view() : x[i].key.view());
    if (!(x[i].key == y[i].key)) return "/" + EscapePointerPart(std::min(x[i].key.view(), y[i].key.view()));
    if (std::optional<std::string> below = FirstDifference(x[i].value, y[i].value)) {
      return "/" + EscapePointerPart(x[i].key.view()) + *below;
    }
  }
}

}  // namespace wavetank
