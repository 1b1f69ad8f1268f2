// The programs that the project's own `wavetank` knows: the examples. A user's main has a list of its own.
#pragma once

#include "sim/scenario/programs.h"

namespace wavetank::cli {

const sim::ControllerRegistry& ExamplePrograms();

}  // namespace wavetank::cli
