// What operators do with metadata and conditions, as pure functions on objects (RT-260..264).
//
//   WT_ASSIGN(pod, SetControllerReference(pod, replica_set));   // error AlreadyOwned when another one controls it
//   if (AddFinalizer(pod, "example.com/cleanup")) ...           // true: it was not there
//   Value status = SetCondition(object.status(), {"Ready", "True", "AllPodsReady", "3 of 3"}, now);
//
// An Object is never changed; the functions that take `Object&` put another one in its place. Unknown fields stay.
// When nothing changes the result is the same node, so that SameAs or identity tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank {

// The kind that the object's own apiVersion and kind name.
Gvk KindOfObject(const Object& object);

// ---- Owner references. `owner` carries kind, apiVersion, name and uid.

struct OwnerOptions {
  bool block_owner_deletion = true;
};

// `owner` controls `object` from now on. An earlier reference to the same group, kind and name is updated in place.
// kAlreadyExists with reason "AlreadyOwned": another object controls it (RT-260). kInvalidArgument: an owner in another
// namespace, or a namespaced owner of a cluster-scoped object (RT-261); the owner lacks a name or a uid.
Result<Object> SetControllerReference(const Object& object, const Object& owner, OwnerOptions options = {});
// The same without the controller flag; a reference that is there keeps it. Not blocking unless asked.
Result<Object> SetOwnerReference(const Object& object, const Object& owner,
                                 OwnerOptions options = {.block_owner_deletion = false});
// Is there a reference to the owner's group, kind and name?
bool HasOwnerReference(const Object& object, const Object& owner);
// Does the controller reference name this very owner, by uid?
bool IsControlledBy(const Object& object, const Object& owner);
// Without the reference to the owner's group, kind and name. kNotFound when there is none.
Result<Object> RemoveOwnerReference(const Object& object, const Object& owner);
// The reference SetControllerReference writes.
Value MakeOwnerReference(const Object& owner, bool controller, bool block_owner_deletion);
// Is it the error of SetControllerReference that says who has it already?
bool IsAlreadyOwned(const Status& status);

// ---- Finalizers. True when the object changed (RT-264).
bool AddFinalizer(Object& object, std::string_view finalizer);
bool RemoveFinalizer(Object& object, std::string_view finalizer);
bool HasFinalizer(const Object& object, std::string_view finalizer);

// ---- Labels and annotations.
std::string_view Label(const Object& object, std::string_view key);       // empty when absent
std::string_view Annotation(const Object& object, std::string_view key);  // empty when absent
Object WithLabel(const Object& object, std::string_view key, std::string_view value);
Object WithoutLabel(const Object& object, std::string_view key);
Object WithAnnotation(const Object& object, std::string_view key, std::string_view value);
Object WithoutAnnotation(const Object& object, std::string_view key);

// ---- Conditions, of a status (or of any struct with `conditions`).
struct Condition {
  std::string type;
  std::string status;  // "True", "False", "Unknown"
  std::string reason;
  std::string message;
  int64_t observed_generation = 0;  // left out when 0
};

// The condition of that type, null when there is none.
const Value& FindCondition(const Value& status, std::string_view type);
bool IsConditionTrue(const Value& status, std::string_view type);
// `status` with the condition set: lastTransitionTime becomes `now` only when the condition is new or its status changes.
// The same node when nothing changes.
Value SetCondition(const Value& status, const Condition& condition, Time now);
Value WithoutCondition(const Value& status, std::string_view type);

}  // namespace wavetank
