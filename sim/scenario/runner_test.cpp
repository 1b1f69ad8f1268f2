#include "sim/scenario/runner.h"

#include <gtest/gtest.h>

#include "sim/kernel/strategies.h"
#include "sim/scenario/draw.h"
#include "sim/scenario/labeller_test_util.h"
#include "sim/scenario/scenario_test_util.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kTwoMaps = R"(  - apply:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
)";
constexpr std::string_view kBothSeen = R"(  expect:
  - object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {seen: "true"}}}
  - count: {kind: ConfigMap, namespace: default, selector: {seen: "true"}, is: 2}
)";

PreparedScenario Prepare(const std::string& spec) {
  const ControllerRegistry programs = TestPrograms();
  LoadOptions options;
  options.programs = &programs;
  LoadResult loaded = LoadScenarios(ScenarioText(spec), "a.yaml", options);
  WT_CHECK(loaded.ok(), FormatDiagnostics(loaded.errors).c_str());
  auto prepared = PreparedScenario::Prepare(std::move(loaded.scenarios.at(0)), programs);
  WT_CHECK(prepared.ok(), prepared.status().message().c_str());
  return *std::move(prepared);
}

std::string With(std::string_view program, std::string_view steps, std::string_view rest = {}) {
  return "  controllers: [{name: c, use: " + std::string(program) + "}]\n  steps:\n" + std::string(steps) +
         std::string(rest);
}

// "passed", or the reason of the first failure with its place.
std::string Play(const std::string& spec, uint64_t schedules = 20) {
  const PreparedScenario prepared = Prepare(spec);
  ScenarioOptions options;
  options.schedules = schedules;
  const ScenarioResult result = RunScenario(prepared, options);
  if (result.outcome == ScenarioOutcome::kPassed) return "passed";
  const Failure& failure = result.shown->run.failure;
  const std::string place = failure.place.field + " (line " + std::to_string(failure.place.at.line) + "): ";
  return (result.outcome == ScenarioOutcome::kFailedAsExpected ? "as expected: " : "") + place + failure.reason;
}

TEST(RunnerTest, AScenarioConverges) {
  EXPECT_EQ(Play(With("labeller", kTwoMaps, kBothSeen)), "passed");
  // Nothing runs at all.
  EXPECT_EQ(Play("  steps: []\n"), "passed");
}

TEST(RunnerTest, ARightControllerConvergesUnderEveryScriptedFault) {
  const std::string_view faults[] = {
      "  - crash: {after: {request: update, kind: ConfigMap}}\n",
      "  - crash: {before: {request: update, kind: ConfigMap, nth: 2}, for: 10s}\n",
      "  - crash: {after: 1ms, restart: false}\n  - restart: {after: 3s}\n",
      "  - crash: {atStep: 4}\n",
      "  - pause: {for: 5s}\n",
      "  - pause: {}\n  - resume: {after: 5s}\n",
      "  - fail: {request: update, with: drop}\n",
      "  - fail: {request: update, with: {delay: 5s}}\n",
      "  - fail: {request: update, with: {code: 403}}\n",
      "  - fail: {request: update, with: {code: 409}, count: 3}\n",
      "  - fail: {request: update, with: {code: 429, retryAfter: 3}}\n",
      "  - fail: {request: update, with: {code: 500}}\n",
      "  - fail: {request: list, with: {code: 503}}\n",
      "  - fail: {request: update, with: {code: 504, applied: true}}\n",
      "  - fail: {request: update, with: {code: 504}}\n",
      "  - fail: {request: update, with: lost-response}\n",
      "  - fail: {request: watch, with: drop}\n",
      "  - writer: {before: {request: update}}\n",
      "  - writer: {before: {request: update}, patch: {metadata: {labels: {other: x}}}}\n",
      "  - closeWatch: {after: {request: update}}\n",
      "  - breakWatch: {kind: ConfigMap, after: {request: update}}\n",
      "  - expireWatch: {after: {request: update}}\n",
      "  - holdWatch: {for: 10s}\n",
      "  - holdWatch: {}\n  - releaseWatch: {after: 4s}\n",
      "  - holdReplica: {server: 1, for: 1m}\n  - switchReplica: {server: 1, after: {request: update}}\n",
      "  - holdReplica: {server: 0}\n  - releaseReplica: {server: 0, after: 5s}\n",
  };
  for (const std::string_view fault : faults) {
    const std::string spec =
        "  cluster: {apiServers: 2}\n" + With("labeller", std::string(fault) + std::string(kTwoMaps), kBothSeen);
    EXPECT_EQ(Play(spec), "passed") << fault;
  }
}

TEST(RunnerTest, DrawnFaultsNeverBreakARightController) {
  std::string allow;
  for (const DrawableFault& fault : DrawableFaults()) allow += (allow.empty() ? "" : ", ") + std::string(fault.name);
  const std::string spec = "  cluster: {apiServers: 2}\n" + With("labeller", kTwoMaps, kBothSeen) +
                           "  faults: {allow: [" + allow + "], atMost: 4}\n";
  EXPECT_EQ(Play(spec, 500), "passed");
}

TEST(RunnerTest, EveryClassOfFailureHasItsReasonAndPlace) {
  const std::pair<std::string, std::string_view> cases[] = {
      {With("gives-up", "  - fail: {request: update, with: drop}\n" + std::string(kTwoMaps), kBothSeen),
       "spec.expect[0].object (line 12): expectation: ConfigMap default/a: /metadata/labels is nothing, expected "
       "{\"seen\":\"true\"}"},
      {With("labeller", kTwoMaps, "  expect: [{absent: {kind: ConfigMap, name: a}}]\n"),
       "spec.expect[0].absent (line 10): expectation: ConfigMap default/a exists"},
      {With("labeller", kTwoMaps, "  expect: [{that: 'objects(\"ConfigMap\").size() == 7'}]\n"),
       "spec.expect[0].that (line 10): expectation: objects(\"ConfigMap\").size() == 7 is false"},
      {With("labeller", kTwoMaps, "  expect: [{writes: {by: c, kind: ConfigMap, verb: update, atMost: 1}}]\n"),
       "spec.expect[0].writes (line 10): expectation: c updated ConfigMap 2 times, expected at most 1"},
      {With("labeller", kTwoMaps, "  expect: [{logs: {contains: again}}]\n"),
       "spec.expect[0].logs (line 10): expectation: c logged 0 lines with \"again\", expected at least 1"},
      {With("labeller", kTwoMaps,
            "  never: [{name: seen, that: 'objects(\"ConfigMap\").exists(m, has(m.metadata.labels))'}]\n"),
       "spec.never[0].that (line 10): invariant: \"seen\" is broken at step 42: true: objects(\"ConfigMap\").exists(m, "
       "has(m.metadata.labels))"},
      {With("labeller", kTwoMaps, "  always: [{name: silent, that: 'object(\"Pod\", \"nobody\").spec.x == 1'}]\n"),
       "spec.always[0].that (line 10): silent-rule: the rule was never true nor false: silent: nothing it reads was "
       "ever "
       "written"},
      {With("labeller", std::string(kTwoMaps) + "  - crash: {after: {request: delete}}\n"),
       "spec.steps[1].crash (line 10): fault-never-fired: the fault never struck: crash c after delete of c"},
      {With("ends", kTwoMaps),
       "spec.controllers[0] (line 5): controller-exited: the controller c ended by itself: "
       "ServiceUnavailable: no leader"},
      {With("looks", kTwoMaps), "spec.steps (line 1): not-converged: still busy after 1h0m0s: in 1s: c: timer"},
      {With("labeller", "  - scale: {replicaset: a, to: 3}\n"),
       "spec.steps[0].scale (line 7): step-failed: scale ReplicaSet default/a to 3: replicasets.apps \"a\" not found"},
      {With("labeller", std::string(kTwoMaps) + "  - until: {that: 'objects(\"Pod\").size() == 1', within: 5s}\n"),
       "spec.steps[1].until (line 10): step-failed: until objects(\"Pod\").size() == 1: nothing is left to do, and it "
       "is still "
       "false"},
      {With("labeller", std::string(kTwoMaps) + "  - create: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"),
       "spec.steps[1].create (line 10): step-failed: create ConfigMap a: ConfigMap default/a: configmaps \"a\" already "
       "exists"},
  };
  for (const auto& [spec, reason] : cases) EXPECT_EQ(Play(spec), reason) << spec;
}

TEST(RunnerTest, ACircleWithoutTimeIsALivelock) {
  const std::string reason = Play(With("spins", kTwoMaps), 1);
  EXPECT_TRUE(reason.find("livelock: 100000 events and time stands still: ") != std::string::npos) << reason;
  // A tenth of what a run may have.
  const std::string sooner = Play(With("spins", std::string(kTwoMaps) + "  limits: {steps: 20000}\n"), 1);
  EXPECT_TRUE(sooner.find("livelock: 2000 events and time stands still: ") != std::string::npos) << sooner;
}

TEST(RunnerTest, LimitsEndARun) {
  EXPECT_EQ(Play(With("looks", kTwoMaps, "  limits: {virtualTime: 10s}\n"), 1),
            "spec.steps (line 1): not-converged: still busy after 10s: in 1s: c: timer");
  EXPECT_TRUE(Play(With("looks", kTwoMaps, "  limits: {steps: 100}\n"), 1).find("still busy after 100 events") !=
              std::string::npos);
  // Looking again every so often is no reason to fail when the scenario says so; writing is.
  EXPECT_EQ(Play(With("looks", kTwoMaps, "  limits: {calm: 1m}\n")), "passed");
  EXPECT_TRUE(Play(With("writes", kTwoMaps, "  limits: {calm: 1m}\n"), 1).find("not-converged") != std::string::npos);
}

// Expressions of the end see the history, too, when no rule asks for it.
TEST(RunnerTest, ExpectationsReadHistory) {
  EXPECT_EQ(Play(With("labeller", kTwoMaps,
                      "  expect: [{that: 'history(\"ConfigMap\").filter(h, h.verb == \"update\").size() == 2'}]\n")),
            "passed");
}

TEST(RunnerTest, ExpectFailure) {
  const std::string failing = "  - fail: {request: update, with: drop}\n" + std::string(kTwoMaps);
  const std::string expect(kBothSeen);
  EXPECT_EQ(
      Play(With("gives-up", failing, expect + "  expectFailure: /metadata/labels is nothing\n")),
      "as expected: spec.expect[0].object (line 12): expectation: ConfigMap default/a: /metadata/labels is nothing, "
      "expected {\"seen\":\"true\"}");
  EXPECT_EQ(Play(With("gives-up", failing, expect + "  expectFailure: livelock\n")),
            "spec.expect[0].object (line 12): expectation: ConfigMap default/a: /metadata/labels is nothing, expected "
            "{\"seen\":\"true\"}");
  EXPECT_EQ(
      Play(With("labeller", kTwoMaps, expect + "  expectFailure: livelock\n")),
      "spec.expectFailure (line 1): expectation: the scenario was expected to fail (\"livelock\"), but it passed every "
      "schedule");
}

TEST(RunnerTest, AFaultThatFindsNoWatchHasNotStruck) {
  EXPECT_EQ(
      Play(With("labeller", std::string(kTwoMaps) + "  - until: quiet\n  - breakWatch: {kind: Pod}\n")),
      "spec.steps[2].breakWatch (line 11): fault-never-fired: the fault never struck: break the watch of c on pods");
  EXPECT_EQ(Play(With("labeller", std::string(kTwoMaps) + "  - until: quiet\n  - breakWatch: {kind: cm}\n")), "passed");
}

TEST(RunnerTest, UntilMayWaitForTimeAlone) {
  const std::string until = "  - until: {that: 'now >= timestamp(\"2026-01-01T00:00:30Z\")', within: ";
  EXPECT_EQ(Play(With("labeller", until + "60s}\n")), "passed");
  EXPECT_EQ(Play(With("labeller", until + "20s}\n")),
            "spec.steps[0].until (line 7): step-failed: until now >= timestamp(\"2026-01-01T00:00:30Z\"): 20s have "
            "passed, and it "
            "is still false");
}

TEST(RunnerTest, TheStepsOfUsersReachTheServer) {
  const std::string_view steps =
      R"(  - apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "1", w: "2"}}
  - apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "3"}}
  - until: {that: 'object("ConfigMap", "a").data.x == "3"'}
  - patch: {object: {kind: ConfigMap, name: a}, json: [{op: remove, path: /data/w}]}
  - patch: {object: {kind: cm, name: a}, merge: {data: {z: "4"}}}
  - create:
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: b, labels: {gone: "1"}}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: c, labels: {gone: "1"}}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: d}}
  - delete: {kind: ConfigMap, selector: {gone: "1"}}
  - delete: {object: {kind: ConfigMap, name: d}}
  - apply:
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata: {name: rs}
      spec:
        replicas: 1
        selector: {matchLabels: {app: x}}
        template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: i}]}}
  - scale: {replicaset: rs, to: 4}
  - patch: {object: {kind: ReplicaSet, name: rs}, merge: {status: {replicas: 2}}, subresource: status}
  - wait: 5s
)";
  const std::string_view expect = R"(  expect:
  - object: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: "3", w: null, z: "4"}}
  - count: {kind: ConfigMap, namespace: default, is: 1}
  - object: {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: rs}, spec: {replicas: 4}, status: {replicas: 2}}
)";
  EXPECT_EQ(Play("  steps:\n" + std::string(steps) + std::string(expect), 5), "passed");
}

TEST(RunnerTest, SchedulesAreDeterministicAndDiffer) {
  const PreparedScenario prepared = Prepare(With("labeller", kTwoMaps, kBothSeen));
  ScenarioOptions options;
  options.schedules = 30;
  const ScenarioResult first = RunScenario(prepared, options);
  const ScenarioResult again = RunScenario(prepared, options);
  EXPECT_EQ(first.hash, again.hash);
  EXPECT_EQ(first.steps, again.steps);
  options.seed = 2;
  EXPECT_NE(RunScenario(prepared, options).hash, first.hash);
  EXPECT_NE(RunOneSchedule(prepared, 1, 1).run_hash, RunOneSchedule(prepared, 1, 2).run_hash);
}

TEST(RunnerTest, AnAuthorsStaticVariableIsFound) {
  const PreparedScenario prepared = Prepare(With("forgetful", kTwoMaps));
  const ScenarioResult result = RunScenario(prepared);
  EXPECT_EQ(result.outcome, ScenarioOutcome::kNondeterminism);
  const std::string& reason = result.shown->run.failure.reason;
  EXPECT_TRUE(reason.starts_with("nondeterminism: two runs of one schedule are not the same: step ")) << reason;
}

TEST(RunnerTest, ARecordedRunIsReplayedExactly) {
  const PreparedScenario prepared = Prepare(
      With("labeller", kTwoMaps, "  expect: [{writes: {by: c, kind: ConfigMap, is: 77}}]\n  faults: {atMost: 3}\n"));
  for (uint64_t schedule = 0; schedule < 20; ++schedule) {
    const RunResult run = RunOneSchedule(prepared, 5, schedule);
    std::string divergence;
    const RunResult again = ReplaySchedule(prepared, 5, schedule, run.choices, &divergence);
    EXPECT_EQ(divergence, "");
    EXPECT_EQ(again.run_hash, run.run_hash);
    EXPECT_EQ(again.failure.reason, run.failure.reason);
    EXPECT_FALSE(again.events.empty());
  }
}

TEST(RunnerTest, ATraceNamesStepsWritesAndFaults) {
  const PreparedScenario prepared =
      Prepare(With("labeller", "  - crash: {after: {request: update}}\n" + std::string(kTwoMaps), kBothSeen));
  const RunResult run = RunOneSchedule(prepared, 1, 0);
  ASSERT_TRUE(run.passed()) << run.failure.reason;
  ASSERT_EQ(run.struck.size(), 1u);
  EXPECT_EQ(run.struck[0].what, "crash c after update of c");
  std::string important;
  for (const TraceEvent& event : run.events) {
    if (event.important) important += event.text + "\n";
  }
  EXPECT_EQ(important,
            "step: crash c after update of c\nstep: apply ConfigMap a, ConfigMap b\n"
            "user wrote: create ConfigMap default/a (version 6)\nuser wrote: create ConfigMap default/b (version 7)\n"
            "c wrote: update ConfigMap default/a (version 8)\nc wrote: update ConfigMap default/b (version 9)\n"
            "the world heals\n");
}

TEST(DrawTest, DrawsAreRepeatedAndStayWithinTheirMeasures) {
  Scenario scenario;
  scenario.cluster.api_servers = 2;
  scenario.controllers.resize(2);
  scenario.controllers[0].name = "a";
  scenario.controllers[1].name = "b";
  scenario.faults.at_most = 3;
  for (const DrawableFault& fault : DrawableFaults()) scenario.faults.allow.emplace_back(fault.name);
  Baseline baseline;
  baseline.steps = 40;
  baseline.requests.resize(2);
  baseline.requests[0][static_cast<size_t>(Verb::kUpdate)] = 5;
  size_t none = 0;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const std::vector<Fault> faults = DrawFaults(scenario, baseline, seed);
    const std::vector<Fault> again = DrawFaults(scenario, baseline, seed);
    ASSERT_EQ(faults.size(), again.size());
    none += faults.empty() ? 1 : 0;
    EXPECT_LE(faults.size(), 9u);
    for (size_t i = 0; i < faults.size(); ++i) {
      EXPECT_EQ(faults[i].Describe(), again[i].Describe());
      EXPECT_TRUE(faults[i].drawn);
      EXPECT_LE(faults[i].step, 80u);
      EXPECT_LE(faults[i].match.nth, 5u);
    }
  }
  EXPECT_GT(none, 50u);
  EXPECT_LT(none, 250u);
}

}  // namespace
}  // namespace wavetank::sim
