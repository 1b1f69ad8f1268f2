#include "examples/replicaset/set_reconciler.h"

#include <algorithm>
#include <utility>

#include "examples/replicaset/claim.h"
#include "examples/replicaset/manage.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/status.h"
#include "examples/replicaset/write_status.h"
#include "runtime/api/status_error.h"

namespace wavetank::examples {
namespace {

// The sooner of two waits.
void Sooner(std::optional<Duration>& wait, std::optional<Duration> other) {
  if (other.has_value() && (!wait.has_value() || *other < *wait)) wait = other;
}

// The set is looked at again when the next pod becomes available, whatever else wakes it (RS-036).
std::optional<Duration> AvailabilityCheck(const SetController& controller, const Object& written,
                                          const KnownPods& known, Time listed_at) {
  const int64_t min_ready_seconds = MinReadySeconds(written);
  if (min_ready_seconds <= 0) return std::nullopt;
  const PodCounts counts = known.Count(min_ready_seconds, listed_at);
  if (counts.ready == counts.available) return std::nullopt;
  const std::optional<Duration> next = UntilNextAvailable(known.Active(), min_ready_seconds, listed_at);
  if (next.has_value()) {
    const Duration elapsed = controller.executor().Now() - listed_at;
    return std::max(*next - elapsed, Duration(1));
  }
  // A pod that is ready since nobody knows when never becomes available; upstream looks again all the same.
  if (controller.options.hardened()) return std::nullopt;
  return Duration(std::chrono::seconds(min_ready_seconds));
}

}  // namespace

Task<Result<ReconcileResult>> SetReconciler::Reconcile(Context ctx, Request request) {
  if (controller_.consistency.has_value()) {
    CO_RETURN_IF_ERROR(controller_.consistency->EnsureReady(request));
  }
  const Object* found = controller_.sets->Find(request);
  if (found == nullptr) {
    controller_.expectations.Delete(request);
    controller_.known_pods.erase(request);
    co_return ReconcileResult::Done();
  }
  const Object set = *found;
  co_return co_await Sync(ctx, set);
}

Task<Result<ReconcileResult>> SetReconciler::Sync(Context ctx, Object set) {
  const bool may_manage = controller_.expectations.Satisfied(set.key());
  Result<LabelSelector> selector = controller_.kind.SelectorOf(set);
  if (!selector.ok()) {
    // The server refuses such a set; one that is there all the same cannot get better by trying (RS-030).
    ctx.log().Error(selector.status(), "the selector cannot be understood");
    co_return ReconcileResult::Done();
  }
  KnownPods& known = controller_.known_pods[set.key()];
  known.Update(*controller_.pods, set, *selector);
  CO_RETURN_IF_ERROR(co_await ClaimPods(&controller_, set, &known));
  Managed managed;
  const bool manages = may_manage && !set.deleting();
  if (manages) managed = co_await ManageReplicas(&controller_, set, &known);

  const Time now = ctx.Now();
  Value next = ComputeStatus(controller_.kind, set,
                             {.counts = known.Count(MinReadySeconds(set), now),
                              .count_terminating = controller_.options.terminating_replicas,
                              .diff = managed.diff,
                              .manage_error = managed.error,
                              .keep_failure = controller_.options.hardened() && (!manages || managed.again.has_value()),
                              .now = now});
  auto written = co_await WriteStatus(&controller_, set, std::move(next));
  if (!written.ok()) {
    // What the cache says is old; that is no failure, but a reason to look again.
    if (controller_.options.hardened()) co_return QuietConflict(written.status());
    co_return written.status();
  }
  if (!managed.error.ok()) co_return managed.error;

  std::optional<Duration> again = managed.again;
  Sooner(again, AvailabilityCheck(controller_, *written, known, now));
  if (controller_.options.hardened() && !manages && !set.deleting()) Sooner(again, controller_.UntilExpired(set.key()));
  if (again.has_value()) co_return ReconcileResult::After(*again);
  co_return ReconcileResult::Done();
}

std::optional<uint64_t> SetReconciler::Fingerprint() const {
  const uint64_t written = controller_.consistency.has_value() ? controller_.consistency->Fingerprint() : 0;
  const uint64_t known = HashCombine(controller_.expectations.Fingerprint(), written);
  return HashCombine(known, controller_.backoff.Fingerprint());
}

}  // namespace wavetank::examples
