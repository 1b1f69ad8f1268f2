// The tutorial operator, hardened: each ReplicaSet's label "pod-count" says how many active pods it controls.
//
// What is different from ../published, and why:
//   - a ReplicaSet that is gone is no error: there is nothing left to label
//   - a pod counts when the ReplicaSet controls it (by uid: a successor of the same name is another one) and it is active.
//     Events of its pods wake the owner, of the state before and after, so that no pod comes or goes unseen
//   - the label is written only when it differs, and nothing but the label: another writer's fields are never in the way
//   - the write names the uid it is meant for; a successor of the same name refuses it
//   - the one conflict that is left is no news, only a reason to look again
//   - a ReplicaSet that is being deleted is left alone
// Level-triggered and without memory: a crash, a stale cache or a lost answer at any point costs another look, never a wrong
// end.
#pragma once

#include "runtime/client/client.h"
#include "runtime/controller/reconciler.h"
#include "runtime/exec/environment.h"

namespace wavetank::examples {
namespace hardened {

class PodCount : public Reconciler {
 public:
  // `client` reads from a cache whose pods have the index kPodsByController.
  explicit PodCount(Client client) : client_(std::move(client)) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override;
  std::optional<uint64_t> Fingerprint() const override { return 0; }  // it remembers nothing

 private:
  Client client_;
};

}  // namespace hardened

// The whole process: production, scenarios and tests run this very function.
Task<Status> RunHardenedPodCount(Environment& environment);

}  // namespace wavetank::examples
