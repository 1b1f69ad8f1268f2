#include "tools/conformance/golden_case.h"

#include "runtime/value/json.h"
#include "tools/conformance/raw_json.h"

namespace wavetank::conformance {
namespace {

Status ReadCase(GoldenCase& out) {
  WT_ASSIGN(out.value, ParseJson(out.text));
  out.name = out.value["case"].AsString();
  const std::optional<std::string_view> steps = out.value.is_object() ? RawMember(out.text, "steps") : std::nullopt;
  if (out.name.empty() || !steps.has_value() || !out.value["steps"].is_array()) {
    return Status(Code::kInvalidArgument, "a case has a name (\"case\") and a list of \"steps\"");
  }
  size_t index = 0;
  for (const std::string_view raw : RawElements(*steps)) {
    const Value& step = out.value["steps"][index++];
    if (!step.is_object()) return Status(Code::kInvalidArgument, "step " + std::to_string(index) + " is no object");
    out.steps.push_back({step, RawMember(raw, "body").value_or(std::string_view())});
  }
  return {};
}

}  // namespace

std::string TopicOf(std::string_view path) {
  path = path.substr(path.rfind('/') + 1);
  return std::string(path.substr(0, path.rfind(".jsonl")));
}

Result<std::vector<std::unique_ptr<GoldenCase>>> ReadCases(std::string_view topic, std::string_view text) {
  std::vector<std::unique_ptr<GoldenCase>> cases;
  for (size_t line = 1; !text.empty(); ++line) {
    const std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), row.size() + 1));
    if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto found = std::make_unique<GoldenCase>();
    found->topic = topic;
    found->text = row;
    if (const Status read = ReadCase(*found); !read.ok()) {
      // A place within the text of the case is one of its first line.
      const std::string& what = read.message();
      const bool placed = what.starts_with("1:");
      return Status(read.code(), std::to_string(line) + (placed ? what.substr(1) : ": " + what));
    }
    cases.push_back(std::move(found));
  }
  return cases;
}

}  // namespace wavetank::conformance
