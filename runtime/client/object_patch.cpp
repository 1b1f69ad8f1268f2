#include "runtime/client/object_patch.h"

#include "runtime/value/patch.h"

namespace wavetank {

Result<ObjectPatch> MergeFrom::Diff(const Object& after) const {
  Value patch = MakeMergePatch(before_.value(), after.value());
  if (lock_) {
    const Value& version = before_.metadata()[names::kResourceVersion];
    if (version.empty()) {
      return Status(Code::kInvalidArgument, "cannot use the optimistic lock: the snapshot has no resourceVersion");
    }
    patch = patch.SetIn({names::kMetadata, names::kResourceVersion}, version);
  }
  return ObjectPatch(PatchType::kMerge, std::move(patch));
}

}  // namespace wavetank
