// Metadata rules of every kind (API-081..094).
#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/apiserver/validation.h"
#include "sim/apiserver/words.h"

#include "sim/apiserver/validate_checks.h"

namespace wavetank::sim {
namespace {

constexpr int64_t kAnnotationBytes = 262144;
constexpr std::string_view kImmutable = "field is immutable";

constexpr std::string_view kOwnerFields[] = {"apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"};

const Path kRoot(nullptr, "metadata");

bool BadApiVersion(std::string_view text) { return std::ranges::count(text, '/') > 1; }

void ValidateOwner(const Value& owner, const Path& path, FieldErrors& errors) {
  const std::string_view version = owner[names::kApiVersion].AsString();
  const GroupVersion parsed = SplitApiVersion(version);
  if (version.empty() || parsed.version.empty() || BadApiVersion(version)) {
    errors.Add(field::Invalid(Path(&path, "apiVersion").ToString(), Value(version), "version must not be empty"));
  }
  for (const Name name : {names::kKind, names::kName, names::kUid}) {
    if (!owner[name].AsString().empty()) continue;
    errors.Add(field::Invalid(Path(&path, name.view()).ToString(), Value(""), "must not be empty"));
  }
  if (version == "v1" && owner[names::kKind] == "Event") {
    errors.Add(field::InvalidText(path.ToString(), StructText(owner, kOwnerFields),
                                  "/v1, Kind=Event is disallowed from being an owner"));
  }
}

void ValidateOwners(const Value& owners, FieldErrors& errors) {
  const Path path(&kRoot, "ownerReferences");
  const auto label = [](const Value& owner) {
    return std::string(owner[names::kKind].AsString()) + "/" + std::string(owner[names::kName].AsString());
  };
  const Value* controller = nullptr;
  for (const Value& owner : owners.elements()) {
    // Errors of a reference name the list, not the index, in the real server too.
    ValidateOwner(owner, path, errors);
    if (!owner[names::kController].AsBool()) continue;
    if (controller != nullptr) {
      std::string all;
      for (const Value& each : owners.elements())
        all.append(all.empty() ? "[" : ",").append(StructText(each, kOwnerFields));
      errors.Add(
          field::InvalidText(path.ToString(), all + "]",
                             "Only one reference can have Controller set to true. Found \"true\" in references for " +
                                 label(*controller) + " and " + label(owner)));
    }
    controller = &owner;
  }
}

bool Standard(std::string_view finalizer) {
  return finalizer == "orphan" || finalizer == "foregroundDeletion" || finalizer == "kubernetes";
}

void ValidateFinalizers(const Value& finalizers, FieldErrors& errors) {
  const Path path(&kRoot, "finalizers");
  bool orphan = false;
  bool foreground = false;
  for (const Value& finalizer : finalizers.elements()) {
    orphan = orphan || finalizer == "orphan";
    foreground = foreground || finalizer == "foregroundDeletion";
    for (const std::string& bad : CheckQualifiedName(finalizer.AsString())) {
      errors.Add(field::Invalid(path.ToString(), finalizer, bad));
    }
  }
  if (orphan && foreground) {
    errors.Add(
        field::Invalid(path.ToString(), finalizers, "finalizer orphan and foregroundDeletion cannot be both set"));
  }
}

// What the built-in kinds ask of finalizers beside that.
void ValidateKnownFinalizers(const Value& finalizers, FieldErrors& errors) {
  const Path path(&kRoot, "finalizers");
  for (size_t i = 0; i < finalizers.size(); ++i) {
    const std::string_view name = finalizers[i].AsString();
    if (name.find('/') != std::string_view::npos || Standard(name)) continue;
    errors.Add(field::Invalid(Path(&path, i).ToString(), finalizers[i],
                              "name is neither a standard finalizer name nor is it fully qualified"));
  }
}

// How often an update's metadata is judged, after the two times for every kind (observed.md): 'U' as a change and 'O' as an
// object, each with the finalizers that built-in kinds know; 'u' and 'o' without those.
struct Passes {
  std::string_view group;
  std::string_view kinds;  // separated by commas
  std::string_view main;
  std::string_view status;
};
constexpr Passes kPasses[] = {
    {"", "ConfigMap,Endpoints,PersistentVolumeClaim,Pod,Secret,ServiceAccount", "UO", "U"},
    {"", "Namespace,Node", "OU", "U"},
    {"", "PersistentVolume", "OO", "U"},
    {"", "Event", "", ""},
    {"", "LimitRange", "O", "U"},
    {"discovery.k8s.io", "EndpointSlice", "O", "U"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema,PriorityLevelConfiguration", "O", "U"},
    {"storage.k8s.io", "CSINode,VolumeAttachment", "O", "U"},
    {"admissionregistration.k8s.io",
     "MutatingAdmissionPolicy,MutatingAdmissionPolicyBinding,MutatingWebhookConfiguration,ValidatingAdmissionPolicy,"
     "ValidatingAdmissionPolicyBinding,ValidatingWebhookConfiguration",
     "o", "u"},
    {"apiregistration.k8s.io", "APIService", "uo", "u"},
    {"apps", "ControllerRevision", "UO", "U"},
    {"batch", "CronJob", "U", ""},
    {"batch", "Job", "OU", "U"},
    {"certificates.k8s.io", "CertificateSigningRequest", "OU", "U"},
    {"coordination.k8s.io", "Lease", "u", "u"},
    {"networking.k8s.io", "IPAddress", "OU", "U"},
    {"networking.k8s.io", "Ingress,IngressClass", "UO", "U"},
    {"node.k8s.io", "RuntimeClass", "uo", "u"},
    {"policy", "PodDisruptionBudget", "", ""},
    {"rbac.authorization.k8s.io", "ClusterRole,ClusterRoleBinding,Role,RoleBinding", "OU", "U"},
    {"resource.k8s.io", "DeviceClass,ResourceClaim,ResourceClaimTemplate", "OU", "U"},
    {"storage.k8s.io", "CSIStorageCapacity,StorageClass", "OU", "U"},
    {"storage.k8s.io", "VolumeAttributesClass", "UO", "U"},
};

const Passes& PassesOf(const ResourceInfo& resource) {
  static constexpr Passes kMost{"", "", "U", "U"};
  static constexpr Passes kCustom{"", "", "u", "u"};
  for (const Passes& row : kPasses) {
    if (row.group == resource.gvk.group.view() && HasWord(row.kinds, resource.gvk.kind.view())) return row;
  }
  return resource.type == nullptr ? kCustom : kMost;
}

bool KnowsFinalizers(const ResourceInfo& resource) {
  return PassesOf(resource).main.find_first_of("UO") != std::string_view::npos;
}

// While an object is on its way out, finalizers can only go (API-086).
void ValidateNoNewFinalizers(const Value& now, const Value& before, FieldErrors& errors) {
  std::string added;
  for (const Value& finalizer : now.elements()) {
    const std::span<const Value> old = before.elements();
    if (std::ranges::find(old, finalizer) != old.end()) continue;
    added.append(added.empty() ? "" : ", ").append(Quote(finalizer.AsString()));
  }
  if (added.empty()) return;
  errors.Add(field::Forbidden(
      "metadata.finalizers",
      "no new finalizers can be added if the object is being deleted, found new finalizers []string{" + added + "}"));
}

void Immutable(Name name, const Value& now, const Value& before, FieldErrors& errors) {
  if (now[name] == before[name] || (now[name].empty() && before[name].empty() && !now[name].is_number())) return;
  errors.Add(field::Invalid("metadata." + std::string(name.view()), now[name], kImmutable));
}

}  // namespace

std::string Path::ToString() const {
  std::string text = parent_ == nullptr ? std::string() : parent_->ToString();
  switch (kind_) {
    case Kind::kName: return text.append(text.empty() ? "" : ".").append(text_);
    case Kind::kIndex: return text.append("[").append(std::to_string(index_)).append("]");
    case Kind::kKey: return text.append("[").append(text_).append("]");
  }
  return text;
}

std::string StructText(const Value& value, std::span<const std::string_view> order) {
  std::string text = "{";
  for (const std::string_view name : order) {
    const Value* field = value.Find(name);
    if (field == nullptr) continue;
    text.append(text.size() > 1 ? "," : "").append(Quote(name)).append(":").append(WriteJson(*field));
  }
  return text + "}";
}

// On a map of labels: they are in order. The pods of a set share those of its template.
constexpr uint32_t kMarkLabels = 1u << 26;

void ValidateLabels(const Value& labels, const Path& path, FieldErrors& errors) {
  if (labels.mark() == kMarkLabels) return;
  const size_t before = errors.size();
  for (const Field& label : labels.fields()) {
    for (const std::string& bad : CheckQualifiedName(label.key.view())) {
      errors.Add(field::Invalid(path.ToString(), Value(label.key), bad));
    }
    for (const std::string& bad : CheckLabelValue(label.value.AsString())) {
      errors.Add(field::Invalid(path.ToString(), label.value, bad));
    }
  }
  if (errors.size() == before) labels.set_mark(kMarkLabels);
}

void ValidateAnnotations(const Value& annotations, const Path& path, FieldErrors& errors) {
  int64_t bytes = 0;
  for (const Field& annotation : annotations.fields()) {
    const std::string_view key = annotation.key.view();
    bytes += static_cast<int64_t>(key.size() + annotation.value.AsString().size());
    const bool upper = std::ranges::any_of(key, [](char c) { return c >= 'A' && c <= 'Z'; });
    std::string lower;
    if (upper) {
      lower.assign(key);
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
    }
    for (const std::string& bad : CheckQualifiedName(upper ? std::string_view(lower) : key)) {
      errors.Invalid(path, Value(annotation.key), bad);
    }
  }
  if (bytes > kAnnotationBytes) errors.Add(field::TooLong(path.ToString(), kAnnotationBytes));
}

void CheckFinalizerName(const Value& finalizer, const Path& path, FieldErrors& errors) {
  const std::string_view name = finalizer.AsString();
  for (const std::string& bad : CheckQualifiedName(name)) errors.Invalid(path, finalizer, bad);
  if (name.find('/') != std::string_view::npos || Standard(name)) return;
  errors.Invalid(path, finalizer, "name is neither a standard finalizer name nor is it fully qualified");
}

void ValidateMetadata(const ResourceInfo& resource, const KindStrategy& strategy, const Value& metadata,
                      FieldErrors& errors) {
  const std::string_view name = metadata[names::kName].AsString();
  const std::string_view prefix = metadata[names::kGenerateName].AsString();
  if (!prefix.empty()) {
    for (const std::string& bad : CheckName(strategy.name, prefix, true)) {
      errors.Add(field::Invalid("metadata.generateName", Value(prefix), bad));
    }
  }
  if (name.empty()) {
    errors.Add(field::Required("metadata.name", "name or generateName is required"));
  } else {
    for (const std::string& bad : CheckName(strategy.name, name, false)) {
      errors.Add(field::Invalid("metadata.name", Value(name), bad));
    }
  }
  if (!resource.namespaced && metadata[names::kNamespace].is_string()) {
    errors.Add(field::Forbidden("metadata.namespace", "not allowed on this type"));
  }
  ValidateLabels(metadata[names::kLabels], Path(&kRoot, "labels"), errors);
  ValidateAnnotations(metadata[names::kAnnotations], Path(&kRoot, "annotations"), errors);
  ValidateOwners(metadata[names::kOwnerReferences], errors);
  const Value& finalizers = metadata[names::kFinalizers];
  if (finalizers.empty()) return;
  ValidateFinalizers(finalizers, errors);
  if (KnowsFinalizers(resource)) ValidateKnownFinalizers(finalizers, errors);
}

namespace {

// The parts of the metadata that differ from the stored ones, which are in order.
class MetadataChange {
 public:
  MetadataChange(const Value& now, const Value& before, FieldErrors& errors)
      : now_(now), before_(before), errors_(errors) {}

  void Object(bool known_finalizers) {
    Texts();
    if (Differs(names::kFinalizers)) ValidateFinalizers(now_[names::kFinalizers], errors_);
    if (known_finalizers) Known();
  }
  void Update(bool known_finalizers) {
    if (!before_[names::kDeletionTimestamp].is_null()) {
      ValidateNoNewFinalizers(now_[names::kFinalizers], before_[names::kFinalizers], errors_);
    }
    for (const Name name : {names::kName, names::kNamespace, names::kUid, names::kCreationTimestamp,
                            names::kDeletionTimestamp, names::kDeletionGracePeriodSeconds}) {
      Immutable(name, now_, before_, errors_);
    }
    Texts();
    if (known_finalizers) Known();
  }

 private:
  bool Differs(Name name) const { return now_[name].identity() != before_[name].identity(); }
  void Texts() {
    if (Differs(names::kLabels)) ValidateLabels(now_[names::kLabels], Path(&kRoot, "labels"), errors_);
    if (Differs(names::kAnnotations))
      ValidateAnnotations(now_[names::kAnnotations], Path(&kRoot, "annotations"), errors_);
    if (Differs(names::kOwnerReferences)) ValidateOwners(now_[names::kOwnerReferences], errors_);
  }
  void Known() {
    if (Differs(names::kFinalizers)) ValidateKnownFinalizers(now_[names::kFinalizers], errors_);
  }

  const Value& now_;
  const Value& before_;
  FieldErrors& errors_;
};

}  // namespace

void ValidateMetadataUpdate(const ResourceInfo& resource, std::string_view subresource, const Value& metadata,
                            const Value& stored, FieldErrors& errors) {
  if (metadata.identity() == stored.identity()) return;
  MetadataChange change(metadata, stored, errors);
  change.Object(false);
  change.Update(false);
  const Passes& passes = PassesOf(resource);
  for (const char pass : subresource == "status" ? passes.status : passes.main) {
    const bool known = pass == 'U' || pass == 'O';
    if (pass == 'U' || pass == 'u') {
      change.Update(known);
    } else {
      change.Object(known);
    }
  }
}

}  // namespace wavetank::sim
