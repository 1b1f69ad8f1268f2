// Merge patches of an object's metadata, for programs that adopt, release and let go what others made.
//
//   co_await client.Patch(kind, key, MetadataPatch(object, names::kOwnerReferences, WithoutOwner(object, uid)));
//
// A patch carries the uid and the version of the object it was made from: for another object, or a changed one, it is a
// conflict (ENV-023). Pure functions.
#pragma once

#include "runtime/api/object.h"
#include "runtime/client/client.h"

namespace wavetank::sim::cluster {

// `value` null takes the field away.
ObjectPatch MetadataPatch(const Object& object, Name field, Value value);

// The owner references but those to `uid`; null when none is left.
Value WithoutOwner(const Object& object, const String& uid);

}  // namespace wavetank::sim::cluster
