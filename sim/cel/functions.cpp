#include "sim/cel/functions.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/cel/operators.h"
#include "sim/cel/text.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

using Args = std::span<const Val>;

constexpr int64_t kSecond = 1'000'000'000;

Val RangeError(const CallContext& context, const Val& given) {
  return Refuse(context, given.ToString() + " is out of range");
}

Val TextError(const CallContext& context, const Val& given) {
  return Refuse(context, "cannot read " + given.ToString());
}

Val ToInt(Args args, CallContext& context) {
  const Val& x = args[0];
  switch (x.type()) {
    case Type::kInt: return x;
    case Type::kUint:
      return x.AsUint() <= INT64_MAX ? Val::Int(static_cast<int64_t>(x.AsUint())) : RangeError(context, x);
    case Type::kDouble: {
      const double d = x.AsDouble();
      if (!(d > -9223372036854775808.0 && d < 9223372036854775808.0)) return RangeError(context, x);
      return Val::Int(static_cast<int64_t>(d));
    }
    case Type::kString: {
      const auto i = ParseInt(x.AsString());
      return i.has_value() ? Val::Int(*i) : TextError(context, x);
    }
    case Type::kTimestamp: return Val::Int(x.AsTime().seconds());
    case Type::kDuration: return Val::Int(x.AsDuration().count());
    default: return BadArguments(args, context);
  }
}

Val ToUint(Args args, CallContext& context) {
  const Val& x = args[0];
  switch (x.type()) {
    case Type::kUint: return Val::Uint(x.AsUint());
    case Type::kInt: return x.AsInt() >= 0 ? Val::Uint(static_cast<uint64_t>(x.AsInt())) : RangeError(context, x);
    case Type::kDouble: {
      const double d = x.AsDouble();
      if (!(d >= 0 && d < 18446744073709551616.0)) return RangeError(context, x);
      return Val::Uint(static_cast<uint64_t>(d));
    }
    case Type::kString: {
      const auto u = ParseUint(x.AsString());
      return u.has_value() ? Val::Uint(*u) : TextError(context, x);
    }
    default: return BadArguments(args, context);
  }
}

Val ToDouble(Args args, CallContext& context) {
  const Val& x = args[0];
  switch (x.type()) {
    case Type::kDouble: return x;
    case Type::kInt: return Val::Double(static_cast<double>(x.AsInt()));
    case Type::kUint: return Val::Double(static_cast<double>(x.AsUint()));
    case Type::kString: {
      const auto d = ParseDouble(x.AsString());
      return d.has_value() ? Val::Double(*d) : TextError(context, x);
    }
    default: return BadArguments(args, context);
  }
}

Val ToText(Args args, CallContext& context) {
  const Val& x = args[0];
  switch (x.type()) {
    case Type::kString: return x;
    case Type::kBool:
    case Type::kInt:
    case Type::kUint:
    case Type::kDouble:
    case Type::kTimestamp:
    case Type::kDuration: return MadeText(PlainText(x), context.meter);
    case Type::kBytes:
      context.meter.ChargeText(x.AsString().size());
      if (!IsValidUtf8(x.AsString())) return Refuse(context, "the bytes are not valid UTF-8");
      return Val::Text(x.ToSharedString());
    default: return BadArguments(args, context);
  }
}

Val ToBytes(Args args, CallContext& context) {
  if (args[0].type() == Type::kBytes) return args[0];
  if (args[0].is_string()) return Val::Bytes(args[0].ToSharedString());
  return BadArguments(args, context);
}

Val ToBool(Args args, CallContext& context) {
  if (args[0].is_bool()) return args[0];
  if (!args[0].is_string()) return BadArguments(args, context);
  constexpr std::string_view kTrue[] = {"1", "t", "true", "TRUE", "True"};
  constexpr std::string_view kFalse[] = {"0", "f", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, args[0].AsString()) != std::end(kTrue)) return Val::Bool(true);
  if (std::ranges::find(kFalse, args[0].AsString()) != std::end(kFalse)) return Val::Bool(false);
  return TextError(context, args[0]);
}

Val ToTimestamp(Args args, CallContext& context) {
  const Val& x = args[0];
  if (x.type() == Type::kTimestamp) return x;
  if (x.is_string()) {
    const auto time = ParseTime(x.AsString());
    if (!time.has_value()) return TextError(context, x);
    const bool saturated = *time == Time::Max() || time->nanos() == INT64_MIN;  // beyond the years 1677 to 2262
    return saturated ? RangeError(context, x) : Val::OfTime(*time);
  }
  if (!x.is_int()) return BadArguments(args, context);
  int64_t nanos = 0;
  if (__builtin_mul_overflow(x.AsInt(), kSecond, &nanos)) return RangeError(context, x);
  return Val::OfTime(Time::FromNanos(nanos));
}

Val ToDuration(Args args, CallContext& context) {
  const Val& x = args[0];
  if (x.type() == Type::kDuration) return x;
  if (!x.is_string()) return BadArguments(args, context);
  const auto duration = ParseDuration(x.AsString());
  return duration.has_value() ? Val::OfDuration(*duration) : TextError(context, x);
}

Val TypeOf(Args args, CallContext&) { return Val::OfType(args[0].type()); }
Val Dyn(Args args, CallContext&) { return args[0]; }

Val Size(Args args, CallContext& context) {
  const Val& x = args[0];
  switch (x.type()) {
    case Type::kString:
      context.meter.Charge(x.AsString().size() / 64);
      return Val::Int(static_cast<int64_t>(CountCharacters(x.AsString())));
    case Type::kBytes: return Val::Int(static_cast<int64_t>(x.AsString().size()));
    case Type::kList:
    case Type::kMap: return Val::Int(static_cast<int64_t>(x.size()));
    default: return BadArguments(args, context);
  }
}

constexpr Builtin kConversions[] = {
    {"int", false, 1, 1, ToInt},           {"uint", false, 1, 1, ToUint},   {"double", false, 1, 1, ToDouble},
    {"string", false, 1, 1, ToText},       {"bytes", false, 1, 1, ToBytes}, {"bool", false, 1, 1, ToBool},
    {"type", false, 1, 1, TypeOf},         {"dyn", false, 1, 1, Dyn},       {"timestamp", false, 1, 1, ToTimestamp},
    {"duration", false, 1, 1, ToDuration}, {"size", false, 1, 1, Size},     {"size", true, 1, 1, Size},
};

template <typename Visit>
void ForEachBuiltin(Visit visit) {
  for (const auto table : {ConversionFunctions(), StringFunctions(), ListFunctions(), TimeFunctions()}) {
    for (const Builtin& builtin : table) visit(builtin);
  }
}

}  // namespace

std::span<const Builtin> ConversionFunctions() { return kConversions; }

const Builtin* FindBuiltin(std::string_view name, bool method, size_t arguments) {
  const Builtin* found = nullptr;
  ForEachBuiltin([&](const Builtin& builtin) {
    if (builtin.name == name && builtin.method == method && builtin.min_arguments <= arguments &&
        arguments <= builtin.max_arguments) {
      found = &builtin;
    }
  });
  return found;
}

bool IsBuiltinName(std::string_view name, bool method) {
  bool found = false;
  ForEachBuiltin([&](const Builtin& builtin) { found |= builtin.name == name && builtin.method == method; });
  return found;
}

std::vector<std::string_view> BuiltinNames(bool method) {
  std::vector<std::string_view> names;
  ForEachBuiltin([&](const Builtin& builtin) {
    if (builtin.method == method) names.push_back(builtin.name);
  });
  return names;
}

bool ChargeSearch(const Val& text, const Val& part, CallContext& context) {
  context.meter.Charge((text.AsString().size() / 64 + 1) * (part.AsString().size() / 64 + 1));
  return !context.meter.exceeded();
}

Val BadArguments(Args arguments, const CallContext& context) { return NoOverload(context.name, arguments); }

Val Refuse(const CallContext& context, std::string_view why) {
  std::string sentence(context.name);
  sentence.append("(): ").append(why);
  return Val::Error(ErrorKind::kText, String(sentence));
}

}  // namespace wavetank::cel
