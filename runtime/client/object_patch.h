// Patches of objects (RT-266).
//
//   Object after = before.With(before.value().SetIn({names::kSpec, names::kReplicas}, 3));
//   co_await client.Patch(after, MergeFrom(before));                       // sends the difference only
//   co_await client.Patch(after, MergeFrom(before).WithOptimisticLock());  // 409 when somebody was faster
//   co_await client.Patch(kPod, key, ObjectPatch(PatchType::kJson, operations));
//
// A merge patch replaces whole lists: without the optimistic lock, conditions or finalizers that another writer added in
// the meantime are lost (RT-267).
#pragma once

#include <utility>

#include "runtime/api/object.h"
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

// The difference between a snapshot and what the object should be.
class MergeFrom {
 public:
  explicit MergeFrom(Object before) : before_(std::move(before)) {}
  template <typename T>
    requires requires(const T& view) { view.ToObject(); }
  explicit MergeFrom(const T& before) : before_(before.ToObject()) {}

  // Adds the snapshot's resourceVersion to the patch. InvalidArgument at Diff when it has none.
  MergeFrom& WithOptimisticLock() {
    lock_ = true;
    return *this;
  }
  // The merge patch; an empty object when nothing differs and no lock was asked for.
  Result<ObjectPatch> Diff(const Object& after) const;

 private:
  Object before_;
  bool lock_ = false;
};

}  // namespace wavetank
