// The built-in functions: tables of name, form, number of arguments and callback. Types are looked at by the callback.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sim/cel/meter.h"
#include "sim/cel/val.h"

namespace wavetank::cel {

struct CallContext {
  Meter& meter;
  std::string_view name;  // of the function, for messages
};

// Pure. No argument is an error. A receiver is the first argument.
using BuiltinCallback = Val (*)(std::span<const Val> arguments, CallContext& context);

struct Builtin {
  std::string_view name;
  bool method;            // called as receiver.name(...)
  uint8_t min_arguments;  // with the receiver
  uint8_t max_arguments;
  BuiltinCallback call;
};

// Of functions.cpp (conversions), string_functions.cpp, list_functions.cpp, time_functions.cpp.
std::span<const Builtin> ConversionFunctions();
std::span<const Builtin> StringFunctions();
std::span<const Builtin> ListFunctions();
std::span<const Builtin> TimeFunctions();

// Null when no function of this form takes so many arguments (with the receiver).
const Builtin* FindBuiltin(std::string_view name, bool method, size_t arguments);
bool IsBuiltinName(std::string_view name, bool method);
std::vector<std::string_view> BuiltinNames(bool method);

// Charges for looking for `part` in `text`, which may take the product of their lengths. False when that is too much.
bool ChargeSearch(const Val& text, const Val& part, CallContext& context);

// "no such overload: size(int)".
Val BadArguments(std::span<const Val> arguments, const CallContext& context);
// An error with a sentence of its own: "timestamp(): not a time: \"x\"".
Val Refuse(const CallContext& context, std::string_view why);

}  // namespace wavetank::cel
