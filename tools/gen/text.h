// Small helpers for writing C++ text.
#pragma once

#include <string>
#include <string_view>

#include "runtime/value/value.h"

namespace wavetank::gen {

// "a\"b" as a C++ literal.
std::string Literal(std::string_view text);
// The literal, or `nullptr` for an empty text.
std::string LiteralOrNull(std::string_view text);
// The strings of an array, joined with commas.
std::string Joined(const Value& words);
// "podCIDRs" -> "pod_cidrs", "apiVersion" -> "api_version", "$ref" -> "ref"; a keyword of C++ gets a trailing underscore.
std::string SnakeCase(std::string_view name);
// "sample-widget", "sampleWidget" -> "SampleWidget".
std::string CamelCase(std::string_view name);

}  // namespace wavetank::gen
