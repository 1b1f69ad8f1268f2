// ControllerOptions: how a controller runs (RT-060). What is absent comes from the manager's defaults, then from these:
// one reconcile at a time, the priority queue, two minutes for the caches, exceptions caught, no reconcile timeout.
//
//   ControllerManagedBy(manager).For<Widget>().WithOptions(ControllerOptions().MaxConcurrentReconciles(3))
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "runtime/api/object.h"
#include "runtime/base/time.h"
#include "runtime/workqueue/rate_limiter.h"

namespace wavetank {

enum class QueueKind : uint8_t { kPriority, kFifo };

using RequestRateLimiter = RateLimiter<ObjectKey>;
using RateLimiterFactory = std::function<std::unique_ptr<RequestRateLimiter>()>;

class ControllerOptions {
 public:
  // Different keys at a time; one key never twice (RT-067). At least 1.
  ControllerOptions& MaxConcurrentReconciles(int count) { return max_concurrent_reconciles = count, *this; }
  // Start fails when a source is not there by then (RT-061).
  ControllerOptions& CacheSyncTimeout(Duration timeout) { return cache_sync_timeout = timeout, *this; }
  // A reconcile that takes longer is cut off: its frame is destroyed, requests it sent may still be applied, and the key
  // is retried as after an error (RT-071).
  ControllerOptions& ReconcileTimeout(Duration timeout) { return reconcile_timeout = timeout, *this; }
  // Whether an exception that leaves Reconcile is an error of that key (true) or the end of the program (RT-070).
  ControllerOptions& RecoverPanic(bool recover) { return recover_panic = recover, *this; }
  ControllerOptions& UseQueue(QueueKind kind) { return queue = kind, *this; }
  // Absent: exponential for the priority queue; the longer of exponential and a bucket for the FIFO (RT-132).
  ControllerOptions& UseRateLimiter(RateLimiterFactory factory) { return rate_limiter = std::move(factory), *this; }
  // A standby of a leader election fills its caches and its queue already, and reconciles nothing before it is elected (RT-043).
  ControllerOptions& EnableWarmup(bool enable = true) { return enable_warmup = enable, *this; }
  // Allows a name that another controller of the manager has (RT-011).
  ControllerOptions& SkipNameValidation(bool skip = true) { return skip_name_validation = skip, *this; }

  // Where these options say nothing, `defaults` do.
  void Merge(const ControllerOptions& defaults);

  std::optional<int> max_concurrent_reconciles;
  std::optional<Duration> cache_sync_timeout;
  std::optional<Duration> reconcile_timeout;
  std::optional<bool> recover_panic;
  std::optional<QueueKind> queue;
  RateLimiterFactory rate_limiter;
  std::optional<bool> enable_warmup;
  std::optional<bool> skip_name_validation;
};

// What a manager says about all its controllers.
struct ControllerDefaults {
  ControllerOptions options;
  // "ReplicaSet.apps" -> MaxConcurrentReconciles of the controllers For that kind (RT-060).
  std::map<std::string, int, std::less<>> group_kind_concurrency;
};

}  // namespace wavetank
