// Any bytes as a label selector, a field selector and the JSON form of a label selector: no crash, what was read survives a
// round trip through its text, and matching is the same before and after.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/api/selectors.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"

using namespace wavetank;

namespace {

void CheckLabels(const LabelSelector& selector, const Value& labels) {
  const Result<LabelSelector> again = LabelSelector::Parse(selector.ToString());
  WT_CHECK(again.ok() && *again == selector, "parse undoes print");
  WT_CHECK(again->Matches(labels) == selector.Matches(labels), "equal selectors match alike");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Value labels = *ParseJson(R"({"app":"web","tier":"front","n":"7","a.example/b":""})");
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const Result<LabelSelector> selector = LabelSelector::Parse(text); selector.ok()) {
    CheckLabels(*selector, labels);
  } else {
    WT_CHECK(!selector.status().message().empty(), "an error says something");
  }
  if (const Result<FieldSelector> selector = FieldSelector::Parse(text); selector.ok()) {
    const Result<FieldSelector> again = FieldSelector::Parse(selector->ToString());
    WT_CHECK(again.ok() && *again == *selector, "parse undoes print");
    (void)selector->Matches([](const std::string& field) { return std::string_view(field).substr(0, 1); });
  }
  if (const Result<Value> value = ParseJson(text, {.max_depth = 20}); value.ok()) {
    const Result<LabelSelector> selector = LabelSelector::FromValue(*value);
    if (selector.ok()) (void)selector->Matches(labels);
  }
  return 0;
}
