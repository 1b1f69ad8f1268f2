// Flags: what a command accepts, bound to variables. The one place that knows the command line library.
//
//   Flags flags;
//   flags.Number("--seed", "N", "the seed of all schedules", &options.seed);
//   flags.Rest("PATH", "scenario files, or folders of them", 1, &options.paths);
//   WT_RETURN_IF_ERROR(flags.Parse(args));      // InvalidArgument: `unknown flag --sed; did you mean --seed?`
//
// `--flag value` and `--flag=value` both work, `--` ends the flags, and every command has -h and --help.
// Ownership: the variables outlive the Flags. Parse is called once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/status.h"

namespace wavetank::cli {

class Flags {
 public:
  // `names`: "--json", or "-v,--verbose". Each variable keeps its value when the flag is not given.
  void Switch(std::string names, std::string help, bool* out);
  void Text(std::string names, std::string value_name, std::string help, std::optional<std::string>* out);
  void Choice(std::string names, std::vector<std::string> allowed, std::string help, std::string* out);
  void Number(std::string names, std::string value_name, std::string help, std::optional<uint64_t>* out,
              uint64_t minimum = 0, uint64_t maximum = UINT64_MAX);
  // Everything that is no flag: at least so many.
  void Rest(std::string value_name, std::string help, size_t at_least, size_t at_most, std::vector<std::string>* out);

  // Nothing else is checked once help is asked for.
  Status Parse(std::span<const std::string> args);
  bool help_wanted() const { return help_wanted_; }

  // "PATH... [--seed N] [--json]": the end of a usage line.
  std::string Usage() const;
  // A line each.
  std::string Table() const;

 private:
  struct NumberTarget {
    std::optional<uint64_t>* out;
    uint64_t minimum;
    uint64_t maximum;
  };
  struct ChoiceTarget {
    std::string* out;
    std::vector<std::string> allowed;
  };
  using Target = std::variant<bool*, std::optional<std::string>*, ChoiceTarget, NumberTarget>;
  struct Flag {
    std::string names;
    std::string value_name;  // "" for a switch
    std::string help;
    Target target;
    std::string name() const;  // "--verbose"
  };
  struct Positional {
    std::string value_name;
    std::string help;
    size_t at_least = 0;
    size_t at_most = 0;
    std::vector<std::string>* out = nullptr;
  };
  bool IsFlag(std::string_view text) const;
  Status Unknown(const std::string& given) const;
  static Status Store(const Flag& flag, const std::string& text);

  std::vector<Flag> flags_;
  std::optional<Positional> rest_;
  bool help_wanted_ = false;
};

// A number of 0 or more in decimal digits, all of the text.
std::optional<uint64_t> ParseNumber(std::string_view text);

}  // namespace wavetank::cli
