// create, get, update, patch, delete of one object (API-120..146, API-070..094).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kPod = R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"}]}})";

std::string Continued(const ApiResponse& r) { return WriteJson(r.Document()); }

TEST(Create, AnswersTheStoredObject) {  // API-070..072, API-120
  TestServer t;
  const ApiResponse r = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","uid":"mine"},"data":{"k":"v"}})");
  ASSERT_EQ(r.code, 201) << Continued(r);
  EXPECT_EQ(r.object.kind(), "ConfigMap");
  EXPECT_EQ(r.object.api_version(), "v1");
  EXPECT_EQ(r.object.ns(), "default");
  EXPECT_NE(r.object.uid(), "mine");
  EXPECT_EQ(r.object.uid().size(), 36u);
  EXPECT_EQ(r.object.resource_version(), t.server.revision());
  EXPECT_EQ(r.object.metadata()["creationTimestamp"], "2001-09-09T01:46:40Z");
  EXPECT_TRUE(t.Get(t.configmaps, "default", "a").object.SameAs(r.object));
}

TEST(Create, GenerateName) {  // API-079, API-080
  TestServer t;
  const ApiResponse r = t.Post(t.configmaps, "default", R"({"metadata":{"generateName":"a-"}})");
  ASSERT_EQ(r.code, 201);
  EXPECT_EQ(r.object.name().size(), 7u);
  EXPECT_EQ(r.object.metadata()["generateName"], "a-");
  const std::string longest(70, 'x');
  const ApiResponse cut = t.Post(t.configmaps, "default", R"({"metadata":{"generateName":")" + longest + R"("}})");
  EXPECT_EQ(cut.object.name().size(), 63u);
}

class FixedIds : public IdSource {
 public:
  String Uid() override { return "00000000-0000-4000-8000-000000000000"; }
  String Suffix() override {
    ++draws;
    return "bbbbb";
  }
  int draws = 0;
};

TEST(Create, GivesUpAfterEightNames) {  // API-057
  TestServer t;
  FixedIds ids;
  const auto post = [&] {
    Outcome o = t.server.Apply(
        TestServer::Make(Verb::kCreate, t.configmaps, "default", "", Json(R"({"metadata":{"generateName":"a-"}})")),
        {t.now, &ids, "admin"}, t.replica);
    return std::get<ApiResponse>(std::move(o));
  };
  EXPECT_EQ(post().code, 201);
  ids.draws = 0;
  const ApiResponse r = post();
  EXPECT_EQ(r.code, 409);
  EXPECT_EQ(ids.draws, 8);
  EXPECT_EQ(Message(r),
            "configmaps \"a-bbbbb\" already exists, the server was not able to generate a unique name for the object");
  EXPECT_EQ(r.body["details"]["retryAfterSeconds"].AsInt(), 1);
}

TEST(Create, Errors) {  // API-041, API-081, API-083, API-094, API-123, API-124
  TestServer t;
  EXPECT_EQ(Message(t.Post(t.configmaps, "nowhere", R"({"metadata":{"name":"a"}})")),
            "namespaces \"nowhere\" not found");
  EXPECT_EQ(Message(t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","namespace":"other"}})")),
            "the namespace of the provided object does not match the namespace sent on the request");
  EXPECT_EQ(Message(t.Post(t.configmaps, "default", "{}")),
            "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required");
  const ApiResponse rv = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","resourceVersion":"5"}})");
  EXPECT_EQ(rv.code, 500);
  EXPECT_EQ(Message(rv), "resourceVersion should not be set on objects to be created");
  EXPECT_EQ(t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","resourceVersion":"0"}})").code, 201);
  const ApiResponse again = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  EXPECT_EQ(again.code, 409);
  EXPECT_EQ(Reason(again), "AlreadyExists");
  EXPECT_EQ(Message(again), "configmaps \"a\" already exists");
  const ApiResponse bad = t.Post(t.configmaps, "default", R"({"metadata":{"name":"A_b"}})");
  EXPECT_EQ(bad.code, 422);
  EXPECT_THAT(
      Message(bad),
      testing::StartsWith("ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123"));
}

TEST(Create, PodGetsStatusAndGeneration) {  // API-721
  TestServer t;
  const ApiResponse r = t.Post(t.pods, "default", kPod);
  ASSERT_EQ(r.code, 201) << Continued(r);
  EXPECT_EQ(WriteJson(r.object.status()), R"({"phase":"Pending","qosClass":"BestEffort"})");
  EXPECT_EQ(r.object.generation(), 1);
  EXPECT_EQ(r.object.spec()["tolerations"].size(), 2u);
  EXPECT_EQ(r.object.spec()["priority"].AsInt(), 0);
}

TEST(Create, PodsOfOneTemplateShareTheirSpec) {
  TestServer t;
  const Value spec = Json(kPod)["spec"];
  const auto post = [&](std::string_view name) {
    Value body = Json(R"({"apiVersion":"v1","kind":"Pod","metadata":{}})").Set(names::kSpec, spec);
    return t
        .Do(TestServer::Make(Verb::kCreate, t.pods, "default", "", body.SetIn({names::kMetadata, names::kName}, name)))
        .object;
  };
  post("a");
  const Object b = post("b");
  const Object c = post("c");
  EXPECT_EQ(b.spec().identity(), c.spec().identity());
}

TEST(DryRun, ChangesNothing) {  // API-190, API-191
  TestServer t;
  const uint64_t before = t.server.revision();
  ApiRequest request =
      TestServer::Make(Verb::kCreate, t.configmaps, "default", "", Json(R"({"metadata":{"name":"a"}})"));
  request.dry_run = true;
  const ApiResponse r = t.Do(std::move(request));
  EXPECT_EQ(r.code, 201);
  EXPECT_FALSE(r.object.metadata().Has("resourceVersion"));
  EXPECT_FALSE(r.object.uid().empty());
  EXPECT_EQ(t.server.revision(), before);
  EXPECT_EQ(t.Get(t.configmaps, "default", "a").code, 404);
}

TEST(Update, Replaces) {  // API-128, API-129, API-130
  TestServer t;
  const Object a =
      t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","labels":{"l":"1"}},"data":{"k":"v"}})").object;
  const Value changed = a.value().SetIn({Name("data"), Name("k")}, "w");
  const ApiResponse r = t.Put(t.configmaps, "default", "a", changed);
  ASSERT_EQ(r.code, 200);
  EXPECT_EQ(r.object.resource_version(), a.resource_version() + 1);
  EXPECT_EQ(r.object.uid(), a.uid());
  const ApiResponse stale = t.Put(t.configmaps, "default", "a", changed);
  EXPECT_EQ(stale.code, 409);
  EXPECT_EQ(Message(stale),
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your "
            "changes to the latest version and try again");
  EXPECT_EQ(t.Put(t.configmaps, "default", "a", Json(R"({"metadata":{"name":"a"}})")).code, 200);
  EXPECT_EQ(t.Put(t.configmaps, "default", "b", Json(R"({"metadata":{"name":"b"}})")).code, 404);
  EXPECT_EQ(Message(t.Put(t.configmaps, "default", "a", Json(R"({"metadata":{"name":"x"}})"))),
            "the name of the object (x) does not match the name on the URL (a)");
  EXPECT_EQ(Message(t.Put(t.configmaps, "default", "a", Json("{}"))),
            "the name of the object (a based on URL) was undeterminable: name must be provided");
}

TEST(Update, WithoutChangeIsNoWrite) {  // API-073
  TestServer t;
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"},"data":{"k":"v"}})").object;
  const ApiResponse r = t.Put(t.configmaps, "default", "a", Json(R"({"metadata":{"name":"a"},"data":{"k":"v"}})"));
  EXPECT_EQ(r.code, 200);
  EXPECT_TRUE(r.object.SameAs(a));
  EXPECT_EQ(t.server.revision(), a.resource_version());
}

TEST(Update, WrongUidIsAConflict) {  // API-059
  TestServer t;
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})").object;
  const ApiResponse r = t.Put(t.configmaps, "default", "a", Json(R"({"metadata":{"name":"a","uid":"x"}})"));
  EXPECT_EQ(r.code, 409);
  EXPECT_EQ(Message(r),
            "Operation cannot be fulfilled on configmaps \"a\": StorageError: invalid object, Code: 4, Key: "
            "/registry/configmaps/default/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
            "precondition: x, UID in object meta: " +
                a.uid().str());
}

TEST(Update, UnconditionalOnlyWhereAllowed) {  // API-131, API-132
  TestServer t;
  const auto put = [&](std::string_view json) { return t.Put(t.leases, "default", "l", Json(json)); };
  EXPECT_EQ(put(R"({"metadata":{"name":"l"},"spec":{"holderIdentity":"a"}})").code, 201);
  const ApiResponse r = put(R"({"metadata":{"name":"l"},"spec":{"holderIdentity":"b"}})");
  EXPECT_EQ(r.code, 422);
  EXPECT_EQ(Message(r),
            "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0: must be "
            "specified for an update");
}

TEST(Generation, CountsSpecChanges) {  // API-075, API-077
  TestServer t;
  constexpr std::string_view kSet =
      R"({"metadata":{"name":"r"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})";
  const Object rs = t.Post(t.replicasets, "default", kSet).object;
  ASSERT_TRUE(rs);
  EXPECT_EQ(rs.generation(), 1);
  EXPECT_EQ(t.Merge(t.replicasets, "default", "r", R"({"spec":{"replicas":2}})").object.generation(), 2);
  EXPECT_EQ(t.Merge(t.replicasets, "default", "r", R"({"metadata":{"annotations":{"x":"y"}}})").object.generation(), 2);
  EXPECT_EQ(t.Merge(t.replicasets, "default", "r", R"({"status":{"replicas":7}})").object.status()["replicas"].AsInt(),
            0);
  const ApiResponse status =
      t.Merge(t.replicasets, "default", "r", R"({"spec":{"replicas":9},"status":{"replicas":2}})", "status");
  ASSERT_EQ(status.code, 200) << Continued(status);
  EXPECT_EQ(status.object.generation(), 2);
  EXPECT_EQ(status.object.spec()["replicas"].AsInt(), 2);
  EXPECT_EQ(status.object.status()["replicas"].AsInt(), 2);
  t.Post(t.deployments, "default", kSet);
  EXPECT_EQ(t.Merge(t.deployments, "default", "r", R"({"metadata":{"annotations":{"x":"y"}}})").object.generation(), 2);
}

TEST(Patch, JsonAndMerge) {  // API-216, API-219, API-221
  TestServer t;
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"},"data":{"k":"v","l":"w"}})").object;
  EXPECT_EQ(WriteJson(t.Merge(t.configmaps, "default", "a", R"({"data":{"k":null}})").object.value()["data"]),
            R"({"l":"w"})");
  const uint64_t revision = t.server.revision();
  EXPECT_EQ(t.Merge(t.configmaps, "default", "a", "{}").code, 200);
  EXPECT_EQ(t.server.revision(), revision);
  ApiRequest request =
      TestServer::Make(Verb::kPatch, t.configmaps, "default", "a", Json(R"([{"op":"remove","path":"/data/none"}])"));
  request.patch_type = PatchType::kJson;
  const ApiResponse refused = t.Do(std::move(request));
  EXPECT_EQ(refused.code, 422);
  EXPECT_EQ(Message(refused), "the server rejected our request due to an error in our request");
  const ApiResponse stale = t.Merge(t.configmaps, "default", "a", R"({"metadata":{"resourceVersion":"1"}})");
  EXPECT_EQ(stale.code, 409);
  EXPECT_EQ(t.Merge(t.configmaps, "default", "none", R"({"x":1})").code, 404);
  const ApiResponse uid = t.Merge(t.configmaps, "default", "a", R"({"metadata":{"uid":"x"}})");
  EXPECT_EQ(uid.code, 422);
  EXPECT_EQ(Message(uid), "ConfigMap \"a\" is invalid: metadata.uid: Invalid value: \"x\": field is immutable");
  EXPECT_EQ(uid.body["details"]["causes"].size(), 2u);
}

TEST(Patch, NotBuiltTypesSaySo) {
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  ApiRequest request = TestServer::Make(Verb::kPatch, t.configmaps, "default", "a", Json("{}"));
  request.patch_type = PatchType::kApply;
  const ApiResponse r = t.Do(std::move(request));
  EXPECT_EQ(r.code, 415);
  EXPECT_THAT(Message(r), testing::HasSubstr("server-side apply is not built yet"));
}

TEST(Warnings, UnknownFields) {  // API-195, API-198
  TestServer t;
  const auto post = [&](FieldValidation how) {
    ApiRequest request = TestServer::Make(Verb::kCreate, t.configmaps, "default", "",
                                          Json(R"({"metadata":{"generateName":"a"},"spec":{}})"));
    request.field_validation = how;
    return t.Do(std::move(request));
  };
  EXPECT_EQ(post(FieldValidation::kIgnore).warnings.size(), 0u);
  const ApiResponse warned = post(FieldValidation::kWarn);
  ASSERT_EQ(warned.warnings.size(), 1u);
  EXPECT_EQ(warned.warnings[0], "unknown field \"spec\"");
  const ApiResponse strict = post(FieldValidation::kStrict);
  EXPECT_EQ(strict.code, 400);
  EXPECT_EQ(
      Message(strict),
      "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"spec\"");
}

// A definition that nobody acts on would leave whoever made it waiting for its resource.
TEST(Crud, CustomResourceDefinitionsAreRefusedWithAnErrorThatSaysWhy) {
  TestServer t;
  const Gvr crds("apiextensions.k8s.io", "v1", "customresourcedefinitions");
  const std::string body = R"({"metadata":{"name":"boats.sea.example"},"spec":{"group":"sea.example","scope":"Cluster",
      "names":{"plural":"boats","singular":"boat","kind":"Boat","listKind":"BoatList"},
      "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}})";
  const ApiResponse refused = t.Post(crds, "", body);
  EXPECT_EQ(refused.code, 405);
  EXPECT_EQ(Reason(refused), "MethodNotAllowed");
  EXPECT_NE(Message(refused).find("custom resources are not built yet"), std::string::npos);
  EXPECT_EQ(t.List(crds, "").items.size(), 0u);
  // What is wrong with it is told first.
  EXPECT_EQ(t.Post(crds, "", R"({"metadata":{"name":"Boats"},"spec":{}})").code, 422);
}

}  // namespace
}  // namespace wavetank::sim
