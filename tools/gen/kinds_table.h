// Writes the kind table as C++ (runtime/api/kind_table.h) from types.json and resources.json.
#pragma once

#include <string>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::gen {

// The text of kind_table.cpp. InvalidArgument when a document is not what its README says.
Result<std::string> WriteKindTable(const Value& types, const Value& resources);

}  // namespace wavetank::gen
