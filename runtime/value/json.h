// JSON text <-> Value.
//
//   WT_ASSIGN(Value pod, ParseJson(text));
//   std::string line = WriteJson(pod);            // ParseJson(line) == pod
//
// Input is bounded (ParseLimits) and every error names line and column, 1-based, in characters of the text:
//   InvalidArgument: 3:14: unexpected '}', a value is expected
// (kTooLarge, without a place, when the text is longer than the limit.) Refused: bytes that are not UTF-8, lone
// surrogates, numbers beyond a double, a byte order mark, anything behind the document.
//
// Numbers: integers of 64 bits are exact, larger ones become doubles, as does everything with a point or an exponent; -0
// is 0. Duplicate keys: the last wins. Who asks for `duplicates` is told each once, as "spec.containers[0].name" (API-205), up to
// a megabyte of them, and gets a second object put into the first, as Go does; more than a million fields to put together are
// an error.
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
// the same bytes. Doubles have the fewest digits that read back the same, and always look like one ("1.0", "1e+21"). What
// only a program can make is printed as well as JSON can: bytes that are not UTF-8 as \ufffd, NaN and infinity as null.
std::string WriteJson(const Value& value);
// Two spaces of indentation, a newline at the end of each line but the last.
std::string WriteJsonPretty(const Value& value);

}  // namespace wavetank
