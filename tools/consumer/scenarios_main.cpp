// The command line of Wavetank with this operator in it: `labeler_scenarios run scenarios/`.
#include "labeler.h"
#include "tools/cli/cli.h"

int main(int argc, char** argv) {
  wavetank::cli::ControllerRegistry programs;
  programs.Add("labeler", labeler::Main, "labels ConfigMaps with the team that they name");
  return wavetank::cli::Main(argc, argv, programs);
}
