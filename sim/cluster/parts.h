// The controllers of a cluster as a table: what a world, a scenario (`cluster.controllers`) and the command line can switch
// on, each a process of its own.
//
//   for (const ClusterPart& part : ClusterParts()) world.AddProcess(std::string(part.name), part.main);
//
// Kubelets are not in it (each has a node), nor are controllers that users bring.
#pragma once

#include <span>
#include <string_view>

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::sim {

// Takes the place of the garbage collector of the usual kinds.
inline constexpr std::string_view kEveryKindCollector = "garbage-collector-of-every-kind";

struct ClusterPart {
  std::string_view name;
  Task<Status> (*main)(Environment&);
  std::string_view doc;
};

// In the order of their start.
std::span<const ClusterPart> ClusterParts();
// Those that a world has only when it names them: all but the scheduler and the garbage collector of the usual kinds.
std::span<const ClusterPart> OptionalClusterParts();
// Null when there is none.
const ClusterPart* FindClusterPart(std::string_view name);

}  // namespace wavetank::sim
