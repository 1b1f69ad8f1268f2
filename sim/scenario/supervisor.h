// Supervisor: starts a program whose main has ended again, as a kubelet does (restartPolicy Always): the first time at
// once, then after 10 s, 20 s, ... up to 5 minutes; ten minutes of life begin the series anew.
//
//   Supervisor supervisor(kernel);
//   supervisor.Watch(process);
//
// A restart is a foreground timer: a program that ends again and again keeps its world from converging.
// Crashes are faults and none of its business: whoever let a process crash says when it starts again.
// Ownership: processes outlive it.
#pragma once

#include <list>

#include "sim/kernel/kernel.h"
#include "sim/kernel/process.h"

namespace wavetank::sim {

class Supervisor final : public EventSource {
 public:
  explicit Supervisor(Kernel& kernel) : kernel_(kernel) {}
  ~Supervisor();

  void Watch(Process& process);

  // EventSource.
  void Fire(const Option& option) override;
  void Due(void* what) override;
  std::string Describe(void* what) const override;

 private:
  struct Ward {
    Process* process;
    int restarts = 0;
    Time started;  // when it was last started by us
    std::optional<TimerQueue::Ticket> timer;
    bool due = false;
  };
  void Ended(Ward& ward);

  Kernel& kernel_;
  std::list<Ward> wards_;  // stable addresses
};

}  // namespace wavetank::sim
