// Names of kinds and resources: apps/v1 ReplicaSet, apps/v1 replicasets.
//
// The parts are interned (runtime/value/string.h), so that equality is three pointer comparisons and copies are free.
// Custom kinds are interned too: their number is bounded by what a server serves, not by what requests say. Text of
// requests is looked up in the kind registry first and never interned.
#pragma once

#include <string>
#include <string_view>

#include "runtime/value/string.h"

namespace wavetank {

struct Gvk {
  Name group;
  Name version;
  Name kind;

  Gvk(std::string_view group, std::string_view version, std::string_view kind)
      : group(group), version(version), kind(kind) {}
  bool operator==(const Gvk&) const = default;
  // "apps/v1", "v1".
  std::string api_version() const;
  // "ReplicaSet.apps", "Pod": as messages and metrics name a kind.
  std::string group_kind() const;
  std::string ToString() const { return api_version() + ", Kind=" + std::string(kind.view()); }
};

struct Gvr {
  Name group;
  Name version;
  Name resource;

  Gvr(std::string_view group, std::string_view version, std::string_view resource)
      : group(group), version(version), resource(resource) {}
  bool operator==(const Gvr&) const = default;
  std::string api_version() const;
  // "replicasets.apps", "pods": as messages name a resource (API-040).
  std::string group_resource() const;
  // "/apis/apps/v1/namespaces/<ns>/replicasets[/<name>[/<sub>]]".
  std::string Path(std::string_view ns, std::string_view name, std::string_view subresource) const;
};

// Total order by text, for containers that must not depend on addresses.
bool operator<(const Gvk& a, const Gvk& b);
bool operator<(const Gvr& a, const Gvr& b);

// "apps/v1" -> {"apps", "v1"}; "v1" -> {"", "v1"}.
struct GroupVersion {
  std::string_view group;
  std::string_view version;
};
GroupVersion SplitApiVersion(std::string_view api_version);

}  // namespace wavetank
