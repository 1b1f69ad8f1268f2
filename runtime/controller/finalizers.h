// Finalizers: what has to be done before an object may go (RT-264, RT-265).
//
//   // One, guarded: apply never runs before the finalizer is stored, so that cleanup runs after any apply.
//   auto done = co_await RunFinalizer(client, object, "example.com/bucket", apply, cleanup);
//
//   // Several, registered once; the caller writes the object.
//   Finalizers finalizers;
//   WT_RETURN_IF_ERROR(finalizers.Register("example.com/bucket", cleanup));
//   FinalizersOutcome outcome = co_await finalizers.Finalize(object);
//   if (outcome.changed) co_await client.Update(outcome.object);
//   if (!outcome.error.ok()) co_return outcome.error;
//
// RunFinalizer writes JSON patches with `test` operations: what somebody else did to the list in the meantime is a conflict
// (an Invalid answer), never lost; the next reconcile goes on from there. It holds nothing between calls.
// A cleanup may run again after a crash, for an object that is already half cleaned up: it must bear that.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "runtime/client/client.h"
#include "runtime/exec/task.h"

namespace wavetank {

// Gets the object as it was read.
using FinalizerStep = std::function<Task<Status>(Object)>;

enum class FinalizerOutcome : uint8_t {
  kAdded,    // it was missing and is stored now; apply comes with the next event
  kApplied,  // apply ran
  kRemoved,  // cleanup ran, and the finalizer was taken off
  kNothing,  // the object goes, and this finalizer is not on it
};

Task<Result<FinalizerOutcome>> RunFinalizer(Client client, Object object, std::string finalizer, FinalizerStep apply,
                                            FinalizerStep cleanup);

struct FinalizersOutcome {
  Object object;         // as it should be stored
  bool changed = false;  // it has to be written
  Status error;          // of all that failed, in the order of their names
};

class Finalizers {
 public:
  // kAlreadyExists for a name that is taken; kInvalidArgument for one without a '/': the server wants domain/name.
  Status Register(std::string finalizer, FinalizerStep cleanup);
  // Of an object that stays: adds what is missing. Of one that goes: runs what is on it, in the order of the names, and takes
  // off what succeeded; one failure does not keep the others from running.
  Task<FinalizersOutcome> Finalize(Object object) const;

 private:
  std::map<std::string, FinalizerStep> steps_;
};

}  // namespace wavetank
