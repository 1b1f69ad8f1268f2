// OwnerGraph: who owns whom, as the garbage collector's informers show it (ENV-020, ENV-021, ENV-027).
//
//   auto graph = std::make_shared<OwnerGraph>(manager, WorkloadKinds());
//   graph->OnEvent(kind, event, sink);            // queues what the event makes worth a look
//   if (graph->OwnersAreSolid(object)) ...        // nothing to do for it
//   graph->ForEachDependent(uid, [](const ResourceInfo& kind, const Object& dependent) { ... });
//
// There is no graph beside the informers' stores: an index from owner uids to dependents is the edges, and what upstream
// keeps as flags of a node (being deleted, deleting its dependents) stands in the object itself. So a restart forgets
// nothing. What is queued: an object whose owners are not all solid; the dependents of an owner that goes, or that begins
// to wait for them; an owner that waits, when a dependent goes or blocks it no more; an owner to be orphaned.
// Refers to the manager's cache and client, which outlive it.
// Complexity: an event O(owners + kinds); of an owner that goes also its dependents.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/controller/reconciler.h"
#include "runtime/manager/manager.h"

namespace wavetank::sim::cluster {

inline constexpr std::string_view kForegroundFinalizer = "foregroundDeletion";
inline constexpr std::string_view kOrphanFinalizer = "orphan";

inline const Value& OwnersOf(const Object& object) { return object.metadata()[names::kOwnerReferences]; }
// On its way out, and waiting until its dependents are gone (ENV-025), or until they are let go (ENV-026).
bool IsWaitingForDependents(const Object& object);
bool IsOrphaning(const Object& object);
bool Blocks(const Value& owner);

// The kinds that a small world has: workloads, services, configuration.
std::vector<const ResourceInfo*> WorkloadKinds(const KindRegistry& kinds);
// Every kind that can be listed, watched and deleted, once for each group, in the order of discovery.
std::vector<const ResourceInfo*> EveryDeletableKind(const KindRegistry& kinds);
// The same without events (API-577).
std::vector<const ResourceInfo*> CollectedKinds(const KindRegistry& kinds);

class OwnerGraph {
 public:
  OwnerGraph(const Manager& manager, std::vector<const ResourceInfo*> watched);
  // Makes the index. Before the manager starts.
  Status AddIndexes(const Manager& manager) const;

  const std::vector<const ResourceInfo*>& watched() const { return watched_; }
  // Requests name a resource too: "default/replicasets.apps/frontend".
  ObjectKey RequestFor(const ResourceInfo& kind, const ObjectKey& key) const;
  struct Place {
    const ResourceInfo* kind;
    ObjectKey key;
  };
  Place PlaceOf(const ObjectKey& request) const;

  // Null when it is not there, or of a kind that is not watched. Any version of the kind will do.
  const Object* Find(const ResourceInfo& kind, const ObjectKey& key) const;
  const Object* Find(const Place& place) const { return Find(*place.kind, place.key); }
  // Where a reference leads, seen from an object in `ns`. Nothing when its kind is unknown, or when it is a namespaced
  // kind seen from an object without a namespace (ENV-024).
  std::optional<Place> Resolve(const Value& owner, const String& ns) const;
  // An object with the owner's kind and uid in another namespace than `ns`.
  bool LivesElsewhere(const Value& owner, const String& ns) const;

  // Every owner is there, and none waits for its dependents. References to unknown kinds do not count; a namespaced owner
  // of an object without a namespace never is (ENV-024).
  bool OwnersAreSolid(const Object& object) const;
  bool HasDependents(const String& uid) const;
  template <typename F>
  void ForEachDependent(const String& uid, F&& visit) const {
    for (const ResourceInfo* kind : watched_) {
      const Informer* informer = cache_->FindInformer(*kind);
      if (informer == nullptr) continue;
      informer->store().ForEachIndexed(kByOwner.view(), uid, {},
                                       [&](const Object& dependent) { visit(*kind, dependent); });
    }
  }
  bool HasBlockingDependents(const String& uid) const;
  // Some dependent waits for its own dependents: perhaps a circle.
  bool HasWaitingDependents(const String& uid) const;

  void OnEvent(const ResourceInfo& kind, const ObjectEvent& event, RequestSink& sink) const;

 private:
  // The version in which the kind is watched, or null. O(watched kinds).
  const ResourceInfo* WatchedAs(const ResourceInfo& kind) const;
  static inline const Name kByOwner{"metadata.ownerReferences.uid"};

  template <typename F>
  bool AnyDependent(const String& uid, F&& accept) const;
  bool IsKnown(const Value& owner) const;
  void QueueDependents(const String& owner, RequestSink& sink) const;
  // The owners among `references` that wait, unless `still` blocks them as well.
  void QueueWaitingOwners(const Value& references, const String& ns, const Value& still, RequestSink& sink) const;

  Cache* const cache_;
  const KindRegistry kinds_;
  std::vector<const ResourceInfo*> watched_;
};

}  // namespace wavetank::sim::cluster
