// Command: one word of the command line, in a file of its own.
//
//   Command RunCommand();            // run_command.cpp
//   int status = RunCommandLine({"run", "scenarios/"}, context);
//
// A command parses its flags, prints through the Terminal, and returns its exit status.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/cli.h"
#include "tools/cli/flags.h"
#include "tools/cli/terminal.h"

namespace wavetank::cli {

// Exit statuses. When several apply, the greatest of those that were found, but for kBadUsage, which comes before any run.
inline constexpr int kPassed = 0;
inline constexpr int kFailed = 1;
inline constexpr int kBadUsage = 2;  // or a bad file
inline constexpr int kNondeterminism = 3;

struct Context {
  const ControllerRegistry& programs;
  Terminal& terminal;
  std::string program = "wavetank";  // how this program was called, for lines to copy
  std::string short_name() const;    // without the folders, for people
};

struct Command {
  std::string_view name;
  std::string_view summary;  // a line
  int (*run)(std::span<const std::string> args, Context& context);
};

Command RunCommand();
Command ReplayCommand();
Command SchemaCommand();
Command ListCommand();
Command ConformanceCommand();
Command ServeCommand();
Command HelpCommand();
Command VersionCommand();
// In the order of the help text.
std::vector<Command> Commands();

// `args` without the name of the program.
int RunCommandLine(std::span<const std::string> args, Context& context);
// What `--help` prints.
std::string GeneralHelp(const Context& context);

// What a command's --help says beside its flags.
struct HelpText {
  std::string_view command;
  std::string_view about;     // paragraphs
  std::string_view examples;  // a line each: "run scenarios/ | every scenario there"
};
std::string CommandHelp(const HelpText& help, const Flags& flags, const Context& context);
// Parses. A status: help or an error was printed, that was all.
std::optional<int> ParseOrExplain(std::span<const std::string> args, const HelpText& help, Flags& flags,
                                  Context& context);
// "wavetank run: MESSAGE", and where to read on. Returns kBadUsage.
int Misused(std::string_view command, std::string_view message, Context& context);

}  // namespace wavetank::cli
