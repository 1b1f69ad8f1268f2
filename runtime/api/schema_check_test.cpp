// Decoding beside a known document answers as decoding alone does, whatever the two share.
#include "runtime/api/schema_check.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/api/schema.h"
#include "runtime/base/random.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

Value Json(std::string_view text) { return *ParseJson(text); }

constexpr std::string_view kPod = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"},
    "ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n","uid":"1"}]},"spec":{"containers":[{"name":"c","image":"i",
    "ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1"}}}],"terminationGracePeriodSeconds":30},
    "status":{"phase":"Running","startTime":"2026-01-01T00:00:00Z","conditions":[{"type":"Ready","status":"True",
    "lastProbeTime":null}]}})";
constexpr std::string_view kWords[] = {"null", "true",   "7",      "\"\"",       "\"x\"",
                                       "[]",   "{}",     "[null]", R"({"x":1})", "\"2026-01-01T00:00:00+00:00\"",
                                       "1.5",  "[\"x\"]"};

Value Mutated(const Value& value, Random& random) {
  if (value.is_object() && !value.empty() && random.Chance(5, 6)) {
    const Field& field = value.fields()[random.Below(value.size())];
    if (random.Chance(1, 8)) return value.Without(field.key.view());
    if (random.Chance(1, 10)) return value.Set("unknown", 1);
    return value.Set(field.key, Mutated(field.value, random));
  }
  if (value.is_array() && !value.empty() && random.Chance(4, 5)) {
    const size_t at = random.Below(value.size());
    return value.SetAt(at, Mutated(value[at], random));
  }
  return Json(kWords[random.Below(std::size(kWords))]);
}

TEST(DecodeBeside, AnswersAsAlone) {
  const TypeInfo& type = *KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Pod");
  Random random(11);
  int fine = 0;
  for (int i = 0; i < 3000; ++i) {
    Value known = Decode(type, Json(kPod))->value;
    if (random.Chance(1, 5)) known = Mutated(known, random);  // one that is not decoded is of no use, and does no harm
    Value document = Mutated(known, random);
    if (random.Chance(1, 3)) document = Mutated(document, random);
    const Result<Decoded> alone = Decode(type, Json(WriteJson(document)));
    const Result<Decoded> beside = Decode(type, document, known);
    ASSERT_EQ(alone.status().message(), beside.status().message()) << WriteJson(document);
    if (!alone.ok()) continue;
    ++fine;
    ASSERT_EQ(WriteJson(alone->value), WriteJson(beside->value)) << WriteJson(document);
    ASSERT_EQ(alone->unknown_fields, beside->unknown_fields);
    // What is marked is what decoding leaves alone.
    const Value again = Json(WriteJson(beside->value));
    ASSERT_EQ(WriteJson(Decode(type, again)->value), WriteJson(again));
  }
  EXPECT_GT(fine, 500);
}

TEST(DecodeBeside, SeesAnotherShape) {
  const TypeInfo& type = *KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Pod");
  const Value known = Decode(type, Json(kPod))->value;
  EXPECT_EQ(internal::FormBeside(type, known, known), internal::Form::kDecoded);
  EXPECT_EQ(internal::FormBeside(type, known.Without("status"), known), internal::Form::kLacking);
  EXPECT_EQ(internal::FormBeside(type, known.Without("kind").Set("zzz", 1), known), internal::Form::kOther);
  EXPECT_EQ(internal::FormBeside(type, Value("x"), Value::EmptyObject()), internal::Form::kOther);
  // Raw JSON is what it is, whatever is known.
  const TypeInfo& raw = *KindRegistry::BuiltIn().FindType("io.k8s.apimachinery.pkg.runtime.RawExtension");
  EXPECT_EQ(internal::FormBeside(raw, Json(R"({"a":1})"), Json(R"({"a":2})")), internal::Form::kDecoded);
}

}  // namespace
}  // namespace wavetank
