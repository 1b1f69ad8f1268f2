// The node lifecycle controller (ENV-064).
//
// Every five seconds it looks at the Leases. A node whose Lease was not renewed for forty is Unknown: its conditions say so,
// its pods are no longer Ready, and it is tainted node.kubernetes.io/unreachable; one that says it is not Ready is tainted
// not-ready. The taints go when the node is Ready again. Renewals are timed by this process's own clock, so that skew of the
// kubelet's does not count.
// Pods that do not tolerate a NoExecute taint are deleted, those that tolerate it for a time when it is over.
#include <map>
#include <memory>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/exec/sleep.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"
#include "sim/cluster/taints.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;
using namespace std::chrono_literals;

constexpr Duration kMonitorPeriod = 5s;
constexpr Duration kGracePeriod = 40s;
const Name kTimeAdded("timeAdded");
const Name kTolerationSeconds("tolerationSeconds");

bool IsOurs(const Value& taint) { return taint[kKey] == kUnreachableTaint || taint[kKey] == kNotReadyTaint; }

// The taint that a node's condition Ready asks for; empty for a node that is Ready.
std::string_view WantedTaint(const Object& node) {
  const std::string_view ready = FindCondition(node.status(), "Ready")[names::kStatus].AsString("Unknown");
  return ready == "True" ? std::string_view() : ready == "False" ? kNotReadyTaint : kUnreachableTaint;
}

// The same node when the taints are as they should be.
Value WithTaints(const Object& node, Time now) {
  const std::string_view wanted = WantedTaint(node);
  const std::span<const Value> old = node.spec()[kTaints].elements();
  ArrayBuilder taints;
  for (const Value& taint : old) {
    if (!IsOurs(taint) || taint[kKey] == wanted) taints.Add(taint);
  }
  bool changed = taints.size() != old.size();
  for (const char* effect : {"NoSchedule", "NoExecute"}) {
    const auto is_it = [&](const Value& taint) { return taint[kKey] == wanted && taint[kEffect] == effect; };
    if (wanted.empty() || std::ranges::any_of(old, is_it)) continue;
    taints.Add(ObjectBuilder(3).Add(kEffect, effect).Add(kKey, wanted).Add(kTimeAdded, FormatTime(now)).Build());
    changed = true;
  }
  if (!changed) return node.value();
  Value list = taints.size() == 0 ? Value() : taints.Build();
  return node.value().Set(names::kSpec,
                          list.is_null() ? node.spec().Without(kTaints) : node.spec().Set(kTaints, std::move(list)));
}

Value Unknown(const Value& status, Time now) {
  ArrayBuilder conditions;
  for (const Value& condition : status[names::kConditions].elements()) {
    conditions.Add(condition.Set(names::kStatus, "Unknown")
                       .Set(kReason, "NodeStatusUnknown")
                       .Set(kMessage, "Kubelet stopped posting node status.")
                       .Set(kLastTransitionTime, FormatTime(now)));
  }
  return status.Set(names::kConditions, conditions.Build());
}

// Looks at all nodes, again and again.
class Monitor {
 public:
  explicit Monitor(const Manager& manager)
      : client_(manager.client()), cache_(&manager.cache()), log_(manager.logger()) {}

  static Task<Status> Run(std::shared_ptr<Monitor> self) {
    for (;;) {
      const Informer* informer = self->cache_->FindInformer(kNode);
      std::vector<Object> nodes;
      if (informer != nullptr) informer->store().ForEach([&](const Object& node) { nodes.push_back(node); });
      for (const Object& node : nodes) {
        Status looked = co_await self->Look(node);
        if (!looked.ok()) self->log_.Error(looked, "A node could not be looked after", {{"node", node.name().view()}});
      }
      co_await Sleep(self->client_.executor(), kMonitorPeriod, TimerClass::kBackground,
                     EventLabel{EventKind::kTimer, HashBytes("node-monitor")});
    }
  }

 private:
  struct Seen {
    String renewed;
    Time at;
  };

  Task<Status> Look(Object node) {
    const Time now = client_.executor().Now();
    const Informer* leases = cache_->FindInformer(kLease);
    const Object* lease =
        leases == nullptr ? nullptr : leases->store().Find(ObjectKey(String("kube-node-lease"), node.name()));
    const String renewed = lease == nullptr ? String() : lease->spec()[kRenewTime].ToSharedString();
    const auto [seen, first] = seen_.try_emplace(node.name(), Seen{renewed, now});
    if (!first && !(seen->second.renewed == renewed)) seen->second = {renewed, now};
    const bool silent = now - seen->second.at > kGracePeriod;
    const bool known = FindCondition(node.status(), "Ready")[names::kStatus] == "Unknown";
    if (silent && !known) {
      Result<Object> said =
          co_await client_.UpdateStatus(node.With(node.value().Set(names::kStatus, Unknown(node.status(), now))));
      if (!said.ok()) co_return said.status();
      node = *std::move(said);
      CO_RETURN_IF_ERROR(co_await MarkPods(node.name(), now));
    }
    Value tainted = WithTaints(node, now);
    if (tainted.identity() == node.value().identity()) co_return Status();
    Result<Object> written = co_await client_.Update(node.With(std::move(tainted)));
    co_return written.status();
  }

  // Nobody vouches for them any more.
  Task<Status> MarkPods(String node, Time now) {
    std::vector<Object> pods;
    ForEachPodOn(*cache_, node, [&](const Object& pod) { pods.push_back(pod); });
    for (const Object& pod : pods) {
      const Value& old = FindCondition(pod.status(), "Ready");
      if (!(old[names::kStatus] == "True")) continue;
      ArrayBuilder conditions;
      for (const Value& condition : pod.status()[names::kConditions].elements()) {
        const bool ready = condition[names::kType] == "Ready";
        conditions.Add(ready ? condition.Set(names::kStatus, "False").Set(kLastTransitionTime, FormatTime(now))
                             : condition);
      }
      Value status = pod.status().Set(names::kConditions, conditions.Build());
      Result<Object> said = co_await client_.UpdateStatus(pod.With(pod.value().Set(names::kStatus, std::move(status))));
      const bool lost = said.code() == Code::kNotFound || said.code() == Code::kConflict;
      if (!said.ok() && !lost) co_return said.status();
    }
    co_return Status();
  }

  const Client client_;
  Cache* const cache_;
  const Logger log_;
  std::map<String, Seen> seen_;  // one for each node that ever was
};

// When the pod must go because of the node's NoExecute taints; nothing when it may stay.
std::optional<Time> EvictAt(const Object& pod, const Object& node) {
  std::optional<Time> at;
  for (const Value& taint : node.spec()[kTaints].elements()) {
    if (!(taint[kEffect] == "NoExecute")) continue;
    const Time since = ParseTime(taint[kTimeAdded].AsString()).value_or(Time());
    std::optional<Time> limit = since;  // not tolerated
    for (const Value& toleration : pod.spec()[kTolerations].elements()) {
      if (!Tolerates(toleration, taint)) continue;
      const Value& seconds = toleration[kTolerationSeconds];
      limit = seconds.is_null() ? std::optional<Time>() : since + std::chrono::seconds(seconds.AsInt());
      break;
    }
    if (limit.has_value() && (!at.has_value() || *limit < *at)) at = limit;
  }
  return at;
}

class TaintEviction final : public Reconciler {
 public:
  explicit TaintEviction(const Manager& manager)
      : client_(manager.client()),
        events_(manager.event_recorder_for("taint-eviction-controller")),
        cache_(&manager.cache()) {}

  void OnPod(const ObjectEvent& event, RequestSink& sink) const {
    if (event.type == ObjectEvent::Type::kDelete || event.object.deleting()) return;
    if (event.old && event.old.spec().identity() == event.object.spec().identity()) return;
    if (const Object* node = NodeOf(*cache_, event.object); node != nullptr && !node->spec()[kTaints].empty())
      sink.Add(event.object.key());
  }
  void OnNode(const ObjectEvent& event, RequestSink& sink) const {
    if (event.type == ObjectEvent::Type::kDelete || event.object.spec()[kTaints].empty()) return;
    if (event.old && event.old.spec()[kTaints] == event.object.spec()[kTaints]) return;
    ForEachPodOn(*cache_, event.object.name(), [&](const Object& pod) { sink.Add(pod.key()); });
  }

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(kPod, request);
    if (!found.ok()) co_return DoneIfGone(found.status());
    const Object pod = *std::move(found);
    const Object* node = NodeOf(*cache_, pod);
    if (node == nullptr || pod.deleting()) co_return ReconcileResult::Done();
    const std::optional<Time> at = EvictAt(pod, *node);
    if (!at.has_value()) co_return ReconcileResult::Done();
    if (ctx.Now() < *at) co_return ReconcileResult::After(*at - ctx.Now());
    events_.Event(pod, EventType::kNormal, "TaintManagerEviction",
                  "Marking for deletion Pod " + pod.ns().str() + "/" + pod.name().str());
    if (!IsFinished(pod)) {
      const Condition condition{.type = "DisruptionTarget",
                                .status = "True",
                                .reason = "DeletionByTaintManager",
                                .message = "Taint manager: deleting due to NoExecute taint",
                                .observed_generation = pod.generation()};
      Value status = SetCondition(pod.status(), condition, ctx.Now());
      Result<Object> said = co_await client_.UpdateStatus(pod.With(pod.value().Set(names::kStatus, std::move(status))));
      if (!said.ok()) co_return DoneIfGone(said.status());
    }
    Status gone = co_await client_.Delete(kPod, request, DeleteOptions().WithUid(pod.uid()));
    co_return DoneIfGone(gone);
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  const Client client_;
  EventRecorder& events_;
  Cache* const cache_;
};

}  // namespace

Task<Status> NodeLifecycleMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("node-lifecycle"));
  CO_RETURN_IF_ERROR(IndexPodsByNode(manager));
  CO_RETURN_IF_ERROR(manager.cache().InformerFor(kLease));
  auto eviction = std::make_unique<TaintEviction>(manager);
  const TaintEviction* events = eviction.get();
  ControllerManagedBy(manager)
      .Named("taint-eviction")
      .Watches(kNode, [events](const ObjectEvent& event, RequestSink& sink) { events->OnNode(event, sink); })
      .Watches(kPod, [events](const ObjectEvent& event, RequestSink& sink) { events->OnPod(event, sink); })
      .Complete(std::move(eviction));
  auto monitor = std::make_shared<Monitor>(manager);
  CO_RETURN_IF_ERROR(manager.Add("node-monitor", [monitor](RunContext) { return Monitor::Run(monitor); }));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
