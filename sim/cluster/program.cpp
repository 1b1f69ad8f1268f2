#include "sim/cluster/program.h"

namespace wavetank::sim::cluster {

ManagerOptions ProgramOptions(std::string owner) {
  ManagerOptions options;
  options.cache.owner = std::move(owner);
  options.cache.sync_period = Duration(0);
  options.cache.watch_list = true;  // as Kubernetes' own programs load since 1.35
  return options;
}

Status IndexPodsByNode(const Manager& manager) {
  return manager.AddIndex(BuiltInKind(kPod), kByNode, [](const Object& pod, IndexValues& out) {
    if (const Value& node = pod.spec()[names::kNodeName]; !node.empty()) out.Add(node);
  });
}

const Object* NodeOf(const Cache& cache, const Object& pod) {
  const Informer* nodes = cache.FindInformer(kNode);
  const Value& name = pod.spec()[names::kNodeName];
  return nodes == nullptr || name.empty() ? nullptr : nodes->store().Find(ObjectKey(String(), name.ToSharedString()));
}

Result<ReconcileResult> DoneIfGone(const Status& status) {
  if (status.ok() || status.code() == Code::kNotFound) return ReconcileResult::Done();
  return QuietConflict(status);
}

}  // namespace wavetank::sim::cluster
