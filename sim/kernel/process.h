// Process: a program of the world, such as a manager with its controllers. It can crash, restart, pause, and have a clock
// of its own.
//
//   Process controller(kernel, "podcount", Main);     // Task<Status> Main(Environment&)
//   controller.Start();                               // runs Main until its first suspension
//   controller.Crash();                               // destroys its frames; nothing of it survives
//   controller.Start();                               // calls Main again
//
// A Process is the Environment of its program. Between Crash and Start the Environment is dead: a request, a timer or an
// event offered by a destructor of a dying frame is a broken invariant (DESIGN section 5).
// Crash must not be called from inside the process's own coroutines; CrashAfterThisSegment is for that.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/pool.h"
#include "runtime/exec/control.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/task_group.h"
#include "sim/kernel/kernel.h"

namespace wavetank::sim {

class Process final : public Environment, private ControlPanel, public Pooled<Process> {
 public:
  using Main = std::function<Task<Status>(Environment&)>;
  enum class State : uint8_t { kStopped, kRunning, kExited, kCrashed };

  // The transport is set before Start (sim/network does it); `logger` may write nowhere.
  Process(Kernel& kernel, std::string name, Main main, Logger logger = {});
  ~Process() override;

  const std::string& name() const { return name_; }
  // Hash of the name: the actor part of stable keys.
  uint64_t actor() const { return actor_; }
  uint32_t id() const { return id_; }
  State state() const { return state_; }
  bool paused() const { return paused_; }
  // False from the moment of a crash on, while frames are still being destroyed: nothing may leave the process then.
  bool alive() const { return alive_; }
  // Starts so far, minus one: 0 for the first life.
  uint32_t incarnation() const { return incarnation_; }
  // How Main ended; OK while it has not.
  const Status& exit_status() const { return exit_status_; }

  void set_transport(Transport* transport) { transport_ = transport; }
  // Added to virtual time by this process's clock.
  void set_clock_skew(Duration skew) { skew_ = skew; }
  void set_variable(std::string name, std::string value) { variables_[std::move(name)] = std::move(value); }
  void set_file(std::string path, std::string content) { files_[std::move(path)] = std::move(content); }

  // REQUIRES: not running.
  void Start();
  void Crash();
  // Nothing of the process runs any more, from the next suspension of the running coroutine on; its frames are destroyed
  // at the end of the step. REQUIRES: called while a coroutine of this process runs.
  void CrashAfterThisSegment() { frozen_ = true; }
  bool frozen() const { return frozen_; }
  void Pause();
  void Resume();

  // Something reached the process: `content` becomes part of its history, then everything ready runs.
  void Deliver(uint64_t content);
  // The same for something that the running coroutine took without giving up its turn.
  void Note(uint64_t content);
  // Called when a crash has destroyed the frames.
  std::function<void()> on_crash;
  // Called when Main has ended by itself. The process must not be started or destroyed before the step is over.
  std::function<void()> on_exit;

  // Its controllers, in the order of their start.
  std::span<Control* const> control_list() const { return controls_; }

  Kernel& kernel() { return kernel_; }

  // Environment.
  Executor& executor() override { return executor_; }
  Transport& transport() override;
  Random RandomFor(std::string_view purpose) override;
  const Logger& logger() override { return logger_; }
  std::optional<std::string> Variable(std::string_view name) override;
  Result<std::string> ReadFile(std::string_view path) override;
  std::string Hostname() override { return name_; }
  ControlPanel* controls() override { return this; }

 private:
  void Add(Control& control) override { controls_.push_back(&control); }
  void Remove(Control& control) override { std::erase(controls_, &control); }

  // Waiters that were offered as events, or whose timer is due.
  struct Offered final : WaitSource {
    explicit Offered(Process& process) : process(process) {}
    void Forget(Waiter& waiter) override;
    Process& process;
  };
  struct Armed final : WaitSource {
    explicit Armed(Process& process) : process(process) {}
    void Forget(Waiter& waiter) override;
    Process& process;
  };
  class ProcessExecutor final : public Executor, public EventSource {
   public:
    explicit ProcessExecutor(Process& process) : process_(process) {}
    Time Now() const override { return process_.kernel_.now() + process_.skew_; }
    void Offer(Waiter& waiter, const EventLabel& label) override;
    void StartTimer(Waiter& waiter, Time at, TimerClass timer_class, const EventLabel& label) override;
    void Fire(const Option& option) override;
    void Due(void* what) override;
    std::string Describe(void* what) const override;
    Footprint FootprintOf(void*) const override { return {.process = process_.id_, .actor = process_.actor_}; }

   private:
    Option MakeOption(Waiter& waiter, const EventLabel& label) const;
    Process& process_;
  };

  Task<void> RunMain();
  void RunSegment();
  void SetHistory(uint64_t value);

  Kernel& kernel_;
  const std::string name_;
  const uint64_t actor_;
  const uint32_t id_;
  Main main_;
  Logger logger_;
  Transport* transport_ = nullptr;
  Duration skew_{0};
  State state_ = State::kStopped;
  bool alive_ = false;  // false while frames are destroyed
  bool frozen_ = false;
  bool paused_ = false;
  uint32_t starts_ = 0;
  uint32_t incarnation_ = 0;
  Status exit_status_;
  HashCell history_;
  std::map<std::string, std::string, std::less<>> variables_;
  std::map<std::string, std::string, std::less<>> files_;
  Offered offered_;
  Armed armed_;
  std::vector<Control*, PoolAllocator<Control*>> controls_;
  ProcessExecutor executor_;
  std::optional<TaskGroup> root_;
};

}  // namespace wavetank::sim
