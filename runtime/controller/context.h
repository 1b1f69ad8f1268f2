// Context: what a reconcile is told besides its request.
//
//   ctx.log().Info("Reconcile: pod num " + std::to_string(n));   // carries the keys of RT-076
//   if (ctx.stopping()) co_return ReconcileResult::Done();       // the process is about to end
//   for (const char* why : ctx.reasons()) ...                    // why this key was queued (RT-352)
//
// A Context is one pointer; copies are free. It is valid until the reconcile it was given to has ended, in the whole tree
// of tasks below it. Tests that call Reconcile themselves make a ReconcileScope and pass scope.context().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/logging.h"
#include "runtime/base/time.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/signal.h"
#include "runtime/workqueue/queue.h"

namespace wavetank {

class Context;

// What a Context points to. Lives in the worker's frame for one reconcile; nothing in it is computed before it is asked.
struct ReconcileScope {
  explicit ReconcileScope(Environment& environment) : environment(&environment), logger(&environment.logger()) {}
  Context context() const;

  Environment* environment;
  const Logger* logger;                 // the controller's
  std::string_view kind;                // of the requests: "ReplicaSet"; may be empty
  const ObjectKey* request = nullptr;   // for the logger's keys
  Signal* stop = nullptr;
  std::optional<Time> deadline;
  uint64_t id_seed = 0;                 // drawn from the controller's stream "reconcile-id/<controller>"
  int priority = 0;
  ReconcileReasons reasons;
};

class Context {
 public:
  explicit Context(const ReconcileScope& scope) : scope_(&scope) {}

  Environment& environment() const { return *scope_->environment; }
  Executor& executor() const { return environment().executor(); }
  Time Now() const { return executor().Now(); }

  // The controller's logger with <Kind>, namespace, name and reconcileID (RT-076).
  Logger log() const;
  // A version 4 UUID, of its own for each reconcile, the same in every run of one seed (RT-072).
  std::string reconcile_id() const;

  // Why the key was queued, oldest reason first; at most ReconcileReasons::kMax.
  const ReconcileReasons& reasons() const { return scope_->reasons; }
  int priority() const { return scope_->priority; }

  // Set when the manager stops. A reconcile may go on to its end (RT-065) or leave early.
  bool stopping() const { return scope_->stop != nullptr && scope_->stop->is_set(); }
  // Null outside a controller.
  Signal* stop_signal() const { return scope_->stop; }
  // When the reconcile is cut off (ControllerOptions::reconcile_timeout, RT-071).
  std::optional<Time> deadline() const { return scope_->deadline; }

 private:
  const ReconcileScope* scope_;
};

inline Context ReconcileScope::context() const { return Context(*this); }

}  // namespace wavetank
