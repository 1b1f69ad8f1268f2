#include "sim/faults/injector.h"

#include <algorithm>
#include <utility>

namespace wavetank::sim {
namespace {

bool IsVerdict(Fault::Kind kind) {
  return kind == Fault::Kind::kDrop || kind == Fault::Kind::kDelay || kind == Fault::Kind::kAnswer ||
         kind == Fault::Kind::kLoseAnswer;
}

bool NeedsProcess(Fault::Kind kind) { return kind <= Fault::Kind::kResume || kind == Fault::Kind::kSwitchReplica; }

}  // namespace

Injector::Injector(Network& network) : network_(network) {
  network_.AddRule(this);
  network_.kernel().AddHook(this);
}

Injector::~Injector() {
  for (Record& record : records_) {
    if (record.timer.has_value()) {
      network_.kernel().CancelTimer(*record.timer);
    } else {
      network_.kernel().Disable(&record);
    }
  }
  network_.kernel().RemoveHook(this);
  network_.RemoveRule(this);
}

void Injector::AddProcess(Process& process) {
  const auto at = std::ranges::lower_bound(processes_, process.name(), {}, &Process::name);
  if (at != processes_.end() && (*at)->name() == process.name()) {
    *at = &process;
  } else {
    processes_.insert(at, &process);
  }
}

Process* Injector::FindProcess(std::string_view name) const {
  const auto at = std::ranges::lower_bound(processes_, name, {}, &Process::name);
  return at == processes_.end() || (*at)->name() != name ? nullptr : *at;
}

Status Injector::Arm(Fault fault) {
  const bool sender = fault.process.ends_with("-*") &&
                      (fault.when == Fault::When::kBeforeRequest || fault.when == Fault::When::kAfterRequest);
  if (NeedsProcess(fault.kind) && !sender && FindProcess(fault.process) == nullptr) {
    return Status(Code::kInvalidArgument, "no process \"" + fault.process + "\"");
  }
  if (fault.replica < 0 || fault.replica >= network_.options().replicas) {
    return Status(Code::kInvalidArgument, "no API server " + std::to_string(fault.replica) + ": the cluster has " +
                                              std::to_string(network_.options().replicas));
  }
  records_.push_back({std::move(fault)});
  Record& record = records_.back();
  switch (record.fault.when) {
    case Fault::When::kNow: Strike(record); break;
    case Fault::When::kAfter: ArmTimer(record, record.fault.after, TimerClass::kForeground); break;
    case Fault::When::kAtStep: ++step_faults_; break;
    default: break;
  }
  return {};
}

// "podcount-*" becomes the replica whose request it was.
void Injector::SetSender(Record& record, const Process& process) {
  if (record.fault.process.ends_with("-*")) record.fault.process = process.name();
}

bool Injector::CountMatch(Record& record) {
  ++record.matches;
  const RequestMatch& match = record.fault.match;
  if (record.matches < match.nth) return false;
  const uint64_t index = record.matches - match.nth;
  if (match.count != 0 && index + 1 >= match.count) record.ended = true;
  return true;
}

Verdict Injector::VerdictOf(const Record& record, const ApiRequest& request) const {
  const Fault& fault = record.fault;
  Verdict verdict;
  switch (fault.kind) {
    case Fault::Kind::kDrop: verdict.kind = Verdict::Kind::kDrop; break;
    case Fault::Kind::kLoseAnswer: verdict.kind = Verdict::Kind::kLoseAnswer; break;
    case Fault::Kind::kDelay:
      verdict.kind = Verdict::Kind::kHold;
      verdict.until = network_.kernel().now() + fault.duration;
      break;
    default:
      verdict.kind = fault.applied ? Verdict::Kind::kLoseAnswer : Verdict::Kind::kAnswer;
      verdict.code = fault.code;
      verdict.body = FaultStatus(fault.code, fault.retry_after_seconds, request);
  }
  return verdict;
}

Verdict Injector::OnSend(const ApiRequest& request, Process& process) {
  for (Record& record : records_) {
    const Fault& fault = record.fault;
    if (record.ended || !fault.match.Matches(request, process.name())) continue;
    const bool crashes = fault.kind == Fault::Kind::kCrash || fault.kind == Fault::Kind::kStop;
    if (IsVerdict(fault.kind) && fault.when == Fault::When::kBeforeRequest) {
      if (!CountMatch(record)) continue;
      ++record.strikes;
      Note(fault);
      return VerdictOf(record, request);
    }
    if (crashes && fault.when == Fault::When::kBeforeRequest && IsProcess(fault.process, process.name())) {
      if (!CountMatch(record)) continue;
      record.fault.process = process.name();
      ++record.strikes;
      Note(fault);
      if (fault.kind == Fault::Kind::kCrash) ArmTimer(record, fault.duration, TimerClass::kForeground);
      Verdict verdict;
      verdict.kind = Verdict::Kind::kCrashBefore;
      return verdict;
    }
  }
  return {};
}

void Injector::BeforeApply(const ApiRequest& request, Process& process) {
  for (Record& record : records_) {
    const Fault& fault = record.fault;
    if (record.ended || fault.when != Fault::When::kBeforeRequest || IsVerdict(fault.kind)) continue;
    if (fault.kind == Fault::Kind::kCrash || fault.kind == Fault::Kind::kStop) continue;
    if (!fault.match.Matches(request, process.name()) || !CountMatch(record)) continue;
    SetSender(record, process);
    if (fault.kind != Fault::Kind::kConcurrentWrite) {
      Strike(record);
      continue;
    }
    ++record.strikes;
    Note(fault);
    ApiRequest write(Verb::kPatch, request.resource);
    write.ns = request.ns;
    write.name = request.name;
    write.patch_type = PatchType::kMerge;
    // A patch that changes nothing would be no write: the counter makes each one differ.
    static const Name kConcurrent("wavetank.dev/concurrent-writer");
    write.body = fault.patch.is_null()
                     ? Value::EmptyObject().SetIn({names::kMetadata, names::kAnnotations, kConcurrent},
                                                  std::to_string(record.strikes))
                     : fault.patch;
    (void)network_.ApplyNow(std::move(write), "concurrent-writer");
  }
}

void Injector::AfterApply(const ApiRequest& request, const ApiResponse&, Process& process) {
  for (Record& record : records_) {
    const Fault& fault = record.fault;
    if (record.ended || fault.when != Fault::When::kAfterRequest || IsVerdict(fault.kind)) continue;
    if (!fault.match.Matches(request, process.name()) || !CountMatch(record)) continue;
    SetSender(record, process);
    // After this step: the network is in the middle of this very exchange.
    deferred_.push_back(&record);
  }
}

void Injector::AfterStep(const Option&) {
  while (!deferred_.empty()) {
    Record& record = *deferred_.front();
    deferred_.erase(deferred_.begin());
    Strike(record);
  }
  if (step_faults_ == 0) return;
  for (Record& record : records_) {
    if (record.ended || record.fault.when != Fault::When::kAtStep) continue;
    if (network_.kernel().steps() < record.fault.step) continue;
    record.ended = true;
    --step_faults_;
    Strike(record);
  }
}

void Injector::Note(const Fault& fault) { struck_.push_back({network_.kernel().steps(), fault.Describe()}); }

void Injector::Strike(Record& record) {
  const Fault& fault = record.fault;
  ++record.strikes;
  if (fault.when == Fault::When::kNow || fault.when == Fault::When::kAfter) record.ended = true;
  Note(fault);
  Process* process = FindProcess(fault.process);
  const Network::StreamFilter streams{process, fault.resource};
  switch (fault.kind) {
    case Fault::Kind::kCrash:
    case Fault::Kind::kStop:
      if (process->state() == Process::State::kRunning) process->Crash();
      if (fault.kind == Fault::Kind::kCrash) ArmTimer(record, fault.duration, TimerClass::kForeground);
      break;
    case Fault::Kind::kStart:
      if (process->state() != Process::State::kRunning) process->Start();
      break;
    case Fault::Kind::kPause:
      process->Pause();
      if (fault.duration > Duration::zero()) ArmTimer(record, fault.duration, TimerClass::kForeground);
      break;
    case Fault::Kind::kResume: process->Resume(); break;
    case Fault::Kind::kCloseWatch: CloseWatches(record, streams, Network::Close::kClean); break;
    case Fault::Kind::kBreakWatch: CloseWatches(record, streams, Network::Close::kBroken); break;
    case Fault::Kind::kExpireWatch: CloseWatches(record, streams, Network::Close::kExpired); break;
    case Fault::Kind::kHoldWatch:
      network_.HoldStreams(streams);
      if (fault.duration > Duration::zero()) ArmTimer(record, fault.duration, TimerClass::kForeground);
      break;
    case Fault::Kind::kReleaseWatch: network_.ReleaseStreams(streams); break;
    case Fault::Kind::kHoldReplica:
      network_.HoldReplica(fault.replica);
      if (fault.duration > Duration::zero()) ArmTimer(record, fault.duration, TimerClass::kForeground);
      break;
    case Fault::Kind::kReleaseReplica: network_.ReleaseReplica(fault.replica); break;
    case Fault::Kind::kSwitchReplica: network_.SwitchReplica(*process, fault.replica); break;
    default: break;  // verdicts and concurrent writes act on their request
  }
}

void Injector::CloseWatches(Record& record, const Network::StreamFilter& streams, Network::Close how) {
  if (network_.CloseStreams(streams, how) > 0) return;
  // There was nothing to close: it did not strike.
  --record.strikes;
  struck_.pop_back();
}

void Injector::ArmTimer(Record& record, Duration delay, TimerClass timer_class) {
  record.ending = record.strikes > 0;
  Option option;
  option.key = HashCombine(HashBytes(record.fault.process), static_cast<uint64_t>(record.fault.kind) + 0xfa);
  option.source = this;
  option.what = &record;
  option.kind = EventKind::kTimer;
  record.timer = network_.kernel().AddTimer(network_.kernel().now() + delay, timer_class, option);
}

void Injector::Due(void* what) { static_cast<Record*>(what)->timer.reset(); }

void Injector::Fire(const Option& option) {
  auto& record = *static_cast<Record*>(option.what);
  if (record.ending) {
    End(record);
  } else {
    Strike(record);
  }
}

void Injector::End(Record& record) {
  record.ending = false;
  const Fault& fault = record.fault;
  Process* process = FindProcess(fault.process);
  switch (fault.kind) {
    case Fault::Kind::kCrash:
      if (process->state() != Process::State::kRunning) process->Start();
      break;
    case Fault::Kind::kPause: process->Resume(); break;
    case Fault::Kind::kHoldWatch: network_.ReleaseStreams({process, fault.resource}); break;
    case Fault::Kind::kHoldReplica: network_.ReleaseReplica(fault.replica); break;
    default: break;
  }
}

void Injector::Heal() {
  for (Record& record : records_) record.ended = true;
  step_faults_ = 0;
  for (Record& record : records_) {
    const Fault& fault = record.fault;
    if (record.strikes == 0) continue;
    if (fault.kind == Fault::Kind::kHoldWatch) network_.ReleaseStreams({FindProcess(fault.process), fault.resource});
    if (fault.kind == Fault::Kind::kHoldReplica) network_.ReleaseReplica(fault.replica);
  }
  for (Process* process : processes_) {
    if (process->paused()) process->Resume();
    if (process->state() == Process::State::kCrashed) process->Start();
  }
}

std::vector<std::string> Injector::unfired() const {
  std::vector<std::string> out;
  for (const Record& record : records_) {
    if (record.strikes == 0 && !record.fault.drawn) out.push_back(record.fault.Describe());
  }
  return out;
}

bool Injector::pending() const {
  return std::any_of(records_.begin(), records_.end(), [](const Record& record) { return !record.ended; });
}

std::string Injector::Describe(void* what) const {
  const auto& record = *static_cast<const Record*>(what);
  return (record.ending ? "end of " : "fault: ") + record.fault.Describe();
}

}  // namespace wavetank::sim
