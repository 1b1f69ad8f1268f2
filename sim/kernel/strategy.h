// Strategy: who goes next. Every decision of a world, of every kind, goes through one Choose.
//
// Options come in the order a dull schedule would take them: index 0 quiesces first and never faults. Their keys are
// stable (actor, verb, object, ordinal): a decision can be recognised in another run, and after an unrelated change of
// code. The list of indices is the run (choice_log.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/exec/executor.h"

namespace wavetank::sim {

struct Option;

// Somebody whose events the kernel can fire.
class EventSource {
 public:
  // Runs the event. It is no longer enabled.
  virtual void Fire(const Option& option) = 0;
  // A timer of this source came due; its event becomes enabled right after.
  virtual void Due(void* what) = 0;
  // For reports only.
  virtual std::string Describe(void* what) const = 0;

 protected:
  ~EventSource() = default;
};

inline constexpr uint32_t kNoProcess = UINT32_MAX;

// An enabled event.
struct Option {
  uint64_t key = 0;
  EventSource* source = nullptr;
  void* what = nullptr;
  EventKind kind = EventKind::kFault;
  uint32_t process = kNoProcess;  // whose state it changes; kNoProcess: the cluster's
};

// What is being chosen.
enum class ChoicePoint : uint8_t {
  kEvent,     // the next event
  kInFlight,  // at a crash, for each request sent and not yet applied: 0 it may still be applied, 1 it is lost
  kFault,     // whether and which fault strikes now: 0 none
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  // REQUIRES: options.size() >= 2. Returns an index.
  virtual size_t Choose(ChoicePoint point, std::span<const Option> options) = 0;
  // Every event that is fired, chosen or not; plans follow it.
  virtual void OnFire(const Option&) {}
};

}  // namespace wavetank::sim
