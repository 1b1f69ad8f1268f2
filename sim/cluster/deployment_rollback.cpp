// Rollbacks by the annotation deprecated.deployment.rollback.to: the Deployment gets the template of an older set, and what
// was asked for is forgotten; the next look rolls out as ever. A revision that is not there is told by an event.
#include <algorithm>

#include "sim/cluster/deployment_sync.h"
#include "sim/cluster/rollout.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {

std::optional<int64_t> DeploymentSync::RollbackWanted() const {
  return NumberAnnotation(deployment_, kRollbackAnnotation);
}

Task<Status> DeploymentSync::RollBack(int64_t revision) {
  CO_RETURN_IF_ERROR(co_await FindSets(true));
  const std::vector<Object> sets = All();
  const bool last = revision == 0;
  if (last) revision = LastRevision(sets);
  const auto found = std::ranges::find_if(sets, [&](const Object& set) { return RevisionOf(set) == revision; });
  if (revision != 0 && found != sets.end()) co_return co_await RollBackTo(*found, revision);
  events_->Event(deployment_, EventType::kWarning, "DeploymentRollbackRevisionNotFound",
                 last && revision == 0 ? "Unable to find last revision." : "Unable to find the revision to rollback to.");
  co_return co_await RollBackTo(Object(), revision);
}

// Without a set only the annotation goes.
Task<Status> DeploymentSync::RollBackTo(Object set, int64_t revision) {
  Value changed = deployment_.value();
  const bool same = set && SameTemplate(set.spec()[kTemplate], deployment_.spec()[kTemplate]);
  if (same) {
    events_->Event(deployment_, EventType::kWarning, "DeploymentRollbackTemplateUnchanged",
                   "The rollback revision contains the same template as current deployment \"" +
                       deployment_.name().str() + "\"");
  } else if (set) {
    changed = RolledBack(deployment_, set);
  }
  const Value annotations = changed[names::kMetadata][names::kAnnotations].Without(kRollbackAnnotation);
  changed = changed.SetIn({names::kMetadata, names::kAnnotations}, annotations);
  Result<Object> written = co_await client_->Update(deployment_.With(std::move(changed)));
  if (!written.ok()) co_return written.status();
  deployment_ = *std::move(written);
  if (set && !same) {
    events_->Event(
        deployment_, EventType::kNormal, "DeploymentRollback",
        "Rolled back deployment \"" + deployment_.name().str() + "\" to revision " + std::to_string(revision));
  }
  co_return Status();
}

}  // namespace wavetank::sim::cluster
