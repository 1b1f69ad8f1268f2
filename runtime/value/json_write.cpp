// The writing half of json.h: one pass, no intermediate strings.
#include <charconv>
#include <cmath>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

template <typename Integer>
void WriteInteger(Integer value, std::string& out) {
  char buffer[24];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof(buffer), value).ptr);
}

// The fewest digits that read back as the same double, laid out as Go does (exponents below 1e-6 and from 1e21 on), and
// always recognisable as a double.
void WriteDouble(double value, std::string& out) {
  if (!std::isfinite(value)) {  // no parser makes one; JSON has no word for it
    out += "null";
    return;
  }
  char buffer[40];
  const char* end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific).ptr;
  std::string_view text(buffer, end);
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  int exponent = 0;
  const char* digits_of_exponent = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(digits_of_exponent, end, exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits.append(text.substr(2, e - 2));

  const int count = static_cast<int>(digits.size());
  if (value != 0 && (exponent < -6 || exponent >= 21)) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits, 1);
    out += exponent < 0 ? "e-" : "e+";
    WriteInteger(std::abs(exponent), out);
  } else if (exponent < 0) {
    out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
  } else if (count <= exponent + 1) {
    out.append(digits).append(static_cast<size_t>(exponent + 1 - count), '0').append(".0");
  } else {
    out.append(digits, 0, static_cast<size_t>(exponent) + 1)
        .append(".")
        .append(digits, static_cast<size_t>(exponent) + 1);
  }
}

// `indent` < 0: compact. Recursion is bounded by kMaxDepth.
void Write(const Value& value, int indent, std::string& out);

void NewLine(int indent, std::string& out) {
  out += '\n';
  out.append(static_cast<size_t>(indent), ' ');
}

template <typename Range, typename WriteItem>
void WriteList(const Range& items, char open, char close, int indent, std::string& out, WriteItem write_item) {
  const int inner = indent < 0 ? -1 : indent + 2;
  out += open;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += ',';
    first = false;
    if (indent >= 0) NewLine(inner, out);
    write_item(item, inner);
  }
  if (indent >= 0 && !first) NewLine(indent, out);
  out += close;
}

void Write(const Value& value, int indent, std::string& out) {
  switch (value.type()) {
    case Value::Type::kNull: out += "null"; return;
    case Value::Type::kBool: out += value.AsBool() ? "true" : "false"; return;
    case Value::Type::kInt: WriteInteger(value.AsInt(), out); return;
    case Value::Type::kUint: WriteInteger(value.AsUint(), out); return;
    case Value::Type::kDouble: WriteDouble(value.AsDouble(), out); return;
    case Value::Type::kString: AppendJsonString(value.AsString(), out); return;
    case Value::Type::kArray:
      WriteList(value.elements(), '[', ']', indent, out,
                [&out](const Value& element, int inner) { Write(element, inner, out); });
      return;
    case Value::Type::kObject:
      WriteList(value.fields(), '{', '}', indent, out, [&out](const Field& field, int inner) {
        AppendJsonString(field.key.view(), out);
        out += inner < 0 ? ":" : ": ";
        Write(field.value, inner, out);
      });
      return;
  }
}

}  // namespace

std::string WriteJson(const Value& value) {
  std::string out;
  if (value.is_object() || value.is_array()) out.reserve(512);
  Write(value, -1, out);
  return out;
}

std::string WriteJsonPretty(const Value& value) {
  std::string out;
  Write(value, 0, out);
  return out;
}

}  // namespace wavetank
