// Scenario: what a scenario file says, as plain data. The loader makes it of YAML; a test may fill it in by hand.
//
//   LoadResult loaded = LoadScenarioFile("scenarios/scale.yaml", {.programs = &programs});
//   for (const Scenario& scenario : loaded.scenarios) ...
//
// Kinds are resolved to the registry's entries, names of controllers and expressions are checked: a Scenario that the
// loader made can be run. The format itself is described by one table (format.h).
// Every part knows its place in the file, so that a failure names the line it is about.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/api/selectors.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"
#include "runtime/value/yaml.h"
#include "sim/faults/fault.h"

namespace wavetank::sim {

// Where something of a scenario stands.
struct Place {
  Position at;
  std::string field;  // "spec.steps[2]"
};

// An object of a manifest, with the place it was read from.
struct Manifest {
  Value object;
  const ResourceInfo* resource = nullptr;
  std::string file;
  Position at;
};

// One object by kind and name. The namespace is "default" when the file gives none, empty for cluster-scoped kinds.
struct ObjectRef {
  const ResourceInfo* resource = nullptr;
  std::string ns;
  std::string name;
  // "ReplicaSet default/frontend".
  std::string Describe() const;
};

// ---- Steps

struct ApplyStep {  // `apply`, `create`
  std::vector<Manifest> manifests;
  bool create_only = false;
};

struct UntilStep {  // `until`
  enum class Goal : uint8_t { kConverged, kQuiet, kHolds };
  Goal goal = Goal::kConverged;
  std::string that;  // CEL, of kHolds
  std::optional<Duration> within;
};

struct WaitStep {  // `wait`
  Duration duration{0};
};

struct ScaleStep {  // `scale`
  ObjectRef object;
  int64_t to = 0;
};

struct PatchStep {  // `patch`
  ObjectRef object;
  PatchType type = PatchType::kMerge;
  Value patch;
  std::string subresource;
};

struct DeleteStep {      // `delete`
  ObjectRef object;      // name empty: all of the kind in the namespace that `selector` matches
  std::string selector;  // a label selector as text
  std::string propagation;
  std::optional<int64_t> grace_period_seconds;
};

// `preload`: in the store before anything runs (PreparedScenario puts it there); the step lets all caches see it.
struct PreloadStep {
  std::vector<Manifest> manifests;
};

// `sync`: one reconcile, alone. A controller that a `sync` names works only then.
struct SyncStep {
  std::string controller;
  ObjectRef object;
};

struct FaultStep {  // crash, restart, pause, resume, fail, writer, closeWatch, ... : armed when the step is reached
  Fault fault;
};

struct Step {
  Place place;
  std::string text;  // one line for reports: "scale ReplicaSet default/frontend to 5"
  std::variant<ApplyStep, UntilStep, WaitStep, ScaleStep, PatchStep, DeleteStep, PreloadStep, SyncStep, FaultStep>
      action;
};

// ---- What must hold

struct NamedRule {  // `always`, `never`
  Place place;
  std::string name;
  std::string that;  // CEL
  bool never = false;
};

struct Bounds {  // is, atLeast, atMost
  std::optional<int64_t> is;
  std::optional<int64_t> at_least;
  std::optional<int64_t> at_most;
  bool Holds(int64_t number) const;
  // "3", "at least 1", "between 1 and 3".
  std::string Describe() const;
};

struct ExpectObject {  // `object`
  ObjectRef object;
  Value part;  // fields that must be there and match (oracle/match.h)
};
struct ExpectAbsent {  // `absent`
  ObjectRef object;
};
struct ExpectCount {  // `count`
  const ResourceInfo* resource = nullptr;
  std::string ns;  // empty: all namespaces
  LabelSelector selector;
  std::string selector_text;
  Bounds bounds;
};
struct ExpectThat {  // `that`
  std::string that;
};
struct ExpectWrites {  // `writes`: what reached the store during the run
  std::string by;      // a controller; empty: anybody
  const ResourceInfo* resource = nullptr;
  std::string ns;
  std::string name;
  std::string verb;  // "create", "update", "delete"; empty: any
  Bounds bounds;
};
struct ExpectLogs {  // `logs`
  std::string controller;
  std::string contains;
  Bounds bounds;  // how many lines; at least one when nothing is said
};

struct ExpectRequests {  // `requests`: what a controller sent
  std::string by;        // "podcount-*": all of its replicas
  std::string verb;      // empty: any
  const ResourceInfo* resource = nullptr;
  std::optional<std::string> subresource;
  std::string ns;
  std::string name;
  Bounds bounds;
  // Not empty: its writes, but those to Events, are these and no others: "create Pod", "update ReplicaSet/status web".
  std::optional<std::vector<std::string>> order;
};

struct Expectation {
  Place place;
  std::variant<ExpectObject, ExpectAbsent, ExpectCount, ExpectThat, ExpectWrites, ExpectLogs, ExpectRequests> what;
};

// ---- The rest

struct ClusterSpec {
  int nodes = 0;
  int pods_per_node = 110;
  int api_servers = 1;
  bool scheduler = true;
  bool kubelets = true;
  bool garbage_collector = true;
  std::vector<std::string> controllers;  // of sim/cluster/parts.h
};

struct ControllerSpec {
  Place place;
  std::string name;
  std::string use;
  std::vector<std::string> args;
  bool restarts = false;  // when its main has ended (supervisor.h)
  Duration clock_skew{0};  // of its clock
  // The name that the file gives it; with replicas, theirs are "<group>-1", "<group>-2", ...
  std::string group;
};

// Faults that a search may draw, beside the scripted ones (draw.h).
struct FaultBudget {
  std::vector<std::string> allow;  // names of draw.h's table
  int at_most = 0;
};

struct ScenarioLimits {
  uint64_t steps = 1'000'000;                     // events of a run
  Duration virtual_time = std::chrono::hours(1);  // that each convergence may take
  // When positive: a world in which nothing was written for so long has converged too, though timers still run. For
  // controllers that look again every so often.
  Duration calm{0};
};

struct Scenario {
  std::string file;
  Place place;
  std::string name;
  std::string description;
  KindRegistry kinds;  // keeps the ResourceInfos alive
  ClusterSpec cluster;
  std::vector<ControllerSpec> controllers;
  std::vector<Step> steps;
  FaultBudget faults;
  std::vector<NamedRule> rules;
  std::vector<Expectation> expect;
  // Not empty: the scenario passes only if it fails, with a reason that contains this text.
  std::string expect_failure;
  uint64_t schedules = 0;  // of `explore`; 0: not said
  std::optional<uint64_t> seed;
  ScenarioLimits limits;
};

}  // namespace wavetank::sim
