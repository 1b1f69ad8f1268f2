// PersistentVolume, PersistentVolumeClaim and the kinds of storage.k8s.io (API-737..739).
#include <algorithm>
#include <set>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/text_diff.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kCapacity("capacity");
const Name kNodeAffinity("nodeAffinity");
const Name kReclaimPolicy("persistentVolumeReclaimPolicy");
const Name kStorage("storage");
const Name kStorageClassName("storageClassName");
const Name kVolumeAttributesClassName("volumeAttributesClassName");
const Name kVolumeName("volumeName");

constexpr std::string_view kModes = "ReadOnlyMany,ReadWriteMany,ReadWriteOnce,ReadWriteOncePod";

// ---- Volumes and claims. words: why there must be a mode.

void AccessModes(const Site& site, const Rule&) {
  bool alone = false;
  bool others = false;
  for (const Value& mode : site.value.elements()) {
    const bool known = HasWord(kModes, mode.AsString());
    if (!known) site.errors.NotSupported(site.path, mode, kModes);
    (mode == "ReadWriteOncePod" ? alone : others) |= known;
  }
  if (alone && others) site.errors.Forbidden(site.path, "may not use ReadWriteOncePod with other access modes");
}

void Capacity(const Site& site, const Rule&) {
  if (site.value.empty()) site.errors.Required(site.path);
  if (site.value[kStorage].is_null() || site.value.size() > 1) {
    FieldError error = field::NotSupported(site.path.ToString(), Value(""), {"storage"});
    error.body = "Unsupported value: " + site.ShownText() + ": supported values: \"storage\"";
    site.errors.Add(std::move(error));
  }
  for (const Field& entry : site.value.fields()) {
    const Quantity amount = Quantity::Of(entry.value);
    const Path at(&site.path, Path::Key{entry.key.view()});
    if (amount.value() < 0) site.errors.Invalid(at, Value(amount.value()), "must be a valid resource quantity");
    if (amount.is_zero() || amount.is_negative()) site.errors.Invalid(at, entry.value, "must be greater than zero");
  }
}

void BasicAmount(const Field& entry, const Path& path, FieldErrors& errors) {
  const Quantity amount = Quantity::Of(entry.value);
  if (amount.value() >= 0) return;
  errors.Invalid(path / Path::Key{entry.key.view()}, Value(amount.value()), "must be a valid resource quantity");
}

constexpr std::string_view kVolumeKinds =
    "volume "
    "type:hostPath,gcePersistentDisk>persistentDisk,awsElasticBlockStore,glusterfs,flocker,nfs,rbd,quobyte,cephfs,"
    "iscsi,cinder,fc,"
    "flexVolume+,azureFile,vsphereVolume,photonPersistentDisk,portworxVolume,azureDisk,scaleIO,local,storageos,csi";

void LocalNeedsNode(const Site& site, const Rule&) {
  const FieldInfo* local = site.type.Find("local");
  const bool first = [&] {
    for (const std::string_view kind : VolumeSources()) {
      if (!site.value[kind].is_null()) return kind == local->name.view();
    }
    return false;
  }();
  if (first && site.value[kNodeAffinity].is_null()) {
    site.errors.Required(site.path / kNodeAffinity, "Local volume requires node affinity");
  }
  if (site.value["hostPath"]["path"] == "/" && site.value[kReclaimPolicy] == "Recycle") {
    site.errors.Forbidden(site.path / kReclaimPolicy, "may not be 'recycle' for a hostPath mount of '/'");
  }
}

void AttributesClass(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (site.value.empty()) {
    site.errors.Required(site.path, "an empty string is disallowed");
  } else {
    AddAll(CheckDnsSubdomain(site.value.AsString()), site.path, site.value, site.errors);
  }
  if (site.parent["csi"].is_null()) {
    site.errors.Required(site.parent_path / "csi", "has to be specified when using volumeAttributesClassName");
  }
}

void RequestedStorage(const Site& site, const Rule&) {
  const Value& amount = site.value[words::kRequests][kStorage];
  const Path at(&site.path, Path::Key{"storage"});
  if (amount.is_null()) return site.errors.Required(at);
  const Quantity quantity = Quantity::Of(amount);
  if (quantity.is_zero() || quantity.is_negative()) site.errors.Invalid(at, amount, "must be greater than zero");
}

void DataSource(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& kind = site.value[names::kKind];
  const Value& group = site.value["apiGroup"];
  if (site.value[names::kName].empty()) site.errors.Required(site.path / names::kName);
  if (kind.empty()) site.errors.Required(site.path / names::kKind);
  if (group.empty() && kind != "PersistentVolumeClaim") {
    site.errors.Invalid(site.path, kind.is_null() ? Value("") : kind,
                        "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  }
  if (!group.empty()) AddAll(CheckDnsSubdomain(group.AsString()), site.path / "apiGroup", group, site.errors);
  const Value& ns = site.value[names::kNamespace];
  if (!ns.empty()) AddAll(CheckDnsLabel(ns.AsString()), site.path / names::kNamespace, ns, site.errors);
}

// ---- StorageClass and its like.

void Provisioner(const Site& site, const Rule&) {
  std::string lower(site.value.AsString());
  if (lower.empty()) return site.errors.Required(site.path);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  AddAll(CheckQualifiedName(lower), site.path, Value(lower), site.errors);
}

void SubdomainUnlessEmpty(const Site& site, const Rule& rule) {
  if (!site.value.empty()) Subdomain(site, rule);
}

void EnumUnlessEmpty(const Site& site, const Rule& rule) {
  if (!site.value.empty()) Enum(site, rule);
}

void Parameters(const Site& site, const Rule& rule) {
  constexpr int64_t kMaxBytes = 256 * 1024;
  int64_t bytes = 0;
  if (site.value.size() > 512) site.errors.Add(field::TooLong(site.path.ToString(), 512));
  for (const Field& entry : site.value.fields()) {
    if (entry.key.view().empty()) site.errors.Invalid(site.path, Value(""), "field can not be empty.");
    bytes += static_cast<int64_t>(entry.key.view().size() + entry.value.size());
  }
  if (bytes > kMaxBytes) site.errors.Add(field::TooLong(site.path.ToString(), kMaxBytes));
  if (site.value.empty() && !rule.words.empty()) site.errors.Required(site.path, rule.words);
}

void TopologyExpressions(const Site& site, const Rule&) {
  static const Name kKey("key");
  static const Name kValues("values");
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& values = site.value[i][kValues];
    const Path at(&site.path, i);
    if (values.empty()) site.errors.Required(at / kValues);
    for (size_t j = 0; j < values.size(); ++j) {
      const auto before = values.elements().first(j);
      const Path list(&at, kValues.view());
      if (std::ranges::find(before, values[j]) != before.end()) site.errors.Duplicate(list / j, values[j]);
    }
    const Value& key = site.value[i][kKey];
    AddAll(CheckQualifiedName(key.AsString()), at / kKey, key.is_null() ? Value("") : key, site.errors);
    const auto earlier = site.value.elements().first(i);
    if (std::ranges::any_of(earlier, [&](const Value& e) { return e[kKey] == key; }))
      site.errors.Duplicate(at / kKey, key);
  }
}

// Terms that say the same, in whatever order.
void DifferentTerms(const Site& site, const Rule&) {
  // The real server begins with as many terms that say nothing as there are terms.
  std::multiset<std::string> seen;
  for (size_t i = 0; i < site.value.size(); ++i) seen.emplace();
  for (size_t i = 0; i < site.value.size(); ++i) {
    std::set<std::string> parts;
    for (const Value& expression : site.value[i]["matchLabelExpressions"].elements()) {
      std::set<std::string> values;
      for (const Value& value : expression["values"].elements()) values.emplace(value.AsString());
      std::string part = WriteJson(expression["key"]);
      for (const std::string& value : values) part += " " + Quote(value);
      parts.insert(std::move(part));
    }
    std::string text;
    for (const std::string& part : parts) text += part + ";";
    for (size_t n = seen.count(text); n > 0; --n) {
      site.errors.Duplicate(site.path / i / "matchLabelExpressions", Value(""));
    }
    seen.insert(std::move(text));
  }
}

void AttachmentSource(const Site& site, const Rule&) {
  const Value& name = site.value["persistentVolumeName"];
  const bool inlined = !site.value["inlineVolumeSpec"].is_null();
  constexpr std::string_view kOne = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (name.is_null() && !inlined) return site.errors.Required(site.path, kOne);
  if (!name.is_null() && inlined) return site.errors.Forbidden(site.path, kOne);
  if (inlined) return;
  if (name.empty())
    site.errors.Required(site.path / "persistentVolumeName", "must specify non empty persistentVolumeName");
  AddAll(CheckDnsSubdomain(name.AsString()), site.path / "persistentVolumeName", name, site.errors);
}

// The message speaks of another limit than the one that counts.
void ErrorMessage(const Site& site, const Rule&) {
  constexpr int64_t kSaid = 256 * 1024;
  if (site.value.size() > 1024) site.errors.Add(field::TooLong(site.path.ToString(), kSaid));
}

void DriverNode(const Site& site, const Rule&) {
  if (site.value.empty()) return site.errors.Required(site.path);
  if (site.value.size() > 256) site.Invalid("must be 256 characters or less");
}

// Errors of topology keys name the driver.
void TopologyKeys(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& key = site.value[i];
    const auto before = site.value.elements().first(i);
    if (key.empty()) site.errors.Required(site.parent_path);
    if (std::ranges::find(before, key) != before.end()) site.errors.Duplicate(site.parent_path, key);
    AddAll(CheckQualifiedName(key.AsString()), site.parent_path, key, site.errors);
  }
}

void LifecycleModes(const Site& site, const Rule&) {
  for (const Value& mode : site.value.elements()) {
    if (mode != "Persistent" && mode != "Ephemeral") site.errors.NotSupported(site.path, mode, "Persistent,Ephemeral");
  }
}

void TokenRequests(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const std::string_view audience = site.value[i]["audience"].AsString();
    const auto before = site.value.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& t) { return t["audience"].AsString() == audience; })) {
      site.errors.Duplicate(site.path / i / "audience", Value(audience));
      continue;
    }
    const Value& seconds = site.value[i]["expirationSeconds"];
    if (seconds.is_null()) continue;
    const Path element(&site.path, i);
    const Path at(&element, "expirationSeconds");
    if (seconds.AsInt() < 600) site.errors.Invalid(at, seconds, "may not specify a duration less than 10 minutes");
    if (seconds.AsInt() > (int64_t{1} << 32))
      site.errors.Invalid(at, seconds, "may not specify a duration larger than 2^32 seconds");
  }
}

// A secret of a CSI driver: both parts, well formed.
void SecretPair(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Value& name = site.value[names::kName];
  const Value& ns = site.value[names::kNamespace];
  if (name.empty()) {
    site.errors.Required(site.path / names::kName);
  } else {
    AddAll(CheckDnsSubdomain(name.AsString()), site.path / names::kName, name, site.errors);
  }
  if (ns.empty()) {
    site.errors.Required(site.path / names::kNamespace);
  } else {
    AddAll(CheckDnsLabel(ns.AsString()), site.path / names::kNamespace, ns, site.errors);
  }
}

// A source that is told twice is told the same way.
void SourcesAgree(const Site& site, const Rule&) {
  const Value& source = site.value["dataSource"];
  const Value& reference = site.value["dataSourceRef"];
  if (source.is_null() || reference.is_null()) return;
  const auto complain = [&](std::string_view why) { site.errors.Invalid(site.path, Value::EmptyObject(), why); };
  if (!reference[names::kNamespace].empty())
    return complain("may not be specified when dataSourceRef.namespace is specified");
  const auto same = [&](std::string_view field) { return source[field] == reference[field]; };
  if (!same("apiGroup") || !same("kind") || !same("name")) complain("must match dataSourceRef");
}

// ---- Status of a claim.

constexpr std::string_view kResizes =
    "ControllerResizeInProgress,ControllerResizeInfeasible,NodeResizeInProgress,NodeResizeInfeasible,NodeResizePending";

// Errors of a resource's name lie in the map.
bool CheckClaimResource(std::string_view name, const Path& path, FieldErrors& errors) {
  const size_t before = errors.size();
  AddAll(CheckQualifiedName(name), path, Value(name), errors);
  if (errors.size() == before && name != kStorage.view() && name.find('/') == name.npos) {
    errors.NotSupported(path, Value(name), kStorage.view());
  }
  return errors.size() == before;
}

void ResizeStates(const Site& site, const Rule&) {
  for (const Field& state : site.value.fields()) {
    CheckClaimResource(state.key.view(), site.path, site.errors);
    if (!HasWord(kResizes, state.value.AsString()))
      site.errors.NotSupported(site.path, Value(state.key.view()), kResizes);
  }
}

void AllocatedAmounts(const Site& site, const Rule&) {
  for (const Field& entry : site.value.fields()) {
    if (!CheckClaimResource(entry.key.view(), site.path, site.errors)) continue;
    BasicAmount(entry, site.path, site.errors);
  }
}

void Amounts(const Site& site, const Rule&) {
  for (const Field& entry : site.value.fields()) BasicAmount(entry, site.path, site.errors);
}

constexpr Rule kClaimStatus[] = {
    {"capacity", Amounts}, {"allocatedResources", AllocatedAmounts}, {"allocatedResourceStatuses", ResizeStates}};

constexpr Rule kVolumeSpec[] = {
    {"accessModes", Required},
    {"accessModes", AccessModes},
    {"capacity", Capacity},
    {"persistentVolumeReclaimPolicy", Enum, "Delete,Recycle,Retain"},
    {"nodeAffinity", Below},
    {"", OneOf, kVolumeKinds},
    {"", LocalNeedsNode},
    {"storageClassName", Subdomain},
    {"volumeMode", Enum, "Block,Filesystem"},
    {"volumeAttributesClassName", AttributesClass},
};
constexpr Rule kNodeAffinityRules[] = {{"required", Present, "must specify required node constraints"},
                                       {"required", Below}};
constexpr Rule kLocal[] = {{"path", Required}, {"path", NoBacksteps}};
constexpr Rule kCsi[] = {
    {"driver", DriverName},
    {"volumeHandle", Required},
    {"controllerPublishSecretRef", SecretPair},
    {"controllerExpandSecretRef", SecretPair},
    {"nodePublishSecretRef", SecretPair},
    {"nodeExpandSecretRef", SecretPair},
};

constexpr Rule kClaimSpec[] = {
    {"accessModes", Required, "at least 1 access mode is required"},
    {"selector", Below},
    {"accessModes", AccessModes},
    {"resources", RequestedStorage},
    {"storageClassName", SubdomainUnlessEmpty},
    {"volumeMode", Enum, "Block,Filesystem"},
    {"dataSource", DataSource},
    {"dataSource", Skip},
    {"dataSourceRef", DataSource},
    {"dataSourceRef", Skip},
    {"", SourcesAgree},
    {"volumeAttributesClassName", SubdomainUnlessEmpty},
};

constexpr Rule kClass[] = {
    {"provisioner", Provisioner},
    {"parameters", Parameters},
    {"reclaimPolicy", EnumUnlessEmpty, "Delete,Retain"},
    {"volumeBindingMode", Enum, "Immediate,WaitForFirstConsumer"},
    {"allowedTopologies", Below},
    {"allowedTopologies", DifferentTerms},
};
constexpr Rule kTopologyTerm[] = {{"matchLabelExpressions", TopologyExpressions}, {"matchLabelExpressions", Skip}};
constexpr Rule kAttributesClass[] = {{"driverName", Provisioner},
                                     {"parameters", Parameters, "must contain at least one key/value pair"}};
constexpr Rule kAttachmentSpec[] = {{"attacher", DriverName}, {"source", Below}, {"nodeName", SubdomainAlways}};
constexpr Rule kAttachmentSource[] = {{"", AttachmentSource}, {"inlineVolumeSpec", Skip}};
constexpr Rule kVolumeError[] = {{"message", ErrorMessage},
                                 {"errorCode", AtLeast, "must be between 0 and 2147483647, inclusive", 0}};
constexpr Rule kNodeSpec[] = {{"drivers", Below}, {"drivers", UniqueBy, "name"}};
constexpr Rule kNodeDriver[] = {
    {"name", DriverName}, {"nodeID", DriverNode}, {"allocatable", Below}, {"topologyKeys", TopologyKeys}};
constexpr Rule kNodeResources[] = {{"count", NonNegative}};
constexpr Rule kDriverSpec[] = {
    {"fsGroupPolicy", Enum, "File,None,ReadWriteOnceWithFSType"},
    {"tokenRequests", TokenRequests},
    {"volumeLifecycleModes", LifecycleModes},
    {"nodeAllocatableUpdatePeriodSeconds", AtLeast, "must be greater than or equal to 10 seconds", 10},
};
constexpr Rule kStorageCapacity[] = {
    {"nodeTopology", Below}, {"storageClassName", SubdomainAlways}, {"capacity", NonNegativeQuantity}};

constexpr TypeRules kTypes[] = {
    {"core.v1.PersistentVolumeSpec", kVolumeSpec},
    {"core.v1.VolumeNodeAffinity", kNodeAffinityRules},
    {"core.v1.LocalVolumeSource", kLocal},
    {"core.v1.CSIPersistentVolumeSource", kCsi},
    {"core.v1.PersistentVolumeClaimSpec", kClaimSpec},
    {"core.v1.PersistentVolumeClaimStatus", kClaimStatus},
    {"storage.v1.StorageClass", kClass},
    {"core.v1.TopologySelectorTerm", kTopologyTerm},
    {"storage.v1.VolumeAttributesClass", kAttributesClass},
    {"storage.v1.VolumeAttachmentSpec", kAttachmentSpec},
    {"storage.v1.VolumeAttachmentSource", kAttachmentSource},
    {"storage.v1.VolumeError", kVolumeError},
    {"storage.v1.CSINodeSpec", kNodeSpec},
    {"storage.v1.CSINodeDriver", kNodeDriver},
    {"storage.v1.VolumeNodeResources", kNodeResources},
    {"storage.v1.CSIDriverSpec", kDriverSpec},
    {"storage.v1.CSIStorageCapacity", kStorageCapacity},
};

}  // namespace

std::span<const TypeRules> StorageRules() { return kTypes; }

std::vector<std::string_view> VolumeSources() {
  std::vector<std::string_view> fields;
  for (const std::string_view word : SplitWords(kVolumeKinds.substr(kVolumeKinds.find(':') + 1))) {
    fields.push_back(MemberOf(word).field);
  }
  return fields;
}

}  // namespace wavetank::sim
