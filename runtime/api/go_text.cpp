#include "runtime/api/go_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wavetank {
namespace {

// Go's %v of a float64: the shortest text, with an exponent (of two digits at least) below 1e-4 and from 1e6.
std::string FloatText(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d > 0 ? "+Inf" : "-Inf";
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::scientific);
  (void)error;  // 64 bytes hold every double
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  int exponent = 0;
  std::string_view digits = text.substr(text.find('e') + 1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  constexpr int kFirstWithExponent = 6;
  if (exponent < -4 || exponent >= kFirstWithExponent) return std::string(text);
  const auto fixed = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::fixed);
  return std::string(buffer, fixed.ptr);
}

std::string ScalarText(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: return "<nil>";
    case Value::Type::kBool: return value.AsBool() ? "true" : "false";
    case Value::Type::kString: return std::string(value.AsString());
    case Value::Type::kInt: return std::to_string(value.AsInt());
    case Value::Type::kUint: return FloatText(static_cast<double>(value.AsUint()));
    default: return FloatText(value.AsDouble());
  }
}

template <typename Leaf>
void Print(const Value& value, const Leaf& leaf, std::string& out) {
  if (value.is_object()) {
    out += "map[";
    bool first = true;
    for (const Field& field : value.fields()) {
      if (!first) out += ' ';
      first = false;
      out.append(field.key.view()).append(":");
      Print(field.value, leaf, out);
    }
    out += ']';
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ' ';
      Print(value[i], leaf, out);
    }
    out += ']';
  } else {
    out += leaf(value);
  }
}

}  // namespace

std::string GoText(const Value& value) {
  std::string out;
  Print(value, ScalarText, out);
  return out;
}

std::string GoStringVerb(const Value& value) {
  std::string out;
  const auto leaf = [](const Value& v) -> std::string {
    if (v.is_string()) return std::string(v.AsString());
    if (v.is_null()) return "%!s(<nil>)";
    return std::string("%!s(").append(GoTypeOf(v)).append("=").append(ScalarText(v)).append(")");
  };
  Print(value, leaf, out);
  return out;
}

std::string_view GoTypeOf(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: return "%!s(<nil>)";
    case Value::Type::kArray: return "[]interface {}";
    case Value::Type::kObject: return "map[string]interface {}";
    default: return GoKindOf(value);
  }
}

std::string_view GoKindOf(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: return "invalid";
    case Value::Type::kBool: return "bool";
    case Value::Type::kString: return "string";
    case Value::Type::kInt: return "int64";
    case Value::Type::kArray: return "slice";
    case Value::Type::kObject: return "map";
    default: return "float64";
  }
}

std::string_view GoKindOf(const TypeRef& type) {
  switch (type.shape) {
    case Shape::kString: return "string";
    case Shape::kBool: return "bool";
    case Shape::kInt32: return "int32";
    case Shape::kInt64: return "int64";
    case Shape::kDouble: return "float64";
    case Shape::kBytes:
    case Shape::kList: return "slice";
    case Shape::kMap: return "map";
    case Shape::kAny: return "interface";
    case Shape::kStruct: break;
  }
  return type.type != nullptr && type.type->special == Special::kStringList ? "slice" : "struct";
}

std::string_view GoStructName(const TypeInfo& type) {
  const std::string_view go = type.go;
  const size_t bracket = std::min(go.find('['), go.size());
  const size_t dot = go.rfind('.', bracket);
  return dot == go.npos || bracket < go.size() ? go : go.substr(dot + 1);
}

}  // namespace wavetank
