// Patches of objects (RT-266).
//
//   Object after = before.With(before.value().SetIn({names::kSpec, names::kReplicas}, 3));
//   co_await client.Patch(after, MergeFrom(before));                       // sends the difference only
//   co_await client.Patch(after, MergeFrom(before).WithOptimisticLock());  // 409 when somebody was faster
//   co_await client.Patch(after, StrategicMergeFrom(before));              // lists of built-in kinds by their keys
//   co_await client.Patch(kPod, key, ObjectPatch(PatchType::kJson, operations));
//
// A merge patch replaces whole lists: without the optimistic lock, conditions or finalizers that another writer added in
// the meantime are lost (RT-267). A strategic merge patch changes single elements of the lists that the kind table marks
// (API-223); custom kinds have none: the server answers 415.
#pragma once

#include <utility>

#include "runtime/api/object.h"
#include "runtime/api/registry.h"
#include "runtime/base/status.h"
#include "runtime/transport/request.h"

namespace wavetank {

// A patch ready to send.
class ObjectPatch {
 public:
  ObjectPatch(PatchType type, Value body) : type_(type), body_(std::move(body)) {}
  PatchType type() const { return type_; }
  const Value& body() const { return body_; }

 private:
  PatchType type_;
  Value body_;
};

// The difference between a snapshot and what the object should be, as a merge patch.
class MergeFrom {
 public:
  explicit MergeFrom(Object before) : MergeFrom(std::move(before), PatchType::kMerge) {}
  template <typename T>
    requires requires(const T& view) { view.ToObject(); }
  explicit MergeFrom(const T& before) : MergeFrom(before.ToObject()) {}

  // Adds the snapshot's resourceVersion to the patch. InvalidArgument at Diff when it has none.
  MergeFrom& WithOptimisticLock() {
    lock_ = true;
    return *this;
  }
  // The patch; an empty object when nothing differs and no lock was asked for. `resource` (a strategic merge patch needs
  // its type) may be null for a merge patch. InvalidArgument when no such patch leads there.
  Result<ObjectPatch> Diff(const Object& after, const ResourceInfo* resource = nullptr) const;

 protected:
  MergeFrom(Object before, PatchType type) : before_(std::move(before)), type_(type) {}

 private:
  Object before_;
  PatchType type_;
  bool lock_ = false;
};

// The same as a strategic merge patch.
class StrategicMergeFrom : public MergeFrom {
 public:
  explicit StrategicMergeFrom(Object before) : MergeFrom(std::move(before), PatchType::kStrategicMerge) {}
  template <typename T>
    requires requires(const T& view) { view.ToObject(); }
  explicit StrategicMergeFrom(const T& before) : StrategicMergeFrom(before.ToObject()) {}
};

}  // namespace wavetank
