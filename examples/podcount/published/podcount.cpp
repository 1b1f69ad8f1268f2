#include "examples/podcount/published/podcount.h"

#include "runtime/api/apps_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {

using apps_v1::ReplicaSet;
using core_v1::Pod;
using published::ReplicaSetReconciler;

Task<Status> RunPublishedPodCount(Environment& environment) {
  auto log = environment.logger().WithName("builder-examples");

  auto manager = Manager::New(environment, {});

  // clang-format off: a line for each of the tutorial's
  Status built = ControllerManagedBy(manager)
                     .For<ReplicaSet>()
                     .Owns<Pod>()
                     .Complete(ReplicaSetReconciler(log));
  // clang-format on
  if (!built.ok()) {
    log.Error(built, "could not create controller");
    co_return built;
  }

  Status ended = co_await manager.Start();
  if (!ended.ok()) log.Error(ended, "could not start manager");
  co_return ended;
}

Task<Result<ReconcileResult>> ReplicaSetReconciler::Reconcile(Context, Request request) {
  log_.Info("Reconcile: " + request.ToString());

  auto rs = co_await client_->Get<ReplicaSet>(request);
  if (!rs.ok()) co_return rs.status();

  auto labels = rs->spec().template_().metadata().labels();
  auto pods = co_await client_->List<Pod>(InNamespace(request.ns).MatchingLabels(labels.json()));
  if (!pods.ok()) co_return pods.status();

  log_.Info("Reconcile: pod num " + std::to_string(pods->size()));
  rs->set_label("pod-count", std::to_string(pods->size()));
  auto updated = co_await client_->Update(*rs);
  if (!updated.ok()) co_return updated.status();

  co_return ReconcileResult::Done();
}

}  // namespace wavetank::examples
