// What preparation and validation of Services both ask about a spec: its field names, interned once, and what its type has
// a use for. A spec that is not there yet (null) needs an address, since only ExternalName says that it does without.
#pragma once

#include <string_view>

#include "runtime/api/names.h"
#include "runtime/value/value.h"

namespace wavetank::sim::service {

inline const Name kAllocateNodePorts("allocateLoadBalancerNodePorts");
inline const Name kClusterIp("clusterIP");
inline const Name kClusterIps("clusterIPs");
inline const Name kExternalTrafficPolicy("externalTrafficPolicy");
inline const Name kHealthCheckNodePort("healthCheckNodePort");
inline const Name kIpFamilies("ipFamilies");
inline const Name kIpFamilyPolicy("ipFamilyPolicy");
inline const Name kLoadBalancerClass("loadBalancerClass");
inline const Name kNodePort("nodePort");
inline const Name kPort("port");
inline const Name kPorts("ports");

inline bool IsType(const Value& spec, std::string_view type) { return spec[names::kType] == type; }
inline bool NeedsAddress(const Value& spec) { return !IsType(spec, "ExternalName"); }
inline bool NeedsNodePorts(const Value& spec) { return IsType(spec, "NodePort") || IsType(spec, "LoadBalancer"); }
inline bool NeedsHealthPort(const Value& spec) {
  return IsType(spec, "LoadBalancer") && spec[kExternalTrafficPolicy] == "Local";
}
// It can be reached from outside the cluster.
inline bool NeedsTrafficPolicy(const Value& spec) {
  return NeedsNodePorts(spec) || (IsType(spec, "ClusterIP") && !spec["externalIPs"].empty());
}

}  // namespace wavetank::sim::service
