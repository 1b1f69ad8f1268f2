// The pod garbage collector: pods that nobody will ever finish (observed.md, API-690 is the kubelet's business).
//
// A pod that is being deleted and has no node, and a pod on a node that does not exist, have no kubelet: they are marked
// Failed and deleted with grace 0. As in the real one this happens at a tick every twenty seconds; a node is given up when
// it has been missing for forty, and a live read says that it still is.
// The real one also deletes finished pods beyond 12,500; this one does not.
#include <map>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;
using namespace std::chrono_literals;

constexpr Duration kTick = 20s;
constexpr Duration kQuarantine = 40s;

bool IsUnbound(const Object& pod) { return pod.spec()[names::kNodeName].empty(); }

class PodCollector final : public Reconciler {
 public:
  explicit PodCollector(const Manager& manager)
      : client_(manager.client()), cache_(&manager.cache()), start_(client_.executor().Now()) {}

  // Whether the pod is worth a look.
  bool Concerns(const Object& pod) const {
    if (IsUnbound(pod)) return pod.deleting();
    return NodeOf(*cache_, pod) == nullptr;
  }

  void OnPod(const ObjectEvent& event, RequestSink& sink) const {
    if (event.type == ObjectEvent::Type::kDelete || !Concerns(event.object)) return;
    const ObjectEvent& e = event;
    const bool known =
        e.old && e.old.uid() == e.object.uid() && Concerns(e.old) && e.old.deleting() == e.object.deleting();
    if (!known) sink.AddAfter(event.object.key(), Wait(event.object));
  }

  void OnNode(const ObjectEvent& event, RequestSink& sink) const {
    if (event.type != ObjectEvent::Type::kDelete) return;
    ForEachPodOn(*cache_, event.object.name(), [&](const Object& pod) { sink.AddAfter(pod.key(), Wait(pod)); });
  }

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(kPod, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    const Object pod = *std::move(found);
    if (!Concerns(pod)) co_return ReconcileResult::Done();
    const bool unbound = IsUnbound(pod);
    if (!unbound) {
      const ObjectKey node(String(), pod.spec()[names::kNodeName].ToSharedString());
      Result<Object> live = co_await client_.Live().Get(kNode, node);
      if (live.ok()) co_return ReconcileResult::Done();
      if (live.code() != Code::kNotFound) co_return live.status();
    }
    if (!IsFinished(pod)) {
      Result<Object> marked = co_await client_.UpdateStatus(Failed(pod, unbound, ctx.Now()));
      if (!marked.ok()) co_return DoneIfGone(marked.status());
    }
    Status gone = co_await client_.Delete(kPod, request, DeleteOptions().GracePeriodSeconds(0).WithUid(pod.uid()));
    co_return DoneIfGone(gone);
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  static Object Failed(const Object& pod, bool unbound, Time now) {
    Value status = pod.status().Set(names::kPhase, "Failed").Set(kObservedGeneration, pod.generation());
    if (!unbound) {
      status = SetCondition(status,
                            {.type = "DisruptionTarget",
                             .status = "True",
                             .reason = "DeletionByPodGC",
                             .message = "PodGC: node no longer exists",
                             .observed_generation = pod.generation()},
                            now);
    }
    return pod.With(pod.value().Set(names::kStatus, std::move(status)));
  }

  // Until the tick at which it is looked at.
  Duration Wait(const Object& pod) const {
    const Duration age = client_.executor().Now() - start_;
    const Duration to_tick = kTick - age % kTick;
    return IsUnbound(pod) ? to_tick : to_tick + kQuarantine;
  }

  const Client client_;
  Cache* const cache_;
  const Time start_;
};

}  // namespace

Task<Status> PodCollectorMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("pod-garbage-collector"));
  CO_RETURN_IF_ERROR(IndexPodsByNode(manager));
  auto collector = std::make_unique<PodCollector>(manager);
  const PodCollector* events = collector.get();
  ControllerManagedBy(manager)
      .Named("pod-garbage-collector")
      .Watches(kNode, [events](const ObjectEvent& event, RequestSink& sink) { events->OnNode(event, sink); })
      .Watches(kPod, [events](const ObjectEvent& event, RequestSink& sink) { events->OnPod(event, sink); })
      .Complete(std::move(collector));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
