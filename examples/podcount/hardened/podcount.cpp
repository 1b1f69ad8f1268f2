#include "examples/podcount/hardened/podcount.h"

#include <algorithm>

#include "runtime/api/apps_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/api/status_error.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {

using apps_v1::ReplicaSet;
using core_v1::Pod;
using hardened::PodCount;

namespace {

// Pods by the uid of their controller: a count costs as much as the pods it counts.
constexpr char kPodsByController[] = "controller-uid";

void IndexByController(const Object& pod, IndexValues& values) { values.Add(ControllerOf(pod)[names::kUid]); }

bool IsActive(const Pod& pod) {
  const String phase = pod.status().phase();
  return !pod.deleting() && phase != "Succeeded" && phase != "Failed";
}

// Nothing but the label, and the uid that it is meant for.
ObjectPatch LabelPatch(const ReplicaSet& set, const String& count) {
  static const Name kPodCount("pod-count");
  return ObjectPatch(PatchType::kMerge, Value::EmptyObject()
                                            .SetIn({names::kMetadata, names::kLabels, kPodCount}, count)
                                            .SetIn({names::kMetadata, names::kUid}, set.uid()));
}

}  // namespace

Task<Result<ReconcileResult>> PodCount::Reconcile(Context ctx, Request request) {
  ctx.log().Info("Reconcile: " + request.ToString());
  auto set = co_await client_.Get<ReplicaSet>(request);
  if (set.code() == Code::kNotFound) co_return ReconcileResult::Done();
  if (!set.ok()) co_return set.status();
  if (set->deleting()) co_return ReconcileResult::Done();

  auto pods = co_await client_.List<Pod>(InNamespace(request.ns).MatchingField(kPodsByController, set->uid()));
  if (!pods.ok()) co_return pods.status();
  const auto active = std::count_if(pods->begin(), pods->end(), IsActive);
  const String count(std::to_string(active));
  ctx.log().Info("Reconcile: pod num " + std::to_string(active));
  if (set->labels()["pod-count"] == count) co_return ReconcileResult::Done();

  auto patched = co_await client_.Patch<ReplicaSet>(request, LabelPatch(*set, count));
  if (patched.ok()) co_return ReconcileResult::Done();
  // Gone, or another one of the same name: its own event brings us back.
  if (IsNotFound(patched.status()) || IsInvalid(patched.status())) co_return ReconcileResult::Done();
  co_return QuietConflict(patched.status());
}

Task<Status> RunHardenedPodCount(Environment& environment) {
  auto manager = Manager::New(environment, {});
  CO_RETURN_IF_ERROR(manager.AddIndex(Pod::kGvk, kPodsByController, IndexByController));
  ControllerManagedBy(manager).For<ReplicaSet>().Owns<Pod>().Complete(PodCount(manager.client()));
  co_return co_await manager.Start();
}

}  // namespace wavetank::examples
