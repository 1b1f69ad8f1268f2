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
#include "sim/cluster/container_life.h"
#include "sim/cluster/node_object.h"
#include "sim/cluster/pod_status.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;
using namespace std::chrono_literals;

constexpr Duration kFirstWait = 200ms;
constexpr Duration kLongestWait = 7s;
constexpr Duration kHeartbeat = 10s;

// When the containers are up: the delay counts from the binding, which the pod itself remembers.
Time UpAt(const Object& pod) {
  const Duration delay = AnnotatedDelay(pod, kStartDelayAnnotation);
  if (delay.count() <= 0) return Time();
  const Value& bound = FindCondition(pod.status(), "PodScheduled")[kLastTransitionTime];
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
  if (phase == "Running") {
    return !pod.spec()[kReadinessGates].empty() || HasOwnLife(pod) || !IsConditionTrue(pod.status(), "Ready");
  }
  return !IsFinished(pod);
}

bool IsNews(const ObjectEvent& event) { return event.type != ObjectEvent::Type::kDelete && NeedsWork(event.object); }

class Kubelet final : public Reconciler {
 public:
  Kubelet(const Manager& manager, const PodStatusMaker& maker)
      : client_(manager.client()),
        events_(manager.event_recorder_for("kubelet")),
        pods_(BuiltInKind(kPod)),
        maker_(maker) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(pods_, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    const Object& pod = *found;
    if (!NeedsWork(pod)) co_return ReconcileResult::Done();

    const Time now = ctx.Now();
    const bool deleting = pod.deleting();
    if (!deleting && HasOwnLife(pod) && pod.status()[names::kPhase] == "Running") {
      co_return co_await Live(pod, now);
    }
    if (!deleting || !IsFinished(pod)) {
      const Time at = deleting ? DownAt(pod) : UpAt(pod);
      if (now < at) co_return ReconcileResult::After(at - now);
      Value status = NextStatus(pod, now);
      if (status.identity() == pod.status().identity()) co_return ReconcileResult::Done();
      Result<Object> written =
          co_await client_.UpdateStatus(pod.With(pod.value().Set(names::kStatus, std::move(status))));
      if (!written.ok() || !deleting) co_return DoneIfGone(written.status());
    }
    const DeleteOptions options = DeleteOptions().GracePeriodSeconds(0).WithUid(pod.uid());
    Status gone = co_await client_.Delete(pods_, request, options);
    co_return DoneIfGone(gone);
  }

  // All that it remembers is a formatted time.
  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // Containers that do something by themselves.
  Task<Result<ReconcileResult>> Live(Object pod, Time now) {
    PodStep step = NextOfRunning(pod, now);
    if (step.status.identity() != pod.status().identity()) {
      const bool backs_off =
          step.wake.has_value() && *step.wake > now && !step.status[kContainerStatuses][0][kState].Has(kRunning);
      Result<Object> written = co_await client_.UpdateStatus(pod.With(pod.value().Set(names::kStatus, step.status)));
      if (!written.ok()) co_return DoneIfGone(written.status());
      if (backs_off) {
        events_.Event(pod, EventType::kWarning, "BackOff",
                      step.status[kContainerStatuses][0][kState]["waiting"][kMessage].AsString());
      }
    }
    if (!step.wake.has_value() || *step.wake <= now) co_return ReconcileResult::Done();  // the write brings it back
    co_return ReconcileResult::After(*step.wake - now);
  }

  Value NextStatus(const Object& pod, Time now) {
    if (pod.deleting()) return maker_.Stopped(pod, now);
    return pod.status()[names::kPhase] == "Running" ? maker_.Gated(pod, now) : AtStart(pod, maker_.Running(pod, now));
  }

  const Client client_;
  EventRecorder& events_;
  const ResourceInfo& pods_;
  PodStatusMaker maker_;
};

Object MakeLease(const String& node, Time now) {
  Value metadata = ObjectBuilder(2).Add(names::kName, node).Add(names::kNamespace, "kube-node-lease").Build();
  Value spec = ObjectBuilder(3)
                   .Add("holderIdentity", node)
                   .Add("leaseDurationSeconds", 40)
                   .Add(kRenewTime, FormatMicroTime(now))
                   .Build();
  return Object(ObjectBuilder(4)
                    .Add(names::kApiVersion, "coordination.k8s.io/v1")
                    .Add(names::kKind, "Lease")
                    .Add(names::kMetadata, std::move(metadata))
                    .Add(names::kSpec, std::move(spec))
                    .Build());
}

Task<Status> TryRegister(Client client, String node, String address, int pods) {
  // Most kubelets find their Node: a look costs less than a create that is refused.
  Result<Object> found = co_await client.Get(kNode, ObjectKey(String(), node));
  if (found.code() == Code::kNotFound) {
    Result<Object> made = co_await client.Create(MakeNode(node, address, pods, client.executor().Now()));
    // Somebody was faster: the next try finds it.
    co_return made.status();
  }
  if (!found.ok()) co_return found.status();
  Value status = UpdatedNodeStatus(*found, address, pods, client.executor().Now());
  if (status.identity() == found->status().identity()) co_return Status();
  Object ready = found->With(found->value().Set(names::kStatus, std::move(status)));
  Result<Object> written = co_await client.UpdateStatus(std::move(ready));
  co_return written.status();
}

Task<void> RegisterNode(Client client, String node, String address, int pods) {
  for (Duration wait = kFirstWait;; wait = std::min(wait * 2, kLongestWait)) {
    Status done = co_await TryRegister(client, node, address, pods);
    if (done.ok()) co_return;
    client.env().logger().Error(done, "Unable to register node with API server", {{"node", node.view()}});
    co_await Sleep(client.executor(), wait, TimerClass::kForeground,
                   EventLabel{EventKind::kTimer, HashBytes(node.view(), HashBytes("register-node"))});
  }
}

// One sign of life: the Lease is renewed (made, if need be), and the Node says Ready again if somebody wrote otherwise.
Task<Status> Beat(Client client, String node, String address, int pods) {
  const ObjectKey key(String("kube-node-lease"), node);
  const Time now = client.executor().Now();
  Result<Object> lease = co_await client.Get(kLease, key);
  Result<Object> renewed = lease;
  if (lease.ok()) {
    renewed = co_await client.Update(
        lease->With(lease->value().SetIn({names::kSpec, kRenewTime}, Value(FormatMicroTime(now)))));
  } else if (lease.code() == Code::kNotFound) {
    renewed = co_await client.Create(MakeLease(node, now));
  }
  if (!renewed.ok()) co_return renewed.status();
  co_return co_await TryRegister(client, node, address, pods);
}

Task<Status> BeatForEver(Client client, String node, String address, int pods) {
  for (;;) {
    Status beaten = co_await Beat(client, node, address, pods);
    if (!beaten.ok()) client.env().logger().Error(beaten, "Unable to renew the lease", {{"node", node.view()}});
    co_await Sleep(client.executor(), kHeartbeat, TimerClass::kBackground,
                   EventLabel{EventKind::kTimer, HashBytes(node.view(), HashBytes("heartbeat"))});
  }
}

ManagerOptions OptionsFor(const std::string& node) {
  ManagerOptions options = ProgramOptions("kubelet-" + node);
  options.cache.defaults.field_selector = "spec.nodeName=" + node;  // it caches nothing but pods
  return options;
}

}  // namespace

Task<Status> KubeletMain(Environment& env, std::string node) {
  return KubeletWithOptions(env, std::move(node), KubeletOptions());
}

Task<Status> KubeletWithOptions(Environment& env, std::string node, KubeletOptions options) {
  Manager manager = Manager::New(env, OptionsFor(node));
  PodStatusMaker maker(node);
  ControllerManagedBy(manager).For(kPod, {IsNews}).Named("kubelet").Complete(std::make_unique<Kubelet>(manager, maker));
  co_await RegisterNode(manager.api_reader(), node, maker.host_ip(), options.pods);
  if (options.heartbeats) {
    const String name(node);
    const String address = maker.host_ip();
    const Client live = manager.api_reader();
    const int pods = options.pods;
    CO_RETURN_IF_ERROR(manager.Add(
        "heartbeat", [live, name, address, pods](RunContext) { return BeatForEver(live, name, address, pods); }));
  }
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
