#include "examples/replicakeeper/replica_keeper.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/controller/expectations.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {
namespace {

using namespace std::chrono_literals;

const Gvk& ReplicaSetKind() {
  static const Gvk kKind("apps", "v1", "ReplicaSet");
  return kKind;
}
const Gvk& PodKind() {
  static const Gvk kKind("", "v1", "Pod");
  return kKind;
}

const Name kMatchLabels("matchLabels");
const Name kObservedGeneration("observedGeneration");
const Name kReadyReplicas("readyReplicas");
const Name kSelector("selector");
const Name kTemplate("template");

bool IsActive(const Object& pod) {
  const std::string_view phase = pod.status()[names::kPhase].AsString();
  return phase != "Succeeded" && phase != "Failed" && !pod.deleting();
}

bool IsReady(const Object& pod) {
  for (const Value& condition : pod.status()[names::kConditions].elements()) {
    if (condition[names::kType] == "Ready") return condition[names::kStatus] == "True";
  }
  return false;
}

Value OwnerReference(const Object& set) {
  static const String kKindName("ReplicaSet");
  static const String kVersion("apps/v1");
  return ObjectBuilder(6)
      .Add(names::kApiVersion, kVersion)
      .Add(names::kBlockOwnerDeletion, true)
      .Add(names::kController, true)
      .Add(names::kKind, kKindName)
      .Add(names::kName, set.name())
      .Add(names::kUid, set.uid())
      .Build();
}

Object NewPod(const Object& set) {
  static const String kVersion("v1");
  static const String kKindName("Pod");
  const Value& pod_template = set.spec()[kTemplate];
  const Value& from = pod_template[names::kMetadata];
  ObjectBuilder metadata(6);
  if (from.Has(names::kAnnotations)) metadata.Add(names::kAnnotations, from[names::kAnnotations]);
  if (from.Has(names::kFinalizers)) metadata.Add(names::kFinalizers, from[names::kFinalizers]);
  metadata.Add(names::kGenerateName, String(set.name().str() + "-"))
      .Add(names::kLabels, from[names::kLabels])
      .Add(names::kNamespace, set.ns())
      .Add(names::kOwnerReferences, Value::Array({OwnerReference(set)}));
  return Object(ObjectBuilder(4)
                    .Add(names::kApiVersion, kVersion)
                    .Add(names::kKind, kKindName)
                    .Add(names::kMetadata, metadata.Build())
                    .Add(names::kSpec, pod_template[names::kSpec])
                    .Build());
}

class Keeper final : public Reconciler {
 public:
  Keeper(Client client, Client live, Cache* cache, Expectations* expectations, KeeperOptions options)
      : client_(std::move(client)),
        live_(std::move(live)),
        cache_(cache),
        expectations_(expectations),
        options_(options) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    auto found = co_await client_.Get(ReplicaSetKind(), request);
    if (found.code() == Code::kNotFound) {
      expectations_->Delete(request);
      co_return ReconcileResult::Done();
    }
    if (!found.ok()) co_return found.status();
    const Object set = *std::move(found);
    if (options_.extra_get) {
      auto again = co_await live_.Get(ReplicaSetKind(), request);
      if (!again.ok() && again.code() != Code::kNotFound) co_return again.status();
    }
    const bool may_act = !options_.expectations || expectations_->Satisfied(request);
    auto pods =
        co_await client_.List(PodKind(), InNamespace(request.ns).MatchingLabels(set.spec()[kSelector][kMatchLabels]));
    if (!pods.ok()) co_return pods.status();
    std::vector<Object> mine;
    int64_t ready = 0;
    for (const Object& pod : pods->items) {
      if (!IsActive(pod) || !(ControllerOf(pod)[names::kUid] == set.uid())) continue;
      mine.push_back(pod);
      ready += IsReady(pod) ? 1 : 0;
    }
    const int64_t wanted = set.spec()[names::kReplicas].AsInt(1);
    const auto have = static_cast<int64_t>(mine.size());
    Status acted;
    const bool creates = may_act && !set.deleting() && have < wanted;
    if (creates) {
      acted = co_await Create(set, wanted - have);
    } else if (may_act && !set.deleting() && have > wanted) {
      acted = co_await Delete(set, std::move(mine), have - wanted);
    }
    Status written = co_await WriteStatus(set, have, ready);
    if (!written.ok()) co_return written;
    if (!acted.ok()) co_return acted;
    // What it made may be gone again, without an event that says so.
    if (creates && options_.wait_for_cache) co_return ReconcileResult::After(1ms);
    co_return ReconcileResult::Done();
  }

  std::optional<uint64_t> Fingerprint() const override { return expectations_->Fingerprint(); }

 private:
  Task<Status> Create(Object set, int64_t count) {
    if (options_.expectations) expectations_->ExpectCreations(set.key(), count);
    uint64_t version = 0;
    Status failed;
    for (int64_t i = 0; i < count && failed.ok(); ++i) {
      auto made = co_await client_.Create(NewPod(set));
      if (made.ok()) {
        version = made->resource_version();
        continue;
      }
      // This one and those that were never tried.
      if (options_.expectations) expectations_->CreationObserved(set.key(), count - i);
      failed = made.status();
    }
    if (options_.wait_for_cache && version > 0) co_await cache_->FindInformer(PodKind())->WaitForVersion(version);
    co_return failed;
  }

  Task<Status> Delete(Object set, std::vector<Object> pods, int64_t count) {
    std::stable_sort(pods.begin(), pods.end(), [](const Object& a, const Object& b) { return b.key() < a.key(); });
    pods.resize(static_cast<size_t>(count));
    std::vector<ObjectKey> keys;
    for (const Object& pod : pods) keys.push_back(pod.key());
    if (options_.expectations) expectations_->ExpectDeletions(set.key(), keys);
    Status first;
    for (const Object& pod : pods) {
      Status gone = co_await client_.Delete(pod, DeleteOptions().WithUid(pod.uid()));
      if (gone.ok()) continue;
      expectations_->DeletionObserved(set.key(), pod.key());
      if (gone.code() != Code::kNotFound && first.ok()) first = gone;
    }
    co_return first;
  }

  Task<Status> WriteStatus(Object set, int64_t replicas, int64_t ready) {
    const Value& status = set.status();
    if (status[names::kReplicas].AsInt() == replicas && status[kReadyReplicas].AsInt() == ready &&
        status[kObservedGeneration].AsInt() == set.generation()) {
      co_return Status();
    }
    Value next =
        status.Set(names::kReplicas, replicas).Set(kReadyReplicas, ready).Set(kObservedGeneration, set.generation());
    Object after = set.With(set.value().Set(names::kStatus, std::move(next)));
    auto written = co_await client_.UpdateStatus(std::move(after));
    if (written.ok() || written.code() == Code::kNotFound) co_return Status();
    co_return written.status();
  }

  Client client_;
  Client live_;
  Cache* cache_;
  Expectations* expectations_;
  const KeeperOptions options_;
};

// Pod events: observe what was expected, then wake the owner.
Handler PodHandler(Expectations* expectations) {
  return [expectations](const ObjectEvent& event, RequestSink& sink) {
    const Value& owner = ControllerOf(event.object);
    if (!(owner[names::kKind] == "ReplicaSet")) return;
    const ObjectKey set(event.object.ns(), owner[names::kName].ToSharedString());
    if (event.object.deleting() || event.type == ObjectEvent::Type::kDelete) {
      expectations->DeletionObserved(set, event.object.key());
    } else if (event.type == ObjectEvent::Type::kCreate) {
      expectations->CreationObserved(set);
    }
    sink.Add(set);
  };
}

Task<void> Tick(Executor* executor, Duration every, int times) {
  for (int i = 0; i < times; ++i) co_await Sleep(*executor, every);
}

Task<Status> Ticker(RunContext run) {
  TaskGroup group(run.environment->executor());
  for (int i = 1; i <= 3; ++i) group.Spawn(Tick(&run.environment->executor(), i * 100ms, 4));
  co_await group.Join();
  co_return Status();
}

}  // namespace

Task<Status> RunReplicaKeeper(Environment& environment, KeeperOptions options) {
  Expectations expectations(environment.executor());
  auto manager = Manager::New(environment, {});
  ControllerManagedBy(manager)
      .For(ReplicaSetKind())
      .Watches(PodKind(), PodHandler(&expectations))
      .WithOptions(ControllerOptions().MaxConcurrentReconciles(options.workers))
      .Complete(Keeper(manager.client(), manager.api_reader(), &manager.cache(), &expectations, options));
  if (options.ticker) {
    Status added = manager.Add("ticker", Ticker, RunnableGroup::kOthers);
    if (!added.ok()) co_return added;
  }
  co_return co_await manager.Start();
}

Task<Status> RunReplicaSetLike(Environment& environment) {
  KeeperOptions options;
  options.workers = 2;
  options.expectations = false;
  options.wait_for_cache = true;
  return RunReplicaKeeper(environment, options);
}

}  // namespace wavetank::examples
