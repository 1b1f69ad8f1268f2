#include "sim/cel/operators.h"

#include <cmath>

#include "runtime/base/check.h"

namespace wavetank::cel {
namespace {

constexpr std::string_view kArithmeticSigns[] = {"+", "-", "*", "/", "%"};
constexpr std::string_view kRelationSigns[] = {"<", "<=", ">", ">="};

Val IntArithmetic(Arithmetic operation, int64_t a, int64_t b) {
  int64_t out = 0;
  bool overflow = false;
  switch (operation) {
    case Arithmetic::kAdd: overflow = __builtin_add_overflow(a, b, &out); break;
    case Arithmetic::kSubtract: overflow = __builtin_sub_overflow(a, b, &out); break;
    case Arithmetic::kMultiply: overflow = __builtin_mul_overflow(a, b, &out); break;
    case Arithmetic::kDivide:
      if (b == 0) return Val::Error(ErrorKind::kDivisionByZero);
      overflow = a == INT64_MIN && b == -1;
      if (!overflow) out = a / b;
      break;
    case Arithmetic::kModulo:
      if (b == 0) return Val::Error(ErrorKind::kModulusByZero);
      overflow = a == INT64_MIN && b == -1;
      if (!overflow) out = a % b;
      break;
  }
  return overflow ? Val::Error(ErrorKind::kIntOverflow) : Val::Int(out);
}

Val UintArithmetic(Arithmetic operation, uint64_t a, uint64_t b) {
  uint64_t out = 0;
  bool overflow = false;
  switch (operation) {
    case Arithmetic::kAdd: overflow = __builtin_add_overflow(a, b, &out); break;
    case Arithmetic::kSubtract: overflow = __builtin_sub_overflow(a, b, &out); break;
    case Arithmetic::kMultiply: overflow = __builtin_mul_overflow(a, b, &out); break;
    case Arithmetic::kDivide:
      if (b == 0) return Val::Error(ErrorKind::kDivisionByZero);
      out = a / b;
      break;
    case Arithmetic::kModulo:
      if (b == 0) return Val::Error(ErrorKind::kModulusByZero);
      out = a % b;
      break;
  }
  return overflow ? Val::Error(ErrorKind::kUintOverflow) : Val::Uint(out);
}

Val DoubleArithmetic(Arithmetic operation, const Val& a, const Val& b) {
  const double x = a.AsDouble();
  const double y = b.AsDouble();
  switch (operation) {
    case Arithmetic::kAdd: return Val::Double(x + y);
    case Arithmetic::kSubtract: return Val::Double(x - y);
    case Arithmetic::kMultiply: return Val::Double(x * y);
    case Arithmetic::kDivide: return Val::Double(x / y);
    case Arithmetic::kModulo: break;
  }
  return NoOverload("%", a, b);
}

// Timestamps and durations: sums and differences that do not wrap.
Val TimeArithmetic(bool add, const Val& a, const Val& b) {
  const bool a_time = a.type() == Type::kTimestamp;
  const bool b_time = b.type() == Type::kTimestamp;
  if ((add && a_time && b_time) || (!add && !a_time && b_time)) return NoOverload(add ? "+" : "-", a, b);
  const int64_t x = a_time ? a.AsTime().nanos() : a.AsDuration().count();
  const int64_t y = b_time ? b.AsTime().nanos() : b.AsDuration().count();
  int64_t out = 0;
  if (add ? __builtin_add_overflow(x, y, &out) : __builtin_sub_overflow(x, y, &out)) {
    return Val::Error(ErrorKind::kTimeRange);
  }
  return a_time != b_time ? Val::OfTime(Time::FromNanos(out)) : Val::OfDuration(Duration(out));
}

bool IsTimeOrDuration(Type type) { return type == Type::kTimestamp || type == Type::kDuration; }

Val ConcatenateLists(const Val& a, const Val& b, Meter& meter) {
  const size_t total = a.size() + b.size();
  meter.Charge(total);
  if (total > meter.limits().max_list_elements) return TooLongList(meter);
  if (meter.exceeded()) return Val::Error(ErrorKind::kCost);
  ListBuilder out(total);
  for (const Val* list : {&a, &b}) {
    for (size_t i = 0; i < list->size(); ++i) out.Add(list->ElementAt(i));
  }
  return std::move(out).Build();
}

// An element's number, when `key` is a whole number in [0, size).
std::optional<size_t> IndexIn(const Val& key, size_t size) {
  switch (key.type()) {
    case Type::kInt:
      if (key.AsInt() < 0 || static_cast<uint64_t>(key.AsInt()) >= size) return std::nullopt;
      return static_cast<size_t>(key.AsInt());
    case Type::kUint:
      if (key.AsUint() >= size) return std::nullopt;
      return static_cast<size_t>(key.AsUint());
    default: {
      const double d = key.AsDouble();
      if (!(d >= 0) || d >= static_cast<double>(size) || d != std::floor(d)) return std::nullopt;
      return static_cast<size_t>(d);
    }
  }
}

}  // namespace

Val Relate(Relation relation, const Val& a, const Val& b, Meter& meter) {
  const std::optional<std::partial_ordering> order = Compare(a, b, meter);
  if (!order.has_value()) return NoOverload(kRelationSigns[static_cast<size_t>(relation)], a, b);
  switch (relation) {
    case Relation::kLess: return Val::Bool(*order < 0);
    case Relation::kLessEqual: return Val::Bool(*order <= 0);
    case Relation::kGreater: return Val::Bool(*order > 0);
    case Relation::kGreaterEqual: return Val::Bool(*order >= 0);
  }
  return Val::Bool(false);
}

Val Calculate(Arithmetic operation, const Val& a, const Val& b, Meter& meter) {
  const Type type = a.type();
  const bool add = operation == Arithmetic::kAdd;
  if (IsTimeOrDuration(type) && IsTimeOrDuration(b.type()) && (add || operation == Arithmetic::kSubtract)) {
    return TimeArithmetic(add, a, b);
  }
  if (type == b.type()) {
    switch (type) {
      case Type::kInt: return IntArithmetic(operation, a.AsInt(), b.AsInt());
      case Type::kUint: return UintArithmetic(operation, a.AsUint(), b.AsUint());
      case Type::kDouble: return DoubleArithmetic(operation, a, b);
      case Type::kString:
      case Type::kBytes:
        if (add) return Concatenate(a, b, meter);
        break;
      case Type::kList:
        if (add) return ConcatenateLists(a, b, meter);
        break;
      default: break;
    }
  }
  return NoOverload(kArithmeticSigns[static_cast<size_t>(operation)], a, b);
}

Val Negate(const Val& a) {
  switch (a.type()) {
    case Type::kInt: return IntArithmetic(Arithmetic::kSubtract, 0, a.AsInt());
    case Type::kDouble: return Val::Double(-a.AsDouble());
    case Type::kDuration:
      if (a.AsDuration().count() == INT64_MIN) return Val::Error(ErrorKind::kTimeRange);
      return Val::OfDuration(-a.AsDuration());
    default: return NoOverload("-", std::span(&a, 1));
  }
}

Val Contains(const Val& element, const Val& container, Meter& meter) {
  if (container.is_map()) return Val::Bool(!Lookup(container, element, meter).is_unset());
  if (!container.is_list()) return NoOverload("in", element, container);
  for (size_t i = 0; i < container.size() && !meter.exceeded(); ++i) {
    if (Equal(container.ElementAt(i), element, meter)) return Val::Bool(true);
  }
  return Val::Bool(false);
}

Val Lookup(const Val& map, const Val& key, Meter& meter) {
  if (const Value* object = map.json(); object != nullptr) {
    if (!key.is_string()) return Val::Unset();
    const Value* found = object->Find(key.AsString());
    return found != nullptr ? Val(*found) : Val::Unset();
  }
  for (const Entry& entry : map.boxed_entries()) {
    if (Equal(entry.key, key, meter)) return entry.value;
    if (meter.exceeded()) break;
  }
  return Val::Unset();
}

Val Index(const Val& container, const Val& key, Meter& meter) {
  if (container.is_map()) {
    Val found = Lookup(container, key, meter);
    if (!found.is_unset()) return found;
    return Val::Error(ErrorKind::kNoSuchKey, key.is_string() ? key.ToSharedString() : String(key.ToString()));
  }
  if (!container.is_list() || !key.is_number()) return NoOverload("[]", container, key);
  const std::optional<size_t> index = IndexIn(key, container.size());
  if (!index.has_value()) return Val::Error(ErrorKind::kIndexOutOfBounds, String(key.ToString()));
  return container.ElementAt(*index);
}

std::string_view ShortTypeName(const Val& val) {
  switch (val.type()) {
    case Type::kNull: return "null";
    case Type::kTimestamp: return "timestamp";
    case Type::kDuration: return "duration";
    default: return TypeName(val.type());
  }
}

Val NoOverload(std::string_view operation, const Val& a, const Val& b) {
  std::string detail(ShortTypeName(a));
  if (operation == "[]") {
    detail.append("[").append(ShortTypeName(b)).append("]");
  } else {
    detail.append(" ").append(operation).append(" ").append(ShortTypeName(b));
  }
  return Val::Error(ErrorKind::kNoSuchOverload, String(detail));
}

Val NoOverload(std::string_view function, std::span<const Val> args) {
  std::string detail(function);
  detail += '(';
  for (size_t i = 0; i < args.size(); ++i) detail.append(i == 0 ? "" : ", ").append(ShortTypeName(args[i]));
  detail += ')';
  return Val::Error(ErrorKind::kNoSuchOverload, String(detail));
}

Val Concatenate(const Val& a, const Val& b, Meter& meter) {
  const size_t total = a.AsString().size() + b.AsString().size();
  meter.ChargeText(total);
  if (total > meter.limits().max_string_bytes) return TooLongText(meter);
  std::string both;
  both.reserve(total);
  both.append(a.AsString()).append(b.AsString());
  return a.type() == Type::kBytes ? Val::Bytes(String(both)) : Val::Text(String(both));
}

Val MadeText(std::string_view text, Meter& meter) {
  meter.ChargeText(text.size());
  if (text.size() > meter.limits().max_string_bytes) return TooLongText(meter);
  return Val::Text(String(text));
}

Val TooLongText(const Meter& meter) {
  return Val::Error(ErrorKind::kCost,
                    String("a string of more than " + std::to_string(meter.limits().max_string_bytes) + " bytes"));
}

Val TooLongList(const Meter& meter) {
  return Val::Error(ErrorKind::kCost,
                    String("a list of more than " + std::to_string(meter.limits().max_list_elements) + " elements"));
}

}  // namespace wavetank::cel
