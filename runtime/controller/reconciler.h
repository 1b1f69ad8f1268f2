// Reconciler: the one thing an operator's author writes.
//
//   class PodCount : public Reconciler {
//    public:
//     explicit PodCount(Client client) : client_(client) {}
//     Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
//       ctx.log().Info("Reconcile: " + request.ToString());
//       auto set = co_await client_.Get<ReplicaSet>(request);
//       if (set.code() == Code::kNotFound) co_return ReconcileResult::Done();
//       if (!set.ok()) co_return set.status();          // retried with backoff
//       ...
//       co_return ReconcileResult::After(1min);
//     }
//   };
//
// The answer is one of five things, never two at once (RT-068):
//   Done()            wait for the next event; the key's count of failures is reset
//   After(d)          look again after d; the count of failures is reset
//   Backoff(reason)   look again with growing delay: nothing failed, but it is not finished either
//   an error          look again with growing delay, logged and counted
//   error.Terminal()  logged and counted; looked at again when an event comes (RT-069)
//
// Ownership: the controller owns the reconciler and destroys it after every frame of Reconcile. A restart of the process
// makes a new reconciler, never the old one again. Never two Reconciles of one key at a time (RT-067).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "runtime/api/object.h"
#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/controller/context.h"
#include "runtime/exec/task.h"

namespace wavetank {

// What to look at: namespace and name. Never what happened to it: the world may have moved on meanwhile.
using Request = ObjectKey;

class [[nodiscard]] ReconcileResult {
 public:
  enum class Kind : uint8_t { kDone, kAfter, kBackoff };

  static ReconcileResult Done() { return ReconcileResult(Kind::kDone); }
  // Zero or less is Done: it asks for nothing.
  static ReconcileResult After(Duration delay) {
    ReconcileResult result(delay.count() > 0 ? Kind::kAfter : Kind::kDone);
    result.delay_ = delay;
    return result;
  }
  // `reason` says what is awaited; it is logged and stands in reports.
  static ReconcileResult Backoff(std::string reason) {
    ReconcileResult result(Kind::kBackoff);
    result.reason_ = std::move(reason);
    return result;
  }
  // The priority of the next look; without it the priority of this one is kept (RT-073).
  ReconcileResult WithPriority(int priority) && {
    priority_ = priority;
    return std::move(*this);
  }

  Kind kind() const { return kind_; }
  Duration delay() const { return delay_; }
  const std::string& reason() const { return reason_; }
  std::optional<int> priority() const { return priority_; }

 private:
  explicit ReconcileResult(Kind kind) : kind_(kind) {}

  Kind kind_;
  std::optional<int> priority_;
  Duration delay_{0};
  std::string reason_;
};

class Reconciler : public Pooled<Reconciler> {
 public:
  Reconciler() = default;
  Reconciler(const Reconciler&) = default;
  Reconciler& operator=(const Reconciler&) = default;
  virtual ~Reconciler() = default;

  virtual Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) = 0;

  // The reconciler's own memory as a hash, for searches that recognise states (DESIGN section 7). Absent: unknown.
  virtual std::optional<uint64_t> Fingerprint() const { return std::nullopt; }
};

// For authors who expect conflicts: one becomes a quiet Backoff, every other error stays what it is (RT-270).
//   if (!updated.ok()) co_return QuietConflict(updated.status());
inline Result<ReconcileResult> QuietConflict(const Status& error) {
  if (error.code() == Code::kConflict) return ReconcileResult::Backoff("conflict");
  return error;
}

}  // namespace wavetank
