// Group: runnables that start and stop together (RT-001). For runtime/manager only.
//
// Each group has a stop signal of its own, so that stopping goes group by group (RT-007).
// Ownership: refers to runnables that the manager owns and destroys after the group; owns their tasks.
// Invariants: a member is launched at most once; nothing is launched after Stop.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "runtime/controller/runnable.h"
#include "runtime/exec/task_group.h"

namespace wavetank::internal {

class Group {
 public:
  // Told of errors, in the step in which they happen.
  class Listener {
   public:
    virtual void OnError(const Runnable& runnable, const Status& error) = 0;

   protected:
    ~Listener() = default;
  };

  Group(Environment* environment, const Logger* logger, Listener* listener)
      : environment_(environment),
        logger_(logger),
        listener_(listener),
        stop_(environment->executor()),
        tasks_(environment->executor()) {}

  // Launched now when the group has started, else with it (RT-005). `warmup`: its Warmup is run in place of its Start.
  void Add(Runnable* runnable, bool warmup);
  void Start();
  // Until every member that was there at the start is ready; the first error ends it (RT-004).
  Task<Status> WaitUntilReady();

  void RequestStop() { stop_.Set(); }
  Task<void> Join() { return tasks_.Join(); }
  // Destroys what still runs.
  void Clear() { tasks_.Clear(); }

  bool started() const { return started_; }
  // "controller podcount (default/frontend for 31s)" for every member that has not ended.
  void DescribeRunning(std::vector<std::string>* out) const;

 private:
  struct Member {
    Runnable* runnable;
    bool warmup;
    bool running = false;
  };
  Task<void> Run(Member* member);

  Environment* const environment_;
  const Logger* const logger_;
  Listener* const listener_;
  bool started_ = false;
  std::list<Member, PoolAllocator<Member>> members_;
  Signal stop_;
  TaskGroup tasks_;  // last: its frames refer to the members above
};

}  // namespace wavetank::internal
