#include "runtime/client/object_patch.h"

#include "runtime/api/strategic_merge.h"
#include "runtime/value/patch.h"

namespace wavetank {
namespace {

Result<Value> Difference(PatchType type, const Value& before, const Value& after, const ResourceInfo* resource) {
  if (type != PatchType::kStrategicMerge) return MakeMergePatch(before, after);
  if (resource == nullptr || resource->type == nullptr) {
    return Status(Code::kInvalidArgument, "a kind without a type has no strategic merge patches; use MergeFrom");
  }
  return MakeStrategicMerge(*resource->type, before, after);
}

}  // namespace

Result<ObjectPatch> MergeFrom::Diff(const Object& after, const ResourceInfo* resource) const {
  WT_ASSIGN(Value patch, Difference(type_, before_.value(), after.value(), resource));
  if (lock_) {
    const Value& version = before_.metadata()[names::kResourceVersion];
    if (version.empty()) {
      return Status(Code::kInvalidArgument, "cannot use the optimistic lock: the snapshot has no resourceVersion");
    }
    patch = patch.SetIn({names::kMetadata, names::kResourceVersion}, version);
  }
  return ObjectPatch(type_, std::move(patch));
}

}  // namespace wavetank
