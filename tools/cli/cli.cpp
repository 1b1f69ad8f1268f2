#include "tools/cli/cli.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/strings.h"
#include "tools/cli/command.h"

namespace wavetank::cli {
namespace {

const Command* Find(const std::vector<Command>& commands, std::string_view name) {
  for (const Command& command : commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

int UnknownCommand(const std::vector<Command>& commands, const std::string& given, Context& context) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  const std::string_view near = NearestName(given, names);
  std::string message = context.short_name() + ": unknown command " + Quote(given);
  message += near.empty() ? "; there are: " + Join(names, ", ") : "; did you mean " + Quote(near) + "?";
  context.terminal.Err(message + "\n`" + context.short_name() + " --help` tells more.\n");
  return kBadUsage;
}

}  // namespace

std::vector<Command> Commands() {
  return {RunCommand(),   ReplayCommand(),      ListCommand(), ServeCommand(),
          SchemaCommand(), ConformanceCommand(), HelpCommand(), VersionCommand()};
}

namespace {

int Dispatch(std::span<const std::string> args, Context& context) {
  if (args.empty()) {
    context.terminal.Err(GeneralHelp(context));
    return kBadUsage;
  }
  const std::vector<Command> commands = Commands();
  const std::string& name = args[0];
  const std::span<const std::string> rest = args.subspan(1);
  if (name == "--help" || name == "-h") return Find(commands, "help")->run(rest, context);
  if (name == "--version") return Find(commands, "version")->run(rest, context);
  if (const Command* command = Find(commands, name)) return command->run(rest, context);
  if (name.starts_with("-")) {
    context.terminal.Err(context.short_name() + ": a command comes first, then its flags: " + context.short_name() +
                         " run " + name + " ...\n`" + context.short_name() + " --help` tells more.\n");
    return kBadUsage;
  }
  return UnknownCommand(commands, name, context);
}

}  // namespace

int RunCommandLine(std::span<const std::string> args, Context& context) {
  const int status = Dispatch(args, context);
  const std::string lost = context.terminal.out_failure();
  if (lost.empty()) return status;
  context.terminal.Err(context.short_name() + ": standard output: cannot be written: " + lost + "\n");
  return std::max(status, kBadUsage);  // whoever reads half of it must not take it for the whole
}

int Main(int argc, char** argv, const ControllerRegistry& programs) {
  const std::unique_ptr<Terminal> terminal = StandardTerminal();
  Context context{.programs = programs, .terminal = *terminal};
  if (argc > 0 && argv[0][0] != '\0') context.program = argv[0];
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  return RunCommandLine(args, context);
}

}  // namespace wavetank::cli
