#include "sim/kernel/process.h"

#include <algorithm>
#include <utility>

namespace wavetank::sim {

Process::Process(Kernel& kernel, std::string name, Main main, Logger logger)
    : kernel_(kernel),
      name_(std::move(name)),
      actor_(HashBytes(name_)),
      id_(kernel.AddProcess()),
      main_(std::move(main)),
      logger_(std::move(logger)),
      history_(actor_),
      offered_(*this),
      armed_(*this),
      executor_(*this) {
  if (kernel_.keeps_state_hash()) history_.Enter(kernel_.state());
}

Process::~Process() {
  if (state_ == State::kRunning || state_ == State::kExited) {
    alive_ = false;
    root_.reset();
  }
}

void Process::Start() {
  WT_CHECK(state_ != State::kRunning, "a running process was started");
  WT_CHECK(transport_ != nullptr, "a process without a transport was started");
  root_.reset();
  state_ = State::kRunning;
  alive_ = true;
  frozen_ = false;
  incarnation_ = starts_++;
  exit_status_ = {};
  SetHistory(HashCombine(0, incarnation_));
  root_.emplace(executor_);
  root_->Spawn(RunMain());
  RunSegment();
}

Task<void> Process::RunMain() {
  exit_status_ = co_await main_(*this);
  state_ = State::kExited;
  if (on_exit) on_exit();
}

void Process::RunSegment() {
  while (!frozen_ && executor_.has_ready()) executor_.RunOne();
  if (frozen_) Crash();
}

void Process::Crash() {
  if (paused_) Resume();
  alive_ = false;
  root_.reset();
  frozen_ = false;
  state_ = State::kCrashed;
  SetHistory(0);
  if (on_crash) on_crash();
}

void Process::Pause() {
  paused_ = true;
  kernel_.Hold(id_);
}

void Process::Resume() {
  paused_ = false;
  kernel_.Release(id_);
}

void Process::SetHistory(uint64_t value) {
  if (kernel_.keeps_state_hash()) history_.Set(kernel_.state(), value);
}

void Process::Note(uint64_t content) {
  if (!kernel_.keeps_state_hash()) return;
  // What a coroutine does is a function of what reached it, and when.
  const uint64_t input = HashCombine(content, static_cast<uint64_t>(kernel_.now().nanos()));
  SetHistory(HashCombine(history_.value(), input));
}

void Process::Deliver(uint64_t content) {
  Note(content);
  RunSegment();
}

Transport& Process::transport() { return *transport_; }

Random Process::RandomFor(std::string_view purpose) {
  return Random(HashCombine(kernel_.seed(), incarnation_), name_, purpose);
}

std::optional<std::string> Process::Variable(std::string_view name) {
  const auto it = variables_.find(name);
  return it == variables_.end() ? std::nullopt : std::optional(it->second);
}

Result<std::string> Process::ReadFile(std::string_view path) {
  const auto it = files_.find(path);
  if (it != files_.end()) return it->second;
  return Status(Code::kNotFound, "no file " + std::string(path) + " in process " + name_);
}

void Process::Offered::Forget(Waiter& waiter) { process.kernel_.Disable(&waiter); }

void Process::Armed::Forget(Waiter& waiter) {
  process.kernel_.CancelTimer(static_cast<TimerQueue::Ticket>(waiter.slot));
}

Option Process::ProcessExecutor::MakeOption(Waiter& waiter, const EventLabel& label) const {
  Option option;
  option.key = HashCombine(HashCombine(process_.actor_, label.key), static_cast<uint64_t>(label.kind));
  option.source = const_cast<ProcessExecutor*>(this);
  option.what = &waiter;
  option.kind = label.kind;
  option.process = process_.id_;
  return option;
}

void Process::ProcessExecutor::Offer(Waiter& waiter, const EventLabel& label) {
  WT_CHECK(process_.alive_, "a dead process offered an event");
  waiter.Link(process_.offered_);
  waiter.text = label.text;
  process_.kernel_.Enable(MakeOption(waiter, label));
}

void Process::ProcessExecutor::StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) {
  WT_CHECK(process_.alive_, "a dead process started a timer");
  waiter.Link(process_.armed_);
  waiter.text = label.text;
  Option option = MakeOption(waiter, label);
  option.kind = EventKind::kTimer;
  const Time due = std::max(at - process_.skew_, process_.kernel_.now());
  waiter.slot = process_.kernel_.AddTimer(due, timer_class, option);
}

void Process::ProcessExecutor::Due(void* what) {
  auto& waiter = *static_cast<Waiter*>(what);
  waiter.MarkUnlinked();
  waiter.Link(process_.offered_);
}

void Process::ProcessExecutor::Fire(const Option& option) {
  auto& waiter = *static_cast<Waiter*>(option.what);
  waiter.MarkUnlinked();
  Ready(waiter);
  process_.Deliver(option.key);
}

std::string Process::ProcessExecutor::Describe(void* what) const {
  const auto& waiter = *static_cast<const Waiter*>(what);
  return process_.name_ + ": " + (waiter.text != nullptr ? waiter.text->Describe() : std::string("timer"));
}

}  // namespace wavetank::sim
