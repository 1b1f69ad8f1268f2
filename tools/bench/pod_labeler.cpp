#include "tools/bench/pod_labeler.h"

#include <utility>

#include "runtime/manager/manager.h"

namespace wavetank::bench {
namespace {

const Gvk& ReplicaSetKind() {
  static const Gvk kKind("apps", "v1", "ReplicaSet");
  return kKind;
}
const Gvk& PodKind() {
  static const Gvk kKind("", "v1", "Pod");
  return kKind;
}

const Name kMatchLabels("matchLabels");
const Name kSelector("selector");

class Labeler final : public Reconciler {
 public:
  explicit Labeler(Client client) : client_(std::move(client)) {}
  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    static const Name kTier("tier");
    auto set = co_await client_.Get(ReplicaSetKind(), request);
    if (set.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!set.ok()) co_return set.status();
    const Value tier = set->labels()[kTier];
    auto pods =
        co_await client_.List(PodKind(), InNamespace(request.ns).MatchingLabels(set->spec()[kSelector][kMatchLabels]));
    if (!pods.ok()) co_return pods.status();
    for (const Object& pod : pods->items) {
      if (pod.labels()[kTier] == tier || pod.deleting()) continue;
      Object after = pod.With(pod.value().SetIn({names::kMetadata, names::kLabels, kTier}, tier));
      auto patched = co_await client_.Patch(std::move(after), MergeFrom(pod));
      if (!patched.ok() && patched.code() != Code::kNotFound) co_return patched.status();
    }
    co_return ReconcileResult::Done();
  }

 private:
  Client client_;
};

}  // namespace

Task<Status> RunPodLabeler(Environment& environment) {
  auto manager = Manager::New(environment, {});
  ControllerManagedBy(manager)
      .Named("labeler")
      .For(ReplicaSetKind())
      .Owns(PodKind())
      .Complete(Labeler(manager.client()));
  Status ended = co_await manager.Start();
  co_return ended;
}

}  // namespace wavetank::bench
