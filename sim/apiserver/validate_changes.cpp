// What may change: the common words, and kinds of a few lines (validate_kinds.h).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Value& At(const Value& object, std::string_view path) {
  const Value* at = &object;
  for (const std::string_view part : SplitPath(path)) at = &(*at)[part];
  return *at;
}

const FieldInfo& FieldAt(const TypeInfo& type, std::string_view path) {
  const TypeInfo* at = &type;
  const FieldInfo* field = nullptr;
  for (const std::string_view part : SplitPath(path)) {
    field = at->Find(part);
    WT_CHECK(field != nullptr, "a rule about a change names a field of the kind");
    at = field->type.type;
  }
  return *field;
}

}  // namespace

std::vector<std::string_view> SplitPath(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t dot = path.find('.');
    parts.push_back(path.substr(0, dot));
    if (dot == path.npos) return parts;
    path.remove_prefix(dot + 1);
  }
}

const Value& Change::spec() const { return object[names::kSpec]; }
const Value& Change::status() const { return object[names::kStatus]; }

const TypeInfo& Change::TypeOf(std::string_view field) const { return *resource.type->Find(field)->type.type; }

void Change::Invalid(std::string_view path, const TypeRef& ref, const Value& value, std::string_view detail) const {
  const bool compound = value.is_object() || value.is_array();
  errors.Add(field::InvalidText(path, compound ? InternalText(ref, value) : FieldValueText(value), detail));
}

void CheckImmutable(const Change& change, std::string_view path, std::string_view detail) {
  const Value& now = At(change.object, path);
  const Value& before = At(change.stored.value(), path);
  if (now == before || (now.empty() && before.empty() && !now.is_number() && !before.is_number() && !now.is_bool() &&
                        !before.is_bool() && !now.is_object() && !before.is_object())) {
    return;
  }
  const FieldInfo& field = FieldAt(*change.resource.type, path);
  const bool no_text = now.is_null() && field.type.shape == Shape::kString && !field.pointer;
  change.Invalid(path, field.type, no_text ? Value("") : now, detail);
}

void CheckNotDecremented(const Change& change, std::string_view path) {
  const Value& now = At(change.object, path);
  const Value& before = At(change.stored.value(), path);
  if (before.is_null() || (!now.is_null() && now.AsInt() >= before.AsInt())) return;
  change.errors.Invalid(Path(nullptr, path), Value(now.AsInt()), "cannot be decremented");
}

void CheckCollisionCount(const Change& change) {
  if (change.of_status()) CheckNotDecremented(change, "status.collisionCount");
}

void CheckStatefulSetChange(const Change& change) {
  CheckCollisionCount(change);
  if (!change.main()) return;
  constexpr std::string_view kMay[] = {"replicas",
                                       "ordinals",
                                       "template",
                                       "updateStrategy",
                                       "revisionHistoryLimit",
                                       "persistentVolumeClaimRetentionPolicy",
                                       "minReadySeconds"};
  Value rest = change.spec();
  Value before = change.stored.spec();
  for (const std::string_view name : kMay) {
    rest = rest.Without(name);
    before = before.Without(name);
  }
  if (rest == before) return;
  change.errors.Forbidden(Path(nullptr, "spec"),
                          "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                          "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                          "'minReadySeconds' are forbidden");
}

void CheckNamespaceChange(const Change& change) {
  if (change.subresource == "finalize") {
    const Value& finalizers = change.spec()[names::kFinalizers];
    for (size_t i = 0; i < finalizers.size(); ++i) {
      CheckFinalizerName(finalizers[i], Path(nullptr, "spec.finalizers") / i, change.errors);
    }
  }
  if (!change.of_status()) return;
  const Value& phase = change.status()[names::kPhase];
  const bool deleting = change.stored.deleting();
  const std::string_view wanted = deleting ? "Terminating" : "Active";
  if (phase == wanted) return;
  change.errors.Invalid(
      Path(nullptr, "status.Phase"), phase.is_null() ? Value("") : phase,
      "may only be '" + std::string(wanted) + "' if `deletionTimestamp` is " + (deleting ? "not empty" : "empty"));
}

void CheckRoleRefChange(const Change& change) { CheckImmutable(change, "roleRef", "cannot change roleRef"); }

void CheckAttributesClassChange(const Change& change) {
  for (const std::string_view field : {"driverName", "parameters"}) {
    if (change.object[field] == change.stored.value()[field]) continue;
    change.errors.Forbidden(Path() / field, "updates to " + std::string(field) + " are forbidden.");
  }
}

void CheckRevisionChange(const Change& change) {
  static const Name kData("data");
  if (!(change.now(kData) == change.before(kData))) {
    change.errors.Add(field::InvalidText("data", FieldValueText(change.now(kData)), "field is immutable"));
  }
}

}  // namespace wavetank::sim
