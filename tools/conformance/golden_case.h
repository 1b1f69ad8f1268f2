// Recorded cases: one JSON document a line.
//
//   WT_ASSIGN(std::vector<GoldenCase> cases, ReadCases("crud", text));
//
// A case keeps its text: bodies of requests are sent in the order in which they were recorded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/value/value.h"

namespace wavetank::conformance {

struct GoldenStep {
  Value value;
  std::string_view raw_body;  // of a request; empty when it has none
};

struct GoldenCase {
  std::string topic;
  std::string name;
  std::string text;  // the line
  Value value;
  std::vector<GoldenStep> steps;  // views into `text`

  std::string id() const { return topic + "/" + name; }
  bool cluster() const { return value["profile"] == "cluster"; }
  GoldenCase() = default;
  GoldenCase(GoldenCase&&) = delete;
};

// InvalidArgument: `3:17: ...`, a place in the text.
Result<std::vector<std::unique_ptr<GoldenCase>>> ReadCases(std::string_view topic, std::string_view text);
// "golden/crud.jsonl" -> "crud".
std::string TopicOf(std::string_view path);

}  // namespace wavetank::conformance
