// What the gates run: a 3-replica ReplicaSet with a real 2 KB pod template, its keeper, and the cluster around it.
#pragma once

#include <string_view>

#include "examples/replicakeeper/replica_keeper.h"
#include "sim/apiserver/server.h"
#include "sim/scenario/world.h"
#include "tools/bench/pod_labeler.h"

namespace wavetank::bench {

using examples::KeeperOptions;
using examples::RunReplicaKeeper;

// A ReplicaSet named "frontend" in "default" whose pods are about 2.2 KB of JSON once defaulted.
Value FrontendReplicaSet(int64_t replicas);
// A cluster that already holds it, and three registered Nodes.
const sim::ApiServer& ClusterWithFrontend();
// The same objects behind a server that neither defaults nor validates: what the bare loop runs on.
const sim::ApiServer& BareClusterWithFrontend();

// Creates a request of a user.
ApiRequest CreateRequest(std::string_view resource_group, std::string_view resource, std::string_view ns, Value body);
ApiRequest MergePatchRequest(const Gvr& resource, std::string_view ns, std::string_view name, Value patch);

}  // namespace wavetank::bench
