// Features that a recorded case needs and that the simulated server does not have yet.
//
//   FeatureNeeded(*golden)   -> "custom resources", or "" when all it needs is there
//
// Read off the case's requests and answers; a case that passes all the same needs nothing.
#pragma once

#include <string_view>

#include "tools/conformance/golden_case.h"

namespace wavetank::conformance {

std::string_view FeatureNeeded(const GoldenCase& golden);

}  // namespace wavetank::conformance
