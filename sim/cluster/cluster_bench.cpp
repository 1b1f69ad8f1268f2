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

// ---- A large quiet world: pods under ReplicaSets, a thousand each, created, bound, started and Ready, with the garbage
// collector watching. The owner's controller is played by the loop below, so that the price is the cluster's own.

constexpr int kPodsOfASet = 1'000;

Task<Status> FillSets(Environment& env, std::vector<Object> sets) {
  const Client client(&env, KindRegistry::BuiltIn());
  for (const Object& set : sets) {
    const Value owners = Value::Array({MakeOwnerReference(set, true, true)});
    const Value metadata = ObjectBuilder(4)
                               .Add(names::kGenerateName, set.name().str() + "-")
                               .Add(names::kLabels, set.spec()[kTemplate][names::kMetadata][names::kLabels])
                               .Add(names::kNamespace, set.ns())
                               .Add(names::kOwnerReferences, owners)
                               .Build();
    const Object pod(ObjectBuilder(4)
                         .Add(names::kApiVersion, "v1")
                         .Add(names::kKind, "Pod")
                         .Add(names::kMetadata, metadata)
                         .Add(names::kSpec, set.spec()[kTemplate][names::kSpec])
                         .Build());
    for (int i = 0; i < set.spec()[names::kReplicas].AsInt(); ++i) {
      Result<Object> made = co_await client.Create(pod);
      if (!made.ok()) co_return made.status();
    }
  }
  Bell never(env.executor());
  co_await never.Wait();
  co_return Status();
}

// state.range(0): pods.
void BM_PodsUnderReplicaSets(benchmark::State& state) {
  const int pods = static_cast<int>(state.range(0));
  const int of_a_set = std::min(pods, kPodsOfASet);
  for (auto _ : state) {
    FifoStrategy fifo;
    // Nodes that take any number of pods: ten, whatever the size of the world.
    World world(EmptyCluster(), fifo, {.nodes = 10, .batched_delivery = true, .pods_per_node = 1'000'000});
    std::vector<Object> sets;
    for (int i = 0; i < pods / of_a_set; ++i) {
      const std::string name = "set-" + std::to_string(i);
      sets.push_back(MustCreate(
          world, Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'name':'" + name +
                     "','namespace':'default'},'spec':{'replicas':" + std::to_string(of_a_set) +
                     ",'selector':{'matchLabels':{'app':'" + name + "'}},'template':{'metadata':{'labels':{'app':'" +
                     name + "'}},'spec':{'containers':[{'name':'web','image':'nginx:1.29'}]}}}}")));
    }
    world.AddProcess("filler", [sets](Environment& env) { return FillSets(env, sets); });
    world.Start();
    Kernel::Limits limits;
    limits.steps = 1'000'000'000;
    limits.steps_per_instant = limits.steps;
    WT_CHECK(world.kernel().RunUntilQuiet(limits) == Kernel::Stop::kQuiet, "the world comes to rest");
    WT_CHECK(ReadyPods(world) == pods, "every pod is ready");
    state.counters["events/pod"] = static_cast<double>(world.kernel().steps()) / pods;
  }
  state.SetItemsProcessed(state.iterations() * pods);
  state.counters["us/pod"] = benchmark::Counter(static_cast<double>(state.iterations()) * pods * 1e-6,
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_PodsUnderReplicaSets)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)  // about 2 GiB
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace wavetank::sim::cluster
