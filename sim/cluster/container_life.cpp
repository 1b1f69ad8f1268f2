#include "sim/cluster/container_life.h"

#include <algorithm>
#include <string>

#include "sim/cluster/cluster.h"
#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {
namespace {

using namespace std::chrono_literals;

const Name kWaiting("waiting");
constexpr std::string_view kBackOff = "CrashLoopBackOff";

Time TimeOf(const Value& text) { return ParseTime(text.AsString()).value_or(Time()); }
Value Stamp(Time now) { return Value(FormatTime(now)); }

Value State(Name which, Value what) { return ObjectBuilder(1).Add(which, std::move(what)).Build(); }

Value Ended(const Value& started, Time now, int code) {
  return State(kTerminated, ObjectBuilder(4)
                                .Add(kExitCode, code)
                                .Add(kFinishedAt, Stamp(now))
                                .Add(kReason, code == 0 ? "Completed" : "Error")
                                .Add(kStartedAt, started)
                                .Build());
}

Value WithContainer(const Value& status, Value container) {
  return status.Set(kContainerStatuses, status[kContainerStatuses].SetAt(0, std::move(container)));
}

Value Restarted(const Value& status, const Value& container, Value last, bool ready, Time now) {
  Value next = container.Set(kLastState, std::move(last))
                   .Set(kReady, ready)
                   .Set(kRestartCount, container[kRestartCount].AsInt() + 1)
                   .Set(kStarted, true)
                   .Set(kState, State(kRunning, ObjectBuilder(1).Add(kStartedAt, Stamp(now)).Build()));
  return WithReadiness(WithContainer(status, std::move(next)), ready, container[names::kName].AsString(), now);
}

Value BackingOff(const Object& pod, const Value& container, Value last, Duration wait, Time now) {
  const std::string name(container[names::kName].AsString());
  const std::string text = "back-off " + FormatDuration(wait) + " restarting failed container=" + name +
                           " pod=" + pod.name().str() + "_" + pod.ns().str() + "(" + pod.uid().str() + ")";
  Value waiting = ObjectBuilder(2).Add(kMessage, text).Add(kReason, kBackOff).Build();
  Value next = container.Set(kLastState, std::move(last))
                   .Set(kReady, false)
                   .Set(kStarted, false)
                   .Set(kState, State(kWaiting, std::move(waiting)));
  return WithReadiness(WithContainer(pod.status(), std::move(next)), false, name, now);
}

// The pod has run to its end, well or not.
Value Finished(const Object& pod, const Value& container, Value last, int code, Time now) {
  Value next = container.Set(kReady, false).Set(kStarted, false).Set(kState, std::move(last));
  Value status =
      WithReadiness(WithContainer(pod.status(), std::move(next)), false, container[names::kName].AsString(), now);
  return status.Set(names::kPhase, code == 0 ? "Succeeded" : "Failed");
}

Value WithConditionState(const Value& condition, bool is_true, const std::string& message, Time now) {
  const std::string_view state = is_true ? "True" : "False";
  Value next = condition;
  if (!(condition[names::kStatus] == state))
    next = next.Set(names::kStatus, state).Set(kLastTransitionTime, Stamp(now));
  if (is_true) return next.Without(kReason).Without(kMessage);
  return next.Set(kReason, "ContainersNotReady").Set(kMessage, message);
}

}  // namespace

Duration AnnotatedDelay(const Object& pod, std::string_view annotation) {
  const Value& annotations = pod.annotations();
  if (annotations.empty()) return Duration(0);
  return ParseDuration(annotations[annotation].AsString()).value_or(Duration(0));
}

bool HasOwnLife(const Object& pod) {
  const Value& annotations = pod.annotations();
  if (annotations.empty()) return false;
  return annotations.Has(kReadyDelayAnnotation) || annotations.Has(kFailsAfterAnnotation) ||
         annotations.Has(kCompletesAfterAnnotation);
}

Duration RestartBackoff(int64_t restarts) {
  if (restarts <= 0) return 0s;
  return std::min<Duration>(300s, 10s * (int64_t{1} << std::min<int64_t>(restarts - 1, 10)));
}

Value WithReadiness(const Value& status, bool ready, std::string_view container, Time now) {
  const std::string message = "containers with unready status: [" + std::string(container) + "]";
  ArrayBuilder conditions;
  for (const Value& condition : status[names::kConditions].elements()) {
    const bool about = condition[names::kType] == "Ready" || condition[names::kType] == "ContainersReady";
    conditions.Add(about ? WithConditionState(condition, ready, message, now) : condition);
  }
  return status.Set(names::kConditions, conditions.Build());
}

Value AtStart(const Object& pod, Value status) {
  if (AnnotatedDelay(pod, kReadyDelayAnnotation).count() <= 0) return status;
  const Value container = status[kContainerStatuses][0];
  const Time now = TimeOf(container[kState][kRunning][kStartedAt]);
  return WithReadiness(WithContainer(status, container.Set(kReady, false)), false, container[names::kName].AsString(),
                       now);
}

PodStep NextOfRunning(const Object& pod, Time now) {
  const Value& status = pod.status();
  const Value container = status[kContainerStatuses][0];
  if (container.is_null()) return {status, std::nullopt};
  const int64_t restarts = container[kRestartCount].AsInt();
  const Duration ready_delay = AnnotatedDelay(pod, kReadyDelayAnnotation);
  if (container[kState].Has(kWaiting)) {
    const Time next = TimeOf(container[kLastState][kTerminated][kFinishedAt]) + RestartBackoff(restarts);
    if (now < next) return {status, next};
    return {Restarted(status, container, container[kLastState], ready_delay.count() <= 0, now), now};
  }
  const Value& started = container[kState][kRunning][kStartedAt];
  if (started.is_null()) return {status, std::nullopt};
  const Duration fails = AnnotatedDelay(pod, kFailsAfterAnnotation);
  const Duration completes = AnnotatedDelay(pod, kCompletesAfterAnnotation);
  const int code = fails.count() > 0 ? 1 : 0;
  const Duration run = code != 0 ? fails : completes;
  if (run.count() > 0 && TimeOf(started) + run <= now) {
    const std::string_view policy = pod.spec()[kRestartPolicy].AsString("Always");
    Value last = Ended(started, now, code);
    if (policy == "Never" || (policy == "OnFailure" && code == 0)) {
      return {Finished(pod, container, std::move(last), code, now), std::nullopt};
    }
    const Duration wait = RestartBackoff(restarts);
    if (wait.count() > 0) return {BackingOff(pod, container, std::move(last), wait, now), now + wait};
    return {Restarted(status, container, std::move(last), ready_delay.count() <= 0, now), now};
  }
  std::optional<Time> wake;
  if (run.count() > 0) wake = TimeOf(started) + run;
  const Time ready_at = TimeOf(started) + ready_delay;
  if (container[kReady].AsBool()) return {status, wake};
  if (now < ready_at) return {status, wake.has_value() ? std::min(*wake, ready_at) : ready_at};
  Value next = WithContainer(status, container.Set(kReady, true));
  return {WithReadiness(next, true, container[names::kName].AsString(), now), wake};
}

}  // namespace wavetank::sim::cluster
