#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

class PatchTest : public ::testing::Test, public TestServer {
 protected:
  // `text` is what came over the wire.
  ApiResponse Send(const Gvr& gvr, std::string_view name, PatchType type, std::string_view text,
                   FieldValidation validation = FieldValidation::kWarn, std::string_view sub = "") {
    ApiRequest request = Make(Verb::kPatch, gvr, "default", name);
    auto source = std::make_unique<BodySource>();
    source->text = text;
    Result<Value> body = ParseJson(text, {}, &source->duplicates);
    if (body.ok()) {
      request.body = *std::move(body);
    } else {
      source->error = "not JSON";
    }
    request.source = std::move(source);
    request.patch_type = type;
    request.field_validation = validation;
    request.subresource = sub;
    return Do(std::move(request));
  }
  ApiResponse Strategic(const Gvr& gvr, std::string_view name, std::string_view text, std::string_view sub = "") {
    return Send(gvr, name, PatchType::kStrategicMerge, text, FieldValidation::kWarn, sub);
  }

  const Gvr accounts{"", "v1", "serviceaccounts"};
  const Gvr claims{"", "v1", "persistentvolumeclaims"};
};

TEST_F(PatchTest, StrategicMergeFindsElementsByTheirKeys) {  // API-222, API-223
  Post(accounts, "default", R"({"metadata":{"name":"a"},"secrets":[{"name":"x"},{"name":"y"}]})");
  const ApiResponse out =
      Strategic(accounts, "a", R"({"imagePullSecrets":[{"name":"z"}],"secrets":[{"name":"y","namespace":"n"}]})");
  ASSERT_EQ(out.code, 200) << Message(out);
  // Of a reference to a Secret only the name is kept.
  EXPECT_EQ(WriteJson(out.object.value()["secrets"]), R"([{"name":"x"},{"name":"y"}])");
  EXPECT_EQ(WriteJson(out.object.value()["imagePullSecrets"]), R"([{"name":"z"}])");
  // Again: nothing changes, nothing is written (API-221).
  const uint64_t before = server.revision();
  const ApiResponse again = Strategic(accounts, "a", R"({"secrets":[{"name":"y","namespace":"n"}]})");
  EXPECT_EQ(again.object.resource_version(), out.object.resource_version());
  EXPECT_EQ(server.revision(), before);
}

TEST_F(PatchTest, ErrorsOfStrategicMerge) {  // API-220, API-226
  Post(accounts, "default", R"({"metadata":{"name":"a"},"secrets":[{"name":"x"}]})");
  const ApiResponse no_key = Strategic(accounts, "a", R"({"secrets":[{"kind":"Secret"}]})");
  EXPECT_EQ(no_key.code, 500);
  EXPECT_EQ(Message(no_key), "map: map[kind:Secret] does not contain declared merge key: name");
  EXPECT_TRUE(no_key.body["reason"].is_null());
  const ApiResponse form = Strategic(accounts, "a", R"({"metadata":{"$deleteFromPrimitiveList":["x"]}})");
  EXPECT_EQ(form.code, 400);
  const ApiResponse type = Strategic(accounts, "a", R"({"automountServiceAccountToken":"yes"})");
  EXPECT_EQ(type.code, 422);
  EXPECT_EQ(
      Message(type),
      R"( "" is invalid: patch: Invalid value: "map[automountServiceAccountToken:yes]": unrecognized type: bool)");
  EXPECT_EQ(Message(Strategic(accounts, "a", "[]")),
            "json: cannot unmarshal array into Go value of type map[string]interface {}");
  EXPECT_EQ(Message(Strategic(accounts, "a", "[")), "not JSON");
  EXPECT_EQ(Strategic(accounts, "a", "null").code, 200);
  // A missing object comes before a bad patch (API-215).
  EXPECT_EQ(Strategic(accounts, "none", "[").code, 404);
}

TEST_F(PatchTest, AStrategicMergeKeepsTheKind) {  // API-220
  Post(configmaps, "default", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(Strategic(configmaps, "a", R"({"kind":"Pod","apiVersion":"v7"})").code, 200);
  const ApiResponse merge = Send(configmaps, "a", PatchType::kMerge, R"({"kind":"Pod"})");
  EXPECT_EQ(merge.code, 422);
  EXPECT_NE(Message(merge).find("converting (v1.Pod) to (core.ConfigMap): unknown conversion"), std::string::npos);
}

TEST_F(PatchTest, StrictDecodingOfPatches) {  // API-196
  Post(claims, "default",
       R"({"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],)"
       R"("resources":{"requests":{"storage":"1Gi"}}}})");
  const auto refused = [&](PatchType type, std::string_view patch) {
    return Message(Send(claims, "c", type, patch, FieldValidation::kStrict));
  };
  EXPECT_NE(refused(PatchType::kMerge, R"({"spec":{"odd":1},"metadata":{"labels":{"l":"1","l":"2"}}})")
                .find(R"(strict decoding error: duplicate field "metadata.labels.l", unknown field "spec.odd")"),
            std::string::npos);
  EXPECT_EQ(refused(PatchType::kStrategicMerge, R"({"b":1,"a":{"x":null}})"),
            R"( "" is invalid: patch: Invalid value: "map[a:map[] b:1]": strict decoding error: )"
            R"(unknown field "a", unknown field "b")");
  EXPECT_NE(refused(PatchType::kJson, R"([{"op":"add","path":"/metadata/labels","value":{},"why":1}])")
                .find(R"(json patch unknown field "[0].why")"),
            std::string::npos);
  const ApiResponse warned = Send(claims, "c", PatchType::kMerge, R"({"odd":1})");
  EXPECT_EQ(warned.code, 200);
  ASSERT_EQ(warned.warnings.size(), 1u);
  EXPECT_EQ(warned.warnings[0], R"(unknown field "odd")");
  EXPECT_TRUE(Send(claims, "c", PatchType::kMerge, R"({"odd":1})", FieldValidation::kIgnore).warnings.empty());
}

TEST_F(PatchTest, WarningsGoWithErrors) {  // API-198
  Post(configmaps, "default", R"({"metadata":{"name":"a"}})");
  const ApiResponse out = Send(configmaps, "a", PatchType::kMerge, R"({"odd":1,"metadata":{"name":"b"}})");
  EXPECT_EQ(out.code, 400);
  EXPECT_EQ(out.warnings.size(), 1u);
}

TEST_F(PatchTest, IgnoreLooksAtNoPatch) {  // API-215
  Post(configmaps, "default", R"({"metadata":{"name":"a"}})");
  const auto message = [&](PatchType type, std::string_view patch) {
    return Message(Send(configmaps, "a", type, patch, FieldValidation::kIgnore));
  };
  EXPECT_EQ(message(PatchType::kMerge, "7"), "Invalid JSON Patch");
  EXPECT_EQ(message(PatchType::kMerge, "["), "Invalid JSON Patch");
  EXPECT_EQ(message(PatchType::kJson, "{}"), "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
}

TEST_F(PatchTest, ScalesArePatchedInEveryWay) {  // API-690
  const Gvr controllers("", "v1", "replicationcontrollers");
  Post(
      controllers, "default",
      R"({"metadata":{"name":"r"},"spec":{"replicas":1,"selector":{"a":"b"},"template":{"metadata":{"labels":{"a":"b"}},)"
      R"("spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  const auto replicas = [](const ApiResponse& r) { return r.body["spec"]["replicas"].AsInt(-1); };
  const auto scale = [&](PatchType type, std::string_view patch) {
    return Send(controllers, "r", type, patch, FieldValidation::kWarn, "scale");
  };
  EXPECT_EQ(replicas(scale(PatchType::kMerge, R"({"spec":{"replicas":2}})")), 2);
  EXPECT_EQ(replicas(scale(PatchType::kStrategicMerge, R"({"spec":{"replicas":3}})")), 3);
  EXPECT_EQ(replicas(scale(PatchType::kJson, R"([{"op":"replace","path":"/spec/replicas","value":4}])")), 4);
  EXPECT_NE(
      Message(scale(PatchType::kMerge, R"({"spec":{"replicas":"x"}})")).find("ScaleSpec.spec.replicas of type int32"),
      std::string::npos);
  EXPECT_EQ(scale(PatchType::kApply, "{}").code, 415);
}

}  // namespace
}  // namespace wavetank::sim
