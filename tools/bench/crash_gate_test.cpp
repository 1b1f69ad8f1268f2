// Gate 1: a manager with 2 informers, 3 workers, a TaskGroup and timers is crashed at every step of many seeds and
// restarted. No sanitizer report, no request sent during teardown (the kernel asserts it), run hash equal twice.
#include <gtest/gtest.h>

#include <cstdio>
#include <optional>

#include "sim/kernel/strategies.h"
#include "tools/bench/gate_world.h"

namespace wavetank::bench {
namespace {

using sim::Kernel;
using sim::Process;
using sim::World;

constexpr uint64_t kSeeds = 200;

struct Outcome {
  uint64_t steps = 0;
  uint64_t hash = 0;
  int64_t pods = 0;
  bool quiet = false;
};

// Runs the world of `seed`, with a crash and a restart after step `crash_at` (0: none).
Outcome RunWorld(uint64_t seed, uint64_t crash_at) {
  sim::RandomWalk walk(seed);
  World world(ClusterWithFrontend(), walk, {.seed = seed, .garbage_collector = false});
  KeeperOptions options;
  options.workers = 3;
  options.ticker = true;
  Process& keeper = world.AddProcess("keeper", [options](Environment& env) { return RunReplicaKeeper(env, options); });
  world.Start();
  if (crash_at > 0) {
    while (world.kernel().steps() < crash_at && world.kernel().Step()) {
    }
    keeper.Crash();
    keeper.Start();
  }
  Outcome run;
  run.quiet = world.kernel().RunUntilQuiet() == Kernel::Stop::kQuiet;
  run.steps = world.kernel().steps();
  run.hash = world.kernel().run_hash();
  run.pods = static_cast<int64_t>(world.server().Count(*world.kinds().Lookup("pods")));
  return run;
}

TEST(CrashGate, EveryStepOf200Seeds) {
  uint64_t crashes = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Outcome whole = RunWorld(seed, 0);
    ASSERT_TRUE(whole.quiet);
    ASSERT_EQ(whole.pods, 3);
    for (uint64_t step = 1; step <= whole.steps; ++step) {
      const Outcome crashed = RunWorld(seed, step);
      ASSERT_TRUE(crashed.quiet) << "seed " << seed << ", crash after step " << step;
      // A create in flight at the crash may come after the restarted keeper counted: one more pod, deleted again.
      ASSERT_GE(crashed.pods, 3) << "seed " << seed << ", crash after step " << step;
      const Outcome again = RunWorld(seed, step);
      ASSERT_EQ(crashed.hash, again.hash) << "seed " << seed << ", crash after step " << step;
      ++crashes;
    }
  }
  RecordProperty("crashes", std::to_string(crashes));
  std::printf("crash gate: %llu seeds, %llu crashes, each run twice\n", static_cast<unsigned long long>(kSeeds),
              static_cast<unsigned long long>(crashes));
}

// Sends a request when it is destroyed, as no well-behaved frame would.
struct SendsInItsDestructor {
  explicit SendsInItsDestructor(Environment& env) : env(env) {}
  ~SendsInItsDestructor() {
    call.emplace(env.transport(), ApiRequest(Verb::kList, Gvr("", "v1", "pods")));
    env.transport().Start(*call);
  }
  Environment& env;
  std::optional<Call> call;
};

Task<Status> Misbehave(Environment& env) {
  SendsInItsDestructor last_words(env);
  Bell never(env.executor());
  co_await never.Wait();
  co_return Status();
}

void CrashMisbehaving() {
  sim::FifoStrategy fifo;
  World world(ClusterWithFrontend(), fifo, {.garbage_collector = false});
  Process& process = world.AddProcess("misbehaving", Misbehave);
  world.Start();
  process.Crash();
}

TEST(CrashGateDeathTest, ARequestSentDuringTeardownStopsTheProgram) {
  EXPECT_DEATH(CrashMisbehaving(), "a dead process sent a request");
}

}  // namespace
}  // namespace wavetank::bench
