#include "runtime/controller/handler.h"

#include <algorithm>
#include <utility>

namespace wavetank {
namespace {

void EnqueueOwners(const Gvk& owner, bool owner_namespaced, OwnerMatch match, const Object& object, RequestSink& sink) {
  if (!object) return;
  for (const Value& reference : object.metadata()[names::kOwnerReferences].elements()) {
    if (match == OwnerMatch::kController && !reference[names::kController].AsBool()) continue;
    if (reference[names::kKind].AsString() != owner.kind.view()) continue;
    if (SplitApiVersion(reference[names::kApiVersion].AsString()).group != owner.group.view()) continue;
    sink.Add(ObjectKey(owner_namespaced ? object.ns() : String(), reference[names::kName].ToSharedString()));
  }
}

}  // namespace

RequestSink::RequestSink(Queue<ObjectKey>& queue, const ObjectEvent& event, const char* reason)
    : queue_(queue), reason_(reason) {
  if (event.initial || event.resync()) default_priority_ = kLowPriority;
}

void RequestSink::Add(const ObjectKey& key, std::optional<int> priority) {
  if (!first_.has_value()) {
    first_ = key;
  } else if (*first_ == key) {
    return;
  } else {
    auto at = std::lower_bound(others_.begin(), others_.end(), key);
    if (at != others_.end() && *at == key) return;
    others_.insert(at, key);
  }
  AddOptions options;
  options.priority = priority.has_value() ? priority : default_priority_;
  options.reason = reason_;
  queue_.Add(key, options);
}

void RequestSink::AddAfter(const ObjectKey& key, Duration delay) {
  AddOptions options;
  options.after = delay;
  options.priority = default_priority_;
  options.reason = reason_;
  queue_.Add(key, options);
}

Handler EnqueueRequestForObject() {
  return [](const ObjectEvent& event, RequestSink& sink) {
    const Object& object = event.object ? event.object : event.old;
    if (object) sink.Add(object.key());
  };
}

Handler EnqueueRequestForOwner(Gvk owner, bool owner_namespaced, OwnerMatch match) {
  return [owner, owner_namespaced, match](const ObjectEvent& event, RequestSink& sink) {
    // Old first: what lost its owner is seen by that owner before the new one looks.
    if (event.type == ObjectEvent::Type::kUpdate) EnqueueOwners(owner, owner_namespaced, match, event.old, sink);
    EnqueueOwners(owner, owner_namespaced, match, event.object, sink);
  };
}

Handler EnqueueRequestsFromMapFunc(std::function<std::vector<ObjectKey>(const Object&)> map) {
  return [map = std::move(map)](const ObjectEvent& event, RequestSink& sink) {
    if (event.type == ObjectEvent::Type::kUpdate && event.old) {
      for (const ObjectKey& key : map(event.old)) sink.Add(key);
    }
    if (!event.object) return;
    for (const ObjectKey& key : map(event.object)) sink.Add(key);
  };
}

}  // namespace wavetank
