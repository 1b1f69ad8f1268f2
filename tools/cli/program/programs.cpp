#include "tools/cli/program/programs.h"

namespace wavetank::cli {

const sim::ControllerRegistry& ExamplePrograms() {
  static const sim::ControllerRegistry programs;
  return programs;
}

}  // namespace wavetank::cli
