// JSON text as Go's encoder writes a typed object, and findings in the order of a text.
//
// A Value sorts its fields; Go writes them as the struct declares them: kind, apiVersion, metadata, spec, status (API-022).
// Equal content prints equal bytes. Pure functions; O(size).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank {

// Compact. Fields of structs in Go's order, fields that the type does not have after them, map keys sorted; whole
// numbers of float64 fields without ".0".
std::string WriteTypedJson(const TypeInfo& type, const Value& value);

// Sorts paths ("spec.containers[0].foo", as Decode names unknown fields) by where their keys first stand in the text of
// the document; what is not found keeps its order at the end. REQUIRES: `json` is valid JSON.
void SortByPlaceInText(std::string_view json, std::vector<std::string>& paths);

// A finding of strict decoding: a field that the type does not have, or a key that stands twice.
struct TextFinding {
  std::string path;
  bool duplicate = false;
};
// In the order in which a reader of the text comes upon them: a repeated key at its second place. REQUIRES: as above.
void SortByPlaceInText(std::string_view json, std::vector<TextFinding>& findings);

}  // namespace wavetank
