// What a schedule with the cluster's programs costs: a world with three nodes, three pods of one template, until quiet.
#include <benchmark/benchmark.h>

#include "sim/cluster/cluster_test_util.h"

namespace wavetank::sim::cluster {
namespace {

// A cluster that holds `count` pods; every schedule starts from it.
ApiServer ClusterWithPods(int count) {
  ApiServer server = NewCluster();
  RandomIds ids(Random(0, "cluster", "pods"));
  const Replica replica;
  const Value pod = Json(R"({'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','namespace':'default',
    'labels':{'app':'guestbook','tier':'frontend'}},'spec':{'containers':[{'name':'php-redis',
    'image':'us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5',
    'env':[{'name':'GET_HOSTS_FROM','value':'dns'}],'resources':{'requests':{'cpu':'100m','memory':'100Mi'}},
    'ports':[{'containerPort':80}],'readinessProbe':{'httpGet':{'path':'/healthz','port':80}}}]}})");
  for (int i = 0; i < count; ++i) {
    ApiRequest request(Verb::kCreate, BuiltInKind(kPod).gvr);
    request.ns = "default";
    request.body = pod.SetIn({names::kMetadata, names::kName}, "web-" + std::to_string(i));
    const Outcome outcome = server.Apply(std::move(request), {Kernel::kStart, &ids, "setup"}, replica);
    const auto* response = std::get_if<ApiResponse>(&outcome);
    WT_CHECK(response != nullptr && response->ok(), "a pod of the benchmark was refused");
  }
  return server;
}

void RunSchedules(benchmark::State& state, const ApiServer& cluster, WorldOptions options, int ready) {
  uint64_t events = 0;
  uint64_t seed = 0;
  for (auto _ : state) {
    RandomWalk walk(++seed);
    options.seed = seed;
    World world(cluster, walk, options);
    world.Start();
    WT_CHECK(world.kernel().RunUntilQuiet() == Kernel::Stop::kQuiet, "the world comes to rest");
    if (seed == 1) WT_CHECK(ReadyPods(world) == ready, "every pod is ready");
    events += world.kernel().steps();
  }
  state.SetItemsProcessed(static_cast<int64_t>(events));
  state.counters["events/schedule"] = static_cast<double>(events) / static_cast<double>(state.iterations());
  state.counters["ns/event"] =
      benchmark::Counter(static_cast<double>(events) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Kubelets and scheduler only, with nothing to do: what it costs to start them.
void BM_StartThreeNodes(benchmark::State& state) {
  static const ApiServer cluster = NewCluster();
  RunSchedules(state, cluster, {.nodes = 3, .garbage_collector = false}, 0);
}
BENCHMARK(BM_StartThreeNodes);

void BM_ThreePodsToReady(benchmark::State& state) {
  static const ApiServer cluster = ClusterWithPods(3);
  RunSchedules(state, cluster, {.nodes = 3, .garbage_collector = false}, 3);
}
BENCHMARK(BM_ThreePodsToReady);

void BM_ThreePodsToReadyHashed(benchmark::State& state) {
  static const ApiServer cluster = ClusterWithPods(3);
  RunSchedules(state, cluster, {.nodes = 3, .garbage_collector = false, .state_hash = true}, 3);
}
BENCHMARK(BM_ThreePodsToReadyHashed);

// The difference to three pods is the price of a pod.
void BM_ThirtyPodsToReady(benchmark::State& state) {
  static const ApiServer cluster = ClusterWithPods(30);
  RunSchedules(state, cluster, {.nodes = 3, .garbage_collector = false}, 30);
}
BENCHMARK(BM_ThirtyPodsToReady);

void BM_WithGarbageCollector(benchmark::State& state) {
  static const ApiServer cluster = ClusterWithPods(3);
  RunSchedules(state, cluster, {.nodes = 3}, 3);
}
BENCHMARK(BM_WithGarbageCollector);

}  // namespace
}  // namespace wavetank::sim::cluster
