#include "sim/cluster/node_table.h"

#include <algorithm>
#include <map>

#include "runtime/api/metadata.h"
#include "runtime/api/pod_resources.h"
#include "runtime/base/check.h"
#include "runtime/base/strings.h"
#include "sim/cluster/recent.h"
#include "sim/cluster/taints.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

constexpr std::string_view kCordoned = "node.kubernetes.io/unschedulable";

Value MakeTaint(std::string_view key) { return ObjectBuilder(2).Add(kEffect, "NoSchedule").Add(kKey, key).Build(); }

bool AnyTolerates(const Value& tolerations, const Value& taint) {
  return std::ranges::any_of(tolerations.elements(), [&](const Value& one) { return Tolerates(one, taint); });
}

// The taints that keep pods away. The two that speak of Ready and of the cordon are computed, not read.
Value TaintsOf(const Object& node, bool ready) {
  static const Value kTaint = MakeTaint(kNotReadyTaint);
  ArrayBuilder taints;
  for (const Value& taint : node.spec()[kTaints].elements()) {
    if (taint[kEffect] == "PreferNoSchedule" || taint[kKey] == kNotReadyTaint || taint[kKey] == kCordoned) continue;
    taints.Add(taint);
  }
  if (!ready) taints.Add(kTaint);
  return taints.Build();
}

const Name kAffinity("affinity");
const Name kAllocatable("allocatable");
const Name kCpu("cpu");
const Name kHostPort("hostPort");
const Name kMemory("memory");
const Name kOverhead("overhead");
const Name kPorts("ports");
const Name kProtocol("protocol");
const Name kResources("resources");

PodNeeds SumNeeds(const Value& spec) {
  PodNeeds needs;
  const ResourceTotals requests = PodTotals(spec, "requests");
  if (const Quantity* cpu = requests.Find("cpu")) needs.cpu = cpu->milli_value();
  if (const Quantity* memory = requests.Find("memory")) needs.memory = memory->value();
  for (const Name list : {kContainers, kInitContainers}) {
    for (const Value& container : spec[list].elements()) {
      if (list == kInitContainers && container[kRestartPolicy] != "Always") continue;
      for (const Value& port : container[kPorts].elements()) {
        if (port[kHostPort].AsInt() == 0) continue;
        needs.ports.push_back(std::to_string(port[kHostPort].AsInt()) + "/" +
                              std::string(port[kProtocol].AsString("TCP")));
      }
    }
  }
  return needs;
}

bool HoldsFor(const Value& expression, const Value* label) {
  const std::string_view op = expression[kOperator].AsString();
  const std::span<const Value> values = expression["values"].elements();
  const bool in = label != nullptr && std::ranges::any_of(values, [&](const Value& v) { return v == *label; });
  if (op == "In") return in;
  if (op == "NotIn") return !in;
  if (op == "Exists") return label != nullptr;
  if (op == "DoesNotExist") return label == nullptr;
  if (label == nullptr || values.empty()) return false;
  const int64_t have = Quantity::Of(*label).value();
  const int64_t wanted = Quantity::Of(values[0]).value();
  return op == "Gt" ? have > wanted : have < wanted;
}

// requiredDuringSchedulingIgnoredDuringExecution: one of the terms, with all of its expressions.
bool MatchesAffinity(const NodeTable::Node& node, const Value& affinity) {
  const Value& terms = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"];
  if (terms.is_null()) return true;
  return std::ranges::any_of(terms.elements(), [&](const Value& term) {
    const auto holds = [&](const Value& e) { return HoldsFor(e, node.labels.Find(e[kKey].AsString())); };
    const auto is_named = [&](const Value& e) {
      const Value name(node.name);
      return HoldsFor(e, e[kKey] == "metadata.name" ? &name : nullptr);
    };
    const Value& expressions = term["matchExpressions"];
    const Value& fields = term["matchFields"];
    return (!expressions.empty() || !fields.empty()) && std::ranges::all_of(expressions.elements(), holds) &&
           std::ranges::all_of(fields.elements(), is_named);
  });
}

// Empty when there is room.
std::string_view WhyNoRoom(const NodeTable::Node& node, const PodNeeds& needs) {
  if (node.pods >= node.most_pods) return "Too many pods";
  if (needs.cpu > 0 && node.cpu + needs.cpu > node.most_cpu) return "Insufficient cpu";
  if (needs.memory > 0 && node.memory + needs.memory > node.most_memory) return "Insufficient memory";
  for (const std::string& port : needs.ports) {
    if (node.ports.contains(port)) return "node(s) didn't have free ports for the requested pod ports";
  }
  return {};
}

int64_t Limit(const Value& allocatable, Name resource, bool milli) {
  const Value& amount = allocatable[resource];
  if (amount.is_null()) return INT64_MAX;
  return milli ? Quantity::Of(amount).milli_value() : Quantity::Of(amount).value();
}

struct Limits {
  int64_t pods;
  int64_t cpu;
  int64_t memory;
};
// Nodes are seen again with every heartbeat, and in every schedule; what they offer stays.
const Limits& LimitsOf(const Value& allocatable) {
  struct Key {
    Value allocatable;
    bool operator==(const Key& other) const { return allocatable.identity() == other.allocatable.identity(); }
    uint64_t hash() const { return reinterpret_cast<uintptr_t>(allocatable.identity()); }
  };
  static const Name kPods("pods");
  static Recent<Key, Limits, 64> known;
  return known.Get({allocatable}, [&] {
    return Limits{Limit(allocatable, kPods, false), Limit(allocatable, kCpu, true), Limit(allocatable, kMemory, false)};
  });
}

// Why the node does not take the pod, whatever room it has; empty when it does.
std::string WhyNever(const NodeTable::Node& node, const Value& pod_spec) {
  static const Value kCordonTaint = MakeTaint(kCordoned);
  const Value& tolerations = pod_spec[kTolerations];
  if (node.cordoned && !AnyTolerates(tolerations, kCordonTaint)) return "node(s) were unschedulable";
  for (const Value& taint : node.taints.elements()) {
    if (AnyTolerates(tolerations, taint)) continue;
    return "node(s) had untolerated taint {" + std::string(taint[kKey].AsString()) + ": " +
           std::string(taint[kValue].AsString()) + "}";
  }
  for (const Field& wanted : pod_spec[kNodeSelector].fields()) {
    const Value* label = node.labels.Find(wanted.key.view());
    if (label == nullptr || !(*label == wanted.value)) return "node(s) didn't match Pod's node affinity/selector";
  }
  const Value& affinity = pod_spec[kAffinity];
  if (!affinity.is_null() && !MatchesAffinity(node, affinity))
    return "node(s) didn't match Pod's node affinity/selector";
  return {};
}

}  // namespace

NodeTable::Node* NodeTable::Entry(const String& name) {
  auto at = std::lower_bound(nodes_.begin(), nodes_.end(), name,
                             [](const std::unique_ptr<Node>& node, const String& n) { return node->name < n; });
  if (at != nodes_.end() && (*at)->name == name) return at->get();
  auto node = std::make_unique<Node>();
  node->name = name;
  node->target = ObjectBuilder(2).Add(names::kKind, kNode.kind).Add(names::kName, name).Build();
  by_pods_.emplace(std::pair(node->pods, name), node.get());
  return nodes_.insert(at, std::move(node))->get();
}

bool NodeTable::Put(const Object& object) {
  Node& node = *Entry(object.name());
  const Node before = node;
  const Limits& limits = LimitsOf(object.status()[kAllocatable]);
  node.most_pods = limits.pods;
  node.most_cpu = limits.cpu;
  node.most_memory = limits.memory;
  const Value& ready = FindCondition(object.status(), "Ready");
  node.registered = true;
  node.cordoned = object.spec()[kUnschedulable].AsBool();
  node.labels = object.labels();
  node.taints = TaintsOf(object, ready[names::kStatus] == "True");
  return !before.registered || before.cordoned != node.cordoned || !(before.labels == node.labels) ||
         !(before.taints == node.taints) || node.most_pods > before.most_pods || node.most_cpu > before.most_cpu ||
         node.most_memory > before.most_memory;
}

void NodeTable::Remove(const String& name) { Entry(name)->registered = false; }

void NodeTable::Count(Node& node, const PodNeeds& needs, int change) {
  auto place = by_pods_.extract({node.pods, node.name});
  node.pods += change;
  node.cpu += change * needs.cpu;
  node.memory += change * needs.memory;
  for (const std::string& port : needs.ports) {
    if ((node.ports[port] += change) <= 0) node.ports.erase(port);
  }
  place.key().first = node.pods;
  by_pods_.insert(std::move(place));
  WT_CHECK(node.pods >= 0, "a node has no fewer than no pods");
}

NodeTable::Node* NodeTable::Pick(const Object& pod) {
  const Value& spec = pod.spec();
  const PodNeeds& needs = NeedsOf(pod);
  const bool asks = !spec[kNodeSelector].empty() || !spec[kAffinity].is_null();
  for (const auto& [place, node] : by_pods_) {
    if (!node->registered || !WhyNoRoom(*node, needs).empty()) continue;
    const bool plain = !asks && !node->cordoned && node->taints.empty();
    if (plain || WhyNever(*node, spec).empty()) return node;
  }
  return nullptr;
}

std::string NodeTable::WhyNone(const Object& pod) const {
  std::map<std::string, int> reasons;
  int all = 0;
  int full = 0;
  for (const auto& node : nodes_) {
    if (!node->registered) continue;
    ++all;
    std::string reason = WhyNever(*node, pod.spec());
    if (reason.empty()) {
      ++full;
      reason = WhyNoRoom(*node, NeedsOf(pod));
    }
    ++reasons[reason];
  }
  if (all == 0) return "no nodes available to schedule pods";
  std::vector<std::string> parts;
  for (const auto& [reason, count] : reasons) parts.push_back(std::to_string(count) + " " + reason);
  std::sort(parts.begin(), parts.end());
  const std::string none = "0/" + std::to_string(all) + " nodes are available: ";
  std::vector<std::string> preemption;
  if (full > 0) preemption.push_back(std::to_string(full) + " No preemption victims found for incoming pod");
  if (full < all) preemption.push_back(std::to_string(all - full) + " Preemption is not helpful for scheduling");
  return none + Join(parts, ", ") + ". preemption: " + none + Join(preemption, ", ") + ".";
}

const PodNeeds& NeedsOf(const Object& pod) {
  // What the needs are made of; pods of one template share it.
  struct Key {
    Value containers;
    Value init;
    Value own;
    Value overhead;
    bool operator==(const Key& other) const {
      return containers.identity() == other.containers.identity() && init.identity() == other.init.identity() &&
             own.identity() == other.own.identity() && overhead.identity() == other.overhead.identity();
    }
    uint64_t hash() const { return reinterpret_cast<uintptr_t>(containers.identity()); }
  };
  static Recent<Key, PodNeeds, 256> known;
  const Value& spec = pod.spec();
  return known.Get({spec[kContainers], spec[kInitContainers], spec[kResources], spec[kOverhead]},
                   [&] { return SumNeeds(spec); });
}

}  // namespace wavetank::sim::cluster
