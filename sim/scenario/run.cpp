#include "sim/scenario/run.h"

#include <algorithm>
#include <utility>

#include "runtime/base/strings.h"
#include "sim/scenario/judge.h"
#include "sim/scenario/single_step.h"
#include "sim/scenario/user.h"

namespace wavetank::sim {
namespace {

// The part of a run's events that may be at one moment; more is no schedule but a circle. Who lets a large world make more
// events means these too.
constexpr uint64_t kInstantsOfARun = 10;
// How long a converged world is watched for late writes, in virtual time and in events.
constexpr Duration kAfterwards = std::chrono::hours(1);
constexpr uint64_t kAfterwardsSteps = 50'000;

// Renewals of leases and reports of what was done go on, or come late, in a world that has converged.
bool IsHeartbeat(const ResourceInfo& resource) {
  static const Gvr kLeases("coordination.k8s.io", "v1", "leases");
  static const Name kEvents("events");
  return resource.gvr == kLeases || resource.gvr.resource == kEvents;
}

}  // namespace

WorldOptions ScenarioRun::OptionsOfWorld(const PreparedScenario::Data& prepared, uint64_t seed,
                                         const RunOptions& options, std::shared_ptr<LogCounter>& logs) {
  const ClusterSpec& cluster = prepared.scenario.cluster;
  WorldOptions out;
  out.seed = seed;
  out.api_servers = cluster.api_servers;
  out.nodes = cluster.nodes;
  out.scheduler = cluster.scheduler;
  out.kubelets = cluster.kubelets;
  out.pods_per_node = cluster.pods_per_node;
  out.garbage_collector = cluster.garbage_collector;
  out.controllers = cluster.controllers;
  out.state_hash = options.state_hash;
  out.logs = options.logs;
  if (prepared.reads_logs || options.trace) {
    logs = std::make_shared<LogCounter>(prepared.scenario, options.logs);
    out.logs = logs;
  }
  return out;
}

ScenarioRun::ScenarioRun(const PreparedScenario::Data& prepared, Strategy& strategy, uint64_t seed,
                         const RunOptions& options)
    : prepared_(prepared),
      scenario_(prepared.scenario),
      options_(options),
      strategy_(strategy),
      world_(std::make_unique<World>(prepared.cluster, strategy_, OptionsOfWorld(prepared, seed, options, logs_))),
      checker_(prepared.rules, *this),
      last_write_(Kernel::kStart) {
  if (prepared_.counts_writes) write_counts_.resize(scenario_.expect.size(), 0);
  for (size_t i = 0; i < prepared_.programs.size(); ++i) {
    controllers_.push_back(&world_->AddProcess(scenario_.controllers[i].name, prepared_.programs[i]));
  }
  for (size_t i = 0; i < controllers_.size(); ++i) {
    controllers_[i]->set_clock_skew(scenario_.controllers[i].clock_skew);
    if (prepared_.single_step[i]) world_->kernel().HoldWork(controllers_[i]->id());
    if (!scenario_.controllers[i].restarts) continue;
    if (!supervisor_.has_value()) supervisor_.emplace(world_->kernel());
    supervisor_->Watch(*controllers_[i]);
  }
  if (prepared_.reads_history) checker_.KeepHistory();
  if (prepared_.counts_requests) {
    requests_.emplace(scenario_);
    world_->network().AddSendHook(&*requests_);
  }
  world_->network().AddWriteHook(this);
  if (options_.trace) {
    tracer_.emplace(world_->kernel(), options_.trace_events);
    world_->kernel().AddHook(&*tracer_);
    world_->network().AddWriteHook(&*tracer_);
    logs_->set_tracer(&*tracer_);
  }
  if (options_.step_hashes != nullptr) {
    step_hashes_.emplace(world_->kernel(), *options_.step_hashes);
    world_->kernel().AddHook(&*step_hashes_);
  }
  if (options_.baseline != nullptr) {
    counter_.emplace(scenario_, *options_.baseline);
    world_->network().AddRule(&*counter_);
  }
}

ScenarioRun::~ScenarioRun() {
  supervisor_.reset();
  world_.reset();
}

RunResult ScenarioRun::Execute() {
  for (const Fault& fault : options_.drawn) (void)world_->injector().Arm(fault);
  bool good = ArmEarly(0);
  if (good) world_->Start();
  good = good && DoSteps();
  // What the steps set off plays out, faults and all; what is still busy then is given a healed world.
  const Place end{scenario_.place.at, "spec.steps"};
  const Duration calm = scenario_.limits.calm;
  good = good && Converge(end, calm, true);
  if (good) {
    world_->injector().Heal();
    if (!options_.strategy_heals) strategy_.Heal();
    if (tracer_.has_value()) tracer_->Note("the world heals", true);
    good = Converge(end, calm, false) && ControllersLive();
  }
  RunResult result;
  const Kernel& kernel = world_->kernel();
  result.steps = kernel.steps();
  result.run_hash = kernel.run_hash();
  result.choices = kernel.choices();
  result.virtual_time = kernel.now() - Kernel::kStart;
  result.writes = writes_;
  if (options_.baseline != nullptr) {
    // What a strict run does from here on is no part of it.
    options_.baseline->steps = result.steps;
    world_->network().RemoveRule(&*counter_);
  }
  if (good) good = JudgeStrictly();
  if (good) {
    const std::vector<int64_t> no_logs(scenario_.expect.size(), 0);
    failure_ = JudgeExpectations(
        {prepared_, world_->server(), checker_, write_counts_, logs_ == nullptr ? no_logs : logs_->counts(),
         requests_.has_value() ? std::span(requests_->tallies()) : std::span<const RequestLog::Tally>()});
    if (failure_) {
      good = Fail(FailureClass::kExpectation, failure_.place, std::move(failure_.reason));
    } else if (options_.strict) {
      // What the trace shows is the story, and not the quiet hour after it, unless that is what went wrong.
      if (tracer_.has_value()) result.events = tracer_->Take();
      good = NoLateWrites();
    }
  }
  result.struck = world_->injector().struck();
  if (tracer_.has_value()) {
    if (result.events.empty() || !good) result.events = tracer_->Take();
    result.events_dropped = tracer_->dropped();
  }
  result.failure = std::move(failure_);
  return result;
}

// ---- Steps

bool ScenarioRun::DoSteps() {
  for (size_t i = 0; i < scenario_.steps.size(); ++i) {
    if (!DoStep(i)) return false;
  }
  return true;
}

bool ScenarioRun::Arm(size_t index) {
  const Step& step = scenario_.steps[index];
  if (tracer_.has_value()) tracer_->Note("step: " + step.text, true);
  const Status armed = world_->injector().Arm(std::get<FaultStep>(step.action).fault);
  return armed.ok() || Fail(FailureClass::kStepFailed, step.place, step.text + ": " + armed.message());
}

// Faults that wait for a request are armed before the step that leads to it, or they might miss it.
bool ScenarioRun::ArmEarly(size_t next) {
  for (; next < scenario_.steps.size() && prepared_.steps[next].armed_early; ++next) {
    if (next < armed_) continue;
    armed_ = next + 1;
    if (!Arm(next)) return false;
  }
  return true;
}

EventLabel ScenarioRun::LabelOf(const Step& step) {
  current_ = &step;
  const auto index = static_cast<uint64_t>(&step - scenario_.steps.data());
  return {EventKind::kUser, HashCombine(0x75736572, index), static_cast<const EventText*>(this)};
}

bool ScenarioRun::DoStep(size_t index) {
  const Step& step = scenario_.steps[index];
  const PreparedScenario::Data::StepData& data = prepared_.steps[index];
  if (data.armed_early) return index < armed_ || ArmEarly(index);
  if (!ArmEarly(index + 1)) return false;
  const Kernel::Limits limits = LimitsFor(scenario_.limits.virtual_time);
  const Client& client = world_->client();
  if (const auto* until = std::get_if<UntilStep>(&step.action); until != nullptr) return DoUntil(step, *until, data);
  if (const auto* wait = std::get_if<WaitStep>(&step.action); wait != nullptr) {
    const Kernel::Stop stop = world_->kernel().RunFor(wait->duration, LimitsFor(wait->duration));
    return (stop == Kernel::Stop::kTime || FailBecause(stop, step.place, step.text)) && ControllersLive();
  }
  if (tracer_.has_value()) tracer_->Note("step: " + step.text, true);
  if (std::holds_alternative<PreloadStep>(step.action)) return Converge(step.place, Duration::zero(), false);
  if (const auto* sync = std::get_if<SyncStep>(&step.action); sync != nullptr) return DoSync(step, *sync);
  if (std::holds_alternative<FaultStep>(step.action)) {
    const Status turn = world_->Run(TakeTurn(client, LabelOf(step)), limits);
    return UserDid(step, turn) && Arm(index);
  }
  Task<Status> task;
  if (const auto* apply = std::get_if<ApplyStep>(&step.action); apply != nullptr) {
    task = ApplyObjects(client, LabelOf(step), &data.objects, apply->create_only);
  } else if (const auto* scale = std::get_if<ScaleStep>(&step.action); scale != nullptr) {
    task = Scale(client, LabelOf(step), scale);
  } else if (const auto* patch = std::get_if<PatchStep>(&step.action); patch != nullptr) {
    task = PatchObject(client, LabelOf(step), patch);
  } else {
    task = DeleteObjects(client, LabelOf(step), &std::get<DeleteStep>(step.action));
  }
  return UserDid(step, world_->Run(std::move(task), limits));
}

bool ScenarioRun::DoSync(const Step& step, const SyncStep& sync) {
  const Status done =
      SyncOnce(*world_, *world_->FindProcess(sync.controller), sync, LimitsFor(scenario_.limits.virtual_time));
  if (world_->kernel().halted()) return FailBecause(Kernel::Stop::kHalted, step.place, step.text);
  return done.ok() || Fail(FailureClass::kStepFailed, step.place, step.text + ": " + done.message());
}

bool ScenarioRun::UserDid(const Step& step, const Status& status) {
  if (status.ok())
    return world_->last_stop() != Kernel::Stop::kHalted || FailBecause(world_->last_stop(), step.place, step.text);
  if (world_->last_stop() != Kernel::Stop::kDone) return FailBecause(world_->last_stop(), step.place, step.text);
  return Fail(FailureClass::kStepFailed, step.place, step.text + ": " + status.message());
}

bool ScenarioRun::DoUntil(const Step& step, const UntilStep& until, const PreparedScenario::Data::StepData& data) {
  if (tracer_.has_value()) tracer_->Note("step: " + step.text, true);
  if (until.goal != UntilStep::Goal::kHolds) {
    const Duration calm = until.goal == UntilStep::Goal::kQuiet ? Duration::zero() : scenario_.limits.calm;
    return Converge(step.place, calm, false) && ControllersLive();
  }
  uint64_t judged = UINT64_MAX;
  Result<bool> holds = false;
  const auto done = [&] {
    const uint64_t revision = world_->server().revision();
    if (revision == judged && !data.condition->reads_time) return false;
    judged = revision;
    holds = checker_.Evaluate(data.condition->program);
    return holds.ok() ? *holds : holds.code() != Code::kNotFound;
  };
  const Duration within = until.within.value_or(scenario_.limits.virtual_time);
  const Time deadline = world_->kernel().now() + within;
  Kernel::Stop stop = world_->kernel().RunUntil(done, LimitsFor(within));
  if (stop == Kernel::Stop::kQuiet && data.condition->reads_time) stop = PassTime(done, deadline);
  if (stop == Kernel::Stop::kDone && holds.ok()) return true;
  if (stop == Kernel::Stop::kDone || (!holds.ok() && holds.code() != Code::kNotFound)) {
    return Fail(FailureClass::kStepFailed, step.place, step.text + ": " + holds.status().message());
  }
  if (stop != Kernel::Stop::kQuiet && stop != Kernel::Stop::kTime) return FailBecause(stop, step.place, step.text);
  const std::string why =
      stop == Kernel::Stop::kQuiet ? "nothing is left to do" : FormatDuration(within) + " have passed";
  return Fail(
      FailureClass::kStepFailed, step.place,
      step.text + ": " + why + ", and it is still " + (holds.ok() ? "false" : "unknown: " + holds.status().message()));
}

Kernel::Stop ScenarioRun::PassTime(const std::function<bool()>& done, Time deadline) {
  constexpr int64_t kLooks = 100;
  Kernel& kernel = world_->kernel();
  const Duration between = std::max(Duration(1), (deadline - kernel.now()) / kLooks);
  while (kernel.now() < deadline) {
    const Duration step = std::min(between, deadline - kernel.now());
    const Kernel::Stop stop = kernel.RunFor(step, LimitsFor(step));
    if (stop != Kernel::Stop::kTime) return stop;
    if (done()) return Kernel::Stop::kDone;
  }
  return Kernel::Stop::kTime;
}

// ---- Convergence

uint64_t ScenarioRun::StepsPerInstant() const {
  return std::max<uint64_t>(1'000, scenario_.limits.steps / kInstantsOfARun);
}

Kernel::Limits ScenarioRun::LimitsFor(Duration duration) const {
  Kernel::Limits limits;
  const uint64_t done = world_->kernel().steps();
  limits.steps = scenario_.limits.steps > done ? scenario_.limits.steps - done : 0;
  limits.steps_per_instant = StepsPerInstant();
  limits.until = world_->kernel().now() + duration;
  return limits;
}

bool ScenarioRun::Converge(const Place& place, Duration calm, bool may_stay_busy) {
  Kernel& kernel = world_->kernel();
  const Time deadline = kernel.now() + scenario_.limits.virtual_time;
  for (;;) {
    Kernel::Limits limits = LimitsFor(deadline - kernel.now());
    if (calm > Duration::zero()) limits.until = std::min(deadline, kernel.now() + calm);
    const Kernel::Stop stop = kernel.RunUntilQuiet(limits);
    if (stop == Kernel::Stop::kQuiet) return true;
    const bool time = stop == Kernel::Stop::kTime;
    if (time && calm > Duration::zero() && kernel.now() - last_write_ >= calm) return true;
    if (time && kernel.now() < deadline) continue;
    if (time && may_stay_busy) return true;
    return FailBecause(stop, place, "converge");
  }
}

bool ScenarioRun::ControllersLive() {
  for (size_t i = 0; i < controllers_.size(); ++i) {
    const Process& process = *controllers_[i];
    if (process.state() != Process::State::kExited || scenario_.controllers[i].restarts) continue;
    const Status& status = process.exit_status();
    return Fail(FailureClass::kControllerExited, scenario_.controllers[i].place,
                "the controller " + process.name() +
                    " ended by itself: " + (status.ok() ? "its main returned OK" : status.ToString()));
  }
  return true;
}

bool ScenarioRun::JudgeStrictly() {
  if (!options_.strict) return true;
  const std::vector<std::string> unfired = world_->injector().unfired();
  if (!unfired.empty()) {
    Place place{scenario_.place.at, "spec.steps"};
    for (const Step& step : scenario_.steps) {
      if (step.text == unfired[0] && std::holds_alternative<FaultStep>(step.action)) place = step.place;
    }
    return Fail(FailureClass::kFaultNeverFired, place, "the fault never struck: " + unfired[0]);
  }
  const std::vector<std::string> silent = checker_.silent();
  if (silent.empty()) return true;
  Place place{scenario_.place.at, "spec.always"};
  for (const NamedRule& rule : scenario_.rules) {
    if (silent[0].starts_with(rule.name + ":")) place = rule.place;
  }
  return Fail(FailureClass::kSilentRule, place, "the rule was never true nor false: " + silent[0]);
}

bool ScenarioRun::NoLateWrites() {
  Kernel& kernel = world_->kernel();
  if (!kernel.quiet()) return true;  // it converged by calm
  watching_late_ = true;
  const Time converged = kernel.now();
  Kernel::Limits limits;
  limits.steps = kAfterwardsSteps;
  (void)kernel.RunFor(kAfterwards, limits);
  if (late_writer_ == nullptr) return true;
  return Fail(FailureClass::kNotConverged, scenario_.place,
              "the world was quiet, but " + FormatDuration(last_write_ - converged) + " later " + late_write_);
}

// ---- Failures

bool ScenarioRun::Fail(FailureClass failure_class, const Place& place, std::string text) {
  failure_.failure_class = failure_class;
  failure_.place = place;
  failure_.reason = std::string(FailureClassName(failure_class)) + ": " + std::move(text);
  return false;
}

std::string ScenarioRun::PendingText() const {
  const std::vector<std::string> pending = world_->kernel().Pending(3);
  return pending.empty() ? "nothing but background timers is left" : Join(pending, "; ");
}

bool ScenarioRun::FailBecause(Kernel::Stop stop, const Place& place, const std::string& wanted) {
  const Kernel& kernel = world_->kernel();
  if (stop == Kernel::Stop::kHalted && checker_.violation().has_value()) {
    const Violation& violation = *checker_.violation();
    Place of_rule = place;
    bool never = false;
    for (const NamedRule& rule : scenario_.rules) {
      if (rule.name != violation.rule) continue;
      of_rule = rule.place;
      never = rule.never;
    }
    failure_.expected = never ? "never" : "always";
    failure_.found = violation.found;
    return Fail(
        FailureClass::kInvariant, of_rule,
        Quote(violation.rule) + " is broken at step " + std::to_string(violation.step) + ": " + violation.found);
  }
  failure_.expected = wanted;
  const std::string pending = PendingText();
  // What keeps a controller busy is most often an error that it meets again and again.
  const bool knows_error = logs_ != nullptr && !logs_->last_error().empty();
  failure_.found = knows_error ? "the last error of " + logs_->last_error() : pending;
  if (stop == Kernel::Stop::kLivelock) {
    return Fail(FailureClass::kLivelock, place,
                std::to_string(StepsPerInstant()) + " events and time stands still: " + pending);
  }
  const std::string after = stop == Kernel::Stop::kSteps ? std::to_string(kernel.steps()) + " events"
                                                         : FormatDuration(scenario_.limits.virtual_time);
  return Fail(FailureClass::kNotConverged, place, "still busy after " + after + ": " + pending);
}

// ---- What the world tells

void ScenarioRun::OnWrite(const LogEntry& entry, const Process* process) {
  ++writes_;
  const std::string_view actor = process == nullptr ? std::string_view("setup") : std::string_view(process->name());
  if (!actor.starts_with("kubelet-") && !IsHeartbeat(*entry.resource)) {
    if (watching_late_ && late_writer_ == nullptr &&
        std::find(controllers_.begin(), controllers_.end(), process) != controllers_.end()) {
      late_writer_ = process;
      late_write_ = process->name() + " wrote " + std::string(entry.resource->gvk.kind.view()) + " " +
                    entry.object.key().ToString();
      last_write_ = world_->kernel().now();
    }
    if (late_writer_ == nullptr) last_write_ = world_->kernel().now();
  }
  for (size_t i = 0; i < write_counts_.size(); ++i) {
    const auto* what = std::get_if<ExpectWrites>(&scenario_.expect[i].what);
    if (what != nullptr && CountsWrite(*what, entry, actor)) ++write_counts_[i];
  }
  if (!prepared_.evaluates) return;
  WriteRecord record;
  record.type = entry.type;
  record.resource = entry.resource;
  record.object = entry.object;
  record.previous = entry.previous;
  record.actor = actor;
  record.step = world_->kernel().steps();
  record.time = world_->kernel().now();
  checker_.OnWrite(record);
  if (checker_.violation().has_value()) world_->kernel().Halt();
}

Object ScenarioRun::Get(const ResourceInfo& resource, const ObjectKey& key) const {
  return world_->server().Get(resource, key);
}

void ScenarioRun::ForEach(const ResourceInfo& resource, std::string_view ns,
                          const std::function<void(const Object&)>& visit) const {
  world_->server().ForEach(resource, ns, visit);
}

Time ScenarioRun::Now() const { return world_->kernel().now(); }

std::string ScenarioRun::Describe() const {
  return "user: " + (current_ == nullptr ? std::string("step") : current_->text);
}

}  // namespace wavetank::sim
