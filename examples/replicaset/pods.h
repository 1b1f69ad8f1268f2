// What a set asks about a pod: is it active, ready, available; and the indexes by which its cache finds pods.
//
// Pure functions on cached objects; O(conditions) each.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "runtime/cache/store.h"

namespace wavetank::examples {

const Gvk& PodKind();

// Neither finished nor being deleted (RS-032).
bool IsActive(const Object& pod);
// Being deleted and not finished yet (RS-100).
bool IsTerminating(const Object& pod);
bool IsReady(const Object& pod);
// The same of its conditions alone.
bool HasReady(const Value& conditions);
// lastTransitionTime of the Ready condition; absent when there is none. Whether the condition is True is another question.
std::optional<Time> ReadySince(const Object& pod);
// Ready for that long, inclusive (RS-100). Without a transition time: only when no time is asked for.
bool IsAvailable(const Object& pod, int64_t min_ready_seconds, Time now);
// How long until the next of the pods becomes available (RS-036); absent when none is on its way.
std::optional<Duration> UntilNextAvailable(std::span<const Object> pods, int64_t min_ready_seconds, Time now);

// Pods by the uid of their controller, and all those without one under one value (RS-005).
inline constexpr char kPodsByController[] = "controller-uid";
inline constexpr char kOrphans[] = "-";
void IndexPodByController(const Object& pod, IndexValues& values);
// Sets by the uid of their controller (RS-005); those without one have no value.
inline constexpr char kSetsByController[] = "controller-uid";
void IndexSetByController(const Object& set, IndexValues& values);

// Asks `check(part)` once for documents that share that part, as pods of one template share their labels, and pods that became
// ready in one second their conditions.
//   AskedOnce matches([&](const Value& labels) { return selector.Matches(labels); });
//   for (const Object& pod : pods) count += matches(pod.labels()) ? 1 : 0;
template <typename F>
class AskedOnce {
 public:
  explicit AskedOnce(F check) : check_(std::move(check)) {}
  bool operator()(const Value& part) {
    if (part.identity() == nullptr) return check_(part);
    if (part.identity() != last_.identity()) {
      answer_ = check_(part);
      last_ = part;
    }
    return answer_;
  }

 private:
  F check_;
  Value last_;  // held, so that no other document takes its place in memory
  bool answer_ = false;
};

// Pods of this owner and orphans of its namespace, in the order of their keys.
std::vector<Object> OwnedOrOrphan(const Store& pods, const Object& set);

}  // namespace wavetank::examples
