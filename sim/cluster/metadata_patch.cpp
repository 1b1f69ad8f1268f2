#include "sim/cluster/metadata_patch.h"

#include "runtime/api/names.h"

namespace wavetank::sim::cluster {

ObjectPatch MetadataPatch(const Object& object, Name field, Value value) {
  Value metadata = ObjectBuilder(3)
                       .Add(field, std::move(value))
                       .Add(names::kResourceVersion, object.metadata()[names::kResourceVersion])
                       .Add(names::kUid, object.uid())
                       .Build();
  return ObjectPatch(PatchType::kMerge, ObjectBuilder(1).Add(names::kMetadata, std::move(metadata)).Build());
}

Value WithoutOwner(const Object& object, const String& uid) {
  ArrayBuilder kept;
  for (const Value& owner : object.metadata()[names::kOwnerReferences].elements()) {
    if (!(owner[names::kUid] == uid.view())) kept.Add(owner);
  }
  return kept.size() == 0 ? Value() : kept.Build();
}

}  // namespace wavetank::sim::cluster
