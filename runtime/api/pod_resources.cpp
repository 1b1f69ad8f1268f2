#include "runtime/api/pod_resources.h"

#include <algorithm>

#include "runtime/api/names.h"

namespace wavetank {
namespace {

const Name kContainers("containers");
const Name kInitContainers("initContainers");
const Name kLimits("limits");
const Name kOverhead("overhead");
const Name kRequests("requests");
const Name kResources("resources");
const Name kRestartPolicy("restartPolicy");

void AddAll(const Value& list, ResourceTotals& totals) {
  for (const Field& f : list.fields()) totals.Add(f.key.view(), Quantity::Of(f.value));
}

// What a Pod may say of itself.
bool IsOfPods(std::string_view name) { return name == "cpu" || name == "memory" || name.starts_with("hugepages-"); }

// Requests and limits of cpu and memory, as far as they matter for the QoS class.
struct Amounts {
  bool any = false;        // some request or limit that is not zero
  bool guaranteed = true;  // limits for both, and requests equal to them
};

bool IsZero(const Value& quantity) { return quantity.is_null() || quantity == "0"; }

void Look(const Value& container, Amounts& amounts) {
  static const Name kCpu("cpu");
  static const Name kMemory("memory");
  const Value& resources = container[kResources];
  for (const Name name : {kCpu, kMemory}) {
    const Value& request = resources[kRequests][name];
    const Value& limit = resources[kLimits][name];
    if (!IsZero(request) || !IsZero(limit)) amounts.any = true;
    if (IsZero(limit) || (!request.is_null() && !(request == limit))) amounts.guaranteed = false;
  }
}

}  // namespace

const Quantity* ResourceTotals::Find(std::string_view name) const {
  for (const auto& [key, amount] : entries) {
    if (key == name) return &amount;
  }
  return nullptr;
}

void ResourceTotals::Add(std::string_view name, const Quantity& amount) {
  for (auto& [key, sum] : entries) {
    if (key == name) {
      sum += amount;
      return;
    }
  }
  const auto place = std::ranges::find_if(entries, [name](const auto& e) { return e.first > name; });
  entries.emplace(place, std::string(name), amount);
}

void ResourceTotals::Raise(std::string_view name, const Quantity& amount) {
  for (auto& [key, most] : entries) {
    if (key == name) {
      if (most < amount) most = amount;
      return;
    }
  }
  Add(name, amount);
}

ResourceTotals ContainerTotals(const Value& spec, std::string_view field) {
  ResourceTotals sum;
  const auto add = [field](ResourceTotals& to, const Value& container) { AddAll(container[kResources][field], to); };
  for (const Value& container : spec[kContainers].elements()) add(sum, container);
  ResourceTotals sidecars;
  ResourceTotals starting;
  for (const Value& container : spec[kInitContainers].elements()) {
    if (container[kRestartPolicy] == "Always") {
      add(sum, container);
      add(sidecars, container);
    }
    ResourceTotals now = sidecars;
    if (container[kRestartPolicy] != "Always") add(now, container);
    for (const auto& [name, amount] : now.entries) starting.Raise(name, amount);
  }
  for (const auto& [name, amount] : starting.entries) sum.Raise(name, amount);
  return sum;
}

ResourceTotals PodTotals(const Value& spec, std::string_view field) {
  ResourceTotals sum = ContainerTotals(spec, field);
  const Value& own = spec[kResources][field];
  std::erase_if(sum.entries, [&own](const auto& entry) { return IsOfPods(entry.first) && own.Has(entry.first); });
  for (const Field& f : own.fields()) {
    if (IsOfPods(f.key.view())) sum.Add(f.key.view(), Quantity::Of(f.value));
  }
  // A limit that nobody has set is not made one by what the runtime needs.
  for (const Field& f : spec[kOverhead].fields()) {
    if (field == "requests" || sum.Find(f.key.view()) != nullptr) sum.Add(f.key.view(), Quantity::Of(f.value));
  }
  return sum;
}

std::string_view QosClassOf(const Value& spec) {
  Amounts amounts;
  // What the Pod says of itself counts in place of what its containers say.
  if (spec.Has(kResources)) {
    Look(spec, amounts);
  } else {
    for (const Value& container : spec[kContainers].elements()) Look(container, amounts);
    for (const Value& container : spec[kInitContainers].elements()) Look(container, amounts);
  }
  if (!amounts.any) return "BestEffort";
  return amounts.guaranteed ? "Guaranteed" : "Burstable";
}

}  // namespace wavetank
