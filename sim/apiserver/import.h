// Import: puts an object into a store as it is, with the parts that a client could not set: for worlds that begin in the
// middle of a story.
//
//   Status done = Import(server, resource, document, info);
//
// The object is created like any other (defaults, admission, validation), as `user`; then its status, and the
// metadata that only a server writes (uid, creationTimestamp, generation, deletionTimestamp with its grace period), are
// taken from the document where it has them. An ownerReference without a uid gets that of the object it names.
#pragma once

#include "runtime/base/status.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

Status Import(ApiServer& server, const ResourceInfo& resource, const Value& document, const RequestInfo& info);

}  // namespace wavetank::sim
