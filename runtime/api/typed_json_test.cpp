#include "runtime/api/typed_json.h"

#include <gtest/gtest.h>

#include <fstream>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

TEST(TypedJson, FieldsStandInGoOrder) {
  const TypeInfo& pod = *KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Pod");
  const std::string text =
      R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","labels":{"a":"1","b":"2"}},"spec":{"volumes":[{"name":"v","hostPath":{"path":"/"}}],)"
      R"("containers":[{"name":"c","image":"i","livenessProbe":{"httpGet":{"path":"/","port":80},"periodSeconds":3}}]},"status":{"phase":"Running"}})";
  EXPECT_EQ(WriteTypedJson(pod, *ParseJson(text)), text);
  EXPECT_EQ(WriteTypedJson(pod, *ParseJson(R"({"zzz":1,"odd":{"b":1},"kind":"Pod"})")),
            R"({"kind":"Pod","odd":{"b":1},"zzz":1})");
  EXPECT_EQ(WriteTypedJson(pod, Value()), "null");
}

TEST(TypedJson, SpecialTypes) {
  const TypeInfo& crd =
      *KindRegistry::BuiltIn().FindType("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
  const std::string text =
      R"({"type":"object","default":{"a":{"z":1.0},"type":"x"},"maximum":3,"items":[{"description":"b","type":"a"}],)"
      R"("properties":{"p":{"type":"t","additionalProperties":{"type":"u","format":"f"}}},"additionalProperties":false})";
  const Value schema = *ParseJson(text);
  const std::string written = WriteTypedJson(crd, schema);
  EXPECT_EQ(*ParseJson(written), schema);
  EXPECT_NE(written.find(R"({"description":"b","type":"a"})"), written.npos) << written;
  EXPECT_NE(written.find(R"("additionalProperties":{"type":"u","format":"f"})"), written.npos) << written;
  EXPECT_NE(written.find(R"("default":{"a":{"z":1.0},"type":"x"})"), written.npos) << written;
}

// The `in` and `out` of the recorded samples are the text of Go's encoder.
TEST(TypedJson, PrintsRecordedSamplesByteForByte) {
  std::ifstream in(std::string(WAVETANK_SOURCE_DIR) + "/tools/gen/kinds/defaults.jsonl");
  int compared = 0;
  for (std::string line; std::getline(in, line);) {
    const Value row = *ParseJson(line);
    const size_t at = line.find("\"out\":");
    if (at == line.npos || !row.Has("out")) continue;
    const Value& gvk = row["gvk"];
    const ResourceInfo* r =
        KindRegistry::BuiltIn().Find(Gvk(gvk["group"].AsString(), gvk["version"].AsString(), gvk["kind"].AsString()));
    const std::string text = line.substr(at + 6, line.size() - at - 7);
    EXPECT_EQ(WriteTypedJson(*r->type, row["out"]), text);
    ++compared;
  }
  EXPECT_GT(compared, 50);
}

TEST(SortByPlaceInText, UnknownFieldsComeAsWritten) {
  const std::string text = R"({"z":[1,{"q":"a\"b,{"}],"spec":{"x":1},"other":{}, "a" : {"l":[{"n":1},[2,{"m":3}]]}})";
  std::vector<std::string> paths = {"a.l[0].n", "a.l[1][1].m", "missing", "other", "spec.x", "z[1].q"};
  SortByPlaceInText(text, paths);
  EXPECT_EQ(paths, (std::vector<std::string>{"z[1].q", "spec.x", "other", "a.l[0].n", "a.l[1][1].m", "missing"}));
}

}  // namespace
}  // namespace wavetank
