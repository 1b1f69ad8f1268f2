#include "examples/replicaset/handlers.h"

#include "examples/replicaset/pods.h"
#include "runtime/base/strings.h"

namespace wavetank::examples {
namespace {

// One event of a pod.
class PodEvent {
 public:
  PodEvent(SetController* controller, RequestSink* sink) : controller_(*controller), sink_(*sink) {}

  void Handle(const ObjectEvent& event) {
    switch (event.type) {
      case ObjectEvent::Type::kCreate: return Added(event.object);
      case ObjectEvent::Type::kUpdate: return Updated(event.old, event.object);
      case ObjectEvent::Type::kDelete: Deleted(event.object); return;
      case ObjectEvent::Type::kGeneric: return;
    }
  }

 private:
  const Object* Owner(const Object& pod) const { return ResolveController(controller_, pod.ns(), ControllerOf(pod)); }

  void Added(const Object& pod) {
    // After a restart pods are added that are going already (RS-013).
    if (pod.deleting()) {
      Deleted(pod);
      return;
    }
    if (ControllerOf(pod).is_null()) return EnqueueMatching(pod);
    const Object* set = Owner(pod);
    if (set == nullptr) return;
    controller_.expectations.CreationObserved(set->key());
    sink_.Add(set->key());
  }

  void Updated(const Object& before, const Object& after) {
    if (before.resource_version() == after.resource_version()) return;  // a resync (RS-016)
    const bool labels_changed = !(before.labels() == after.labels());
    const bool ended = IsActive(before) && !IsActive(after);
    if (after.deleting()) {
      const bool expected = Deleted(after);
      if (labels_changed) Deleted(before);
      if (ended && !expected) EndedEarly(after);
      return;
    }
    if (ended) EndedEarly(after);
    const Value& owner_before = ControllerOf(before);
    const Value& owner_after = ControllerOf(after);
    const bool owner_changed = !(owner_before == owner_after);
    if (owner_changed && !owner_before.is_null()) {
      const Object* old_set = Owner(before);
      if (old_set != nullptr) sink_.Add(old_set->key());
    }
    if (owner_after.is_null()) {
      if (labels_changed || owner_changed) EnqueueMatching(after);
      return;
    }
    const Object* set = Owner(after);
    if (set == nullptr) return;
    sink_.Add(set->key());
    const int64_t min_ready_seconds = MinReadySeconds(*set);
    if (!IsReady(before) && IsReady(after) && min_ready_seconds > 0) {
      sink_.AddAfter(set->key(), std::chrono::seconds(min_ready_seconds));
    }
  }

  // Gone or going (RS-021); both count as one (RS-062). True: this controller deleted it, and did not know of it yet.
  bool Deleted(const Object& pod) {
    const Object* set = Owner(pod);
    if (set == nullptr) return false;
    sink_.Add(set->key());
    return controller_.expectations.DeletionObserved(set->key(), pod.key());
  }

  // A pod that failed, or that somebody else has begun to delete.
  void EndedEarly(const Object& pod) {
    const Object* set = Owner(pod);
    if (set != nullptr && controller_.options.hardened()) controller_.backoff.Ended(set->key(), pod);
  }

  void EnqueueMatching(const Object& pod) {
    const std::vector<Object> sets = SetsMatching(controller_, pod);
    if (sets.size() > 1) {
      controller_.log.Info("user error! more than one set is selecting pods with these labels",
                           {{"pod", pod.key().ToString()}, {"sets", static_cast<int64_t>(sets.size())}});
    }
    for (const Object& set : sets) sink_.Add(set.key());
  }

  SetController& controller_;
  RequestSink& sink_;
};

void Forget(SetController& controller, const Object& set) {
  controller.expectations.Delete(set.key());
  controller.backoff.Forget(set.key());
  if (controller.consistency.has_value()) controller.consistency->Clear(set.key(), set.uid());
}

}  // namespace

Handler ForgetReplaced(SetController* controller) {
  return [controller](const ObjectEvent& event, RequestSink&) {
    const bool replaced = event.type == ObjectEvent::Type::kUpdate && !(event.old.uid() == event.object.uid());
    if (replaced) Forget(*controller, event.old);
    if (event.type == ObjectEvent::Type::kDelete) Forget(*controller, event.object);
  };
}

Handler PodEvents(SetController* controller) {
  return [controller](const ObjectEvent& event, RequestSink& sink) { PodEvent(controller, &sink).Handle(event); };
}

const Object* ResolveController(const SetController& controller, const String& ns, const Value& reference) {
  if (!(reference[names::kKind] == controller.kind.gvk.kind.view())) return nullptr;
  const Object* set = controller.sets->Find(ObjectKey(ns, reference[names::kName].ToSharedString()));
  if (set == nullptr || !(reference[names::kUid] == set->uid())) return nullptr;
  return set;
}

std::vector<Object> SetsMatching(const SetController& controller, const Object& pod) {
  std::vector<Object> matching;
  if (pod.labels().empty()) return matching;
  controller.sets->ForEach(
      [&](const Object& set) {
        const Result<LabelSelector> selector = controller.kind.SelectorOf(set);
        if (selector.ok() && !selector->MatchesEverything() && selector->Matches(pod.labels())) matching.push_back(set);
      },
      pod.ns().view());
  return matching;
}

}  // namespace wavetank::examples
