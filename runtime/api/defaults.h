// The defaulting rules as data (API-720..741), and the few that no row can say. Internal to ApplyDefaults.
//
// A row says: in a struct of `type`, a field that is not set gets a value. `under` narrows it to structs that stand in
// that field of `type`: Kubernetes defaults some PodSpecs of a Pod otherwise than those of a template.
#pragma once

#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::defaults {

// A struct being defaulted: reads see earlier changes, and all changes make one new node at the end.
class Edit {
 public:
  Edit(const TypeInfo& type, const Value& base) : type_(type), base_(base) {}
  const Value& Get(Name field) const;
  // Absent, null, or the zero value of a field that is no pointer.
  bool Unset(Name field) const;
  // Has it no field but this one?
  bool OnlyHas(Name field) const;
  // Nothing happens when the field has that very value.
  void Set(Name field, Value value);
  void Remove(Name field) { Set(field, Value()); }
  bool changed() const { return !changes_.empty(); }
  Value Finish();

 private:
  const TypeInfo& type_;
  const Value& base_;
  std::vector<std::pair<Name, Value>> changes_;  // null: removed
};

using Function = void (*)(Edit&);

enum class Form : uint8_t {
  kValue,    // `text` is JSON
  kCopy,     // of the field named `text`, if that is set
  kRemove,   // the field goes
  kCompute,  // `function` does it
};

struct Rule {
  std::string_view type;   // "core.v1.Container"
  std::string_view under;  // empty: everywhere
  std::string_view field;
  Form form = Form::kValue;
  std::string_view text = {};
  // "type=NodePort|LoadBalancer", "externalIPs" (is set), "!completions" (is not set); conditions are joined by commas.
  std::string_view when = {};
  Function function = nullptr;
};

std::span<const Rule> Rules();

// The irreducible ones.
void ImagePullPolicy(Edit& container);
void ImageVolumePullPolicy(Edit& volume);
void EmptyVolume(Edit& volume);
void RequestsFromLimits(Edit& pod_spec);
void PodRequests(Edit& pod_spec);
void HostPorts(Edit& pod_spec);
void TargetPort(Edit& service_port);
void ClientIpTimeout(Edit& service_spec);
void IngressIpMode(Edit& service);
void LabelsFromTemplate(Edit& object);
void SelectorFromTemplate(Edit& replication_controller);
void ContainerLimits(Edit& limit_range_item);
void NamespaceNameLabel(Edit& ns);
void PolicyTypes(Edit& network_policy_spec);
void ScalingRules(Edit& hpa_behavior);
void StoredVersions(Edit& crd);
void DefinitionNames(Edit& crd_names);

}  // namespace wavetank::defaults
