#include "examples/replicaset/set_kind.h"

namespace wavetank::examples {
namespace {

const Name kMinReadySeconds("minReadySeconds");
const Name kSelector("selector");

}  // namespace

Result<LabelSelector> SetKind::SelectorOf(const Object& set) const {
  const Value& selector = set.spec()[kSelector];
  if (plain_selector) return selector.is_null() ? LabelSelector::Nothing() : LabelSelector::Equal(selector);
  return LabelSelector::FromValue(selector);
}

Value SetKind::ControllerReference(const Object& set) const {
  return ObjectBuilder(6)
      .Add(names::kApiVersion, gvk.api_version())
      .Add(names::kBlockOwnerDeletion, true)
      .Add(names::kController, true)
      .Add(names::kKind, gvk.kind)
      .Add(names::kName, set.name())
      .Add(names::kUid, set.uid())
      .Build();
}

const SetKind& ReplicaSetKind() {
  static const SetKind kKind{.gvk = Gvk("apps", "v1", "ReplicaSet"),
                             .controller_name = "replicaset",
                             .component = "replicaset-controller",
                             .plain_selector = false,
                             .terminating_replicas = true};
  return kKind;
}

const SetKind& ReplicationControllerKind() {
  static const SetKind kKind{.gvk = Gvk("", "v1", "ReplicationController"),
                             .controller_name = "replicationmanager",
                             .component = "replication-controller",
                             .plain_selector = true,
                             .terminating_replicas = false};
  return kKind;
}

int64_t WantedReplicas(const Object& set) { return set.spec()[names::kReplicas].AsInt(1); }

int64_t MinReadySeconds(const Object& set) { return set.spec()[kMinReadySeconds].AsInt(0); }

}  // namespace wavetank::examples
