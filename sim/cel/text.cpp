#include "sim/cel/text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace wavetank::cel {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// ".5" for half a second; empty for none.
std::string FractionText(uint64_t nanos) {
  if (nanos == 0) return {};
  std::string digits = std::to_string(nanos);
  digits.insert(0, 9 - digits.size(), '0');
  digits.resize(digits.find_last_not_of('0') + 1);
  return "." + digits;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text, int base) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text[0] == '+') return std::nullopt;
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string DoubleText(double d) {
  if (std::isnan(d)) return "NaN";
  if (std::isinf(d)) return d > 0 ? "+Inf" : "-Inf";
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::scientific).ptr;
  const std::string_view scientific(buffer, static_cast<size_t>(end - buffer));
  const std::string_view exponent_text = scientific.substr(scientific.find('e') + 1);
  const int exponent = static_cast<int>(*ParseInt(exponent_text));
  // Go's shortest %g decides by six digits.
  if (exponent < -4 || exponent >= 6) return std::string(scientific);
  end = std::to_chars(buffer, buffer + sizeof(buffer), d, std::chars_format::fixed).ptr;
  return std::string(buffer, end);
}

int64_t NanosOfSecond(Time time) {
  const int64_t rest = time.nanos() % kSecond;
  return rest < 0 ? rest + kSecond : rest;
}

std::string TimestampText(Time time) {
  std::string text = FormatTime(time);  // whole seconds, rounded down
  return text.insert(text.size() - 1, FractionText(static_cast<uint64_t>(NanosOfSecond(time))));
}

std::string SecondsText(Duration duration) {
  const int64_t count = duration.count();
  const uint64_t size = count < 0 ? 0 - static_cast<uint64_t>(count) : static_cast<uint64_t>(count);
  return (count < 0 ? "-" : "") + std::to_string(size / kSecond) + FractionText(size % kSecond) + "s";
}

std::string PlainText(const Val& val) {
  switch (val.type()) {
    case Type::kNull: return "null";
    case Type::kBool: return val.AsBool() ? "true" : "false";
    case Type::kInt: return std::to_string(val.AsInt());
    case Type::kUint: return std::to_string(val.AsUint());
    case Type::kDouble: return DoubleText(val.AsDouble());
    case Type::kString:
    case Type::kBytes: return std::string(val.AsString());
    case Type::kTimestamp: return TimestampText(val.AsTime());
    case Type::kDuration: return SecondsText(val.AsDuration());
    case Type::kType: return std::string(TypeName(val.AsType()));
    case Type::kError: return val.ErrorMessage();
    default: return val.ToString();
  }
}

std::string QuoteText(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out.append("\\x").append(1, kHex[c >> 4]).append(1, kHex[c & 15]);
        } else {
          out += c;
        }
    }
  }
  return out + "\"";
}

std::string EncodeBase64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0u);
    const size_t kept = std::min<size_t>(3, bytes.size() - i) + 1;
    for (size_t j = 0; j < 4; ++j) out += j < kept ? kAlphabet[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::optional<int64_t> ParseInt(std::string_view text, int base) { return ParseNumber<int64_t>(text, base); }
std::optional<uint64_t> ParseUint(std::string_view text, int base) { return ParseNumber<uint64_t>(text, base); }

std::optional<double> ParseDouble(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  if (text.empty() || text[0] == '+') return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace wavetank::cel
