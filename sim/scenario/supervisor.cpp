#include "sim/scenario/supervisor.h"

#include <algorithm>

namespace wavetank::sim {
namespace {

constexpr Duration kFirst = std::chrono::seconds(10);
constexpr Duration kLongest = std::chrono::seconds(300);
constexpr Duration kForgiven = std::chrono::minutes(10);

}  // namespace

Supervisor::~Supervisor() {
  for (Ward& ward : wards_) {
    ward.process->on_exit = nullptr;
    if (ward.timer.has_value()) kernel_.CancelTimer(*ward.timer);
    if (ward.due) kernel_.Disable(&ward);
  }
}

void Supervisor::Watch(Process& process) {
  wards_.push_back({&process, 0, kernel_.now(), std::nullopt, false});
  Ward* ward = &wards_.back();
  process.on_exit = [this, ward] { Ended(*ward); };
}

void Supervisor::Ended(Ward& ward) {
  if (ward.timer.has_value() || ward.due) return;  // a crash came between, and a start by somebody else
  if (kernel_.now() - ward.started >= kForgiven) ward.restarts = 0;
  Duration wait{0};
  if (ward.restarts > 0) wait = std::min(kLongest, kFirst * (int64_t{1} << std::min(ward.restarts - 1, 10)));
  ++ward.restarts;
  Option option;
  option.key = HashCombine(ward.process->actor(), 0x72657374);
  option.source = this;
  option.what = &ward;
  option.kind = EventKind::kTimer;
  ward.timer = kernel_.AddTimer(kernel_.now() + wait, TimerClass::kForeground, option);
}

void Supervisor::Due(void* what) {
  auto& ward = *static_cast<Ward*>(what);
  ward.timer.reset();
  ward.due = true;
}

void Supervisor::Fire(const Option& option) {
  auto& ward = *static_cast<Ward*>(option.what);
  ward.due = false;
  ward.started = kernel_.now();
  if (ward.process->state() == Process::State::kExited) ward.process->Start();
}

std::string Supervisor::Describe(void* what) const {
  return "restart of " + static_cast<const Ward*>(what)->process->name() + ", whose main has ended";
}

}  // namespace wavetank::sim
