// The environment of a container: variables, their sources, references to fields of the Pod (API-722).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_pod.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kFieldPath("fieldPath");
const Name kResource("resource");
const Name kFileKeyRef("fileKeyRef");
const Name kVolumeName("volumeName");

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
  // A file lies in a volume of the Pod.
  const Value& file = from[kFileKeyRef];
  if (file.is_null() || site.errors.around == nullptr) return;
  if (!HasVolume(site.errors.around->parent, file[kVolumeName])) {
    site.errors.NotFound(site.path / kFileKeyRef / kVolumeName, TextOf(file[kVolumeName]));
  }
}

constexpr Rule kEnvVar[] = {{"name", Required}, {"name", EnvName}, {"valueFrom", ValueFrom}, {"valueFrom", Skip}};
constexpr Rule kKeySelector[] = {{"name", SubdomainAlways}, {"key", Required}, {"key", ConfigKey}};
constexpr Rule kFileKey[] = {{"key", Required},     {"key", EnvName},   {"volumeName", Required},
                             {"volumeName", Label}, {"path", Required}, {"path", NoBacksteps}};

constexpr TypeRules kTypes[] = {
    {"core.v1.EnvVar", kEnvVar},
    {"core.v1.ConfigMapKeySelector", kKeySelector},
    {"core.v1.SecretKeySelector", kKeySelector},
    {"core.v1.FileKeySelector", kFileKey},
};

}  // namespace

std::span<const TypeRules> EnvironmentRules() { return kTypes; }

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
