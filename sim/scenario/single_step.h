// Single-step tests: a controller that works only when it is told to, one reconcile at a time (`sync`).
//
//   HoldWork(world, processes)                    // its caches follow, its workers wait
//   Status done = SyncOnce(world, process, step, limits);
//
// While a reconcile is alone, no watch delivers, no other process does anything; its own requests are answered.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/scenario/world.h"

namespace wavetank::sim {

// OK also when the process dies in the middle. kDeadlineExceeded: it waits for something that does not come.
Status SyncOnce(World& world, Process& process, const SyncStep& step, const Kernel::Limits& limits);

}  // namespace wavetank::sim
