// The budgets of DESIGN section 12: create 400 k/s, get 5 M/s, status update 500 k/s, watch delivery 10 M/s.
#include <benchmark/benchmark.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

// A ReplicaSet whose pods print as about 2.2 KB of JSON, like a user's.
constexpr std::string_view kReplicaSet = R"({"metadata":{"name":"frontend"},"spec":{"replicas":3,
  "selector":{"matchLabels":{"app":"guestbook","tier":"frontend"}},
  "template":{"metadata":{"labels":{"app":"guestbook","tier":"frontend"}},"spec":{"containers":[{"name":"php-redis",
    "image":"us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5",
    "env":[{"name":"GET_HOSTS_FROM","value":"dns"},{"name":"POD_NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
    "resources":{"requests":{"cpu":"100m","memory":"100Mi"},"limits":{"cpu":"500m","memory":"200Mi"}},
    "livenessProbe":{"httpGet":{"path":"/healthz","port":80},"initialDelaySeconds":3},
    "readinessProbe":{"httpGet":{"path":"/ready","port":80}},
    "volumeMounts":[{"name":"cache","mountPath":"/cache"},{"name":"config","mountPath":"/etc/app"}],
    "ports":[{"containerPort":80,"name":"http"}]}],
    "volumes":[{"name":"cache","emptyDir":{}},{"name":"config","configMap":{"name":"frontend"}}],
    "nodeSelector":{"kubernetes.io/os":"linux"},"serviceAccountName":"frontend"}}}})";

// What a ReplicaSet controller sends: own metadata, the template's spec by reference.
class PodMaker {
 public:
  explicit PodMaker(TestServer& t) {
    const ApiResponse made = t.Post(t.replicasets, "default", kReplicaSet);
    WT_CHECK(made.ok(), "the ReplicaSet is valid");
    const Value& pod_template = made.object.spec()[Name("template")];
    labels_ = pod_template[names::kMetadata][names::kLabels];
    spec_ = pod_template[names::kSpec];
    owners_ = Value::Array({ObjectBuilder(6)
                                .Add(names::kApiVersion, "apps/v1")
                                .Add(names::kBlockOwnerDeletion, true)
                                .Add(names::kController, true)
                                .Add(names::kKind, "ReplicaSet")
                                .Add(names::kName, Value(made.object.name()))
                                .Add(names::kUid, Value(made.object.uid()))
                                .Build()});
  }
  ApiRequest Request(const TestServer& t) const {
    ApiRequest request(Verb::kCreate, t.pods);
    request.ns = ns_;
    Value metadata = ObjectBuilder(3)
                         .Add(names::kGenerateName, generate_name_)
                         .Add(names::kLabels, labels_)
                         .Add(names::kOwnerReferences, owners_)
                         .Build();
    request.body = ObjectBuilder(4)
                       .Add(names::kApiVersion, version_)
                       .Add(names::kKind, kind_)
                       .Add(names::kMetadata, std::move(metadata))
                       .Add(names::kSpec, spec_)
                       .Build();
    return request;
  }

 private:
  Value labels_;
  Value spec_;
  Value owners_;
  Value generate_name_{"frontend-"};
  Value version_{"v1"};
  Value kind_{"Pod"};
  String ns_{"default"};
};

void BM_Create(benchmark::State& state) {
  TestServer t;
  PodMaker maker(t);
  WT_CHECK(t.Do(maker.Request(t)).ok(), "the pod is valid");
  for (auto _ : state) {
    Outcome outcome = t.Apply(maker.Request(t));
    benchmark::DoNotOptimize(outcome);
    if (t.server.Count(t.resource(t.pods)) >= 20000) {
      state.PauseTiming();
      TestServer fresh;
      t.server = fresh.server;
      PodMaker again(t);
      maker = again;
      state.ResumeTiming();
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Create);

// The objects of a filled server, for the reads and updates.
std::vector<Object> Fill(TestServer& t, int count) {
  PodMaker maker(t);
  std::vector<Object> pods;
  for (int i = 0; i < count; ++i) pods.push_back(t.Do(maker.Request(t)).object);
  return pods;
}

void BM_Get(benchmark::State& state) {
  TestServer t;
  const std::vector<Object> pods = Fill(t, static_cast<int>(state.range(0)));
  size_t i = 0;
  for (auto _ : state) {
    ApiRequest request(Verb::kGet, t.pods);
    request.ns = pods[i].ns();
    request.name = pods[i].name();
    Outcome outcome = t.Apply(std::move(request));
    benchmark::DoNotOptimize(outcome);
    i = i + 1 == pods.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Get)->Arg(100)->Arg(10000);

void BM_UpdateStatus(benchmark::State& state) {
  TestServer t;
  std::vector<Object> pods = Fill(t, static_cast<int>(state.range(0)));
  const Name replicas("observedGeneration");
  size_t i = 0;
  int64_t n = 0;
  for (auto _ : state) {
    ApiRequest request(Verb::kUpdate, t.pods);
    request.ns = pods[i].ns();
    request.name = pods[i].name();
    request.subresource = "status";
    request.body = pods[i].value().SetIn({names::kStatus, replicas}, ++n);
    Outcome outcome = t.Apply(std::move(request));
    pods[i] = std::get<ApiResponse>(outcome).object;
    i = i + 1 == pods.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_UpdateStatus)->Arg(100)->Arg(10000);

void BM_Translate(benchmark::State& state) {
  TestServer t;
  const uint64_t before = t.server.revision();
  Fill(t, 1000);
  WatchStart start = std::get<WatchStart>(t.Watch(t.pods, "default"));
  const std::span<const LogEntry> entries = t.server.LogSince(before);
  size_t i = 0;
  for (auto _ : state) {
    std::optional<WatchEvent> event = start.filter.Translate(entries[i]);
    benchmark::DoNotOptimize(event);
    i = i + 1 == entries.size() ? 0 : i + 1;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Translate);

void BM_ListPods(benchmark::State& state) {
  TestServer t;
  Fill(t, 1000);
  for (auto _ : state) {
    ApiResponse response = t.List(t.pods, "default");
    benchmark::DoNotOptimize(response);
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_ListPods);

void BM_CopyServer(benchmark::State& state) {
  TestServer t;
  Fill(t, 1000);
  for (auto _ : state) {
    ApiServer copy = t.server;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(BM_CopyServer);

}  // namespace
}  // namespace wavetank::sim
