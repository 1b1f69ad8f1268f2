// The tutorial operator, as published: it labels each ReplicaSet with the number of its pods.
//
// The well-known first program of controller-runtime, line by line (../README.md has both side by side). It works on a good
// day, and keeps the mistakes that its many copies carry; each has a scenario that shows it (scenarios/published-*.yaml):
//   - NotFound is an error, so that a deleted ReplicaSet is tried again for ever
//   - pods are found by the template's labels: foreign, terminating and finished pods count too
//   - a matching pod that the ReplicaSet does not own wakes nobody: the count goes stale
//   - the whole object is written on every reconcile, even when nothing changed, and so conflicts with other writers
// ../hardened has none of them.
#pragma once

#include <optional>

#include "runtime/client/client.h"
#include "runtime/controller/reconciler.h"
#include "runtime/exec/environment.h"

namespace wavetank::examples {
namespace published {

class ReplicaSetReconciler : public Reconciler {
 public:
  explicit ReplicaSetReconciler(Logger log) : log_(std::move(log)) {}

  void InjectClient(Client client) { client_ = std::move(client); }

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override;

 private:
  Logger log_;
  std::optional<Client> client_;
};

}  // namespace published

// The whole process: production, scenarios and tests run this very function.
Task<Status> RunPublishedPodCount(Environment& environment);

}  // namespace wavetank::examples
