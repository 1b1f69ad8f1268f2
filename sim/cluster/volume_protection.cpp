// The protection of volumes in use: a claim that is being deleted stays while a pod that is bound to a node uses it, a volume
// while it is bound to a claim. The server puts the finalizer on when they are made; this controller puts it back when somebody
// takes it off, and takes it off when nothing stands in the way.
//
// Finished pods count, as in the real one: only their end lets a claim go. What is decided rests on live reads where it cannot
// be taken back. Left out: claims of generic ephemeral volumes, which nothing makes here.

#include "runtime/api/metadata.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

const Gvk kClaim("", "v1", "PersistentVolumeClaim");
const Gvk kVolume("", "v1", "PersistentVolume");

template <typename F>
void ForEachClaimOf(const Object& pod, F&& visit) {
  for (const Value& volume : pod.spec()["volumes"].elements()) {
    const Value& name = volume["persistentVolumeClaim"]["claimName"];
    if (!name.empty()) visit(name);
  }
}

bool IsBound(const Object& pod) { return !pod.spec()[names::kNodeName].empty(); }

// What is protected, and what uses it.
struct Protected {
  const Gvk& kind;
  std::string_view finalizer;
  Task<Result<bool>> (*in_use)(Client client, Object object);
};

Task<Result<bool>> UsedByPods(Client client, Object claim) {
  Result<ObjectList> pods = co_await client.Live().List(kPod, InNamespace(claim.ns()));
  if (!pods.ok()) co_return pods.status();
  bool used = false;
  for (const Object& pod : pods->items) {
    if (IsBound(pod)) ForEachClaimOf(pod, [&](const Value& name) { used = used || name == claim.name().view(); });
  }
  co_return used;
}

Task<Result<bool>> BoundToClaim(Client, Object volume) { co_return volume.status()[names::kPhase] == "Bound"; }

const Protected kProtectedClaims{kClaim, "kubernetes.io/pvc-protection", UsedByPods};
const Protected kProtectedVolumes{kVolume, "kubernetes.io/pv-protection", BoundToClaim};

class Protector final : public Reconciler {
 public:
  Protector(const Client& client, const Protected& what) : client_(client), what_(what) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    Result<Object> found = co_await client_.Get(what_.kind, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    if (found->deleting() != HasFinalizer(*found, what_.finalizer)) co_return ReconcileResult::Done();
    if (found->deleting()) {
      Result<bool> used = co_await what_.in_use(client_, *found);
      if (!used.ok()) co_return used.status();
      if (*used) co_return ReconcileResult::Done();
    }
    Result<Object> written = co_await client_.Update(WithFinalizers(*found));
    if (written.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!written.ok()) co_return QuietConflict(written.status());
    co_return ReconcileResult::Done();
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // Without ours when it has it, with it otherwise.
  Object WithFinalizers(const Object& object) const {
    ArrayBuilder finalizers;
    bool had = false;
    for (const Value& finalizer : object.metadata()[names::kFinalizers].elements()) {
      const bool ours = finalizer == what_.finalizer;
      had = had || ours;
      if (!ours) finalizers.Add(finalizer);
    }
    if (!had) finalizers.Add(what_.finalizer);
    return object.With(object.value().SetIn({names::kMetadata, names::kFinalizers}, finalizers.Build()));
  }

  const Client client_;
  const Protected& what_;
};

// A pod that goes, or that is another one under its name, sets its claims free.
void OnPod(const ObjectEvent& event, RequestSink& sink) {
  const auto free = [&](const Object& pod) {
    if (IsBound(pod)) {
      ForEachClaimOf(pod, [&](const Value& name) { sink.Add(ObjectKey(pod.ns(), name.ToSharedString())); });
    }
  };
  if (event.type == ObjectEvent::Type::kDelete) free(event.object);
  if (event.old && !(event.old.uid() == event.object.uid())) free(event.old);
}

}  // namespace

Task<Status> VolumeProtectionMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("volume-protection"));
  ControllerManagedBy(manager)
      .For(kClaim)
      .Named("pvc-protection")
      .Watches(kPod, OnPod)
      .Complete(std::make_unique<Protector>(manager.client(), kProtectedClaims));
  ControllerManagedBy(manager)
      .For(kVolume)
      .Named("pv-protection")
      .Complete(std::make_unique<Protector>(manager.client(), kProtectedVolumes));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
