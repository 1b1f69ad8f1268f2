// The first bytes choose a kind and seed two documents of it; the rest is read as a patch. Whatever it says, nothing
// crashes, documents do not change, and the patch between two documents leads there.
#include <cstdint>

#include "runtime/api/go_text.h"
#include "runtime/api/restore.h"
#include "runtime/api/strategic_merge.h"
#include "runtime/api/strategic_random.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"

using namespace wavetank;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static const std::vector<const ResourceInfo*> kinds = KindRegistry::BuiltIn().Resources();
  const TypeInfo& type = *kinds[data[0] % kinds.size()]->type;
  Random random(data[1]);
  RandomTyped typed(random);
  const Value document = typed.Struct(type, 6);
  const std::string before = WriteJson(document);

  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (const Result<Value> patch = ParseJson(text); patch.ok()) {
    Value left;
    const Result<Value> merged = ApplyStrategicMerge(type, document, *patch, &left);
    if (merged.ok()) {
      WT_CHECK(*ParseJson(WriteJson(*merged), {.max_depth = kMaxDepth}) == *merged, "the result is a document");
      WT_CHECK(!GoText(left).empty(), "what is left of the patch can be printed");
      (void)Restore(type, *merged);
      if (const Result<Value> made = MakeStrategicMerge(type, document, *merged); made.ok()) {
        WT_CHECK(ApplyStrategicMerge(type, document, *made).ok(), "a made patch applies");
      }
    }
  }
  const Value other = typed.Struct(type, 6);
  if (const Result<Value> made = MakeStrategicMerge(type, document, other); made.ok()) {
    const Result<Value> there = ApplyStrategicMerge(type, document, *made);
    WT_CHECK(there.ok() && *there == other, "a made patch leads there");
  }
  WT_CHECK(WriteJson(document) == before, "a document never changes");
  return 0;
}
