// ResourceQuotas: whether a namespace can pay what an object costs (runtime/api/quota_usage.h).
#include <algorithm>
#include <map>
#include <set>

#include "runtime/api/names.h"
#include "runtime/api/quota_usage.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/metadata.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

using Usage = QuotaUsage;

const Name kHard("hard");
const Name kUsed("used");

// Resources that a container must name once a quota limits them.
constexpr std::string_view kMustBeGiven[] = {"cpu",    "limits.cpu",   "limits.memory",
                                             "memory", "requests.cpu", "requests.memory"};

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
      const Usage usage = QuotaComputeUsage(requests, limits);
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
  Usage delta = QuotaUsageOf(exchange.resource(), object);
  if (stored) {
    for (const auto& [name, amount] : QuotaUsageOf(exchange.resource(), stored.value())) delta[name] -= amount;
  }
  std::erase_if(delta, [](const auto& entry) { return entry.second.is_zero(); });
  if (delta.empty()) return {};
  std::vector<std::pair<Object, Usage>> bills;
  for (const Object& quota : found) {
    const Usage hard = AmountsOf(quota.status()[kHard]);
    if (!QuotaIsAbout(quota.spec(), exchange.resource(), object)) continue;
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
