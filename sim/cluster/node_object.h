// The Node object that a kubelet registers, and its status: a machine of 8 cores and 32 GiB that is always Ready.
#pragma once

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::sim::cluster {

// What a kubelet creates: name, the usual labels, the status. The same document for the same second.
Object MakeNode(const String& name, const String& address, int pods, Time now);

// The status of a Node that is here already: the same node of the document when a kubelet wrote it before.
Value UpdatedNodeStatus(const Object& node, const String& address, int pods, Time now);

}  // namespace wavetank::sim::cluster
