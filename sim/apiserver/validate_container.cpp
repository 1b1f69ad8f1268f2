// Containers: ports, environment, mounts, probes, security (API-722).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_pod.h"
#include "sim/apiserver/validate_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kDevicePath("devicePath");
const Name kMountPath("mountPath");
const Name kSubPath("subPath");
const Name kSubPathExpr("subPathExpr");
const Name kVolumeDevices("volumeDevices");

// ---- Ports and mounts.

void PortNames(const Site& site, const Rule&) {
  const Value& ports = site.value;
  for (size_t i = 1; i < ports.size(); ++i) {
    const Value& name = ports[i][names::kName];
    if (name.empty() || !CheckPortName(name.AsString()).empty()) continue;
    for (size_t j = 0; j < i; ++j) {
      if (!(ports[j][names::kName] == name)) continue;
      site.errors.Duplicate(site.path / i / names::kName, name);
      break;
    }
  }
}

void MountPropagation(const Value& mount, const Value& container, const Path& path, FieldErrors& errors) {
  const Value& mode = mount["mountPropagation"];
  if (mode.is_null()) return;
  constexpr std::string_view kModes = "Bidirectional,HostToContainer,None";
  if (!HasWord(kModes, mode.AsString())) errors.NotSupported(path, mode, kModes);
  if (mode == "Bidirectional" && !container["securityContext"]["privileged"].AsBool()) {
    errors.Forbidden(path, "Bidirectional mount propagation is available only to privileged containers");
  }
}

void RecursiveReadOnly(const Value& mount, const Path& path, FieldErrors& errors) {
  const Value& mode = mount["recursiveReadOnly"];
  if (mode.is_null() || mode == "Disabled") return;
  if (mode != "Enabled" && mode != "IfPossible") return errors.NotSupported(path, mode, "Disabled,Enabled,IfPossible");
  if (!mount["readOnly"].AsBool()) errors.Forbidden(path, "may only be specified when readOnly is true");
  if (!mount["mountPropagation"].is_null() && mount["mountPropagation"] != "None") {
    errors.Forbidden(path, "may only be specified when mountPropagation is None or not specified");
  }
}

bool UsedBefore(const Value& list, size_t index, Name field) {
  for (size_t i = 0; i < index; ++i) {
    if (list[i][field] == list[index][field]) return true;
  }
  return false;
}

// Some errors of a mount name the list and not the element, as in the real server.
void Mounts(const Site& site, const Rule&) {
  const Site* around = site.errors.around;
  const Value& devices = site.parent[kVolumeDevices];
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& mount = site.value[i];
    const Value& where = mount[kMountPath];
    const Path at(&site.path, i);
    if (mount[names::kName].empty()) site.errors.Required(at / names::kName);
    if (around != nullptr && UsableVolume(*around, mount[names::kName]) == nullptr) {
      site.errors.NotFound(at / names::kName, TextOf(mount[names::kName]));
    }
    if (where.empty()) site.errors.Required(at / kMountPath);
    if (UsedBefore(site.value, i, kMountPath)) site.errors.Invalid(at / kMountPath, where, "must be unique");
    if (Among(devices, names::kName, mount[names::kName])) {
      site.errors.Invalid(at / names::kName, mount[names::kName], "must not already exist in volumeDevices");
    }
    if (Among(devices, kDevicePath, where)) {
      site.errors.Invalid(at / kMountPath, where, "must not already exist as a path in volumeDevices");
    }
    CheckLocalPath(mount[kSubPath], site.path / kSubPath, site.errors);
    if (const Value& expression = mount[kSubPathExpr]; !expression.empty()) {
      if (!mount[kSubPath].empty()) {
        site.errors.Invalid(at / kSubPathExpr, expression, "subPathExpr and subPath are mutually exclusive");
      }
      CheckLocalPath(expression, site.path / kSubPathExpr, site.errors);
    }
    MountPropagation(mount, site.parent, site.path / "mountPropagation", site.errors);
    RecursiveReadOnly(mount, site.path / "recursiveReadOnly", site.errors);
  }
}

// A block device is made of a claim.
void CheckVolumeOfDevice(const Site* around, const Value& name, const Path& path, FieldErrors& errors) {
  if (around == nullptr) return;
  const Value* volume = UsableVolume(*around, name);
  if (volume == nullptr) {
    errors.NotFound(path, TextOf(name));
  } else if (!IsOfClaim(*volume)) {
    errors.Invalid(path, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
  }
}

void Devices(const Site& site, const Rule&) {
  const Value& mounts = site.parent["volumeMounts"];
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& name = site.value[i][names::kName];
    const Value& where = site.value[i][kDevicePath];
    const Path at(&site.path, i);
    if (name.empty()) site.errors.Required(at / names::kName);
    if (!name.empty() && UsedBefore(site.value, i, names::kName))
      site.errors.Invalid(at / names::kName, name, "must be unique");
    CheckVolumeOfDevice(site.errors.around, name, at / names::kName, site.errors);
    if (where.empty()) site.errors.Required(at / kDevicePath);
    if (!where.empty() && UsedBefore(site.value, i, kDevicePath))
      site.errors.Invalid(at / kDevicePath, where, "must be unique");
    if (HasBacksteps(where.AsString()))
      site.errors.Invalid(at / kDevicePath, where, "can not contain backsteps ('..')");
    if (Among(mounts, names::kName, name)) {
      site.errors.Invalid(at / names::kName, name, "must not already exist in volumeMounts");
    }
    if (Among(mounts, kMountPath, where)) {
      site.errors.Invalid(at / kDevicePath, where, "must not already exist as a path in volumeMounts");
    }
  }
}

void Requirements(const Site& site, const Rule&) {
  CheckRequirements(site.value[words::kLimits], site.value[words::kRequests], false, site.path, site.errors);
  if (site.errors.around != nullptr) CheckClaimNames(site.errors.around->parent, site.value, site.path, site.errors);
}

void ResizePolicies(const Site& site, const Rule&) {
  constexpr std::string_view kNames = "cpu,memory";
  constexpr std::string_view kPolicies = "NotRequired,RestartContainer";
  static const Name kResourceName("resourceName");
  const Site* around = site.errors.around;
  const bool never = around != nullptr && around->parent["restartPolicy"] == "Never";
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& name = site.value[i][kResourceName];
    const Value& policy = site.value[i]["restartPolicy"];
    if (UsedBefore(site.value, i, kResourceName)) site.errors.Duplicate(site.path / i, name);
    if (name.empty()) site.errors.Required(site.path);
    if (!name.empty() && !HasWord(kNames, name.AsString())) site.errors.NotSupported(site.path, name, kNames);
    if (policy.empty()) site.errors.Required(site.path);
    if (!policy.empty() && !HasWord(kPolicies, policy.AsString()))
      site.errors.NotSupported(site.path, policy, kPolicies);
    if (never && policy != "NotRequired") {
      site.errors.Invalid(site.path, TextOf(policy), "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

// ---- Probes and hooks.

// A hook that sleeps ends before the Pod has to.
void Sleep(const Site& site, const Rule&) {
  if (site.errors.around == nullptr || SleepsInTime(site.errors.around->parent, site.value)) return;
  const int64_t grace = site.errors.around->parent[words::kTerminationGracePeriodSeconds].AsInt();
  site.errors.Invalid(
      site.path, Value(site.value["seconds"].AsInt()),
      "must be non-negative and less than terminationGracePeriodSeconds (" + std::to_string(grace) + ")");
}

void HeaderNames(const Site& site, const Rule&) {
  for (const Value& header : site.value.elements()) {
    const Value& name = header[names::kName];
    AddAll(CheckHeaderName(name.AsString()), site.path, name.is_null() ? Value("") : name, site.errors);
  }
}

// ---- Security.

void Escalation(const Site& site, const Rule&) {
  const Value& allowed = site.value["allowPrivilegeEscalation"];
  if (!allowed.is_bool() || allowed.AsBool()) return;
  const auto complain = [&](std::string_view why) {
    site.errors.Add(field::InvalidText(site.path.ToString(), InternalText(site.type, site.value), why));
  };
  if (site.value["privileged"].AsBool())
    complain("cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
  for (const Value& capability : site.value["capabilities"]["add"].elements()) {
    if (capability == "CAP_SYS_ADMIN") {
      complain("cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
    }
  }
}

// /proc as it is needs users of its own.
void OwnUsers(const Site& site, const Rule&) {
  if (site.errors.around == nullptr || HasOwnUsers(site.errors.around->parent, site.value)) return;
  site.Invalid("`hostUsers` must be false to use `Unmasked`");
}

// A profile on the node, for a type that asks for one. words: how messages call the type.
void LocalProfile(const Site& site, const Rule& rule) {
  const Value& type = site.value[names::kType];
  const Value& profile = site.value["localhostProfile"];
  const Path at(&site.path, "localhostProfile");
  const std::string what(rule.words);
  if (type == "Localhost") {
    if (profile.is_null()) return site.errors.Required(at, "must be set when " + what + " type is Localhost");
    if (what == "seccomp") return CheckLocalPath(profile, at, site.errors);
    const std::string_view text = profile.AsString();
    if (text.empty()) {
      site.errors.Required(at, "must be set when " + what + " type is Localhost");
    } else if (text.front() == ' ' || text.back() == ' ') {
      site.errors.Invalid(at, profile, "must not be padded with whitespace");
    }
    if (text.size() > 4095) site.errors.Add(field::TooLong(at.ToString(), 4095));
  } else if (!profile.is_null() && (what == "seccomp" || HasWord("RuntimeDefault,Unconfined", type.AsString()))) {
    const std::string shown = what == "seccomp" ? InternalText(site.type, site.value) : FieldValueText(profile);
    site.errors.Add(field::InvalidText(at.ToString(), shown, "can only be set when " + what + " type is Localhost"));
  }
}

void ProfileType(const Site& site, const Rule& rule) {
  if (site.value.empty())
    return site.errors.Required(site.path, "type is required when " + std::string(rule.words) + " is set");
  EnumAlways(site, {"", nullptr, "Localhost,RuntimeDefault,Unconfined"});
}

constexpr std::string_view kPull = "Always,IfNotPresent,Never";

constexpr Rule kContainer[] = {
    {"name", Required},
    {"name", Label},
    {"image", Required},
    {"terminationMessagePolicy", EnumOrRequired, "File,FallbackToLogsOnError"},
    {"ports", Below},
    {"ports", PortNames},
    {"env", Below},
    {"envFrom", EnvFrom},
    {"envFrom", Skip},
    {"volumeMounts", Mounts},
    {"volumeDevices", Devices},
    {"imagePullPolicy", EnumOrRequired, kPull},
    {"resources", Below},
    {"resizePolicy", ResizePolicies},
    {"securityContext", Below},
    // What only some lists of containers may have: validate_containers.cpp.
    {"lifecycle", Skip},
    {"livenessProbe", Skip},
    {"readinessProbe", Skip},
    {"startupProbe", Skip},
    {"restartPolicyRules", Skip},
};
constexpr Rule kPort[] = {
    {"name", PortName},
    {"containerPort", Required},
    {"containerPort", PortNumber},
    {"hostPort", PortNumber},
    {"protocol", EnumOrRequired, "SCTP,TCP,UDP"},
};
constexpr Rule kRequirements[] = {{"", Requirements}};
constexpr Rule kRestartRule[] = {{"action", EnumAlways, "Restart,RestartAllContainers"},
                                 {"exitCodes", Present, "must be specified"},
                                 {"exitCodes", Below}};
constexpr Rule kExitCodes[] = {{"operator", EnumAlways, "In,NotIn"}, {"values", MaxItems, "", 0, 255}};

constexpr Rule kProbe[] = {
    {"", OneOf, "handler type:exec,httpGet,tcpSocket,grpc"},
    {"initialDelaySeconds", NonNegative},
    {"timeoutSeconds", NonNegative},
    {"periodSeconds", NonNegative},
    {"successThreshold", NonNegative},
    {"failureThreshold", NonNegative},
    {"terminationGracePeriodSeconds", AtLeast, "must be greater than 0", 1},
};
constexpr Rule kHandler[] = {{"", OneOf, "handler type:exec,httpGet,tcpSocket,sleep"}};
constexpr Rule kExec[] = {{"command", Required}};
constexpr Rule kHttpGet[] = {{"port", PortOrName}, {"scheme", EnumAlways, "HTTP,HTTPS"}, {"httpHeaders", HeaderNames}};
constexpr Rule kTcp[] = {{"port", PortOrName}};
constexpr Rule kSleep[] = {{"", Sleep}};

constexpr Rule kSecurity[] = {
    {"runAsUser", InRange, "", 0, INT32_MAX},
    {"runAsGroup", InRange, "", 0, INT32_MAX},
    {"procMount", Enum, "Default,Unmasked"},
    {"seccompProfile", Below},
    {"", Escalation},
    {"windowsOptions", Below},
    {"appArmorProfile", Below},
    {"procMount", OwnUsers},
};
constexpr Rule kSeccomp[] = {{"type", ProfileType, "seccompProfile"}, {"", LocalProfile, "seccomp"}};
constexpr Rule kAppArmor[] = {{"type", ProfileType, "appArmorProfile"}, {"", LocalProfile, "AppArmor"}};

constexpr TypeRules kTypes[] = {
    {"core.v1.Container", kContainer},
    {"core.v1.EphemeralContainer", kContainer},
    {"core.v1.ContainerPort", kPort},
    {"core.v1.ResourceRequirements", kRequirements},
    {"core.v1.ContainerRestartRule", kRestartRule},
    {"core.v1.ContainerRestartRuleOnExitCodes", kExitCodes},
    {"core.v1.Probe", kProbe},
    {"core.v1.LifecycleHandler", kHandler},
    {"core.v1.ExecAction", kExec},
    {"core.v1.HTTPGetAction", kHttpGet},
    {"core.v1.TCPSocketAction", kTcp},
    {"core.v1.SleepAction", kSleep},
    {"core.v1.GRPCAction", kTcp},
    {"core.v1.SecurityContext", kSecurity},
    {"core.v1.SeccompProfile", kSeccomp},
    {"core.v1.AppArmorProfile", kAppArmor},
};

}  // namespace

std::span<const TypeRules> ContainerRules() { return kTypes; }

}  // namespace wavetank::sim
