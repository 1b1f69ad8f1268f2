#include "tools/cli/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "runtime/base/strings.h"

namespace wavetank::cli {
namespace {

Status Wrong(std::string message) { return Status(Code::kInvalidArgument, std::move(message)); }

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::string Flags::Flag::name() const { return names.substr(names.rfind(',') + 1); }

void Flags::Switch(std::string names, std::string help, bool* out) {
  flags_.push_back({std::move(names), "", std::move(help), out});
}
void Flags::Text(std::string names, std::string value_name, std::string help, std::optional<std::string>* out) {
  flags_.push_back({std::move(names), std::move(value_name), std::move(help), out});
}
void Flags::Choice(std::string names, std::vector<std::string> allowed, std::string help, std::string* out) {
  std::string value_name = Join(allowed, "|");
  flags_.push_back({std::move(names), std::move(value_name), std::move(help), ChoiceTarget{out, std::move(allowed)}});
}
void Flags::Number(std::string names, std::string value_name, std::string help, std::optional<uint64_t>* out,
                   uint64_t minimum, uint64_t maximum) {
  flags_.push_back({std::move(names), std::move(value_name), std::move(help), NumberTarget{out, minimum, maximum}});
}
void Flags::Rest(std::string value_name, std::string help, size_t at_least, size_t at_most,
                 std::vector<std::string>* out) {
  rest_ = Positional{std::move(value_name), std::move(help), at_least, at_most, out};
}

Status Flags::Parse(std::span<const std::string> args) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  bool help = false;
  app.add_flag("-h,--help", help);
  // A string for each value: what it must be is checked here, in words of ours.
  std::vector<std::vector<std::string>> given(flags_.size());
  std::vector<int> switched(flags_.size(), 0);
  std::vector<std::string> rest;
  std::vector<std::string> extra;
  try {
    for (size_t i = 0; i < flags_.size(); ++i) {
      if (flags_[i].value_name.empty()) {
        app.add_flag(flags_[i].names, switched[i]);
      } else {
        app.add_option(flags_[i].names, given[i])
            ->expected(1)
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      }
    }
    if (rest_.has_value()) app.add_option("arguments", rest)->expected(0, 1 << 20);
    std::vector<std::string> reversed(args.rbegin(), args.rend());
    app.parse(std::move(reversed));
    extra = app.remaining();
  } catch (const CLI::ArgumentMismatch&) {
    // The only way to give a wrong number of values is to end with a flag that needs one, or to follow it by another flag.
    for (size_t i = 0; i < args.size(); ++i) {
      for (const Flag& flag : flags_) {
        const bool named = args[i] == flag.name() || flag.names.starts_with(args[i] + ",");
        const bool alone = i + 1 == args.size() || args[i + 1].starts_with("-");
        if (named && alone && !flag.value_name.empty())
          return Wrong(flag.name() + " needs a value: " + flag.value_name);
      }
    }
    return Wrong("a flag lacks its value");
  } catch (const CLI::Error& error) {
    return Wrong(error.what());
  }
  help_wanted_ = help;
  if (help_wanted_) return {};
  for (const std::string& argument : extra) {
    if (argument.starts_with("-") && argument != "-") return Unknown(argument);
    rest.push_back(argument);
  }
  for (size_t i = 0; i < flags_.size(); ++i) {
    if (bool* const* out = std::get_if<bool*>(&flags_[i].target)) **out = **out || switched[i] > 0;
    for (const std::string& value : given[i]) {
      if (IsFlag(value)) return Wrong(flags_[i].name() + " needs a value: " + flags_[i].value_name);
    }
    if (given[i].size() > 1) return Wrong(flags_[i].name() + " is given more than once");
    if (!given[i].empty()) WT_RETURN_IF_ERROR(Store(flags_[i], given[i][0]));
  }
  if (!rest_.has_value()) {
    if (!rest.empty()) return Wrong("there is nothing to do with " + Quote(rest[0]));
    return {};
  }
  if (rest.size() < rest_->at_least) return Wrong("no " + rest_->value_name + " is given: " + rest_->help);
  if (rest.size() > rest_->at_most) return Wrong("there is nothing to do with " + Quote(rest[rest_->at_most]));
  *rest_->out = std::move(rest);
  return {};
}

bool Flags::IsFlag(std::string_view text) const {
  return std::ranges::any_of(flags_, [&](const Flag& flag) { return flag.name() == text; });
}

Status Flags::Store(const Flag& flag, const std::string& text) {
  return std::visit(
      Overloaded{
          [](bool*) { return Status(); },
          [&](std::optional<std::string>* out) {
            *out = text;
            return Status();
          },
          [&](const ChoiceTarget& target) {
            if (std::ranges::find(target.allowed, text) == target.allowed.end()) {
              return Wrong(flag.name() + ": " + Quote(text) + " is none of " + Join(target.allowed, ", "));
            }
            *target.out = text;
            return Status();
          },
          [&](const NumberTarget& target) {
            const std::optional<uint64_t> number = ParseNumber(text);
            if (!number.has_value() || *number < target.minimum || *number > target.maximum) {
              return Wrong(flag.name() + ": " + Quote(text) + " is no number from " + std::to_string(target.minimum) +
                           " to " + std::to_string(target.maximum));
            }
            *target.out = *number;
            return Status();
          },
      },
      flag.target);
}

Status Flags::Unknown(const std::string& given) const {
  const std::string name = given.substr(0, given.find('='));
  std::vector<std::string> known = {"--help"};
  for (const Flag& flag : flags_) known.push_back(flag.name());
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string_view near = name.starts_with("--") ? NearestName(name, candidates) : std::string_view();
  std::string message = "unknown flag " + name;
  if (!near.empty()) message += "; did you mean " + std::string(near) + "?";
  return Wrong(std::move(message));
}

std::string Flags::Usage() const {
  std::string usage;
  if (rest_.has_value()) usage += rest_->value_name + (rest_->at_most > 1 ? "..." : "");
  for (const Flag& flag : flags_) {
    if (!usage.empty()) usage += ' ';
    usage +=
        "[" + flag.names.substr(0, flag.names.find(',')) + (flag.value_name.empty() ? "" : " ") + flag.value_name + "]";
  }
  return usage;
}

std::string Flags::Table() const {
  std::vector<std::pair<std::string, std::string_view>> rows;
  if (rest_.has_value()) rows.emplace_back(rest_->value_name + (rest_->at_most > 1 ? "..." : ""), rest_->help);
  for (const Flag& flag : flags_) {
    std::string names = flag.names;
    if (const size_t comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
    rows.emplace_back(names + (flag.value_name.empty() ? "" : " ") + flag.value_name, flag.help);
  }
  size_t width = 0;
  for (const auto& [name, help] : rows) width = std::max(width, name.size());
  std::string table;
  for (const auto& [name, help] : rows) {
    table += "  " + name + std::string(width - name.size() + 2, ' ') + std::string(help) + "\n";
  }
  return table;
}

}  // namespace wavetank::cli
