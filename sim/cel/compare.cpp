// Equality and order of operators.h.

#include <algorithm>
#include <cmath>

#include "sim/cel/operators.h"

namespace wavetank::cel {
namespace {

std::partial_ordering CompareWithDouble(int64_t i, double d) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (std::isnan(d)) return std::partial_ordering::unordered;
  if (d >= kTwo63) return std::partial_ordering::less;
  if (d < -kTwo63) return std::partial_ordering::greater;
  const double whole = std::trunc(d);
  const auto j = static_cast<int64_t>(whole);
  return i != j ? std::partial_ordering(i <=> j) : 0.0 <=> d - whole;
}

std::partial_ordering CompareWithDouble(uint64_t u, double d) {
  constexpr double kTwo64 = 18446744073709551616.0;
  if (std::isnan(d)) return std::partial_ordering::unordered;
  if (d >= kTwo64) return std::partial_ordering::less;
  if (d < 0) return std::partial_ordering::greater;
  const double whole = std::trunc(d);
  const auto v = static_cast<uint64_t>(whole);
  return u != v ? std::partial_ordering(u <=> v) : 0.0 <=> d - whole;
}

std::partial_ordering Reverse(std::partial_ordering order) { return 0 <=> order; }

bool EqualLists(const Val& a, const Val& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a.ElementAt(i), b.ElementAt(i), meter)) return false;
  }
  return true;
}

// Both are objects of JSON: the keys of both are sorted.
bool EqualObjects(const Value& a, const Value& b, Meter& meter) {
  for (size_t i = 0; i < a.size(); ++i) {
    const Field& x = a.fields()[i];
    const Field& y = b.fields()[i];
    if (x.key != y.key || !Equal(x.value, y.value, meter)) return false;
  }
  return true;
}

bool EqualMaps(const Val& a, const Val& b, Meter& meter) {
  if (a.size() != b.size()) return false;
  if (a.json() != nullptr && b.json() != nullptr) return EqualObjects(*a.json(), *b.json(), meter);
  for (size_t i = 0; i < a.size() && !meter.exceeded(); ++i) {
    const Val other = Lookup(b, a.KeyAt(i), meter);
    if (other.is_unset() || !Equal(a.ValueAt(i), other, meter)) return false;
  }
  return true;
}

}  // namespace

std::partial_ordering CompareNumbers(const Val& a, const Val& b) {
  const Type x = a.type();
  const Type y = b.type();
  if (x == Type::kDouble) {
    if (y == Type::kDouble) return a.AsDouble() <=> b.AsDouble();
    return Reverse(CompareNumbers(b, a));
  }
  if (x == Type::kInt) {
    if (y == Type::kInt) return a.AsInt() <=> b.AsInt();
    if (y == Type::kDouble) return CompareWithDouble(a.AsInt(), b.AsDouble());
    return a.AsInt() < 0 ? std::strong_ordering::less : static_cast<uint64_t>(a.AsInt()) <=> b.AsUint();
  }
  if (y == Type::kUint) return a.AsUint() <=> b.AsUint();
  if (y == Type::kDouble) return CompareWithDouble(a.AsUint(), b.AsDouble());
  return Reverse(CompareNumbers(b, a));
}

bool Equal(const Val& a, const Val& b, Meter& meter) {
  meter.Charge(1);
  if (meter.exceeded()) return false;
  if (a.is_number()) return b.is_number() && CompareNumbers(a, b) == 0;
  if (a.json() != nullptr && b.json() != nullptr && a.json()->identity() != nullptr &&
      a.json()->identity() == b.json()->identity()) {
    return true;
  }
  const Type type = a.type();
  if (type != b.type()) return false;
  switch (type) {
    case Type::kNull: return true;
    case Type::kBool: return a.AsBool() == b.AsBool();
    case Type::kString:
    case Type::kBytes:
      if (a.AsString().size() != b.AsString().size()) return false;
      meter.Charge(a.AsString().size() / 64);
      return a.AsString() == b.AsString();
    case Type::kTimestamp:
    case Type::kDuration:
    case Type::kType: return a.AsInt() == b.AsInt();
    case Type::kList: return EqualLists(a, b, meter);
    case Type::kMap: return EqualMaps(a, b, meter);
    default: return false;
  }
}

std::optional<std::partial_ordering> Compare(const Val& a, const Val& b, Meter& meter) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b);
  if (a.type() != b.type()) return std::nullopt;
  switch (a.type()) {
    case Type::kBool: return a.AsBool() <=> b.AsBool();
    case Type::kString:
    case Type::kBytes:
      meter.Charge(std::min(a.AsString().size(), b.AsString().size()) / 64);
      return a.AsString() <=> b.AsString();
    case Type::kTimestamp:
    case Type::kDuration: return a.AsInt() <=> b.AsInt();
    default: return std::nullopt;
  }
}

}  // namespace wavetank::cel
