// Any bytes: no crash, an error names a place, and what was read survives a round trip.
#include <cstdint>

#include "runtime/base/check.h"
#include "runtime/value/json.h"

using namespace wavetank;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> duplicates;
  const Result<Value> value = ParseJson(text, {.max_depth = 100}, &duplicates);
  if (!value.ok()) {
    WT_CHECK(value.status().message().find(": ") != std::string::npos, "an error names its place");
    return 0;
  }
  WT_CHECK(value->depth() <= 100, "the depth is bounded");
  const std::string printed = WriteJson(*value);
  const Result<Value> again = ParseJson(printed);
  WT_CHECK(again.ok() && *again == *value, "parse undoes write");
  WT_CHECK(again->hash() == value->hash(), "equal values hash alike");
  WT_CHECK(WriteJson(*again) == printed, "the form is canonical");
  const Result<Value> pretty = ParseJson(WriteJsonPretty(*value));
  WT_CHECK(pretty.ok() && *pretty == *value, "parse undoes pretty printing");
  return 0;
}
