// CEL's operators on Vals: equality, order, arithmetic, look-up. Pure functions; errors are Vals without a place.
//
// Numbers of different types are compared by their mathematical value (1 == 1u == 1.0) and never mixed by arithmetic.
// Values of different types are unequal; ordering them, or adding them, is "no such overload". NaN equals nothing.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "sim/cel/meter.h"
#include "sim/cel/val.h"

namespace wavetank::cel {

enum class Arithmetic : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kModulo };
enum class Relation : uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual };

// Charges a step for each pair of elements it compares; stops early (with false) when the meter is exceeded.
// Two documents of one node are equal without a look inside.
bool Equal(const Val& a, const Val& b, Meter& meter);
// Unordered when a NaN takes part. REQUIRES: a and b are numbers.
std::partial_ordering CompareNumbers(const Val& a, const Val& b);
// Nothing when the two types have no order.
std::optional<std::partial_ordering> Compare(const Val& a, const Val& b, Meter& meter);

Val Relate(Relation relation, const Val& a, const Val& b, Meter& meter);
Val Calculate(Arithmetic operation, const Val& a, const Val& b, Meter& meter);
Val Negate(const Val& a);
// `element in container`: a list, or the keys of a map.
Val Contains(const Val& element, const Val& container, Meter& meter);

// The value of `key` in a map; Unset when it has none.
Val Lookup(const Val& map, const Val& key, Meter& meter);
// `container[key]`.
Val Index(const Val& container, const Val& key, Meter& meter);

// `no such overload: int + string`.
Val NoOverload(std::string_view operation, const Val& a, const Val& b);
Val NoOverload(std::string_view function, std::span<const Val> args);
// The name of a type in such a message: short, "timestamp" for google.protobuf.Timestamp.
std::string_view ShortTypeName(const Val& val);

// The two texts as one; an error when that is longer than the limit.
Val Concatenate(const Val& a, const Val& b, Meter& meter);
// A string that an expression made, or the error that it is too long.
Val MadeText(std::string_view text, Meter& meter);
Val TooLongText(const Meter& meter);
Val TooLongList(const Meter& meter);

}  // namespace wavetank::cel
