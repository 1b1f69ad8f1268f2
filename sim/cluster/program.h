// What the programs of the cluster have in common: how their managers are set up, and what they ask of the caches.
//
//   Manager manager = Manager::New(env, ProgramOptions("node-lifecycle"));
//   CO_RETURN_IF_ERROR(IndexPodsByNode(manager));                     // before the start
//   ForEachPodOn(manager.cache(), node.name(), [&](const Object& pod) { sink.Add(pod.key()); });
//   co_return DoneIfGone(deleted);                                    // how a reconcile ends whose object may be gone
//
// Everything here reads the caches only; what an informer does not show (or a kind without an informer) is not there.
// Complexity: ForEachPodOn O(pods of the node), NodeOf O(log nodes).
#pragma once

#include <string>
#include <utility>

#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {

// `owner` names the program in what its caches log. No replays: a program forgets nothing that one would bring back.
ManagerOptions ProgramOptions(std::string owner);

inline const Name kByNode("spec.nodeName");
// The index behind ForEachPodOn; pods without a node are not in it.
Status IndexPodsByNode(const Manager& manager);

template <typename F>
void ForEachPodOn(const Cache& cache, const String& node, F&& visit) {
  const Informer* pods = cache.FindInformer(kPod);
  if (pods != nullptr) pods->store().ForEachIndexed(kByNode.view(), node, {}, std::forward<F>(visit));
}

// The Node that the pod is bound to; null when there is none, or the pod is not bound.
const Object* NodeOf(const Cache& cache, const Object& pod);

// The end of a reconcile. What is gone needs nothing any more; what changed meanwhile is looked at again.
Result<ReconcileResult> DoneIfGone(const Status& status);

}  // namespace wavetank::sim::cluster
