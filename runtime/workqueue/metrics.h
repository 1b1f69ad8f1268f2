// QueueMetrics: the numbers of one queue (RT-120, RT-342), as plain values. Whoever exports them gives them their names:
// workqueue_depth, _adds_total, _queue_duration_seconds, _work_duration_seconds, _unfinished_work_seconds,
// _longest_running_processor_seconds, _retries_total.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/base/time.h"

namespace wavetank {

// Counts of durations in buckets of 10 ns, 100 ns, ... 1000 s, and above.
class DurationHistogram {
 public:
  static constexpr size_t kBounds = 12;

  void Record(Duration duration) {
    ++count_;
    sum_ += duration;
    size_t bucket = 0;
    for (int64_t bound = 10; bucket < kBounds && duration.count() > bound; bound *= 10) ++bucket;
    ++buckets_[bucket];
  }
  uint64_t count() const { return count_; }
  Duration sum() const { return sum_; }
  // Durations in (Bound(i - 1), Bound(i)]; the last bucket has no upper bound.
  uint64_t bucket(size_t i) const { return buckets_[i]; }
  static constexpr Duration Bound(size_t i) {
    int64_t bound = 10;
    for (; i > 0; --i) bound *= 10;
    return Duration(bound);
  }

 private:
  uint64_t count_ = 0;
  Duration sum_{0};
  std::array<uint64_t, kBounds + 1> buckets_{};
};

struct QueueMetrics {
  // How many items of one priority are ready, and how long the oldest of them has been (RT-146, RT-148).
  struct Level {
    std::optional<int> priority;  // absent: all priorities below the first kMaxLevels together
    uint64_t depth = 0;
    Duration oldest{0};
  };
  static constexpr size_t kMaxLevels = 25;

  uint64_t depth = 0;        // ready
  uint64_t delayed = 0;      // waiting for their time
  uint64_t in_progress = 0;  // handed out, not done
  uint64_t adds = 0;         // keys that became ready
  uint64_t retries = 0;      // adds with a delay or through the limiter
  DurationHistogram queue_duration;
  DurationHistogram work_duration;
  Duration unfinished_work{0};
  Duration longest_running{0};
  std::vector<Level> levels;  // highest priority first; FifoQueue: one level, 0, when anything is ready
};

}  // namespace wavetank
