// JSON text <-> Value.
//
// Input is bounded (ParseLimits) and every error names line and column, 1-based, in characters of the text:
//   InvalidArgument: 3:14: unexpected '}', a value is expected
// Duplicate keys: the last wins, as in the real server; `duplicates` reports them to strict readers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank {

struct ParseLimits {
  size_t max_bytes = 64u << 20;
  int max_depth = 500;  // <= kMaxDepth
};

// One document, nothing but white space after it.
Result<Value> ParseJson(std::string_view text, const ParseLimits& limits = {},
                        std::vector<std::string>* duplicates = nullptr);

// Compact, keys sorted by bytes, in the manner of Go's encoder: `< > & U+2028 U+2029` are escaped. Equal Values print
// the same bytes.
std::string WriteJson(const Value& value);
// Two spaces of indentation, a newline at the end of each line but the last.
std::string WriteJsonPretty(const Value& value);

}  // namespace wavetank
