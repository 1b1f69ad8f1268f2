// The two writes that change how many pods a set has, and the events that tell of them (RS-074..076, RS-087, RS-108).
//
// An error is the caller's to count; the events are written here, as they happen.
#pragma once

#include "examples/replicaset/set_controller.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

// The pod that a set makes from its template: generateName, the set's namespace, labels, annotations, finalizers and spec
// of the template, one owner reference. Name and namespace of the template count for nothing (RS-074).
Value NewPod(const SetKind& kind, const Object& set);

// A namespace that is being deleted refuses all pods: no event is written, and the error has that cause (RS-075).
bool NamespaceIsTerminating(const Status& error);

// `pod`: what NewPod says, made once for all of a batch, so that they share what they have in common.
Task<Status> CreatePod(SetController* controller, Object set, Object pod);

// NotFound is returned without an event. Hardened: only this very pod in this very state, else a conflict (BUG-09).
Task<Status> DeletePod(SetController* controller, Object set, Object pod);

}  // namespace wavetank::examples
