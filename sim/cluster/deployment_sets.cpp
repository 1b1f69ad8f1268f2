// The new ReplicaSet of a Deployment: found by its template, made when it is missing, its revision kept true.
#include <algorithm>

#include "runtime/api/metadata.h"
#include "runtime/api/status_error.h"
#include "sim/cluster/deployment_status.h"
#include "sim/cluster/deployment_sync.h"
#include "sim/cluster/rollout.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

const Name kMatchLabels("matchLabels");
const Name kMinReadySeconds("minReadySeconds");
constexpr size_t kLongestName = 253;

// The set as it is created; `revision` is its first.
Object NewSet(const Object& deployment, const std::vector<Object>& old, int64_t revision) {
  const Value& spec = deployment.spec();
  const std::string hash = TemplateHash(spec[kTemplate], deployment.status()[kCollisionCount].AsInt());
  const Value labels = spec[kTemplate][names::kMetadata][names::kLabels].Set(kHashLabel, hash);
  const Value pod_template = spec[kTemplate].SetIn({names::kMetadata, names::kLabels}, labels);
  const Value selector = spec[kSelector].Set(kMatchLabels, spec[kSelector][kMatchLabels].Set(kHashLabel, hash));
  const std::string prefix(deployment.name().view().substr(0, kLongestName - hash.size() - 1));
  Value metadata = ObjectBuilder(4)
                       .Add(names::kLabels, labels)
                       .Add(names::kName, prefix + "-" + hash)
                       .Add(names::kNamespace, deployment.ns())
                       .Add(names::kOwnerReferences, Value::Array({MakeOwnerReference(deployment, true, true)}))
                       .Build();
  ObjectBuilder set_spec(4);
  if (const Value& ready = spec[kMinReadySeconds]; ready.AsInt() != 0) set_spec.Add(kMinReadySeconds, ready);
  set_spec.Add(names::kReplicas, 0).Add(kSelector, selector).Add(kTemplate, pod_template);
  Object set(ObjectBuilder(4)
                 .Add(names::kApiVersion, "apps/v1")
                 .Add(names::kKind, "ReplicaSet")
                 .Add(names::kMetadata, std::move(metadata))
                 .Add(names::kSpec, set_spec.Build())
                 .Build());
  std::vector<Object> all = old;
  all.push_back(set);
  const int64_t size = NewSetSize(deployment, all, set);
  Value sized = set.value().SetIn({names::kSpec, names::kReplicas}, size);
  return Object(WithRolloutAnnotations(sized, deployment, revision, false));
}

}  // namespace

Task<Status> DeploymentSync::FindSets(bool create) {
  if (!new_set_) {
    std::vector<Object> sorted = sets_;
    SortByCreation(sorted);
    const auto at = std::ranges::find_if(sorted, [this](const Object& set) {
      return SameTemplate(set.spec()[kTemplate], deployment_.spec()[kTemplate]);
    });
    if (at != sorted.end()) {
      new_set_ = *at;
      sorted.erase(at);
    }
    old_ = std::move(sorted);
  }
  if (!new_set_ && !create) co_return Status();
  if (new_set_) co_return co_await BringUpToDate();
  co_return co_await CreateNewSet();
}

Task<Status> DeploymentSync::BringUpToDate() {
  Value changed = WithRolloutAnnotations(new_set_.value(), deployment_, MaxRevision(old_) + 1, true);
  const int64_t ready = deployment_.spec()[kMinReadySeconds].AsInt();
  if (new_set_.spec()[kMinReadySeconds].AsInt() != ready) {
    changed = changed.SetIn({names::kSpec, kMinReadySeconds}, ready);
  }
  if (changed.identity() != new_set_.value().identity()) {
    Result<Object> written = co_await client_->Update(new_set_.With(std::move(changed)));
    if (!written.ok()) co_return written.status();
    new_set_ = *std::move(written);
    co_return Status();
  }
  // Somebody may have begun to care about progress only now.
  const bool found = HasProgressDeadline(deployment_) && FindCondition(deployment_.status(), kProgressing).is_null();
  co_return co_await NoteCreation("FoundNewReplicaSet", "Found new replica set \"" + new_set_.name().str() + "\"",
                                  found);
}

Task<Status> DeploymentSync::CreateNewSet() {
  const Object wanted = NewSet(deployment_, old_, MaxRevision(old_) + 1);
  Result<Object> made = co_await client_->Create(wanted);
  if (made.code() == Code::kAlreadyExists) {
    co_return co_await OnNameTaken(wanted.name(), made.status());
  }
  if (!made.ok()) {
    if (HasCause(made.status(), "NamespaceTerminating")) co_return made.status();
    const std::string text =
        "Failed to create new replica set \"" + wanted.name().str() + "\": " + made.status().message();
    if (HasProgressDeadline(deployment_)) {
      Status written = co_await WriteStatus(
          SetDeploymentCondition(deployment_.status(), {kProgressing, "False", "ReplicaSetCreateError", text}, now_));
      (void)written;  // the error of the create is what counts
    }
    events_->Event(deployment_, EventType::kWarning, "ReplicaSetCreateError", text);
    co_return made.status();
  }
  new_set_ = *std::move(made);
  if (Desired(new_set_) > 0) {
    events_->Event(
        deployment_, EventType::kNormal, "ScalingReplicaSet",
        "Scaled up replica set " + new_set_.name().str() + " from 0 to " + std::to_string(Desired(new_set_)));
  }
  co_return co_await NoteCreation("NewReplicaSetCreated", "Created new replica set \"" + new_set_.name().str() + "\"",
                                  HasProgressDeadline(deployment_));
}

// Our own set that the cache does not show yet is the one; any other is a collision of hashes, and the next try has
// another name.
Task<Status> DeploymentSync::OnNameTaken(String name, Status error) {
  Result<Object> found = co_await client_->Live().Get(kReplicaSet, ObjectKey(deployment_.ns(), name));
  if (!found.ok()) co_return found.status();
  const bool ours =
      IsControlledBy(*found, deployment_) && SameTemplate(found->spec()[kTemplate], deployment_.spec()[kTemplate]);
  if (ours) {
    new_set_ = *std::move(found);
    co_return co_await NoteCreation("", "", false);
  }
  const Value collisions(deployment_.status()[kCollisionCount].AsInt() + 1);
  Status written = co_await WriteStatus(deployment_.status().Set(kCollisionCount, collisions));
  co_return written.ok() ? error : written;
}

// The Deployment's revision is its new set's; with `say` the condition Progressing tells of it.
Task<Status> DeploymentSync::NoteCreation(std::string_view reason, std::string text, bool say) {
  const std::string_view revision = new_set_.annotations()[kRevisionAnnotation].AsString();
  Value changed = deployment_.value();
  if (deployment_.annotations()[kRevisionAnnotation].AsString() != revision) {
    changed = changed.SetIn({names::kMetadata, names::kAnnotations},
                            deployment_.annotations().Set(kRevisionAnnotation, revision));
  }
  if (say) {
    changed = changed.Set(names::kStatus,
                          SetDeploymentCondition(deployment_.status(), {kProgressing, "True", reason, text}, now_));
  }
  if (changed.identity() == deployment_.value().identity()) co_return Status();
  co_return co_await WriteDeployment(deployment_.With(std::move(changed)));
}

}  // namespace wavetank::sim::cluster
