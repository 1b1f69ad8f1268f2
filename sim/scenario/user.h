// The user at the keyboard: the steps of a scenario that send requests, as coroutines over the client.
//
// Each takes a turn of its own first (EventKind::kUser), so that a schedule decides when the user acts; its requests and
// their answers are events like any others.
#pragma once

#include <vector>

#include "runtime/client/client.h"
#include "sim/scenario/scenario.h"

namespace wavetank::sim {

// Waits for the user's turn, as the event `label`.
Task<Status> TakeTurn(Client client, EventLabel label);
// Creates each object; one that exists is merged with the manifest, unless `create_only`.
Task<Status> ApplyObjects(Client client, EventLabel label, const std::vector<Object>* objects, bool create_only);
Task<Status> Scale(Client client, EventLabel label, const ScaleStep* step);
Task<Status> PatchObject(Client client, EventLabel label, const PatchStep* step);
Task<Status> DeleteObjects(Client client, EventLabel label, const DeleteStep* step);

}  // namespace wavetank::sim
