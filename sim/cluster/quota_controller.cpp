// Counts what ResourceQuotas limit, and writes it into their status; what is refused is the server's admission's to say. Both go
// by runtime/api/quota_usage.h.
//
// The server charges a quota when something is made; this controller counts anew when the quota's spec changes, and when
// something goes: an object, a pod that has finished, a service that has become another. It counts what is stored, not what
// caches show, and writes under the version that it has read first: who was charged meanwhile makes it look again.
// Limits: only the going of kinds whose number has a plain name wakes it; the real one looks at all of them every five minutes.
#include <algorithm>
#include <string>

#include "runtime/api/quota_usage.h"
#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/cluster.h"
#include "sim/cluster/program.h"

namespace wavetank::sim {
namespace {

using namespace cluster;

const Gvk kQuota("", "v1", "ResourceQuota");
const Name kHard("hard");
const Name kUsed("used");

class QuotaController final : public Reconciler {
 public:
  explicit QuotaController(const Client& client) : client_(client.Live()) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    Result<Object> quota = co_await client_.Get(kQuota, request);
    if (quota.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!quota.ok()) co_return quota.status();
    if (quota->deleting()) co_return ReconcileResult::Done();
    QuotaUsage used;
    for (const ResourceInfo* kind : KindsOf(quota->spec()[kHard])) {
      auto list = co_await client_.List(kind->gvk, InNamespace(request.ns));
      if (!list.ok()) co_return list.status();
      for (const Object& object : list->items) {
        if (QuotaIsAbout(quota->spec(), *kind, object.value())) Add(QuotaUsageOf(*kind, object.value()), used);
      }
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
      const auto wanted = [&](const Field& f) { return QuotaLimitIsOf(f.key.view(), *kind); };
      const std::span<const Field> fields = hard.fields();
      if (std::ranges::any_of(fields, wanted)) kinds.push_back(kind);
    }
    return kinds;
  }
  static void Add(const QuotaUsage& one, QuotaUsage& sum) {
    for (const auto& [name, amount] : one) sum[name] += amount;
  }
  bool IsCounted(std::string_view limit) const {
    return std::ranges::any_of(client_.kinds().Resources(), [limit](const ResourceInfo* kind) {
      return kind->namespaced && kind->HasVerb("list") && QuotaLimitIsOf(limit, *kind);
    });
  }
  // A limit on what nobody counts keeps what was said before: nothing, mostly.
  Value UsedOf(const Object& quota, const QuotaUsage& used) const {
    Value out = Value::EmptyObject();
    for (const Field& limit : quota.spec()[kHard].fields()) {
      const std::string_view name = limit.key.view();
      const auto found = used.find(name);
      if (IsCounted(name)) {
        out = out.Set(name, Value(found == used.end() ? std::string("0") : found->second.ToString()));
      } else if (const Value& before = quota.status()[kUsed][name]; !before.is_null()) {
        out = out.Set(name, before);
      }
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

// Whether the event gives something back: a pod that has finished costs less than before, and a service of another type.
bool Frees(const ResourceInfo& resource, const ObjectEvent& event) {
  if (event.type == ObjectEvent::Type::kDelete) return true;
  if (event.type != ObjectEvent::Type::kUpdate) return false;
  const QuotaUsage now = QuotaUsageOf(resource, event.object.value());
  return std::ranges::any_of(QuotaUsageOf(resource, event.old.value()), [&now](const auto& before) {
    const auto after = now.find(before.first);
    return after == now.end() || after->second < before.second;
  });
}

}  // namespace

Task<Status> QuotaControllerMain(Environment& env) {
  Manager manager = Manager::New(env, ProgramOptions("resource-quota"));
  Builder builder = ControllerManagedBy(manager);
  builder.Named("resource-quota").For(kQuota, {SaysNew});
  const Cache* cache = &manager.cache();
  for (const ResourceInfo* resource : manager.client().kinds().Resources()) {
    if (!HasPlainQuotaName(*resource)) continue;
    builder.Watches(resource->gvk, [cache, resource](const ObjectEvent& event, RequestSink& sink) {
      const Informer* quotas = cache->FindInformer(kQuota);
      if (quotas == nullptr || quotas->store().size() == 0 || !Frees(*resource, event)) return;
      quotas->store().ForEach([&](const Object& quota) { sink.Add(quota.key()); }, event.object.ns().view());
    });
  }
  CO_RETURN_IF_ERROR(builder.Complete(std::make_unique<QuotaController>(manager.client())));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
