// What the API server pays per object before it looks at it.
#include <benchmark/benchmark.h>

#include "runtime/api/object.h"
#include "runtime/api/quantity.h"
#include "runtime/api/schema.h"
#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

constexpr std::string_view kPod =
    R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"frontend-abcde","namespace":"default",
"labels":{"app":"guestbook","tier":"frontend","pod-template-hash":"6b9d7c5f4"},"annotations":{"a":"b"},
"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"frontend","uid":"11111111-2222","controller":true}]},
"spec":{"containers":[{"name":"php","image":"gcr.io/google_samples/gb-frontend:v3","command":["/bin/sh","-c","sleep 1"],
"ports":[{"containerPort":80},{"containerPort":443,"name":"tls"}],"env":[{"name":"GET_HOSTS_FROM","value":"dns"},
{"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}}],
"resources":{"requests":{"cpu":"100m","memory":"100Mi"},"limits":{"cpu":"1","memory":"1Gi"}},
"livenessProbe":{"httpGet":{"path":"/healthz","port":80},"initialDelaySeconds":3},
"readinessProbe":{"tcpSocket":{"port":80}},"volumeMounts":[{"name":"config","mountPath":"/etc/config"}]},
{"name":"sidecar","image":"envoy:1.30","args":["--log-level","debug"],"resources":{"limits":{"cpu":"200m"}}}],
"initContainers":[{"name":"init","image":"busybox","command":["true"]}],
"volumes":[{"name":"config","configMap":{"name":"frontend"}},{"name":"tmp"}],
"nodeSelector":{"disk":"ssd"},"tolerations":[{"key":"dedicated","operator":"Exists","effect":"NoSchedule"}],
"affinity":{"podAntiAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":100,"podAffinityTerm":
{"labelSelector":{"matchLabels":{"app":"guestbook"}},"topologyKey":"kubernetes.io/hostname"}}]}}}})";

const TypeInfo& PodType() { return *KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Pod"); }

// A new Pod of a template that came through before: only the metadata is new.
void BM_DefaultPodOfKnownTemplate(benchmark::State& state) {
  const TypeInfo& type = PodType();
  const Value first = ApplyDefaults(type, Decode(type, *ParseJson(kPod))->value);
  const Value metadata = first[names::kMetadata].Set(names::kName, "other");
  for (auto _ : state) {
    const Value pod =
        first.Set(names::kMetadata, metadata.Set(names::kGeneration, static_cast<int64_t>(state.iterations())));
    benchmark::DoNotOptimize(ApplyDefaults(type, Decode(type, pod)->value));
  }
}
BENCHMARK(BM_DefaultPodOfKnownTemplate);

// The same without making the pod: what is in it that is no decoding.
void BM_MakePodOfKnownTemplate(benchmark::State& state) {
  const TypeInfo& type = PodType();
  const Value first = ApplyDefaults(type, Decode(type, *ParseJson(kPod))->value);
  const Value metadata = first[names::kMetadata].Set(names::kName, "other");
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        first.Set(names::kMetadata, metadata.Set(names::kGeneration, static_cast<int64_t>(state.iterations()))));
  }
}
BENCHMARK(BM_MakePodOfKnownTemplate);

void BM_DecodeAndDefaultFreshPod(benchmark::State& state) {
  const TypeInfo& type = PodType();
  for (auto _ : state) {
    state.PauseTiming();
    const Value pod = *ParseJson(kPod);
    state.ResumeTiming();
    benchmark::DoNotOptimize(ApplyDefaults(type, Decode(type, pod)->value));
  }
}
BENCHMARK(BM_DecodeAndDefaultFreshPod)->Iterations(20000);

void BM_ParseDecodeDefault(benchmark::State& state) {
  const TypeInfo& type = PodType();
  for (auto _ : state) benchmark::DoNotOptimize(ApplyDefaults(type, Decode(type, *ParseJson(kPod))->value));
}
BENCHMARK(BM_ParseDecodeDefault);

void BM_ParseOnly(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(ParseJson(kPod));
}
BENCHMARK(BM_ParseOnly);

void BM_MatchLabels(benchmark::State& state) {
  const Value pod = *ParseJson(kPod);
  const LabelSelector selector = *LabelSelector::Parse("app=guestbook,tier in (frontend,backend),!canary");
  const Value& labels = pod[names::kMetadata][names::kLabels];
  for (auto _ : state) benchmark::DoNotOptimize(selector.Matches(labels));
}
BENCHMARK(BM_MatchLabels);

void BM_CanonicalQuantity(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(CanonicalQuantity("1536Mi"));
}
BENCHMARK(BM_CanonicalQuantity);

void BM_AddQuantities(benchmark::State& state) {
  const Value cpu("250m");
  for (auto _ : state) benchmark::DoNotOptimize(Quantity::Of(cpu) + Quantity::Of(cpu));
}
BENCHMARK(BM_AddQuantities);

void BM_NotFoundError(benchmark::State& state) {
  const Gvr pods("", "v1", "pods");
  for (auto _ : state) benchmark::DoNotOptimize(NotFoundError(pods, "frontend"));
}
BENCHMARK(BM_NotFoundError);

void BM_FindKind(benchmark::State& state) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  for (auto _ : state) benchmark::DoNotOptimize(kinds.FindResource("apps", "v1", "replicasets"));
}
BENCHMARK(BM_FindKind);

}  // namespace
}  // namespace wavetank
