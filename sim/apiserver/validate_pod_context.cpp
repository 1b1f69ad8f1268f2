// A container against the Pod around it: volumes, claims, names, host ports (API-722).
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
const Name kHostPort("hostPort");
const Name kLifecycle("lifecycle");
const Name kPorts("ports");
const Name kResourceClaims("resourceClaims");
const Name kRestartPolicy("restartPolicy");
const Name kVolumeDevices("volumeDevices");
const Name kVolumeMounts("volumeMounts");
const Name kVolumes("volumes");

// A volume whose source is in order, by name; null when there is none.
const Value* UsableVolume(const Site& spec, const Value& name) {
  const FieldInfo* field = spec.type.Find("volumes");
  for (const Value& volume : spec.value[kVolumes].elements()) {
    if (!(volume[names::kName] == name)) continue;
    if (HasMark(volume, *field->type.element->type, kMarkValid)) return &volume;
    FieldErrors errors;
    ValidateTree(*field->type.element->type, volume.Set(names::kName, Value("a")), Path(), errors);
    return errors.empty() ? &volume : nullptr;
  }
  return nullptr;
}

void CheckVolumesOf(const Site& spec, const Value& container, const Path& path, FieldErrors& errors) {
  const Value& mounts = container[kVolumeMounts];
  for (size_t i = 0; i < mounts.size(); ++i) {
    const Value& name = mounts[i][names::kName];
    if (UsableVolume(spec, name) == nullptr) errors.NotFound(path / kVolumeMounts / i / names::kName, name);
  }
  const Value& devices = container[kVolumeDevices];
  for (size_t i = 0; i < devices.size(); ++i) {
    const Value& name = devices[i][names::kName];
    const Value* volume = UsableVolume(spec, name);
    if (volume == nullptr) {
      errors.NotFound(path / kVolumeDevices / i / names::kName, name);
    } else if ((*volume)["persistentVolumeClaim"].is_null() && (*volume)["ephemeral"].is_null()) {
      errors.Invalid(path / kVolumeDevices / i / names::kName, name,
                     "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
  }
}

void CheckClaimsOf(const Value& spec, const Value& container, const Path& path, FieldErrors& errors) {
  const Value& claims = container[words::kResources][kClaims];
  for (size_t i = 0; i < claims.size(); ++i) {
    const Value& name = claims[i][names::kName];
    const Path at(&path, words::kResources.view());
    if (name.empty()) {
      errors.Required(at / kClaims / i);
      continue;
    }
    for (size_t j = 0; j < i; ++j) {
      if (claims[j] == claims[i]) errors.Duplicate(at / kClaims / i, name);
    }
    if (Among(spec[kResourceClaims], names::kName, name)) continue;
    std::string names_text;
    for (const Value& claim : spec[kResourceClaims].elements()) {
      names_text.append(names_text.empty() ? ": " : ", ").append(claim[names::kName].AsString());
    }
    FieldError error = field::NotFound((at / kClaims / i).ToString(), name);
    error.body += ": must be one of the names in pod.spec.resourceClaims";
    error.body += names_text.empty() ? " which is empty" : names_text;
    errors.Add(std::move(error));
  }
}

void CheckSleep(const Value& spec, const Value& container, const Path& path, FieldErrors& errors) {
  const int64_t grace = spec[words::kTerminationGracePeriodSeconds].AsInt();
  for (const std::string_view hook : {"postStart", "preStop"}) {
    const Value& sleep = container[kLifecycle][hook]["sleep"];
    const int64_t seconds = sleep["seconds"].AsInt();
    if (sleep.is_null() || (seconds >= 0 && seconds <= grace)) continue;
    errors.Invalid(path / kLifecycle / hook / "sleep", Value(seconds),
                   "must be non-negative and less than terminationGracePeriodSeconds (" + std::to_string(grace) + ")");
  }
  if (!container[kLifecycle]["stopSignal"].is_null() && spec["os"].is_null()) {
    errors.Forbidden(path / kLifecycle / "stopSignal", "may not be set for containers with empty `spec.os.name`");
  }
}

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

void CheckResize(const Value& spec, const Value& container, const Path& path, FieldErrors& errors) {
  if (spec[kRestartPolicy] != "Never") return;
  for (const Value& policy : container["resizePolicy"].elements()) {
    if (policy[kRestartPolicy] == "NotRequired") continue;
    errors.Invalid(path / "resizePolicy", policy[kRestartPolicy],
                   "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
  }
}

bool Taken(const Value& spec, std::string_view list, size_t index, const Value& name) {
  for (const std::string_view other : {"containers", "initContainers", "ephemeralContainers"}) {
    const std::span<const Value> all = spec[other].elements();
    const size_t end = other == list ? index : all.size();
    for (size_t i = 0; i < end; ++i) {
      if (all[i][names::kName] == name) return true;
    }
    if (other == list) return false;  // later lists look at the earlier ones
  }
  return false;
}

}  // namespace

void InContext(const Site& site, const Rule& rule) {
  const Value& list = site.value[rule.words];
  const Path list_path(&site.path, rule.words);
  std::vector<std::string> host_ports;
  for (size_t i = 0; i < list.size(); ++i) {
    const Path at(&list_path, i);
    CheckVolumesOf(site, list[i], at, site.errors);
    CheckClaimsOf(site.value, list[i], at, site.errors);
    CheckResize(site.value, list[i], at, site.errors);
    const Value& name = list[i][names::kName];
    if (!name.empty() && Taken(site.value, rule.words, i, name)) site.errors.Duplicate(at / names::kName, name);
    CheckSleep(site.value, list[i], at, site.errors);
    if (rule.words == "initContainers") host_ports.clear();  // they run one by one
    CheckHostPorts(list[i], at, host_ports, site.errors);
  }
}

void InitContainers(const Site& site, const Rule&) {
  constexpr std::string_view kOfSidecars[] = {"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"};
  for (size_t i = 0; i < site.value.size(); ++i) {
    if (site.value[i][kRestartPolicy] == "Always") continue;
    for (const std::string_view name : kOfSidecars) {
      if (site.value[i][name].is_null()) continue;
      site.errors.Forbidden(site.path / i / name, "may not be set for init containers without restartPolicy=Always");
    }
    const Value& policies = site.value[i]["resizePolicy"];
    for (size_t j = 0; j < policies.size(); ++j) {
      if (policies[j][kRestartPolicy] != "RestartContainer") continue;
      site.errors.Invalid(site.path / i / "resizePolicy" / j / kRestartPolicy, policies[j][kRestartPolicy],
                          "must not be set to 'RestartContainer' for non-sidecar initContainers");
    }
  }
}

void EphemeralContainers(const Site& site, const Rule&) {
  constexpr std::string_view kNever[] = {"ports",          "resources",     "livenessProbe",
                                         "readinessProbe", "startupProbe",  "lifecycle",
                                         "resizePolicy",   "restartPolicy", "restartPolicyRules"};
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& container = site.value[i];
    const Value& target = container["targetContainerName"];
    const bool known = Among(site.parent[words::kContainers], names::kName, target) ||
                       Among(site.parent[words::kInitContainers], names::kName, target);
    if (!target.empty() && !known) site.errors.NotFound(site.path / i / "targetContainerName", target);
    for (const std::string_view name : kNever) {
      if (container[name].empty() && !container[name].is_number()) continue;
      site.errors.Forbidden(site.path / i / name, "cannot be set for an Ephemeral Container");
    }
    for (size_t j = 0; j < container[kVolumeMounts].size(); ++j) {
      for (const std::string_view name : {"subPath", "subPathExpr"}) {
        if (container[kVolumeMounts][j][name].empty()) continue;
        site.errors.Forbidden(site.path / i / kVolumeMounts / j / name, "cannot be set for an Ephemeral Container");
      }
    }
  }
}

}  // namespace wavetank::sim
