// What lives in a cluster beside the API server: programs, written against the same Environment and client as any
// operator, that reach the server only over the network.
//
//   Process scheduler(kernel, "scheduler", SchedulerMain);
//
// Each is level-triggered and right under every fault of the catalogue: it may crash, see the past, and lose answers.
#pragma once

#include <string>

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::sim {

// Binds pods without a node to the node with the fewest pods (ENV-060); ties go to the first by name.
Task<Status> SchedulerMain(Environment& env);

// Runs the pods of one node (ENV-061): registers the Node, takes bound pods from Pending to Running and Ready, and lets
// terminating ones go when their containers have stopped.
Task<Status> KubeletMain(Environment& env, std::string node);

// Deletes objects whose owners are gone, in the background (ENV-020..027 without foreground and orphan).
Task<Status> GarbageCollectorMain(Environment& env);

}  // namespace wavetank::sim
