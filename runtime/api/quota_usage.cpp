#include "runtime/api/quota_usage.h"

#include <algorithm>
#include <span>

#include "runtime/api/names.h"

namespace wavetank {
namespace {

const Name kPriorityClassName("priorityClassName");
const Name kRequests("requests");
const Name kResources("resources");

constexpr std::string_view kCount = "count/";
constexpr std::string_view kOfClass = ".storageclass.storage.k8s.io/";
constexpr std::string_view kRequestedStorage = "requests.storage";

bool IsExtended(std::string_view name) { return name.find('/') != name.npos; }

// "cpu" is charged as "cpu" and "requests.cpu", its limit as "limits.cpu".
void AddCompute(QuotaUsage& usage, std::string_view name, const Quantity& amount, bool request) {
  const bool plain = name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.starts_with("hugepages-");
  if (!plain && !(request && IsExtended(name))) return;
  usage[std::string(request ? "requests." : "limits.").append(name)] += amount;
  if (request && plain) usage[std::string(name)] += amount;
}

// ---- What only some kinds cost.

bool HasFinished(const Value& pod) {
  const Value& phase = pod[names::kStatus][names::kPhase];
  return phase == "Succeeded" || phase == "Failed";
}

QuotaUsage PodUsage(const Value& pod) {
  if (HasFinished(pod)) return {};
  const Value& spec = pod[names::kSpec];
  return QuotaComputeUsage(PodTotals(spec, "requests"), PodTotals(spec, "limits"));
}

QuotaUsage ClaimUsage(const Value& claim) {
  const Value& spec = claim[names::kSpec];
  const Quantity size = Quantity::Of(spec[kResources][kRequests]["storage"]);
  QuotaUsage usage{{std::string(kRequestedStorage), size}};
  const std::string_view name = spec["storageClassName"].AsString();
  if (!name.empty()) {
    const std::string of_class = std::string(name).append(kOfClass);
    usage[of_class + std::string(kRequestedStorage)] = size;
    usage[of_class + "persistentvolumeclaims"] = Quantity::FromInt(1);
  }
  return usage;
}

QuotaUsage ServiceUsage(const Value& service) {
  const Value& spec = service[names::kSpec];
  const bool balanced = spec[names::kType] == "LoadBalancer";
  int64_t ports = spec[names::kType] == "NodePort" ? static_cast<int64_t>(spec["ports"].size()) : 0;
  if (balanced) {
    for (const Value& port : spec["ports"].elements()) ports += port["nodePort"].AsInt() != 0 ? 1 : 0;
    if (spec["allocateLoadBalancerNodePorts"].AsBool()) ports = static_cast<int64_t>(spec["ports"].size());
  }
  return {{"services.loadbalancers", Quantity::FromInt(balanced ? 1 : 0)},
          {"services.nodeports", Quantity::FromInt(ports)}};
}

bool IsClaims(std::string_view limit) { return limit == kRequestedStorage || limit.find(kOfClass) != limit.npos; }
bool IsServices(std::string_view limit) { return limit.starts_with("services."); }

// What pods are counted by, besides huge pages and the requests of what devices bring.
constexpr std::string_view kOfPods[] = {"cpu",          "memory",          "ephemeral-storage",
                                        "requests.cpu", "requests.memory", "requests.ephemeral-storage",
                                        "limits.cpu",   "limits.memory",   "limits.ephemeral-storage"};
bool IsPods(std::string_view limit) {
  constexpr std::string_view kRequested = "requests.";
  if (std::ranges::find(kOfPods, limit) != std::end(kOfPods) || limit.starts_with("hugepages-")) return true;
  if (!limit.starts_with(kRequested)) return false;
  limit.remove_prefix(kRequested.size());
  const size_t slash = limit.find('/');
  const bool native = slash == limit.npos || limit.substr(0, slash).ends_with("kubernetes.io");
  return limit.starts_with("hugepages-") || !native;
}

// Kinds of the core group whose number can be limited under their plain name, with what else they cost.
struct PlainKind {
  std::string_view plural;
  QuotaUsage (*more)(const Value& object) = nullptr;
  bool (*is_of)(std::string_view limit) = nullptr;  // a limit that `more` speaks of
};
constexpr PlainKind kPlainKinds[] = {
    {"configmaps"},
    {"persistentvolumeclaims", ClaimUsage, IsClaims},
    {"pods", PodUsage, IsPods},
    {"replicationcontrollers"},
    {"resourcequotas"},
    {"secrets"},
    {"services", ServiceUsage, IsServices},
};

const PlainKind* FindPlain(const ResourceInfo& resource) {
  if (!resource.gvr.group.view().empty()) return nullptr;
  const PlainKind* found = std::ranges::find(kPlainKinds, resource.gvr.resource.view(), &PlainKind::plural);
  return found == std::end(kPlainKinds) ? nullptr : found;
}

bool ArePods(const ResourceInfo& resource) {
  return resource.gvr.group.view().empty() && resource.gvr.resource.view() == "pods";
}

// "pods", "deployments.apps".
std::string CountedAs(const ResourceInfo& resource) {
  std::string name(resource.gvr.resource.view());
  if (!resource.gvr.group.view().empty()) name.append(".").append(resource.gvr.group.view());
  return name;
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
constexpr Scope kScopes[] = {
    {"BestEffort", IsBestEffort},
    {"NotBestEffort", [](const Value& spec) { return !IsBestEffort(spec); }},
    {"Terminating", [](const Value& spec) { return spec.Has("activeDeadlineSeconds"); }},
    {"NotTerminating", [](const Value& spec) { return !spec.Has("activeDeadlineSeconds"); }},
    {"CrossNamespacePodAffinity", SeesOtherNamespaces},
    {"PriorityClass", [](const Value& spec) { return !spec[kPriorityClassName].empty(); }},
};

bool MatchesScope(std::string_view name, const Value& spec) {
  const Scope* row = std::ranges::find(kScopes, name, &Scope::name);
  return row != std::end(kScopes) && row->matches(spec);
}

bool MatchesExpression(const Value& expression, const Value& spec) {
  const std::string_view scope = expression["scopeName"].AsString();
  const std::string_view op = expression["operator"].AsString();
  if (scope != "PriorityClass") return MatchesScope(scope, spec);
  const Value& name = spec[kPriorityClassName];
  const std::span<const Value> values = expression["values"].elements();
  const bool listed = std::ranges::find(values, name) != values.end();
  if (op == "In") return !name.empty() && listed;
  if (op == "NotIn") return !listed;
  return (op == "Exists") == !name.empty();
}

}  // namespace

QuotaUsage QuotaComputeUsage(const ResourceTotals& requests, const ResourceTotals& limits) {
  QuotaUsage usage;
  for (const auto& [name, amount] : requests.entries) AddCompute(usage, name, amount, true);
  for (const auto& [name, amount] : limits.entries) AddCompute(usage, name, amount, false);
  return usage;
}

QuotaUsage QuotaUsageOf(const ResourceInfo& resource, const Value& object) {
  const PlainKind* plain = FindPlain(resource);
  QuotaUsage usage;
  if (plain != nullptr && plain->more != nullptr) usage = plain->more(object);
  usage[std::string(kCount) + CountedAs(resource)] = Quantity::FromInt(1);
  const bool finished = ArePods(resource) && HasFinished(object);
  if (plain != nullptr && !finished) usage[std::string(plain->plural)] = Quantity::FromInt(1);
  return usage;
}

bool QuotaIsAbout(const Value& quota_spec, const ResourceInfo& resource, const Value& object) {
  const Value& scopes = quota_spec["scopes"];
  const Value& expressions = quota_spec["scopeSelector"]["matchExpressions"];
  if (scopes.empty() && expressions.empty()) return true;
  if (!ArePods(resource)) return false;
  const Value& spec = object[names::kSpec];
  const auto in_scope = [&spec](const Value& scope) { return MatchesScope(scope.AsString(), spec); };
  const auto selected = [&spec](const Value& expression) { return MatchesExpression(expression, spec); };
  return std::ranges::all_of(scopes.elements(), in_scope) && std::ranges::all_of(expressions.elements(), selected);
}

bool HasPlainQuotaName(const ResourceInfo& resource) { return FindPlain(resource) != nullptr; }

bool QuotaLimitIsOf(std::string_view limit, const ResourceInfo& resource) {
  if (limit.starts_with(kCount)) return limit.substr(kCount.size()) == CountedAs(resource);
  const PlainKind* plain = FindPlain(resource);
  if (plain == nullptr) return false;
  if (std::ranges::find(kPlainKinds, limit, &PlainKind::plural) != std::end(kPlainKinds)) return limit == plain->plural;
  return plain->is_of != nullptr && plain->is_of(limit);
}

}  // namespace wavetank
