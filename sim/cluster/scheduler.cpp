// The scheduler: binds pods to nodes (ENV-060).
//
// What it remembers is in State: how many active pods each node has, by the informer; pods whose binding was sent but is not in
// the informer yet (assumed), which count too; pods that found no node. All of it is rebuilt from objects at a restart; a
// binding whose answer was lost is simply tried again, and the server refuses the second one.
#include <map>
#include <set>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/node_table.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

constexpr std::string_view kName = "default-scheduler";

struct State {
  NodeTable nodes;
  struct Assumed {
    NodeTable::Node* node;
    PodNeeds needs;
  };
  std::map<String, Assumed> assumed;  // by the pod's uid
  std::set<ObjectKey> waiting;        // for a node that takes them

  void Assume(const Object& pod, NodeTable::Node* node) {
    if (assumed.emplace(pod.uid(), Assumed{node, NeedsOf(pod)}).second) nodes.Count(*node, NeedsOf(pod), +1);
  }
  void Forget(const String& uid) {
    auto at = assumed.find(uid);
    if (at == assumed.end()) return;
    nodes.Count(*at->second.node, at->second.needs, -1);
    assumed.erase(at);
  }
};

bool NeedsNode(const Object& pod) {
  const Value& spec = pod.spec();
  if (!spec[names::kNodeName].empty() || pod.deleting() || !spec[kSchedulingGates].empty() || IsFinished(pod))
    return false;
  const Value& scheduler = spec[kSchedulerName];
  return scheduler.empty() || scheduler == kName;
}

// The node where the pod takes room: null for none. Finished pods take none.
const Value& RoomOn(const Object& pod) {
  static const Value kNone;
  const Value& node = pod.spec()[names::kNodeName];
  return node.empty() || IsFinished(pod) ? kNone : node;
}

// Keeps the counts, and says which pods are to be looked at.
void OnPod(State& state, const ObjectEvent& event, RequestSink& sink) {
  const bool gone = event.type == ObjectEvent::Type::kDelete;
  const Object& before = gone ? event.object : event.old;
  static const Value kNone;
  const Object& pod = event.object;
  const Value& left = before ? RoomOn(before) : kNone;
  const Value& entered = gone ? kNone : RoomOn(pod);
  if (!(left == entered)) {
    if (!left.is_null()) {
      state.nodes.Count(left.ToSharedString(), NeedsOf(before), -1);
      for (const ObjectKey& waiting : state.waiting) sink.Add(waiting);  // there is room again
    }
    if (!entered.is_null()) state.nodes.Count(entered.ToSharedString(), NeedsOf(pod), +1);
  }
  if (before && (gone || !(before.uid() == pod.uid()))) state.Forget(before.uid());
  if (!gone && NeedsNode(pod)) {
    sink.Add(pod.key());
    return;
  }
  state.Forget(pod.uid());  // what was assumed is there, or will never be
  if (!state.waiting.empty()) state.waiting.erase(pod.key());
}

void OnNode(State& state, const ObjectEvent& event, RequestSink& sink) {
  if (event.type == ObjectEvent::Type::kDelete) return state.nodes.Remove(event.object.name());
  if (!state.nodes.Put(event.object)) return;
  for (const ObjectKey& pod : state.waiting) sink.Add(pod);
}

Value MakeBinding(const Object& pod, const NodeTable::Node& node) {
  static const Value kApiVersion("v1");
  static const Value kKind("Binding");
  Value metadata = ObjectBuilder(3)
                       .Add(names::kName, pod.name())
                       .Add(names::kNamespace, pod.ns())
                       .Add(names::kUid, pod.uid())
                       .Build();
  return ObjectBuilder(4)
      .Add(names::kApiVersion, kApiVersion)
      .Add(names::kKind, kKind)
      .Add(names::kMetadata, std::move(metadata))
      .Add(kTarget, node.target)
      .Build();
}

class Scheduler final : public Reconciler {
 public:
  Scheduler(const Manager& manager, std::shared_ptr<State> state)
      : client_(manager.client()),
        bindings_(client_.SubResource("binding")),
        events_(manager.event_recorder_for(kName)),
        pods_(BuiltInKind(kPod)),
        state_(std::move(state)) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(pods_, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    const Object& pod = *found;
    if (!NeedsNode(pod) || state_->assumed.contains(pod.uid())) co_return ReconcileResult::Done();
    NodeTable::Node* node = state_->nodes.Pick(pod);
    if (node == nullptr) {
      state_->waiting.insert(request);
      const Status said = co_await SayUnschedulable(pod, ctx.Now());
      co_return DoneIfGone(said);
    }
    state_->waiting.erase(request);
    state_->Assume(pod, node);
    Result<Value> bound = co_await bindings_.Create(pods_, request, MakeBinding(pod, *node));
    // Lost answers count as failures: if the pod is bound after all, the informer will count it.
    if (!bound.ok()) state_->Forget(pod.uid());
    co_return DoneIfGone(bound.status());
  }

 private:
  // Once for each reason; the pod is looked at again when a node changes.
  Task<Status> SayUnschedulable(Object pod, Time now) {
    const Condition condition{.type = "PodScheduled",
                              .status = "False",
                              .reason = "Unschedulable",
                              .message = state_->nodes.WhyNone(pod),
                              .observed_generation = pod.generation()};
    Value status = SetCondition(pod.status(), condition, now);
    if (status.identity() == pod.status().identity()) co_return Status();
    events_.Event(pod, EventType::kWarning, "FailedScheduling", condition.message);
    Object said = pod.With(pod.value().Set(names::kStatus, std::move(status)));
    Result<Object> written = co_await client_.UpdateStatus(std::move(said));
    co_return written.status();
  }

  const Client client_;
  const SubResourceClient bindings_;
  EventRecorder& events_;
  const ResourceInfo& pods_;
  const std::shared_ptr<State> state_;
};

}  // namespace

Task<Status> SchedulerMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions(std::string(kName)));
  auto state = std::make_shared<State>();
  ControllerManagedBy(manager)
      .Named("scheduler")
      .Watches(kNode, [state](const ObjectEvent& event, RequestSink& sink) { OnNode(*state, event, sink); })
      .Watches(kPod, [state](const ObjectEvent& event, RequestSink& sink) { OnPod(*state, event, sink); })
      .Complete(std::make_unique<Scheduler>(manager, state));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
