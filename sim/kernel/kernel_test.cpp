#include "sim/kernel/kernel.h"

#include <gtest/gtest.h>

#include "runtime/exec/sleep.h"
#include "runtime/transport/transport.h"
#include "sim/kernel/process.h"
#include "sim/kernel/strategies.h"

namespace wavetank::sim {
namespace {

using namespace std::chrono_literals;

class NoTransport final : public Transport {
 public:
  void Start(Call& call) override { call.Complete(Status(Code::kConnection, "no network")); }
  void Forget(Call&) override {}
};

Task<void> Count(Environment* env, std::string* out, char c, int turns) {
  for (int i = 0; i < turns; ++i) {
    co_await OfferTurn(env->executor(), {EventKind::kWork, static_cast<uint64_t>(c)});
    out->push_back(c);
  }
}

struct World {
  explicit World(Strategy& strategy, int turns = 5) : kernel(strategy, 1) {
    auto main = [this, turns](Environment& env) { return Main(env, turns); };
    a.emplace(kernel, "a", main);
    a->set_transport(&transport);
  }
  Task<Status> Main(Environment& env, int turns) {
    TaskGroup group(env.executor());
    group.Spawn(Count(&env, &out, 'x', turns));
    group.Spawn(Count(&env, &out, 'y', turns));
    co_await group.Join();
    co_await Sleep(env.executor(), 5s);
    out.push_back('.');
    co_return Status();
  }
  NoTransport transport;
  Kernel kernel;
  std::string out;
  std::optional<Process> a;
};

TEST(KernelTest, FifoIsFair) {
  FifoStrategy fifo;
  World world(fifo);
  world.a->Start();
  EXPECT_EQ(world.kernel.RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(world.out, "xyxyxyxyxy.");
  EXPECT_EQ(world.kernel.now() - Kernel::kStart, Duration(5s));
  EXPECT_EQ(world.a->state(), Process::State::kExited);
}

TEST(KernelTest, WithoutRecordingTheSameHappensAndNothingIsRemembered) {
  FifoStrategy fifo;
  World recorded(fifo, 50);
  World world(fifo, 50);
  world.kernel.set_recording(false);
  for (World* each : {&recorded, &world}) {
    each->a->Start();
    EXPECT_EQ(each->kernel.next_timer(), Time::Max());
    each->kernel.RunUntil([each] { return each->out.size() == 100; }, {});
    EXPECT_EQ(each->kernel.next_timer(), each->kernel.now() + 5s);
  }
  EXPECT_EQ(world.out, recorded.out);
  EXPECT_GT(recorded.kernel.remembered(), 0u);
  EXPECT_EQ(world.kernel.remembered(), 0u);
}

// RT-295: what is aside is no option, and happens before time moves.
TEST(KernelTest, WhatIsAsideWaitsForAllElse) {
  class Source final : public EventSource {
   public:
    explicit Source(Kernel& kernel) : kernel_(kernel) {}
    void Enable(char name, bool aside) {
      Option option;
      option.key = static_cast<uint64_t>(name);
      option.source = this;
      option.what = reinterpret_cast<void*>(static_cast<uintptr_t>(name));
      option.kind = EventKind::kApply;
      option.aside = aside;
      kernel_.Enable(option);
    }
    void Fire(const Option& option) override {
      const char name = static_cast<char>(reinterpret_cast<uintptr_t>(option.what));
      out.push_back(name);
      if (name == 'x') Enable('c', false);
    }
    void Due(void*) override {}
    std::string Describe(void*) const override { return "?"; }
    std::string out;

   private:
    Kernel& kernel_;
  };
  class NeverAside final : public Strategy {
   public:
    size_t Choose(ChoicePoint, std::span<const Option> options) override {
      for (const Option& option : options) EXPECT_FALSE(option.aside);
      return options.size() - 1;
    }
  } strategy;
  Kernel kernel(strategy, 1);
  Source source(kernel);
  source.Enable('x', true);
  source.Enable('a', false);
  source.Enable('y', true);
  source.Enable('b', false);
  EXPECT_EQ(kernel.RunUntilQuiet(), Kernel::Stop::kQuiet);
  EXPECT_EQ(source.out, "baxcy");
  EXPECT_EQ(kernel.choices().size(), 1u);
}

TEST(KernelTest, RandomWalkIsRepeatedByItsSeedAndByItsLog) {
  RandomWalk walk(7);
  World first(walk);
  first.a->Start();
  first.kernel.RunUntilQuiet();

  RandomWalk again(7);
  World second(again);
  second.a->Start();
  second.kernel.RunUntilQuiet();
  EXPECT_EQ(first.out, second.out);
  EXPECT_EQ(first.kernel.run_hash(), second.kernel.run_hash());

  auto log = DecodeChoices(EncodeChoices(first.kernel.choices()));
  ASSERT_TRUE(log.ok());
  Replay replay(*log);
  World third(replay);
  third.a->Start();
  third.kernel.RunUntilQuiet();
  EXPECT_EQ(third.out, first.out);
  EXPECT_EQ(third.kernel.run_hash(), first.kernel.run_hash());
  EXPECT_TRUE(replay.exhausted());
  EXPECT_EQ(replay.divergence(), "");
}

TEST(KernelTest, ReplayNamesTheFirstChoiceThatDoesNotFit) {
  RandomWalk walk(7);
  World first(walk);
  first.a->Start();
  first.kernel.RunUntilQuiet();
  ChoiceLog log = first.kernel.choices();
  log[2].check ^= 1;
  Replay replay(log);
  World second(replay);
  second.a->Start();
  second.kernel.RunUntilQuiet();
  EXPECT_EQ(replay.divergence(), "choice 2 of the log does not fit this run");
}

TEST(ProcessTest, CrashAtEveryStepLeavesNothingBehind) {
  for (int at = 0; at < 12; ++at) {
    RandomWalk walk(3);
    World world(walk);
    world.a->Start();
    for (int i = 0; i < at; ++i) world.kernel.Step();
    world.a->Crash();
    EXPECT_TRUE(world.kernel.quiet());
    world.a->Start();
    world.kernel.RunUntilQuiet();
    EXPECT_EQ(world.out.back(), '.');
  }
}

TEST(ProcessTest, APausedProcessDoesNothingWhileTimeGoesOn) {
  FifoStrategy fifo;
  World world(fifo);
  world.a->Start();
  world.kernel.Step();
  world.a->Pause();
  EXPECT_EQ(world.kernel.RunFor(60s, {}), Kernel::Stop::kTime);
  EXPECT_EQ(world.out, "x");
  world.a->Resume();
  world.kernel.RunUntilQuiet();
  EXPECT_EQ(world.out, "xyxyxyxyxy.");
}

Task<Status> Spin(Environment& env) {
  for (;;) co_await OfferTurn(env.executor(), {EventKind::kWork, 1});
}

TEST(KernelTest, AZeroTimeLivelockIsFound) {
  FifoStrategy fifo;
  Kernel kernel(fifo, 1);
  NoTransport transport;
  Process spin(kernel, "spin", Spin);
  spin.set_transport(&transport);
  spin.Start();
  Kernel::Limits limits;
  limits.steps_per_instant = 1000;
  EXPECT_EQ(kernel.RunUntilQuiet(limits), Kernel::Stop::kLivelock);
}

}  // namespace
}  // namespace wavetank::sim
