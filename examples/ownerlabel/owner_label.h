// OwnerLabel: copies what a ConfigMap says about its owner (data.owner) into the label `owner`, for those who look for theirs.
//
// It trusts what people write, and not every text is a label: then the server refuses the patch (422), and goes on refusing
// it until somebody writes better. What an operator does meanwhile is the difference between the two:
//   owner-label        gives the error back; the queue tries again, ever more slowly
//   owner-label-hasty  tries again a moment later, for ever, as many do that "requeue on error"
#pragma once

#include "runtime/exec/environment.h"
#include "runtime/exec/task.h"

namespace wavetank::examples {

Task<Status> RunOwnerLabel(Environment& environment);
Task<Status> RunHastyOwnerLabel(Environment& environment);

}  // namespace wavetank::examples
