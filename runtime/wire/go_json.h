// What Go's JSON decoder says about bytes that are no JSON: its words are part of the server's answers (API-020).
//
//   GoSyntaxError("{\"a\":1,}")   -> "invalid character '}' looking for beginning of object key string"
//   GoSyntaxError("{")            -> "unexpected end of JSON input"
//   GoSyntaxError("{}")           -> ""
//
// Pure functions, O(size), no recursion.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/status.h"
#include "runtime/value/json.h"
#include "runtime/value/value.h"

namespace wavetank {

// Empty for valid JSON. Bytes that are not UTF-8 are valid to Go.
std::string GoSyntaxError(std::string_view text);
// What Go makes of such bytes, and of lone surrogates: U+FFFD.
std::string WithReplacements(std::string_view text);
// ParseJson as lenient as Go is, with Go's error texts (kInvalidArgument).
Result<Value> ParseGoJson(std::string_view text, std::vector<std::string>* duplicates = nullptr);
// "object", "array", "string", "number", "bool", "null": how Go calls what it found.
std::string_view GoJsonType(const Value& value);

}  // namespace wavetank
