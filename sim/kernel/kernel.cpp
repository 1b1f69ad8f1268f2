#include "sim/kernel/kernel.h"

#include <algorithm>
#include <utility>

namespace wavetank::sim {

std::string_view StopName(Kernel::Stop stop) {
  switch (stop) {
    case Kernel::Stop::kQuiet: return "quiet";
    case Kernel::Stop::kDone: return "done";
    case Kernel::Stop::kTime: return "time";
    case Kernel::Stop::kSteps: return "too many steps";
    case Kernel::Stop::kLivelock: return "livelock";
    case Kernel::Stop::kHalted: return "halted";
  }
  return "?";
}

uint64_t Kernel::StateHash() const {
  WT_CHECK(keeps_state_hash_, "the state hash of this world is not kept");
  uint64_t timers = 0;
  timers_.ForEach([&](TimerQueue::Ticket, Time at, const Option& option) {
    timers += HashCombine(option.key, static_cast<uint64_t>(at.nanos()));
  });
  uint64_t hash = HashCombine(state_.total(), static_cast<uint64_t>(now_.nanos()));
  hash = HashCombine(hash, enabled_.hash());
  return HashCombine(hash, timers);
}

void Kernel::Enable(Option option) {
  if (recording_) option.key = HashCombine(option.key, ordinals_.Next(option.key));
  if (option.process != kNoProcess && processes_[option.process].Holds(option)) {
    processes_[option.process].events.push_back(option);
    return;
  }
  enabled_.Add(option);
}

bool Kernel::Disable(const void* what) {
  if (enabled_.Remove(what)) return true;
  for (HeldProcess& process : processes_) {
    if (std::erase_if(process.events, [&](const Option& o) { return o.what == what; }) > 0) return true;
  }
  return false;
}

size_t Kernel::Choose(ChoicePoint point, std::span<const Option> options) {
  WT_CHECK(!options.empty(), "a choice needs an option");
  if (options.size() == 1) return 0;
  const size_t index = strategy_->Choose(point, options);
  WT_CHECK(index < options.size(), "a strategy chose an option that is not there");
  if (recording_) choices_.push_back({static_cast<uint32_t>(index), CheckOf(options[index].key)});
  return index;
}

uint32_t Kernel::AddProcess() {
  processes_.emplace_back();
  return static_cast<uint32_t>(processes_.size() - 1);
}

void Kernel::Hold(uint32_t process) {
  processes_[process].held = true;
  UpdateHeld(process);
}

void Kernel::Release(uint32_t process) {
  processes_[process].held = false;
  UpdateHeld(process);
}

void Kernel::HoldWork(uint32_t process) {
  processes_[process].work_held = true;
  UpdateHeld(process);
}

void Kernel::ReleaseWork(uint32_t process) {
  processes_[process].work_held = false;
  UpdateHeld(process);
}

void Kernel::UpdateHeld(uint32_t process) {
  HeldProcess& held = processes_[process];
  std::vector<Option> waiting = std::exchange(held.events, {});
  for (size_t i = 0; i < enabled_.size();) {
    const Option& option = enabled_.options()[i];
    if (option.process == process && held.Holds(option)) {
      held.events.push_back(enabled_.Take(i));
    } else {
      ++i;
    }
  }
  for (const Option& option : waiting) {
    if (held.Holds(option)) {
      held.events.push_back(option);
    } else {
      enabled_.Add(option);
    }
  }
}

bool Kernel::ReleaseOne(uint32_t process, const std::function<bool(const Option&)>& which) {
  std::vector<Option>& events = processes_[process].events;
  const auto found = std::find_if(events.begin(), events.end(), which);
  if (found == events.end()) return false;
  const Option option = *found;
  events.erase(found);
  enabled_.Add(option);
  return true;
}

void Kernel::AdvanceToNextTimer() {
  const Time due = timers_.next_time();
  if (due > now_) {
    now_ = due;
    steps_at_instant_ = 0;
  }
  while (!timers_.empty() && timers_.next_time() <= now_) {
    const TimerQueue::Due timer = timers_.Pop();
    timer.option.source->Due(timer.option.what);
    Enable(timer.option);
  }
}

void Kernel::Fire(size_t index) {
  const uint64_t enabled_hash = enabled_.hash();
  const Option option = enabled_.Take(index);
  ++steps_;
  ++steps_at_instant_;
  run_hash_ = HashCombine(run_hash_ ^ enabled_hash, option.key + static_cast<uint64_t>(now_.nanos()));
  strategy_->OnFire(option);
  for (StepHook* hook : hooks_) hook->BeforeStep(option);
  option.source->Fire(option);
  for (StepHook* hook : hooks_) hook->AfterStep(option);
}

bool Kernel::Step() {
  while (enabled_.empty()) {
    if (timers_.empty()) return false;
    AdvanceToNextTimer();
  }
  Fire(PickNext());
  return true;
}

Kernel::Stop Kernel::Run(Goal goal, const std::function<bool()>* done, const Limits& limits) {
  for (uint64_t step = 0;; ++step) {
    if (halted_) return Stop::kHalted;
    if (done != nullptr && (*done)()) return Stop::kDone;
    if (step >= limits.steps) return Stop::kSteps;
    if (steps_at_instant_ >= limits.steps_per_instant) return Stop::kLivelock;
    while (enabled_.empty()) {
      if (goal == Goal::kQuiet && timers_.foreground() == 0) return Stop::kQuiet;
      if (timers_.empty() || timers_.next_time() > limits.until) {
        if (limits.until != Time::Max() && now_ < limits.until) {
          now_ = limits.until;
          steps_at_instant_ = 0;
        }
        return Stop::kTime;
      }
      AdvanceToNextTimer();
    }
    Fire(PickNext());
  }
}

Kernel::Stop Kernel::RunUntilQuiet(const Limits& limits) { return Run(Goal::kQuiet, nullptr, limits); }

Kernel::Stop Kernel::RunUntil(const std::function<bool()>& done, const Limits& limits) {
  return Run(Goal::kQuiet, &done, limits);
}

Kernel::Stop Kernel::RunFor(Duration duration, Limits limits) {
  limits.until = now_ + duration;
  return Run(Goal::kTime, nullptr, limits);
}

std::vector<std::string> Kernel::Pending(size_t limit) const {
  std::vector<std::string> out;
  for (const Option& option : enabled_.options()) {
    if (out.size() == limit) return out;
    out.push_back(option.source->Describe(option.what));
  }
  for (size_t i = 0; i < processes_.size(); ++i) {
    for (const Option& option : processes_[i].events) {
      if (out.size() == limit) return out;
      out.push_back("paused: " + option.source->Describe(option.what));
    }
  }
  for (const TimerQueue::Due& timer : timers_.Foreground()) {
    if (out.size() == limit) return out;
    out.push_back("in " + FormatDuration(timer.at - now_) + ": " + timer.option.source->Describe(timer.option.what));
  }
  return out;
}

}  // namespace wavetank::sim
