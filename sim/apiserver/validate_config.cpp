// ConfigMap, Secret, Namespace, Node, Event, Service (API-732..736, API-820).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kBinaryData("binaryData");
const Name kClusterIp("clusterIP");
const Name kData("data");
const Name kImmutable("immutable");
const Name kPorts("ports");
const Name kProviderId("providerID");

constexpr int64_t kMaxBytes = 1048576;
constexpr std::string_view kFrozen = "field is immutable when `immutable` is set";
constexpr std::string_view kKeyText =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or "
    "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

bool KeyShaped(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

// Keys of ConfigMap and Secret.
std::vector<std::string> CheckKey(std::string_view key) {
  std::vector<std::string> complaints;
  if (key.size() > 253) complaints.emplace_back("must be no more than 253 characters");
  if (!KeyShaped(key)) complaints.emplace_back(kKeyText);
  if (key == ".") complaints.emplace_back("must not be '.'");
  if (key == "..") {
    complaints.emplace_back("must not be '..'");
  } else if (key.starts_with("..")) {
    complaints.emplace_back("must not start with '..'");
  }
  return complaints;
}

int64_t CheckKeys(const Value& object, Name name, FieldErrors& errors) {
  const Path path(nullptr, name.view());
  int64_t bytes = 0;
  for (const Field& entry : object[name].fields()) {
    bytes += static_cast<int64_t>(entry.value.AsString().size());
    for (const std::string& bad : CheckKey(entry.key.view())) {
      errors.Add(field::Invalid(Path(&path, Path::Key{entry.key.view()}).ToString(), Value(entry.key), bad));
    }
  }
  return bytes;
}

bool CheckFrozen(const Value& object, const Object& stored, std::initializer_list<Name> fields, FieldErrors& errors) {
  if (!stored.value()[kImmutable].AsBool()) return false;
  if (!object[kImmutable].AsBool()) errors.Add(field::Forbidden("immutable", kFrozen));
  for (const Name name : fields) {
    if (!(object[name] == stored.value()[name])) errors.Add(field::Forbidden(name.view(), kFrozen));
  }
  return true;
}

// Keys that a type of Secret cannot be without.
struct SecretRow {
  std::string_view type;
  std::string_view key;
};
constexpr SecretRow kSecretKeys[] = {
    {"kubernetes.io/dockercfg", ".dockercfg"},
    {"kubernetes.io/dockerconfigjson", ".dockerconfigjson"},
    {"kubernetes.io/ssh-auth", "ssh-privatekey"},
    {"kubernetes.io/tls", "tls.crt"},
    {"kubernetes.io/tls", "tls.key"},
};

}  // namespace

void CheckConfigMap(const Value& object, FieldErrors& errors) {
  const Path data(nullptr, "data");
  int64_t bytes = CheckKeys(object, kData, errors);
  for (const Field& entry : object[kData].fields()) {
    if (!object[kBinaryData].Has(entry.key.view())) continue;
    errors.Add(field::Invalid(Path(&data, Path::Key{entry.key.view()}).ToString(), Value(entry.key),
                              "duplicate of key present in binaryData"));
  }
  bytes += CheckKeys(object, kBinaryData, errors);
  if (bytes > kMaxBytes) errors.Add(field::TooLong("[]", kMaxBytes));  // the real server names no field here
}

void CheckConfigMapChange(std::string_view, const Value& object, const Object& stored, FieldErrors& errors) {
  CheckFrozen(object, stored, {kData, kBinaryData}, errors);
}

void CheckSecret(const Value& object, FieldErrors& errors) {
  const Value& type = object[names::kType];
  const Value& data = object[kData];
  const int64_t bytes = CheckKeys(object, kData, errors);
  if (bytes / 4 * 3 > kMaxBytes) errors.Add(field::TooLong("data", kMaxBytes));
  const Path path(nullptr, "data");
  for (const SecretRow& row : kSecretKeys) {
    if (type != row.type || data.Has(row.key)) continue;
    errors.Add(field::Required(Path(&path, Path::Key{row.key}).ToString()));
  }
  if (type == "kubernetes.io/basic-auth" && !data.Has("username") && !data.Has("password")) {
    errors.Add(field::Required("data[username]"));
    errors.Add(field::Required("data[password]"));
  }
  if (type == "kubernetes.io/service-account-token" &&
      object[names::kMetadata][names::kAnnotations]["kubernetes.io/service-account.name"].empty()) {
    errors.Add(field::Required("metadata.annotations[kubernetes.io/service-account.name]"));
  }
}

void CheckSecretChange(std::string_view, const Value& object, const Object& stored, FieldErrors& errors) {
  if (!(object[names::kType] == stored.value()[names::kType])) {
    errors.Add(field::Invalid("type", object[names::kType], "field is immutable"));
  }
  CheckFrozen(object, stored, {kData}, errors);
}

void CheckNamespaceChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (sub != "status") return;
  const Value& phase = object[names::kStatus][names::kPhase];
  if (!stored.deleting() && phase != "Active") {
    errors.Add(field::Invalid("status.Phase", phase, "may only be 'Active' if `deletionTimestamp` is empty"));
  }
  if (stored.deleting() && phase != "Terminating") {
    errors.Add(field::Invalid("status.Phase", phase, "may only be 'Terminating' if `deletionTimestamp` is not empty"));
  }
}

void CheckNodeChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (!sub.empty()) return;
  const Value& before = stored.spec()[kProviderId];
  if (!before.empty() && !(object[names::kSpec][kProviderId] == before)) {
    errors.Add(field::Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid"));
  }
}

void CheckService(const Value& object, FieldErrors& errors) {
  const Value& spec = object[names::kSpec];
  const Value& ports = spec[kPorts];
  const bool needs_ports = spec[names::kType] != "ExternalName" && spec[kClusterIp] != "None";
  if (ports.empty() && needs_ports) errors.Add(field::Required("spec.ports"));
  const Path path(nullptr, "spec.ports");
  for (size_t i = 0; i < ports.size(); ++i) {
    const Value& name = ports[i][names::kName];
    const Path element(&path, i);
    const std::string at = Path(&element, "name").ToString();
    if (name.empty()) {
      if (ports.size() > 1) errors.Add(field::Required(at));
      continue;
    }
    if (std::string bad = CheckDnsLabel(name.AsString()); !bad.empty()) errors.Add(field::Invalid(at, name, bad));
    for (size_t j = 0; j < i; ++j) {
      if (ports[j][names::kName] == name) errors.Add(field::Duplicate(at, name));
    }
  }
}

}  // namespace wavetank::sim
