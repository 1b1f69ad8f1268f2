// TestWorld: a simulated cluster in a GoogleTest case.
//
//   TEST(PodCount, Counts) {
//     TestWorld world({.nodes = 1});
//     world.AddController("podcount", PodCountMain);
//     world.Apply(kFrontendYaml);
//     ASSERT_TRUE(world.RunUntilQuiet());
//     EXPECT_THAT(world.Get("ReplicaSet", "frontend"), HasLabel("pod-count", "3"));
//   }
//
// A world runs one schedule: the dull one (first come, first served) unless `schedule` says otherwise; ForEachSchedule
// (schedules.h) runs many. Faults are values (faults.h); rules in CEL hold after every write. When the test has failed, the
// world adds a line that says how to repeat it: seed, schedule and choices.
//
// Ownership: programs may not outlive the world. Everything happens in Run, RunUntilQuiet, RunFor and Apply; nothing moves
// by itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "runtime/client/client.h"
#include "sim/oracle/invariants.h"
#include "sim/scenario/world.h"

namespace wavetank::testing {

struct WorldSetup {
  uint64_t seed = 1;
  // 0: first come, first served. Others: a random walk each.
  uint64_t schedule = 0;
  int nodes = 0;
  int api_servers = 1;
  bool scheduler = true;
  bool kubelets = true;
  bool garbage_collector = true;
  std::vector<std::string> controllers;  // further parts of the cluster (sim/cluster/parts.h)
  KindRegistry kinds = KindRegistry::BuiltIn();
  // A run is given up after so many events, or so much virtual time in one call.
  uint64_t max_steps = 1'000'000;
  Duration max_time = std::chrono::hours(1);
};

class TestWorld final : private sim::WriteHook, private sim::StateReader {
 public:
  explicit TestWorld(WorldSetup setup = {});
  // The recorded choices of a run that failed, as the failure message printed them.
  TestWorld(WorldSetup setup, std::string_view choices);
  ~TestWorld();
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;

  // Starts at once.
  sim::Process& AddController(std::string name, sim::Process::Main main);
  // A user's client, live and without retries.
  Client& client() { return world_->client(); }
  sim::World& world() { return *world_; }
  sim::Kernel& kernel() { return world_->kernel(); }

  // Runs a call or a task of the user to its end; the world moves on meanwhile.
  template <typename T>
  auto Run(T call) {
    return world_->Run(std::move(call), Limits());
  }
  // Until nothing but background work is left. False, with what is pending, when the limits came first, and when a rule
  // was broken or a controller ended.
  ::testing::AssertionResult RunUntilQuiet();
  // Lets time pass, background work included.
  ::testing::AssertionResult RunFor(Duration duration);
  // Heals all faults; from here on events happen first come, first served.
  void Heal();

  // Manifests, one or many documents: created, or merged into what exists. Fails the test when the server refuses.
  void Apply(std::string_view yaml);
  // A file, relative to the working directory.
  void ApplyFile(const std::string& path);

  // What is stored; an empty Object when there is none. Kinds by any name that people use ("Pod", "rs").
  Object Get(std::string_view kind, std::string_view name, std::string_view ns = "default") const;
  std::vector<Object> List(std::string_view kind, std::string_view ns = {}) const;

  // Armed from now on (faults.h). Fails the test for a process or an API server that does not exist.
  void Inject(sim::Fault fault);
  // Whether every fault that was injected has struck.
  ::testing::AssertionResult AllFaultsStruck() const;
  // The controller dies here and now; Start brings it back.
  void Crash(std::string_view controller);
  void Start(std::string_view controller);

  // A CEL expression that holds, or never holds, after each write from now on. A broken rule ends the run.
  void Always(std::string name, std::string expression) { AddRule({std::move(name), std::move(expression), false}); }
  void Never(std::string name, std::string expression) { AddRule({std::move(name), std::move(expression), true}); }
  // Whether an expression holds now.
  ::testing::AssertionResult Holds(std::string_view expression);

  // Writes that reached the store, by anybody or by one process.
  uint64_t writes(std::string_view process = {}) const;
  // "seed 1, schedule 7, choices c1:...": what repeats this run.
  std::string Reproducer() const;

 private:
  class Phased;
  TestWorld(WorldSetup setup, std::unique_ptr<sim::Strategy> strategy);
  sim::Kernel::Limits Limits() const;
  ::testing::AssertionResult Judge(sim::Kernel::Stop stop, sim::Kernel::Stop wanted) const;
  const ResourceInfo* Find(std::string_view kind) const;
  void AddRule(sim::RuleSpec rule);
  sim::Process* Controller(std::string_view name);

  void OnWrite(const sim::LogEntry& entry, const sim::Process* process) override;
  const KindRegistry& kinds() const override { return setup_.kinds; }
  Object Get(const ResourceInfo& resource, const ObjectKey& key) const override;
  void ForEach(const ResourceInfo& resource, std::string_view ns,
               const std::function<void(const Object&)>& visit) const override;
  Time Now() const override { return world_->kernel().now(); }

  const WorldSetup setup_;
  const bool failed_before_;
  std::unique_ptr<Phased> strategy_;
  std::unique_ptr<sim::World> world_;
  std::vector<sim::Process*> controllers_;
  std::vector<sim::RuleSpec> rule_specs_;
  sim::RuleSet rules_;
  std::unique_ptr<sim::InvariantChecker> checker_;
  std::vector<std::pair<std::string, uint64_t>> writes_;
  uint64_t applied_ = 0;  // calls of Apply: each is a turn of its own
};

}  // namespace wavetank::testing
