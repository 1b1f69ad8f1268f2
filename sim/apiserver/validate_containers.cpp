// The three lists of containers of a Pod's spec (API-722). What all containers have in common are the rules of their type
// (validate_container.cpp); here is what depends on the list, and what those rules ask about the spec.
#include <algorithm>
#include <string>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_pod.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kClaims("claims");
const Name kEnv("env");
const Name kHostPort("hostPort");
const Name kLifecycle("lifecycle");
const Name kPorts("ports");
const Name kResizePolicy("resizePolicy");
const Name kResourceClaims("resourceClaims");
const Name kRestartPolicy("restartPolicy");
const Name kRestartPolicyRules("restartPolicyRules");
const Name kSecurityContext("securityContext");
const Name kSleep("sleep");
const Name kVolumeDevices("volumeDevices");
const Name kVolumeMounts("volumeMounts");
const Name kVolumes("volumes");

// ---- Whether the spec around it has what a container asks for: the rules that look at `around` find nothing.

bool VolumesFit(const Site& around, const Value& container) {
  for (const Value& mount : container[kVolumeMounts].elements()) {
    if (UsableVolume(around, mount[names::kName]) == nullptr) return false;
  }
  for (const Value& device : container[kVolumeDevices].elements()) {
    const Value* volume = UsableVolume(around, device[names::kName]);
    if (volume == nullptr || !IsOfClaim(*volume)) return false;
  }
  for (const Value& variable : container[kEnv].elements()) {
    const Value& file = variable["valueFrom"]["fileKeyRef"];
    if (!file.is_null() && !HasVolume(around.parent, file["volumeName"])) return false;
  }
  return true;
}

bool Fits(const Site& around, const Value& container) {
  const Value& spec = around.parent;
  if (!VolumesFit(around, container) || !container[words::kResources][kClaims].empty()) return false;
  for (const std::string_view hook : {"postStart", "preStop"}) {
    const Value& sleep = container[kLifecycle][hook][kSleep];
    if (!sleep.is_null() && !SleepsInTime(spec, sleep)) return false;
  }
  if (spec[kRestartPolicy] == "Never" && !container[kResizePolicy].empty()) return false;
  return HasOwnUsers(spec, container[kSecurityContext]["procMount"]);
}

// ---- Parts of a container that not every list allows.

void ValidateField(const TypeInfo& type, const Value& container, std::string_view name, const Path& at,
                   FieldErrors& errors) {
  const Value& value = container[name];
  if (value.is_null()) return;
  const FieldInfo* field = type.Find(name);
  const Path path(&at, name);
  ValidateBelow(Site{type, field, &field->type, container, value, at, path, errors});
}

void CheckHooksAndProbes(const TypeInfo& type, const Value& container, const Path& at, FieldErrors& errors) {
  ValidateField(type, container, "lifecycle", at, errors);
  const auto once = [&](std::string_view name) {
    const Value& threshold = container[name]["successThreshold"];
    if (!container[name].is_null() && threshold.AsInt() != 1) {
      errors.Invalid(at / name / "successThreshold", threshold, "must be 1");
    }
  };
  ValidateField(type, container, "livenessProbe", at, errors);
  once("livenessProbe");
  ValidateField(type, container, "readinessProbe", at, errors);
  if (const Value& grace = container["readinessProbe"][words::kTerminationGracePeriodSeconds]; !grace.is_null()) {
    errors.Invalid(at / "readinessProbe" / words::kTerminationGracePeriodSeconds, grace,
                   "must not be set for readinessProbes");
  }
  ValidateField(type, container, "startupProbe", at, errors);
  once("startupProbe");
}

// False: there are rules without a policy.
bool CheckRestartPolicy(const Value& container, const Path& at, FieldErrors& errors) {
  constexpr std::string_view kPolicies = "Always,Never,OnFailure";
  const Value& policy = container[kRestartPolicy];
  if (policy.is_null()) {
    if (container[kRestartPolicyRules].empty()) return true;
    errors.Required(at / kRestartPolicy, "must specify restartPolicy when restart rules are used");
    return false;
  }
  if (!HasWord(kPolicies, policy.AsString())) errors.NotSupported(at / kRestartPolicy, policy, kPolicies);
  return true;
}

void CheckRestartRules(const TypeInfo& type, const Value& container, const Path& at, FieldErrors& errors) {
  constexpr size_t kMost = 20;
  const Value& rules = container[kRestartPolicyRules];
  if (rules.size() > kMost) {
    errors.Add(field::TooMany((at / kRestartPolicyRules).ToString(), static_cast<int64_t>(rules.size()), kMost));
  }
  ValidateField(type, container, "restartPolicyRules", at, errors);
}

// ---- Across containers.

// Host ports that meet; `used` holds "TCP//80".
void CheckHostPorts(const Value& container, const Path& path, std::vector<std::string>& used, FieldErrors& errors) {
  const Value& ports = container[kPorts];
  for (size_t i = 0; i < ports.size(); ++i) {
    const int64_t port = ports[i][kHostPort].AsInt();
    if (port == 0) continue;
    std::string text(ports[i]["protocol"].AsString());
    text.append("/").append(ports[i]["hostIP"].AsString()).append("/").append(std::to_string(port));
    if (std::ranges::find(used, text) != used.end()) errors.Duplicate(path / kPorts / i / kHostPort, Value(text));
    used.push_back(std::move(text));
  }
}

bool Taken(const Value& spec, std::string_view list, size_t index, const Value& name) {
  for (const std::string_view other : {"containers", "initContainers", "ephemeralContainers"}) {
    const std::span<const Value> all = spec[other].elements();
    const size_t end = other == list ? index : all.size();
    // A container without a name takes that of another one, an init container does not.
    for (size_t i = 0; i < end; ++i) {
      if (TextOf(all[i][names::kName]) == name && !(name.empty() && other == "initContainers")) return true;
    }
    if (other == list) return false;  // later lists look at the earlier ones
  }
  return false;
}

// Judges what every container has, within the spec around it.
class InSpec {
 public:
  explicit InSpec(const Site& site) : site_(site), type_(*site.ref->element->type) { site.errors.around = &site; }
  ~InSpec() {
    site_.errors.around = nullptr;
    site_.errors.look_again = false;
  }
  InSpec(const InSpec&) = delete;
  InSpec& operator=(const InSpec&) = delete;

  const TypeInfo& type() const { return type_; }
  void Judge(size_t index, const Path& at) {
    const Value& container = site_.value[index];
    site_.errors.look_again = !Fits(site_, container);
    ValidateTree(type_, container, at, site_.errors);
  }
  void CheckName(size_t index, const Path& at) {
    const Value name = TextOf(site_.value[index][names::kName]);
    if (Taken(site_.parent, site_.field->name.view(), index, name)) {
      site_.errors.Duplicate(at / names::kName, name);
    }
  }

 private:
  const Site& site_;
  const TypeInfo& type_;
};

}  // namespace

const Value* UsableVolume(const Site& around, const Value& name) {
  const TypeInfo& type = *around.type.Find("volumes")->type.element->type;
  for (const Value& volume : around.parent[kVolumes].elements()) {
    // The spec's volumes were judged before its containers.
    if (volume[names::kName] == name && HasMark(volume, type, kMarkValid)) return &volume;
  }
  return nullptr;
}

void ForEachContainer(const Value& spec, const Path& path,
                      const std::function<void(const Value&, const Path&)>& visit) {
  for (const std::string_view list : {"initContainers", "containers", "ephemeralContainers"}) {
    for (size_t i = 0; i < spec[list].size(); ++i) visit(spec[list][i], path / list / i);
  }
}

bool HasVolume(const Value& spec, const Value& name) { return Among(spec[kVolumes], names::kName, name); }

bool IsOfClaim(const Value& volume) {
  return !volume["persistentVolumeClaim"].is_null() || !volume["ephemeral"].is_null();
}

Value TextOf(const Value& value) { return value.is_null() ? Value("") : value; }

bool SleepsInTime(const Value& spec, const Value& sleep) {
  const int64_t seconds = sleep["seconds"].AsInt();
  return seconds >= 0 && seconds <= spec[words::kTerminationGracePeriodSeconds].AsInt();
}

bool HasOwnUsers(const Value& spec, const Value& proc_mount) {
  if (proc_mount != "Unmasked") return true;
  const Value& host_users = spec["hostUsers"];
  return host_users.is_bool() && !host_users.AsBool();
}

void CheckClaimNames(const Value& spec, const Value& resources, const Path& path, FieldErrors& errors) {
  const Value& claims = resources[kClaims];
  for (size_t i = 0; i < claims.size(); ++i) {
    const Value& name = claims[i][names::kName];
    const Value& request = claims[i]["request"];
    const Path at(&path, kClaims.view());
    if (name.empty()) {
      errors.Required(at / i);
      continue;
    }
    if (!request.empty()) AddAll(CheckDnsLabel(request.AsString()), at / i / "request", request, errors);
    for (size_t j = 0; j < i; ++j) {
      if (!(claims[j] == claims[i])) continue;
      const std::string of = request.empty() ? "" : "/" + std::string(request.AsString());
      errors.Duplicate(at / i, Value(std::string(name.AsString()) + of));
    }
    if (Among(spec[kResourceClaims], names::kName, name)) continue;
    std::string names_text;
    for (const Value& claim : spec[kResourceClaims].elements()) {
      if (claim[names::kName].empty()) continue;
      names_text.append(names_text.empty() ? ": " : ", ").append(claim[names::kName].AsString());
    }
    FieldError error = field::NotFound((at / i).ToString(), name);
    error.body += ": must be one of the names in pod.spec.resourceClaims";
    error.body += names_text.empty() ? " which is empty" : names_text;
    errors.Add(std::move(error));
  }
}

void Containers(const Site& site, const Rule&) {
  InSpec within(site);
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Path at(&site.path, i);
    within.Judge(i, at);
    within.CheckName(i, at);
    CheckHooksAndProbes(within.type(), site.value[i], at, site.errors);
    CheckRestartPolicy(site.value[i], at, site.errors);
    CheckRestartRules(within.type(), site.value[i], at, site.errors);
  }
  std::vector<std::string> host_ports;
  for (size_t i = 0; i < site.value.size(); ++i) CheckHostPorts(site.value[i], site.path / i, host_ports, site.errors);
}

// Those that end before the Pod's own start cannot be looked after; a sidecar can.
void InitContainers(const Site& site, const Rule&) {
  constexpr std::string_view kOfSidecars[] = {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"};
  InSpec within(site);
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& container = site.value[i];
    const Path at(&site.path, i);
    within.Judge(i, at);
    if (CheckRestartPolicy(container, at, site.errors)) CheckRestartRules(within.type(), container, at, site.errors);
    within.CheckName(i, at);
    std::vector<std::string> host_ports;  // they run one by one
    CheckHostPorts(container, at, host_ports, site.errors);
    if (container[kRestartPolicy] == "Always") {
      CheckHooksAndProbes(within.type(), container, at, site.errors);
      continue;
    }
    for (const std::string_view name : kOfSidecars) {
      if (container[name].is_null()) continue;
      site.errors.Forbidden(at / name, "may not be set for init containers without restartPolicy=Always");
    }
    const Value& policies = container[kResizePolicy];
    for (size_t j = 0; j < policies.size(); ++j) {
      if (policies[j][kRestartPolicy] != "RestartContainer") continue;
      site.errors.Invalid(at / kResizePolicy / j / kRestartPolicy, policies[j][kRestartPolicy],
                          "must not be set to 'RestartContainer' for non-sidecar initContainers");
    }
  }
}

void EphemeralContainers(const Site& site, const Rule&) {
  constexpr std::string_view kNever[] = {"ports",          "resources",          "resizePolicy",
                                         "restartPolicy",  "restartPolicyRules", "livenessProbe",
                                         "readinessProbe", "startupProbe",       "lifecycle"};
  InSpec within(site);
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& container = site.value[i];
    const Path at(&site.path, i);
    within.Judge(i, at);
    within.CheckName(i, at);
    const Value& target = container["targetContainerName"];
    const bool known = Among(site.parent[words::kContainers], names::kName, target) ||
                       Among(site.parent[words::kInitContainers], names::kName, target);
    if (!target.empty() && !known) site.errors.NotFound(at / "targetContainerName", target);
    for (const std::string_view name : kNever) {
      const Value& value = container[name];
      if (value.is_null() || (name == "resources" && value.empty())) continue;
      site.errors.Forbidden(at / name, "cannot be set for an Ephemeral Container");
    }
    for (size_t j = 0; j < container[kVolumeMounts].size(); ++j) {
      for (const std::string_view name : {"subPath", "subPathExpr"}) {
        if (container[kVolumeMounts][j][name].empty()) continue;
        site.errors.Forbidden(at / kVolumeMounts / j / name, "cannot be set for an Ephemeral Container");
      }
    }
  }
}

}  // namespace wavetank::sim
