// The texts of field errors (API-044, API-045).
#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

FieldError Of(std::string_view reason, std::string_view path, std::string body) {
  return {std::string(reason), std::string(path), std::move(body)};
}

std::string WithDetail(std::string body, std::string_view detail) {
  if (!detail.empty()) body.append(": ").append(detail);
  return body;
}

std::string Items(int64_t count) { return std::to_string(count) + (count == 1 ? " item" : " items"); }

}  // namespace

std::string FieldValueText(const Value& value) {
  return value.is_string() ? Quote(value.AsString()) : WriteJson(value);
}

namespace field {

FieldError Required(std::string_view path, std::string_view detail) {
  return Of("FieldValueRequired", path, WithDetail("Required value", detail));
}

FieldError InvalidText(std::string_view path, std::string_view value_text, std::string_view detail) {
  return Of("FieldValueInvalid", path, WithDetail("Invalid value: " + std::string(value_text), detail));
}

FieldError Invalid(std::string_view path, const Value& value, std::string_view detail) {
  return InvalidText(path, FieldValueText(value), detail);
}

FieldError InvalidOmitted(std::string_view path, std::string_view detail) {
  return Of("FieldValueInvalid", path, WithDetail("Invalid value", detail));
}

FieldError TypeInvalid(std::string_view path, const Value& value, std::string_view detail) {
  return Of("FieldValueTypeInvalid", path, WithDetail("Invalid value: " + FieldValueText(value), detail));
}

FieldError NotSupported(std::string_view path, const Value& value, std::span<const std::string_view> supported) {
  std::string body = "Unsupported value: " + FieldValueText(value);
  for (size_t i = 0; i < supported.size(); ++i) {
    body.append(i == 0 ? ": supported values: " : ", ").append(Quote(supported[i]));
  }
  return Of("FieldValueNotSupported", path, std::move(body));
}

FieldError NotSupported(std::string_view path, const Value& value, std::initializer_list<std::string_view> supported) {
  return NotSupported(path, value, std::span<const std::string_view>(supported.begin(), supported.size()));
}

FieldError Forbidden(std::string_view path, std::string_view detail) {
  return Of("FieldValueForbidden", path, WithDetail("Forbidden", detail));
}

FieldError Duplicate(std::string_view path, const Value& value) {
  return Of("FieldValueDuplicate", path, "Duplicate value: " + FieldValueText(value));
}

FieldError NotFound(std::string_view path, const Value& value) {
  return Of("FieldValueNotFound", path, "Not found: " + FieldValueText(value));
}

FieldError TooLong(std::string_view path, int64_t max_bytes) {
  return Of("FieldValueTooLong", path, "Too long: may not be more than " + std::to_string(max_bytes) + " bytes");
}

FieldError TooMany(std::string_view path, int64_t actual, int64_t max_items) {
  return Of("FieldValueTooMany", path,
            "Too many: " + std::to_string(actual) + ": must have at most " + Items(max_items));
}

FieldError TooFew(std::string_view path, int64_t actual, int64_t min_items) {
  return Of("FieldValueTooFew", path,
            "Too few: " + std::to_string(actual) + ": must have at least " + Items(min_items));
}

FieldError Internal(std::string_view path, std::string_view detail) {
  return Of("InternalError", path, "Internal error: " + std::string(detail));
}

}  // namespace field

std::string AggregateText(std::span<const FieldError> errors) {
  std::vector<std::string> texts;
  for (const FieldError& error : errors) {
    std::string text = error.ToString();
    if (std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
  }
  if (texts.size() == 1) return texts[0];
  return "[" + Join(texts, ", ") + "]";
}

}  // namespace wavetank
