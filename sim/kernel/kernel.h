// Kernel: virtual time, steps and choices. One world has one kernel.
//
//   Kernel kernel(strategy, seed);
//   ... processes, a network ...
//   Kernel::Stop stop = kernel.RunUntilQuiet();
//   kernel.run_hash(), kernel.choices()
//
// A step is one event plus everything that becomes ready because of it (DESIGN section 7). Events without latency are
// enabled at once, and the strategy picks one; time moves only when nothing is enabled. The world is quiet when nothing is
// enabled and only background timers remain.
//
// Some events have a lane of their own (Option::aside): the Events that controllers record about objects, whose writing must
// not change what is being searched (RT-295). They are no options; when nothing else is enabled they happen one after the
// other, and only then does time move.
//
// Determinism: the run is a function of (what the processes do, strategy, seed). It is hashed over the enabled keys, the
// choice and the time of each step.
//
// Memory: a run that is recorded (the usual case) remembers its choices and the keys of its events, some bytes each; what is
// not recorded remembers what is enabled, armed or held, and nothing else.
// Ownership: the strategy, the sources and the hooks outlive the kernel's use of them. Single thread.
// Invariants: now() never decreases; an event is enabled, held or a timer, never two of them.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/base/time.h"
#include "sim/kernel/choice_log.h"
#include "sim/kernel/enabled_set.h"
#include "sim/kernel/hash_sum.h"
#include "sim/kernel/ordinals.h"
#include "sim/kernel/strategy.h"
#include "sim/kernel/timer_queue.h"

namespace wavetank::sim {

// Looks at the world between steps: invariants, faults at a step, traces.
class StepHook {
 public:
  // `fired` has just run; its `what` may be gone.
  virtual void AfterStep(const Option& fired) = 0;
  // The same event before it runs: its source can still describe it.
  virtual void BeforeStep(const Option&) {}

 protected:
  ~StepHook() = default;
};

class Kernel {
 public:
  // 2026-01-01T00:00:00Z: every world starts at the same moment.
  static constexpr Time kStart = Time::FromSeconds(1'767'225'600);

  Kernel(Strategy& strategy, uint64_t seed, Time start = kStart) : strategy_(&strategy), seed_(seed), now_(start) {}
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Time now() const { return now_; }
  uint64_t seed() const { return seed_; }
  uint64_t steps() const { return steps_; }
  uint64_t run_hash() const { return run_hash_; }
  // Off: what is chosen is not written down, and events have no ordinals, so that a world that lives for days (sim/live) does
  // not remember all of its past. Such a run cannot be repeated from its log. REQUIRES: before the first event.
  void set_recording(bool recording) { recording_ = recording; }
  const ChoiceLog& choices() const { return choices_; }
  // How many things of the past are remembered: choices, and keys that have an ordinal. 0 when nothing is recorded.
  size_t remembered() const { return choices_.size() + ordinals_.size(); }
  // Where parts of the world keep their state hashes, unless nobody will ask for them.
  HashSum& state() { return state_; }
  bool keeps_state_hash() const { return keeps_state_hash_; }
  void set_keeps_state_hash(bool keeps) { keeps_state_hash_ = keeps; }
  // The state of the world: cells, time, what is enabled, what is armed. O(timers). REQUIRES: keeps_state_hash().
  uint64_t StateHash() const;

  // --- For sources of events ---
  // `option.key` is the base key; the ordinal is added here. Processes that are held keep their events until released.
  void Enable(Option option);
  // The event of `what` will not happen. False when it was not enabled.
  bool Disable(const void* what);
  TimerQueue::Ticket AddTimer(Time at, TimerClass timer_class, const Option& option) {
    return timers_.Add(at, timer_class, option);
  }
  void CancelTimer(TimerQueue::Ticket ticket) { timers_.Cancel(ticket); }
  // A decision that is no event. Logged like any other. REQUIRES: !options.empty().
  size_t Choose(ChoicePoint point, std::span<const Option> options);

  // --- Processes ---
  uint32_t AddProcess();
  // A held process's events wait, also those of timers; `now` goes on.
  void Hold(uint32_t process);
  void Release(uint32_t process);
  // Its work items wait (EventKind::kWork), nothing else: single-step tests. Until ReleaseWork.
  void HoldWork(uint32_t process);
  void ReleaseWork(uint32_t process);
  // Lets one of the events that wait go: the first of which `which` is true. False when there is none.
  bool ReleaseOne(uint32_t process, const std::function<bool(const Option&)>& which);

  // --- Running ---
  void AddHook(StepHook* hook) { hooks_.push_back(hook); }
  void RemoveHook(StepHook* hook) { std::erase(hooks_, hook); }
  // Called by a hook: the run ends after this step.
  void Halt() { halted_ = true; }
  bool halted() const { return halted_; }

  enum class Stop : uint8_t { kQuiet, kDone, kTime, kSteps, kLivelock, kHalted };
  struct Limits {
    uint64_t steps = 10'000'000;           // in this call
    uint64_t steps_per_instant = 200'000;  // more is a zero-time livelock
    Time until = Time::Max();              // time does not move beyond this
  };
  // Until nothing but background timers remains.
  Stop RunUntilQuiet(const Limits& limits);
  Stop RunUntilQuiet() { return RunUntilQuiet(Limits()); }
  // Until `done` holds between two steps (kDone), or quiet.
  Stop RunUntil(const std::function<bool()>& done, const Limits& limits);
  // Time passes: everything due until then happens, background timers too. now() is `until` afterwards (kTime).
  Stop RunFor(Duration duration, Limits limits);
  // One event, if one is enabled or a timer is armed (time then moves). False: nothing can ever happen again.
  bool Step();

  const EnabledSet& enabled() const { return enabled_; }
  size_t timers() const { return timers_.size(); }
  size_t foreground_timers() const { return timers_.foreground(); }
  // When the first timer is due; Max() when none is armed.
  Time next_timer() const { return timers_.empty() ? Time::Max() : timers_.next_time(); }
  bool quiet() const { return enabled_.empty() && timers_.foreground() == 0; }
  // What is still to come, for the reason why a world is not quiet: enabled events, those of held processes, foreground
  // timers. At most `limit` lines.
  std::vector<std::string> Pending(size_t limit) const;

 private:
  enum class Goal : uint8_t { kQuiet, kTime };
  Stop Run(Goal goal, const std::function<bool()>* done, const Limits& limits);
  // Moves time to the next timer and enables everything due then.
  void AdvanceToNextTimer();
  void Fire(size_t index);
  // The event that is next. REQUIRES: one is enabled.
  size_t PickNext() {
    const std::span<const Option> options = enabled_.main();
    return options.empty() ? 0 : Choose(ChoicePoint::kEvent, options);
  }
  // Sorts enabled and waiting events of the process by what is held now.
  void UpdateHeld(uint32_t process);

  Strategy* strategy_;
  const uint64_t seed_;
  Time now_;
  uint64_t steps_ = 0;
  uint64_t steps_at_instant_ = 0;
  uint64_t run_hash_ = 0;
  bool halted_ = false;
  bool recording_ = true;
  bool keeps_state_hash_ = true;
  EnabledSet enabled_;
  TimerQueue timers_;
  Ordinals ordinals_;
  HashSum state_;
  ChoiceLog choices_;
  std::vector<StepHook*, PoolAllocator<StepHook*>> hooks_;
  struct HeldProcess {
    bool held = false;
    bool work_held = false;
    bool Holds(const Option& option) const { return held || (work_held && option.kind == EventKind::kWork); }
    std::vector<Option> events;
  };
  std::vector<HeldProcess, PoolAllocator<HeldProcess>> processes_;
};

std::string_view StopName(Kernel::Stop stop);

}  // namespace wavetank::sim
