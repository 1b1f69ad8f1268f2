#include "sim/scenario/loader.h"

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "sim/scenario/scenario_test_util.h"

namespace wavetank::sim {
namespace {

Task<Status> Nothing(Environment&) { co_return Status(); }

constexpr std::string_view kFrontend = R"(apiVersion: apps/v1
kind: ReplicaSet
metadata:
  name: frontend
spec:
  replicas: 3
  selector: {matchLabels: {app: guestbook}}
  template:
    metadata: {labels: {app: guestbook}}
    spec:
      containers:
      - {name: php, image: php}
)";

class LoaderTest : public testing::Test {
 protected:
  LoaderTest() {
    programs_.Add("podcount", Nothing, "counts");
    programs_.Add("replicaset", Nothing);
    files_.content["s/frontend.yaml"] = kFrontend;
    files_.content["s/broken.yaml"] = "apiVersion: v1\nkind: [\n";
    files_.content["s/empty.yaml"] = "# nothing\n";
    files_.content["s/kinds.yaml"] =
        "apiVersion: apps/v1\nkind: ReplicaSett\nmetadata: {name: a}\n---\n"
        "apiVersion: v1\nkind: ReplicaSet\nmetadata: {name: a}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {}\n---\n"
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndatum: {x: y}\n---\n"
        "kind: Pod\n---\n- 1\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: 7}\n";
    files_.content["s/list.yaml"] =
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: Namespace, metadata: {name: b}}\n";
  }

  LoadResult Load(const std::string& text) {
    LoadOptions options;
    options.programs = &programs_;
    options.read = files_;
    return LoadScenarios(text, "s/a.yaml", options);
  }
  std::string Errors(const std::string& text) { return FormatDiagnostics(Load(text).errors); }

  ControllerRegistry programs_;
  Files files_;
};

struct Mistake {
  std::string_view spec;    // from line 5 on
  std::string_view errors;  // without "s/a.yaml:", "error: " and newlines
};

TEST_F(LoaderTest, EveryKindOfMistakeInAStepIsNamedWithItsPlace) {
  const Mistake mistakes[] = {
      // A misspelt field, one that is near nothing, a missing one.
      {"  steps:\n  - scale: {replicaset: a, too: 3}\n",
       "6:28: error: spec.steps[0].scale: unknown field \"too\"; did you mean \"to\"?\n"},
      {"  steps:\n  - scale: {replicaset: a}\n",
       "6:12: error: spec.steps[0].scale: field \"to\" is missing (a whole number)\n"},
      {"  steps:\n  - wait: 1s\n  colour: red\n",
       "7:3: error: spec: unknown field \"colour\"; a Spec has description, cluster, controllers, steps, faults, "
       "always, "
       "never, expect, expectFailure, explore, limits\n"},
      {"  always: []\n", "5:3: error: spec: field \"steps\" is missing (a list)\n"},
      // Types.
      {"  steps: {wait: 1s}\n", "5:10: error: spec.steps: a list is expected, found an object\n"},
      {"  steps:\n  - scale: {replicaset: a, to: three}\n",
       "6:32: error: spec.steps[0].scale.to: a whole number is expected, found the string \"three\"\n"},
      {"  steps:\n  - scale: {replicaset: 7, to: 3}\n",
       "6:25: error: spec.steps[0].scale.replicaset: a string is expected, found the number 7\n"},
      {"  steps:\n  - scale: {replicaset: a, to: -1}\n", "6:32: error: spec.steps[0].scale.to: must be at least 0\n"},
      {"  steps:\n  - ~\n", "6:5: error: spec.steps[0]: an object is expected, found nothing\n"},
      {"  cluster: {nodes: 3.5}\n  steps: []\n",
       "5:20: error: spec.cluster.nodes: a whole number is expected, found the number 3.5\n"},
      {"  cluster: {scheduler: 1}\n  steps: []\n",
       "5:24: error: spec.cluster.scheduler: true or false is expected, found the number 1\n"},
      // Steps.
      {"  steps:\n  - scael: {replicaset: a, to: 3}\n",
       "6:5: error: spec.steps[0]: unknown field \"scael\"; did you mean \"scale\"?\n"},
      {"  steps:\n  - {wait: 1s, until: quiet}\n", "6:16: error: spec.steps[0]: until and wait exclude each other\n"},
      {"  steps:\n  - {}\n",
       "6:5: error: spec.steps[0]: a Step has exactly one of apply, create, until, wait, scale, patch, delete, "
       "preload, sync, crash, restart, pause, resume, fail, writer, closeWatch, breakWatch, expireWatch, holdWatch, "
       "releaseWatch, "
       "holdReplica, releaseReplica, switchReplica\n"},
      {"  steps:\n  - sync: {}\n",
       "6:11: error: spec.steps[0].sync: field \"object\" is missing (an object)\n"
       "6:11: error: spec.steps[0].sync: the scenario has no controller\n"},
      {"  steps:\n  - until: converge\n",
       "6:12: error: spec.steps[0].until: \"converge\" is not allowed here; did you mean \"converged\"?\n"},
      {"  steps:\n  - until: 5\n",
       "6:12: error: spec.steps[0].until: a string or an object is expected, found the number 5\n"},
      // Durations.
      {"  steps:\n  - wait: 30\n",
       "6:11: error: spec.steps[0].wait: a duration such as \"30s\" is expected, found the number 30\n"},
      {"  steps:\n  - wait: 30 sec\n",
       "6:11: error: spec.steps[0].wait: \"30 sec\" is no duration; write it like \"30s\", \"1h15m\" or \"200ms\"\n"},
      {"  steps:\n  - wait: -3s\n", "6:11: error: spec.steps[0].wait: a duration must not be negative\n"},
      // Groups.
      {"  steps:\n  - scale: {to: 3}\n",
       "6:12: error: spec.steps[0].scale: a Scale has exactly one of replicaset, deployment, statefulset, object\n"},
      {"  steps:\n  - patch: {object: {kind: Pod, name: a}, merge: {}, json: []}\n",
       "6:54: error: spec.steps[0].patch: merge and json exclude each other\n"},
      // Kinds.
      {"  steps:\n  - delete: {object: {kind: Podd, name: a}}\n",
       "6:29: error: spec.steps[0].delete.object.kind: unknown kind \"Podd\"; did you mean \"Pod\"?\n"},
      {"  steps:\n  - delete: {object: {apiVersion: v1, kind: ReplicaSet, name: a}}\n",
       "6:35: error: spec.steps[0].delete.object.apiVersion: there is no kind \"ReplicaSet\" in \"v1\"; it is in "
       "\"apps/v1\"\n"},
      {"  steps:\n  - scale: {object: {kind: Pod, name: a}, to: 1}\n",
       "6:28: error: spec.steps[0].scale.object.kind: a Pod cannot be scaled; use `patch`\n"},
      {"  steps:\n  - delete: {kind: Pod, selector: 'a in ('}\n",
       "6:35: error: spec.steps[0].delete.selector: unable to parse requirement: found '', expected: ',', ')' or "
       "identifier\n"},
  };
  for (const Mistake& mistake : mistakes) {
    std::string expected;
    std::string_view rest = mistake.errors;
    while (!rest.empty()) {
      const size_t end = rest.find('\n') + 1;
      expected += "s/a.yaml:" + std::string(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    EXPECT_EQ(Errors(ScenarioText(mistake.spec)), expected) << mistake.spec;
  }
}

TEST_F(LoaderTest, MistakesInFaultsControllersAndExpressions) {
  const Mistake mistakes[] = {
      {"  steps:\n  - crash: {}\n", "6:12: error: spec.steps[0].crash: the scenario has no controller\n"},
      {"  controllers: [{use: podcount}, {use: replicaset}]\n  steps:\n  - crash: {}\n",
       "7:12: error: spec.steps[0].crash: field \"controller\" is missing: it is one of podcount, replicaset\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - crash: {controller: podcout}\n",
       "7:25: error: spec.steps[0].crash.controller: unknown controller \"podcout\"; did you mean \"podcount\"?\n"},
      {"  controllers: [{use: podcunt}]\n  steps: []\n",
       "5:23: error: spec.controllers[0].use: unknown program \"podcunt\"; did you mean \"podcount\"?\n"},
      {"  controllers: [{use: x}]\n  steps: []\n",
       "5:23: error: spec.controllers[0].use: unknown program \"x\"; this binary has podcount, replicaset\n"},
      {"  controllers: [{use: podcount, replicas: 2}]\n  steps:\n  - pause: {}\n",
       "7:12: error: spec.steps[0].pause: podcount has several replicas: say which one, such as \"podcount-1\"\n"},
      {"  controllers: [{use: podcount, replicas: 10}]\n  steps: []\n",
       "5:43: error: spec.controllers[0].replicas: must be at most 9\n"},
      {"  controllers: [{use: podcount}, {use: podcount}]\n  steps: []\n",
       "5:34: error: spec.controllers[1]: two controllers are called \"podcount\"; give them a `name`\n"},
      {"  controllers: [{use: podcount, name: scheduler}]\n  steps: []\n",
       "5:17: error: spec.controllers[0]: \"scheduler\" is the name of a part of the cluster\n"},
      {"  controllers: [{use: podcount, name: Pod_Count}]\n  steps: []\n",
       "5:39: error: spec.controllers[0].name: \"Pod_Count\" is no name: lower-case letters, digits and '-', at most "
       "63, no "
       "'-' at the ends\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - crash: {after: {request: creat}}\n",
       "7:30: error: spec.steps[0].crash.after.request: \"creat\" is not allowed here; did you mean \"create\"?\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - crash: {before: {request: create}, atStep: 4}\n",
       "7:40: error: spec.steps[0].crash: before and atStep exclude each other\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - fail: {with: {code: 418}}\n",
       "7:25: error: spec.steps[0].fail.with.code: 418 is not supported; only 403, 409, 422, 429, 500, 503, 504 are\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - fail: {with: {code: 422, applied: true}}\n",
       "7:39: error: spec.steps[0].fail.with.applied: a server that answers 422 has applied nothing; only 500, 503 and 504 "
       "leave that open\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - fail: {with: dropp}\n",
       "7:18: error: spec.steps[0].fail.with: \"dropp\" is not allowed here; did you mean \"drop\"?\n"},
      {"  controllers: [{use: podcount}]\n  steps:\n  - holdReplica: {server: 1}\n",
       "7:27: error: spec.steps[0].holdReplica.server: there is no API server 1; cluster.apiServers is 1, the first is "
       "0\n"},
      {"  controllers: [{use: podcount}]\n  steps: []\n  faults: {allow: [crsh], atMost: 1}\n",
       "7:20: error: spec.faults.allow[0]: \"crsh\" is not allowed here; did you mean \"crash\"?\n"},
      {"  controllers: [{use: podcount}]\n  steps: []\n  faults: {allow: [stale-replica], atMost: 1}\n",
       "7:20: error: spec.faults.allow[0]: \"stale-replica\" needs cluster.apiServers of at least 2\n"},
      // Expressions: on one plain line the place is exact, else it is said.
      {"  steps: []\n  always:\n  - name: a\n    that: objcts(\"Pod\").size() == 0\n",
       "8:11: error: spec.always[0].that: unknown function objcts() (did you mean \"objects\"?)\n"},
      {"  steps: []\n  never: [{name: a, that: 'objects(\"Podd\").size() > 0'}]\n",
       "6:27: error: spec.never[0].that: no kind \"Podd\"; did you mean \"Pod\"?\n"},
      {"  steps: []\n  always:\n  - {name: a, that: \"true\"}\n  - {name: a, that: \"true\"}\n",
       "8:12: error: spec.always[1].name: two rules are called \"a\"\n"},
      {"  steps: []\n  expect:\n  - count: {kind: Pod}\n",
       "7:12: error: spec.expect[0].count: a Count has at least one of is, atLeast, atMost\n"},
      {"  steps: []\n  expect:\n  - object: {kind: Pod, metadata: {name: a}}\n",
       "7:13: error: spec.expect[0].object: apiVersion is missing\n"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_EQ(Errors(ScenarioText(mistake.spec)), "s/a.yaml:" + std::string(mistake.errors)) << mistake.spec;
  }
}

TEST_F(LoaderTest, MistakesOfTheDocument) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "s/a.yaml: error: there is no scenario in this file\n"},
      {"a: [", "s/a.yaml:1:5: error: end of sequence flow not found\n"},
      {"apiVersion: wavetank.dev/v1alpha1\nkind: Scenario\nkind: Scenario\n",
       "s/a.yaml:3:1: error: the key \"kind\" occurs twice, first at 2:1\n"},
      {"7", "s/a.yaml:1:1: error: an object is expected, found the number 7\n"},
      {"apiVersion: wavetank.dev/v1\nkind: Scenaro\nmetadata: {name: a}\nspec: {steps: []}\n",
       "s/a.yaml:1:13: error: apiVersion: \"wavetank.dev/v1\" is not allowed here; it is \"wavetank.dev/v1alpha1\"\n"
       "s/a.yaml:2:7: error: kind: \"Scenaro\" is not allowed here; did you mean \"Scenario\"?\n"},
      {"kind: Scenario\napiVersion: wavetank.dev/v1alpha1\nmetadata: {}\n",
       "s/a.yaml:1:1: error: field \"spec\" is missing (an object)\n"
       "s/a.yaml:3:11: error: metadata: field \"name\" is missing (a name)\n"},
  };
  for (const auto& [text, errors] : cases) EXPECT_EQ(Errors(std::string(text)), errors) << text;
  const std::string one = ScenarioText("  steps: []\n");
  EXPECT_EQ(Errors(one + "---\n" + one),
            "s/a.yaml:9:18: error: metadata.name: two scenarios of this file are called \"test\"\n");
}

TEST_F(LoaderTest, ManifestsAreReportedAtTheirOwnPlaces) {
  EXPECT_EQ(Errors(ScenarioText("  steps:\n  - apply: frontnd.yaml\n")),
            "s/a.yaml:6:12: error: spec.steps[0].apply: cannot read the manifest \"frontnd.yaml\": "
            "No such file or directory\n");
  EXPECT_EQ(Errors(ScenarioText("  steps:\n  - apply: [broken.yaml, empty.yaml]\n")),
            "s/broken.yaml:3:1: error: end of sequence flow not found\n"
            "s/empty.yaml: error: there is no object in this file\n");
  EXPECT_EQ(Errors(ScenarioText("  steps:\n  - apply: kinds.yaml\n  - create: kinds.yaml\n")),
            "s/kinds.yaml:2:7: error: kind: unknown kind \"ReplicaSett\"; did you mean \"ReplicaSet\"?\n"
            "s/kinds.yaml:6:7: error: kind: there is no kind \"ReplicaSet\" in \"v1\"; it is in \"apps/v1\"\n"
            "s/kinds.yaml:11:11: error: metadata: name is missing\n"
            "s/kinds.yaml:16:1: error: datum: unknown field of a ConfigMap\n"
            "s/kinds.yaml:18:1: error: apiVersion is missing\n"
            "s/kinds.yaml:20:1: error: an object of Kubernetes is expected\n"
            "s/kinds.yaml:25:20: error: spec.containers: a list is expected, found the number 7\n");
  EXPECT_EQ(
      Errors(ScenarioText("  steps:\n  - apply: {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, dta: {}}\n")),
      "s/a.yaml:6:67: error: spec.steps[0].apply.dta: unknown field of a ConfigMap; did you mean \"data\"?\n");
}

// The place is the innermost one, the name is one of those that could stand there.
TEST_F(LoaderTest, MistakesInObjectsAndPatches) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"apply: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}, {name: d, imag: i}]}}",
       "102: error: spec.steps[0].apply.spec.containers[1].imag: unknown field of a Pod; did you mean \"image\"?\n"},
      {"apply: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c}, {name: 4}]}}",
       "99: error: spec.steps[0].apply.spec.containers[1].name: a string is expected, found the number 4\n"},
      {"apply: {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {x: [y]}}, spec: {containers: []}}",
       "72: error: spec.steps[0].apply.metadata.labels.x: a string is expected, found a list\n"},
      {"apply: {apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, command: [7]}]}}",
       "101: error: spec.steps[0].apply.spec.containers[0].command[0]: a string is expected, found the number 7\n"},
      {"apply: {apiVersion: v1, kind: Pod, metadata: {namm: a}, spec: {containers: []}}",
       "51: error: spec.steps[0].apply.metadata.namm: unknown field of a Pod; did you mean \"name\"?\n"},
      {"apply: {apiVersion: v1, kinb: Pod, metadata: {name: a}}",
       "29: error: spec.steps[0].apply.kinb: unknown field; did you mean \"kind\"?\n"},
      {"patch: {object: {kind: Pod, name: a}, merge: {spec: {nodName: x}, metadata: {labels: {x: null}}}}",
       "58: error: spec.steps[0].patch.merge.spec.nodName: unknown field of a Pod; did you mean \"nodeName\"?\n"},
      {"patch: {object: {kind: Pod, name: a}, merge: {spec: {priority: high}}}",
       "68: error: spec.steps[0].patch.merge.spec.priority: a whole number is expected, found the string \"high\"\n"},
      {"patch: {object: {kind: Deployment, name: a}, subresource: scale, merge: {spec: {replica: 1}}}",
       "85: error: spec.steps[0].patch.merge.spec.replica: unknown field of a Deployment; did you mean "
       "\"replicas\"?\n"},
      {"patch: {object: {kind: Pod, name: a}, json: [{op: ad, path: /x, valu: 1}]}",
       "55: error: spec.steps[0].patch.json[0].op: \"ad\" is not allowed here; did you mean \"add\"?\n"
       "s/a.yaml:6:69: error: spec.steps[0].patch.json[0]: unknown field \"valu\"; did you mean \"value\"?\n"},
      {"patch: {object: {kind: Pod, name: a}, json: [{path: /x}]}",
       "50: error: spec.steps[0].patch.json[0]: field \"op\" is missing (one of add, remove, replace, move, copy, "
       "test)\n"},
      {"delete: {kind: Pod, selector: {a b: c}}",
       "41: error: spec.steps[0].delete.selector.a b: \"a b=c\" is no label\n"},
  };
  for (const auto& [step, errors] : cases) {
    EXPECT_EQ(Errors(ScenarioText("  steps:\n  - " + std::string(step) + "\n")), "s/a.yaml:6:" + std::string(errors))
        << step;
  }
  EXPECT_EQ(Errors(ScenarioText("  controllers: [{use: podcount}]\n  steps:\n  - writer: {before: {kind: Pod}, "
                                "patch: {metadata: {label: {}}}}\n")),
            "s/a.yaml:7:54: error: spec.steps[0].writer.patch.metadata.label: unknown field of a Pod; did you mean "
            "\"labels\"?\n");
}

TEST_F(LoaderTest, AllErrorsOfAFileAreReportedAtOnceAndGoodScenariosLoad) {
  const LoadResult loaded = Load(ScenarioText("  steps: [{wait: 1}, {wat: 1s}]\n", "bad") + "---\n" +
                                 ScenarioText("  steps: [{wait: 1s}]\n", "good"));
  EXPECT_EQ(loaded.errors.size(), 2u);
  ASSERT_EQ(loaded.scenarios.size(), 1u);
  EXPECT_EQ(loaded.scenarios[0].name, "good");
}

TEST_F(LoaderTest, TheExampleOfTheDesignLoads) {
  const LoadResult loaded = Load(R"(apiVersion: wavetank.dev/v1alpha1
kind: Scenario
metadata: {name: scale-while-restarting}
spec:
  cluster: {nodes: 3, apiServers: 2}
  controllers: [{name: rs, use: replicaset, replicas: 1}]
  steps:
  - apply: [frontend.yaml]
  - until: converged
  - scale: {replicaset: frontend, to: 5}
  - crash: {controller: rs, after: {request: create, kind: Pod, nth: 2}, for: 3s}
  - until: converged
  - until: {that: 'objects("Pod").size() == 5', within: 60s}
  - fail: {request: update, kind: rs, with: {code: 429, retryAfter: 3}}
  - writer: {before: {request: update}, patch: {metadata: {labels: {a: b}}}}
  - delete: {object: {kind: pod, name: x}, gracePeriodSeconds: 0, propagation: Orphan}
  - delete: {kind: Pod, selector: {app: guestbook}}
  - patch: {object: {kind: Node, name: node-1}, json: [{op: remove, path: /spec/x}]}
  - holdWatch: {kind: Pod, for: 5s}
  - switchReplica: {server: 1}
  faults: {allow: [crash, stale-replica, watch-closed, response-lost, conflict], atMost: 3}
  always:
  - name: never-more-than-wanted
    that: objects("Pod").filter(p, isActive(p)).size() <= object("ReplicaSet", "frontend").spec.replicas + 1
  expect:
  - object: {apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: frontend}, status: {readyReplicas: 5}}
  - count: {kind: Pod, selector: {app: guestbook}, is: 5}
  - absent: {kind: Pod, name: x}
  - writes: {by: rs, kind: Pod, verb: create, atMost: 6}
  - logs: {contains: hello}
  explore: {schedules: 2000}
  limits: {steps: 5000, virtualTime: 10m}
)");
  EXPECT_EQ(FormatDiagnostics(loaded.errors), "");
  ASSERT_EQ(loaded.scenarios.size(), 1u);
  const Scenario& s = loaded.scenarios[0];
  EXPECT_EQ(s.cluster.nodes, 3);
  EXPECT_EQ(s.controllers[0].name, "rs");
  ASSERT_EQ(s.steps.size(), 13u);
  EXPECT_EQ(s.steps[0].text, "apply ReplicaSet frontend");
  EXPECT_EQ(s.steps[2].text, "scale ReplicaSet default/frontend to 5");
  EXPECT_EQ(s.steps[2].place.field, "spec.steps[2].scale");
  EXPECT_EQ(s.steps[2].place.at.line, 10);
  const Fault& crash = std::get<FaultStep>(s.steps[3].action).fault;
  EXPECT_EQ(crash.Describe(), "crash rs for 3s after create pods of rs #2");
  EXPECT_EQ(std::get<FaultStep>(s.steps[6].action).fault.retry_after_seconds, 3);
  EXPECT_EQ(std::get<DeleteStep>(s.steps[9].action).selector, "app=guestbook");
  EXPECT_EQ(std::get<DeleteStep>(s.steps[9].action).object.ns, "default");
  EXPECT_EQ(std::get<PatchStep>(s.steps[10].action).object.ns, "");
  EXPECT_EQ(s.faults.at_most, 3);
  EXPECT_EQ(s.schedules, 2000u);
  EXPECT_EQ(s.limits.virtual_time, std::chrono::minutes(10));
  EXPECT_EQ(s.expect.size(), 5u);
  EXPECT_TRUE(std::get<ExpectLogs>(s.expect[4].what).bounds.Holds(2));
  EXPECT_FALSE(std::get<ExpectLogs>(s.expect[4].what).bounds.Holds(0));
}

TEST_F(LoaderTest, ListsAndSeveralDocumentsAreManifestsToo) {
  files_.content["s/two.yaml"] = std::string(kFrontend) + "---\n" + std::string(kFrontend);
  const LoadResult loaded = Load(ScenarioText("  steps:\n  - apply: [list.yaml, two.yaml]\n"));
  ASSERT_TRUE(loaded.ok()) << FormatDiagnostics(loaded.errors);
  const auto& apply = std::get<ApplyStep>(loaded.scenarios[0].steps[0].action);
  ASSERT_EQ(apply.manifests.size(), 4u);
  EXPECT_EQ(apply.manifests[0].object["metadata"]["namespace"], "default");
  EXPECT_TRUE(apply.manifests[1].object["metadata"]["namespace"].is_null());
}

TEST_F(LoaderTest, BrokenTextIsAnErrorAndNeverMore) {
  const std::string good = ScenarioText(
      "  controllers: [{use: podcount}]\n  steps:\n  - crash: {after: {request: create, kind: Pod}}\n  - scale: "
      "{replicaset: a, to: "
      "3}\n  - until: {that: 'true', within: 3s}\n  - delete: {kind: Pod, selector: {a: b}}\n  faults: {atMost: 3}\n"
      "  expect:\n  - count: {kind: Pod, is: 3}\n  - object: {apiVersion: v1, kind: Pod, metadata: {name: a}}\n");
  ASSERT_TRUE(Load(good).ok()) << Errors(good);
  Random random(7);
  constexpr std::string_view kBytes = "{}[]:-,'\"\n &*!|>%@~0a\xff";
  for (int i = 0; i < 3000; ++i) {
    std::string text = good;
    const uint64_t changes = 1 + random.Below(4);
    for (uint64_t c = 0; c < changes; ++c) {
      const size_t at = random.Below(text.size());
      switch (random.Below(3)) {
        case 0: text[at] = kBytes[random.Below(kBytes.size())]; break;
        case 1: text.erase(at, 1 + random.Below(20)); break;
        default: text.insert(at, 1, kBytes[random.Below(kBytes.size())]);
      }
    }
    const LoadResult loaded = Load(text);
    EXPECT_TRUE(!loaded.errors.empty() || !loaded.scenarios.empty()) << text;
    for (const Diagnostic& error : loaded.errors) EXPECT_FALSE(error.message.empty()) << text;
  }
}

TEST(LoadScenarioFileTest, AFileThatIsNotThere) {
  const LoadResult loaded = LoadScenarioFile("/nowhere/at-all.yaml");
  ASSERT_EQ(loaded.errors.size(), 1u);
  EXPECT_EQ(loaded.errors[0].ToString(),
            "/nowhere/at-all.yaml: error: cannot read the file: No such file or directory");
}

}  // namespace
}  // namespace wavetank::sim
