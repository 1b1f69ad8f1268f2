// Containers: ports, environment, mounts, probes, security (API-722).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kDevicePath("devicePath");
const Name kFieldPath("fieldPath");
const Name kMountPath("mountPath");
const Name kResource("resource");
const Name kSubPath("subPath");
const Name kSubPathExpr("subPathExpr");
const Name kValueFrom("valueFrom");
const Name kVolumeDevices("volumeDevices");

constexpr std::string_view kPodFields =
    "metadata.name,metadata.namespace,metadata.uid,spec.nodeName,spec.serviceAccountName,status.hostIP,status.hostIPs,"
    "status.podIP,status.podIPs";
constexpr std::string_view kAllFields =
    "metadata.annotations,metadata.labels,metadata.name,metadata.namespace,metadata.uid,spec.nodeName,spec."
    "restartPolicy,"
    "spec.serviceAccountName,spec.schedulerName,status.phase,status.hostIP,status.hostIPs,status.podIP,status.podIPs,"
    "spec.host";
constexpr std::string_view kContainerResources =
    "limits.cpu,limits.ephemeral-storage,limits.memory,requests.cpu,requests.ephemeral-storage,requests.memory";
constexpr std::string_view kSizes = "1,1k,1M,1G,1T,1P,1E,1Ki,1Mi,1Gi,1Ti,1Pi,1Ei";

// ---- Environment.

// What a divisor may be, by the resource's last word.
struct DivisorRow {
  std::string_view suffix;
  std::string_view allowed;
  std::string_view text;
};
constexpr DivisorRow kDivisors[] = {
    {".cpu", "1m,1", "only divisor's values 1m and 1 are supported with the cpu resource"},
    {".memory", kSizes,
     "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory "
     "resource"},
    {".ephemeral-storage", kSizes,
     "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local "
     "ephemeral "
     "storage resource"},
};

bool IsHugePagesField(std::string_view name) {
  return name.starts_with("requests.hugepages-") || name.starts_with("limits.hugepages-");
}

constexpr std::string_view kSources[] = {"fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef",
                                         "fileKeyRef"};

void ValueFrom(const Site& site, const Rule&) {
  const Value& from = site.value;
  if (from.is_null()) return;
  size_t sources = 0;
  for (const std::string_view name : kSources) sources += from[name].is_null() ? 0 : 1;
  if (const Value& ref = from["fieldRef"]; !ref.is_null())
    CheckFieldRef(ref, kPodFields, site.path / "fieldRef", site.errors);
  if (const Value& ref = from["resourceFieldRef"]; !ref.is_null()) {
    CheckResourceFieldRef(ref, false, site.path / "resourceFieldRef", site.errors);
  }
  ValidateBelow(site);
  const auto complain = [&](std::string_view why) { site.errors.Invalid(site.path, Value(""), why); };
  if (sources == 0) {
    complain("must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
  } else if (!site.parent[words::kValue].empty()) {
    complain("may not be specified when `value` is not empty");
  } else if (sources > 1) {
    complain("may not have more than one field specified at a time");
  }
}

// Errors about the number of sources name the list, not the element.
void EnvFrom(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& source = site.value[i];
    AddAll(source["prefix"].empty() ? Complaints() : CheckEnvName(source["prefix"].AsString()),
           site.path / i / "prefix", source["prefix"], site.errors);
    size_t sources = 0;
    for (const std::string_view name : {"configMapRef", "secretRef"}) {
      if (source[name].is_null()) continue;
      ++sources;
      const Value& named = source[name][names::kName];
      const Path at(&site.path, i);
      if (named.empty()) {
        site.errors.Required(at / name / names::kName);
      } else {
        AddAll(CheckName(NameRule::kSubdomain, named.AsString(), true), at / name / names::kName, named, site.errors);
      }
    }
    const auto complain = [&](std::string_view why) { site.errors.Invalid(site.path, Value(""), why); };
    if (sources == 0) complain("must specify one of: `configMapRef` or `secretRef`");
    if (sources > 1) complain("may not have more than one field specified at a time");
  }
}

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

void LocalPathAt(const Value& value, const Path& path, FieldErrors& errors) {
  const std::string_view text = value.AsString();
  if (text.starts_with('/')) errors.Invalid(path, value, "must be a relative path");
  if (HasBacksteps(text)) errors.Invalid(path, value, "must not contain '..'");
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
  const Value& devices = site.parent[kVolumeDevices];
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& mount = site.value[i];
    const Value& where = mount[kMountPath];
    const Path at(&site.path, i);
    if (mount[names::kName].empty()) site.errors.Required(at / names::kName);
    if (where.empty()) site.errors.Required(at / kMountPath);
    if (UsedBefore(site.value, i, kMountPath)) site.errors.Invalid(at / kMountPath, where, "must be unique");
    if (Among(devices, names::kName, mount[names::kName])) {
      site.errors.Invalid(at / names::kName, mount[names::kName], "must not already exist in volumeDevices");
    }
    if (Among(devices, kDevicePath, where)) {
      site.errors.Invalid(at / kMountPath, where, "must not already exist as a path in volumeDevices");
    }
    LocalPathAt(mount[kSubPath], site.path / kSubPath, site.errors);
    if (const Value& expression = mount[kSubPathExpr]; !expression.empty()) {
      if (!mount[kSubPath].empty()) {
        site.errors.Invalid(at / kSubPathExpr, expression, "subPathExpr and subPath are mutually exclusive");
      }
      LocalPathAt(expression, site.path / kSubPathExpr, site.errors);
    }
    MountPropagation(mount, site.parent, site.path / "mountPropagation", site.errors);
    RecursiveReadOnly(mount, site.path / "recursiveReadOnly", site.errors);
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
}

void ResizePolicies(const Site& site, const Rule&) {
  constexpr std::string_view kNames = "cpu,memory";
  constexpr std::string_view kPolicies = "NotRequired,RestartContainer";
  static const Name kResourceName("resourceName");
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& name = site.value[i][kResourceName];
    const Value& policy = site.value[i]["restartPolicy"];
    if (UsedBefore(site.value, i, kResourceName)) site.errors.Duplicate(site.path / i, name);
    if (name.empty()) site.errors.Required(site.path);
    if (!name.empty() && !HasWord(kNames, name.AsString())) site.errors.NotSupported(site.path, name, kNames);
    if (policy.empty()) site.errors.Required(site.path);
    if (!policy.empty() && !HasWord(kPolicies, policy.AsString()))
      site.errors.NotSupported(site.path, policy, kPolicies);
  }
}

void RestartRules(const Site& site, const Rule&) {
  const Value& rules = site.value["restartPolicyRules"];
  if (site.value["restartPolicy"].is_null() && !rules.empty()) {
    site.errors.Required(site.path / "restartPolicy", "must specify restartPolicy when restart rules are used");
  }
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i]["exitCodes"].is_null()) {
      site.errors.Required(site.path / "restartPolicyRules" / i / "exitCodes", "must be specified");
    }
  }
}

// ---- Probes and hooks.

void SuccessOnce(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& threshold = site.value["successThreshold"];
  if (threshold.AsInt() != 1) site.errors.Invalid(site.path / "successThreshold", threshold, "must be 1");
}

void NoGrace(const Site& site, const Rule&) {
  const Value& grace = site.value[words::kTerminationGracePeriodSeconds];
  if (grace.is_null()) return;
  site.errors.Invalid(site.path / words::kTerminationGracePeriodSeconds, grace, "must not be set for readinessProbes");
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

// A profile on the node, for a type that asks for one. words: how messages call the type.
void LocalProfile(const Site& site, const Rule& rule) {
  const Value& type = site.value[names::kType];
  const Value& profile = site.value["localhostProfile"];
  const Path at(&site.path, "localhostProfile");
  const std::string what(rule.words);
  if (type == "Localhost") {
    if (profile.is_null()) return site.errors.Required(at, "must be set when " + what + " type is Localhost");
    if (what == "seccomp") return LocalPathAt(profile, at, site.errors);
    const std::string_view text = profile.AsString();
    if (text.empty()) {
      site.errors.Required(at, "must be set when " + what + " type is Localhost");
    } else if (text.front() == ' ' || text.back() == ' ') {
      site.errors.Invalid(at, profile, "must not be padded with whitespace");
    }
    if (text.size() > 4095) site.errors.Add(field::TooLong(at.ToString(), 4095));
  } else if (!profile.is_null()) {
    const std::string shown = what == "seccomp" ? InternalText(site.type, site.value) : FieldValueText(profile);
    site.errors.Add(field::InvalidText(at.ToString(), shown, "can only be set when " + what + " type is Localhost"));
  }
}

void ProfileType(const Site& site, const Rule& rule) {
  if (site.value.empty())
    return site.errors.Required(site.path, "type is required when " + std::string(rule.words) + " is set");
  EnumAlways(site, {"", nullptr, "Localhost,RuntimeDefault,Unconfined"});
}

void NotEmptyText(const Site& site, const Rule& rule) {
  if (site.value.is_string() && site.value.empty()) site.Invalid(rule.words);
}

constexpr std::string_view kPull = "Always,IfNotPresent,Never";
constexpr std::string_view kPolicies = "Always,Never,OnFailure";

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
    {"lifecycle", Below},
    {"livenessProbe", Below},
    {"livenessProbe", SuccessOnce},
    {"readinessProbe", Below},
    {"readinessProbe", NoGrace},
    {"startupProbe", Below},
    {"startupProbe", SuccessOnce},
    {"", RestartRules},
    {"restartPolicy", Enum, kPolicies},
    {"restartPolicyRules", MaxItems, "", 0, 20},
};
constexpr Rule kPort[] = {
    {"name", PortName},
    {"containerPort", Required},
    {"containerPort", PortNumber},
    {"hostPort", PortNumber},
    {"protocol", EnumOrRequired, "SCTP,TCP,UDP"},
};
constexpr Rule kEnvVar[] = {{"name", Required}, {"name", EnvName}, {"valueFrom", ValueFrom}, {"valueFrom", Skip}};
constexpr Rule kKeySelector[] = {{"name", Subdomain}, {"key", Required}, {"key", ConfigKey}};
constexpr Rule kFileKey[] = {{"key", Required},     {"key", EnvName},   {"volumeName", Required},
                             {"volumeName", Label}, {"path", Required}, {"path", NoBacksteps}};
constexpr Rule kRequirements[] = {{"", Requirements}};
constexpr Rule kRestartRule[] = {{"action", EnumAlways, "Restart,RestartAllContainers"}, {"exitCodes", Below}};
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
constexpr Rule kHttpGet[] = {
    {"path", Required}, {"port", PortOrName}, {"scheme", EnumAlways, "HTTP,HTTPS"}, {"httpHeaders", HeaderNames}};
constexpr Rule kTcp[] = {{"port", PortOrName}};

constexpr Rule kSecurity[] = {
    {"runAsUser", InRange, "", 0, INT32_MAX},
    {"runAsGroup", InRange, "", 0, INT32_MAX},
    {"procMount", Enum, "Default,Unmasked"},
    {"seccompProfile", Below},
    {"", Escalation},
    {"windowsOptions", Below},
    {"appArmorProfile", Below},
};
constexpr Rule kSeccomp[] = {{"type", ProfileType, "seccompProfile"}, {"", LocalProfile, "seccomp"}};
constexpr Rule kAppArmor[] = {{"type", ProfileType, "appArmorProfile"}, {"", LocalProfile, "AppArmor"}};
constexpr Rule kWindows[] = {
    {"gmsaCredentialSpecName", Subdomain},
    {"gmsaCredentialSpec", NotEmptyText, "gmsaCredentialSpec cannot be an empty string"},
    {"runAsUserName", NotEmptyText, "runAsUserName cannot be an empty string"},
};

constexpr TypeRules kTypes[] = {
    {"core.v1.Container", kContainer},
    {"core.v1.EphemeralContainer", kContainer},
    {"core.v1.ContainerPort", kPort},
    {"core.v1.EnvVar", kEnvVar},
    {"core.v1.ConfigMapKeySelector", kKeySelector},
    {"core.v1.SecretKeySelector", kKeySelector},
    {"core.v1.FileKeySelector", kFileKey},
    {"core.v1.ResourceRequirements", kRequirements},
    {"core.v1.ContainerRestartRule", kRestartRule},
    {"core.v1.ContainerRestartRuleOnExitCodes", kExitCodes},
    {"core.v1.Probe", kProbe},
    {"core.v1.LifecycleHandler", kHandler},
    {"core.v1.ExecAction", kExec},
    {"core.v1.HTTPGetAction", kHttpGet},
    {"core.v1.TCPSocketAction", kTcp},
    {"core.v1.GRPCAction", kTcp},
    {"core.v1.SecurityContext", kSecurity},
    {"core.v1.SeccompProfile", kSeccomp},
    {"core.v1.AppArmorProfile", kAppArmor},
    {"core.v1.WindowsSecurityContextOptions", kWindows},
};

}  // namespace

std::span<const TypeRules> ContainerRules() { return kTypes; }

void CheckFieldRef(const Value& ref, std::string_view allowed, const Path& path, FieldErrors& errors) {
  const Value& where = ref[kFieldPath];
  const std::string_view version = ref[names::kApiVersion].AsString();
  if (version.empty()) return errors.Required(path / names::kApiVersion);
  if (where.empty()) return errors.Required(path / kFieldPath);
  std::string_view text = where.AsString();
  const Path at(&path, kFieldPath.view());
  const auto cannot = [&](const std::string& why) { errors.Invalid(at, where, "error converting fieldPath: " + why); };
  if (version != "v1") return cannot("unsupported pod version: " + std::string(version));
  const size_t bracket = text.find("['");
  if (bracket != text.npos && text.ends_with("']")) {
    const std::string_view field = text.substr(0, bracket);
    std::string key(text.substr(bracket + 2, text.size() - bracket - 4));
    if (field != "metadata.annotations" && field != "metadata.labels") {
      return cannot("field label does not support subscript: " + std::string(text));
    }
    if (field == "metadata.annotations") {
      std::ranges::transform(key, key.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    }
    return AddAll(CheckQualifiedName(key), path, Value(key), errors);
  }
  if (!HasWord(kAllFields, text)) return cannot("field label not supported: " + std::string(text));
  if (text == "spec.host") text = "spec.nodeName";
  if (!HasWord(allowed, text)) errors.NotSupported(at, Value(text), allowed);
}

void CheckResourceFieldRef(const Value& ref, bool of_volume, const Path& path, FieldErrors& errors) {
  const Value& resource = ref[kResource];
  const std::string_view name = resource.AsString();
  if (of_volume && ref["containerName"].empty()) {
    errors.Required(path / "containerName");
  } else if (name.empty()) {
    errors.Required(path / kResource);
  } else if (!HasWord(kContainerResources, name) && !IsHugePagesField(name)) {
    errors.NotSupported(path / kResource, resource, kContainerResources);
  }
  const std::string_view divisor = ref["divisor"].AsString();
  if (divisor.empty() || divisor == "0") return;
  for (const DivisorRow& row : kDivisors) {
    if (!name.ends_with(row.suffix) || HasWord(row.allowed, divisor)) continue;
    errors.Invalid(path / "divisor", resource, row.text);
  }
  if (IsHugePagesField(name) && !HasWord(kSizes, divisor)) {
    errors.Invalid(
        path / "divisor", resource,
        "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the "
        "hugepages resource");
  }
}

}  // namespace wavetank::sim
