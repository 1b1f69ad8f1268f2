// The type of a plain YAML 1.1 scalar, as the real server and kubectl read it. Internal to runtime/value.
#pragma once

#include <string_view>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

// `text` is an unquoted scalar. Booleans: y yes true on, n no false off (lower, Title and UPPER case). null: ~ null or
// nothing. Integers: decimal, 017, 0o17, 0x1f, 0b11, with _ between the digits; floats; anything else is a string.
// InvalidArgument (without a place) for .inf and .nan, which JSON cannot hold.
Result<Value> ResolvePlainScalar(std::string_view text);

}  // namespace wavetank::internal
