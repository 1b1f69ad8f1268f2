// One string or bytes literal, from its prefix to its last quote.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank::cel {

struct StringLiteral {
  bool bytes = false;
  size_t end = 0;  // the byte after the literal
  std::string value;
};

// Whether a literal (r, b and a quote) starts at `at`. REQUIRES: at < text.size().
bool StringLiteralStarts(std::string_view text, size_t at);
// REQUIRES: StringLiteralStarts(text, at).
Result<StringLiteral> ReadStringLiteral(std::string_view text, size_t at);

}  // namespace wavetank::cel
