#include "runtime/exec/manual_executor.h"

namespace wavetank {

ManualExecutor::Timers::~Timers() {
  for (auto& [key, waiter] : by_time) waiter->MarkUnlinked();
}

void ManualExecutor::Timers::Forget(Waiter& waiter) {
  const auto armed = when.find(waiter.slot);
  WT_CHECK(armed != when.end(), "an unknown timer was cancelled");
  by_time.erase({armed->second, waiter.slot});
  when.erase(armed);
}

void ManualExecutor::StartTimer(Waiter& waiter, Time at, TimerClass, const EventLabel&) {
  waiter.Link(timers_);
  waiter.slot = timers_.next++;
  timers_.by_time.emplace(std::pair(at, waiter.slot), &waiter);
  timers_.when.emplace(waiter.slot, at);
}

bool ManualExecutor::RunPending() {
  bool ran = RunReady() > 0;
  while (!timers_.by_time.empty() && timers_.by_time.begin()->first.first <= now_) ran = RunNextTimer() || ran;
  return ran;
}

bool ManualExecutor::RunNextTimer() {
  RunReady();  // in its own time, before time moves
  if (timers_.by_time.empty()) return false;
  const auto [at, slot] = timers_.by_time.begin()->first;
  Waiter& waiter = *timers_.by_time.begin()->second;
  waiter.Unlink();
  if (at > now_) now_ = at;
  Ready(waiter);
  RunReady();
  return true;
}

void ManualExecutor::Advance(Duration duration) {
  const Time end = now_ + duration;
  RunReady();
  while (!timers_.by_time.empty() && timers_.by_time.begin()->first.first <= end) RunNextTimer();
  now_ = end;
}

}  // namespace wavetank
