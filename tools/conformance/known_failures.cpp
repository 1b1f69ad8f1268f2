#include "tools/conformance/known_failures.h"

namespace wavetank::conformance {

Result<KnownFailures> ReadKnownFailures(std::string_view text) {
  KnownFailures known;
  for (size_t line = 1; !text.empty(); ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), row.size() + 1));
    if (row.empty() || row.starts_with('#')) continue;
    const size_t space = row.find(' ');
    const std::string_view id = row.substr(0, space);
    const auto bad = [line](std::string_view why) {
      return Status(Code::kInvalidArgument, "line " + std::to_string(line) + ": " + std::string(why));
    };
    if (id.find('/') == std::string_view::npos || space == std::string_view::npos || space + 1 >= row.size()) {
      return bad("a line says `topic/case reason`");
    }
    if (!known.emplace(id, row.substr(space + 1)).second) return bad(std::string(id) + " stands here twice");
  }
  return known;
}

}  // namespace wavetank::conformance
