// The namespace controller (ENV-040..042, API-555): empties namespaces that are being deleted, and lets them go.
//
// The first look is five seconds after the delete, and five after every change of the namespace. Each look deletes pods
// first; other kinds wait until no pod is left (ENV-042). What remains, and why, stands in the conditions. Objects that
// still end in their own time (grace periods, finalizers) are waited for, half as long as they are expected to take.
// When nothing remains, the finalizer `kubernetes` goes, with the /finalize subresource.
// Level-triggered: everything is read live, so that a restart goes on where the last life stopped.
#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/namespace_conditions.h"
#include "sim/cluster/owner_graph.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;
using namespace std::chrono_literals;

constexpr Duration kPatience = 5s;          // from an event to a look at the namespace
constexpr int64_t kFinalizerEstimate = 15;  // seconds that others are given to take their finalizers off
constexpr std::string_view kFinalizer = "kubernetes";

// What one kind of objects came to.
struct Leftovers {
  int64_t count = 0;
  int64_t estimate = 0;  // seconds until they are gone by themselves
  std::map<std::string, int64_t> finalizers;
  std::string error;
};

// The longest grace of pods that still run, unless the namespace has been waiting for so long already.
int64_t GraceOf(const ObjectList& pods, Duration waited) {
  int64_t longest = 0;
  for (const Object& pod : pods.items) {
    if (!IsFinished(pod)) longest = std::max(longest, pod.spec()[kTerminationGracePeriodSeconds].AsInt());
  }
  return waited >= std::chrono::seconds(longest) ? 0 : longest;
}

std::map<std::string, int64_t> FinalizersOf(const ObjectList& list) {
  std::map<std::string, int64_t> out;
  for (const Object& object : list.items) {
    for (const Value& f : object.metadata()[names::kFinalizers].elements()) ++out[std::string(f.AsString())];
  }
  return out;
}

// "<resource>.<group>", with the dot even where there is no group.
std::string DottedName(const Gvr& gvr) {
  return std::string(gvr.resource.view()) + "." + std::string(gvr.group.view());
}

// As Go prints a GroupVersionResource.
std::string LongName(const Gvr& gvr) {
  return std::string(gvr.group.view()) + "/" + std::string(gvr.version.view()) +
         ", Resource=" + std::string(gvr.resource.view());
}

bool IsUnserved(const Status& status) {
  return status.code() == Code::kNotFound || status.code() == Code::kMethodNotAllowed;
}

class NamespaceController final : public Reconciler {
 public:
  explicit NamespaceController(const Client& client)
      : client_(client), namespaces_(BuiltInKind(kNamespace)), pods_(BuiltInKind(kPod)) {
    for (const ResourceInfo* kind : EveryDeletableKind(client.kinds())) {
      if (kind->namespaced && kind != &pods_) others_.push_back(kind);
    }
  }

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    Result<Object> found = co_await client_.Get(namespaces_, request);
    if (found.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!found.ok()) co_return found.status();
    Object ns = *std::move(found);
    if (!ns.deleting() || ns.spec()[names::kFinalizers].empty()) co_return ReconcileResult::Done();

    NamespaceFindings findings;
    Result<int64_t> estimate = co_await Empty(ns, ctx.Now(), &findings);
    if (!estimate.ok()) co_return estimate.status();
    Value status = WithNamespaceConditions(ns.status(), findings, ctx.Now());
    if (status.identity() != ns.status().identity()) {
      Result<Object> said = co_await client_.UpdateStatus(ns.With(ns.value().Set(names::kStatus, std::move(status))));
      if (!said.ok()) co_return DoneIfGone(said.status());
      ns = *std::move(said);
    }
    if (!findings.errors.empty()) co_return ReconcileResult::Backoff(findings.errors.front());
    if (*estimate > 0) co_return ReconcileResult::After(std::chrono::seconds(*estimate / 2 + 1));
    Status done = co_await Finalize(ns);
    co_return DoneIfGone(done);
  }

  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // Seconds until what remains is expected to be gone; 0: nothing remains, or nobody knows.
  Task<Result<int64_t>> Empty(Object ns, Time now, NamespaceFindings* findings) {
    const Time deleted = ParseTime(ns.metadata()[names::kDeletionTimestamp].AsString()).value_or(now);
    Result<Leftovers> pods = co_await EmptyKind(&pods_, ns.name(), now - deleted);
    if (!pods.ok()) co_return pods.status();
    if (!pods->error.empty()) findings->errors.push_back(pods->error);
    if (pods->count > 0) co_return pods->estimate;  // ENV-042; what remains of them is not counted
    int64_t estimate = 0;
    for (const ResourceInfo* kind : others_) {
      Result<Leftovers> left = co_await EmptyKind(kind, ns.name(), now - deleted);
      if (!left.ok()) co_return left.status();
      if (!left->error.empty()) findings->errors.push_back(left->error);
      if (left->count == 0) continue;
      estimate = std::max(estimate, left->estimate);
      findings->remaining[DottedName(kind->gvr)] = left->count;
      for (const auto& [finalizer, count] : left->finalizers) findings->finalizers[finalizer] += count;
    }
    co_return estimate;
  }

  Task<Result<Leftovers>> EmptyKind(const ResourceInfo* kind, String ns, Duration waited) {
    Leftovers left;
    Result<ObjectList> before = co_await client_.List(*kind, InNamespace(ns));
    if (IsUnserved(before.status())) co_return left;
    if (!before.ok()) co_return before.status();
    if (before->items.empty()) co_return left;
    if (kind == &pods_) left.estimate = GraceOf(*before, waited);
    CO_RETURN_IF_ERROR(co_await DeleteAll(kind, ns, *before));
    Result<ObjectList> after = co_await client_.List(*kind, InNamespace(ns));
    if (!after.ok()) co_return after.status();
    left.count = static_cast<int64_t>(after->items.size());
    left.finalizers = FinalizersOf(*after);
    if (left.count == 0) {
      left.estimate = 0;
    } else if (left.estimate == 0 && !left.finalizers.empty()) {
      left.estimate = kFinalizerEstimate;
    } else if (left.estimate == 0) {
      left.error = "unexpected items still remain in namespace: " + ns.str() + " for gvr: " + LongName(kind->gvr);
    }
    co_return left;
  }

  Task<Status> DeleteAll(const ResourceInfo* kind, String ns, ObjectList list) {
    const DeleteOptions options = DeleteOptions().Propagation("Background");
    if (kind->HasVerb("deletecollection")) {
      Status deleted = co_await client_.DeleteAllOf(*kind, InNamespace(ns), options);
      co_return deleted;
    }
    for (const Object& object : list.items) {
      Status deleted = co_await client_.Delete(*kind, object.key(), options);
      if (!deleted.ok() && deleted.code() != Code::kNotFound) co_return deleted;
    }
    co_return Status();
  }

  Task<Status> Finalize(Object ns) {
    // What others put there stays, each once and in the order of their names.
    std::set<std::string, std::less<>> others;
    for (const Value& finalizer : ns.spec()[names::kFinalizers].elements()) others.emplace(finalizer.AsString());
    others.erase(std::string(kFinalizer));
    ArrayBuilder kept;
    for (const std::string& finalizer : others) kept.Add(Value(finalizer));
    Value body = ns.value().SetIn({names::kSpec, names::kFinalizers}, kept.Build());
    Result<Value> answer = co_await client_.SubResource("finalize").Update(namespaces_, ns.key(), std::move(body));
    co_return answer.status();
  }

  const Client client_;
  const ResourceInfo& namespaces_;
  const ResourceInfo& pods_;
  std::vector<const ResourceInfo*> others_;
};

void OnNamespace(const ObjectEvent& event, RequestSink& sink) {
  if (event.type == ObjectEvent::Type::kDelete || !event.object.deleting()) return;
  sink.AddAfter(event.object.key(), kPatience);
}

}  // namespace

Task<Status> NamespaceControllerMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("namespace-controller"));
  ControllerManagedBy(manager)
      .Named("namespace")
      .Watches(kNamespace, OnNamespace)
      .Complete(std::make_unique<NamespaceController>(manager.api_reader()));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
