// The Node object that a kubelet registers, and its status: a machine of 8 cores and 32 GiB that is always Ready.
#pragma once

#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::sim::cluster {

// What a kubelet creates: name, the usual labels, the status.
Object MakeNode(std::string_view name, const String& address, Time now);

// The status of a Node that is here already: the same node of the document when a kubelet wrote it before.
Value UpdatedNodeStatus(const Object& node, const String& address, Time now);

}  // namespace wavetank::sim::cluster
