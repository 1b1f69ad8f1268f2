// Writing the status: an update, and one more try on a fresh copy (RS-105..107).
//
// Fidelity, as upstream: at most PUT, GET, PUT. The second PUT carries the status that was computed for the first, and the
// GET asks for a name: a successor of the same name gets its predecessor's numbers (see README.md).
// Hardened: one PUT. A conflict means that somebody knows more than this cache: nothing is forced on it, the set is looked
// at again. So the counts of an old cache never replace newer ones, and never those of a successor.
#pragma once

#include "examples/replicaset/set_controller.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

// The set as it is now: as the server answered, or `set` itself when there was nothing to write.
Task<Result<Object>> WriteStatus(SetController* controller, Object set, Value next);

}  // namespace wavetank::examples
