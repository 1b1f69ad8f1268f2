// The whole command line, for a main of your own that registers your controllers:
//
//   int main(int argc, char** argv) {
//     wavetank::sim::ControllerRegistry programs;
//     programs.Add("podcount", PodCountMain, "counts the pods of each ReplicaSet");
//     return wavetank::cli::Main(argc, argv, programs);
//   }
//
// Then `yours run scenarios/` plays scenarios that say `use: podcount`. Link Wavetank::cli.
#pragma once

#include "sim/scenario/programs.h"

namespace wavetank::cli {

using sim::ControllerRegistry;

// The exit status: kPassed and its neighbours (command.h).
int Main(int argc, char** argv, const ControllerRegistry& programs);

}  // namespace wavetank::cli
