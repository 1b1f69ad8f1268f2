// Functions on lists, with Kubernetes' names and meanings; indexOf and lastIndexOf are for strings too.

#include <optional>

#include "sim/cel/functions.h"
#include "sim/cel/operators.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

using Args = std::span<const Val>;

Val FindElement(Args args, CallContext& context, bool last) {
  if (args.size() > 2) return BadArguments(args, context);
  const size_t size = args[0].size();
  for (size_t i = 0; i < size && !context.meter.exceeded(); ++i) {
    const size_t at = last ? size - 1 - i : i;
    if (Equal(args[0].ElementAt(at), args[1], context.meter)) return Val::Int(static_cast<int64_t>(at));
  }
  return Val::Int(-1);
}

// Where the search starts, as a byte; nothing when the optional argument is no position of this text.
std::optional<size_t> SearchStart(Args args, bool last) {
  const std::string_view text = args[0].AsString();
  if (args.size() < 3) return last ? text.size() : 0;
  if (!args[2].is_int() || args[2].AsInt() < 0) return std::nullopt;
  const size_t byte = OffsetOfCharacter(text, static_cast<size_t>(args[2].AsInt()));
  if (byte == std::string_view::npos) return std::nullopt;
  return byte;
}

Val FindText(Args args, CallContext& context, bool last) {
  if (!args[1].is_string()) return BadArguments(args, context);
  const std::string_view text = args[0].AsString();
  if (!ChargeSearch(args[0], args[1], context)) return Val::Error(ErrorKind::kCost);
  const std::optional<size_t> start = SearchStart(args, last);
  if (!start.has_value()) return Refuse(context, "index " + args[2].ToString() + " is out of range");
  const size_t found = last ? text.rfind(args[1].AsString(), *start) : text.find(args[1].AsString(), *start);
  if (found == std::string_view::npos) return Val::Int(-1);
  return Val::Int(static_cast<int64_t>(CountCharacters(text.substr(0, found))));
}

template <bool kLast>
Val IndexOf(Args args, CallContext& context) {
  if (args[0].is_list()) return FindElement(args, context, kLast);
  if (args[0].is_string()) return FindText(args, context, kLast);
  return BadArguments(args, context);
}

Val IsSorted(Args args, CallContext& context) {
  if (!args[0].is_list()) return BadArguments(args, context);
  for (size_t i = 1; i < args[0].size() && !context.meter.exceeded(); ++i) {
    context.meter.Charge(1);
    const Val greater = Relate(Relation::kGreater, args[0].ElementAt(i - 1), args[0].ElementAt(i), context.meter);
    if (greater.is_error() || greater.is_true()) return greater.is_error() ? greater : Val::Bool(false);
  }
  return Val::Bool(true);
}

Val Sum(Args args, CallContext& context) {
  if (!args[0].is_list()) return BadArguments(args, context);
  if (args[0].size() == 0) return Val::Int(0);
  Val sum = args[0].ElementAt(0);
  if (!sum.is_number() && sum.type() != Type::kDuration) return BadArguments(args, context);
  for (size_t i = 1; i < args[0].size() && !sum.is_error() && !context.meter.exceeded(); ++i) {
    context.meter.Charge(1);
    sum = Calculate(Arithmetic::kAdd, sum, args[0].ElementAt(i), context.meter);
  }
  return sum;
}

template <Relation kBetter>
Val Best(Args args, CallContext& context) {
  if (!args[0].is_list()) return BadArguments(args, context);
  if (args[0].size() == 0) return Refuse(context, "the list is empty");
  Val best = args[0].ElementAt(0);
  for (size_t i = 1; i < args[0].size() && !context.meter.exceeded(); ++i) {
    context.meter.Charge(1);
    Val next = args[0].ElementAt(i);
    Val better = Relate(kBetter, next, best, context.meter);
    if (better.is_error()) return better;
    if (better.is_true()) best = std::move(next);
  }
  return best;
}

constexpr Builtin kLists[] = {
    {"indexOf", true, 2, 3, IndexOf<false>},    {"lastIndexOf", true, 2, 3, IndexOf<true>},
    {"isSorted", true, 1, 1, IsSorted},         {"sum", true, 1, 1, Sum},
    {"min", true, 1, 1, Best<Relation::kLess>}, {"max", true, 1, 1, Best<Relation::kGreater>},
};

}  // namespace

std::span<const Builtin> ListFunctions() { return kLists; }

}  // namespace wavetank::cel
