// What PUT and PATCH of a subresource take of the given object; the rest stays as it is stored (API-104, API-687, API-689).
#include <algorithm>

#include "sim/apiserver/metadata.h"
#include "sim/apiserver/subresources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kEphemeralContainers("ephemeralContainers");
const Name kLastUpdateTime("lastUpdateTime");
const Name kResizePolicy("resizePolicy");

// The stored metadata, but the version that the writer saw.
Value OldMetadata(const Value& given, const Object& stored) {
  const Value& metadata = given[names::kMetadata];
  return WithFields(stored.metadata(), {{names::kResourceVersion, metadata[names::kResourceVersion]},
                                        {names::kUid, metadata[names::kUid]}});
}

bool SameNames(const Value& a, const Value& b) {
  return std::ranges::equal(a.elements(), b.elements(),
                            [](const Value& x, const Value& y) { return x[names::kName] == y[names::kName]; });
}

// The containers with the resources of the given ones.
Value WithResources(const Value& old, const Value& given) {
  Value out = old;
  for (size_t i = 0; i < old.size(); ++i) {
    out = out.SetAt(i, WithFields(old[i], {{kResizePolicy, given[i][kResizePolicy]},
                                           {words::kResources, given[i][words::kResources]}}));
  }
  return out == old ? old : out;
}

// Is `given` the very stored document but for its status? Most writers send back what they read.
bool OnlyStatusDiffers(const Value& given, const Value& stored) {
  const std::span<const Field> now = given.fields();
  const std::span<const Field> before = stored.fields();
  if (now.size() != before.size()) return false;
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i].key.node() != before[i].key.node()) return false;
    const Value& value = now[i].value;
    const bool same = value.identity() != nullptr && value.identity() == before[i].value.identity();
    if (!same && (now[i].key.node() != names::kStatus.node() || value.is_null())) return false;
  }
  return true;
}

}  // namespace

Value MergeStatus(const Exchange& exchange, const Value& given, const Object& stored) {
  if (OnlyStatusDiffers(given, stored.value())) return given;
  Value metadata = given[names::kMetadata];
  switch (exchange.strategy().status_keeps) {
    case StatusKeeps::kSpec: break;
    case StatusKeeps::kSpecAndLabels: metadata = WithFields(metadata, {{names::kLabels, stored.labels()}}); break;
    case StatusKeeps::kSpecAndOwners:
      metadata = WithFields(metadata, {{names::kOwnerReferences, stored.metadata()[names::kOwnerReferences]}});
      break;
    case StatusKeeps::kAllButStatus:
      metadata = WithFields(stored.metadata(), {{names::kResourceVersion, metadata[names::kResourceVersion]}});
      break;
  }
  return WithFields(stored.value(), {{names::kMetadata, std::move(metadata)}, {names::kStatus, given[names::kStatus]}});
}

// The namespace's spec.finalizers, and nothing else of spec and status.
Value MergeFinalizers(const Exchange&, const Value& given, const Object& stored) {
  return WithFields(stored.value(), {{names::kMetadata, given[names::kMetadata]}, {names::kSpec, given[names::kSpec]}});
}

Value MergeEphemeralContainers(const Exchange&, const Value& given, const Object& stored) {
  const Value& containers = given[names::kSpec][kEphemeralContainers];
  const Value spec = WithFields(stored.spec(), {{kEphemeralContainers, containers.empty() ? Value() : containers}});
  return WithFields(stored.value(), {{names::kMetadata, OldMetadata(given, stored)}, {names::kSpec, spec}});
}

// Other containers than it has are for validation to refuse.
Value MergeResize(const Exchange&, const Value& given, const Object& stored) {
  const Value& now = given[names::kSpec];
  const Value& old = stored.spec();
  const Value& init = old[words::kInitContainers];
  const bool same =
      SameNames(now[words::kContainers], old[words::kContainers]) && SameNames(now[words::kInitContainers], init);
  const Value spec =
      same ? WithFields(old, {{words::kContainers, WithResources(old[words::kContainers], now[words::kContainers])},
                              {words::kInitContainers,
                               init.is_null() ? init : WithResources(init, now[words::kInitContainers])},
                              {words::kResources, now[words::kResources]}})
           : now;
  return WithFields(stored.value(), {{names::kMetadata, OldMetadata(given, stored)}, {names::kSpec, spec}});
}

// Conditions only; those without times get the present one.
Value MergeApproval(const Exchange& exchange, const Value& given, const Object& stored) {
  Value conditions = given[names::kStatus][names::kConditions];
  const Value now = TimeText(exchange.info.now);
  for (size_t i = 0; i < conditions.size(); ++i) {
    Value condition = conditions[i];
    for (const Name time : {kLastUpdateTime, words::kLastTransitionTime}) {
      if (condition[time].is_null()) condition = condition.Set(time, now);
    }
    conditions = conditions.SetAt(i, condition);
  }
  const Value status = WithFields(stored.status(), {{names::kConditions, conditions}});
  return WithFields(stored.value(), {{names::kMetadata, given[names::kMetadata]}, {names::kStatus, status}});
}

}  // namespace wavetank::sim
