// Injector: makes faults strike. Scripted ones, and ones that a search drew before the run.
//
//   Injector injector(network);
//   injector.AddProcess(controller);
//   injector.Arm(fault);                     // strikes when its time has come
//   ... run ...
//   injector.unfired()                       // scripted faults that never struck: the scenario is wrong
//
// A NetworkRule (requests), a StepHook of the kernel (steps) and a source of timers (durations).
// Fault times are drawn apart from scheduling (DESIGN section 7), so a fault is no option of the event choice.
// Bound: as many records as faults were armed.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/pool.h"
#include "sim/faults/fault.h"
#include "sim/network/network.h"

namespace wavetank::sim {

class Injector final : public NetworkRule, public StepHook, public EventSource {
 public:
  explicit Injector(Network& network);
  ~Injector() override;

  // Processes are found by name.
  void AddProcess(Process& process);

  // From now on. kNow strikes before Arm returns. InvalidArgument when the process or the replica does not exist.
  Status Arm(Fault fault);
  // No fault strikes any more, what is held is released, dead processes start: the healing phase.
  void Heal();

  // What has struck, in order, for reports: step and words.
  struct Struck {
    uint64_t step = 0;
    std::string what;
  };
  const std::vector<Struck>& struck() const { return struck_; }
  // Armed faults that have not struck, without those that were drawn.
  std::vector<std::string> unfired() const;
  // Whether a fault is still to strike.
  bool pending() const;

  // NetworkRule.
  Verdict OnSend(const ApiRequest& request, Process& process) override;
  void BeforeApply(const ApiRequest& request, Process& process) override;
  void AfterApply(const ApiRequest& request, const ApiResponse& response, Process& process) override;
  // StepHook.
  void AfterStep(const Option& fired) override;
  // EventSource: timers of faults and of their ends.
  void Fire(const Option& option) override;
  void Due(void* what) override;
  std::string Describe(void* what) const override;

 private:
  struct Record {
    Fault fault;
    uint64_t matches = 0;
    uint64_t strikes = 0;
    bool ended = false;   // will not strike again
    bool ending = false;  // the timer is for its end
    std::optional<TimerQueue::Ticket> timer;
  };
  // Counts a match; true when this one is to be struck.
  static bool CountMatch(Record& record);
  static void SetSender(Record& record, const Process& process);
  Verdict VerdictOf(const Record& record, const ApiRequest& request) const;
  // Carries out a fault that is no verdict on a request.
  void Strike(Record& record);
  void CloseWatches(Record& record, const Network::StreamFilter& streams, Network::Close how);
  void Note(const Fault& fault);
  // The end of a fault with a duration.
  void End(Record& record);
  void ArmTimer(Record& record, Duration delay, TimerClass timer_class);
  Process* FindProcess(std::string_view name) const;

  Network& network_;
  std::vector<Process*, PoolAllocator<Process*>> processes_;  // by name
  std::list<Record> records_;  // stable addresses: timers point to them
  std::vector<Struck> struck_;
  std::vector<Record*> deferred_;  // crashes of a process whose coroutine is running, done after the step
  size_t step_faults_ = 0;         // records with kAtStep that wait
};

}  // namespace wavetank::sim
