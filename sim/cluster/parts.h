// The controllers of a cluster as a table: what a world, a scenario (`cluster.controllers`) and the command line can switch
// on, each a process of its own.
//
//   for (const ClusterPart& part : ClusterParts()) world.AddProcess(std::string(part.name), part.main);
//
// Kubelets are not in it (each has a node), nor are controllers that users bring.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::sim {

struct ClusterPart {
  std::string_view name;
  Task<Status> (*main)(Environment&);
  std::string_view doc;
  std::string_view replaces = {};  // the part whose work it does as well: one of the two is enough
};

// In the order of their start.
std::span<const ClusterPart> ClusterParts();
// Those that a world has only when it names them: all but the scheduler and the garbage collector of the usual kinds.
std::span<const ClusterPart> OptionalClusterParts();
// Whether one of `names` does the work of that part.
bool IsReplaced(std::string_view part, std::span<const std::string_view> names);
// Null when there is none.
const ClusterPart* FindClusterPart(std::string_view name);

}  // namespace wavetank::sim
