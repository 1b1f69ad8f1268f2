// Known failures: a file of `topic/case reason` lines. Listed cases still count as failed; an unlisted failure and a listed
// case that passes are both errors of the list.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank::conformance {

using KnownFailures = std::map<std::string, std::string, std::less<>>;  // "crud/name" -> why
// '#' begins a comment line. InvalidArgument names the line.
Result<KnownFailures> ReadKnownFailures(std::string_view text);

}  // namespace wavetank::conformance
