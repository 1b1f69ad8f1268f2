// What events mean to the controller (RS-010..023): which sets to look at, and what was expected and has come.
//
//   ControllerManagedBy(manager)
//       .For(kind.gvk)                                       // RS-010, RS-011: every event of a set is a look at it
//       .Watches(kind.gvk, ForgetReplaced(&controller))      // RS-011, RS-012
//       .Watches(PodKind(), PodEvents(&controller))
//
// Handlers run in the informer's delivery: they read the caches and never wait.
#pragma once

#include <vector>

#include "examples/replicaset/set_controller.h"
#include "runtime/controller/handler.h"

namespace wavetank::examples {

// Drops what is remembered of a set that is gone, or that another one of the same name has replaced (RS-067). Enqueues
// nothing.
Handler ForgetReplaced(SetController* controller);
Handler PodEvents(SetController* controller);

// The set that a controller reference means: of our kind, in the cache, and of that very uid (RS-014). Null otherwise.
const Object* ResolveController(const SetController& controller, const String& ns, const Value& reference);
// Sets of the pod's namespace whose selector matches its labels; an empty selector matches nothing (RS-015, RS-023).
std::vector<Object> SetsMatching(const SetController& controller, const Object& pod);

}  // namespace wavetank::examples
