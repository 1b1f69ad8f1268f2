// The spec of a Pod and of a template, and what only holds for a Pod itself (API-722).
#include "sim/apiserver/validate_pod.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/pod_resources.h"
#include "runtime/api/schema.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validate_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kClaims("claims");
const Name kEphemeralContainers("ephemeralContainers");
const Name kHostNetwork("hostNetwork");
const Name kHostPort("hostPort");
const Name kImage("image");
const Name kPorts("ports");
const Name kRestartPolicy("restartPolicy");
const Name kVolumes("volumes");

const Name kContainerLists[] = {words::kInitContainers, words::kContainers, kEphemeralContainers};

// ---- The Pod as a whole.

void ResourceClaims(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& claim = site.value[i];
    const Value& name = claim[names::kName];
    const Path at(&site.path, i);
    if (name.empty()) {
      site.errors.Required(at / names::kName);
    } else if (std::ranges::any_of(site.value.elements().first(i),
                                   [&](const Value& c) { return c[names::kName] == name; })) {
      site.errors.Duplicate(at / names::kName, name);
    } else {
      AddAll(CheckDnsLabel(name.AsString()), at / names::kName, name, site.errors);
    }
    const bool by_name = !claim["resourceClaimName"].is_null();
    const bool by_template = !claim["resourceClaimTemplateName"].is_null();
    const std::string_view why =
        by_name && by_template ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
        : !by_name && !by_template ? "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"
                                   : "";
    if (!why.empty()) {
      site.errors.Add(field::InvalidText(at.ToString(), InternalText(*site.ref->element->type, claim), why));
    }
    for (const std::string_view field : {"resourceClaimName", "resourceClaimTemplateName"}) {
      if (claim[field].is_null()) continue;
      AddAll(CheckDnsSubdomain(claim[field].AsString()), at / field, claim[field], site.errors);
    }
  }
}

// The Pod's own resources against the sum of its containers'.
void PodResources(const Site& site, const Rule&) {
  const Value& own = site.value;
  if (own.is_null()) return;
  if (site.parent["os"][names::kName] == "windows") {
    return site.errors.Forbidden(site.path, "may not be set for a windows pod");
  }
  if (!own[kClaims].is_null()) {
    site.errors.Forbidden(site.path / kClaims, "claims may not be set for Resources at pod-level");
  }
  CheckRequirements(own[words::kLimits], own[words::kRequests], true, site.path, site.errors);
  CheckClaimNames(site.parent, own, site.path, site.errors);
  const Value& containers = site.parent[words::kContainers];
  const ResourceTotals needs = ContainerTotals(site.parent, "requests");
  for (const Field& entry : own[words::kRequests].fields()) {
    const Quantity* needed = needs.Find(entry.key.view());
    const Quantity sum = needed == nullptr ? Quantity() : *needed;
    if (sum <= Quantity::Of(entry.value)) continue;
    site.errors.Invalid(site.path / words::kRequests / Path::Key{entry.key.view()}, entry.value,
                        "must be greater than or equal to aggregate container requests of " + sum.ToString());
  }
  for (size_t i = 0; i < containers.size(); ++i) {
    for (const Field& entry : containers[i][words::kResources][words::kLimits].fields()) {
      const Value& most = own[words::kLimits][entry.key.view()];
      if (most.is_null() || Quantity::Of(entry.value) <= Quantity::Of(most)) continue;
      site.errors.Invalid(site.path / words::kContainers / i / Path::Key{entry.key.view()} / words::kLimits,
                          entry.value, "must be less than or equal to pod limits of " + std::string(most.AsString()));
    }
  }
}

void HostNetworkPorts(const Site& site, const Rule&) {
  if (!site.value[kHostNetwork].AsBool()) return;
  const Value& containers = site.value[words::kContainers];
  for (size_t i = 0; i < containers.size(); ++i) {
    for (size_t j = 0; j < containers[i][kPorts].size(); ++j) {
      const Value& port = containers[i][kPorts][j];
      if (port[kHostPort].AsInt() == 0 || port[kHostPort].AsInt() == port["containerPort"].AsInt()) continue;
      site.errors.Invalid(site.path / words::kContainers / i / kPorts / j / kHostPort, port[kHostPort],
                          "must match `containerPort` when `hostNetwork` is true");
    }
  }
}

void SharedProcesses(const Site& site, const Rule&) {
  if (!site.value["hostPID"].AsBool() || !site.value["shareProcessNamespace"].AsBool()) return;
  site.errors.Invalid(site.path / "securityContext" / "shareProcessNamespace", Value(true),
                      "ShareProcessNamespace and HostPID cannot both be enabled");
}

void Sysctls(const Site& site, const Rule&) {
  constexpr std::string_view kPattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
  const auto shaped = [](std::string_view name) {
    const auto inner = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    for (size_t i = 0; i < name.size(); ++i) {
      const bool edge = i == 0 || i + 1 == name.size() || name[i] == '.' || name[i] == '/';
      if (inner(name[i])) continue;
      if (!edge && (name[i] == '-' || name[i] == '_') && inner(name[i + 1]) + inner(name[i - 1]) > 0) continue;
      if ((name[i] == '.' || name[i] == '/') && i > 0 && i + 1 < name.size() && inner(name[i - 1]) &&
          inner(name[i + 1]))
        continue;
      return false;
    }
    return true;
  };
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& name = site.value[i][names::kName];
    if (name.empty()) {
      site.errors.Required(site.path / i / names::kName);
    } else if (name.size() > 253 || !shaped(name.AsString())) {
      site.errors.Invalid(site.path / i / names::kName, name,
                          "must have at most 253 characters and match regex " + std::string(kPattern));
    } else if (std::ranges::any_of(site.value.elements().first(i),
                                   [&](const Value& s) { return s[names::kName] == name; })) {
      site.errors.Duplicate(site.path / i / names::kName, name);
    }
  }
}

// A kernel's setting of a namespace that the Pod shares with its host.
void HostSysctls(const Site& site, const Rule&) {
  struct Namespaced {
    std::string_view prefix;
    std::string_view shared;  // field of the spec
  };
  constexpr Namespaced kRows[] = {{"kernel.sem", "hostIPC"},
                                  {"kernel.shm", "hostIPC"},
                                  {"kernel.msg", "hostIPC"},
                                  {"fs.mqueue.", "hostIPC"},
                                  {"net.", "hostNetwork"}};
  const Value& sysctls = site.value["securityContext"]["sysctls"];
  for (size_t i = 0; i < sysctls.size(); ++i) {
    const Value& name = sysctls[i][names::kName];
    std::string dotted(name.AsString());
    // The first separator says which one separates.
    const size_t first = dotted.find_first_of("./");
    if (first != dotted.npos && dotted[first] == '/') {
      for (char& c : dotted) c = c == '/' ? '.' : c == '.' ? '/' : c;
    }
    for (const Namespaced& row : kRows) {
      if (!std::string_view(dotted).starts_with(row.prefix) || !site.value[row.shared].AsBool()) continue;
      site.errors.Invalid(site.path / "securityContext" / "sysctls" / i / names::kName, name,
                          "may not be specified when '" + std::string(row.shared) + "' is true");
    }
  }
}

// MountOption is behind a gate that is off, but for those who have a policy already.
void SeLinuxChange(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  bool had = false;
  if (const Value* before = site.errors.before; before != nullptr) {
    const Value& spec = (*before)[names::kSpec];
    const Value& pod = spec.Has(words::kTemplate) ? spec[words::kTemplate][names::kSpec] : spec;
    had = !pod["securityContext"]["seLinuxChangePolicy"].is_null();
  }
  EnumAlways(site, {"", nullptr, had ? "MountOption,Recursive" : "Recursive"});
}

void DnsConfig(const Site& site, const Rule&) {
  const Value& config = site.value;
  if (site.parent["dnsPolicy"] == "None") {
    if (config.is_null()) return site.errors.Required(site.path, "must provide `dnsConfig` when `dnsPolicy` is None");
    if (config["nameservers"].empty()) {
      return site.errors.Required(site.path / "nameservers",
                                  "must provide at least one DNS nameserver when `dnsPolicy` is None");
    }
  }
  const Value& servers = config["nameservers"];
  if (servers.size() > 3)
    site.errors.Invalid(site.path / "nameservers", servers, "must not have more than 3 nameservers");
  for (size_t i = 0; i < servers.size(); ++i) {
    AddAll(CheckIp(servers[i].AsString()), site.path / "nameservers" / i, servers[i], site.errors);
  }
  const Value& searches = config["searches"];
  if (searches.size() > 32)
    site.errors.Invalid(site.path / "searches", searches, "must not have more than 32 search paths");
  for (size_t i = 0; i < searches.size(); ++i) {
    std::string_view search = searches[i].AsString();
    if (search == ".") continue;
    if (search.ends_with('.')) search.remove_suffix(1);
    AddAll(CheckUnderscoredSubdomain(search), site.path / "searches" / i, Value(search), site.errors);
  }
  for (size_t i = 0; i < config["options"].size(); ++i) {
    if (config["options"][i][names::kName].empty())
      site.errors.Required(site.path / "options" / i, "must not be empty");
  }
}

void SchedulingGates(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& name = site.value[i][names::kName];
    AddAll(CheckQualifiedName(name.AsString()), site.path / i, name.is_null() ? Value("") : name, site.errors);
    const auto before = site.value.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& g) { return g[names::kName] == name; })) {
      site.errors.Duplicate(site.path / i, name);
    }
  }
}

void RepeatedSpread(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    for (size_t j = i + 1; j < site.value.size(); ++j) {
      const Value& key = site.value[i]["topologyKey"];
      const Value& action = site.value[i]["whenUnsatisfiable"];
      if (!(site.value[j]["topologyKey"] == key) || !(site.value[j]["whenUnsatisfiable"] == action)) continue;
      site.errors.Duplicate(site.path / i / "{topologyKey, whenUnsatisfiable}",
                            Value("{" + std::string(key.AsString()) + ", " + std::string(action.AsString()) + "}"));
      break;
    }
  }
}

void UserNamespace(const Site& site, const Rule&) {
  if (!site.value["hostUsers"].is_bool() || site.value["hostUsers"].AsBool()) return;
  if (site.value[kHostNetwork].AsBool()) site.errors.Forbidden(site.path / kHostNetwork, "when `hostUsers` is false");
  if (site.value["hostPID"].AsBool()) site.errors.Forbidden(site.path / "HostPID", "when `hostUsers` is false");
  if (site.value["hostIPC"].AsBool()) site.errors.Forbidden(site.path / "HostIPC", "when `hostUsers` is false");
  ForEachContainer(site.value, site.path, [&](const Value& container, const Path& at) {
    if (!container["volumeDevices"].empty()) site.errors.Forbidden(at / "volumeDevices", "when `hostUsers` is false");
  });
}

void HostnameOverride(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (site.parent["setHostnameAsFQDN"].AsBool()) {
    site.errors.Forbidden(site.path, "may not be specified when setHostnameAsFQDN is true");
  }
  if (site.parent[kHostNetwork].AsBool())
    site.errors.Forbidden(site.path, "may not be specified when hostNetwork is true");
  if (site.value.size() > 64) site.errors.Add(field::TooLong(site.path.ToString(), 64));
  AddAll(CheckDnsSubdomain(site.value.AsString()), site.path, site.value, site.errors);
}

void HostAliases(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& ip = site.value[i]["ip"];
    AddAll(CheckIp(ip.AsString()), site.path / i / "ip", ip, site.errors);
    const Value& hosts = site.value[i]["hostnames"];
    for (size_t j = 0; j < hosts.size(); ++j) {
      AddAll(CheckDnsSubdomain(hosts[j].AsString()), site.path / i / "hostnames" / j, hosts[j], site.errors);
    }
  }
}

void Overhead(const Site& site, const Rule&) { CheckRequirements(site.value, Value(), false, site.path, site.errors); }

// ---- Annotations that mean something.

bool IsSmallInteger(std::string_view text) {
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return false;
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  return digits.size() == 1 || digits[0] != '0';
}

void CheckPodAnnotations(const Value& annotations, const Path& path, FieldErrors& errors) {
  constexpr std::string_view kCost = "controller.kubernetes.io/pod-deletion-cost";
  if (const Value* cost = annotations.Find(kCost); cost != nullptr && !IsSmallInteger(cost->AsString())) {
    errors.Invalid(path / Path::Key{kCost}, *cost, "must be a 32bit integer");
  }
}

void PodMetadata(const Site& site, const Rule&) {
  CheckPodAnnotations(site.value[names::kAnnotations], site.path / names::kAnnotations, site.errors);
}

// A template's labels and annotations are told without "metadata", as in the real server.
void TemplateMetadata(const Site& site, const Rule&) {
  const Value& metadata = site.value[names::kMetadata];
  ValidateLabels(metadata[names::kLabels], site.path / names::kLabels, site.errors);
  ValidateAnnotations(metadata[names::kAnnotations], site.path / names::kAnnotations, site.errors);
  CheckPodAnnotations(metadata[names::kAnnotations], site.path / names::kAnnotations, site.errors);
}

void NoEphemeralContainers(const Site& site, const Rule&) {
  if (site.value[names::kSpec][kEphemeralContainers].empty()) return;
  site.errors.Forbidden(site.path / names::kSpec / kEphemeralContainers,
                        "ephemeral containers not allowed in pod template");
}

// Of the spec of a Pod: it is in order as that, too, so that the pods of one set are looked at once.
constexpr uint32_t kMarkPodSpec = 1u << 25;

// The spec, knowing that it is no template: then a volume needs its image.
void SpecOfPod(const Site& site, const Rule&) {
  if (HasMark(site.value, *site.ref->type, kMarkPodSpec)) return;
  site.errors.of_pod = true;
  const auto lacks_image = [](const Value& volume) {
    return !volume[kImage].is_null() && volume[kImage]["reference"].empty();
  };
  site.errors.look_again = std::ranges::any_of(site.value[kVolumes].elements(), lacks_image);
  ValidateBelow(site);
  site.errors.of_pod = false;
  site.errors.look_again = false;
}

// What a Pod may not have though a template may.
void PodOnly(const Site& site, const Rule&) {
  static const Name kProjected("projected");
  static const Name kServiceAccountName("serviceAccountName");
  const Value& spec = site.value;
  if (HasMark(spec, *site.ref->type, kMarkPodSpec)) return;
  if (spec[kServiceAccountName].empty()) {
    const Value& volumes = spec[kVolumes];
    for (size_t i = 0; i < volumes.size(); ++i) {
      const Value& sources = volumes[i][kProjected]["sources"];
      for (size_t j = 0; j < sources.size(); ++j) {
        if (sources[j]["serviceAccountToken"].is_null()) continue;
        site.errors.Forbidden(site.path / kVolumes / i / "projected" / "sources" / j / "serviceAccountToken",
                              "must not be specified when serviceAccountName is not set");
      }
    }
  }
  for (const Name list : kContainerLists) {
    const std::span<const Value> containers = spec[list].elements();
    for (size_t i = 0; i < containers.size(); ++i) {
      const Value& image = containers[i][kImage];
      const std::string_view text = image.AsString();
      if (text.empty() || (text.front() != ' ' && text.back() != ' ' && text.front() != '\t' && text.back() != '\t'))
        continue;
      site.errors.Invalid(site.path / list / i / kImage, image, "must not have leading or trailing whitespace");
    }
  }
  // The rules of the spec, SpecOfPod, came before.
  if (site.errors.empty() && site.errors.before == nullptr) AddMark(spec, *site.ref->type, kMarkPodSpec);
}

// Only a volume that is in order takes its name.
void Volumes(const Site& site, const Rule&) {
  const TypeInfo& type = *site.ref->element->type;
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Path at(&site.path, i);
    ValidateTree(type, site.value[i], at, site.errors);
    const Value& name = site.value[i][names::kName];
    for (size_t j = 0; j < i; ++j) {
      if (!(site.value[j][names::kName] == name) || !HasMark(site.value[j], type, kMarkValid)) continue;
      site.errors.Duplicate(at / names::kName, name);
      break;
    }
  }
}

constexpr Rule kPodSpec[] = {
    {"volumes", Volumes},
    {"volumes", Skip},
    {"resourceClaims", ResourceClaims},
    {"containers", Required},
    {"containers", Containers},
    {"containers", Skip},
    {"initContainers", InitContainers},
    {"initContainers", Skip},
    {"ephemeralContainers", EphemeralContainers},
    {"ephemeralContainers", Skip},
    {"resources", PodResources},
    {"resources", Skip},
    {"", HostNetworkPorts},
    {"restartPolicy", EnumOrRequired, "Always,OnFailure,Never"},
    {"dnsPolicy", EnumOrRequired, "ClusterFirstWithHostNet,ClusterFirst,Default,None"},
    {"nodeSelector", LabelMap},
    {"", SharedProcesses},
    {"securityContext", Below},
    {"", HostSysctls},
    {"affinity", Below},
    {"dnsConfig", DnsConfig},
    {"readinessGates", Below},
    {"schedulingGates", SchedulingGates},
    {"topologySpreadConstraints", Below},
    {"topologySpreadConstraints", RepeatedSpread},
    {"", HostProcesses},
    {"", UserNamespace},
    {"hostnameOverride", HostnameOverride},
    {"serviceAccountName", Subdomain},
    {"nodeName", Subdomain},
    {"activeDeadlineSeconds", InRange, "", 1, INT32_MAX},
    {"hostname", Label},
    {"subdomain", Label},
    {"tolerations", Below},
    {"hostAliases", HostAliases},
    {"priorityClassName", Subdomain},
    {"runtimeClassName", Subdomain},
    {"preemptionPolicy", EnumIfGivenOrRequired, "PreemptLowerPriority,Never"},
    {"overhead", Overhead},
    {"os", OperatingSystem},
};
constexpr Rule kPodSecurity[] = {
    {"fsGroup", InRange, "", 0, INT32_MAX},
    {"runAsUser", InRange, "", 0, INT32_MAX},
    {"runAsGroup", InRange, "", 0, INT32_MAX},
    {"supplementalGroups[]", InRange, "", 0, INT32_MAX},
    {"sysctls", Sysctls},
    {"fsGroupChangePolicy", Enum, "Always,OnRootMismatch"},
    {"seccompProfile", Below},
    {"windowsOptions", Below},
    {"appArmorProfile", Below},
    {"supplementalGroupsPolicy", Enum, "Merge,Strict"},
    {"seLinuxChangePolicy", SeLinuxChange},
};
constexpr Rule kGate[] = {{"conditionType", QualifiedName}};
constexpr Rule kTemplate[] = {{"", TemplateMetadata}, {"spec", Below}, {"", NoEphemeralContainers}};
constexpr Rule kPod[] = {
    {"metadata", PodMetadata}, {"spec", SpecOfPod}, {"spec", Skip}, {"spec", PodOnly, "", 0, 0, true}};
constexpr Rule kPodTemplate[] = {{"template", Below}};

constexpr TypeRules kTypes[] = {
    {"core.v1.PodSpec", kPodSpec},         {"core.v1.PodSecurityContext", kPodSecurity},
    {"core.v1.PodReadinessGate", kGate},   {"core.v1.PodTemplateSpec", kTemplate},
    {"core.v1.PodTemplate", kPodTemplate}, {"core.v1.Pod", kPod},
};

}  // namespace

std::span<const TypeRules> PodRules() { return kTypes; }

void CheckNewPod(const Value& pod, FieldErrors& errors) {
  const Value& spec = pod[names::kSpec];
  const Path path(nullptr, "spec");
  if (!spec[kEphemeralContainers].empty()) errors.Forbidden(path / kEphemeralContainers, "cannot be set on create");
  if (!spec[names::kNodeName].empty() && !spec[words::kSchedulingGates].empty()) {
    errors.Forbidden(path / names::kNodeName, "cannot be set until all schedulingGates have been cleared");
  }
}

}  // namespace wavetank::sim
