// Whether a command paints what it prints: `--color auto|always|never`.
#pragma once

#include <string_view>

#include "sim/report/style.h"
#include "tools/cli/terminal.h"

namespace wavetank::cli {

inline sim::Style StyleFor(std::string_view colour, const Terminal& terminal) {
  return sim::Style(colour == "always" || (colour == "auto" && terminal.likes_colour()));
}

}  // namespace wavetank::cli
