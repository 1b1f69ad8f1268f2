#include "sim/cluster/deployment_sync.h"

#include <algorithm>

#include "runtime/api/metadata.h"
#include "runtime/api/status_error.h"
#include "sim/cluster/deployment_status.h"
#include "sim/cluster/rollout.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

const Name kPaused("paused");
const Name kHistoryLimit("revisionHistoryLimit");
constexpr std::string_view kPausedReason = "DeploymentPaused";

}  // namespace

DeploymentSync::DeploymentSync(const Client* client, EventRecorder* events, Object deployment, std::vector<Object> sets,
                               Time now, HasRunningPods has_running_pods)
    : client_(client),
      events_(events),
      deployment_(std::move(deployment)),
      sets_(std::move(sets)),
      now_(now),
      has_running_pods_(std::move(has_running_pods)) {}

Task<Status> DeploymentSync::Run() {
  if (deployment_.deleting()) {
    CO_RETURN_IF_ERROR(co_await FindSets(false));
    co_return co_await WriteStatus(RolloutStatus(deployment_, All(), new_set_, now_));
  }
  CO_RETURN_IF_ERROR(co_await NotePause());
  bool scale_only = deployment_.spec()[kPaused].AsBool();
  if (!scale_only) {
    const std::optional<int64_t> revision = RollbackWanted();
    if (revision.has_value()) co_return co_await RollBack(*revision);
    CO_RETURN_IF_ERROR(co_await FindSets(false));
    scale_only = IsScaled();
  }
  if (scale_only) co_return co_await ScaleOnly();
  if (IsRolling(deployment_)) co_return co_await Roll();
  co_return co_await Recreate();
}

// So that nobody times out while it is paused.
Task<Status> DeploymentSync::NotePause() {
  if (!HasProgressDeadline(deployment_)) co_return Status();
  const Value& condition = FindCondition(deployment_.status(), kProgressing);
  if (condition[kReason] == "ProgressDeadlineExceeded") co_return Status();
  const bool paused = deployment_.spec()[kPaused].AsBool();
  if (paused == (condition[kReason] == kPausedReason)) co_return Status();
  const DeploymentCondition said =
      paused ? DeploymentCondition{kProgressing, "Unknown", kPausedReason, "Deployment is paused"}
             : DeploymentCondition{kProgressing, "Unknown", "DeploymentResumed", "Deployment is resumed"};
  co_return co_await WriteStatus(SetDeploymentCondition(deployment_.status(), said, now_));
}

Task<Status> DeploymentSync::ScaleOnly() {
  CO_RETURN_IF_ERROR(co_await FindSets(false));
  const std::vector<Object> before = All();
  if (const Object only = ActiveOrLatest(); only) {
    CO_RETURN_IF_ERROR(co_await ScaleTo(only, Desired(deployment_)));
  } else if (IsSaturated(deployment_, new_set_)) {
    for (const Object& old : ActiveOf(old_)) {
      CO_RETURN_IF_ERROR(co_await ScaleTo(old, 0));
    }
  } else if (IsRolling(deployment_)) {
    CO_RETURN_IF_ERROR(co_await ScaleInProportion());
  }
  if (deployment_.spec()[kPaused].AsBool() && !RollbackWanted().has_value()) {
    CO_RETURN_IF_ERROR(co_await CleanUp());
  }
  co_return co_await WriteStatus(RolloutStatus(deployment_, before, new_set_, now_));
}

Task<Status> DeploymentSync::Roll() {
  CO_RETURN_IF_ERROR(co_await FindSets(true));
  const std::vector<Object> before = All();
  Result<bool> scaled = co_await GrowNewSet();
  if (!scaled.ok()) co_return scaled.status();
  if (!*scaled) {
    scaled = co_await ShrinkOldSets();
    if (!scaled.ok()) co_return scaled.status();
  }
  if (!*scaled && IsComplete(deployment_, deployment_.status())) {
    CO_RETURN_IF_ERROR(co_await CleanUp());
  }
  co_return co_await WriteRolloutStatus(before);
}

Task<Status> DeploymentSync::Recreate() {
  std::vector<Object> before = All();
  const std::vector<Object> active = ActiveOf(old_);
  for (const Object& old : active) {
    CO_RETURN_IF_ERROR(co_await ScaleTo(old, 0));
  }
  if (active.empty() && !OldPodsRun()) {
    if (!new_set_) {
      CO_RETURN_IF_ERROR(co_await FindSets(true));
    }
    before = All();
    CO_RETURN_IF_ERROR(co_await ScaleTo(new_set_, Desired(deployment_)));
    if (IsComplete(deployment_, deployment_.status())) {
      CO_RETURN_IF_ERROR(co_await CleanUp());
    }
  }
  co_return co_await WriteRolloutStatus(std::move(before));
}

Task<Result<bool>> DeploymentSync::GrowNewSet() {
  const int64_t wanted = Desired(deployment_);
  const int64_t now = Desired(new_set_);
  if (now == wanted) co_return false;
  const int64_t size = now > wanted ? wanted : NewSetSize(deployment_, All(), new_set_);
  CO_RETURN_IF_ERROR(co_await ScaleTo(new_set_, size));
  co_return size != now;
}

// Unhealthy pods of old sets go first, and do not count as lost; then as many as availability allows.
Task<Result<bool>> DeploymentSync::ShrinkOldSets() {
  std::vector<Object> active = ActiveOf(old_);
  const int64_t least = Desired(deployment_) - MaxUnavailable(deployment_);
  const int64_t unavailable = Desired(new_set_) - StatusCount(new_set_, kAvailableReplicas);
  const int64_t removable = DesiredOf(All()) - least - unavailable;
  if (active.empty() || removable <= 0) co_return false;
  SortByCreation(active);
  int64_t removed = 0;
  for (Object& set : active) {
    if (removed >= removable) break;
    const int64_t unhealthy = Desired(set) - StatusCount(set, kAvailableReplicas);
    const int64_t count = std::min(removable - removed, unhealthy);
    // It has just been made smaller and its status is of before: what it has too many would count as spare below.
    if (count < 0) co_return InternalError("the status of " + set.name().str() + " is older than its size");
    if (count == 0) continue;
    CO_RETURN_IF_ERROR(co_await ScaleTo(set, Desired(set) - count));
    removed += count;
    set = *std::ranges::find(old_, set.uid(), &Object::uid);
  }
  int64_t spare = StatusCountOf(active, kAvailableReplicas) + StatusCount(new_set_, kAvailableReplicas) - least;
  for (const Object& set : active) {
    const int64_t count = std::min(Desired(set), spare);
    if (count <= 0) continue;
    CO_RETURN_IF_ERROR(co_await ScaleTo(set, Desired(set) - count));
    spare -= count;
    removed += count;
  }
  co_return removed > 0;
}

Task<Status> DeploymentSync::ScaleInProportion() {
  std::vector<Object> active = ActiveOf(All());
  const int64_t allowed = Desired(deployment_) > 0 ? MaxTotal(deployment_) : 0;
  const int64_t to_add = allowed - DesiredOf(active);
  if (to_add != 0) SortBySize(active, to_add > 0);
  std::vector<int64_t> sizes;
  int64_t added = 0;
  for (const Object& set : active) {
    const int64_t share = Proportion(set, deployment_, to_add, added);
    sizes.push_back(Desired(set) + share);
    added += share;
  }
  if (to_add != 0 && !sizes.empty()) sizes[0] = std::max<int64_t>(0, sizes[0] + to_add - added);  // the leftovers
  for (size_t i = 0; i < active.size(); ++i) {
    CO_RETURN_IF_ERROR(co_await Resize(active[i], sizes[i]));
  }
  co_return Status();
}

Task<Status> DeploymentSync::ScaleTo(Object set, int64_t size) {
  if (Desired(set) == size) co_return Status();
  co_return co_await Resize(set, size);
}

Task<Status> DeploymentSync::Resize(Object set, int64_t size) {
  const int64_t before = Desired(set);
  Value changed = WithSizeAnnotations(set.value(), deployment_);
  if (size != before) changed = changed.SetIn({names::kSpec, names::kReplicas}, size);
  if (changed.identity() == set.value().identity()) co_return Status();
  Result<Object> written = co_await client_->Update(set.With(std::move(changed)));
  if (!written.ok()) co_return written.status();
  Remember(*written);
  if (size == before) co_return Status();
  std::string text = std::string("Scaled ") + (size > before ? "up" : "down") + " replica set " + set.name().str() +
                     " from " + std::to_string(before) + " to " + std::to_string(size);
  events_->Event(deployment_, EventType::kNormal, "ScalingReplicaSet", text);
  co_return Status();
}

Task<Status> DeploymentSync::CleanUp() {
  const Value& limit = deployment_.spec()[kHistoryLimit];
  if (limit.is_null() || limit.AsInt() == INT32_MAX) co_return Status();
  std::vector<Object> sets;
  std::ranges::copy_if(old_, std::back_inserter(sets), [](const Object& set) { return !set.deleting(); });
  const int64_t surplus = static_cast<int64_t>(sets.size()) - limit.AsInt();
  SortByRevision(sets);
  for (int64_t i = 0; i < surplus; ++i) {
    const Object& set = sets[static_cast<size_t>(i)];
    const bool in_use = StatusCount(set, names::kReplicas) != 0 || Desired(set) != 0 ||
                        set.generation() > set.status()[kObservedGeneration].AsInt();
    if (in_use) continue;
    Status gone = co_await client_->Delete(set);
    if (!gone.ok() && gone.code() != Code::kNotFound) co_return gone;
  }
  co_return Status();
}

Task<Status> DeploymentSync::WriteRolloutStatus(std::vector<Object> sets) {
  Value status = RolloutStatus(deployment_, sets, new_set_, now_);
  status = WithProgress(deployment_, std::move(status), sets, new_set_, now_);
  if (status == deployment_.status()) {
    look_again_ = UntilDeadline(deployment_, status, now_);
    co_return Status();
  }
  co_return co_await WriteStatus(std::move(status));
}

Task<Status> DeploymentSync::WriteStatus(Value status) {
  if (status == deployment_.status()) co_return Status();
  co_return co_await WriteDeployment(deployment_.With(deployment_.value().Set(names::kStatus, std::move(status))));
}

// Annotations travel with the status, as in a real cluster.
Task<Status> DeploymentSync::WriteDeployment(Object changed) {
  Result<Object> written = co_await client_->UpdateStatus(std::move(changed));
  if (!written.ok()) co_return written.status();
  deployment_ = *std::move(written);
  co_return Status();
}

bool DeploymentSync::IsScaled() const {
  for (const Object& set : ActiveOf(All())) {
    const std::optional<int64_t> wanted = DesiredAnnotation(set);
    if (wanted.has_value() && *wanted != Desired(deployment_)) return true;
  }
  return false;
}

bool DeploymentSync::OldPodsRun() const {
  if (StatusCountOf(old_, names::kReplicas) > 0) return true;
  return std::ranges::any_of(old_, [this](const Object& set) { return has_running_pods_(set.uid()); });
}

Object DeploymentSync::ActiveOrLatest() const {
  const std::vector<Object> active = ActiveOf(All());
  if (active.size() == 1) return active.front();
  if (active.size() > 1) return Object();
  if (new_set_ || old_.empty()) return new_set_;
  std::vector<Object> sorted = old_;
  SortByCreation(sorted);
  return sorted.back();
}

std::vector<Object> DeploymentSync::All() const {
  std::vector<Object> all = old_;
  if (new_set_) all.push_back(new_set_);
  return all;
}

void DeploymentSync::Remember(const Object& set) {
  if (new_set_ && new_set_.uid() == set.uid()) new_set_ = set;
  for (Object& old : old_) {
    if (old.uid() == set.uid()) old = set;
  }
}

}  // namespace wavetank::sim::cluster
