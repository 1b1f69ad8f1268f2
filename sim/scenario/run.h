// ScenarioRun: one world of a scenario, from its start to its verdict.
//
// The steps are done one after another; between them, and while their requests are under way, the strategy decides what
// else happens. Then the world plays out, heals, converges, and is judged.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracle/invariants.h"
#include "sim/scenario/observers.h"
#include "sim/scenario/prepared.h"
#include "sim/scenario/runner.h"
#include "sim/scenario/supervisor.h"

namespace wavetank::sim {

// Decides as the inner strategy does until the world heals, then only fairly: first come, first served.
class HealingStrategy final : public Strategy {
 public:
  explicit HealingStrategy(Strategy& inner) : inner_(inner) {}
  void Heal() { healed_ = true; }
  size_t Choose(ChoicePoint point, std::span<const Option> options) override {
    return healed_ ? 0 : inner_.Choose(point, options);
  }
  void OnFire(const Option& option) override { inner_.OnFire(option); }

 private:
  Strategy& inner_;
  bool healed_ = false;
};

class ScenarioRun final : private WriteHook, private StateReader, private EventText {
 public:
  ScenarioRun(const PreparedScenario::Data& prepared, Strategy& strategy, uint64_t seed, const RunOptions& options);
  ~ScenarioRun();

  RunResult Execute();

 private:
  static WorldOptions OptionsOfWorld(const PreparedScenario::Data& prepared, uint64_t seed, const RunOptions& options,
                                     std::shared_ptr<LogCounter>& logs);
  // Each returns false when the run has failed.
  bool DoSteps();
  bool DoStep(size_t index);
  bool ArmEarly(size_t next);
  bool Arm(size_t index);
  bool DoSync(const Step& step, const SyncStep& sync);
  bool DoUntil(const Step& step, const UntilStep& until, const PreparedScenario::Data::StepData& data);
  bool UserDid(const Step& step, const Status& status);
  // Until quiet, or (with `calm`) until nothing was written for so long.
  bool Converge(const Place& place, Duration calm, bool may_stay_busy);
  // Lets time pass in a quiet world, until `done` (looked at now and then) or the deadline.
  Kernel::Stop PassTime(const std::function<bool()>& done, Time deadline);
  bool ControllersLive();
  bool JudgeStrictly();
  bool NoLateWrites();

  uint64_t StepsPerInstant() const;
  Kernel::Limits LimitsFor(Duration duration) const;
  EventLabel LabelOf(const Step& step);
  bool Fail(FailureClass failure_class, const Place& place, std::string text);
  // The world stopped for another reason than the one hoped for.
  bool FailBecause(Kernel::Stop stop, const Place& place, const std::string& wanted);
  std::string PendingText() const;

  // WriteHook.
  void OnWrite(const LogEntry& entry, const Process* process) override;
  // StateReader.
  const KindRegistry& kinds() const override { return prepared_.scenario.kinds; }
  Object Get(const ResourceInfo& resource, const ObjectKey& key) const override;
  void ForEach(const ResourceInfo& resource, std::string_view ns,
               const std::function<void(const Object&)>& visit) const override;
  Time Now() const override;
  // EventText: of the step that is being done.
  std::string Describe() const override;

  const PreparedScenario::Data& prepared_;
  const Scenario& scenario_;
  const RunOptions& options_;
  HealingStrategy strategy_;
  std::shared_ptr<LogCounter> logs_;
  std::unique_ptr<World> world_;
  std::vector<Process*> controllers_;
  InvariantChecker checker_;
  std::optional<Tracer> tracer_;
  std::optional<StepHashes> step_hashes_;
  std::optional<RequestCounter> counter_;
  std::optional<RequestLog> requests_;
  std::optional<Supervisor> supervisor_;
  const Step* current_ = nullptr;
  size_t armed_ = 0;  // steps before this one are armed or done
  std::vector<int64_t> write_counts_;
  uint64_t writes_ = 0;
  Time last_write_;  // by anybody but kubelets
  const Process* late_writer_ = nullptr;
  std::string late_write_;
  bool watching_late_ = false;
  Failure failure_;
};

}  // namespace wavetank::sim
