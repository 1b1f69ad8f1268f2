// Runnable: something a Manager starts and stops (RT-001): a controller, a cache, a server, a background task.
//
//   class Sweeper : public Runnable {
//    public:
//     std::string name() const override { return "sweeper"; }
//     Task<Status> Start(RunContext run) override {
//       while (!run.stop->is_set()) { ... }
//       co_return Status();
//     }
//   };
//   manager.Add(std::make_unique<Sweeper>());
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/base/logging.h"
#include "runtime/base/pool.h"
#include "runtime/base/status.h"
#include "runtime/exec/environment.h"
#include "runtime/exec/signal.h"
#include "runtime/exec/task.h"

namespace wavetank {

// What a runnable is told at its start (RT-013). Valid until its Start has ended.
struct RunContext {
  Environment* environment;
  const Logger* logger;
  Signal* stop;  // set when it shall end; its group's own (RT-007)
};

// In the order of their start; they stop in another one (RT-003, RT-021).
enum class RunnableGroup : uint8_t {
  kHttpServers,     // health and metrics
  kWebhooks,        // before caches: the list of a converted kind asks them
  kCaches,          // waited for until synced
  kOthers,          // what need not be elected
  kWarmup,          // what a standby prepares; made of members that can warm up
  kLeaderElection,  // everything else: controllers above all
};
inline constexpr int kRunnableGroups = 6;

class Runnable : public Pooled<Runnable> {
 public:
  Runnable() = default;
  Runnable(const Runnable&) = delete;
  Runnable& operator=(const Runnable&) = delete;
  virtual ~Runnable() = default;

  // For messages: "controller replicaset".
  virtual std::string name() const = 0;
  // Saying nothing means: only the elected one runs it (RT-002). Never kWarmup.
  virtual RunnableGroup group() const { return RunnableGroup::kLeaderElection; }

  // Runs until run.stop is set or it has nothing more to do; an error ends the manager, an early OK does not (RT-008).
  virtual Task<Status> Start(RunContext run) = 0;
  // Awaited before the next group starts; for caches until they are synced (RT-004). Other groups are not asked.
  virtual Task<Status> WaitUntilReady() { co_return Status(); }

  // Whether Warmup does anything: it then runs on standbys too, beside Start's group (RT-001).
  virtual bool can_warm_up() const { return false; }
  virtual Task<Status> Warmup(RunContext) { co_return Status(); }

  // What is under way inside it, for the message of a stop that took too long (RT-028): "default/frontend for 31s".
  virtual std::vector<std::string> Running(Time) const { return {}; }
};

}  // namespace wavetank
