// ControllerMetrics: the numbers of one controller (RT-340), as plain values. Whoever exports them gives them their names:
// controller_runtime_reconcile_total{result}, _reconcile_errors_total, _terminal_reconcile_errors_total,
// _reconcile_panics_total, _reconcile_timeouts_total, _reconcile_time_seconds, _max_concurrent_reconciles, _active_workers,
// _standby.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/base/time.h"

namespace wavetank {

// Counts of reconcile times, in buckets of upstream's bounds.
class ReconcileTimes {
 public:
  static constexpr std::array<int, 14> kBoundsMillis = {5,    10,   25,   50,    100,   250,   500,
                                                        1000, 2500, 5000, 10000, 20000, 30000, 60000};
  void Record(Duration time) {
    ++count_;
    sum_ += time;
    size_t bucket = 0;
    while (bucket < kBoundsMillis.size() && time > std::chrono::milliseconds(kBoundsMillis[bucket])) ++bucket;
    ++buckets_[bucket];
  }
  uint64_t count() const { return count_; }
  Duration sum() const { return sum_; }
  // Times in (bound(i - 1), bound(i)]; the last bucket has no upper bound.
  uint64_t bucket(size_t i) const { return buckets_[i]; }

 private:
  uint64_t count_ = 0;
  Duration sum_{0};
  std::array<uint64_t, kBoundsMillis.size() + 1> buckets_{};
};

struct ControllerMetrics {
  // By result (RT-068).
  uint64_t success = 0;
  uint64_t error = 0;
  uint64_t requeue = 0;        // Backoff
  uint64_t requeue_after = 0;  // After

  uint64_t terminal_errors = 0;  // also counted in `error` (RT-069)
  uint64_t panics = 0;           // exceptions out of Reconcile; also counted in `error` (RT-070)
  uint64_t timeouts = 0;         // cut off by the reconcile timeout; also counted in `error` (RT-071)
  uint64_t handler_panics = 0;   // events skipped because a handler or a predicate threw (RT-098)
  ReconcileTimes times;
  int max_concurrent_reconciles = 0;
  int active_workers = 0;
  // Warmed up, and not elected: the depth of its queue only grows, and is no backlog of anybody's (RT-043). Whoever alarms on
  // workqueue_depth leaves out those that stand by.
  bool standby = false;

  uint64_t total() const { return success + error + requeue + requeue_after; }
};

}  // namespace wavetank
