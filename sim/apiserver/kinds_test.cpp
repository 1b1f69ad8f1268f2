// Rules of single kinds as a table: what is refused, with its causes; what a change may not do.
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

// "field: message" of all causes, one a line.
std::string Causes(const ApiResponse& response) {
  std::string text;
  for (const Value& c : response.body["details"]["causes"].elements()) {
    text.append(text.empty() ? "" : "\n").append(c["field"].AsString()).append(": ").append(c["message"].AsString());
  }
  return text;
}

struct Refused {
  Gvr gvr;
  std::string_view ns;
  std::string_view object;
  std::string_view causes;
};

TEST(Kinds, RefuseNewObjects) {
  const Refused kRows[] = {
      {Gvr("", "v1", "podtemplates"), "default",
       R"({"metadata":{"name":"x"},"template":{"spec":{"containers":[{"name":"c","image":"i","workingDir":"/a","stdin":true,
           "livenessProbe":{"tcpSocket":{"port":70000}}}]}}})",
       "template.spec.containers[0].livenessProbe.tcpSocket.port: Invalid value: 70000: must be between 1 and 65535, "
       "inclusive"},
      {Gvr("apps", "v1", "daemonsets"), "default",
       R"({"metadata":{"name":"x"},"spec":{"minReadySeconds":-1,"selector":{"matchLabels":{"a":"b"}},
           "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"},
      {Gvr("", "v1", "replicationcontrollers"), "default",
       R"({"metadata":{"name":"x"},"spec":{"replicas":-1,"selector":{"a":"b"},
           "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       "spec.replicas: Invalid value: -1: must be greater than or equal to 0"},
      {Gvr("networking.k8s.io", "v1", "networkpolicies"), "default",
       R"({"metadata":{"name":"x"},"spec":{"podSelector":{},"egress":[{"ports":[{"port":70000}]}]}})",
       "spec.egress[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"},
      {Gvr("storage.k8s.io", "v1", "storageclasses"), "",
       R"({"metadata":{"name":"x"},"provisioner":"p","reclaimPolicy":"Keep"})",
       "reclaimPolicy: Unsupported value: \"Keep\": supported values: \"Delete\", \"Retain\""},
      {Gvr("scheduling.k8s.io", "v1", "priorityclasses"), "", R"({"metadata":{"name":"x"},"value":2000000000})",
       "value: Forbidden: maximum allowed value of a user defined priority is 1000000000"},
      {Gvr("apiregistration.k8s.io", "v1", "apiservices"), "",
       R"({"metadata":{"name":"v1.a.example"},"spec":{"group":"a.example","version":"v1","groupPriorityMinimum":1,
           "versionPriority":1,"insecureSkipTLSVerify":true}})",
       "spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify"},
      {Gvr("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations"), "",
       R"({"metadata":{"name":"x"},"webhooks":[{"name":"short","clientConfig":{"url":"http://h/p?q"},"sideEffects":"Some",
           "admissionReviewVersions":["v2"],"timeoutSeconds":40}]})",
       "webhooks[0].name: Invalid value: \"short\": should be a domain with at least three segments separated by dots\n"
       "webhooks[0].sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"\n"
       "webhooks[0].timeoutSeconds: Invalid value: 40: the timeout value must be between 1 and 30 seconds\n"
       "webhooks[0].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: "
       "https://host[/path]\n"
       "webhooks[0].clientConfig.url: Invalid value: \"q\": query parameters are not permitted in the URL\n"
       "webhooks[0].admissionReviewVersions: Invalid value: [\"v2\"]: must include at least one of v1, v1beta1"},
      {Gvr("", "v1", "services"), "default",
       R"({"metadata":{"name":"x"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":29999}]}})",
       "spec.ports[0].nodePort: Invalid value: 29999: provided port is not in the valid range. The range of valid "
       "ports "
       "is 30000-32767"},
  };
  for (const Refused& row : kRows) {
    TestServer t;
    const ApiResponse r = t.Post(row.gvr, row.ns, row.object);
    EXPECT_EQ(r.code, 422) << row.object;
    EXPECT_EQ(Causes(r), row.causes) << row.object;
    EXPECT_EQ(t.server.Count(t.resource(row.gvr)), 0u) << row.object;
  }
}

struct Immutable {
  Gvr gvr;
  std::string_view ns;
  std::string_view object;
  std::string_view patch;
  std::string_view causes;
};

TEST(Kinds, RefuseChanges) {
  const Immutable kRows[] = {
      {Gvr("node.k8s.io", "v1", "runtimeclasses"), "", R"({"metadata":{"name":"x"},"handler":"a"})",
       R"({"handler":"b"})", "handler: Invalid value: \"b\": field is immutable"},
      {Gvr("storage.k8s.io", "v1", "storageclasses"), "", R"({"metadata":{"name":"x"},"provisioner":"p"})",
       R"({"volumeBindingMode":"WaitForFirstConsumer"})",
       "volumeBindingMode: Invalid value: \"WaitForFirstConsumer\": field is immutable"},
      {Gvr("apps", "v1", "replicasets"), "default",
       R"({"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},
           "template":{"metadata":{"labels":{"a":"b","c":"d"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})",
       R"({"spec":{"selector":{"matchLabels":{"c":"d"}}}})",
       "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"b\",\"c\":\"d\"}}: field is immutable"},
      {Gvr("networking.k8s.io", "v1", "ingressclasses"), "",
       R"({"metadata":{"name":"x"},"spec":{"controller":"e.io/a"}})", R"({"spec":{"controller":"e.io/b"}})",
       "spec.controller: Invalid value: \"e.io/b\": field is immutable"},
  };
  for (const Immutable& row : kRows) {
    TestServer t;
    ASSERT_EQ(t.Post(row.gvr, row.ns, row.object).code, 201) << row.object;
    const ApiResponse r = t.Merge(row.gvr, row.ns, "x", row.patch);
    EXPECT_EQ(r.code, 422) << row.patch;
    EXPECT_EQ(Causes(r), row.causes) << row.patch;
  }
}

// ---- Preparation.

TEST(Preparation, ServiceKeepsAndReleasesWhatItWasGiven) {
  TestServer t;
  const Gvr services("", "v1", "services");
  const ApiResponse made = t.Post(services, "default", R"({"metadata":{"name":"s"},"spec":{"type":"NodePort",
      "ports":[{"name":"a","port":80},{"name":"b","port":81}]}})");
  ASSERT_EQ(made.code, 201);
  const Value& spec = made.object.spec();
  EXPECT_NE(spec["ports"][0]["nodePort"].AsInt(), spec["ports"][1]["nodePort"].AsInt());
  // A writer that leaves everything out gets it back.
  const Value bare = Json(R"({"metadata":{"name":"s"},"spec":{"type":"NodePort",
      "ports":[{"name":"a","port":80},{"name":"b","port":81}]}})");
  EXPECT_EQ(t.Put(services, "default", "s", bare).object.spec(), spec);
  const ApiResponse plain = t.Merge(services, "default", "s", R"({"spec":{"type":"ClusterIP"}})");
  ASSERT_EQ(plain.code, 200);
  EXPECT_TRUE(plain.object.spec()["ports"][0]["nodePort"].is_null());
  EXPECT_EQ(plain.object.spec()["clusterIP"], spec["clusterIP"]);
  const ApiResponse named =
      t.Merge(services, "default", "s", R"({"spec":{"type":"ExternalName","externalName":"a.example"}})");
  ASSERT_EQ(named.code, 200);
  EXPECT_TRUE(named.object.spec()["clusterIP"].is_null());
  // Both protocols of one port share a node port.
  const ApiResponse dns = t.Post(services, "default", R"({"metadata":{"name":"dns"},"spec":{"type":"NodePort",
      "ports":[{"name":"t","port":53},{"name":"u","port":53,"protocol":"UDP"}]}})");
  EXPECT_EQ(dns.object.spec()["ports"][0]["nodePort"], dns.object.spec()["ports"][1]["nodePort"]);
}

TEST(Preparation, DaemonSetCountsItsTemplates) {
  TestServer t;
  const Gvr sets("apps", "v1", "daemonsets");
  ASSERT_EQ(t.Post(sets, "default", R"({"metadata":{"name":"x"},"spec":{"selector":{"matchLabels":{"a":"b"}},
      "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})")
                .code,
            201);
  constexpr std::string_view kKey = "deprecated.daemonset.template.generation";
  EXPECT_EQ(t.Merge(sets, "default", "x", R"({"spec":{"minReadySeconds":5}})").object.annotations()[kKey], "1");
  const ApiResponse changed =
      t.Merge(sets, "default", "x", R"({"spec":{"template":{"spec":{"containers":[{"name":"c","image":"j"}]}}}})");
  EXPECT_EQ(changed.object.annotations()[kKey], "2");
}

// Slices count labels as well, drivers only what changed since.
TEST(Generation, OfSlicesAndDrivers) {
  TestServer t;
  const Gvr slices("discovery.k8s.io", "v1", "endpointslices");
  ASSERT_EQ(t.Post(slices, "default", R"({"metadata":{"name":"s"},"addressType":"IPv4","endpoints":[]})").code, 201);
  const auto of = [](const ApiResponse& r) { return r.object.metadata()["generation"].AsInt(); };
  EXPECT_EQ(of(t.Merge(slices, "default", "s", R"({"metadata":{"annotations":{"a":"b"}}})")), 1);
  EXPECT_EQ(of(t.Merge(slices, "default", "s", R"({"metadata":{"labels":{"a":"b"}}})")), 2);
  const Gvr drivers("storage.k8s.io", "v1", "csidrivers");
  EXPECT_EQ(of(t.Post(drivers, "", R"({"metadata":{"name":"d"},"spec":{}})")), 0);
  EXPECT_EQ(of(t.Merge(drivers, "", "d", R"({"spec":{"podInfoOnMount":true}})")), 1);
}

TEST(Preparation, ClaimSourcesSayTheSame) {
  TestServer t;
  const ApiResponse made = t.Post(Gvr("", "v1", "persistentvolumeclaims"), "default",
                                  R"({"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],
      "resources":{"requests":{"storage":"1Gi"}},"dataSource":{"kind":"PersistentVolumeClaim","name":"o"}}})");
  ASSERT_EQ(made.code, 201);
  EXPECT_EQ(made.object.spec()["dataSourceRef"], made.object.spec()["dataSource"]);
}

TEST(Stored, EmptyListsBecomeNull) {
  TestServer t;
  const ApiResponse made =
      t.Post(Gvr("rbac.authorization.k8s.io", "v1", "clusterroles"), "", R"({"metadata":{"name":"r"},"rules":[]})");
  ASSERT_EQ(made.code, 201);
  EXPECT_TRUE(made.object.value().Has("rules"));
  EXPECT_TRUE(made.object.value()["rules"].is_null());
}

// ---- Admission by other objects.

TEST(Admission, LimitRangeOfClaims) {
  TestServer t;
  const Gvr claims("", "v1", "persistentvolumeclaims");
  ASSERT_EQ(t.Post(Gvr("", "v1", "limitranges"), "default", R"({"metadata":{"name":"l"},"spec":{"limits":[
      {"type":"PersistentVolumeClaim","min":{"storage":"1Gi"},"max":{"storage":"2Gi"}}]}})")
                .code,
            201);
  const auto post = [&](std::string_view size) {
    return t.Post(claims, "default",
                  R"({"metadata":{"name":"c"},"spec":{"accessModes":["ReadWriteOnce"],
        "resources":{"requests":{"storage":")" +
                      std::string(size) + R"("}}}})");
  };
  EXPECT_EQ(Message(post("3Gi")),
            "persistentvolumeclaims \"c\" is forbidden: maximum storage usage per "
            "PersistentVolumeClaim is 2Gi, but request is 3Gi");
  EXPECT_EQ(Message(post("1Mi")),
            "persistentvolumeclaims \"c\" is forbidden: minimum storage usage per "
            "PersistentVolumeClaim is 1Gi, but request is 1Mi");
  EXPECT_EQ(post("2Gi").code, 201);
}

TEST(Admission, QuotaOfServicesIsCharged) {
  TestServer t;
  const Gvr quotas("", "v1", "resourcequotas");
  const Gvr services("", "v1", "services");
  ASSERT_EQ(t.Post(quotas, "default", R"({"metadata":{"name":"q"},"spec":{"hard":{"services.nodeports":"1"}}})").code,
            201);
  ASSERT_EQ(t.Merge(quotas, "default", "q",
                    R"({"status":{"hard":{"services.nodeports":"1"},"used":{"services.nodeports":"0"}}})", "status")
                .code,
            200);
  const auto post = [&](std::string_view name, std::string_view type) {
    return t.Post(services, "default",
                  R"({"metadata":{"name":")" + std::string(name) + R"("},"spec":{"type":")" + std::string(type) +
                      R"(","ports":[{"port":80}]}})");
  };
  EXPECT_EQ(post("free", "ClusterIP").code, 201);
  EXPECT_EQ(post("a", "NodePort").code, 201);
  EXPECT_EQ(t.Get(quotas, "default", "q").object.status()["used"]["services.nodeports"], "1");
  EXPECT_EQ(Message(post("b", "NodePort")),
            "services \"b\" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: "
            "services.nodeports=1, limited: services.nodeports=1");
  // A change is charged by the difference.
  EXPECT_EQ(t.Merge(services, "default", "free", R"({"spec":{"type":"NodePort"}})").code, 403);
}

TEST(Admission, DefaultClassesAndSecondDefaults) {
  TestServer t;
  const Gvr classes("storage.k8s.io", "v1", "storageclasses");
  ASSERT_EQ(t.Post(classes, "", R"({"metadata":{"name":"fast","annotations":{
      "storageclass.kubernetes.io/is-default-class":"true"}},"provisioner":"p"})")
                .code,
            201);
  EXPECT_EQ(t.Post(Gvr("", "v1", "persistentvolumeclaims"), "default", R"({"metadata":{"name":"c"},"spec":{
      "accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}})")
                .object.spec()["storageClassName"],
            "fast");
  const Gvr priorities("scheduling.k8s.io", "v1", "priorityclasses");
  ASSERT_EQ(t.Post(priorities, "", R"({"metadata":{"name":"one"},"value":1,"globalDefault":true})").code, 201);
  EXPECT_EQ(Message(t.Post(priorities, "", R"({"metadata":{"name":"two"},"value":2,"globalDefault":true})")),
            "priorityclasses.scheduling.k8s.io \"two\" is forbidden: PriorityClass one is already marked as default. "
            "Only one default can exist");
}

}  // namespace
}  // namespace wavetank::sim
