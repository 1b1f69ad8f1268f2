// The input seeds a random document and patches; the rest of it is read as a patch. Laws of patches hold for all.
#include <cstdint>

#include "runtime/base/check.h"
#include "runtime/base/hash.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "runtime/value/random_value.h"

using namespace wavetank;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Random random(data[0]);
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Value document = RandomObject(random, {.null_fields = false});
  const std::string before = WriteJson(document);

  const Result<Value> patch = ParseJson(text);
  if (patch.ok()) {
    const Value merged = ApplyMergePatch(document, *patch);
    WT_CHECK(ApplyMergePatch(merged, *patch) == merged, "a merge patch applied twice is one applied once");
    const Result<Value> patched = ApplyJsonPatch(document, *patch);
    if (patched.ok())
      WT_CHECK(*ParseJson(WriteJson(*patched), {.max_depth = kMaxDepth}) == *patched, "the result is a document");
    const Result<Value> set = SetAtPointer(document, patch->AsString(), *patch);
    if (set.ok())
      WT_CHECK(*Resolve(*set, patch->AsString()) == *patch || patch->AsString().ends_with('-'),
               "what was set is there");
    const std::optional<std::string> difference = FirstDifference(document, *patch);
    WT_CHECK(difference.has_value() == !(document == *patch), "a difference exists when the documents differ");
  }
  const Value other = RandomEdit(random, RandomEdit(random, document, {.null_fields = false}), {.null_fields = false});
  if (other.is_object()) {
    WT_CHECK(ApplyMergePatch(document, MakeMergePatch(document, other)) == other, "a made patch leads there");
  }
  WT_CHECK(WriteJson(document) == before, "a document never changes");
  return 0;
}
