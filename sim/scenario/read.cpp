#include "sim/scenario/read.h"

#include <algorithm>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/cluster/parts.h"
#include "sim/scenario/check.h"
#include "sim/scenario/draw.h"
#include "sim/scenario/read_parts.h"

namespace wavetank::sim {
namespace {

ClusterSpec ReadCluster(const Value& value) {
  ClusterSpec cluster;
  cluster.nodes = static_cast<int>(value["nodes"].AsInt());
  cluster.pods_per_node = static_cast<int>(value["podsPerNode"].AsInt(110));
  cluster.api_servers = static_cast<int>(value["apiServers"].AsInt(1));
  cluster.scheduler = value["scheduler"].AsBool(true);
  cluster.kubelets = value["kubelets"].AsBool(true);
  cluster.garbage_collector = value["garbageCollector"].AsBool(true);
  for (const Value& name : value["controllers"].elements()) cluster.controllers.emplace_back(name.AsString());
  return cluster;
}

std::vector<ControllerSpec> ReadControllers(const Value& list, const Cursor& at, LoadContext& context) {
  std::vector<ControllerSpec> out;
  for (size_t i = 0; i < list.size(); ++i) {
    const Cursor here = at.Item(i);
    ControllerSpec controller;
    controller.place = context.PlaceOf(here);
    controller.use = list[i]["use"].AsString();
    controller.name = list[i]["name"].AsString(controller.use);
    for (const Value& arg : list[i]["args"].elements()) controller.args.emplace_back(arg.AsString());
    const std::string& name = controller.name;
    if (name == "user" || name == "setup" || FindClusterPart(name) != nullptr || name.starts_with("kubelet-")) {
      context.Error(here, Quote(name) + " is the name of a part of the cluster");
    }
    const int64_t replicas = std::clamp<int64_t>(list[i]["replicas"].AsInt(1), 1, 9);
    const Value& clock = list[i]["clock"];
    controller.clock_skew = ReadDuration(clock["ahead"]) - ReadDuration(clock["behind"]);
    controller.group = controller.name;
    controller.restarts = list[i].Has("restartPolicy") ? list[i]["restartPolicy"] == "Always" : replicas > 1;
    for (int64_t replica = 1; replica <= replicas; ++replica) {
      if (replicas > 1) controller.name = controller.group + "-" + std::to_string(replica);
      const bool taken = std::any_of(out.begin(), out.end(),
                                     [&](const ControllerSpec& other) { return other.name == controller.name; });
      if (taken) context.Error(here, "two controllers are called " + Quote(controller.name) + "; give them a `name`");
      out.push_back(controller);
    }
  }
  return out;
}

FaultBudget ReadFaults(const Value& value, const Cursor& at, int api_servers, LoadContext& context) {
  FaultBudget budget;
  budget.at_most = static_cast<int>(std::clamp<int64_t>(value["atMost"].AsInt(), 0, 100));
  if (!value.Has("allow")) {
    budget.allow = UsualFaults(api_servers);
    return budget;
  }
  const Value& allow = value["allow"];
  for (size_t i = 0; i < allow.size(); ++i) {
    const DrawableFault* fault = FindDrawableFault(allow[i].AsString());
    if (fault == nullptr) continue;
    if (fault->api_servers > api_servers) {
      context.Error(at.Child("allow").Item(i),
                    Quote(fault->name) + " needs cluster.apiServers of at least " + std::to_string(fault->api_servers));
    }
    budget.allow.emplace_back(fault->name);
  }
  return budget;
}

void ReadRules(const Value& list, const Cursor& at, bool never, std::vector<NamedRule>& out, LoadContext& context) {
  for (size_t i = 0; i < list.size(); ++i) {
    const Cursor here = at.Item(i);
    NamedRule rule{context.PlaceOf(here.Child("that")), std::string(list[i]["name"].AsString()),
                   std::string(list[i]["that"].AsString()), never};
    const bool taken = std::any_of(out.begin(), out.end(), [&](const NamedRule& r) { return r.name == rule.name; });
    if (taken) context.Error(here.Child("name"), "two rules are called " + Quote(rule.name));
    out.push_back(std::move(rule));
  }
}

ScenarioLimits ReadLimits(const Value& value) {
  ScenarioLimits limits;
  limits.steps = static_cast<uint64_t>(value["steps"].AsInt(static_cast<int64_t>(limits.steps)));
  if (value.Has("virtualTime")) limits.virtual_time = ReadDuration(value["virtualTime"]);
  limits.calm = ReadDuration(value["calm"]);
  return limits;
}

}  // namespace

Scenario ReadScenario(const Value& document, LoadContext& context) {
  const Cursor root;
  const Cursor at = root.Child("spec");
  const Value& spec = document["spec"];
  Scenario scenario;
  scenario.file = context.path();
  scenario.place = context.PlaceOf(root);
  scenario.name = document[names::kMetadata][names::kName].AsString();
  scenario.description = spec["description"].AsString();
  scenario.kinds = context.kinds();
  scenario.cluster = ReadCluster(spec["cluster"]);
  scenario.controllers = ReadControllers(spec["controllers"], at.Child("controllers"), context);

  ReadState state{context, {}, {}, scenario.cluster.api_servers};
  for (const ControllerSpec& controller : scenario.controllers) {
    if (!state.controllers.empty() && state.controllers.back() == controller.group) continue;
    state.controllers.push_back(controller.group);
    if (controller.name != controller.group) state.groups.push_back(controller.group);
  }
  scenario.steps = ReadSteps(spec["steps"], at.Child("steps"), state);
  if (spec.Has("faults")) {
    scenario.faults = ReadFaults(spec["faults"], at.Child("faults"), state.api_servers, context);
  }
  ReadRules(spec["always"], at.Child("always"), false, scenario.rules, context);
  ReadRules(spec["never"], at.Child("never"), true, scenario.rules, context);
  scenario.expect = ReadExpectations(spec["expect"], at.Child("expect"), state);
  scenario.expect_failure = spec["expectFailure"].AsString();
  scenario.schedules = static_cast<uint64_t>(spec["explore"]["schedules"].AsInt());
  if (spec["explore"].Has("seed")) scenario.seed = static_cast<uint64_t>(spec["explore"]["seed"].AsInt());
  scenario.limits = ReadLimits(spec["limits"]);
  return scenario;
}

}  // namespace wavetank::sim
