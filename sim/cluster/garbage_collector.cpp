// The garbage collector (ENV-020..027), background policy only.
//
// There is no graph in memory: the informers' stores are it, with an index from owner uids to dependents. An object whose
// owners are all in the stores needs nothing. One with an owner that is not there is queued, as are the dependents of an
// owner that is deleted. What is queued is decided by live reads alone (ENV-022): an owner that is gone, or that has
// another uid, is dangling. With some owner left the dangling references are taken off; with none the object is deleted,
// with its uid and version as preconditions (ENV-023). So a stale store can cost a read, never an object.
// There is no cache of absent owners: each dependent asks.
#include <array>
#include <memory>
#include <vector>

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

const std::array<Gvk, 10> kWatched{
    kPod,
    Gvk("apps", "v1", "ReplicaSet"),
    Gvk("apps", "v1", "Deployment"),
    Gvk("apps", "v1", "StatefulSet"),
    Gvk("apps", "v1", "DaemonSet"),
    Gvk("batch", "v1", "Job"),
    Gvk("batch", "v1", "CronJob"),
    Gvk("", "v1", "Service"),
    Gvk("", "v1", "ConfigMap"),
    Gvk("", "v1", "Secret"),
};
const Name kByOwner("metadata.ownerReferences.uid");
constexpr std::string_view kForeground = "foregroundDeletion";
constexpr std::string_view kOrphan = "orphan";

// Requests name a resource too: "default/replicasets/frontend".
ObjectKey RequestFor(const ResourceInfo& kind, const ObjectKey& key) {
  std::string name(kind.gvr.resource.view());
  name.append("/").append(key.name.view());
  return ObjectKey(key.ns, name);
}

const Value& OwnersOf(const Object& object) { return object.metadata()[names::kOwnerReferences]; }

void IndexOwners(const Object& object, IndexValues& out) {
  for (const Value& owner : OwnersOf(object).elements()) out.Add(owner[names::kUid]);
}

// What an object refers to, seen from the object.
struct Reference {
  const ResourceInfo* kind;
  ObjectKey key;
};

// Null when the reference names a kind that nobody knows, or a namespaced one from a cluster-scoped object (ENV-024).
std::optional<Reference> Resolve(const KindRegistry& kinds, const Value& owner, const String& ns) {
  const ResourceInfo* kind = kinds.FindKind(owner[names::kApiVersion].AsString(), owner[names::kKind].AsString());
  if (kind == nullptr || (kind->namespaced && ns.empty())) return std::nullopt;
  return Reference{kind, ObjectKey(kind->namespaced ? ns : String(), owner[names::kName].ToSharedString())};
}

// What the informers know. Refers to the manager's cache and client, which outlive it.
class Graph {
 public:
  Graph(const Manager& manager) : cache_(&manager.cache()), kinds_(manager.client().kinds()), log_(manager.logger()) {
    for (const Gvk& kind : kWatched) watched_.push_back(&BuiltInKind(kind));
  }

  const std::vector<const ResourceInfo*>& watched() const { return watched_; }
  const Object* Find(const ResourceInfo& kind, const ObjectKey& key) const {
    const Informer* informer = cache_->FindInformer(kind);
    return informer == nullptr ? nullptr : informer->store().Find(key);
  }

  // Every owner is there, or is of a kind that nobody can look up.
  bool OwnersAreThere(const Object& object) const {
    for (const Value& owner : OwnersOf(object).elements()) {
      const std::optional<Reference> reference = Resolve(kinds_, owner, object.ns());
      if (!reference.has_value()) continue;
      const Object* found = Find(*reference->kind, reference->key);
      if (found == nullptr || !(found->uid() == owner[names::kUid].AsString())) return false;
    }
    return true;
  }

  void OnEvent(const ResourceInfo& kind, const ObjectEvent& event, RequestSink& sink) const {
    const bool gone = event.type == ObjectEvent::Type::kDelete;
    const Object& before = gone ? event.object : event.old;
    if (before && (gone || !(before.uid() == event.object.uid()))) QueueDependents(before.uid(), sink);  // ENV-027
    if (gone) return;
    const Object& object = event.object;
    if (object.deleting() && !(before && before.deleting())) NoteFinalizers(object);
    const Value& owners = OwnersOf(object);
    if (owners.empty() || (before && before.uid() == object.uid() && OwnersOf(before) == owners)) return;
    if (!OwnersAreThere(object)) sink.Add(RequestFor(kind, object.key()));  // ENV-021
  }

 private:
  void QueueDependents(const String& owner, RequestSink& sink) const {
    for (const ResourceInfo* kind : watched_) {
      const Informer* informer = cache_->FindInformer(*kind);
      if (informer == nullptr) continue;
      informer->store().ForEachIndexed(kByOwner.view(), owner, {},
                                       [&](const Object& dependent) { sink.Add(RequestFor(*kind, dependent.key())); });
    }
  }

  void NoteFinalizers(const Object& object) const {
    for (const std::string_view finalizer : {kForeground, kOrphan}) {
      if (!HasFinalizer(object, finalizer)) continue;
      log_.Info("This deletion policy is not supported; the object is left alone",
                {{"finalizer", finalizer}, {"kind", object.kind()}, {"object", object.key().ToString()}});
    }
  }

  Cache* const cache_;
  const KindRegistry kinds_;
  const Logger log_;
  std::vector<const ResourceInfo*> watched_;
};

class GarbageCollector final : public Reconciler {
 public:
  GarbageCollector(const Client& client, std::shared_ptr<const Graph> graph)
      : client_(client.Live()), graph_(std::move(graph)) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    const std::string_view text = request.name.view();
    const size_t slash = text.find('/');
    const ResourceInfo* kind = KindOf(text.substr(0, slash));
    const ObjectKey key(request.ns, text.substr(slash + 1));
    const Object* cached = graph_->Find(*kind, key);
    if (cached == nullptr || graph_->OwnersAreThere(*cached)) co_return ReconcileResult::Done();

    Result<Object> item = co_await client_.Get(*kind, key);
    if (!item.ok()) co_return Answer(item.status());
    if (item->deleting() || OwnersOf(*item).empty()) co_return ReconcileResult::Done();

    ArrayBuilder solid;
    size_t dangling = 0;
    for (const Value& owner : OwnersOf(*item).elements()) {
      Result<bool> exists = co_await OwnerExists(owner, item->ns());
      if (!exists.ok()) co_return exists.status();
      if (*exists) {
        solid.Add(owner);
      } else {
        ++dangling;
      }
    }
    if (dangling == 0) co_return ReconcileResult::Done();
    Task<Status> write = solid.size() > 0 ? KeepOwners(*kind, *item, solid.Build()) : DeleteItem(*kind, *item);
    Status written = co_await std::move(write);
    co_return Answer(written);
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  static Result<ReconcileResult> Answer(const Status& status) {
    if (status.ok() || status.code() == Code::kNotFound) return ReconcileResult::Done();
    return QuietConflict(status);
  }

  const ResourceInfo* KindOf(std::string_view resource) const {
    for (const ResourceInfo* kind : graph_->watched()) {
      if (kind->gvr.resource.view() == resource) return kind;
    }
    WT_CHECK(false, "requests are made by RequestFor");
    return nullptr;
  }

  // By a live read. A reference that cannot be looked up counts as existing.
  Task<Result<bool>> OwnerExists(Value owner, String ns) {
    const std::optional<Reference> reference = Resolve(client_.kinds(), owner, ns);
    if (!reference.has_value()) co_return true;
    Result<Object> found = co_await client_.Get(*reference->kind, reference->key);
    if (found.ok()) co_return found->uid() == owner[names::kUid].AsString();
    if (found.code() == Code::kNotFound) co_return false;
    co_return found.status();
  }

  // The uid and the version make it a conflict when it is another object, or a changed one.
  Task<Status> KeepOwners(const ResourceInfo& kind, Object item, Value owners) {
    const Value metadata = ObjectBuilder(3)
                               .Add(names::kOwnerReferences, std::move(owners))
                               .Add(names::kResourceVersion, item.metadata()[names::kResourceVersion])
                               .Add(names::kUid, item.uid())
                               .Build();
    Value patch = ObjectBuilder(1).Add(names::kMetadata, metadata).Build();
    Result<Object> patched = co_await client_.Patch(kind, item.key(), ObjectPatch(PatchType::kMerge, std::move(patch)));
    co_return patched.status();
  }

  // Finalizers of an earlier choice decide how it is deleted (ENV-022).
  Task<Status> DeleteItem(const ResourceInfo& kind, Object item) {
    DeleteOptions options;
    options.WithUid(item.uid()).WithResourceVersion(item.metadata()[names::kResourceVersion].ToSharedString());
    options.Propagation(HasFinalizer(item, kOrphan)       ? "Orphan"
                        : HasFinalizer(item, kForeground) ? "Foreground"
                                                          : "Background");
    Status deleted = co_await client_.Delete(kind, item.key(), options);
    co_return deleted;
  }

  const Client client_;
  const std::shared_ptr<const Graph> graph_;
};

ManagerOptions Options() {
  ManagerOptions options;
  options.cache.owner = "garbage-collector";
  options.cache.sync_period = Duration(0);
  return options;
}

}  // namespace

Task<Status> GarbageCollectorMain(Environment& env) {
  Manager manager = Manager::New(env, Options());
  auto graph = std::make_shared<const Graph>(manager);
  Builder builder = ControllerManagedBy(manager);
  builder.Named("garbage-collector");
  for (const ResourceInfo* kind : graph->watched()) {
    CO_RETURN_IF_ERROR(manager.AddIndex(*kind, kByOwner, IndexOwners));
    builder.Watches(kind->gvk,
                    [graph, kind](const ObjectEvent& event, RequestSink& sink) { graph->OnEvent(*kind, event, sink); });
  }
  builder.Complete(std::make_unique<GarbageCollector>(manager.client(), graph));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
