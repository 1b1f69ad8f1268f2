// Admission that looks at other objects of the cluster (priorities are in admission.h): limit ranges, quotas, classes.
//
// The first half changes an object before it is prepared; the second judges what passed validation (API-121).
#pragma once

#include "sim/apiserver/exchange.h"

namespace wavetank::sim {

// ---- Before: what the cluster's objects add to a new one.

// Requests and limits that a LimitRange gives to containers without (the LimitRanger plugin).
Value ApplyLimitDefaults(const Exchange& exchange, Value pod);
// Overhead, node selector and tolerations of the Pod's RuntimeClass.
Result<Value> ApplyRuntimeClass(const Exchange& exchange, Value pod);
// The default class of a claim or an Ingress.
Value ApplyDefaultClass(const Exchange& exchange, Value object);

// ---- After: 403 for what the cluster's objects do not allow. `stored`: null for a new object.
Status JudgeLimits(const Exchange& exchange, const Value& object, const Object& stored);
// Only one PriorityClass is the default.
Status JudgePriorityClass(const Exchange& exchange, const Value& object);
// A bound claim grows only when its class says so.
Status JudgeResize(const Exchange& exchange, const Value& object, const Object& stored);
// Charges the quotas of the namespace: their status is written, unless the request is a dry run.
Status ChargeQuotas(Exchange& exchange, const Value& object, const Object& stored);

// All of the second half.
Status JudgeAgainstCluster(Exchange& exchange, const Value& object, const Object& stored);

// 403 in the words of an admission plugin.
Status RefusedByAdmission(const Exchange& exchange, const Value& object, std::string_view why);

// The objects of a resource in the request's namespace, by name. `visit` gets const Object& and returns whether to go on.
template <typename Visit>
void ForEachInNamespace(const Exchange& exchange, const ResourceInfo* resource, Visit&& visit) {
  if (resource == nullptr) return;
  const std::string_view ns = exchange.request.ns.view();
  const KeyView from(ns, "");
  exchange.state.store.tables().Of(*resource).ForEach(
      &from, [&](const Object& object) { return object.ns().view() == ns && visit(object); });
}

}  // namespace wavetank::sim
