// The smallest thing that proves the installed runtime: it compiles, links and runs.
#pragma once

#include <string>

#include "runtime/base/status.h"

namespace labeler {

// The value of a label, from an object's JSON text.
wavetank::Result<std::string> LabelOf(const std::string& object, const std::string& label);

}  // namespace labeler
