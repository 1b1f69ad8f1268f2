// Labeler: a small operator of somebody else's. Every ConfigMap that names a team in the annotation `example.com/team` carries the
// team as a label, too, so that it can be selected.
//
//   Task<Status> Main(Environment& environment);   // production, scenarios and tests run this very function
#pragma once

#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"

namespace labeler {

class Labeler : public wavetank::Reconciler {
 public:
  explicit Labeler(wavetank::Client client) : client_(client) {}
  wavetank::Task<wavetank::Result<wavetank::ReconcileResult>> Reconcile(wavetank::Context ctx,
                                                                        wavetank::Request request) override;

 private:
  wavetank::Client client_;
};

wavetank::Task<wavetank::Status> Main(wavetank::Environment& environment);

}  // namespace labeler
