// What the choice of Value is about: a 2 KB pod beside nlohmann/json. `ratio` counters are left to the reader: both sides
// run in this process.
#include <benchmark/benchmark.h>

#include <nlohmann/json.hpp>

#include "runtime/value/json.h"
#include "runtime/value/patch.h"
#include "runtime/value/value.h"
#include "runtime/value/yaml.h"

namespace wavetank {
namespace {

const std::string& PodText() {
  static const std::string text =
      R"({"kind":"Pod","apiVersion":"v1","metadata":{"name":"frontend-7c9d8f6b5-x2x4z","generateName":"frontend-7c9d8f6b5-",
"namespace":"default","uid":"0f0a5b9e-4a0f-4b52-9a51-3ad9e1d0a001","resourceVersion":"123456","creationTimestamp":"2025-01-01T00:00:00Z",
"labels":{"app":"guestbook","pod-template-hash":"7c9d8f6b5","tier":"frontend"},"annotations":{"example.com/checksum":"d41d8cd98f00b204e9800998ecf8427e"},
"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"frontend-7c9d8f6b5","uid":"0f0a5b9e-4a0f-4b52-9a51-3ad9e1d0a000","controller":true,"blockOwnerDeletion":true}]},
"spec":{"volumes":[{"name":"kube-api-access","projected":{"sources":[{"serviceAccountToken":{"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}}],"defaultMode":420}}],
"containers":[{"name":"php-redis","image":"us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5","ports":[{"containerPort":80,"protocol":"TCP"}],
"env":[{"name":"GET_HOSTS_FROM","value":"dns"}],"resources":{"requests":{"cpu":"100m","memory":"100Mi"}},"volumeMounts":[{"name":"kube-api-access","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}],
"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,
"dnsPolicy":"ClusterFirst","serviceAccountName":"default","nodeName":"node-1","securityContext":{},"schedulerName":"default-scheduler",
"tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],"priority":0,"enableServiceLinks":true},
"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":"2025-01-01T00:00:05Z"}],"hostIP":"10.0.0.1","podIP":"10.244.0.5","startTime":"2025-01-01T00:00:01Z","qosClass":"Burstable"}})";
  return text;
}

// Interns the words of a pod, as the kind table does in every real program.
const Value& Pod() {
  static const Value pod = [] {
    const auto intern = [](auto& self, const Value& value) -> void {
      for (const Field& field : value.fields()) {
        Name name(field.key.view());
        self(self, field.value);
      }
      for (const Value& element : value.elements()) self(self, element);
    };
    intern(intern, *ParseJson(PodText()));
    return *ParseJson(PodText());
  }();
  return pod;
}

const Name kStatus("status");
const Name kPhase("phase");
const Name kMetadata("metadata");
const Name kLabels("labels");
const Name kSpec("spec");
const Name kNodeName("nodeName");

void BM_ParseValue(benchmark::State& state) {
  Pod();
  for (auto _ : state) benchmark::DoNotOptimize(ParseJson(PodText()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(PodText().size()));
}
BENCHMARK(BM_ParseValue);

void BM_ParseNlohmann(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json::parse(PodText()));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(PodText().size()));
}
BENCHMARK(BM_ParseNlohmann);

void BM_WriteValue(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(WriteJson(Pod()));
}
BENCHMARK(BM_WriteValue);

void BM_WriteNlohmann(benchmark::State& state) {
  const nlohmann::json pod = nlohmann::json::parse(PodText());
  for (auto _ : state) benchmark::DoNotOptimize(pod.dump());
}
BENCHMARK(BM_WriteNlohmann);

void BM_CopyValue(benchmark::State& state) {
  for (auto _ : state) {
    Value copy = Pod();
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_CopyValue);

void BM_CopyNlohmann(benchmark::State& state) {
  const nlohmann::json pod = nlohmann::json::parse(PodText());
  for (auto _ : state) {
    nlohmann::json copy = pod;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_CopyNlohmann);

void BM_SetPathCopy(benchmark::State& state) {
  const Value phases[] = {"Running", "Pending"};
  size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(Pod().SetIn({kStatus, kPhase}, phases[++i & 1]));
}
BENCHMARK(BM_SetPathCopy);

void BM_SetInPlace(benchmark::State& state) {
  Value status = Pod()[kStatus].Set(kPhase, "Pending");
  int64_t i = 0;
  for (auto _ : state) {
    status = std::move(status).Set(kPhase, ++i);
    benchmark::DoNotOptimize(status);
  }
}
BENCHMARK(BM_SetInPlace);

void BM_FindThreeLevels(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(Pod()[kStatus][kPhase].AsString());
    benchmark::DoNotOptimize(Pod()[kSpec][kNodeName].AsString());
    benchmark::DoNotOptimize(Pod()[kMetadata][kLabels]["tier"].AsString());
  }
}
BENCHMARK(BM_FindThreeLevels);

void BM_EqualDeep(benchmark::State& state) {
  const Value other = *ParseJson(PodText());
  for (auto _ : state) benchmark::DoNotOptimize(Pod() == other);
}
BENCHMARK(BM_EqualDeep);

void BM_EqualShared(benchmark::State& state) {
  const Value other = Pod().SetIn({kStatus, kPhase}, "Pending").SetIn({kStatus, kPhase}, "Running");
  for (auto _ : state) benchmark::DoNotOptimize(Pod() == other);
}
BENCHMARK(BM_EqualShared);

void BM_EqualNlohmann(benchmark::State& state) {
  const nlohmann::json a = nlohmann::json::parse(PodText());
  const nlohmann::json b = a;
  for (auto _ : state) benchmark::DoNotOptimize(a == b);
}
BENCHMARK(BM_EqualNlohmann);

// After a change only the path is hashed anew.
void BM_HashAfterSet(benchmark::State& state) {
  Pod().hash();
  int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(Pod().SetIn({kStatus, kPhase}, ++i).hash());
}
BENCHMARK(BM_HashAfterSet);

void BM_BuildObject(benchmark::State& state) {
  ObjectBuilder builder;
  for (auto _ : state) {
    builder.Add(kSpec, 1).Add(kMetadata, "x").Add(kStatus, true).Add(kLabels, nullptr).Add(kNodeName, 5);
    benchmark::DoNotOptimize(builder.Build());
  }
}
BENCHMARK(BM_BuildObject);

void BM_MergePatch(benchmark::State& state) {
  const Value patch = *ParseJson(R"({"status":{"phase":"Failed","reason":"Evicted"}})");
  for (auto _ : state) benchmark::DoNotOptimize(ApplyMergePatch(Pod(), patch));
}
BENCHMARK(BM_MergePatch);

void BM_ParseYaml(benchmark::State& state) {
  const std::string text = WriteYaml(Pod());
  for (auto _ : state) benchmark::DoNotOptimize(ParseYaml(text));
}
BENCHMARK(BM_ParseYaml);

}  // namespace
}  // namespace wavetank
