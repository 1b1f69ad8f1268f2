#include "sim/apiserver/table.h"

#include <gtest/gtest.h>

#include "runtime/api/schema.h"
#include "runtime/value/json.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

using namespace std::chrono_literals;

const KindRegistry& Kinds() { return KindRegistry::BuiltIn(); }
const ResourceInfo& Kind(std::string_view api_version, std::string_view kind) {
  return *Kinds().FindKind(api_version, kind);
}
const Time kNow = *ParseTime("2026-03-01T12:00:00Z");

Value J(std::string_view text) {
  Result<Value> v = ParseJson(text);
  EXPECT_TRUE(v.ok()) << text << v.status().ToString();
  return v.value_or(Value());
}

// The cells of one object, as text.
std::string Cells(std::string_view api_version, std::string_view kind, std::string_view object) {
  const ResourceInfo& resource = Kind(api_version, kind);
  const Value document = J(object).Set("apiVersion", api_version).Set("kind", kind);
  const Value table = TableOfOne(resource, document, {.now = kNow});
  EXPECT_EQ(table["columnDefinitions"].size(), resource.columns.size());
  return WriteJson(table["rows"][0]["cells"]);
}

// API-387
TEST(HumanDuration, HasTwoOrThreeDigits) {
  const std::pair<Duration, const char*> cases[] = {
      {-2s, "<invalid>"},  {-1s, "0s"},       {-1ms, "0s"},           {0s, "0s"},        {1999ms, "1s"},
      {119s, "119s"},      {120s, "2m"},      {125s, "2m5s"},         {599s, "9m59s"},   {600s, "10m"},
      {179min, "179m"},    {180min, "3h"},    {185min, "3h5m"},       {8h, "8h"},        {47h + 59min, "47h"},
      {48h, "2d"},         {51h, "2d3h"},     {191h, "7d23h"},        {192h, "8d"},      {729 * 24h, "729d"},
      {731 * 24h, "2y1d"}, {730 * 24h, "2y"}, {2919 * 24h, "7y364d"}, {2920 * 24h, "8y"}};
  for (const auto& [duration, text] : cases) EXPECT_EQ(HumanDuration(duration), text);
}

// API-389: one word for a pod's state.
TEST(PodTable, SidecarsAndInitContainers) {
  const std::string sidecar =
      R"("spec":{"initContainers":[{"name":"s","restartPolicy":"Always"},{"name":"i"}],"containers":[{"name":"c"}]})";
  EXPECT_EQ(
      Cells(
          "v1", "Pod",
          R"({"metadata":{"name":"p"},)" + sidecar +
              R"(,"status":{"phase":"Pending","initContainerStatuses":[{"name":"s","started":true,"ready":true,"restartCount":2},{"name":"i","restartCount":1,"state":{"running":{}}}]}})"),
      R"(["p","1/2","Init:1/2","3","\u003cunknown\u003e","\u003cnone\u003e","\u003cnone\u003e","\u003cnone\u003e","\u003cnone\u003e"])");
  // Afterwards only the sidecar's restarts count, and its last one is told.
  EXPECT_TRUE(
      Cells(
          "v1", "Pod",
          R"({"metadata":{"name":"p","creationTimestamp":"2026-03-01T10:00:00Z"},)" + sidecar +
              R"(,"status":{"phase":"Running","initContainerStatuses":[{"name":"s","started":true,"ready":true,"restartCount":2,"lastState":{"terminated":{"finishedAt":"2026-03-01T11:55:00Z"}}},)"
              R"({"name":"i","restartCount":1,"state":{"terminated":{"exitCode":0}}}],"containerStatuses":[{"name":"c","ready":true,"restartCount":0,"state":{"running":{}}}]}})")
          .starts_with(R"J(["p","2/2","Running","2 (5m ago)","120m",)J"));
}

TEST(PodTable, OneWordForItsState) {
  const auto word = [](std::string_view status, std::string_view metadata = R"({"name":"p"})") {
    const std::string pod = R"({"metadata":)" + std::string(metadata) +
                            R"(,"spec":{"containers":[{"name":"a"},{"name":"b"}]},"status":)" + std::string(status) +
                            "}";
    return std::string(J(Cells("v1", "Pod", pod))[2].AsString());
  };
  const std::string done_and_running =
      R"("containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"b","ready":true,"state":{"running":{}}}])";
  EXPECT_EQ(word(R"({"phase":"Running",)" + done_and_running + "}"), "NotReady");
  EXPECT_EQ(word(R"({"phase":"Running","conditions":[{"type":"Ready","status":"True"}],)" + done_and_running + "}"),
            "Running");
  EXPECT_EQ(
      word(
          R"({"phase":"Failed","containerStatuses":[{"name":"a","state":{"terminated":{"exitCode":0,"reason":"Completed"}}},{"name":"b","state":{"terminated":{"exitCode":137,"reason":"OOMKilled"}}}]})"),
      "OOMKilled");
  const std::string deleted = R"({"name":"p","deletionTimestamp":"2026-03-01T11:59:00Z"})";
  EXPECT_EQ(word(R"({"phase":"Succeeded"})", deleted), "Succeeded");
  EXPECT_EQ(word(R"({"phase":"Running"})", deleted), "Terminating");
  EXPECT_EQ(word(R"({"phase":"Running","reason":"NodeLost"})", deleted), "Unknown");
}

TEST(WorkloadTable, CountsAndSelectors) {
  EXPECT_EQ(
      Cells(
          "apps/v1", "StatefulSet",
          R"({"metadata":{"name":"s","creationTimestamp":"2026-02-28T12:00:00Z"},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"a","image":"x:1"},{"name":"b","image":"y"}]}}},"status":{"readyReplicas":2}})"),
      R"(["s","2/3","24h","a,b","x:1,y"])");
  EXPECT_EQ(
      Cells(
          "apps/v1", "DaemonSet",
          R"({"metadata":{"name":"d"},"spec":{"selector":{"matchExpressions":[{"key":"k","operator":"Exists"}]},"template":{"spec":{"nodeSelector":{"z":"1","b":"2"},"containers":[{"name":"a","image":"i"}]}}},"status":{"desiredNumberScheduled":5,"numberReady":4}})"),
      R"(["d",5,0,4,0,0,"b=2,z=1","\u003cunknown\u003e","a","i","k"])");
  EXPECT_EQ(
      Cells(
          "batch/v1", "Job",
          R"({"metadata":{"name":"j"},"spec":{"completions":4},"status":{"succeeded":4,"startTime":"2026-03-01T11:00:00Z","completionTime":"2026-03-01T11:02:05Z","conditions":[{"type":"Complete","status":"True"}]}})"),
      R"(["j","Complete","4/4","2m5s","\u003cunknown\u003e","","","\u003cnone\u003e"])");
  EXPECT_EQ(
      Cells(
          "apps/v1", "ControllerRevision",
          R"({"metadata":{"name":"r","ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"s","controller":true}]},"revision":7})"),
      R"(["r","statefulset.apps/s",7,"\u003cunknown\u003e"])");
}

TEST(AutoscalerTable, MetricsOfEveryType) {
  const auto targets = [](std::string_view api_version, std::string_view rest) {
    return std::string(
        J(Cells(api_version, "HorizontalPodAutoscaler", R"({"metadata":{"name":"h"},)" + std::string(rest) + "}"))[2]
            .AsString());
  };
  EXPECT_EQ(
      targets(
          "autoscaling/v2",
          R"("spec":{"metrics":[{"type":"Pods","pods":{"target":{"averageValue":"10"}}},{"type":"External","external":{"target":{"averageValue":"3"}}},{"type":"Object","object":{"target":{"value":"1k"}}}]},)"
          R"("status":{"currentMetrics":[{"type":"Pods","pods":{"current":{"averageValue":"8"}}}]})"),
      "8/10, <unknown>/3 (avg) + 1 more...");
  EXPECT_EQ(
      targets(
          "autoscaling/v2",
          R"("spec":{"metrics":[{"type":"ContainerResource","containerResource":{"name":"cpu","target":{"averageUtilization":60}}}]},"status":{"currentMetrics":[{"type":"ContainerResource","containerResource":{"current":{"averageUtilization":41}}}]})"),
      "cpu: 41%/60%");
  EXPECT_EQ(targets("autoscaling/v2", R"("spec":{})"), "<none>");
}

TEST(CoreTable, ServicesAndEndpoints) {
  EXPECT_EQ(
      Cells(
          "v1", "Service",
          R"({"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","clusterIPs":["10.0.0.1"],"ports":[{"port":80,"nodePort":30080,"protocol":"TCP"}]}})"),
      R"(["s","LoadBalancer","10.0.0.1","\u003cpending\u003e","80:30080/TCP","\u003cunknown\u003e","\u003cnone\u003e"])");
  EXPECT_EQ(
      J(Cells(
          "v1", "Service",
          R"({"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","externalIPs":["9.9.9.9"]},"status":{"loadBalancer":{"ingress":[{"hostname":"h"},{"ip":"1.1.1.1"}]}}})"))
          [3],
      "1.1.1.1,h,9.9.9.9");
  EXPECT_EQ(
      J(Cells(
          "v1", "Endpoints",
          R"({"metadata":{"name":"e"},"subsets":[{"addresses":[{"ip":"fd00::1"},{"ip":"1.1.1.1"}],"ports":[{"port":80},{"port":443}]}]})"))
          [1],
      "[fd00::1]:80,1.1.1.1:80,[fd00::1]:443 + 1 more...");
}

TEST(CoreTable, VolumesQuotasAndEvents) {
  EXPECT_EQ(
      Cells(
          "v1", "PersistentVolumeClaim",
          R"({"metadata":{"name":"c","annotations":{"volume.beta.kubernetes.io/storage-class":"old"}},"spec":{"volumeName":"v","storageClassName":"new"},"status":{"phase":"Bound","capacity":{"storage":"2Gi"},"accessModes":["ReadWriteOncePod","ReadWriteOnce"]}})"),
      R"(["c","Bound","v","2Gi","RWO,RWOP","old","\u003cunset\u003e","\u003cunknown\u003e","\u003cunset\u003e"])");
  EXPECT_EQ(
      Cells(
          "v1", "ResourceQuota",
          R"({"metadata":{"name":"q"},"status":{"hard":{"limits.cpu":"2","pods":"3","requests.cpu":"1"},"used":{"pods":"1"}}})"),
      R"(["q","pods: 1/3, requests.cpu: 0/1","limits.cpu: 0/2","\u003cunknown\u003e"])");
  EXPECT_EQ(
      Cells(
          "events.k8s.io/v1", "Event",
          R"({"metadata":{"name":"e"},"eventTime":"2026-03-01T11:59:00.000000Z","regarding":{"kind":"Node","name":"n"},"reason":"R","note":" text\n","reportingController":"me","reportingInstance":"me-1","series":{"count":4,"lastObservedTime":"2026-03-01T11:59:50.000000Z"}})"),
      R"(["10s","","R","node/n","","me, me-1","text","60s",4,"e"])");
}

TEST(PolicyTable, OddOnes) {
  EXPECT_EQ(
      Cells(
          "storage.k8s.io/v1", "CSIDriver",
          R"({"metadata":{"name":"d"},"spec":{"tokenRequests":[{"audience":"a"},{"audience":"b"}],"volumeLifecycleModes":["Ephemeral"]}})"),
      R"(["d",true,false,false,"a,b",false,"Ephemeral","\u003cunknown\u003e"])");
  EXPECT_EQ(
      Cells(
          "networking.k8s.io/v1", "IngressClass",
          R"({"metadata":{"name":"i","annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}},"spec":{"controller":"c","parameters":{"apiGroup":"g","kind":"K","name":"n"}}})"),
      R"J(["i (default)","c","K.g/n","\u003cunknown\u003e"])J");
  EXPECT_EQ(
      Cells(
          "flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration",
          R"({"metadata":{"name":"p"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":5,"limitResponse":{"type":"Reject"}}}})"),
      R"(["p","Limited",5,"\u003cnone\u003e","\u003cnone\u003e","\u003cnone\u003e","\u003cunknown\u003e"])");
  EXPECT_EQ(
      Cells(
          "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding",
          R"({"metadata":{"name":"b"},"spec":{"policyName":"p","paramRef":{"selector":{"matchLabels":{"a":"1"},"matchExpressions":[{"key":"k","operator":"In","values":["v","w"]}]}}}})"),
      R"(["b","p","\u0026LabelSelector{MatchLabels:map[string]string{a: 1,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[v w],},},}","\u003cunknown\u003e"])");
  EXPECT_EQ(
      Cells(
          "apiregistration.k8s.io/v1", "APIService",
          R"({"metadata":{"name":"v1.x"},"spec":{"service":{"namespace":"n","name":"s"}},"status":{"conditions":[{"type":"Available","status":"False","reason":"Gone"}]}})"),
      R"J(["v1.x","n/s","False (Gone)","\u003cunknown\u003e"])J");
  EXPECT_EQ(Cells("resource.k8s.io/v1", "ResourceClaim",
                  R"({"metadata":{"name":"r"},"status":{"allocation":{},"reservedFor":[{}]}})"),
            R"(["r","allocated,reserved","\u003cunknown\u003e"])");
  EXPECT_EQ(
      Cells(
          "certificates.k8s.io/v1", "CertificateSigningRequest",
          R"({"metadata":{"name":"c"},"spec":{"signerName":"s","username":"u","expirationSeconds":3600},"status":{"certificate":"YQ==","conditions":[{"type":"Approved"}]}})"),
      R"(["c","\u003cunknown\u003e","s","u","60m","Approved,Issued"])");
}

// Every kind that has columns of its own has as many cells; only one prints a cell too many, as the real server does.
TEST(Tables, CellsFitTheColumns) {
  for (const ResourceInfo* r : Kinds().Resources()) {
    if (!r->stored) continue;
    const Value document =
        Value::EmptyObject().Set("kind", r->gvk.kind).Set("metadata", Value::EmptyObject().Set("name", "x"));
    const Value table = TableOfOne(*r, document, {.now = kNow});
    const size_t extra = r->gvk.kind.view() == "IPAddress" ? 1 : 0;
    EXPECT_EQ(table["rows"][0]["cells"].size(), table["columnDefinitions"].size() + extra) << r->gvk.ToString();
    EXPECT_EQ(FindPrinter(r->gvk.group.view(), r->gvk.kind.view()) == nullptr, r->columns[1].name == "Created At")
        << r->gvk.ToString();
  }
}

// API-386, API-394
TEST(Tables, ListsKeepTheirMetadata) {
  const std::vector<Object> items = {
      Object(J(R"({"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"},"type":"t"})"))};
  const Value metadata = J(R"({"resourceVersion":"7","continue":"c","remainingItemCount":2,"selfLink":"x"})");
  const ResourceInfo& secrets = Kind("v1", "Secret");
  const Value table =
      TableOfList(secrets, items, metadata, {.now = kNow, .include = IncludeObject::kObject, .headers = false});
  EXPECT_EQ(table["metadata"], J(R"({"resourceVersion":"7","continue":"c","remainingItemCount":2})"));
  EXPECT_TRUE(table.Has("columnDefinitions") && table["columnDefinitions"].is_null());
  EXPECT_EQ(table["rows"][0]["object"], items[0].value());
  const Value beta = TableOfList(secrets, items, metadata, {.now = kNow, .version = "v1beta1"});
  EXPECT_EQ(beta["rows"][0]["object"]["apiVersion"], "meta.k8s.io/v1beta1");
  EXPECT_EQ(TableOfList(secrets, {}, metadata, {.now = kNow})["rows"], Value::EmptyArray());
  EXPECT_TRUE(TableOfList(Kind("v1", "LimitRange"), {}, metadata, {.now = kNow})["rows"].is_null());
  EXPECT_TRUE(PartialMetadataList({}, metadata, "v1")["items"].is_null());
  EXPECT_EQ(ParseIncludeObject("Everything").code(), Code::kBadRequest);
}

TEST(Tables, CustomKindsShowTheirAge) {
  ResourceInfo gadget(Gvr("x.example", "v1", "gadgets"), Gvk("x.example", "v1", "Gadget"));
  const Value object = J(
      R"({"kind":"Gadget","apiVersion":"x.example/v1","metadata":{"name":"g","creationTimestamp":"2026-03-01T11:59:57Z"}})");
  const Value table = TableOfOne(gadget, object, {.now = kNow, .include = IncludeObject::kNone});
  EXPECT_EQ(table["rows"], J(R"([{"cells":["g","3s"],"object":null}])"));
  EXPECT_EQ(table["columnDefinitions"][1]["type"], "date");
}

}  // namespace
}  // namespace wavetank::sim
