#include "sim/apiserver/openapi.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "runtime/value/json.h"
#include "runtime/wire/protobuf_wire.h"
#include "sim/apiserver/openapi_cache.h"
#include "sim/apiserver/openapi_operations.h"
#include "sim/apiserver/openapi_schema.h"

namespace wavetank::sim {
namespace {

const KindRegistry& Kinds() { return KindRegistry::BuiltIn(); }
Value J(std::string_view text) { return *ParseJson(text); }
Value SchemaV3(std::string_view type) {
  return SchemaOf(*Kinds().FindType("io.k8s." + std::string(type)), SchemaStyle::kV3, "", "v1");
}

// Calls `visit` with every reference of a document.
void ForEachReference(const Value& v, const std::function<void(std::string_view)>& visit) {
  for (const Field& f : v.fields()) {
    if (f.key == "$ref" && f.value.is_string()) visit(f.value.AsString());
    ForEachReference(f.value, visit);
  }
  for (const Value& e : v.elements()) ForEachReference(e, visit);
}

TEST(OpenApiSchema, FieldsWithDefaultsAndLists) {
  EXPECT_EQ(
      SchemaV3("api.node.v1.Overhead"),
      J(R"({"type":"object","properties":{"podFixed":{"type":"object","additionalProperties":{"$ref":"#/components/schemas/io.k8s.apimachinery.pkg.api.resource.Quantity"}}}})"));
  const Value port = SchemaV3("api.core.v1.ServicePort");
  EXPECT_EQ(port["properties"]["port"], J(R"({"type":"integer","format":"int32","default":0})"));
  EXPECT_EQ(port["properties"]["protocol"]["default"], "TCP");
  EXPECT_EQ(port["required"], J(R"(["port"])"));
  const Value spec = SchemaV3("api.core.v1.ServiceSpec");
  EXPECT_EQ(
      spec["properties"]["ports"],
      J(R"({"type":"array","items":{"default":{},"allOf":[{"$ref":"#/components/schemas/io.k8s.api.core.v1.ServicePort"}]},"x-kubernetes-list-type":"map",)"
        R"("x-kubernetes-list-map-keys":["port","protocol"],"x-kubernetes-patch-strategy":"merge","x-kubernetes-patch-merge-key":"port"})"));
  EXPECT_EQ(SchemaV3("apimachinery.pkg.util.intstr.IntOrString"),
            J(R"({"format":"int-or-string","oneOf":[{"type":"integer"},{"type":"string"}]})"));
}

TEST(OpenApiSchema, VersionTwoShowsNoDefaults) {
  const TypeInfo& type = *Kinds().FindType("io.k8s.api.core.v1.ServicePort");
  const Value schema = SchemaOf(type, SchemaStyle::kV2, "", "");
  EXPECT_EQ(schema["properties"]["targetPort"],
            J(R"({"$ref":"#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString"})"));
  EXPECT_FALSE(schema["properties"]["port"].Has("default"));
  EXPECT_EQ(SchemaOf(*Kinds().FindType("io.k8s.apimachinery.pkg.util.intstr.IntOrString"), SchemaStyle::kV2, "", ""),
            J(R"({"type":"string","format":"int-or-string"})"));
}

// Every reference leads somewhere, and no operation's id stands twice.
TEST(OpenApiV3, DocumentsAreWhole) {
  std::set<std::string> ids;
  for (const std::string& path : OpenApiV3Paths(Kinds())) {
    const std::optional<Value> document = OpenApiV3Document(Kinds(), path);
    ASSERT_TRUE(document.has_value()) << path;
    const Value& schemas = (*document)["components"]["schemas"];
    ForEachReference(*document, [&](std::string_view reference) {
      constexpr std::string_view kRoot = "#/components/schemas/";
      ASSERT_TRUE(reference.starts_with(kRoot));
      EXPECT_TRUE(schemas.Has(reference.substr(kRoot.size()))) << reference;
    });
    for (const Field& item : (*document)["paths"].fields()) {
      for (const Field& op : item.value.fields()) {
        if (op.key != "parameters") {
          EXPECT_TRUE(ids.insert(std::string(op.value["operationId"].AsString())).second) << item.key.view();
        }
      }
    }
  }
  EXPECT_GT(ids.size(), 500u);
  EXPECT_FALSE(OpenApiV3Document(Kinds(), "apis/apps/v7").has_value());
  EXPECT_FALSE(OpenApiV3Document(Kinds(), "apis/").has_value());
}

// API-427: what kubectl looks for before it creates or applies.
TEST(OpenApiV3, OperationsSayWhatTheyTake) {
  const Value document = *OpenApiV3Document(Kinds(), "apis/node.k8s.io/v1");
  const Value& patch = document["paths"]["/apis/node.k8s.io/v1/runtimeclasses/{name}"]["patch"];
  EXPECT_EQ(patch["operationId"], "patchNodeV1RuntimeClass");
  EXPECT_EQ(patch["x-kubernetes-action"], "patch");
  EXPECT_EQ(patch["x-kubernetes-group-version-kind"],
            J(R"({"group":"node.k8s.io","version":"v1","kind":"RuntimeClass"})"));
  std::string names;
  for (const Value& p : patch["parameters"].elements()) names += std::string(p["name"].AsString()) + " ";
  EXPECT_EQ(names, "dryRun fieldManager fieldValidation force ");
  const Value core = *OpenApiV3Document(Kinds(), "api/v1");
  EXPECT_EQ(core["paths"]["/api/v1/namespaces/{namespace}/services/{name}/proxy/{path}"]["head"]["operationId"],
            "connectCoreV1HeadNamespacedServiceProxyWithPath");
  EXPECT_EQ(core["paths"]["/api/v1/watch/namespaces/{namespace}/secrets"]["get"]["operationId"],
            "watchCoreV1NamespacedSecretList");
  EXPECT_TRUE(core["paths"]["/api/v1/namespaces/{namespace}/pods/{name}/log"]["get"]["responses"]["200"]["content"].Has(
      "text/plain"));
  // Options of all group versions name core's and the document's own alone.
  EXPECT_EQ(document["components"]["schemas"]["io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"]
                    ["x-kubernetes-group-version-kind"]
                        .size(),
            2u);
}

TEST(OpenApiV3, CustomKindsHaveWordsOfTheirOwn) {
  EXPECT_EQ(ApiTag("my-shop.example", "v1beta1"), "myShopExample_v1beta1");
  ResourceInfo gadget(Gvr("my-shop.example", "v1", "gadgets"), Gvk("my-shop.example", "v1", "Gadget"));
  gadget.verbs = {"get", "list", "create", "patch"};
  const KindRegistry kinds = *Kinds().With(gadget);
  const Value document = *OpenApiV3Document(kinds, "apis/my-shop.example/v1");
  const Value& path = document["paths"]["/apis/my-shop.example/v1/namespaces/{namespace}/gadgets/{name}"];
  EXPECT_EQ(path["get"]["operationId"], "readMyShopExampleV1NamespacedGadget");
  EXPECT_FALSE(path["patch"]["requestBody"]["content"].Has("application/strategic-merge-patch+json"));
  EXPECT_NE(OpenApiV3Index(kinds), OpenApiV3Index(Kinds()));
  EXPECT_EQ(OpenApiV3Index(kinds)["paths"]["apis/apps/v1"], OpenApiV3Index(Kinds())["paths"]["apis/apps/v1"]);
}

TEST(OpenApiV2, IsWhole) {
  const Value document = OpenApiV2Document(Kinds());
  const Value& definitions = document["definitions"];
  ForEachReference(document, [&](std::string_view reference) {
    constexpr std::string_view kRoot = "#/definitions/";
    ASSERT_TRUE(reference.starts_with(kRoot));
    EXPECT_TRUE(definitions.Has(reference.substr(kRoot.size()))) << reference;
  });
  EXPECT_GT(definitions.size(), 500u);
  EXPECT_GT(document["paths"].size(), 300u);
  const Value& put = document["paths"]["/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets/{name}"]["put"];
  EXPECT_EQ(
      put["parameters"][0],
      J(R"({"in":"body","name":"body","required":true,"schema":{"$ref":"#/definitions/io.k8s.api.policy.v1.PodDisruptionBudget"}})"));
}

// The message's own fields, looked up along a path of field numbers.
std::string At(std::string bytes, std::initializer_list<uint32_t> path) {
  for (const uint32_t number : path) {
    std::string found;
    for (WireReader in(bytes); !in.done();) {
      const Result<WireField> field = in.Next();
      if (!field.ok()) return "broken";
      if (field->number == number && found.empty()) found = field->bytes;
    }
    bytes = std::move(found);
  }
  return bytes;
}

// API-428
TEST(OpenApiV2, AsGnosticMessage) {
  const std::string bytes = GnosticDocument(J(
      R"({"swagger":"2.0","info":{"title":"T"},"paths":{"/p":{"get":{"operationId":"o","parameters":[{"in":"query","name":"q","type":"string"}],"x-kubernetes-action":"list"}}},)"
      R"("definitions":{"D":{"type":"object","properties":{"f":{"type":"array","items":{"$ref":"#/x"}}},"x-kubernetes-map-type":"atomic"}}})"));
  EXPECT_EQ(At(bytes, {1}), "2.0");
  EXPECT_EQ(At(bytes, {8, 2, 1}), "/p");
  EXPECT_EQ(At(bytes, {8, 2, 2, 2, 5}), "o");
  EXPECT_EQ(At(bytes, {8, 2, 2, 2, 8, 1, 2, 3, 4}), "q");
  EXPECT_EQ(At(bytes, {8, 2, 2, 2, 13, 2, 2}), "\"list\"\n");
  EXPECT_EQ(At(bytes, {9, 1, 1}), "D");
  EXPECT_EQ(At(bytes, {9, 1, 2, 22, 1}), "object");
  EXPECT_EQ(At(bytes, {9, 1, 2, 25, 1, 2, 23, 1, 1}), "#/x");
  EXPECT_EQ(At(bytes, {9, 1, 2, 31, 1}), "x-kubernetes-map-type");
}

TEST(OpenApiCache, KeepsTextsUntilTheKindsChange) {
  OpenApiCache cache;
  const OpenApiCache::Page* page = cache.V3(Kinds(), "apis/node.k8s.io/v1");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->hash, OpenApiV3Hash(Kinds(), "apis/node.k8s.io/v1"));
  const char* text = page->text.data();
  EXPECT_EQ(cache.V3(Kinds(), "apis/node.k8s.io/v1")->text.data(), text);
  EXPECT_EQ(cache.V3(Kinds(), "apis/nope/v1"), nullptr);
  EXPECT_EQ(cache.V2Json(Kinds()).hash, cache.V2Protobuf(Kinds()).hash);
}

}  // namespace
}  // namespace wavetank::sim
