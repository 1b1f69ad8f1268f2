// Counts what ResourceQuotas limit, and writes it into their status; what is refused is the server's admission's to say.
//
// The server charges a quota when something is made; this controller counts anew when the quota's spec changes, and when
// something goes: an object, a pod that has finished, a service that has become another. It counts what is stored, not what
// caches show, and writes under the version that it has read first: who was charged meanwhile makes it look again.
// Limits: what is counted is numbers of objects (by their old names, or as count/<resource>.<group>), pods' requests and limits,
// claims' storage and services' ports. Only the going of the kinds with old names wakes it; the real one looks at all of them
// every five minutes.
#include <algorithm>
#include <map>
#include <string>

#include "runtime/api/quantity.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"
#include "sim/cluster/words.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

using Amounts = std::map<std::string, Quantity, std::less<>>;

const Gvk kQuota("", "v1", "ResourceQuota");
const Name kHard("hard");
const Name kUsed("used");

constexpr std::string_view kCount = "count/";
constexpr std::string_view kOfClass = ".storageclass.storage.k8s.io/";
constexpr std::string_view kRequests = "requests.";
constexpr std::string_view kHugePages = "hugepages-";

// What pods are counted by, besides huge pages and the requests of what devices bring.
constexpr std::string_view kOfPods[] = {"pods",
                                        "cpu",
                                        "memory",
                                        "ephemeral-storage",
                                        "requests.cpu",
                                        "requests.memory",
                                        "requests.ephemeral-storage",
                                        "limits.cpu",
                                        "limits.memory",
                                        "limits.ephemeral-storage"};

bool IsOfPods(std::string_view limit) {
  if (std::ranges::find(kOfPods, limit) != std::end(kOfPods) || limit.starts_with(kHugePages)) return true;
  if (!limit.starts_with(kRequests)) return false;
  limit.remove_prefix(kRequests.size());
  const size_t slash = limit.find('/');
  const bool native = slash == std::string_view::npos || limit.substr(0, slash).ends_with("kubernetes.io");
  return limit.starts_with(kHugePages) || !native;
}

// Kinds whose number has a name of its own, and whose going is watched.
struct Counted {
  std::string_view resource;
  std::string_view kind;
};
constexpr Counted kCountedKinds[] = {
    {"pods", "Pod"},
    {"services", "Service"},
    {"configmaps", "ConfigMap"},
    {"secrets", "Secret"},
    {"persistentvolumeclaims", "PersistentVolumeClaim"},
    {"replicationcontrollers", "ReplicationController"},
    {"resourcequotas", "ResourceQuota"},
};

// ---- What an object costs.

void AddAll(const Value& list, Amounts& sum) {
  for (const Field& f : list.fields()) sum[std::string(f.key.view())] += Quantity::Of(f.value);
}

// The containers together, or the greediest init container, and what the runtime needs (`list`: requests or limits).
Amounts PodAmounts(const Value& spec, std::string_view list) {
  Amounts sum;
  for (const Value& container : spec["containers"].elements()) AddAll(container["resources"][list], sum);
  for (const Value& container : spec["initContainers"].elements()) {
    for (const Field& f : container["resources"][list].fields()) {
      Quantity& most = sum[std::string(f.key.view())];
      most = std::max(most, Quantity::Of(f.value));
    }
  }
  AddAll(spec["overhead"], sum);
  return sum;
}

void CountPod(const Object& pod, Amounts& used) {
  used["count/pods"] += Quantity::FromInt(1);
  if (IsFinished(pod)) return;
  used["pods"] += Quantity::FromInt(1);
  for (const auto& [name, amount] : PodAmounts(pod.spec(), "requests")) {
    used["requests." + name] += amount;
    used[name] += amount;
  }
  for (const auto& [name, amount] : PodAmounts(pod.spec(), "limits")) used["limits." + name] += amount;
}

void CountService(const Object& service, Amounts& used) {
  const Value& type = service.spec()[names::kType];
  if (type == "LoadBalancer") used["services.loadbalancers"] += Quantity::FromInt(1);
  for (const Value& port : service.spec()["ports"].elements()) {
    if (port["nodePort"].AsInt() != 0) used["services.nodeports"] += Quantity::FromInt(1);
  }
}

// Also under the name of its class.
void CountClaim(const Object& claim, Amounts& used) {
  const Quantity size = Quantity::Of(claim.spec()["resources"]["requests"]["storage"]);
  used["requests.storage"] += size;
  const std::string storage_class(claim.spec()["storageClassName"].AsString());
  if (storage_class.empty()) return;
  used[storage_class + std::string(kOfClass) + "requests.storage"] += size;
  used[storage_class + std::string(kOfClass) + "persistentvolumeclaims"] += Quantity::FromInt(1);
}

// ---- Which pods a quota with scopes is about.

bool InScope(std::string_view scope, const Object& pod) {
  const bool best_effort = pod.status()["qosClass"] == "BestEffort";
  const bool ends = pod.spec().Has("activeDeadlineSeconds");
  if (scope == "BestEffort") return best_effort;
  if (scope == "NotBestEffort") return !best_effort;
  if (scope == "Terminating") return ends;
  if (scope == "NotTerminating") return !ends;
  return scope == "PriorityClass" && !pod.spec()["priorityClassName"].empty();
}

bool Fits(const Value& expression, const Object& pod) {
  const std::string_view scope = expression["scopeName"].AsString();
  if (scope != "PriorityClass") return InScope(scope, pod);
  const Value& name = pod.spec()["priorityClassName"];
  const std::span<const Value> values = expression["values"].elements();
  const bool listed = std::ranges::find(values, name) != values.end();
  const Value& op = expression["operator"];
  if (op == "In") return listed;
  if (op == "NotIn") return !listed;
  return (op == "Exists") == !name.empty();
}

bool IsAbout(const Value& quota, const Object& pod) {
  for (const Value& scope : quota["scopes"].elements()) {
    if (!InScope(scope.AsString(), pod)) return false;
  }
  for (const Value& expression : quota["scopeSelector"]["matchExpressions"].elements()) {
    if (!Fits(expression, pod)) return false;
  }
  return true;
}

// ---- The controller.

class QuotaController final : public Reconciler {
 public:
  explicit QuotaController(const Client& client) : client_(client.Live()) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    Result<Object> quota = co_await client_.Get(kQuota, request);
    if (quota.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!quota.ok()) co_return quota.status();
    if (quota->deleting()) co_return ReconcileResult::Done();
    Amounts used;
    for (const ResourceInfo* kind : KindsOf(quota->spec()[kHard])) {
      auto list = co_await client_.List(kind->gvk, InNamespace(request.ns));
      if (!list.ok()) co_return list.status();
      CountAll(*kind, quota->spec(), list->items, used);
    }
    Value status = quota->status().Set(kHard, quota->spec()[kHard]).Set(kUsed, UsedOf(*quota, used));
    if (status == quota->status()) co_return ReconcileResult::Done();
    Result<Object> written = co_await client_.UpdateStatus(quota->With(quota->value().Set(names::kStatus, status)));
    co_return DoneIfGone(written.status());
  }
  std::optional<uint64_t> Fingerprint() const override { return 0; }

 private:
  // What must be listed for these limits, in the order of the registry.
  std::vector<const ResourceInfo*> KindsOf(const Value& hard) const {
    std::vector<const ResourceInfo*> kinds;
    for (const ResourceInfo* kind : client_.kinds().Resources()) {
      if (!kind->namespaced || !kind->HasVerb("list")) continue;
      const auto wanted = [&](const Field& f) { return IsAskedFor(*kind, f.key.view()); };
      const std::span<const Field> fields = hard.fields();
      if (std::ranges::any_of(fields, wanted)) kinds.push_back(kind);
    }
    return kinds;
  }
  static bool IsAskedFor(const ResourceInfo& kind, std::string_view limit) {
    const std::string_view plural = kind.gvr.resource.view();
    const std::string_view group = kind.gvr.group.view();
    if (limit.starts_with(kCount)) {
      limit.remove_prefix(kCount.size());
      return group.empty() ? limit == plural : limit == std::string(plural) + "." + std::string(group);
    }
    if (!group.empty()) return false;
    if (limit == plural) return std::ranges::find(kCountedKinds, plural, &Counted::resource) != std::end(kCountedKinds);
    if (limit.starts_with("services.")) return plural == "services";
    const bool of_claims = limit == "requests.storage" || limit.find(kOfClass) != std::string_view::npos;
    if (of_claims) return plural == "persistentvolumeclaims";
    return plural == "pods" && IsOfPods(limit);
  }
  static void CountAll(const ResourceInfo& kind, const Value& quota, const std::vector<Object>& objects,
                       Amounts& used) {
    const std::string plural(kind.gvr.resource.view());
    const std::string group(kind.gvr.group.view());
    const bool scoped = !quota["scopes"].empty() || !quota["scopeSelector"].empty();
    if (group.empty() && plural == "pods") {
      for (const Object& pod : objects) {
        if (IsAbout(quota, pod)) CountPod(pod, used);
      }
      return;
    }
    if (scoped) return;  // scopes are of pods
    const Quantity number = Quantity::FromInt(static_cast<int64_t>(objects.size()));
    used[std::string(kCount) + (group.empty() ? plural : plural + "." + group)] = number;
    if (!group.empty()) return;
    used[plural] = number;
    for (const Object& object : objects) {
      if (plural == "services") CountService(object, used);
      if (plural == "persistentvolumeclaims") CountClaim(object, used);
    }
  }
  // A limit on what nobody counts keeps what was said before: nothing, mostly.
  Value UsedOf(const Object& quota, const Amounts& used) const {
    Value out = Value::EmptyObject();
    for (const Field& limit : quota.spec()[kHard].fields()) {
      const auto found = used.find(limit.key.view());
      const Value& before = quota.status()[kUsed][limit.key.view()];
      const bool counted = std::ranges::any_of(client_.kinds().Resources(), [&](const ResourceInfo* kind) {
        return kind->namespaced && kind->HasVerb("list") && IsAskedFor(*kind, limit.key.view());
      });
      if (!counted && before.is_null()) continue;
      const Value zero(std::string("0"));
      out = out.Set(limit.key.view(), found != used.end() ? Value(found->second.ToString()) : counted ? zero : before);
    }
    return out;
  }

  const Client client_;
};

// Whether the quota must be counted: it is new, or says something new.
bool SaysNew(const ObjectEvent& event) {
  if (event.type == ObjectEvent::Type::kDelete) return false;
  if (event.type != ObjectEvent::Type::kUpdate) return true;
  return !(event.object.spec()[kHard] == event.old.spec()[kHard]);
}

// Whether the event gives something back.
bool Frees(std::string_view kind, const ObjectEvent& event) {
  if (event.type == ObjectEvent::Type::kDelete) return true;
  if (event.type != ObjectEvent::Type::kUpdate) return false;
  if (kind == "Pod") return IsFinished(event.object) && !IsFinished(event.old);
  return kind == "Service" && !(event.object.spec() == event.old.spec());
}

}  // namespace

Task<Status> QuotaControllerMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("resource-quota"));
  Builder builder = ControllerManagedBy(manager);
  builder.Named("resource-quota").For(kQuota, {SaysNew});
  const Cache* cache = &manager.cache();
  for (const Counted& counted : kCountedKinds) {
    const std::string_view kind = counted.kind;
    builder.Watches(Gvk("", "v1", kind), [cache, kind](const ObjectEvent& event, RequestSink& sink) {
      const Informer* quotas = cache->FindInformer(kQuota);
      if (quotas == nullptr || !Frees(kind, event)) return;
      quotas->store().ForEach([&](const Object& quota) { sink.Add(quota.key()); }, event.object.ns().view());
    });
  }
  CO_RETURN_IF_ERROR(builder.Complete(std::make_unique<QuotaController>(manager.client())));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
