// SetReconciler: one sync of one set, in upstream's order (RS-030).
//
//   consistency · the set from the cache · expectations (before the pods are listed, RS-031) · selector · owned pods and
//   orphans · claims · create or delete · status · what is to be looked at later
//
// The order is the algorithm: swap the expectations and the listing, and a pod that appears in between is made twice.
#pragma once

#include <optional>
#include <vector>

#include "examples/replicaset/set_controller.h"
#include "runtime/controller/reconciler.h"

namespace wavetank::examples {

class SetReconciler final : public Reconciler {
 public:
  // `controller` outlives it.
  explicit SetReconciler(SetController* controller) : controller_(*controller) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override;
  std::optional<uint64_t> Fingerprint() const override;

 private:
  Task<Result<ReconcileResult>> Sync(Context ctx, Object set);

  SetController& controller_;
};

}  // namespace wavetank::examples
