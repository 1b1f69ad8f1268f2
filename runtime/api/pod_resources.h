// What a Pod asks of its node and of its namespace: sums over its containers, as the scheduler, admission, quotas and the
// kubelet all count them (upstream keeps these sums in one place, too: k8s.io/component-helpers/resource).
//
//   const ResourceTotals requests = PodTotals(pod.spec(), "requests");
//   const Quantity* cpu = requests.Find("cpu");
//
// Pure functions of a spec as the server stores it (quantities in their canonical form); O(containers * resources).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/api/quantity.h"
#include "runtime/value/value.h"

namespace wavetank {

struct ResourceTotals {
  std::vector<std::pair<std::string, Quantity>> entries;  // by name
  // Null: nothing was said of it.
  const Quantity* Find(std::string_view name) const;
  void Add(std::string_view name, const Quantity& amount);
  // The larger of the two.
  void Raise(std::string_view name, const Quantity& amount);
};

// `field`: "requests" or "limits". The containers together, or one init container when that is more; sidecars (init containers
// that restart for ever) count with both.
ResourceTotals ContainerTotals(const Value& spec, std::string_view field);
// The same, with what the Pod says of itself in place of what its containers say, and what its runtime needs on top.
ResourceTotals PodTotals(const Value& spec, std::string_view field);

// "Guaranteed", "Burstable" or "BestEffort" (API-721).
std::string_view QosClassOf(const Value& spec);

}  // namespace wavetank
