#include "examples/replicaset/manage.h"

#include <algorithm>
#include <set>
#include <utility>

#include "examples/replicaset/claim.h"
#include "examples/replicaset/pod_writer.h"
#include "examples/replicaset/pods.h"
#include "examples/replicaset/ranking.h"
#include "examples/replicaset/slow_start.h"
#include "runtime/api/status_error.h"

namespace wavetank::examples {
namespace {

// A pod that changed while it was being deleted is looked at again after so long.
constexpr Duration kLookAgain = std::chrono::milliseconds(5);

Task<Status> CreateOne(SetController* controller, Object set, Object pod) {
  Status made = co_await CreatePod(controller, set, pod);
  // Nothing can be created there any more, and nobody need try again (RS-075).
  if (NamespaceIsTerminating(made)) co_return Status();
  co_return made;
}

Task<Managed> Create(SetController* controller, Object set, int64_t missing) {
  Managed managed{.error = Status(), .diff = -missing, .again = std::nullopt};
  if (controller->options.hardened()) {
    const Duration wait = controller->backoff.Wait(set.key());
    if (wait > Duration(0)) {
      managed.again = wait;
      co_return managed;
    }
  }
  const int64_t count = std::min(missing, controller->options.burst_replicas);
  controller->expectations.ExpectCreations(set.key(), count);
  const Object pod(NewPod(controller->kind, set));
  const Batches done = co_await SlowStart(&controller->executor(), count,
                                          [controller, set, pod](int64_t) { return CreateOne(controller, set, pod); });
  // Those that failed and those that were never tried (RS-064, RS-072).
  if (done.succeeded < count) controller->expectations.CreationObserved(set.key(), count - done.succeeded);
  managed.error = done.first_error;
  co_return managed;
}

// One of several deletes; true in `*changed` when the pod is no longer as it was.
Task<Status> DeleteOne(SetController* controller, Object set, Object pod, bool* changed) {
  Status gone = co_await DeletePod(controller, set, pod);
  if (gone.ok()) co_return gone;
  controller->expectations.DeletionObserved(set.key(), pod.key());
  if (IsNotFound(gone)) co_return Status();
  if (controller->options.hardened() && IsConflict(gone)) {
    *changed = true;
    co_return Status();
  }
  co_return gone;
}

Task<Managed> Delete(SetController* controller, Object set, std::vector<Object> active, int64_t too_many) {
  Managed managed{.error = Status(), .diff = too_many, .again = std::nullopt};
  const int64_t count = std::min(too_many, controller->options.burst_replicas);
  const std::vector<Object> related = RelatedPods(*controller, set);
  const std::vector<Object> victims =
      ChooseVictims(std::move(active), related, static_cast<size_t>(count),
                    {.now = controller->executor().Now(),
                     .deletion_cost = controller->options.pod_deletion_cost,
                     .logarithmic_scale_down = controller->options.logarithmic_scale_down});
  std::vector<ObjectKey> keys;
  for (const Object& pod : victims) keys.push_back(pod.key());
  controller->expectations.ExpectDeletions(set.key(), keys);
  bool changed = false;
  const Batches done =
      co_await InParallel(&controller->executor(), 0, count, [controller, set, &victims, &changed](int64_t i) {
        return DeleteOne(controller, set, victims[static_cast<size_t>(i)], &changed);
      });
  managed.error = done.first_error;
  if (changed) managed.again = kLookAgain;
  co_return managed;
}

// What the server says about a set and its active pods. Absent: there is nothing to manage any more.
struct Fresh {
  Object set;
  std::vector<Object> active;
};

Task<Result<std::optional<Fresh>>> ReadFresh(SetController* controller, Object set) {
  auto live = co_await controller->live.Get(controller->kind.gvk, set.key());
  if (IsNotFound(live.status())) co_return std::optional<Fresh>();
  if (!live.ok()) co_return live.status();
  // Another set of the same name, or one that goes: its own events say so.
  if (!(live->uid() == set.uid()) || live->deleting()) co_return std::optional<Fresh>();
  Result<LabelSelector> selector = controller->kind.SelectorOf(*live);
  if (!selector.ok()) co_return std::optional<Fresh>();
  auto pods =
      co_await controller->live.List(PodKind(), InNamespace(set.ns()).MatchingSelector(String(selector->ToString())));
  if (!pods.ok()) co_return pods.status();
  Fresh fresh{.set = *live, .active = AlreadyClaimed(*live, *selector, pods->items)};
  std::erase_if(fresh.active, [](const Object& pod) { return !IsActive(pod); });
  co_return std::optional<Fresh>(std::move(fresh));
}

}  // namespace

Task<Managed> ManageReplicas(SetController* controller, Object set, const KnownPods* known) {
  int64_t diff = known->Count(0, Time()).active - WantedReplicas(set);
  if (diff == 0) co_return Managed();
  std::vector<Object> active;
  if (controller->options.hardened()) {
    auto fresh = co_await ReadFresh(controller, set);
    if (!fresh.ok()) co_return Managed{.error = fresh.status(), .diff = diff, .again = std::nullopt};
    if (!fresh->has_value()) co_return Managed();
    set = std::move((*fresh)->set);
    active = std::move((*fresh)->active);
    diff = static_cast<int64_t>(active.size()) - WantedReplicas(set);
  } else if (diff > 0) {
    active = known->Active();
  }
  if (diff < 0) co_return co_await Create(controller, std::move(set), -diff);
  if (diff > 0) co_return co_await Delete(controller, std::move(set), std::move(active), diff);
  co_return Managed();
}

std::vector<Object> SetsWithSameController(const SetController& controller, const Object& set) {
  std::vector<Object> sets;
  const Value& owner = ControllerOf(set);
  if (owner.is_null()) return sets;
  controller.sets->ForEachIndexed(kSetsByController, owner[names::kUid].ToSharedString(), set.ns().view(),
                                  [&sets](const Object& other) { sets.push_back(other); });
  return sets;
}

std::vector<Object> RelatedPods(const SetController& controller, const Object& set) {
  std::vector<LabelSelector> selectors;
  for (const Object& other : SetsWithSameController(controller, set)) {
    Result<LabelSelector> selector = controller.kind.SelectorOf(other);
    if (selector.ok()) selectors.push_back(*std::move(selector));
  }
  std::vector<Object> related;
  if (selectors.empty()) return related;
  controller.pods->ForEach(
      [&](const Object& pod) {
        const auto matches = [&pod](const LabelSelector& selector) { return selector.Matches(pod.labels()); };
        if (std::ranges::any_of(selectors, matches)) related.push_back(pod);
      },
      set.ns().view());
  return related;
}

}  // namespace wavetank::examples
