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

// What an event reads and writes, coarsely: the dependence relation of search.md 2.3, decided before the event runs.
struct Footprint {
  uint32_t process = UINT32_MAX;  // whose private state it changes; UINT32_MAX: nobody's
  uint64_t actor = 0;             // who caused it; one actor's events are ordered
  bool cluster = false;           // reads the API server
  bool writes = false;            // and writes it
  uint64_t resource = 0;          // which kind; 0: any
};

// Whether two enabled events commute: done in either order they lead to the same state.
constexpr bool Independent(const Footprint& a, const Footprint& b) {
  if (a.actor == b.actor) return false;
  if (a.process != UINT32_MAX && a.process == b.process) return false;
  if (!a.cluster || !b.cluster || (!a.writes && !b.writes)) return true;
  // Two writes of one watched kind are ordered in its watches; a list reads the kind.
  return a.resource != 0 && b.resource != 0 && a.resource != b.resource;
}

// Somebody whose events the kernel can fire.
class EventSource {
 public:
  // Runs the event. It is no longer enabled.
  virtual void Fire(const Option& option) = 0;
  // A timer of this source came due; its event becomes enabled right after.
  virtual void Due(void* what) = 0;
  // For reports only.
  virtual std::string Describe(void* what) const = 0;
  // The default depends on everything.
  virtual Footprint FootprintOf(void*) const { return {.cluster = true, .writes = true}; }

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
  bool aside = false;             // in the lane of what nobody waits for (Kernel)
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
  // Events that are aside are no options: they happen in the order of their coming, when there is nothing else.
  virtual size_t Choose(ChoicePoint point, std::span<const Option> options) = 0;
  // Every event that is fired, chosen or not; plans follow it. Called before it runs.
  virtual void OnFire(const Option&) {}
};

}  // namespace wavetank::sim
