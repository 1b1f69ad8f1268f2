#include "examples/replicaset/pods.h"

#include <string_view>

#include "runtime/api/metadata.h"

namespace wavetank::examples {
namespace {

const Name kLastTransitionTime("lastTransitionTime");

bool IsFinished(const Object& pod) {
  const std::string_view phase = pod.status()[names::kPhase].AsString();
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace

const Gvk& PodKind() {
  static const Gvk kKind("", "v1", "Pod");
  return kKind;
}

bool IsActive(const Object& pod) { return !IsFinished(pod) && !pod.deleting(); }

bool IsTerminating(const Object& pod) { return !IsFinished(pod) && pod.deleting(); }

bool IsReady(const Object& pod) { return FindCondition(pod.status(), "Ready")[names::kStatus] == "True"; }

std::optional<Time> ReadySince(const Object& pod) {
  return ParseTime(FindCondition(pod.status(), "Ready")[kLastTransitionTime].AsString());
}

bool IsAvailable(const Object& pod, int64_t min_ready_seconds, Time now) {
  if (!IsReady(pod)) return false;
  if (min_ready_seconds <= 0) return true;
  const std::optional<Time> since = ReadySince(pod);
  return since.has_value() && *since + std::chrono::seconds(min_ready_seconds) <= now;
}

std::optional<Duration> UntilNextAvailable(std::span<const Object> pods, int64_t min_ready_seconds, Time now) {
  std::optional<Duration> next;
  if (min_ready_seconds <= 0) return next;
  for (const Object& pod : pods) {
    if (!IsReady(pod)) continue;
    const std::optional<Time> since = ReadySince(pod);
    if (!since.has_value()) continue;
    const Duration wait = (*since + std::chrono::seconds(min_ready_seconds)) - now;
    if (wait > Duration(0) && (!next.has_value() || wait < *next)) next = wait;
  }
  return next;
}

void IndexPodByController(const Object& pod, IndexValues& values) {
  const Value& controller = ControllerOf(pod);
  if (controller.is_null()) {
    values.Add(String(kOrphans));
  } else {
    values.Add(controller[names::kUid]);
  }
}

void IndexSetByController(const Object& set, IndexValues& values) { values.Add(ControllerOf(set)[names::kUid]); }

}  // namespace wavetank::examples
