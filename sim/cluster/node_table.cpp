#include "sim/cluster/node_table.h"

#include <algorithm>
#include <map>

#include "runtime/base/check.h"
#include "runtime/base/strings.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

constexpr std::string_view kNotReady = "node.kubernetes.io/not-ready";
constexpr std::string_view kCordoned = "node.kubernetes.io/unschedulable";

Value MakeTaint(std::string_view key) { return ObjectBuilder(2).Add(kEffect, "NoSchedule").Add(kKey, key).Build(); }

bool Tolerates(const Value& tolerations, const Value& taint) {
  for (const Value& toleration : tolerations.elements()) {
    const Value& effect = toleration[kEffect];
    if (!effect.empty() && !(effect == taint[kEffect])) continue;
    const Value& key = toleration[kKey];
    if (!key.empty() && !(key == taint[kKey])) continue;
    if (toleration[kOperator] == "Exists") return true;
    if (!key.empty() && toleration[kValue].AsString() == taint[kValue].AsString()) return true;
  }
  return false;
}

// The taints that keep pods away. The two that speak of Ready and of the cordon are computed, not read.
Value TaintsOf(const Object& node, bool ready) {
  static const Value kNotReadyTaint = MakeTaint(kNotReady);
  ArrayBuilder taints;
  for (const Value& taint : node.spec()[kTaints].elements()) {
    if (taint[kEffect] == "PreferNoSchedule" || taint[kKey] == kNotReady || taint[kKey] == kCordoned) continue;
    taints.Add(taint);
  }
  if (!ready) taints.Add(kNotReadyTaint);
  return taints.Build();
}

// Why the node does not take the pod; empty when it does. Pods that ask for nothing cost no look-up but two.
std::string WhyNot(const NodeTable::Node& node, const Value& pod_spec) {
  static const Value kCordonTaint = MakeTaint(kCordoned);
  const Value& tolerations = pod_spec[kTolerations];
  if (node.cordoned && !Tolerates(tolerations, kCordonTaint)) return "node(s) were unschedulable";
  for (const Value& taint : node.taints.elements()) {
    if (Tolerates(tolerations, taint)) continue;
    return "node(s) had untolerated taint {" + std::string(taint[kKey].AsString()) + ": " +
           std::string(taint[kValue].AsString()) + "}";
  }
  for (const Field& wanted : pod_spec[kNodeSelector].fields()) {
    const Value* label = node.labels.Find(wanted.key.view());
    if (label == nullptr || !(*label == wanted.value)) return "node(s) didn't match Pod's node affinity/selector";
  }
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
  return nodes_.insert(at, std::move(node))->get();
}

bool NodeTable::Put(const Object& object) {
  Node& node = *Entry(object.name());
  const Node before = node;
  const Value& ready = ConditionOf(object.status(), "Ready");
  node.registered = true;
  node.cordoned = object.spec()[kUnschedulable].AsBool();
  node.labels = object.labels();
  node.taints = TaintsOf(object, ready[names::kStatus] == "True");
  return !before.registered || before.cordoned != node.cordoned || !(before.labels == node.labels) ||
         !(before.taints == node.taints);
}

void NodeTable::Remove(const String& name) { Entry(name)->registered = false; }

void NodeTable::Count(Node& node, int change) {
  node.pods += change;
  WT_CHECK(node.pods >= 0, "a node has no fewer than no pods");
}

NodeTable::Node* NodeTable::Pick(const Object& pod) {
  const Value& spec = pod.spec();
  const bool asks = !spec[kNodeSelector].empty();
  Node* best = nullptr;
  for (const auto& node : nodes_) {
    if (!node->registered || (best != nullptr && node->pods >= best->pods)) continue;
    const bool plain = !asks && !node->cordoned && node->taints.empty();
    if (plain || WhyNot(*node, spec).empty()) best = node.get();
  }
  return best;
}

std::string NodeTable::WhyNone(const Object& pod) const {
  std::map<std::string, int> reasons;
  int all = 0;
  for (const auto& node : nodes_) {
    if (!node->registered) continue;
    ++all;
    ++reasons[WhyNot(*node, pod.spec())];
  }
  if (all == 0) return "no nodes available to schedule pods";
  std::vector<std::string> parts;
  for (const auto& [reason, count] : reasons) parts.push_back(std::to_string(count) + " " + reason);
  std::sort(parts.begin(), parts.end());
  return "0/" + std::to_string(all) + " nodes are available: " + Join(parts, ", ") + ".";
}

}  // namespace wavetank::sim::cluster
