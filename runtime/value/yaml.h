// YAML text -> Values, with the place of each node.
//
// YAML is 1.1 as Kubernetes reads it: unquoted y/n/yes/no/on/off and true/false are booleans, 0o17 and 017 are octal,
// ~ and null are null; a quoted scalar is a string. Keys become strings. Anchors and aliases work (expansion is bounded),
// `<<` merges. A duplicate key is an error, and so are .inf and .nan, tags of one's own, and keys that are no scalars.
//
//   WT_ASSIGN(std::vector<YamlDocument> documents, ParseYaml(text));
//   Position at = documents[0].PositionOf("/spec/steps/0");      // for "scenario.yaml:12:5: ..."
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/json.h"
#include "runtime/value/value.h"

namespace wavetank {

struct Position {
  int line = 0;  // 1-based; 0: unknown
  int column = 0;
};

// A document and where each of its nodes stands.
struct YamlDocument {
  Value value;
  // JSON pointer ("/spec/steps/0/apply") -> place of the node; with '#' appended, the place of its key.
  std::map<std::string, Position, std::less<>> positions;

  // The place of the node, or of its nearest ancestor that has one.
  Position PositionOf(std::string_view pointer) const;
};

// All documents of a stream, empty ones left out. Errors read `line:column: what is wrong`. Nesting ends at 490 levels,
// whatever the limits say; aliases may add a million nodes.
Result<std::vector<YamlDocument>> ParseYaml(std::string_view text, const ParseLimits& limits = {});
// The documents without their places. With `duplicates` a key that stands twice is no error: the last counts, and each
// repetition is told as `line 3: key "a" already set in map`, up to a megabyte of them.
Result<std::vector<Value>> ParseYamlValues(std::string_view text, const ParseLimits& limits = {},
                                           std::vector<std::string>* duplicates = nullptr);
// Block style, for people: reports, plans, `-o yaml`. ParseYamlValues(WriteYaml(v)) == {v}, for text that is UTF-8.
std::string WriteYaml(const Value& value);

}  // namespace wavetank
