// What may change of volumes, claims and the kinds of storage.k8s.io (API-737..739).
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/text_diff.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kCapacity("capacity");
const Name kNodeAffinity("nodeAffinity");
const Name kStorage("storage");
const Name kStorageClassName("storageClassName");
const Name kVolumeAttributesClassName("volumeAttributesClassName");
const Name kVolumeName("volumeName");

// The part of a spec that says where the volume is.
Value SourceOf(const Value& spec) {
  Value source = Value::EmptyObject();
  for (const std::string_view kind : VolumeSources()) {
    if (!spec[kind].is_null()) source = source.Set(kind, spec[kind]);
  }
  return source;
}

}  // namespace

void CheckDriverChange(const Change& change) {
  if (!change.main()) return;
  // The message has a spelling of its own.
  if (!(change.spec()["attachRequired"] == change.stored.spec()["attachRequired"])) {
    change.Invalid("spec.attachedRequired", change.TypeOf("spec").Find("attachRequired")->type,
                   change.spec()["attachRequired"], "field is immutable");
  }
  CheckImmutable(change, "spec.volumeLifecycleModes");
}

// A driver that stays says the same, but for how much it can attach.
void CheckDriversOfNodeChange(const Change& change) {
  static const Name kDrivers("drivers");
  static const Name kAllocatable("allocatable");
  const TypeInfo& type = *change.TypeOf("spec").Find(kDrivers)->type.element->type;
  for (const Value& before : change.stored.spec()[kDrivers].elements()) {
    for (const Value& now : change.spec()[kDrivers].elements()) {
      if (now[names::kName] != before[names::kName] || now.Without(kAllocatable) == before.Without(kAllocatable))
        continue;
      change.errors.Add(
          field::InvalidText("spec.drivers", InternalText(type, now.Without(kAllocatable)), "field is immutable"));
    }
  }
}

void CheckClaimChange(const Change& change) {
  if (!change.main()) return;
  const Value& before = change.stored.spec();
  const Value& now = change.spec();
  Value old = before;
  Value munged = now;
  if (before[kVolumeName].empty() && !now[kVolumeName].empty()) old = old.Set(kVolumeName, now[kVolumeName]);
  // An unnamed class may get a name once.
  if (before[kStorageClassName].is_null() && !now[kStorageClassName].is_null())
    munged = munged.Without(kStorageClassName);
  if (change.stored.status()[names::kPhase] == "Bound") {
    if (!munged[words::kResources][words::kRequests].is_null()) {
      munged = munged.SetIn({words::kResources, words::kRequests, kStorage},
                            before[words::kResources][words::kRequests][kStorage]);
    }
    const Value& attributes = before[kVolumeAttributesClassName];
    munged = attributes.is_null() ? munged.Without(kVolumeAttributesClassName)
                                  : munged.Set(kVolumeAttributesClassName, attributes);
  }
  if (!(munged == old)) {
    const TypeInfo& type = change.TypeOf("spec");
    change.errors.Forbidden(
        Path(nullptr, "spec"),
        "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
        "claims\n" +
            UnifiedDiff(InternalLines(type, old), InternalLines(type, munged)));
  }
  const Quantity size = Quantity::Of(now[words::kResources][words::kRequests][kStorage]);
  const Quantity capacity = Quantity::Of(change.stored.status()[kCapacity][kStorage]);
  if (size < Quantity::Of(before[words::kResources][words::kRequests][kStorage]) && size <= capacity) {
    change.errors.Forbidden(Path(nullptr, "spec.resources.requests.storage"),
                            "field can not be less than status.capacity");
  }
  if (!(now["volumeMode"] == before["volumeMode"])) {
    change.errors.Invalid(Path(nullptr, "volumeMode"), now["volumeMode"], "field is immutable");
  }
  const Value& attributes = now[kVolumeAttributesClassName];
  if (attributes == before[kVolumeAttributesClassName]) return;
  if (change.stored.status()["currentVolumeAttributesClassName"].is_null() || !attributes.empty()) return;
  const std::string what = attributes.is_null() ? "nil" : "empty string";
  change.errors.Forbidden(
      Path(nullptr, "spec.volumeAttributesClassName"),
      "update to " + what + " is forbidden when status.currentVolumeAttributesClassName is not nil");
}

void CheckVolumeChange(const Change& change) {
  if (!change.main()) return;
  const Value& before = change.stored.spec();
  Value now = change.spec();
  static const Name kExpand("controllerExpandSecretRef");
  static const Name kCsiName("csi");
  if (!before[kCsiName].is_null() && before[kCsiName][kExpand].is_null() && !now[kCsiName].is_null()) {
    now = now.Set(kCsiName, now[kCsiName].Without(kExpand));
  }
  const Value old_source = SourceOf(before);
  const Value source = SourceOf(now);
  if (!(old_source == source)) {
    // The source alone is a type of its own, whose fields stand in the spec.
    const TypeInfo& spec = change.TypeOf("spec");
    const TypeInfo* type = nullptr;
    for (const FieldInfo& field : spec.fields) type = field.inlined ? field.type.type : type;
    WT_CHECK(type != nullptr, "a volume's spec has its source inlined");
    change.errors.Forbidden(Path(nullptr, "spec.persistentvolumesource"),
                            "spec.persistentvolumesource is immutable after creation\n" +
                                UnifiedDiff(InternalLines(*type, old_source), InternalLines(*type, source)));
  }
  if (!(now["volumeMode"] == before["volumeMode"])) {
    change.errors.Invalid(Path(nullptr, "volumeMode"), now["volumeMode"], "field is immutable");
  }
  if (!before[kNodeAffinity].is_null() && !(now[kNodeAffinity] == before[kNodeAffinity])) {
    change.Invalid("nodeAffinity", change.TypeOf("spec").Find("nodeAffinity")->type, now[kNodeAffinity],
                   "field is immutable, except for updating from beta label to GA");
  }
  if (!before[kVolumeAttributesClassName].is_null() && now[kVolumeAttributesClassName].is_null()) {
    change.errors.Forbidden(Path(nullptr, "spec.volumeAttributesClassName"),
                            "update from non-nil value to nil is forbidden");
  }
}

}  // namespace wavetank::sim
