// What containers do by themselves (ENV-061, ENV-063): they take time to be ready, fail, complete, and are started again.
// A pod says so with annotations, which count for its first container:
//
//   wavetank.dev/ready-delay: "5s"      from each start until the readiness probe succeeds
//   wavetank.dev/fails-after: "10s"     each run ends with exit code 1
//   wavetank.dev/completes-after: "1m"  each run ends with exit code 0
//
//   PodStep step = NextOfRunning(pod, now);      // the status from now on, and when to look again
//
// A run that ended is followed by the next as the restart policy says: at once the first time, then after 10 s, 20 s, ...
// 300 s of CrashLoopBackOff. What is next follows from the status alone, so a restarted kubelet goes on where the last one
// stopped. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/api/object.h"
#include "runtime/base/time.h"

namespace wavetank::sim::cluster {

// An annotation that holds a duration ("5s"); zero when there is none or it cannot be read.
Duration AnnotatedDelay(const Object& pod, std::string_view annotation);
// Whether any of the three annotations is there.
bool HasOwnLife(const Object& pod);

struct PodStep {
  Value status;              // the pod's own node when nothing changes
  std::optional<Time> wake;  // when something will
};

// A status in which the containers have just come up: not ready yet when the pod says so.
Value AtStart(const Object& pod, Value status);
PodStep NextOfRunning(const Object& pod, Time now);
// How long the container waits after its run number `restarts` + 1.
Duration RestartBackoff(int64_t restarts);

// Ready and ContainersReady as given; the reason is ContainersNotReady.
Value WithReadiness(const Value& status, bool ready, std::string_view container, Time now);

}  // namespace wavetank::sim::cluster
