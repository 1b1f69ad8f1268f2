#include "runtime/net/event_loop.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

#include "runtime/net/event_loop_impl.h"

namespace wavetank {
namespace {

// A wall clock this far ahead of the steady one was not merely corrected: the machine slept, or somebody set it.
constexpr int64_t kJump = 1'000'000'000;

int64_t WallNanos() {
  return std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()).count();
}
int64_t SteadyNanos() {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

RealClock::RealClock() : wall_(WallNanos()), steady_(SteadyNanos()), last_(wall_) {}

Time RealClock::Now() {
  const int64_t wall = WallNanos();
  const int64_t steady = SteadyNanos();
  int64_t now = wall_ + (steady - steady_);
  if (wall - now > kJump) {
    wall_ = now = wall;
    steady_ = steady;
  }
  last_ = std::max(last_, now);
  return Time::FromNanos(last_);
}

// --- Alarm ---

// Outlives its Alarm while a wait is being cancelled.
struct Alarm::State {
  explicit State(EventLoop& loop) : loop(loop), timer(loop.impl().io) {}
  EventLoop& loop;
  boost::asio::steady_timer timer;
  std::function<void()> ring;
  uint64_t generation = 0;
};

Alarm::Alarm(EventLoop& loop) : state_(std::make_shared<State>(loop)) {}

Alarm::~Alarm() { Cancel(); }

void Alarm::Set(Time at, std::function<void()> ring) {
  State& state = *state_;
  const uint64_t generation = ++state.generation;
  state.ring = std::move(ring);
  const Duration wait = std::clamp(at - state.loop.Now(), Duration::zero(), Duration(std::chrono::hours(24 * 365)));
  state.timer.expires_after(wait);
  state.timer.async_wait([kept = state_, generation](const boost::system::error_code& error) {
    if (error || kept->generation != generation || !kept->ring) return;
    const std::function<void()> ring = std::exchange(kept->ring, nullptr);
    ring();
  });
}

void Alarm::Cancel() {
  ++state_->generation;
  state_->ring = nullptr;
  state_->timer.cancel();
}

// --- Executor ---

LoopExecutor::~LoopExecutor() {
  for (auto& [key, waiter] : by_time_) waiter->MarkUnlinked();
}

void LoopExecutor::StartTimer(Waiter& waiter, Time at, TimerClass, const EventLabel&) {
  waiter.Link(*this);
  waiter.slot = next_++;
  by_time_.emplace(std::pair(at, waiter.slot), &waiter);
  when_.emplace(waiter.slot, at);
  SetAlarm();
}

void LoopExecutor::Forget(Waiter& waiter) {
  const auto armed = when_.find(waiter.slot);
  WT_CHECK(armed != when_.end(), "an unknown timer was cancelled");
  by_time_.erase({armed->second, waiter.slot});
  when_.erase(armed);  // the alarm may ring for nothing, once
}

void LoopExecutor::SetAlarm() {
  const Time first = by_time_.begin()->first.first;
  if (first >= alarm_at_) return;
  alarm_at_ = first;
  alarm_.Set(first, [this] { FireDue(); });
}

void LoopExecutor::FireDue() {
  alarm_at_ = Time::Max();
  const Time now = Now();
  while (!by_time_.empty() && by_time_.begin()->first.first <= now) {
    Waiter& waiter = *by_time_.begin()->second;
    waiter.Unlink();
    Ready(waiter);
  }
  if (!by_time_.empty()) SetAlarm();
}

// --- EventLoop ---

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) { impl_->executor.emplace(*this); }

EventLoop::~EventLoop() = default;

Executor& EventLoop::executor() { return *impl_->executor; }

void EventLoop::Post(std::move_only_function<void()> work) {
  boost::asio::post(impl_->io, [work = std::move(work)]() mutable { work(); });
}

void EventLoop::Impl::AwaitSignal() {
  signals->async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    AwaitSignal();
    on_signal(signal);
  });
}

void EventLoop::OnSignals(std::initializer_list<int> signals, std::function<void(int)> handler) {
  WT_CHECK(!impl_->signals.has_value(), "signals have one handler");
  impl_->signals.emplace(impl_->io);
  for (const int signal : signals) impl_->signals->add(signal);
  impl_->on_signal = std::move(handler);
  impl_->AwaitSignal();
}

void EventLoop::Run() {
  RunUntil([] { return false; });
}

bool EventLoop::RunUntil(const std::function<bool()>& done) {
  impl_->stopped = false;
  while (true) {
    impl_->executor->RunReady();
    if (done()) return true;
    if (impl_->stopped) return false;
    impl_->io.run_one();
  }
}

void EventLoop::Stop() {
  impl_->stopped = true;
  // A turn of its own, in case the loop sleeps.
  boost::asio::post(impl_->io, [] {});
}

}  // namespace wavetank
