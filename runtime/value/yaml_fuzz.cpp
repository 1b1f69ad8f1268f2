// Any bytes: no crash, no runaway, positions inside the text, and what was read survives a round trip.
#include <cstdint>

#include "runtime/base/check.h"
#include "runtime/value/yaml.h"

using namespace wavetank;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<std::vector<YamlDocument>> documents = ParseYaml(text, {.max_depth = 100});
  if (!documents.ok()) {
    WT_CHECK(documents.status().message().find(": ") != std::string::npos, "an error names its place");
    return 0;
  }
  for (const YamlDocument& document : *documents) {
    for (const auto& [pointer, place] : document.positions) {
      WT_CHECK(place.line >= 1 && place.column >= 1, "places count from 1");
      WT_CHECK(static_cast<size_t>(place.line) <= size + 1, "places lie in the text");
    }
    const std::string printed = WriteYaml(document.value);
    if (printed.size() > 100'000) continue;  // aliases
    const Result<std::vector<Value>> again = ParseYamlValues(printed);
    WT_CHECK(again.ok() && again->size() == 1 && again->front() == document.value, "parse undoes write");
  }
  return 0;
}
