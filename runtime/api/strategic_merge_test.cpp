#include "runtime/api/strategic_merge.h"

#include <gtest/gtest.h>

#include "runtime/api/go_text.h"
#include "runtime/api/restore.h"
#include "runtime/api/strategic_random.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

Value Json(std::string_view text) {
  Result<Value> value = ParseJson(text);
  EXPECT_TRUE(value.ok()) << value.status().ToString() << " in " << text;
  return value.ok() ? *value : Value();
}

const TypeInfo& Type(std::string_view name) {
  const TypeInfo* type = KindRegistry::BuiltIn().FindType("io.k8s.api." + std::string(name));
  WT_CHECK(type != nullptr, "the kind table has the type");
  return *type;
}

std::string Apply(std::string_view type, std::string_view document, std::string_view patch) {
  const Result<Value> merged = ApplyStrategicMerge(Type(type), Json(document), Json(patch));
  return merged.ok() ? WriteJson(*merged) : std::string(CodeName(merged.code())) + ": " + merged.status().message();
}

std::string Make(std::string_view type, std::string_view from, std::string_view to) {
  const Result<Value> patch = MakeStrategicMerge(Type(type), Json(from), Json(to));
  return patch.ok() ? WriteJson(*patch) : std::string(CodeName(patch.code())) + ": " + patch.status().message();
}

constexpr std::string_view kPodSpec = "core.v1.PodSpec";

TEST(StrategicMerge, MapsMergeAndNullsDelete) {  // API-222
  EXPECT_EQ(Apply(kPodSpec, R"({"nodeSelector":{"a":"1","b":"2"},"nodeName":"n"})",
                  R"({"nodeSelector":{"a":null,"c":"3","d":null},"nodeName":null})"),
            R"({"nodeSelector":{"b":"2","c":"3"}})");
  // New objects lose their nulls.
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"nodeSelector":{"a":null,"b":"1"}})"), R"({"nodeSelector":{"b":"1"}})");
}

TEST(StrategicMerge, ListsMergeByKey) {  // API-223
  EXPECT_EQ(Apply(kPodSpec, R"({"hostAliases":[{"ip":"1","hostnames":["a"]},{"ip":"2","hostnames":["b"]}]})",
                  R"({"hostAliases":[{"ip":"2","hostnames":["c"]}]})"),
            R"({"hostAliases":[{"hostnames":["a"],"ip":"1"},{"hostnames":["c"],"ip":"2"}]})");
  EXPECT_EQ(Apply(kPodSpec, R"({"hostAliases":[{"ip":"1"},{"ip":"2"}]})",
                  R"({"hostAliases":[{"$patch":"delete","ip":"1"}]})"),
            R"({"hostAliases":[{"ip":"2"}]})");
  EXPECT_EQ(Apply(kPodSpec, R"({"hostAliases":[{"ip":"1"}]})", R"({"hostAliases":[{"$patch":"replace"},{"ip":"2"}]})"),
            R"({"hostAliases":[{"ip":"2"}]})");
  // A list without a strategy is replaced.
  EXPECT_EQ(Apply(kPodSpec, R"({"tolerations":[{"key":"a"}]})", R"({"tolerations":[{"key":"b"}]})"),
            R"({"tolerations":[{"key":"b"}]})");
}

TEST(StrategicMerge, NewElementsGoToTheFront) {  // API-227
  const std::string_view live =
      R"({"topologySpreadConstraints":[{"topologyKey":"a"},{"topologyKey":"b"},{"topologyKey":"c"}]})";
  EXPECT_EQ(
      Apply(kPodSpec, live, R"({"topologySpreadConstraints":[{"topologyKey":"new"}]})"),
      R"({"topologySpreadConstraints":[{"topologyKey":"new"},{"topologyKey":"a"},{"topologyKey":"b"},{"topologyKey":"c"}]})");
  EXPECT_EQ(
      Apply(kPodSpec, live, R"({"topologySpreadConstraints":[{"topologyKey":"b"},{"topologyKey":"d"}]})"),
      R"({"topologySpreadConstraints":[{"topologyKey":"a"},{"topologyKey":"b"},{"topologyKey":"d"},{"topologyKey":"c"}]})");
}

TEST(StrategicMerge, TheGivenOrderHasTheLastWord) {  // API-225
  EXPECT_EQ(
      Apply(
          kPodSpec, R"({"imagePullSecrets":[{"name":"a"},{"name":"b"},{"name":"c"}]})",
          R"({"$setElementOrder/imagePullSecrets":[{"name":"c"},{"name":"n"},{"name":"a"}],"imagePullSecrets":[{"name":"n"}]})"),
      R"({"imagePullSecrets":[{"name":"b"},{"name":"c"},{"name":"n"},{"name":"a"}]})");
  EXPECT_EQ(
      Apply(
          kPodSpec, R"({"imagePullSecrets":[{"name":"a"}]})",
          R"({"$setElementOrder/imagePullSecrets":[{"name":"b"},{"name":"a"}],"imagePullSecrets":[{"name":"a"},{"name":"b"}]})"),
      "InternalError: The order in patch list:\n[map[name:a] map[name:b]]\n doesn't match $setElementOrder "
      "list:\n[map[name:b] map[name:a]]\n");
}

TEST(StrategicMerge, SetsOfScalars) {  // API-224
  const std::string_view kNode = "core.v1.NodeSpec";
  EXPECT_EQ(Apply(kNode, R"({"podCIDRs":["a","b"]})", R"({"podCIDRs":["b","c"]})"), R"({"podCIDRs":["a","b","c"]})");
  EXPECT_EQ(Apply(kNode, R"({"podCIDRs":["a","b"]})", R"({"$deleteFromPrimitiveList/podCIDRs":["a","x"]})"),
            R"({"podCIDRs":["b"]})");
  EXPECT_EQ(Apply(kNode, R"({"podCIDRs":["a"]})", R"({"$deleteFromPrimitiveList/podCIDRs":7})"),
            R"({"podCIDRs":["a"]})");
  // Also of a list that patches replace.
  EXPECT_EQ(
      Apply("core.v1.PodDNSConfig", R"({"searches":["a","b"]})", R"({"$deleteFromPrimitiveList/searches":["b"]})"),
      R"({"searches":["a"]})");
}

TEST(StrategicMerge, RetainKeys) {  // API-224
  const std::string_view kDeployment = "apps.v1.DeploymentSpec";
  EXPECT_EQ(Apply(kDeployment, R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}})",
                  R"({"strategy":{"$retainKeys":["type"],"type":"Recreate"}})"),
            R"({"strategy":{"type":"Recreate"}})");
  EXPECT_EQ(Apply(kDeployment, R"({"strategy":{"type":"Recreate"}})",
                  R"({"strategy":{"$retainKeys":["x"],"type":"Recreate"}})"),
            "BadRequest: invalid patch format of retainKeys");
}

TEST(StrategicMerge, ASelectorOfADisruptionBudgetIsReplaced) {
  EXPECT_EQ(Apply("policy.v1.PodDisruptionBudgetSpec", R"({"selector":{"matchLabels":{"a":"1"}}})",
                  R"({"selector":{"matchLabels":{"b":"2"}}})"),
            R"({"selector":{"matchLabels":{"b":"2"}}})");
}

TEST(StrategicMerge, Directives) {
  EXPECT_EQ(Apply(kPodSpec, R"({"nodeSelector":{"a":"1"},"os":{"name":"x"}})",
                  R"({"nodeSelector":{"$patch":"replace","b":"2"},"os":{"$patch":"delete","name":"y"}})"),
            R"({"nodeSelector":{"b":"2"},"os":{}})");
  // On something that is not there, a directive says nothing.
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"nodeSelector":{"$patch":"replace","b":"2"}})"), "{}");
  EXPECT_EQ(Apply(kPodSpec, R"({"os":{}})", R"({"os":{"$patch":"merge"}})"),
            "InternalError: unknown patch type: merge in map: map[$patch:merge]");
  EXPECT_EQ(Apply(kPodSpec, R"({"os":{}})", R"({"os":{"$patch":["x",1.5]}})"),
            "InternalError: unknown patch type: [x %!s(float64=1.5)] in map: map[$patch:[x 1.5]]");
}

TEST(StrategicMerge, Errors) {  // API-226
  EXPECT_EQ(Apply(kPodSpec, R"({"hostAliases":[{"ip":"1"}]})", R"({"hostAliases":[{"hostnames":[]}]})"),
            "InternalError: map: map[hostnames:[]] does not contain declared merge key: ip");
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"$setElementOrder/nope":[]})"),
            "InternalError: unable to find api field in struct PodSpec for the json field \"nope\"");
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"$setElementOrder/nodeName":[]})"),
            "InternalError: expected slice or array type, but got: struct");
  EXPECT_EQ(Apply(kPodSpec, R"({"nodeSelector":{"a":["x"]}})", R"({"nodeSelector":{"a":["y"]}})"),
            "InternalError: merging an object in json but data type is not struct, instead is: map");
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"$setElementOrder":[]})"),
            "BadRequest: invalid patch format of setElementOrder list");
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"$setElementOrder/x":5})"),
            "InternalError: expected a []interface {}, but received a int64");
  EXPECT_EQ(Apply(kPodSpec, "{}", R"({"$deleteFromPrimitiveList":[]})"),
            "BadRequest: invalid patch format of primitive list");
  EXPECT_EQ(Apply(kPodSpec, R"({"imagePullSecrets":[{"name":"a"}]})", R"({"imagePullSecrets":["a"]})"),
            "InternalError: list element types are not identical: [[map[name:a]] [a]]");
  EXPECT_EQ(Apply(kPodSpec, R"({"imagePullSecrets":[["a"]]})", R"({"imagePullSecrets":["a"]})"),
            "Invalid: lists of lists are not supported");
  EXPECT_EQ(Apply(kPodSpec, R"({"imagePullSecrets":[{"name":"a"}]})",
                  R"({"imagePullSecrets":[{"name":"a","$patch":"merge"}]})"),
            "InternalError: merging lists cannot yet be specified in the patch");
}

TEST(StrategicMerge, SaysWhatIsLeftOfThePatch) {
  Value left;
  const Value patch =
      Json(R"({"strategy":{"$retainKeys":["type"],"type":"x"},"template":{"spec":{"os":null,"nodeName":"n"}}})");
  ASSERT_TRUE(
      ApplyStrategicMerge(Type("apps.v1.DeploymentSpec"), Json(R"({"strategy":{"type":"y"}})"), patch, &left).ok());
  EXPECT_EQ(GoText(left), "map[strategy:map[type:x] template:map[spec:map[nodeName:n]]]");
}

TEST(StrategicMerge, ANoOpKeepsTheNode) {  // API-221
  const Value document = Json(R"({"hostAliases":[{"ip":"1","hostnames":["a"]}],"nodeName":"n"})");
  for (const std::string_view patch :
       {"{}", R"({"nodeName":"n"})", R"({"hostAliases":[{"ip":"1"}]})", R"({"os":null})"}) {
    const Result<Value> merged = ApplyStrategicMerge(Type(kPodSpec), document, Json(patch));
    ASSERT_TRUE(merged.ok());
    EXPECT_EQ(merged->identity(), document.identity()) << patch;
  }
}

TEST(MakeStrategicMerge, WritesWhatKubectlWrites) {
  EXPECT_EQ(Make(kPodSpec, R"({"nodeName":"a"})", R"({"nodeName":"a"})"), "{}");
  EXPECT_EQ(Make(kPodSpec, R"({"imagePullSecrets":[{"name":"a"},{"name":"b"}],"nodeName":"n"})",
                 R"({"imagePullSecrets":[{"name":"c"},{"name":"b"}]})"),
            R"({"$setElementOrder/imagePullSecrets":[{"name":"c"},{"name":"b"}],)"
            R"("imagePullSecrets":[{"name":"c"},{"$patch":"delete","name":"a"}],"nodeName":null})");
  EXPECT_EQ(Make("core.v1.NodeSpec", R"({"podCIDRs":["a","b"]})", R"({"podCIDRs":["b"]})"),
            R"({"$deleteFromPrimitiveList/podCIDRs":["a"],"$setElementOrder/podCIDRs":["b"]})");
  EXPECT_EQ(Make("apps.v1.DeploymentSpec", R"({"strategy":{"type":"RollingUpdate","rollingUpdate":{}}})",
                 R"({"strategy":{"type":"Recreate"}})"),
            R"({"strategy":{"$retainKeys":["type"],"rollingUpdate":null,"type":"Recreate"}})");
}

TEST(MakeStrategicMerge, SaysWhenThereIsNone) {
  EXPECT_EQ(Make(kPodSpec, "{}", R"({"imagePullSecrets":[{"name":"a"},{"name":"b"},{"name":"a"}]})"),
            R"({"imagePullSecrets":[{"name":"a"},{"name":"b"},{"name":"a"}]})");
  EXPECT_EQ(Make(kPodSpec, R"({"imagePullSecrets":[{"name":"x"}]})",
                 R"({"imagePullSecrets":[{"name":"a"},{"name":"b"},{"name":"a"}]})"),
            "InvalidArgument: no strategic merge patch leads from the one document to the other; use a merge patch");
  EXPECT_FALSE(MakeStrategicMerge(Type(kPodSpec), Json(R"({"nodeSelector":{"a":"1"}})"),
                                  Json(R"({"nodeSelector":{"a":"1","$patch":"delete"}})"))
                   .ok());
}

// Free-form fields (a CRD's defaults, raw extensions) are structs without fields to Go, and maps of lists are no structs at
// all: such values can be set and removed, but not merged (API-226).
bool NotMergeable(const Status& status) {
  return status.message().find("unable to find api field") != std::string::npos ||
         status.message().find("data type is not struct") != std::string::npos;
}

// The patch between two documents of a kind leads from the one to the other, and applied again changes nothing.
TEST(MakeStrategicMerge, LeadsThere) {
  int made = 0;
  for (uint64_t seed = 0; seed < 40; ++seed) {
    for (const ResourceInfo* resource : KindRegistry::BuiltIn().Resources()) {
      Random random(seed, resource->gvk.kind.view(), "documents");
      RandomTyped typed(random);
      const Value from = typed.Struct(*resource->type, 7);
      const Value to = typed.Struct(*resource->type, 7);
      const Result<Value> patch = MakeStrategicMerge(*resource->type, from, to);
      if (!patch.ok()) {
        EXPECT_TRUE(NotMergeable(patch.status()))
            << patch.status().message() << " from " << WriteJson(from) << " to " << WriteJson(to);
        continue;
      }
      ++made;
      const Result<Value> there = ApplyStrategicMerge(*resource->type, from, *patch);
      ASSERT_TRUE(there.ok());
      EXPECT_EQ(WriteJson(*there), WriteJson(to)) << "from " << WriteJson(from) << " by " << WriteJson(*patch);
      const Result<Value> again = ApplyStrategicMerge(*resource->type, *there, *patch);
      if (!again.ok()) {
        EXPECT_TRUE(NotMergeable(again.status())) << again.status().message() << " by " << WriteJson(*patch);
        continue;
      }
      EXPECT_EQ(again->identity(), there->identity()) << WriteJson(*patch) << " on " << WriteJson(to);
    }
  }
  EXPECT_GT(made, 2000);
}

std::string RestoreText(std::string_view type, std::string_view document) {
  const Result<Restored> restored = Restore(Type(type), Json(document));
  return restored.ok() ? WriteJson(restored->value) : restored.status().message();
}

TEST(Restore, HasItsOwnWords) {  // API-220
  EXPECT_EQ(RestoreText(kPodSpec, R"({"hostAliases":{}})"), "cannot restore slice from map");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"os":[]})"), "cannot restore struct from: slice");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"nodeSelector":"x"})"), "cannot restore map from string");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"priority":"x"})"), "unrecognized type: int32");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"hostNetwork":1})"), "unrecognized type: bool");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"nodeName":true})"), "unrecognized type: string");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"nodeName":1})"), "cannot convert int64 to string");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"dnsPolicy":1})"), "cannot convert int64 to v1.DNSPolicy");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"priority":1.5})"), "cannot convert float64 to int32");
  EXPECT_EQ(RestoreText("core.v1.Secret", R"({"data":{"a":"*"}})"),
            "error decoding from json: illegal base64 data at input byte 0");
  EXPECT_EQ(RestoreText(kPodSpec, R"({"overhead":{"cpu":"much"}})"),
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

TEST(Restore, ConvertsNumbersAndNamesUnknownFields) {
  const Result<Restored> restored =
      Restore(Type(kPodSpec),
              Json(R"({"zzz":1,"priority":3.0,"activeDeadlineSeconds":7,"containers":[{"name":"c","foo":{}}]})"));
  ASSERT_TRUE(restored.ok());
  EXPECT_EQ(WriteJson(restored->value["priority"]), "3");
  EXPECT_EQ(restored->unknown_fields, (std::vector<std::string>{"containers[0].foo", "zzz"}));
  EXPECT_EQ(RestoreText(kPodSpec, R"({"priority":4294967298})"), R"({"priority":2})");
}

TEST(GoText, PrintsAsFmtDoes) {
  EXPECT_EQ(GoText(Json(R"({"b":[1,"x y",null,true],"a":{"c":1.5}})")), "map[a:map[c:1.5] b:[1 x y <nil> true]]");
  EXPECT_EQ(GoText(Value(1e6)), "1e+06");
  EXPECT_EQ(GoText(Value(123456.0)), "123456");
  EXPECT_EQ(GoText(Value(0.00001)), "1e-05");
}

}  // namespace
}  // namespace wavetank
