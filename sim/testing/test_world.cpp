#include "sim/testing/test_world.h"

#include <array>

#include "runtime/base/strings.h"
#include "runtime/value/yaml.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/loader.h"
#include "sim/scenario/runner.h"
#include "sim/scenario/user.h"

namespace wavetank::testing {
namespace {

std::unique_ptr<sim::Strategy> StrategyOf(const WorldSetup& setup) {
  if (setup.schedule == 0) return std::make_unique<sim::FifoStrategy>();
  return std::make_unique<sim::RandomWalk>(sim::ScheduleSeed(setup.seed, setup.schedule));
}

std::unique_ptr<sim::Strategy> ReplayOf(std::string_view choices) {
  Result<sim::ChoiceLog> log = sim::DecodeChoices(choices);
  if (log.ok()) return std::make_unique<sim::Replay>(*std::move(log));
  ADD_FAILURE() << "the choices cannot be read: " << log.status().message();
  return std::make_unique<sim::FifoStrategy>();
}

sim::WorldOptions OptionsOf(const WorldSetup& setup) {
  sim::WorldOptions options;
  options.seed = sim::ScheduleSeed(setup.seed, setup.schedule);
  options.api_servers = setup.api_servers;
  options.nodes = setup.nodes;
  options.scheduler = setup.scheduler;
  options.kubelets = setup.kubelets;
  options.garbage_collector = setup.garbage_collector;
  options.controllers = setup.controllers;
  return options;
}

}  // namespace

// The strategy of the set-up until the world heals, then fair.
class TestWorld::Phased final : public sim::Strategy {
 public:
  explicit Phased(std::unique_ptr<sim::Strategy> inner) : inner_(std::move(inner)) {}
  void Heal() { healed_ = true; }
  size_t Choose(sim::ChoicePoint point, std::span<const sim::Option> options) override {
    return healed_ ? 0 : inner_->Choose(point, options);
  }
  void OnFire(const sim::Option& option) override { inner_->OnFire(option); }

 private:
  std::unique_ptr<sim::Strategy> inner_;
  bool healed_ = false;
};

TestWorld::TestWorld(WorldSetup setup, std::unique_ptr<sim::Strategy> strategy)
    : setup_(std::move(setup)),
      failed_before_(::testing::Test::HasFailure()),
      strategy_(std::make_unique<Phased>(std::move(strategy))),
      world_(std::make_unique<sim::World>(sim::NewCluster(sim::ApiServer::Options(), setup_.kinds), *strategy_,
                                          OptionsOf(setup_))),
      checker_(std::make_unique<sim::InvariantChecker>(rules_, static_cast<const sim::StateReader&>(*this))) {
  world_->network().AddWriteHook(this);
  world_->Start();
}

TestWorld::TestWorld(WorldSetup setup) : TestWorld(setup, StrategyOf(setup)) {}

TestWorld::TestWorld(WorldSetup setup, std::string_view choices) : TestWorld(std::move(setup), ReplayOf(choices)) {}

TestWorld::~TestWorld() {
  if (!failed_before_ && ::testing::Test::HasFailure()) ADD_FAILURE() << "to repeat this run: " << Reproducer();
  world_.reset();
}

std::string TestWorld::Reproducer() const {
  return "seed " + std::to_string(setup_.seed) + ", schedule " + std::to_string(setup_.schedule) + ", choices " +
         sim::EncodeChoices(world_->kernel().choices());
}

sim::Process& TestWorld::AddController(std::string name, sim::Process::Main main) {
  sim::Process& process = world_->AddProcess(std::move(name), std::move(main));
  controllers_.push_back(&process);
  process.Start();
  return process;
}

// ---- Running

sim::Kernel::Limits TestWorld::Limits() const {
  sim::Kernel::Limits limits;
  limits.steps = setup_.max_steps;
  limits.steps_per_instant = std::min<uint64_t>(limits.steps_per_instant, setup_.max_steps);
  limits.until = world_->kernel().now() + setup_.max_time;
  return limits;
}

::testing::AssertionResult TestWorld::Judge(sim::Kernel::Stop stop, sim::Kernel::Stop wanted) const {
  if (checker_->violation().has_value()) {
    const sim::Violation& violation = *checker_->violation();
    return ::testing::AssertionFailure() << "the rule " << Quote(violation.rule) << " is broken at step "
                                         << violation.step << ": " << violation.found;
  }
  for (const sim::Process* process : controllers_) {
    if (process->state() != sim::Process::State::kExited) continue;
    return ::testing::AssertionFailure() << "the controller " << process->name()
                                         << " ended by itself: " << process->exit_status().ToString();
  }
  if (stop == wanted) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "the world is still busy (" << sim::StopName(stop) << ") after "
                                       << world_->kernel().steps()
                                       << " steps: " << Join(world_->kernel().Pending(3), "; ");
}

::testing::AssertionResult TestWorld::RunUntilQuiet() {
  return Judge(world_->kernel().RunUntilQuiet(Limits()), sim::Kernel::Stop::kQuiet);
}

::testing::AssertionResult TestWorld::RunFor(Duration duration) {
  return Judge(world_->kernel().RunFor(duration, Limits()), sim::Kernel::Stop::kTime);
}

void TestWorld::Heal() {
  world_->injector().Heal();
  strategy_->Heal();
}

void TestWorld::Apply(std::string_view yaml) {
  Result<std::vector<Value>> documents = ParseYamlValues(yaml);
  if (!documents.ok()) {
    ADD_FAILURE() << "the manifest cannot be read: " << documents.status().message();
    return;
  }
  std::vector<Object> objects;
  for (const Value& document : *documents) {
    const ResourceInfo* resource =
        setup_.kinds.FindKind(document[names::kApiVersion].AsString(), document[names::kKind].AsString());
    if (resource == nullptr) {
      ADD_FAILURE() << "unknown kind " << Quote(document[names::kKind].AsString()) << " in "
                    << Quote(document[names::kApiVersion].AsString());
      return;
    }
    const bool has_namespace = !document[names::kMetadata][names::kNamespace].is_null();
    objects.emplace_back(resource->namespaced && !has_namespace
                             ? document.SetIn({names::kMetadata, names::kNamespace}, "default")
                             : document);
  }
  const EventLabel label{EventKind::kUser, HashCombine(0x7465737477ULL, ++applied_)};
  const Status done = Run(sim::ApplyObjects(client(), label, &objects, false));
  if (!done.ok()) ADD_FAILURE() << "the manifest is refused: " << done.message();
}

void TestWorld::ApplyFile(const std::string& path) {
  const Result<std::string> text = sim::ReadFileFromDisk(path);
  if (!text.ok()) {
    ADD_FAILURE() << "cannot read " << path << ": " << text.status().message();
    return;
  }
  Apply(*text);
}

// ---- Looking

const ResourceInfo* TestWorld::Find(std::string_view kind) const {
  const ResourceInfo* resource = setup_.kinds.Lookup(kind);
  if (resource == nullptr) ADD_FAILURE() << "unknown kind " << Quote(kind);
  return resource;
}

Object TestWorld::Get(std::string_view kind, std::string_view name, std::string_view ns) const {
  const ResourceInfo* resource = Find(kind);
  if (resource == nullptr) return {};
  return world_->server().Get(*resource, ObjectKey(resource->namespaced ? String(ns) : String(), String(name)));
}

std::vector<Object> TestWorld::List(std::string_view kind, std::string_view ns) const {
  std::vector<Object> out;
  const ResourceInfo* resource = Find(kind);
  if (resource == nullptr) return out;
  world_->server().ForEach(*resource, ns, [&](const Object& object) { out.push_back(object); });
  return out;
}

Object TestWorld::Get(const ResourceInfo& resource, const ObjectKey& key) const {
  return world_->server().Get(resource, key);
}

void TestWorld::ForEach(const ResourceInfo& resource, std::string_view ns,
                        const std::function<void(const Object&)>& visit) const {
  world_->server().ForEach(resource, ns, visit);
}

uint64_t TestWorld::writes(std::string_view process) const {
  uint64_t sum = 0;
  for (const auto& [name, count] : writes_) sum += process.empty() || name == process ? count : 0;
  return sum;
}

// ---- Faults

void TestWorld::Inject(sim::Fault fault) {
  const std::string text = fault.Describe();
  const Status armed = world_->injector().Arm(std::move(fault));
  if (!armed.ok()) ADD_FAILURE() << text << ": " << armed.message();
}

::testing::AssertionResult TestWorld::AllFaultsStruck() const {
  const std::vector<std::string> unfired = world_->injector().unfired();
  if (unfired.empty()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "never struck: " << Join(unfired, "; ");
}

sim::Process* TestWorld::Controller(std::string_view name) {
  sim::Process* process = world_->FindProcess(name);
  if (process == nullptr) ADD_FAILURE() << "there is no controller " << Quote(name);
  return process;
}

void TestWorld::Crash(std::string_view controller) {
  sim::Process* process = Controller(controller);
  if (process != nullptr && process->state() == sim::Process::State::kRunning) process->Crash();
}

void TestWorld::Start(std::string_view controller) {
  sim::Process* process = Controller(controller);
  if (process != nullptr && process->state() != sim::Process::State::kRunning) process->Start();
}

// ---- Rules

void TestWorld::AddRule(sim::RuleSpec rule) {
  rule_specs_.push_back(std::move(rule));
  Result<sim::RuleSet> compiled = sim::RuleSet::Compile(rule_specs_, setup_.kinds);
  if (!compiled.ok()) {
    ADD_FAILURE() << "the rule " << Quote(rule_specs_.back().name) << ": " << compiled.status().message();
    rule_specs_.pop_back();
    return;
  }
  checker_.reset();  // it looks at the rules
  rules_ = *std::move(compiled);
  checker_ = std::make_unique<sim::InvariantChecker>(rules_, static_cast<const sim::StateReader&>(*this));
}

::testing::AssertionResult TestWorld::Holds(std::string_view expression) {
  static const cel::Environment environment = cel::ClusterEnvironment();
  const Result<cel::Program> program = cel::Compile(expression, environment);
  if (!program.ok()) return ::testing::AssertionFailure() << program.status().message();
  const Result<bool> holds = checker_->Evaluate(*program);
  if (!holds.ok()) return ::testing::AssertionFailure() << expression << ": " << holds.status().message();
  if (*holds) return ::testing::AssertionSuccess() << expression << " is true";
  return ::testing::AssertionFailure() << expression << " is false";
}

void TestWorld::OnWrite(const sim::LogEntry& entry, const sim::Process* process) {
  const std::string_view actor = process == nullptr ? std::string_view("setup") : std::string_view(process->name());
  bool counted = false;
  for (auto& [name, count] : writes_) {
    if (name != actor) continue;
    ++count;
    counted = true;
  }
  if (!counted) writes_.emplace_back(std::string(actor), 1);
  sim::WriteRecord record;
  record.type = entry.type;
  record.resource = entry.resource;
  record.object = entry.object;
  record.previous = entry.previous;
  record.actor = actor;
  record.step = world_->kernel().steps();
  record.time = world_->kernel().now();
  checker_->OnWrite(record);
  if (checker_->violation().has_value()) world_->kernel().Halt();
}

}  // namespace wavetank::testing
