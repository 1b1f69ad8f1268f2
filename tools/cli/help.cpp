#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/strings.h"
#include "tools/cli/command.h"

namespace wavetank::cli {
namespace {

#ifndef WAVETANK_VERSION
#define WAVETANK_VERSION "unknown"
#endif

constexpr std::string_view kAbout =
    "A wave tank for Kubernetes operators: runs controllers against a simulated cluster, under virtual time, with "
    "every\n"
    "ordering and every fault chosen by one seed, and hands back a failure that repeats exactly.\n";

constexpr std::string_view kExitCodes =
    "Exit status:\n"
    "  0  all scenarios passed (those that say expectFailure: failed as they should)\n"
    "  1  a scenario failed\n"
    "  2  bad usage, or a file that is missing or broken\n"
    "  3  nondeterminism: a schedule did not do the same twice, or a replay left its recording\n";

// The commands in one column, what they are for in another. A line that begins with a blank goes with the one above.
std::string ExampleTable(std::string_view lines, const Context& context) {
  std::vector<std::pair<std::string, std::string_view>> rows;
  size_t width = 0;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    const size_t bar = std::min(line.find(" | "), line.size());
    const std::string_view words = line.substr(0, bar);
    rows.emplace_back(words.empty() ? "" : context.short_name() + " " + std::string(words),
                      bar < line.size() ? line.substr(bar + 3) : std::string_view());
    width = std::max(width, rows.back().first.size());
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  std::string text = "Examples:\n";
  for (const auto& [command, about] : rows) {
    text += "  " + command;
    if (!about.empty()) text += std::string(width - command.size() + 2, ' ') + std::string(about);
    text += "\n";
  }
  return text;
}

int Help(std::span<const std::string> args, Context& context) {
  if (args.empty()) {
    context.terminal.Out(GeneralHelp(context));
    return kPassed;
  }
  const std::vector<std::string> of_command = {args[0], "--help"};
  if (args[0] == "help" || args[0].starts_with("-")) return RunCommandLine(std::vector<std::string>{"help"}, context);
  return RunCommandLine(of_command, context);
}

int Version(std::span<const std::string>, Context& context) {
  context.terminal.Out("wavetank " WAVETANK_VERSION "\n");
  return kPassed;
}

}  // namespace

std::string Context::short_name() const { return program.substr(program.rfind('/') + 1); }

Command HelpCommand() { return {"help", "this text, or `help COMMAND`", &Help}; }
Command VersionCommand() { return {"version", "the version", &Version}; }

std::string GeneralHelp(const Context& context) {
  std::string text = std::string(kAbout) + "\nUsage: " + context.short_name() + " COMMAND [ARGUMENTS]\n\nCommands:\n";
  const std::vector<Command> commands = Commands();
  const size_t width = std::ranges::max(commands, {}, [](const Command& c) { return c.name.size(); }).name.size() + 2;
  for (const Command& command : commands) {
    text += "  " + std::string(command.name) + std::string(width - command.name.size(), ' ') +
            std::string(command.summary) + "\n";
  }
  text += "\n" + ExampleTable(
                     "run scenarios/ | play every scenario there, each schedule twice\n"
                     "run s.yaml --seed 7 --schedules 1000 -v | search longer, and show what happened\n"
                     "replay .wavetank/s.replay | repeat a failure exactly\n",
                     context);
  return text + "\n" + std::string(kExitCodes) + "\n`" + context.short_name() +
         " COMMAND --help` tells about a command.\n";
}

std::string CommandHelp(const HelpText& help, const Flags& flags, const Context& context) {
  return "Usage: " + context.short_name() + " " + std::string(help.command) + " " + flags.Usage() + "\n\n" +
         std::string(help.about) + "\n" + flags.Table() + "\n" + ExampleTable(help.examples, context);
}

std::optional<int> ParseOrExplain(std::span<const std::string> args, const HelpText& help, Flags& flags,
                                  Context& context) {
  const Status parsed = flags.Parse(args);
  if (!parsed.ok()) return Misused(help.command, parsed.message(), context);
  if (!flags.help_wanted()) return std::nullopt;
  context.terminal.Out(CommandHelp(help, flags, context));
  return kPassed;
}

int Misused(std::string_view command, std::string_view message, Context& context) {
  const std::string call = context.short_name() + " " + std::string(command);
  context.terminal.Err(call + ": " + std::string(message) + "\n`" + call + " --help` tells more.\n");
  return kBadUsage;
}

}  // namespace wavetank::cli
