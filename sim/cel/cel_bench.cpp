// ns per evaluation and per compilation of rules as scenarios have them.

#include <benchmark/benchmark.h>

#include "runtime/value/json.h"
#include "sim/cel/cluster_functions.h"
#include "sim/cel/cluster_view_fake.h"

namespace wavetank::cel {
namespace {

constexpr std::string_view kRules[] = {
    R"(objects("Pod").filter(p, isActive(p)).size() <= object("ReplicaSet", "frontend").spec.replicas + 1)",
    R"(objects("Pod").all(p, has(p.metadata.ownerReferences) && ownedBy(p, object("ReplicaSet", "frontend"))))",
    R"(objects("Pod").map(p, p.metadata.name).all(n, n.startsWith("frontend-")))",
    R"(objects("Pod").all(p, p.metadata.name.matches("^frontend-[a-z0-9]{5}$")))",
    R"(objects("Pod").all(p, p.status.phase in ["Pending", "Running"]))",
    R"(object("ReplicaSet", "frontend").spec.replicas >= 3)",
    "1 + 2 * 3 == 7",
};

Value Document(const std::string& text) { return ParseJson(text).value_or(Value()); }

FakeClusterView MakeView(int pods) {
  FakeClusterView view;
  view.Add(Document(R"({"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"frontend","namespace":"default",
                        "uid":"u1"},"spec":{"replicas":)" +
                    std::to_string(pods) + "}}"));
  for (int i = 0; i < pods; ++i) {
    view.Add(Document(R"({"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2025-01-01T00:00:00Z",
      "name":"frontend-)" +
                      std::to_string(10000 + i) + R"(","namespace":"default","labels":{"app":"guestbook"},
      "ownerReferences":[{"uid":"u1"}]},"spec":{"containers":[{"name":"php","image":"gb:v5"}]},
      "status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}})"));
  }
  return view;
}

void BM_Evaluate(benchmark::State& state) {
  const std::string_view rule = kRules[state.range(0)];
  FakeClusterView view = MakeView(static_cast<int>(state.range(1)));
  const Environment environment = ClusterEnvironment();
  const Result<Program> program = Compile(rule, environment);
  Activation activation(&view);
  for (auto _ : state) {
    Result<bool> holds = EvaluateBool(*program, activation);
    if (!holds.ok() || !*holds) state.SkipWithError("the rule does not hold");
    benchmark::DoNotOptimize(holds);
  }
  state.SetLabel(std::string(rule.substr(0, 60)));
}
BENCHMARK(BM_Evaluate)->ArgsProduct({{0, 1, 2, 3, 4, 5, 6}, {3}})->Args({0, 1000});

void BM_Compile(benchmark::State& state) {
  const Environment environment = ClusterEnvironment();
  for (auto _ : state) benchmark::DoNotOptimize(Compile(kRules[state.range(0)], environment));
}
BENCHMARK(BM_Compile)->Arg(0)->Arg(3);

}  // namespace
}  // namespace wavetank::cel
