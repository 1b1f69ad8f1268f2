// The kubelet of one node (ENV-061).
//
// Everything it does follows from the pod as the informer shows it, so a restarted kubelet goes on where the last one
// stopped: a bound pending pod starts, a terminating one is stopped (its terminal phase is written first) and then let go
// with grace 0 and its uid as precondition. Pods that run, and pods that have finished, wake nobody.
#include <algorithm>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/exec/sleep.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/node_object.h"
#include "sim/cluster/pod_status.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;
using namespace std::chrono_literals;

constexpr Duration kFirstWait = 200ms;
constexpr Duration kLongestWait = 7s;

// An annotation that holds a duration ("5s"); zero when there is none or it cannot be read.
Duration AnnotatedDelay(const Object& pod, std::string_view annotation) {
  const Value& annotations = pod.annotations();
  if (annotations.empty()) return Duration(0);
  return ParseDuration(annotations[annotation].AsString()).value_or(Duration(0));
}

// When the containers are up: the delay counts from the binding, which the pod itself remembers.
Time UpAt(const Object& pod) {
  const Duration delay = AnnotatedDelay(pod, kStartDelayAnnotation);
  if (delay.count() <= 0) return Time();
  const Value& bound = ConditionOf(pod.status(), "PodScheduled")[kLastTransitionTime];
  const Value& since = bound.empty() ? pod.metadata()[names::kCreationTimestamp] : bound;
  return ParseTime(since.AsString()).value_or(Time()) + delay;
}

// When the containers are down: at the end of the grace at the latest.
Time DownAt(const Object& pod) {
  const Duration delay = AnnotatedDelay(pod, kStopDelayAnnotation);
  if (delay.count() <= 0) return Time();
  const Time killed = ParseTime(pod.metadata()[names::kDeletionTimestamp].AsString()).value_or(Time());
  const Duration grace = std::chrono::seconds(pod.metadata()[names::kDeletionGracePeriodSeconds].AsInt());
  return std::min(killed, killed - grace + delay);
}

// Stopped and given up; what keeps it are finalizers.
bool IsLetGo(const Object& pod) {
  return pod.metadata()[names::kDeletionGracePeriodSeconds].AsInt() == 0 && IsFinished(pod);
}

bool NeedsWork(const Object& pod) {
  if (pod.deleting()) return !IsLetGo(pod);
  const Value& phase = pod.status()[names::kPhase];
  if (phase == "Running") return !pod.spec()[kReadinessGates].empty();
  return !IsFinished(pod);
}

bool IsNews(const ObjectEvent& event) { return event.type != ObjectEvent::Type::kDelete && NeedsWork(event.object); }

class Kubelet final : public Reconciler {
 public:
  Kubelet(const Client& client, const PodStatusMaker& maker)
      : client_(client), pods_(BuiltInKind(kPod)), maker_(maker) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(pods_, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    const Object& pod = *found;
    if (!NeedsWork(pod)) co_return ReconcileResult::Done();

    const Time now = ctx.Now();
    const bool deleting = pod.deleting();
    if (!deleting || !IsFinished(pod)) {
      const Time at = deleting ? DownAt(pod) : UpAt(pod);
      if (now < at) co_return ReconcileResult::After(at - now);
      Value status = NextStatus(pod, now);
      if (status.identity() == pod.status().identity()) co_return ReconcileResult::Done();
      Result<Object> written =
          co_await client_.UpdateStatus(pod.With(pod.value().Set(names::kStatus, std::move(status))));
      if (!written.ok() || !deleting) co_return Answer(written.status());
    }
    const DeleteOptions options = DeleteOptions().GracePeriodSeconds(0).WithUid(pod.uid());
    Status gone = co_await client_.Delete(pods_, request, options);
    co_return Answer(gone);
  }

  // All that it remembers is a formatted time.
  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  Value NextStatus(const Object& pod, Time now) {
    if (pod.deleting()) return maker_.Stopped(pod, now);
    return pod.status()[names::kPhase] == "Running" ? maker_.Gated(pod, now) : maker_.Running(pod, now);
  }

  // A pod that is gone needs nothing; one that changed is looked at again.
  static Result<ReconcileResult> Answer(const Status& status) {
    if (status.ok() || status.code() == Code::kNotFound) return ReconcileResult::Done();
    return QuietConflict(status);
  }

  const Client client_;
  const ResourceInfo& pods_;
  PodStatusMaker maker_;
};

Task<Status> TryRegister(Client client, String node, String address) {
  // Most kubelets find their Node: a look costs less than a create that is refused.
  Result<Object> found = co_await client.Get(kNode, ObjectKey(String(), node));
  if (found.code() == Code::kNotFound) {
    Result<Object> made = co_await client.Create(MakeNode(node, address, client.executor().Now()));
    // Somebody was faster: the next try finds it.
    co_return made.status();
  }
  if (!found.ok()) co_return found.status();
  Value status = UpdatedNodeStatus(*found, address, client.executor().Now());
  if (status.identity() == found->status().identity()) co_return Status();
  Object ready = found->With(found->value().Set(names::kStatus, std::move(status)));
  Result<Object> written = co_await client.UpdateStatus(std::move(ready));
  co_return written.status();
}

Task<void> RegisterNode(Client client, String node, String address) {
  for (Duration wait = kFirstWait;; wait = std::min(wait * 2, kLongestWait)) {
    Status done = co_await TryRegister(client, node, address);
    if (done.ok()) co_return;
    client.env().logger().Error(done, "Unable to register node with API server", {{"node", node.view()}});
    co_await Sleep(client.executor(), wait, TimerClass::kForeground,
                   EventLabel{EventKind::kTimer, HashBytes(node.view(), HashBytes("register-node"))});
  }
}

ManagerOptions Options(const std::string& node) {
  ManagerOptions options;
  options.cache.owner = "kubelet-" + node;
  options.cache.sync_period = Duration(0);
  options.cache.defaults.field_selector = "spec.nodeName=" + node;  // it caches nothing but pods
  return options;
}

}  // namespace

Task<Status> KubeletMain(Environment& env, std::string node) {
  Manager manager = Manager::New(env, Options(node));
  PodStatusMaker maker(node);
  ControllerManagedBy(manager)
      .For(kPod, {IsNews})
      .Named("kubelet")
      .Complete(std::make_unique<Kubelet>(manager.client(), maker));
  co_await RegisterNode(manager.api_reader(), node, maker.host_ip());
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
