// JSON pointers as the recordings write them: "/spec/x", "/items/#" (how many), "/conditions/[type=Ready]/status".
//
//   const Value* found = Lookup(document, "/items/0/metadata/name");
//
// Pure functions; O(path x fields).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/value.h"

namespace wavetank::conformance {

std::vector<std::string> PointerParts(std::string_view pointer);
std::string EscapePart(std::string_view part);
// Nothing when the pointer leads nowhere.
std::optional<Value> Lookup(const Value& document, std::string_view pointer);
// Without what the pointer leads to; the same document when that is nothing.
Value Remove(const Value& document, std::string_view pointer);
// With something else at that place. REQUIRES: the pointer leads somewhere.
Value Replace(const Value& document, std::string_view pointer, Value value);

}  // namespace wavetank::conformance
