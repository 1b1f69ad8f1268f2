// The 3-replica scenario as a user has it: from the manifest to the verdict, kubelets on, faults drawn; with native judgement
// only, and with three rules in CEL that are looked at after each write that touches what they read.
#include <benchmark/benchmark.h>

#include <string>

#include "examples/replicakeeper/replica_keeper.h"
#include "runtime/value/yaml.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/runner.h"
#include "tools/bench/gate_world.h"

namespace wavetank::bench {
namespace {

constexpr std::string_view kScenario = R"(
apiVersion: wavetank.dev/v1alpha1
kind: Scenario
metadata: {name: three-replicas}
spec:
  cluster: {nodes: 3}
  controllers: [{name: replicaset, use: replicaset-like}]
  steps:
  - apply: [frontend.yaml]
  - until: converged
  faults: {allow: [crash, response-lost, conflict, watch-closed, cache-lag], atMost: 2}
  expect:
  - count: {kind: Pod, selector: {app: guestbook}, is: 3}
)";

constexpr std::string_view kRules = R"(
  always:
  - name: never-twice-as-many
    that: objects("Pod").filter(p, isActive(p)).size() <= 6
  - name: every-pod-has-an-owner
    that: objects("Pod").all(p, objects("ReplicaSet").exists(rs, ownedBy(p, rs)))
  - name: ready-means-running
    that: objects("Pod").all(p, !isReady(p) || p.status.phase == "Running")
)";

sim::PreparedScenario Prepare(const std::string& text) {
  sim::ControllerRegistry programs;
  programs.Add("replicaset-like", [](Environment& env) { return examples::RunReplicaKeeper(env, {}); });
  sim::LoadOptions options;
  options.programs = &programs;
  options.read = [](const std::string& path) -> Result<std::string> {
    if (path.ends_with("frontend.yaml")) return WriteYaml(FrontendReplicaSet(3));
    return Status(Code::kNotFound, "No such file or directory");
  };
  sim::LoadResult loaded = sim::LoadScenarios(text, "three-replicas.yaml", options);
  WT_CHECK(loaded.ok() && loaded.scenarios.size() == 1, "the scenario of the benchmark does not load");
  Result<sim::PreparedScenario> prepared = sim::PreparedScenario::Prepare(std::move(loaded.scenarios[0]), programs);
  WT_CHECK(prepared.ok(), "the scenario of the benchmark cannot be prepared");
  return *std::move(prepared);
}

void Play(benchmark::State& state, const std::string& text) {
  constexpr uint64_t kSchedules = 200;
  const sim::PreparedScenario prepared = Prepare(text);
  uint64_t seed = 0;
  uint64_t schedules = 0;
  uint64_t steps = 0;
  for (auto _ : state) {
    sim::ScenarioOptions options;
    options.seed = ++seed;
    options.schedules = kSchedules;
    options.twice = false;
    const sim::ScenarioResult result = RunScenario(prepared, options);
    if (!result.passed()) state.SkipWithError("the 3-replica scenario fails");
    schedules += result.schedules;
    steps += result.steps;
  }
  const auto count = static_cast<double>(schedules);
  state.counters["schedules/s"] = benchmark::Counter(count, benchmark::Counter::kIsRate);
  state.counters["steps/schedule"] = benchmark::Counter(static_cast<double>(steps) / count);
}

void ThreeReplicaScenario(benchmark::State& state) { Play(state, std::string(kScenario)); }
BENCHMARK(ThreeReplicaScenario)->Unit(benchmark::kMillisecond);

void ThreeReplicaScenarioWithThreeRules(benchmark::State& state) {
  Play(state, std::string(kScenario) + std::string(kRules.substr(1)));
}
BENCHMARK(ThreeReplicaScenarioWithThreeRules)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace wavetank::bench
