// Claiming: which pods a set keeps, takes in and lets go (RS-040..050).
//
//   CO_RETURN_IF_ERROR(co_await ClaimPods(controller, set, &known));
//
//   controller reference | selector | set deleting | pod deleting | what happens
//   of somebody else     |          |              |              | nothing
//   ours                 | matches  |              |              | kept
//   ours                 | does not | no           |              | released, unless it is gone already
//   none                 | matches  | no           | no           | adopted, after one live look at the set (RS-042)
//   otherwise            |          |              |              | nothing
//
// One pod after the other; an error does not keep the next one from being looked at, but the sync ends with it (RS-046).
// Neither adoption nor release is an event of the set (RS-108) or counts in expectations (RS-047).
#pragma once

#include <span>
#include <vector>

#include "examples/replicaset/known_pods.h"
#include "examples/replicaset/set_controller.h"
#include "runtime/api/selectors.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

enum class Claim : uint8_t { kIgnore, kKeep, kRelease, kAdopt };
// The table above, as a pure function.
// `ours`: the pod's controller is the set; `matches`: its labels fit.
Claim DecideClaim(const Object& set, const Object& pod, bool ours, bool matches);

// Says of each pod whether it is the set's now. Those that are going are neither adopted nor released (RS-100). O(pods) and a
// request for each that changes hands.
Task<Status> ClaimPods(SetController* controller, Object set, KnownPods* known);

// Owned and matching, without changing anything.
std::vector<Object> AlreadyClaimed(const Object& set, const LabelSelector& selector, std::span<const Object> pods);

// The bodies of the two strategic merge patches (RS-043, RS-045). Both name the pod's uid.
Value AdoptPatch(const SetKind& kind, const Object& set, const Object& pod);
Value ReleasePatch(const Object& set, const Object& pod);

// One error as it is, several as "[a, b]", each text once.
Status Aggregate(std::span<const Status> errors);

}  // namespace wavetank::examples
