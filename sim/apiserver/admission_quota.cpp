// ResourceQuotas: what an object costs, and whether its namespace can pay.
#include <algorithm>
#include <map>
#include <set>

#include "runtime/api/names.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

using Usage = std::map<std::string, Quantity, std::less<>>;

const Name kHard("hard");
const Name kUsed("used");
const Name kScopes("scopes");

// Kinds whose number can be limited under their plain name too.
constexpr std::string_view kLegacyCounts[] = {
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "resourcequotas", "secrets", "services"};
// Resources that a container must name once a quota limits them.
constexpr std::string_view kMustBeGiven[] = {"cpu",    "limits.cpu",   "limits.memory",
                                             "memory", "requests.cpu", "requests.memory"};

bool IsExtended(std::string_view name) { return name.find('/') != name.npos; }

// "cpu" is charged as "cpu" and "requests.cpu", its limit as "limits.cpu".
void AddCompute(Usage& usage, std::string_view name, const Quantity& amount, bool request) {
  const bool plain = name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
  if (!plain && !(request && IsExtended(name))) return;
  usage[std::string(request ? "requests." : "limits.").append(name)] += amount;
  if (request && plain) usage[std::string(name)] += amount;
}

Usage ComputeUsage(const ResourceTotals& requests, const ResourceTotals& limits) {
  Usage usage;
  for (const auto& [name, amount] : requests.entries) AddCompute(usage, name, amount, true);
  for (const auto& [name, amount] : limits.entries) AddCompute(usage, name, amount, false);
  return usage;
}

Usage ClaimUsage(const Value& spec) {
  const Quantity size = Quantity::Of(spec[words::kResources][words::kRequests]["storage"]);
  Usage usage{{"requests.storage", size}};
  const std::string of_class = std::string(spec["storageClassName"].AsString()) + ".storageclass.storage.k8s.io/";
  if (of_class.front() != '.') {
    usage[of_class + "requests.storage"] = size;
    usage[of_class + "persistentvolumeclaims"] = Quantity::FromInt(1);
  }
  return usage;
}

Usage ServiceUsage(const Value& spec) {
  const bool balanced = spec[names::kType] == "LoadBalancer";
  int64_t ports = spec[names::kType] == "NodePort" ? static_cast<int64_t>(spec["ports"].size()) : 0;
  if (balanced) {
    for (const Value& port : spec["ports"].elements()) ports += port["nodePort"].AsInt() != 0 ? 1 : 0;
    if (spec["allocateLoadBalancerNodePorts"].AsBool()) ports = static_cast<int64_t>(spec["ports"].size());
  }
  return {{"services.loadbalancers", Quantity::FromInt(balanced ? 1 : 0)},
          {"services.nodeports", Quantity::FromInt(ports)}};
}

// What an object costs. `resource`: "pods", "deployments.apps".
Usage UsageOf(const ResourceInfo& resource, const Value& object) {
  const std::string plural(resource.gvr.resource.view());
  const std::string group(resource.gvr.group.view());
  const Value& spec = object[names::kSpec];
  Usage usage;
  if (group.empty() && plural == "pods") {
    usage = ComputeUsage(PodTotals(spec, "requests"), PodTotals(spec, "limits"));
  } else if (group.empty() && plural == "persistentvolumeclaims") {
    usage = ClaimUsage(spec);
  } else if (group.empty() && plural == "services") {
    usage = ServiceUsage(spec);
  }
  usage["count/" + (group.empty() ? plural : plural + "." + group)] = Quantity::FromInt(1);
  const bool legacy = group.empty() && std::ranges::find(kLegacyCounts, plural) != std::end(kLegacyCounts);
  if (legacy) usage[plural] = Quantity::FromInt(1);
  return usage;
}

// ---- Scopes: which Pods a quota is about.

bool IsBestEffort(const Value& spec) { return QosClassOf(spec) == "BestEffort"; }

bool SeesOtherNamespaces(const Value& spec) {
  for (const std::string_view kind : {"podAffinity", "podAntiAffinity"}) {
    const Value& affinity = spec["affinity"][kind];
    const auto crosses = [](const Value& term) { return !term["namespaces"].empty() || term.Has("namespaceSelector"); };
    for (const Value& term : affinity["requiredDuringSchedulingIgnoredDuringExecution"].elements()) {
      if (crosses(term)) return true;
    }
    for (const Value& term : affinity["preferredDuringSchedulingIgnoredDuringExecution"].elements()) {
      if (crosses(term["podAffinityTerm"])) return true;
    }
  }
  return false;
}

struct Scope {
  std::string_view name;
  bool (*matches)(const Value& spec);
};
constexpr Scope kScopeTable[] = {
    {"BestEffort", IsBestEffort},
    {"NotBestEffort", [](const Value& spec) { return !IsBestEffort(spec); }},
    {"Terminating", [](const Value& spec) { return spec.Has("activeDeadlineSeconds"); }},
    {"NotTerminating", [](const Value& spec) { return !spec.Has("activeDeadlineSeconds"); }},
    {"CrossNamespacePodAffinity", SeesOtherNamespaces},
    {"PriorityClass", [](const Value& spec) { return !spec[words::kPriorityClassName].empty(); }},
};

bool MatchesScope(std::string_view name, const Value& spec) {
  const Scope* row = std::ranges::find(kScopeTable, name, &Scope::name);
  return row != std::end(kScopeTable) && row->matches(spec);
}

bool MatchesExpression(const Value& expression, const Value& spec) {
  const std::string_view scope = expression["scopeName"].AsString();
  const std::string_view op = expression["operator"].AsString();
  if (scope != "PriorityClass") return MatchesScope(scope, spec);
  const Value& name = spec[words::kPriorityClassName];
  const std::span<const Value> values = expression["values"].elements();
  const bool listed = std::ranges::find(values, name) != values.end();
  if (op == "In") return !name.empty() && listed;
  if (op == "NotIn") return !listed;
  return (op == "Exists") == !name.empty();
}

bool IsAbout(const Value& quota, const Exchange& exchange, const Value& spec) {
  const Value& scopes = quota[names::kSpec][kScopes];
  const Value& expressions = quota[names::kSpec]["scopeSelector"]["matchExpressions"];
  if (scopes.empty() && expressions.empty()) return true;
  if (!exchange.strategy().graceful) return false;
  for (const Value& scope : scopes.elements()) {
    if (!MatchesScope(scope.AsString(), spec)) return false;
  }
  for (const Value& expression : expressions.elements()) {
    if (!MatchesExpression(expression, spec)) return false;
  }
  return true;
}

// ---- Texts.

std::string Pretty(const Usage& usage, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text.append(text.empty() ? "" : ",").append(name).append("=");
    const auto found = usage.find(name);
    text.append(found == usage.end() ? "0" : found->second.ToString());
  }
  return text;
}

// "must specify requests.cpu for: c,d; limits.cpu for: c"; empty when every container says enough.
std::string WhatIsMissing(const Value& spec, const Usage& hard) {
  std::map<std::string, std::set<std::string>> missing;
  for (const Name list : {words::kContainers, words::kInitContainers}) {
    for (const Value& container : spec[list].elements()) {
      ResourceTotals requests;
      ResourceTotals limits;
      const Value& resources = container[words::kResources];
      for (const Field& f : resources[words::kRequests].fields()) requests.Add(f.key.view(), Quantity::Of(f.value));
      for (const Field& f : resources[words::kLimits].fields()) limits.Add(f.key.view(), Quantity::Of(f.value));
      const Usage usage = ComputeUsage(requests, limits);
      for (const std::string_view name : kMustBeGiven) {
        if (!hard.contains(name) || usage.contains(name)) continue;
        missing[std::string(name)].emplace(container[names::kName].AsString());
      }
    }
  }
  std::string text;
  for (const auto& [name, containers] : missing) {
    text.append(text.empty() ? "must specify " : "; ").append(name).append(" for: ");
    bool first = true;
    for (const std::string& container : containers) {
      text.append(first ? "" : ",").append(container);
      first = false;
    }
  }
  return text;
}

Usage AmountsOf(const Value& map) {
  Usage usage;
  for (const Field& f : map.fields()) usage.emplace(f.key.view(), Quantity::Of(f.value));
  return usage;
}

void Spend(Exchange& exchange, const ResourceInfo& quotas, const Object& quota, const Usage& used) {
  if (exchange.request.dry_run) return;
  Value amounts = quota.status()[kUsed];
  for (const auto& [name, amount] : used) amounts = amounts.Set(std::string_view(name), Value(amount.ToString()));
  const Value changed = WithFields(quota.value(), {{names::kStatus, quota.status().Set(kUsed, amounts)}});
  Store& store = exchange.state.store;
  store.Replace(quotas, WithRevision(Object(changed), store.next()), quota);
}

}  // namespace

Status ChargeQuotas(Exchange& exchange, const Value& object, const Object& stored) {
  const ResourceInfo* quotas = exchange.state.others.quotas;
  if (quotas == nullptr || !exchange.resource().namespaced) return {};
  std::vector<Object> found;
  ForEachInNamespace(exchange, quotas, [&found](const Object& quota) {
    found.push_back(quota);
    return true;
  });
  if (found.empty()) return {};
  const Value& spec = object[names::kSpec];
  Usage delta = UsageOf(exchange.resource(), object);
  if (stored) {
    for (const auto& [name, amount] : UsageOf(exchange.resource(), stored.value())) delta[name] -= amount;
  }
  std::erase_if(delta, [](const auto& entry) { return entry.second.is_zero(); });
  if (delta.empty()) return {};
  std::vector<std::pair<Object, Usage>> bills;
  for (const Object& quota : found) {
    const Usage hard = AmountsOf(quota.status()[kHard]);
    if (!IsAbout(quota.value(), exchange, spec)) continue;
    const std::string missing = exchange.strategy().graceful && !stored ? WhatIsMissing(spec, hard) : "";
    const std::string name(quota.name().view());
    if (!missing.empty()) return RefusedByAdmission(exchange, object, "failed quota: " + name + ": " + missing);
    const Usage used = AmountsOf(quota.status()[kUsed]);
    Usage after;
    std::vector<std::string> exceeded;
    std::vector<std::string> unknown;
    for (const auto& [resource, amount] : delta) {
      const auto limit = hard.find(resource);
      if (limit == hard.end()) continue;
      const auto before = used.find(resource);
      if (before == used.end()) {
        unknown.push_back(resource);
        continue;
      }
      after[resource] = before->second + amount;
      if (after[resource] > limit->second) exceeded.push_back(resource);
    }
    if (!unknown.empty()) {
      std::string list;
      for (const std::string& resource : unknown) list.append(list.empty() ? "" : ",").append(resource);
      return RefusedByAdmission(exchange, object, "status unknown for quota: " + name + ", resources: " + list);
    }
    if (!exceeded.empty()) {
      return RefusedByAdmission(exchange, object,
                                "exceeded quota: " + name + ", requested: " + Pretty(delta, exceeded) +
                                    ", used: " + Pretty(used, exceeded) + ", limited: " + Pretty(hard, exceeded));
    }
    if (!after.empty()) bills.emplace_back(quota, std::move(after));
  }
  for (const auto& [quota, used] : bills) Spend(exchange, *quotas, quota, used);
  return {};
}

}  // namespace wavetank::sim
