// Places in the text of an expression, and messages about them.
//
//   1:15: no such key: spec
//     objects("Pod").all(p, p.spec.x == 1)
//                           ^
//
// Offsets are bytes from the start; lines and columns are 1-based, columns count characters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank::cel {

inline constexpr uint32_t kNowhere = UINT32_MAX;

struct Place {
  int line = 0;
  int column = 0;
};

// REQUIRES: offset <= text.size(), or kNowhere (which is line 0).
Place PlaceOf(std::string_view text, uint32_t offset);
// "line:column: message"; just the message when the place is unknown.
std::string MessageAt(std::string_view text, uint32_t offset, std::string_view message);
// An InvalidArgument error with such a message.
Status ErrorAt(std::string_view text, uint32_t offset, std::string_view message);

// The line of `text` that a message of the form "line:column: ..." is about and a caret below the place, both indented
// by two spaces; empty when the message names no place of this text.
std::string CaretLines(std::string_view text, std::string_view message);
// The message of an error of Compile or Evaluate, followed by its caret lines.
std::string Explain(std::string_view text, const Status& error);

}  // namespace wavetank::cel
