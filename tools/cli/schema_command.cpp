#include "runtime/value/json.h"
#include "sim/scenario/format.h"
#include "tools/cli/command.h"

namespace wavetank::cli {
namespace {

constexpr HelpText kHelp = {
    .command = "schema",
    .about = "Prints the JSON Schema of scenario files, for editors; or the same as a reference for people.\n",
    .examples =
        "schema > scenario.schema.json | then, at the top of a scenario:\n"
        " | # yaml-language-server: $schema=scenario.schema.json\n"
        "schema --markdown | every field, what it means and what it defaults to\n",
};

int Schema(std::span<const std::string> args, Context& context) {
  bool markdown = false;
  Flags flags;
  flags.Switch("--markdown", "the reference for people", &markdown);
  if (const std::optional<int> done = ParseOrExplain(args, kHelp, flags, context)) return *done;
  context.terminal.Out(markdown ? sim::FormatReference() : WriteJsonPretty(sim::JsonSchema()) + "\n");
  return kPassed;
}

}  // namespace

Command SchemaCommand() { return {"schema", "print the JSON Schema of scenario files", &Schema}; }

}  // namespace wavetank::cli
