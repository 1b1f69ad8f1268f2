#include "runtime/api/metadata.h"

#include <memory>
#include <optional>

#include "runtime/api/gvk.h"
#include "runtime/base/strings.h"

namespace wavetank {
namespace {

const Name kLastTransitionTime("lastTransitionTime");
const Name kMessage("message");
const Name kObservedGeneration("observedGeneration");
const Name kReason("reason");

// Marks the error of an object that somebody else controls.
class AlreadyOwnedDetail : public StatusDetail {};

std::string_view GroupOf(std::string_view api_version) { return SplitApiVersion(api_version).group; }

// A reference is to the owner when group, kind and name agree; the version may differ.
bool RefersTo(const Value& reference, const Object& owner) {
  return reference[names::kName] == owner.name().view() && reference[names::kKind] == owner.kind() &&
         GroupOf(reference[names::kApiVersion].AsString()) == GroupOf(owner.api_version());
}

std::optional<size_t> IndexOf(const Value& references, const Object& owner) {
  for (size_t i = 0; i < references.size(); ++i) {
    if (RefersTo(references[i], owner)) return i;
  }
  return std::nullopt;
}

const Value& References(const Object& object) { return object.metadata()[names::kOwnerReferences]; }

Object WithMetadata(const Object& object, Name field, const Value& value) {
  return object.With(object.value().SetIn({names::kMetadata, field}, value));
}

Object WithReferences(const Object& object, const Value& references) {
  if (!references.empty()) return WithMetadata(object, names::kOwnerReferences, references);
  return object.With(object.value().WithoutIn({names::kMetadata, names::kOwnerReferences}));
}

Status CheckOwner(const Object& object, const Object& owner) {
  if (owner.name().empty() || owner.uid().empty() || owner.kind().empty() || owner.api_version().empty()) {
    return Status(Code::kInvalidArgument, "an owner has apiVersion, kind, name and uid");
  }
  if (owner.ns().empty()) return {};
  if (object.ns().empty()) {
    return Status(
        Code::kInvalidArgument,
        "cluster-scoped resource must not have a namespace-scoped owner, owner's namespace " + owner.ns().str());
  }
  if (object.ns() != owner.ns()) {
    return Status(Code::kInvalidArgument, "cross-namespace owner references are disallowed, owner's namespace " +
                                              owner.ns().str() + ", obj's namespace " + object.ns().str());
  }
  return {};
}

Status AlreadyOwned(const Object& object, const Value& by) {
  return Status(Code::kAlreadyExists, "Object " + object.key().ToString() + " is already owned by another " +
                                          std::string(by[names::kKind].AsString()) + " controller " +
                                          std::string(by[names::kName].AsString()))
      .WithDetail(std::make_shared<AlreadyOwnedDetail>());
}

// The entry of a map under metadata.
Object SetEntry(const Object& object, Name map, std::string_view key, std::string_view value) {
  const Value& entries = object.metadata()[map];
  if (entries[key] == value) return object;
  return WithMetadata(object, map, entries.Set(key, value));
}

Object RemoveEntry(const Object& object, Name map, std::string_view key) {
  const Value& entries = object.metadata()[map];
  if (!entries.Has(key)) return object;
  const Value rest = entries.Without(key);
  if (rest.empty()) return object.With(object.value().WithoutIn({names::kMetadata, map}));
  return WithMetadata(object, map, rest);
}

std::optional<size_t> IndexOfText(const Value& list, std::string_view text) {
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i] == text) return i;
  }
  return std::nullopt;
}

std::optional<size_t> IndexOfCondition(const Value& conditions, std::string_view type) {
  for (size_t i = 0; i < conditions.size(); ++i) {
    if (conditions[i][names::kType] == type) return i;
  }
  return std::nullopt;
}

}  // namespace

Gvk KindOfObject(const Object& object) {
  const GroupVersion version = SplitApiVersion(object.api_version());
  return Gvk(version.group, version.version, object.kind());
}

Value MakeOwnerReference(const Object& owner, bool controller, bool block_owner_deletion) {
  ObjectBuilder builder(6);
  builder.Add(names::kApiVersion, owner.value()[names::kApiVersion]);
  if (block_owner_deletion) builder.Add(names::kBlockOwnerDeletion, true);
  if (controller) builder.Add(names::kController, true);
  builder.Add(names::kKind, owner.value()[names::kKind]).Add(names::kName, owner.name()).Add(names::kUid, owner.uid());
  return builder.Build();
}

Result<Object> SetControllerReference(const Object& object, const Object& owner, OwnerOptions options) {
  WT_RETURN_IF_ERROR(CheckOwner(object, owner));
  const Value& by = ControllerOf(object);
  if (!by.is_null() && !RefersTo(by, owner)) return AlreadyOwned(object, by);
  const Value& references = References(object);
  const Value made = MakeOwnerReference(owner, true, options.block_owner_deletion);
  const std::optional<size_t> at = IndexOf(references, owner);
  if (at && references[*at] == made) return object;
  return WithReferences(object, at ? references.SetAt(*at, made) : references.Append(made));
}

Result<Object> SetOwnerReference(const Object& object, const Object& owner, OwnerOptions options) {
  WT_RETURN_IF_ERROR(CheckOwner(object, owner));
  const Value& references = References(object);
  const std::optional<size_t> at = IndexOf(references, owner);
  const bool controls = at && references[*at][names::kController].AsBool();
  const bool blocks = options.block_owner_deletion || (at && references[*at][names::kBlockOwnerDeletion].AsBool());
  const Value made = MakeOwnerReference(owner, controls, blocks);
  if (at && references[*at] == made) return object;
  return WithReferences(object, at ? references.SetAt(*at, made) : references.Append(made));
}

bool HasOwnerReference(const Object& object, const Object& owner) {
  return IndexOf(References(object), owner).has_value();
}

bool IsControlledBy(const Object& object, const Object& owner) {
  return !owner.uid().empty() && ControllerOf(object)[names::kUid] == owner.uid();
}

Result<Object> RemoveOwnerReference(const Object& object, const Object& owner) {
  const std::optional<size_t> at = IndexOf(References(object), owner);
  if (!at) {
    return Status(Code::kNotFound, object.key().ToString() + " does not have an owner reference for " +
                                       std::string(owner.kind()) + " " + owner.name().str());
  }
  return WithReferences(object, References(object).WithoutAt(*at));
}

bool IsAlreadyOwned(const Status& status) {
  return dynamic_cast<const AlreadyOwnedDetail*>(status.detail().get()) != nullptr;
}

bool HasFinalizer(const Object& object, std::string_view finalizer) {
  return IndexOfText(object.metadata()[names::kFinalizers], finalizer).has_value();
}

bool AddFinalizer(Object& object, std::string_view finalizer) {
  if (HasFinalizer(object, finalizer)) return false;
  object = WithMetadata(object, names::kFinalizers, object.metadata()[names::kFinalizers].Append(finalizer));
  return true;
}

bool RemoveFinalizer(Object& object, std::string_view finalizer) {
  const Value& finalizers = object.metadata()[names::kFinalizers];
  ArrayBuilder rest;
  for (const Value& f : finalizers.elements()) {
    if (!(f == finalizer)) rest.Add(f);
  }
  if (rest.size() == finalizers.size()) return false;
  object = rest.size() > 0 ? WithMetadata(object, names::kFinalizers, rest.Build())
                           : object.With(object.value().WithoutIn({names::kMetadata, names::kFinalizers}));
  return true;
}

std::string_view Label(const Object& object, std::string_view key) { return object.labels()[key].AsString(); }
std::string_view Annotation(const Object& object, std::string_view key) { return object.annotations()[key].AsString(); }

Object WithLabel(const Object& object, std::string_view key, std::string_view value) {
  return SetEntry(object, names::kLabels, key, value);
}
Object WithoutLabel(const Object& object, std::string_view key) { return RemoveEntry(object, names::kLabels, key); }
Object WithAnnotation(const Object& object, std::string_view key, std::string_view value) {
  return SetEntry(object, names::kAnnotations, key, value);
}
Object WithoutAnnotation(const Object& object, std::string_view key) {
  return RemoveEntry(object, names::kAnnotations, key);
}

const Value& FindCondition(const Value& status, std::string_view type) {
  static const Value none;
  const Value& conditions = status[names::kConditions];
  const std::optional<size_t> at = IndexOfCondition(conditions, type);
  return at ? conditions[*at] : none;
}

bool IsConditionTrue(const Value& status, std::string_view type) {
  return FindCondition(status, type)[names::kStatus] == "True";
}

Value SetCondition(const Value& status, const Condition& condition, Time now) {
  const Value& conditions = status[names::kConditions];
  const std::optional<size_t> at = IndexOfCondition(conditions, condition.type);
  const Value old = at ? conditions[*at] : Value();
  Value made = (at ? old : Value::EmptyObject()).Set(names::kType, condition.type);
  if (!at || old[names::kStatus].AsString() != condition.status) made = made.Set(kLastTransitionTime, FormatTime(now));
  made = made.Set(names::kStatus, condition.status).Set(kReason, condition.reason).Set(kMessage, condition.message);
  if (condition.observed_generation != 0) made = made.Set(kObservedGeneration, condition.observed_generation);
  if (at && made == old) return status;
  return status.Set(names::kConditions, at ? conditions.SetAt(*at, made) : conditions.Append(made));
}

Value WithoutCondition(const Value& status, std::string_view type) {
  const Value& conditions = status[names::kConditions];
  const std::optional<size_t> at = IndexOfCondition(conditions, type);
  return at ? status.Set(names::kConditions, conditions.WithoutAt(*at)) : status;
}

}  // namespace wavetank
