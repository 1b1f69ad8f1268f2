// Text -> Ast: recursive descent over the grammar of the CEL definition, with bounded depth and length.
//
// Not in the grammar here, and an error that says so: message literals (`Pod{...}`) and optional syntax (`a.?b`).
// Chains of && and || are one node each, so that a long list of conditions is not a deep tree.
#pragma once

#include <string_view>

#include "runtime/base/status.h"
#include "sim/cel/ast.h"

namespace wavetank::cel {

struct ParseLimits {
  size_t max_bytes = 64u << 10;
  int max_depth = 200;
};

// Errors read `line:column: what is wrong`.
Result<Ast> Parse(std::string_view text, const ParseLimits& limits = {});

}  // namespace wavetank::cel
