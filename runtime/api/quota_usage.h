// What an object costs the ResourceQuotas of its namespace, and which quotas are about it: one set of rules for who refuses
// (admission) and for who counts anew (the quota controller).
//
//   QuotaUsage used = QuotaUsageOf(resource, object);        // {"pods": 1, "count/pods": 1, "requests.cpu": 100m, "cpu": ...}
//   if (QuotaIsAbout(quota.spec(), resource, object)) ...
//
// Pure functions of objects as the server stores them. O(size of the object).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/api/pod_resources.h"
#include "runtime/api/registry.h"

namespace wavetank {

// By the names that spec.hard has.
using QuotaUsage = std::map<std::string, Quantity, std::less<>>;

// A pod that has finished costs its number in "count/pods" only.
QuotaUsage QuotaUsageOf(const ResourceInfo& resource, const Value& object);
// The part of it that comes from what a container, or a whole Pod, asks for.
QuotaUsage QuotaComputeUsage(const ResourceTotals& requests, const ResourceTotals& limits);

// Scopes and the scope selector. A quota with either is about Pods only.
bool QuotaIsAbout(const Value& quota_spec, const ResourceInfo& resource, const Value& object);

// Whether its number can be limited under the resource's plain name, too ("secrets" beside "count/secrets").
bool HasPlainQuotaName(const ResourceInfo& resource);
// Whether objects of the resource can cost anything of this limit.
bool QuotaLimitIsOf(std::string_view limit, const ResourceInfo& resource);

}  // namespace wavetank
