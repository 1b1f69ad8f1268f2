// The garbage collector (ENV-020..028).
//
// What is queued (owner_graph.h) is decided by live reads alone (ENV-022): a stale store can cost a read, never an object.
//   some owner is solid      the references to owners that are gone, or that wait for their dependents, are taken off
//   none, and one waits      the object is deleted in the foreground if it has dependents; in a circle its references stop
//                            blocking first
//   none                     the object is deleted; finalizers of an earlier choice say how
// An owner that waits keeps its finalizer until nothing blocks it (ENV-025); an owner to be orphaned loses its finalizer
// when all references to it are gone (ENV-026). Deletes carry uid and version as preconditions (ENV-023).
#include <memory>
#include <vector>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/absent_owners.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/metadata_patch.h"
#include "sim/cluster/owner_graph.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

constexpr std::string_view kComponent = "garbage-collector-controller";

// Null when none is left: a merge patch then takes the field away.
Value WithoutFinalizer(const Object& object, std::string_view finalizer) {
  ArrayBuilder kept;
  for (const Value& f : object.metadata()[names::kFinalizers].elements()) {
    if (!(f == finalizer)) kept.Add(f);
  }
  return kept.size() == 0 ? Value() : kept.Build();
}

bool HasOwner(const Object& object, const String& uid) {
  for (const Value& owner : OwnersOf(object).elements()) {
    if (owner[names::kUid] == uid.view()) return true;
  }
  return false;
}

// What the owners of an object are, read live.
struct OwnerClasses {
  std::vector<Value> solid;
  size_t dangling = 0;
  size_t waiting = 0;
  bool unknown = false;  // one cannot be looked up: the object is left alone unless others decide
};

class GarbageCollector final : public Reconciler {
 public:
  using Place = OwnerGraph::Place;

  GarbageCollector(const Manager& manager, std::shared_ptr<const OwnerGraph> graph)
      : client_(manager.api_reader()), events_(manager.event_recorder_for(kComponent)), graph_(std::move(graph)) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    const Place place = graph_->PlaceOf(request);
    const Object* cached = graph_->Find(place);
    if (cached == nullptr) co_return ReconcileResult::Done();
    if (cached->deleting()) {
      const Status done = co_await OfDeleted(place, *cached);
      co_return DoneIfGone(done);
    }
    if (graph_->OwnersAreSolid(*cached)) co_return ReconcileResult::Done();
    Result<Object> item = co_await client_.Get(*place.kind, place.key);
    if (!item.ok()) co_return DoneIfGone(item.status());
    if (item->deleting() || OwnersOf(*item).empty()) co_return ReconcileResult::Done();
    const Status done = co_await Judge(place, *item);
    co_return DoneIfGone(done);
  }

  // The order in which absent owners were used decides only which of more than 500 is asked for again.
  std::optional<uint64_t> Fingerprint() const override { return absent_.Fingerprint(); }

 private:
  // ---- Owners on their way out.

  Task<Status> OfDeleted(Place place, Object cached) {
    const bool orphaning = IsOrphaning(cached);
    if (!orphaning && !IsWaitingForDependents(cached)) co_return Status();
    if (orphaning) {
      CO_RETURN_IF_ERROR(co_await LetGoDependents(cached.uid()));
    } else {
      // What blocks is asked after a look at the owner itself, as for every item.
      Result<Object> item = co_await client_.Get(*place.kind, place.key);
      if (!item.ok()) co_return item.status();
      if (!(item->uid() == cached.uid()) || graph_->HasBlockingDependents(cached.uid())) co_return Status();
    }
    const std::string_view finalizer = orphaning ? kOrphanFinalizer : kForegroundFinalizer;
    Result<Object> live = co_await client_.Get(*place.kind, place.key);
    if (!live.ok()) co_return live.status();
    if (!(live->uid() == cached.uid()) || !HasFinalizer(*live, finalizer)) co_return Status();
    Result<Object> patched = co_await client_.Patch(
        *place.kind, place.key, MetadataPatch(*live, names::kFinalizers, WithoutFinalizer(*live, finalizer)));
    co_return patched.status();
  }

  // ENV-026: all at once. Those that failed are tried again with the owner.
  Task<Status> LetGoDependents(String owner) {
    std::vector<Place> dependents;
    graph_->ForEachDependent(owner, [&](const ResourceInfo& kind, const Object& dependent) {
      dependents.push_back(Place{&kind, dependent.key()});
    });
    Status result;
    TaskGroup patches(client_.executor());
    for (const Place& dependent : dependents) patches.Spawn(NoteLetGo(dependent, owner, &result));
    co_await patches.Join();
    co_return result;
  }

  Task<void> NoteLetGo(Place dependent, String owner, Status* result) {
    Status done = co_await LetGo(dependent, owner);
    if (!done.ok() && done.code() != Code::kNotFound) *result = done;
  }

  Task<Status> LetGo(Place place, String owner) {
    const Object* cached = graph_->Find(place);
    if (cached == nullptr) co_return Status();
    const Object known = *cached;
    Result<Object> patched = co_await client_.Patch(
        *place.kind, place.key, MetadataPatch(known, names::kOwnerReferences, WithoutOwner(known, owner)));
    if (patched.ok() || patched.code() != Code::kConflict) co_return patched.status();
    Result<Object> live = co_await client_.Get(*place.kind, place.key);
    if (!live.ok()) co_return live.status();
    if (!HasOwner(*live, owner)) co_return Status();
    Result<Object> again = co_await client_.Patch(
        *place.kind, place.key, MetadataPatch(*live, names::kOwnerReferences, WithoutOwner(*live, owner)));
    co_return again.status();
  }

  // ---- Dependents.

  Task<Status> Judge(Place place, Object item) {
    OwnerClasses owners;
    for (const Value& owner : OwnersOf(item).elements()) {
      CO_RETURN_IF_ERROR(co_await Classify(owner, item, &owners));
    }
    if (owners.unknown || (owners.dangling == 0 && owners.waiting == 0)) co_return Status();
    if (!owners.solid.empty()) {
      Result<Object> patched = co_await client_.Patch(
          *place.kind, place.key, MetadataPatch(item, names::kOwnerReferences, Value::Array(std::move(owners.solid))));
      co_return patched.status();
    }
    const bool foreground = owners.waiting > 0 && graph_->HasDependents(item.uid());
    if (foreground && graph_->HasWaitingDependents(item.uid())) {
      Result<Object> unblocked = co_await client_.Patch(*place.kind, place.key,
                                                        MetadataPatch(item, names::kOwnerReferences, Unblocking(item)));
      if (!unblocked.ok()) co_return unblocked.status();
      // The version that was judged is gone: once nobody waits for it, the item may not have to wait either.
      co_return Status(Code::kConflict, "the references of an object in a circle have changed");
    }
    const std::string_view policy = foreground                                 ? "Foreground"
                                    : HasFinalizer(item, kOrphanFinalizer)     ? "Orphan"
                                    : HasFinalizer(item, kForegroundFinalizer) ? "Foreground"
                                                                               : "Background";
    DeleteOptions options;
    options.WithUid(item.uid()).WithResourceVersion(item.metadata()[names::kResourceVersion].ToSharedString());
    Status deleted = co_await client_.Delete(*place.kind, place.key, options.Propagation(policy));
    co_return deleted;
  }

  static Value Unblocking(const Object& item) {
    ArrayBuilder owners;
    for (const Value& owner : OwnersOf(item).elements()) {
      owners.Add(Blocks(owner) ? owner.Set(names::kBlockOwnerDeletion, false) : owner);
    }
    return owners.Build();
  }

  Task<Status> Classify(Value owner, Object item, OwnerClasses* out) {
    const std::optional<Place> place = graph_->Resolve(owner, item.ns());
    if (!place.has_value()) {
      out->unknown = true;
      ReportNamespace(owner, item);
      co_return Status();
    }
    const OwnerIdentity identity{owner[names::kApiVersion].ToSharedString(), owner[names::kKind].ToSharedString(),
                                 place->key, owner[names::kUid].ToSharedString()};
    if (!absent_.Contains(identity)) {
      Result<Object> found = co_await client_.Get(*place->kind, place->key);
      if (!found.ok() && found.code() != Code::kNotFound) co_return found.status();
      if (found.ok() && found->uid() == identity.uid) {
        if (IsWaitingForDependents(*found)) {
          ++out->waiting;
        } else {
          out->solid.push_back(owner);
        }
        co_return Status();
      }
      absent_.Add(identity);
    }
    ++out->dangling;
    ReportNamespace(owner, item);
    co_return Status();
  }

  // The owner lives, but in another namespace: an event says so (ENV-024).
  void ReportNamespace(const Value& owner, const Object& item) {
    if (!graph_->LivesElsewhere(owner, item.ns())) return;
    std::string message("ownerRef [");
    message.append(owner[names::kApiVersion].AsString()).append("/").append(owner[names::kKind].AsString());
    message.append(", namespace: ").append(item.ns().view());
    message.append(", name: ").append(owner[names::kName].AsString());
    message.append(", uid: ").append(owner[names::kUid].AsString());
    message.append("] does not exist in namespace \"").append(item.ns().view()).append("\"");
    events_.Event(item, EventType::kWarning, "OwnerRefInvalidNamespace", message);
  }

  const Client client_;
  EventRecorder& events_;
  const std::shared_ptr<const OwnerGraph> graph_;
  AbsentOwners absent_;
};

using KindsOf = std::vector<const ResourceInfo*>(const KindRegistry&);

Task<Status> Collect(Environment& env, KindsOf* kinds) {
  Manager manager = Manager::New(env, ProgramOptions("garbage-collector"));
  auto graph = std::make_shared<const OwnerGraph>(manager, kinds(manager.client().kinds()));
  CO_RETURN_IF_ERROR(graph->AddIndexes(manager));
  Builder builder = ControllerManagedBy(manager);
  builder.Named("garbage-collector");
  for (const ResourceInfo* kind : graph->watched()) {
    builder.Watches(kind->gvk,
                    [graph, kind](const ObjectEvent& event, RequestSink& sink) { graph->OnEvent(*kind, event, sink); });
  }
  builder.Complete(std::make_unique<GarbageCollector>(manager, graph));
  co_return co_await manager.Start();
}

}  // namespace

Task<Status> GarbageCollectorMain(Environment& env) { return Collect(env, WorkloadKinds); }
Task<Status> EveryKindCollectorMain(Environment& env) { return Collect(env, CollectedKinds); }

}  // namespace wavetank::sim
