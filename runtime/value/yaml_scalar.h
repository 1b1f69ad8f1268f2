// What yaml.cpp and yaml_write.cpp know about the text of YAML: characters, and the type of a plain YAML 1.1 scalar as
// the real server and kubectl read it. Internal to runtime/value.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

// `text` is an unquoted scalar. Booleans: y yes true on, n no false off (lower, Title and UPPER case). null: ~ null or
// nothing. Integers: decimal, 017, 0o17, 0x1f, 0b11, with _ between the digits; floats; anything else is a string.
// InvalidArgument (without a place) for .inf and .nan, which JSON cannot hold.
Result<Value> ResolvePlainScalar(std::string_view text);

// How the scalar ends that `text` begins with (its anchor and tag before it): whether its quote, if it has one, is closed,
// and whether a colon follows on the line, as after a key. O(its length).
struct ScalarEnd {
  bool closed = true;
  bool colon = false;
};
ScalarEnd EndOfScalar(std::string_view text);

// yaml-cpp writes the escapes \N and \_ (U+0085, U+00A0) as single bytes. The source is UTF-8, so that every other
// byte of a scalar is part of a character.
std::string RepairEscapes(const std::string& text);

// yaml-cpp takes 0x04 for the end of the stream and guesses at other encodings; neither may reach it. So: UTF-8 without
// control characters; the error names the place.
Status CheckCharacters(std::string_view text);

}  // namespace wavetank::internal
