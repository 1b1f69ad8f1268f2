// LiveWorld: a simulated cluster whose time follows a clock outside: what `wavetank serve` serves.
//
//   LiveWorld world({.seed = 1, .start = now, .programs = {{"scheduler", SchedulerMain}}});
//   while (world.Advance(now, 1000)) {}              // everything that is due has happened
//   sleep until world.next_event();
//
// The same kernel, network and controllers as in a schedule of a search, with two differences: somebody outside says what
// time it is, and requests of real clients are applied between two steps (FrontHost). Each event takes its
// turn as in a cluster where everything takes its usual time (paced_strategy.h).
// Ownership: programs live in the world. Single thread.
// Memory: the objects that are there, what programs remember of them, and a history with an end: nothing is recorded
// (Kernel::set_recording), the log has ServerOptions::keep_log entries at most, and Upkeep sees to versions and Events.
// Invariants: now() never goes back, and lies behind the clock outside by what Advance left undone.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/front/front.h"
#include "sim/kernel/kernel.h"
#include "sim/kernel/process.h"
#include "sim/kernel/paced_strategy.h"
#include "sim/live/upkeep.h"
#include "sim/network/network.h"

namespace wavetank::sim {

// A controller of the cluster.
struct LiveProgram {
  std::string name;
  Process::Main main;
};

struct LiveOptions {
  uint64_t seed = 1;  // of uids, generated names, backoffs
  Time start = Kernel::kStart;
  std::vector<LiveProgram> programs;
  std::shared_ptr<LogSink> logs;  // of the programs; null: nowhere
  ServerOptions server;
};

class LiveWorld final : public FrontHost {
 public:
  explicit LiveWorld(LiveOptions options);
  ~LiveWorld() override;

  // Starts the programs; they act in the Advance that follows.
  void Start();
  // Moves time to `now` and lets happen what is due, at most so many steps. True: more is due.
  bool Advance(Time now, uint64_t max_steps);
  // When something is due by itself, unless a request comes first.
  Time next_event() const;
  // Programs that have ended, with how: "scheduler: NotFound: ...". A controller that is well never does.
  std::vector<std::string> EndedPrograms() const;

  Network& network() { return network_; }
  const Kernel& kernel() const { return kernel_; }
  const Upkeep& upkeep() const { return upkeep_; }

  // FrontHost: requests are applied here and now, and the world's watchers are told.
  ApiServer& server() override { return server_; }
  const Replica& replica() override { return replica_; }
  Time now() override { return kernel_.now(); }
  Outcome Apply(ApiRequest request, std::string_view user) override;
  Outcome Resume(Continuation next, const CallAnswer& answer, std::string_view user) override;
  IdSource& ids() override { return ids_; }

 private:
  PacedStrategy strategy_;
  ApiServer server_;
  Kernel kernel_;
  Network network_;
  Upkeep upkeep_;
  RandomIds ids_;
  const Replica replica_;  // follows the store
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace wavetank::sim
