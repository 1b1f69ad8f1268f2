// RestartBackoff: pods that end as soon as they are made are not made again at once (hardened mode; BUG-10).
//
//   if (pod failed, or somebody else took it, within a minute of its creation) backoff.Ended(set, pod);
//   Duration wait = backoff.Wait(set);        // before creating
//
// The first replacement comes at once, as always; then 10 s, 20 s, ... up to 5 minutes apart, as a kubelet restarts
// containers. Ten minutes without such an end forgive everything. Upstream has none of this: a node that rejects pods makes
// it create them as fast as the server answers.
// In memory only. Bound: sets that had such an end and were not deleted since. O(log sets).
#pragma once

#include <cstdint>
#include <map>

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "runtime/exec/executor.h"

namespace wavetank::examples {

class RestartBackoff {
 public:
  static constexpr Duration kShortLife = std::chrono::seconds(60);
  static constexpr Duration kFirstWait = std::chrono::seconds(10);
  static constexpr Duration kLongestWait = std::chrono::minutes(5);
  static constexpr Duration kForgiven = std::chrono::minutes(10);

  explicit RestartBackoff(Executor& clock) : clock_(clock) {}

  // Counts only a pod that lived less than kShortLife. Ends at one instant count once: a node that takes down ten pods
  // is one mishap.
  void Ended(const ObjectKey& set, const Object& pod);
  // How long to wait before creating; zero: not at all.
  Duration Wait(const ObjectKey& set) const;
  void Forget(const ObjectKey& set) { ends_.erase(set); }
  uint64_t Fingerprint() const;

 private:
  struct Ends {
    int count = 0;
    Time last;
  };
  Executor& clock_;
  std::map<ObjectKey, Ends> ends_;
};

}  // namespace wavetank::examples
