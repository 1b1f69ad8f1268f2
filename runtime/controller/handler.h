// Handlers: which requests an event makes (RT-094..098).
//
//   .Watches<ConfigMap>(EnqueueRequestsFromMapFunc(&WidgetsUsing), {ResourceVersionChanged()})
//
// A handler runs inside the informer's delivery: it does not wait, and it only reads the event. An exception that leaves
// it (or a predicate) skips the event; it is logged and counted (RT-098).
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "runtime/api/gvk.h"
#include "runtime/controller/event.h"
#include "runtime/workqueue/queue.h"

namespace wavetank {

// The priority of what a start or a resync brings: after every real change (RT-097).
inline constexpr int kLowPriority = -100;

// Where a handler puts its requests, for the time of one event. Equal keys are added once for an event.
class RequestSink {
 public:
  RequestSink(Queue<ObjectKey>& queue, const ObjectEvent& event, const char* reason);

  // `priority`: absent is kLowPriority for the initial list and for resyncs, 0 for real changes (RT-097).
  void Add(const ObjectKey& key, std::optional<int> priority = std::nullopt);
  void AddAfter(const ObjectKey& key, Duration delay);
  // For what the two above do not say.
  Queue<ObjectKey>& queue() { return queue_; }

 private:
  Queue<ObjectKey>& queue_;
  const char* reason_;
  std::optional<int> default_priority_;
  // What was added for this event: the first in place, the others (a map function over many) in order.
  std::optional<ObjectKey> first_;
  std::vector<ObjectKey> others_;
};

using Handler = std::function<void(const ObjectEvent&, RequestSink&)>;

// The object itself (RT-094).
Handler EnqueueRequestForObject();

enum class OwnerMatch : uint8_t {
  kController,  // only the reference with controller: true
  kEvery,
};
// The owners of kind `owner` that the object's references name (RT-095): group and kind are compared, the version and the
// uid are not. Of an update the owners of both states. A cluster-scoped owner has no namespace.
Handler EnqueueRequestForOwner(Gvk owner, bool owner_namespaced = true, OwnerMatch match = OwnerMatch::kController);

// What `map` says; of an update of both states, each key once (RT-096).
Handler EnqueueRequestsFromMapFunc(std::function<std::vector<ObjectKey>(const Object&)> map);

}  // namespace wavetank
