#include "sim/scenario/single_step.h"

#include <gtest/gtest.h>

#include "sim/scenario/loader.h"
#include "sim/scenario/marker_test_util.h"
#include "sim/scenario/runner.h"
#include "sim/scenario/scenario_test_util.h"

namespace wavetank::sim {
namespace {

ControllerRegistry Programs() {
  ControllerRegistry programs;
  programs.Add("marker", [](Environment& env) { return RunMarker(env, {}); });
  return programs;
}

// "passed", the errors of the loader, or the reason of the first failure.
std::string Play(const std::string& spec) {
  const ControllerRegistry programs = Programs();
  LoadOptions options;
  options.programs = &programs;
  LoadResult loaded = LoadScenarios(ScenarioText(spec), "a.yaml", options);
  if (!loaded.ok()) return FormatDiagnostics(loaded.errors);
  auto prepared = PreparedScenario::Prepare(std::move(loaded.scenarios.at(0)), programs);
  if (!prepared.ok()) return prepared.status().message();
  ScenarioOptions run;
  run.schedules = 20;
  const ScenarioResult result = RunScenario(*prepared, run);
  return result.passed() ? "passed" : result.shown->run.failure.reason;
}

constexpr std::string_view kHead = "  controllers: [{name: m, use: marker}]\n  steps:\n";
constexpr std::string_view kTwo =
    "  - preload:\n"
    "    - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
    "    - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n";

std::string With(std::string_view steps, std::string_view expect) {
  return std::string(kHead) + std::string(kTwo) + std::string(steps) + "  expect:\n" + std::string(expect);
}

TEST(SingleStepTest, OneReconcileAndNoMore) {
  EXPECT_EQ(Play(With("  - sync: {object: {kind: ConfigMap, name: b}}\n",
                      "  - requests: {order: [update ConfigMap b]}\n"
                      "  - requests: {verb: update, is: 1}\n"
                      "  - requests: {by: m, verb: get, is: 0}\n"
                      "  - requests: {verb: create, kind: Event, is: 1}\n"
                      "  - object: {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {seen: 'true'}}}\n"
                      "  - count: {kind: ConfigMap, namespace: default, selector: {seen: 'true'}, is: 1}\n")),
            "passed");
}

// A cache that has not heard of the write: the second reconcile writes again, and gets a conflict.
TEST(SingleStepTest, CachesStandStillMeanwhile) {
  const std::string_view sync = "  - sync: {object: {kind: ConfigMap, name: a}}\n";
  EXPECT_EQ(Play(With(std::string(sync) + std::string(sync),
                      "  - requests: {order: [update ConfigMap, update ConfigMap]}\n")),
            "passed");
  EXPECT_EQ(Play(With(std::string(sync) + "  - until: quiet\n" + std::string(sync),
                      "  - requests: {order: [update ConfigMap a]}\n")),
            "passed");
}

TEST(SingleStepTest, TheObjectNeedNotExist) {
  EXPECT_EQ(Play(With("  - sync: {object: {kind: ConfigMap, name: nobody}}\n", "  - requests: {order: []}\n")),
            "passed");
}

TEST(SingleStepTest, ADeadControllerEndsItsSync) {
  EXPECT_EQ(Play(With("  - sync: {object: {kind: ConfigMap, name: a}}\n"
                      "  - crash: {after: {request: update}}\n  - until: quiet\n",
                      "  - requests: {verb: update, is: 1}\n")),
            "passed");
}

TEST(SingleStepTest, ExpectationsSayWhatWasSent) {
  EXPECT_EQ(
      Play(With("  - sync: {object: {kind: ConfigMap, name: a}}\n", "  - requests: {order: [delete ConfigMap]}\n")),
      "expectation: m wrote: update ConfigMap a; expected: delete ConfigMap");
  EXPECT_EQ(Play(With("  - sync: {object: {kind: ConfigMap, name: a}}\n",
                      "  - requests: {verb: update, kind: ConfigMap, atLeast: 2}\n")),
            "expectation: m sent 1 update request for ConfigMap, expected at least 2");
}

TEST(SingleStepTest, MistakesAreNamed) {
  EXPECT_EQ(Play(With("  - until: quiet\n  - preload: []\n", "  - requests: {order: []}\n")),
            "a.yaml:11:14: error: spec.steps[2].preload: what is there before anything runs is the first step\n");
  EXPECT_EQ(
      Play(With("", "  - requests: {order: [update]}\n")),
      "a.yaml:11:24: error: spec.expect[0].requests.order[0]: \"update\" is no write; it reads like \"create Pod\", "
      "\"update ReplicaSet/status\" or \"delete Pod web-1\"\n");
  EXPECT_EQ(Play(With("", "  - requests: {order: [], is: 3}\n")),
            "a.yaml:11:27: error: spec.expect[0].requests: order and is exclude each other\n");
  EXPECT_EQ(Play(With("  - sync: {object: {kind: Pod, name: a}}\n", "  - requests: {order: []}\n")),
            "step-failed: sync m Pod default/a: m has no controller for a Pod");
  EXPECT_EQ(Play(std::string(kHead) + "  - preload: {apiVersion: v1, kind: ConfigMap, metadata: {name: A_b}}\n")
                .substr(0, 54),
            "spec.steps[0].preload: default/A_b: ConfigMap \"A_b\" is");
}

// Status, uid, times and owners are there from the start.
TEST(PreloadTest, ObjectsComeAsTheyAre) {
  EXPECT_EQ(Play(R"(  cluster: {garbageCollector: false}
  steps:
  - preload:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: owner}}
    - apiVersion: v1
      kind: Pod
      metadata:
        name: p
        uid: 11111111-1111-1111-1111-111111111111
        creationTimestamp: "2020-02-02T02:02:02Z"
        ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner}]
      spec: {containers: [{name: c, image: i}]}
      status: {phase: Failed}
  expect:
  - object: {apiVersion: v1, kind: Pod, metadata: {name: p, uid: 11111111-1111-1111-1111-111111111111, creationTimestamp: "2020-02-02T02:02:02Z"}, status: {phase: Failed}}
  - that: ownedBy(object("Pod", "p"), object("ConfigMap", "owner"))
)"),
            "passed");
}

}  // namespace
}  // namespace wavetank::sim
