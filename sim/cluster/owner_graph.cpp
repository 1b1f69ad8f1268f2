#include "sim/cluster/owner_graph.h"

#include <algorithm>
#include <array>
#include <string>

#include "runtime/api/metadata.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

void IndexOwners(const Object& object, IndexValues& out) {
  for (const Value& owner : OwnersOf(object).elements()) out.Add(owner[names::kUid]);
}

const Value& FindReference(const Value& references, const Value& uid) {
  static const Value kNone;
  for (const Value& reference : references.elements()) {
    if (reference[names::kUid] == uid) return reference;
  }
  return kNone;
}

bool SameResource(const ResourceInfo& a, const ResourceInfo& b) {
  return a.gvr.group == b.gvr.group && a.gvr.resource == b.gvr.resource;
}

bool IsOnItsWayOut(const Object& object, std::string_view finalizer) {
  return object.deleting() && HasFinalizer(object, finalizer);
}

}  // namespace

bool IsWaitingForDependents(const Object& object) { return IsOnItsWayOut(object, kForegroundFinalizer); }
bool IsOrphaning(const Object& object) { return IsOnItsWayOut(object, kOrphanFinalizer); }
bool Blocks(const Value& owner) { return owner[names::kBlockOwnerDeletion].AsBool(); }

std::vector<const ResourceInfo*> WorkloadKinds(const KindRegistry& kinds) {
  static const std::array<Gvk, 10> kKinds{
      kPod,
      kReplicaSet,
      kDeployment,
      Gvk("apps", "v1", "StatefulSet"),
      Gvk("apps", "v1", "DaemonSet"),
      Gvk("batch", "v1", "Job"),
      Gvk("batch", "v1", "CronJob"),
      Gvk("", "v1", "Service"),
      Gvk("", "v1", "ConfigMap"),
      Gvk("", "v1", "Secret"),
  };
  std::vector<const ResourceInfo*> out;
  for (const Gvk& kind : kKinds) {
    if (const ResourceInfo* info = kinds.Find(kind); info != nullptr) out.push_back(info);
  }
  return out;
}

std::vector<const ResourceInfo*> EveryDeletableKind(const KindRegistry& kinds) {
  std::vector<const ResourceInfo*> out;
  for (const ResourceInfo* kind : kinds.Resources()) {
    const bool fits = kind->stored && kind->HasVerb("delete") && kind->HasVerb("list") && kind->HasVerb("watch");
    const bool known = std::ranges::any_of(out, [kind](const ResourceInfo* o) { return SameResource(*o, *kind); });
    if (fits && !known) out.push_back(kind);
  }
  return out;
}

std::vector<const ResourceInfo*> CollectedKinds(const KindRegistry& kinds) {
  std::vector<const ResourceInfo*> out = EveryDeletableKind(kinds);
  std::erase_if(out, [](const ResourceInfo* kind) { return kind->gvk.kind.view() == "Event"; });
  return out;
}

OwnerGraph::OwnerGraph(const Manager& manager, std::vector<const ResourceInfo*> watched)
    : cache_(&manager.cache()), kinds_(manager.client().kinds()), watched_(std::move(watched)) {}

const ResourceInfo* OwnerGraph::WatchedAs(const ResourceInfo& kind) const {
  const auto at = std::ranges::find_if(watched_, [&kind](const ResourceInfo* w) { return SameResource(*w, kind); });
  return at == watched_.end() ? nullptr : *at;
}

Status OwnerGraph::AddIndexes(const Manager& manager) const {
  for (const ResourceInfo* kind : watched_) WT_RETURN_IF_ERROR(manager.AddIndex(*kind, kByOwner, IndexOwners));
  return {};
}

ObjectKey OwnerGraph::RequestFor(const ResourceInfo& kind, const ObjectKey& key) const {
  std::string name(kind.gvr.resource.view());
  if (!kind.gvr.group.view().empty()) name.append(".").append(kind.gvr.group.view());
  name.append("/").append(key.name.view());
  return ObjectKey(key.ns, name);
}

OwnerGraph::Place OwnerGraph::PlaceOf(const ObjectKey& request) const {
  const std::string_view text = request.name.view();
  const std::string_view resource = text.substr(0, text.find('/'));
  const std::string_view plural = resource.substr(0, resource.find('.'));
  const std::string_view group = resource.size() > plural.size() ? resource.substr(plural.size() + 1) : "";
  for (const ResourceInfo* kind : watched_) {
    if (kind->gvr.resource.view() == plural && kind->gvr.group.view() == group) {
      return {kind, ObjectKey(request.ns, text.substr(resource.size() + 1))};
    }
  }
  WT_CHECK(false, "requests are made by RequestFor");
  return {};
}

const Object* OwnerGraph::Find(const ResourceInfo& kind, const ObjectKey& key) const {
  const ResourceInfo* watched = WatchedAs(kind);
  const Informer* informer = watched == nullptr ? nullptr : cache_->FindInformer(*watched);
  return informer == nullptr ? nullptr : informer->store().Find(key);
}

std::optional<OwnerGraph::Place> OwnerGraph::Resolve(const Value& owner, const String& ns) const {
  const ResourceInfo* kind = kinds_.FindKind(owner[names::kApiVersion].AsString(), owner[names::kKind].AsString());
  if (kind == nullptr || (kind->namespaced && ns.empty())) return std::nullopt;
  return Place{kind, ObjectKey(kind->namespaced ? ns : String(), owner[names::kName].ToSharedString())};
}

bool OwnerGraph::IsKnown(const Value& owner) const {
  return kinds_.FindKind(owner[names::kApiVersion].AsString(), owner[names::kKind].AsString()) != nullptr;
}

bool OwnerGraph::LivesElsewhere(const Value& owner, const String& ns) const {
  const ResourceInfo* kind = kinds_.FindKind(owner[names::kApiVersion].AsString(), owner[names::kKind].AsString());
  if (kind == nullptr || !kind->namespaced) return false;
  const ResourceInfo* watched = WatchedAs(*kind);
  const Informer* informer = watched == nullptr ? nullptr : cache_->FindInformer(*watched);
  if (informer == nullptr) return false;
  bool found = false;
  informer->store().ForEach([&](const Object& object) {
    found = found || (!(object.ns() == ns) && object.uid() == owner[names::kUid].AsString());
  });
  return found;
}

bool OwnerGraph::OwnersAreSolid(const Object& object) const {
  for (const Value& owner : OwnersOf(object).elements()) {
    const std::optional<Place> place = Resolve(owner, object.ns());
    if (!place.has_value() && object.ns().empty() && IsKnown(owner)) return false;
    if (!place.has_value()) continue;
    const Object* found = Find(*place);
    if (found == nullptr || !(found->uid() == owner[names::kUid].AsString())) return false;
    if (found->deleting() && IsWaitingForDependents(*found)) return false;
  }
  return true;
}

template <typename F>
bool OwnerGraph::AnyDependent(const String& uid, F&& accept) const {
  for (const ResourceInfo* kind : watched_) {
    const Informer* informer = cache_->FindInformer(*kind);
    if (informer != nullptr && informer->store().AnyIndexed(kByOwner.view(), uid, accept)) return true;
  }
  return false;
}

bool OwnerGraph::HasDependents(const String& uid) const {
  return AnyDependent(uid, [](const Object&) { return true; });
}

bool OwnerGraph::HasBlockingDependents(const String& uid) const {
  return AnyDependent(uid, [&](const Object& object) { return Blocks(FindReference(OwnersOf(object), Value(uid))); });
}

bool OwnerGraph::HasWaitingDependents(const String& uid) const { return AnyDependent(uid, IsWaitingForDependents); }

void OwnerGraph::QueueDependents(const String& owner, RequestSink& sink) const {
  ForEachDependent(
      owner, [&](const ResourceInfo& kind, const Object& dependent) { sink.Add(RequestFor(kind, dependent.key())); });
}

void OwnerGraph::QueueWaitingOwners(const Value& references, const String& ns, const Value& still,
                                    RequestSink& sink) const {
  for (const Value& owner : references.elements()) {
    if (!Blocks(owner) || Blocks(FindReference(still, owner[names::kUid]))) continue;
    const std::optional<Place> place = Resolve(owner, ns);
    const Object* found = place.has_value() ? Find(*place) : nullptr;
    if (found == nullptr || !(found->uid() == owner[names::kUid].AsString()) || !IsWaitingForDependents(*found))
      continue;
    sink.Add(RequestFor(*WatchedAs(*place->kind), found->key()));
  }
}

void OwnerGraph::OnEvent(const ResourceInfo& kind, const ObjectEvent& event, RequestSink& sink) const {
  static const Value kNone;
  const bool gone = event.type == ObjectEvent::Type::kDelete;
  const Object& object = event.object;
  const Object& earlier = gone ? event.object : event.old;
  const bool replaced = earlier && (gone || !(earlier.uid() == object.uid()));
  if (replaced) {
    QueueDependents(earlier.uid(), sink);  // ENV-027
    QueueWaitingOwners(OwnersOf(earlier), earlier.ns(), kNone, sink);
  }
  if (gone) return;
  const Object before = replaced ? Object() : earlier;
  if (object.deleting()) {
    if (IsWaitingForDependents(object) && !(before && IsWaitingForDependents(before))) {
      QueueDependents(object.uid(), sink);
      sink.Add(RequestFor(kind, object.key()));
    } else if (IsOrphaning(object) && !(before && IsOrphaning(before))) {
      sink.Add(RequestFor(kind, object.key()));
    }
  }
  const Value& owners = OwnersOf(object);
  if (before) {
    if (OwnersOf(before) == owners) return;
    QueueWaitingOwners(OwnersOf(before), object.ns(), owners, sink);
  }
  if (!owners.empty() && !OwnersAreSolid(object)) sink.Add(RequestFor(kind, object.key()));  // ENV-021
}

}  // namespace wavetank::sim::cluster
