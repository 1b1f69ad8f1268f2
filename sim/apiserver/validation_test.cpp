// What is refused, in the server's words (API-043..045, API-722..736), and what marks remember.
#include "sim/apiserver/validation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/api/schema.h"
#include "sim/apiserver/system_objects.h"
#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> Causes(const ApiResponse& response) {
  std::vector<std::string> causes;
  for (const Value& c : response.body["details"]["causes"].elements()) {
    causes.push_back(std::string(c["field"].AsString()) + ": " + std::string(c["message"].AsString()));
  }
  return causes;
}

ApiResponse Pod(TestServer& t, std::string_view spec) {
  return t.Post(t.pods, "default", R"({"metadata":{"name":"p"},"spec":)" + std::string(spec) + "}");
}

TEST(Names, Rules) {  // API-085, API-092, API-094
  EXPECT_THAT(CheckDnsLabel("a-b0"), IsEmpty());
  EXPECT_THAT(CheckDnsLabel("a.b"), SizeIs(1));
  EXPECT_THAT(CheckDnsLabel("-a"), SizeIs(1));
  EXPECT_THAT(CheckDnsSubdomain("a.b-c"), IsEmpty());
  EXPECT_THAT(CheckDnsSubdomain("a..b"), SizeIs(1));
  EXPECT_THAT(CheckDnsLabel(std::string(64, 'a')), ElementsAre("must be no more than 63 characters"));
  EXPECT_THAT(CheckName(NameRule::kSubdomain, "base-", true), IsEmpty());
  EXPECT_THAT(CheckName(NameRule::kPathSegment, "system:a", false), IsEmpty());
  EXPECT_THAT(CheckName(NameRule::kPathSegment, "a/b", false), ElementsAre("may not contain '/'"));
  EXPECT_TRUE(CheckQualifiedName("example.com/Name_1").empty());
  EXPECT_THAT(CheckQualifiedName("/a"), ElementsAre("prefix part must be non-empty"));
  EXPECT_EQ(CheckQualifiedName("a/").size(), 2u);
  EXPECT_THAT(CheckLabelValue(""), IsEmpty());
}

TEST(PodValidation, Containers) {  // API-722
  TestServer t;
  EXPECT_THAT(Causes(Pod(t, "{}")), ElementsAre("spec.containers: Required value"));
  EXPECT_THAT(Causes(Pod(t, R"({"containers":[{"name":"c"}]})")),
              ElementsAre("spec.containers[0].image: Required value"));
  EXPECT_THAT(Causes(Pod(t, R"({"containers":[{"name":"c","image":"i"},{"name":"c","image":"i"}]})")),
              ElementsAre("spec.containers[1].name: Duplicate value: \"c\""));
  EXPECT_THAT(Causes(Pod(t, R"({"restartPolicy":"Sometimes","containers":[{"name":"c","image":"i"}]})")),
              ElementsAre("spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", "
                          "\"OnFailure\", \"Never\""));
  EXPECT_THAT(
      Causes(Pod(t, R"({"containers":[{"name":"c","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]})")),
      ElementsAre("spec.containers[0].volumeMounts[0].name: Not found: \"v\""));
  EXPECT_THAT(
      Causes(Pod(
          t,
          R"({"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"200m"}}}]})")),
      ElementsAre("spec.containers[0].resources.requests: Invalid value: \"500m\": must be less than or equal to cpu "
                  "limit of 200m"));
  EXPECT_THAT(
      Causes(Pod(
          t,
          R"({"volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/"}}],"containers":[{"name":"c","image":"i"}]})")),
      ElementsAre("spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"));
  EXPECT_EQ(t.server.Count(t.resource(t.pods)), 0u);
}

TEST(PodValidation, SpecIsImmutable) {  // API-723
  TestServer t;
  ASSERT_EQ(Pod(t, R"({"containers":[{"name":"c","image":"i"}]})").code, 201);
  EXPECT_EQ(t.Merge(t.pods, "default", "p", R"({"spec":{"containers":[{"name":"c","image":"j"}]}})").code, 200);
  const ApiResponse r = t.Merge(t.pods, "default", "p", R"({"spec":{"nodeName":"n"}})");
  EXPECT_EQ(r.code, 422);
  EXPECT_THAT(Message(r),
              testing::StartsWith("Pod \"p\" is invalid: spec: Forbidden: pod updates may not change fields other than "
                                  "`spec.containers[*].image`"));
  // A writer that leaves out what admission added does not take it away.
  EXPECT_EQ(t.Put(t.pods, "default", "p",
                  Json(R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"k"}]}})"))
                .code,
            200);
  EXPECT_EQ(t.Get(t.pods, "default", "p").object.spec()["tolerations"].size(), 2u);
}

TEST(PodValidation, IsRememberedOnTheTemplate) {
  TestServer t;
  const ApiResponse made =
      t.Post(t.replicasets, "default", R"({"metadata":{"name":"r"},"spec":{"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})");
  ASSERT_EQ(made.code, 201);
  const Value& spec = made.object.spec()["template"]["spec"];
  EXPECT_TRUE(HasMark(spec, *t.server.kinds().FindType("io.k8s.api.core.v1.PodSpec"), kMarkValid));
}

TEST(WorkloadValidation, Selectors) {  // API-726
  TestServer t;
  const auto post = [&](std::string_view spec) {
    return t.Post(t.deployments, "default", R"({"metadata":{"name":"d"},"spec":)" + std::string(spec) + "}");
  };
  EXPECT_THAT(
      Causes(post("{}")),
      ElementsAre("spec.selector: Required value",
                  "spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`",
                  "spec.template.spec.containers: Required value"));
  constexpr std::string_view kTemplate =
      R"("template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i"}]}})";
  EXPECT_THAT(Causes(post(R"({"selector":{"matchLabels":{"app":"x"}},)" + std::string(kTemplate) + "}")),
              ElementsAre("spec.template.metadata.labels: Invalid value: {\"app\":\"d\"}: `selector` does not match "
                          "template `labels`"));
  EXPECT_THAT(Causes(post(R"({"replicas":-1,"selector":{"matchLabels":{"app":"d"}},)" + std::string(kTemplate) + "}")),
              ElementsAre("spec.replicas: Invalid value: -1: must be greater than or equal to 0"));
  ASSERT_EQ(post(R"({"selector":{"matchLabels":{"app":"d"}},)" + std::string(kTemplate) + "}").code, 201);
  const ApiResponse changed = t.Merge(t.deployments, "default", "d",
                                      R"({"spec":{"selector":{"matchLabels":{"app":"d","x":null}},"replicas":2}})");
  EXPECT_EQ(changed.code, 200);
  const ApiResponse moved =
      t.Merge(t.deployments, "default", "d",
              R"({"spec":{"selector":{"matchLabels":{"app":"e"}},"template":{"metadata":{"labels":{"app":"e"}}}}})");
  EXPECT_THAT(Causes(moved),
              ElementsAre("spec.selector: Invalid value: {\"matchLabels\":{\"app\":\"e\"}}: field is immutable"));
  const ApiResponse status =
      t.Merge(t.deployments, "default", "d", R"({"status":{"replicas":1,"readyReplicas":2}})", "status");
  EXPECT_THAT(Causes(status),
              ElementsAre("status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas"));
}

TEST(ConfigValidation, ConfigMaps) {  // API-733
  TestServer t;
  const ApiResponse bad =
      t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"},"data":{"bad key":"v",".":"w"}})");
  EXPECT_EQ(Causes(bad).size(), 2u);
  ASSERT_EQ(t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"},"data":{"k":"v"},"immutable":true})").code,
            201);
  EXPECT_THAT(Causes(t.Merge(t.configmaps, "default", "a", R"({"data":{"k":"w"}})")),
              ElementsAre("data: Forbidden: field is immutable when `immutable` is set"));
  EXPECT_EQ(t.Merge(t.configmaps, "default", "a", R"({"metadata":{"labels":{"l":"1"}}})").code, 200);
}

TEST(ConfigValidation, SecretsAndLeases) {  // API-734, API-822
  TestServer t;
  const Gvr secrets("", "v1", "secrets");
  const Object made = t.Post(secrets, "default", R"({"metadata":{"name":"s"},"stringData":{"a":"b"}})").object;
  ASSERT_TRUE(made);
  EXPECT_EQ(made.value()["data"]["a"], "Yg==");
  EXPECT_FALSE(made.value().Has("stringData"));
  EXPECT_EQ(made.value()["type"], "Opaque");
  EXPECT_THAT(Causes(t.Post(t.leases, "default",
                            R"({"metadata":{"name":"l"},"spec":{"leaseDurationSeconds":0,"leaseTransitions":-1}})")),
              ElementsAre("spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                          "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"));
}

TEST(MetadataValidation, Owners) {  // API-089, API-090
  TestServer t;
  EXPECT_THAT(Causes(t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","ownerReferences":[{}]}})")),
              ElementsAre("metadata.ownerReferences.apiVersion: Invalid value: \"\": version must not be empty",
                          "metadata.ownerReferences.kind: Invalid value: \"\": must not be empty",
                          "metadata.ownerReferences.name: Invalid value: \"\": must not be empty",
                          "metadata.ownerReferences.uid: Invalid value: \"\": must not be empty"));
  const ApiResponse twice = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","ownerReferences":[
      {"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"},{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u"}]}})");
  EXPECT_EQ(twice.code, 201);
  EXPECT_EQ(twice.object.metadata()["ownerReferences"].size(), 1u);
  EXPECT_EQ(twice.warnings.size(), 1u);
}

TEST(SystemObjects, AreThereBeforeTheFirstClient) {  // API-835, API-837, API-838
  TestServer t;
  t.server = ApiServer();
  ASSERT_TRUE(MakeSystemObjects(t.server, t.info()).ok());
  EXPECT_EQ(t.Get(t.namespaces, "", "kube-system").object.status()["phase"], "Active");
  EXPECT_GT(t.server.revision(), 1u);
  const ApiResponse pod =
      Pod(t, R"({"priorityClassName":"system-node-critical","containers":[{"name":"c","image":"i"}]})");
  EXPECT_EQ(pod.object.spec()["priority"].AsInt(), 2000001000);
  EXPECT_EQ(Pod(t, R"({"priorityClassName":"none","containers":[{"name":"c","image":"i"}]})").code, 403);
}

}  // namespace
}  // namespace wavetank::sim
