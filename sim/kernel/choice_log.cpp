#include "sim/kernel/choice_log.h"

#include <charconv>

namespace wavetank::sim {
namespace {
constexpr std::string_view kVersion = "c1:";
}

std::string EncodeChoices(const ChoiceLog& log) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out(kVersion);
  for (size_t i = 0; i < log.size(); ++i) {
    if (i > 0) out += '.';
    if (log[i].index != 0) out.append(std::to_string(log[i].index)).append(":");
    for (int shift = 28; shift >= 0; shift -= 4) out += kHex[(log[i].check >> shift) & 0xf];
  }
  return out;
}

Result<ChoiceLog> DecodeChoices(std::string_view text) {
  const auto bad = [&](std::string_view rest, std::string_view why) {
    return Status(Code::kInvalidArgument,
                  "choice log, character " + std::to_string(text.size() - rest.size() + 1) + ": " + std::string(why));
  };
  std::string_view rest = text;
  if (!rest.starts_with(kVersion)) return bad(rest, "a log of this version begins with \"c1:\"");
  rest.remove_prefix(kVersion.size());
  ChoiceLog log;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find('.'));
    const size_t colon = item.find(':');
    const std::string_view digits = colon == std::string_view::npos ? item : item.substr(colon + 1);
    Choice choice;
    if (colon != std::string_view::npos) {
      const auto [end, error] = std::from_chars(item.data(), item.data() + colon, choice.index);
      if (error != std::errc() || end != item.data() + colon) return bad(rest, "an index is a number");
    }
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), choice.check, 16);
    if (error != std::errc() || end != digits.data() + digits.size() || digits.size() != 8) {
      return bad(rest, "a check has 8 hex digits");
    }
    log.push_back(choice);
    rest.remove_prefix(item.size());
    if (!rest.empty()) {
      rest.remove_prefix(1);
      if (rest.empty()) return bad(rest, "a choice is missing after the last dot");
    }
  }
  return log;
}

}  // namespace wavetank::sim
