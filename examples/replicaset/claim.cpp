#include "examples/replicaset/claim.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "runtime/api/status_error.h"

namespace wavetank::examples {
namespace {

std::string Named(const Object& object) { return object.key().ToString(); }

// Whether the set may adopt, asked of the server once in a sync and remembered (RS-042).
class AdoptionCheck {
 public:
  AdoptionCheck(SetController* controller, Object set) : controller_(controller), set_(std::move(set)) {}

  Task<Status> Ask() {
    if (!answer_.has_value()) {
      auto live = co_await controller_->live.Get(controller_->kind.gvk, set_.key());
      answer_ = live.ok() ? Judge(*live) : live.status().Wrap("can't recheck DeletionTimestamp");
    }
    co_return *answer_;
  }

 private:
  Status Judge(const Object& live) const {
    if (!(live.uid() == set_.uid())) {
      return Status(Code::kFailedPrecondition,
                    "can't recheck DeletionTimestamp: original " + std::string(controller_->kind.gvk.kind.view()) +
                        " " + Named(set_) + " is gone: got uid " + live.uid().str() + ", wanted " + set_.uid().str());
    }
    if (live.deleting()) {
      return Status(Code::kFailedPrecondition, Named(set_) + " has just been deleted at " +
                                                   std::string(live.metadata()[names::kDeletionTimestamp].AsString()));
    }
    return Status();
  }

  SetController* controller_;
  const Object set_;
  std::optional<Status> answer_;
};

// True: it is ours now.
Task<Result<bool>> Adopt(SetController* controller, AdoptionCheck* check, Object set, Object pod) {
  Status allowed = co_await check->Ask();
  if (!allowed.ok()) co_return allowed.Wrap("can't adopt Pod " + Named(pod) + " (" + pod.uid().str() + ")");
  const ObjectPatch patch(PatchType::kStrategicMerge, AdoptPatch(controller->kind, set, pod));
  auto patched = co_await controller->live.Patch(PodKind(), pod.key(), patch);
  if (IsNotFound(patched.status())) co_return false;
  if (!patched.ok()) co_return patched.status();
  controller->WrotePod(set, *patched);
  co_return true;
}

Task<Status> Release(SetController* controller, Object set, Object pod) {
  const ObjectPatch patch(PatchType::kStrategicMerge, ReleasePatch(set, pod));
  auto patched = co_await controller->live.Patch(PodKind(), pod.key(), patch);
  if (patched.ok()) {
    controller->WrotePod(set, *patched);
    co_return Status();
  }
  // Gone, or another pod of the same name: there is nothing to release.
  if (IsNotFound(patched.status()) || IsInvalid(patched.status())) co_return Status();
  co_return patched.status();
}

}  // namespace

Claim DecideClaim(const Object& set, const Object& pod, bool ours, bool matches) {
  if (!ControllerOf(pod).is_null()) {
    if (!ours) return Claim::kIgnore;
    if (matches) return Claim::kKeep;
    return set.deleting() ? Claim::kIgnore : Claim::kRelease;
  }
  if (!matches || set.deleting() || pod.deleting() || !(set.ns() == pod.ns())) return Claim::kIgnore;
  return Claim::kAdopt;
}

Task<Status> ClaimPods(SetController* controller, Object set, KnownPods* known) {
  AdoptionCheck check(controller, set);
  std::vector<Status> errors;
  for (KnownPod& pod : known->pods()) {
    pod.claimed = pod.ours && pod.matches;
    if (pod.claimed || !pod.active) continue;
    switch (DecideClaim(set, pod.pod, pod.ours, pod.matches)) {
      case Claim::kIgnore:
      case Claim::kKeep: break;
      case Claim::kRelease: {
        Status released = co_await Release(controller, set, pod.pod);
        if (!released.ok()) errors.push_back(std::move(released));
        break;
      }
      case Claim::kAdopt: {
        Result<bool> adopted = co_await Adopt(controller, &check, set, pod.pod);
        if (!adopted.ok()) errors.push_back(adopted.status());
        pod.claimed = adopted.ok() && *adopted;
        break;
      }
    }
  }
  co_return Aggregate(errors);
}

std::vector<Object> AlreadyClaimed(const Object& set, const LabelSelector& selector, std::span<const Object> pods) {
  std::vector<Object> claimed;
  for (const Object& pod : pods) {
    if (ControllerOf(pod)[names::kUid] == set.uid() && selector.Matches(pod.labels())) claimed.push_back(pod);
  }
  return claimed;
}

Value AdoptPatch(const SetKind& kind, const Object& set, const Object& pod) {
  const Value metadata = ObjectBuilder(2)
                             .Add(names::kOwnerReferences, Value::Array({kind.ControllerReference(set)}))
                             .Add(names::kUid, pod.uid())
                             .Build();
  return ObjectBuilder(1).Add(names::kMetadata, metadata).Build();
}

Value ReleasePatch(const Object& set, const Object& pod) {
  const Value reference = ObjectBuilder(2).Add(String("$patch"), "delete").Add(names::kUid, set.uid()).Build();
  const Value metadata =
      ObjectBuilder(2).Add(names::kOwnerReferences, Value::Array({reference})).Add(names::kUid, pod.uid()).Build();
  return ObjectBuilder(1).Add(names::kMetadata, metadata).Build();
}

Status Aggregate(std::span<const Status> errors) {
  if (errors.empty()) return Status();
  std::vector<std::string> texts;
  for (const Status& error : errors) {
    if (std::ranges::find(texts, error.message()) == texts.end()) texts.push_back(error.message());
  }
  if (texts.size() == 1) return errors.front();
  std::string all = "[";
  for (size_t i = 0; i < texts.size(); ++i) all += (i == 0 ? "" : ", ") + texts[i];
  return Status(errors.front().code(), all + "]");
}

}  // namespace wavetank::examples
