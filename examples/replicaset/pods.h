// What a set asks about a pod: is it active, ready, available; and the indexes by which its cache finds pods.
//
// Pure functions on cached objects; O(conditions) each.
#pragma once

#include <optional>
#include <span>

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

}  // namespace wavetank::examples
