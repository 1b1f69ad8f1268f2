// A large quiet world: pods under ReplicaSets of a thousand each, from the sets' creation until every pod is Ready: the
// ReplicaSet controller of examples/replicaset, scheduler, ten kubelets and garbage collector, each over the simulated
// network, with batched delivery. The peak of resident memory is that of the whole process: one size a run tells it. `x first`:
// the cost of a pod beside that of the first size that was run.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "examples/replicaset/replica_set.h"
#include "sim/kernel/strategies.h"
#include "tools/bench/gate_world.h"

namespace wavetank::bench {
namespace {

using sim::World;

constexpr int kPodsOfASet = 1'000;
constexpr int kNodes = 10;

Value PlainReplicaSet(const std::string& name, int64_t replicas) {
  const Value labels = ObjectBuilder(1).Add("app", name).Build();
  const Value container = ObjectBuilder(2).Add("image", "nginx:1.29").Add("name", "web").Build();
  const Value pod = ObjectBuilder(2)
                        .Add("metadata", ObjectBuilder(1).Add("labels", labels).Build())
                        .Add("spec", ObjectBuilder(1).Add("containers", Value::Array({container})).Build())
                        .Build();
  const Value spec = ObjectBuilder(3)
                         .Add("replicas", replicas)
                         .Add("selector", ObjectBuilder(1).Add("matchLabels", labels).Build())
                         .Add("template", pod)
                         .Build();
  return ObjectBuilder(4)
      .Add("apiVersion", "apps/v1")
      .Add("kind", "ReplicaSet")
      .Add("metadata", ObjectBuilder(1).Add("name", name).Build())
      .Add("spec", spec)
      .Build();
}

void CreateSets(World& world, int pods) {
  const int of_a_set = std::min(pods, kPodsOfASet);
  for (int i = 0; i < pods / of_a_set; ++i) {
    const ApiResponse made = world.ApplyNow(
        CreateRequest("apps", "replicasets", "default", PlainReplicaSet("set-" + std::to_string(i), of_a_set)));
    WT_CHECK(made.ok(), "a ReplicaSet of the benchmark was refused");
  }
}

int64_t ReadyReplicas(World& world) {
  int64_t ready = 0;
  world.server().ForEach(*world.kinds().Lookup("replicasets"), "default",
                         [&ready](const Object& set) { ready += set.status()["readyReplicas"].AsInt(); });
  return ready;
}

rusage Usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage;
}

double CpuSeconds() {
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  const rusage usage = Usage();
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// state.range(0): pods.
void PodsUnderReplicaSets(benchmark::State& state) {
  const int pods = static_cast<int>(state.range(0));
  static const sim::ApiServer cluster = sim::NewCluster();
  static double first = 0;
  const double start = CpuSeconds();
  for (auto _ : state) {
    sim::FifoStrategy fifo;
    // Nodes that take any number of pods: ten, whatever the size of the world.
    World world(cluster, fifo, {.nodes = kNodes, .batched_delivery = true, .pods_per_node = 1'000'000});
    world.kernel().set_recording(false);  // first in, first out has no choices to repeat
    CreateSets(world, pods);
    world.AddProcess("replicaset", examples::RunReplicaSet);
    world.Start();
    sim::Kernel::Limits limits;
    limits.steps = 1'000'000'000;
    limits.steps_per_instant = limits.steps;
    WT_CHECK(world.kernel().RunUntilQuiet(limits) == sim::Kernel::Stop::kQuiet, "the world does not come to rest");
    WT_CHECK(ReadyReplicas(world) == pods, "not every pod is counted as Ready");
    state.counters["events/pod"] = static_cast<double>(world.kernel().steps()) / pods;
  }
  const double of_a_pod = (CpuSeconds() - start) / (static_cast<double>(state.iterations()) * pods);
  if (first == 0) first = of_a_pod;
  state.counters["x first"] = of_a_pod / first;
  state.counters["peak MiB"] = static_cast<double>(Usage().ru_maxrss) / 1024;
  state.SetItemsProcessed(state.iterations() * pods);
  state.counters["us/pod"] = benchmark::Counter(static_cast<double>(state.iterations()) * pods * 1e-6,
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(PodsUnderReplicaSets)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)  // about 2 GiB
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);

}  // namespace
}  // namespace wavetank::bench
