// RetryOnConflict (RT-269): read, change, write, and again when somebody was faster.
//
//   Task<Status> Bump(Client client, ObjectKey key);       // must read the object anew
//   Status done = co_await RetryOnConflict(client, [client, key] { return Bump(client, key); });   // as a named lambda
//
// Ends at once with success or any other error; after the last step the last conflict is returned.
#pragma once

#include <utility>

#include "runtime/base/random.h"
#include "runtime/client/client.h"
#include "runtime/exec/sleep.h"

namespace wavetank {

// A series of waits: `initial`, times `factor` each, at most `cap` (0: none), each longer by up to jitter_percent.
class Backoff {
 public:
  Backoff(int steps, Duration initial, int factor, int jitter_percent, Duration cap = Duration(0))
      : steps_(steps), next_(initial), factor_(factor), jitter_percent_(jitter_percent), cap_(cap) {}
  // Tries, the first included.
  static Backoff DefaultRetry() { return Backoff(5, Duration(10'000'000), 1, 10); }
  static Backoff DefaultBackoff() { return Backoff(4, Duration(10'000'000), 5, 10); }

  int steps() const { return steps_; }
  // The next wait. Integer arithmetic only.
  Duration Next(Random& random) {
    const Duration base = next_;
    next_ *= factor_;
    if (cap_.count() > 0 && next_ > cap_) next_ = cap_;
    const int64_t spread = base.count() / 100 * jitter_percent_;
    return base + Duration(static_cast<int64_t>(random.Below(static_cast<uint64_t>(spread) + 1)));
  }

 private:
  int steps_;
  Duration next_;
  int factor_;
  int jitter_percent_;
  Duration cap_;
};

// `attempt()` gives a Task<Status> or a Task<Result<T>>.
template <typename F>
auto RetryOnConflict(Client client, F attempt, Backoff backoff = Backoff::DefaultRetry()) -> decltype(attempt()) {
  Random random = client.env().RandomFor("retry-on-conflict");
  for (int step = 1;; ++step) {
    auto answer = co_await attempt();
    const bool conflict = !answer.ok() && answer.status().code() == Code::kConflict;
    if (!conflict || step >= backoff.steps()) co_return answer;
    const Duration wait = backoff.Next(random);
    co_await Sleep(client.executor(), wait);
  }
}

}  // namespace wavetank
