// Regular expressions that take linear time: a thin wrapper round RE2, which may be included in this folder only.
//
//   WT_ASSIGN(Pattern pattern, Pattern::Compile("[a-z]([-a-z0-9]*[a-z0-9])?"));
//   if (!pattern.FullMatch(name)) ...
//
// Syntax and meaning are those of Go's regexp package, as in CEL's `matches` and in the patterns of a CRD's schema.
// Immutable and cheap to copy. Matching is O(text), whatever the pattern; a compiled pattern is at most 1 MiB large.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace re2 {
class RE2;
}

namespace wavetank::cel {

class Pattern {
 public:
  // InvalidArgument: `invalid pattern "[a": missing ]: [a`.
  static Result<Pattern> Compile(std::string_view text);

  // The whole text matches.
  bool FullMatch(std::string_view text) const;
  // Some part of the text matches.
  bool Search(std::string_view text) const;
  // The leftmost match at or after byte `from`, as a part of `text`.
  std::optional<std::string_view> Find(std::string_view text, size_t from = 0) const;

  // Steps that a search of `text` is worth to a meter: it grows with the text and with the size of the pattern.
  uint64_t Cost(std::string_view text) const;
  // The same for the compilation of this pattern.
  uint64_t CompilationCost() const;
  // What a compilation costs that fails: at most a pattern of the greatest size was looked at.
  static constexpr uint64_t kFailureCost = 10'000;

  const std::string& text() const;

 private:
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_(std::move(regex)) {}
  std::shared_ptr<const re2::RE2> regex_;
};

}  // namespace wavetank::cel
