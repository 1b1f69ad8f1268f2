// Gate 2: what an event costs, all in. The 3-replica world: real 2 KB pods, API server, scheduler, three kubelets and a
// ReplicaSet-like controller, each a process of its own that reaches the server through runtime/client over the simulated
// network; each iteration is one whole schedule, from the set-up cluster to quiet.
//
// `bare` is the same schedule without state hash, defaulting and validation; `kernel loop` is the kernel alone.
#include <benchmark/benchmark.h>

#include "examples/replicakeeper/replica_keeper.h"
#include "runtime/exec/sleep.h"
#include "sim/kernel/strategies.h"
#include "tools/bench/gate_world.h"

namespace wavetank::bench {
namespace {

using sim::World;

void Report(benchmark::State& state, uint64_t events) {
  state.counters["events/schedule"] =
      benchmark::Counter(static_cast<double>(events) / static_cast<double>(state.iterations()));
  state.counters["ns/event"] =
      benchmark::Counter(static_cast<double>(events) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["schedules/s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void RunSchedules(benchmark::State& state, const sim::ApiServer& cluster, bool state_hash) {
  uint64_t events = 0;
  uint64_t seed = 0;
  uint64_t hashes = 0;
  for (auto _ : state) {
    sim::RandomWalk walk(++seed);
    World world(cluster, walk, {.seed = seed, .nodes = 3, .garbage_collector = false, .state_hash = state_hash});
    world.AddProcess("keeper", [](Environment& env) { return examples::RunReplicaKeeper(env, {}); });
    world.Start();
    if (state_hash) {
      while (!world.kernel().quiet() && world.kernel().Step()) hashes += world.kernel().StateHash();
    } else {
      world.kernel().RunUntilQuiet();
    }
    events += world.kernel().steps();
    if (world.server().Count(*world.kinds().Lookup("pods")) < 3) state.SkipWithError("the world did not make its pods");
  }
  benchmark::DoNotOptimize(hashes);
  Report(state, events);
}

void ThreeReplicas(benchmark::State& state) { RunSchedules(state, ClusterWithFrontend(), false); }
BENCHMARK(ThreeReplicas);

void ThreeReplicasWithStateHash(benchmark::State& state) { RunSchedules(state, ClusterWithFrontend(), true); }
BENCHMARK(ThreeReplicasWithStateHash);

void ThreeReplicasBare(benchmark::State& state) { RunSchedules(state, BareClusterWithFrontend(), false); }
BENCHMARK(ThreeReplicasBare);

class NoTransport final : public Transport {
 public:
  void Start(Call& call) override { call.Complete(Status(Code::kConnection, "no network")); }
  void Forget(Call&) override {}
};

Task<void> TakeTurns(Executor* executor, uint64_t actor, int turns) {
  for (int i = 0; i < turns; ++i) co_await OfferTurn(*executor, {EventKind::kWork, actor});
}

Task<Status> EightActors(Environment& env) {
  TaskGroup group(env.executor());
  for (uint64_t actor = 0; actor < 8; ++actor) group.Spawn(TakeTurns(&env.executor(), actor, 25));
  co_await group.Join();
  co_return Status();
}

// 200 events of eight actors that do nothing.
void KernelLoop(benchmark::State& state) {
  NoTransport transport;
  uint64_t events = 0;
  uint64_t seed = 0;
  for (auto _ : state) {
    sim::RandomWalk walk(++seed);
    sim::Kernel kernel(walk, seed);
    sim::Process process(kernel, "actors", EightActors);
    process.set_transport(&transport);
    process.Start();
    kernel.RunUntilQuiet();
    events += kernel.steps();
  }
  Report(state, events);
}
BENCHMARK(KernelLoop);

}  // namespace
}  // namespace wavetank::bench
