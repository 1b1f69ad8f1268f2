// The macros over lists and maps, as a table: name, forms, operation.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/cel/program.h"

namespace wavetank::cel {

// How many of the arguments name variables. With two they are index and element of a list, key and value of a map.
struct MacroForm {
  size_t arguments;
  int variables;
};

struct Macro {
  std::string_view name;
  Op op;
  MacroForm forms[2];
};

std::span<const Macro> Macros();
// Null when there is none.
const Macro* FindMacro(std::string_view name);
std::optional<MacroForm> FormOf(const Macro& macro, size_t arguments);

}  // namespace wavetank::cel
