// The project's own `wavetank`: the command line with the examples' controllers in it.
#include "tools/cli/cli.h"
#include "tools/cli/program/programs.h"

int main(int argc, char** argv) { return wavetank::cli::Main(argc, argv, wavetank::cli::ExamplePrograms()); }
