// Functions on strings. Positions and lengths are in characters, not bytes.

#include <algorithm>
#include <optional>

#include "sim/cel/functions.h"
#include "sim/cel/operators.h"
#include "sim/cel/pattern.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

using Args = std::span<const Val>;

bool AllStrings(Args args) {
  return std::ranges::all_of(args, [](const Val& arg) { return arg.is_string(); });
}

void ChargeReading(Args args, CallContext& context) {
  for (const Val& arg : args) context.meter.Charge(arg.AsString().size() / 64);
}

Val Contains(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  if (!ChargeSearch(args[0], args[1], context)) return Val::Error(ErrorKind::kCost);
  return Val::Bool(args[0].AsString().find(args[1].AsString()) != std::string_view::npos);
}

Val StartsWith(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  return Val::Bool(args[0].AsString().starts_with(args[1].AsString()));
}

Val EndsWith(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  return Val::Bool(args[0].AsString().ends_with(args[1].AsString()));
}

// A pattern that is no constant: made for this one call, and charged for.
Result<Pattern> PatternOf(const Val& text, CallContext& context) {
  Result<Pattern> pattern = Pattern::Compile(text.AsString());
  context.meter.Charge(pattern.ok() ? pattern->CompilationCost() : Pattern::kFailureCost);
  return pattern;
}

Val Matches(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  const Result<Pattern> pattern = PatternOf(args[1], context);
  if (!pattern.ok()) return Val::Error(pattern.status());
  context.meter.Charge(pattern->Cost(args[0].AsString()));
  if (context.meter.exceeded()) return Val::Error(ErrorKind::kCost);
  return Val::Bool(pattern->Search(args[0].AsString()));
}

Val Find(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  const Result<Pattern> pattern = PatternOf(args[1], context);
  if (!pattern.ok()) return Val::Error(pattern.status());
  context.meter.Charge(pattern->Cost(args[0].AsString()));
  if (context.meter.exceeded()) return Val::Error(ErrorKind::kCost);
  return MadeText(pattern->Find(args[0].AsString()).value_or(std::string_view()), context.meter);
}

template <char kFirst, char kLast>
Val ChangeCase(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  std::string out(args[0].AsString());
  for (char& c : out) {
    if (c >= kFirst && c <= kLast) c ^= 0x20;
  }
  return MadeText(out, context.meter);
}

// Unicode's white space, as UTF-8.
constexpr std::string_view kSpaces[] = {" ",      "\t",     "\n",     "\v",     "\f",     "\r",     "\u0085",
                                        "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004",
                                        "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                        "\u2029", "\u202f", "\u205f", "\u3000"};

Val Trim(Args args, CallContext& context) {
  if (!AllStrings(args)) return BadArguments(args, context);
  std::string_view text = args[0].AsString();
  const auto step = [&](bool front) {
    for (const std::string_view space : kSpaces) {
      if (front ? !text.starts_with(space) : !text.ends_with(space)) continue;
      front ? text.remove_prefix(space.size()) : text.remove_suffix(space.size());
      return true;
    }
    return false;
  };
  while (step(true)) {
  }
  while (step(false)) {
  }
  return MadeText(text, context.meter);
}

// The limit that an optional last argument gives; "no limit" when it is absent or negative.
std::optional<size_t> LimitArgument(Args args, size_t at) {
  if (args.size() <= at) return SIZE_MAX;
  if (!args[at].is_int()) return std::nullopt;
  return args[at].AsInt() < 0 ? SIZE_MAX : static_cast<size_t>(args[at].AsInt());
}

// replace(old, new), replace(old, new, limit). An empty `old` stands before each character and at the end.
Val Replace(Args args, CallContext& context) {
  const std::optional<size_t> limit = LimitArgument(args, 3);
  if (!AllStrings(args.first(3)) || !limit.has_value()) return BadArguments(args, context);
  if (!ChargeSearch(args[0], args[1], context)) return Val::Error(ErrorKind::kCost);
  const std::string_view text = args[0].AsString();
  const std::string_view old = args[1].AsString();
  const std::string_view fresh = args[2].AsString();
  std::string out;
  size_t at = 0;
  for (size_t done = 0; done < *limit; ++done) {
    const size_t found = text.find(old, at);
    if (found == std::string_view::npos) break;
    out.append(text.substr(at, found - at)).append(fresh);
    at = found + old.size();
    if (out.size() > context.meter.limits().max_string_bytes) return TooLongText(context.meter);
    if (!old.empty()) continue;
    if (at >= text.size()) break;
    const size_t length = CharacterLength(text, at);
    out.append(text.substr(at, length));
    at += length;
  }
  out.append(text.substr(at));
  return MadeText(out, context.meter);
}

// split(separator), split(separator, limit). An empty separator splits into characters.
Val Split(Args args, CallContext& context) {
  const std::optional<size_t> limit = LimitArgument(args, 2);
  if (!AllStrings(args.first(2)) || !limit.has_value()) return BadArguments(args, context);
  if (!ChargeSearch(args[0], args[1], context)) return Val::Error(ErrorKind::kCost);
  std::string_view rest = args[0].AsString();
  const std::string_view separator = args[1].AsString();
  ListBuilder parts(4);
  if (*limit == 0) return std::move(parts).Build();
  while (parts.size() + 1 < *limit && !context.meter.exceeded()) {
    const size_t found =
        separator.empty() ? (rest.empty() ? std::string_view::npos : CharacterLength(rest, 0)) : rest.find(separator);
    if (found == std::string_view::npos || (separator.empty() && found == rest.size())) break;
    if (parts.size() >= context.meter.limits().max_list_elements) return TooLongList(context.meter);
    parts.Add(MadeText(rest.substr(0, found), context.meter));
    rest.remove_prefix(found + separator.size());
  }
  if (!separator.empty() || !rest.empty()) parts.Add(MadeText(rest, context.meter));
  return std::move(parts).Build();
}

Val Join(Args args, CallContext& context) {
  if (!args[0].is_list() || !AllStrings(args.subspan(1))) return BadArguments(args, context);
  const std::string_view separator = args.size() > 1 ? args[1].AsString() : std::string_view();
  std::string out;
  for (size_t i = 0; i < args[0].size(); ++i) {
    const Val element = args[0].ElementAt(i);
    if (!element.is_string()) return Refuse(context, "element " + std::to_string(i) + " is no string");
    out.append(i == 0 ? std::string_view() : separator).append(element.AsString());
    context.meter.Charge(1);
    if (out.size() > context.meter.limits().max_string_bytes) return TooLongText(context.meter);
    if (context.meter.exceeded()) break;
  }
  return MadeText(out, context.meter);
}

Val OutOfText(CallContext& context, const Val& position) {
  return Refuse(context, "index " + position.ToString() + " is out of range");
}

// The byte that a character position stands for; nothing when it is outside.
std::optional<size_t> ByteOf(std::string_view text, const Val& position) {
  if (position.AsInt() < 0) return std::nullopt;
  const size_t byte = OffsetOfCharacter(text, static_cast<size_t>(position.AsInt()));
  return byte == std::string_view::npos ? std::nullopt : std::optional(byte);
}

Val Substring(Args args, CallContext& context) {
  if (!args[0].is_string() || !args[1].is_int() || (args.size() > 2 && !args[2].is_int())) {
    return BadArguments(args, context);
  }
  ChargeReading(args.first(1), context);
  const std::string_view text = args[0].AsString();
  const auto from = ByteOf(text, args[1]);
  const auto to = args.size() > 2 ? ByteOf(text, args[2]) : text.size();
  if (!from.has_value()) return OutOfText(context, args[1]);
  if (!to.has_value()) return OutOfText(context, args[2]);
  if (*from > *to) return Refuse(context, "the start is behind the end");
  return MadeText(text.substr(*from, *to - *from), context.meter);
}

Val CharAt(Args args, CallContext& context) {
  if (!args[0].is_string() || !args[1].is_int()) return BadArguments(args, context);
  ChargeReading(args.first(1), context);
  const std::string_view text = args[0].AsString();
  const auto at = ByteOf(text, args[1]);
  if (!at.has_value()) return OutOfText(context, args[1]);
  return MadeText(*at == text.size() ? std::string_view() : text.substr(*at, CharacterLength(text, *at)),
                  context.meter);
}

constexpr Builtin kStrings[] = {
    {"contains", true, 2, 2, Contains},
    {"startsWith", true, 2, 2, StartsWith},
    {"endsWith", true, 2, 2, EndsWith},
    {"matches", true, 2, 2, Matches},
    {"matches", false, 2, 2, Matches},
    {"find", true, 2, 2, Find},
    {"lowerAscii", true, 1, 1, ChangeCase<'A', 'Z'>},
    {"upperAscii", true, 1, 1, ChangeCase<'a', 'z'>},
    {"trim", true, 1, 1, Trim},
    {"replace", true, 3, 4, Replace},
    {"split", true, 2, 3, Split},
    {"join", true, 1, 2, Join},
    {"substring", true, 2, 3, Substring},
    {"charAt", true, 2, 2, CharAt},
};

}  // namespace

std::span<const Builtin> StringFunctions() { return kStrings; }

}  // namespace wavetank::cel
