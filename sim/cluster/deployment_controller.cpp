// The Deployment controller: which Deployments are to be looked at, and which ReplicaSets are theirs. What a look does
// stands in deployment_sync.h.
//
// A Deployment adopts sets that match its selector and have no controller, and releases its own that match no more; adoption
// asks the server first whether the Deployment still lives.
#include <memory>
#include <vector>

#include "runtime/api/metadata.h"
#include "runtime/api/selectors.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/deployment_sync.h"
#include "sim/cluster/metadata_patch.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

const Name kByController("controller uid");

LabelSelector SelectorOf(const Object& object) {
  Result<LabelSelector> selector = LabelSelector::FromValue(object.spec()[kSelector]);
  return selector.ok() ? *std::move(selector) : LabelSelector::Nothing();
}

// Which Deployments an event concerns, from the caches.
class Watcher {
 public:
  explicit Watcher(const Manager& manager) : cache_(&manager.cache()) {}

  // The Deployment that controls a set, or that a pod's set belongs to; null: none that is there.
  const Object* ControllerIn(const Gvk& kind, const Object& object) const {
    const Value& reference = ControllerOf(object);
    const Informer* informer = cache_->FindInformer(kind);
    if (informer == nullptr || !(reference[names::kKind] == kind.kind.view())) return nullptr;
    const Object* found = informer->store().Find(ObjectKey(object.ns(), reference[names::kName].ToSharedString()));
    return found != nullptr && found->uid() == reference[names::kUid].AsString() ? found : nullptr;
  }

  void OnSet(const ObjectEvent& event, RequestSink& sink) const {
    if (event.old) QueueOwner(event.old, sink);
    QueueOwner(event.object, sink);
    if (event.type == ObjectEvent::Type::kDelete || !ControllerOf(event.object).is_null()) return;
    const Informer* deployments = cache_->FindInformer(kDeployment);
    if (deployments == nullptr) return;
    deployments->store().ForEach(
        [&](const Object& deployment) {
          if (SelectorOf(deployment).Matches(event.object.labels())) sink.Add(deployment.key());
        },
        event.object.ns().view());
  }

  // A Recreate rollout waits for the end of old pods.
  void OnPod(const ObjectEvent& event, RequestSink& sink) const {
    if (event.type != ObjectEvent::Type::kDelete) return;
    const Object* set = ControllerIn(kReplicaSet, event.object);
    const Object* deployment = set == nullptr ? nullptr : ControllerIn(kDeployment, *set);
    if (deployment != nullptr && deployment->spec()["strategy"][names::kType] == "Recreate")
      sink.Add(deployment->key());
  }

  bool HasRunningPods(const String& set) const {
    const Informer* pods = cache_->FindInformer(kPod);
    return pods != nullptr &&
           pods->store().AnyIndexed(kByController.view(), set, [](const Object& pod) { return !IsFinished(pod); });
  }

 private:
  void QueueOwner(const Object& set, RequestSink& sink) const {
    if (const Object* owner = ControllerIn(kDeployment, set); owner != nullptr) sink.Add(owner->key());
  }
  Cache* const cache_;
};

class DeploymentController final : public Reconciler {
 public:
  DeploymentController(const Manager& manager, std::shared_ptr<const Watcher> watcher)
      : client_(manager.client()),
        events_(manager.event_recorder_for("deployment-controller")),
        watcher_(std::move(watcher)) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(kDeployment, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    const Object deployment = *std::move(found);
    Result<std::vector<Object>> sets = co_await Claim(deployment);
    if (!sets.ok()) co_return Answer(sets.status());
    DeploymentSync sync(&client_, &events_, deployment, *std::move(sets), ctx.Now(),
                        [this](const String& uid) { return watcher_->HasRunningPods(uid); });
    Status done = co_await sync.Run();
    if (!done.ok()) co_return Answer(done);
    if (!sync.look_again().has_value()) co_return ReconcileResult::Done();
    // A second more, since times in conditions are whole seconds.
    if (*sync.look_again() < std::chrono::seconds(1)) co_return ReconcileResult::Backoff("the deadline is now");
    co_return ReconcileResult::After(*sync.look_again() + std::chrono::seconds(1));
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // What is gone needs nothing; what changed is looked at again, and so is what may be ours already (RT-270).
  static Result<ReconcileResult> Answer(const Status& status) {
    if (status.code() == Code::kNotFound) return ReconcileResult::Backoff("something that was there is gone");
    if (status.code() == Code::kAlreadyExists) return ReconcileResult::Backoff("a name is taken");
    return QuietConflict(status);
  }

  Task<Result<std::vector<Object>>> Claim(Object deployment) {
    const LabelSelector selector = SelectorOf(deployment);
    Result<ObjectList> all = co_await client_.List(kReplicaSet, InNamespace(deployment.ns()));
    if (!all.ok()) co_return all.status();
    std::vector<Object> ours;
    bool alive = false;
    for (const Object& set : all->items) {
      const Value& controller = ControllerOf(set);
      const bool matches = selector.Matches(set.labels());
      if (!controller.is_null()) {
        if (!IsControlledBy(set, deployment)) continue;
        if (matches) ours.push_back(set);
        if (matches || deployment.deleting()) continue;
        Result<Object> released = co_await client_.Patch(
            kReplicaSet, set.key(), MetadataPatch(set, names::kOwnerReferences, WithoutOwner(set, deployment.uid())));
        if (!released.ok() && released.code() != Code::kNotFound) co_return released.status();
        continue;
      }
      if (!matches || deployment.deleting() || set.deleting()) continue;
      if (!alive) {
        Result<Object> live = co_await client_.Live().Get(kDeployment, deployment.key());
        if (!live.ok()) co_return live.status();
        if (!(live->uid() == deployment.uid()) || live->deleting()) co_return ours;
        alive = true;
      }
      ArrayBuilder owners;
      owners.Add(MakeOwnerReference(deployment, true, true));
      for (const Value& other : set.metadata()[names::kOwnerReferences].elements()) owners.Add(other);
      Result<Object> adopted =
          co_await client_.Patch(kReplicaSet, set.key(), MetadataPatch(set, names::kOwnerReferences, owners.Build()));
      if (adopted.ok()) ours.push_back(*std::move(adopted));
      if (!adopted.ok() && adopted.code() != Code::kNotFound) co_return adopted.status();
    }
    co_return ours;
  }

  const Client client_;
  EventRecorder& events_;
  const std::shared_ptr<const Watcher> watcher_;
};

}  // namespace

Task<Status> DeploymentControllerMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("deployment-controller"));
  CO_RETURN_IF_ERROR(manager.AddIndex(BuiltInKind(kPod), kByController, [](const Object& pod, IndexValues& out) {
    out.Add(ControllerOf(pod)[names::kUid]);
  }));
  auto watcher = std::make_shared<const Watcher>(manager);
  ControllerManagedBy(manager)
      .For(kDeployment)
      .Named("deployment")
      .Watches(kReplicaSet, [watcher](const ObjectEvent& event, RequestSink& sink) { watcher->OnSet(event, sink); })
      .Watches(kPod, [watcher](const ObjectEvent& event, RequestSink& sink) { watcher->OnPod(event, sink); })
      .Complete(std::make_unique<DeploymentController>(manager, watcher));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
