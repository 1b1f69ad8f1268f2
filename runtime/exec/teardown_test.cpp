// A crash destroys frames at any point. Here a program that uses everything of runtime/exec is destroyed after k steps, for
// every k: nothing may leak, dangle or stay linked. AddressSanitizer watches.
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include "runtime/exec/channel.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/exec/timeout.h"
#include "runtime/exec/tracked_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Tracked;

// Resumes one coroutine at a time, so that every suspension is a point to crash at.
class SteppingExecutor final : public Executor {
 public:
  ~SteppingExecutor() override {
    while (!timers_.empty()) timers_.PopFront();
  }
  Time Now() const override { return now_; }
  void Offer(Waiter& waiter, const EventLabel&) override { offered_.PushBack(waiter); }
  // Timers fire in the order of arming: the order does not matter here, that it is some order does.
  void StartTimer(Waiter& waiter, Time, TimerClass, const EventLabel&) override { timers_.PushBack(waiter); }

  bool Step() {
    if (has_ready()) {
      RunReady();
    } else if (!offered_.empty()) {
      offered_.PopFront().Resume();
    } else if (!timers_.empty()) {
      now_ = now_ + Duration(1s);
      timers_.PopFront().Resume();
    } else {
      return false;
    }
    return true;
  }
  bool nothing_linked() const { return !has_ready() && offered_.empty() && timers_.empty(); }

 private:
  Time now_ = Time::FromSeconds(1);
  WaitList offered_;
  WaitList timers_;
};

Task<Tracked> Leaf(Executor* executor, Tracked argument, int naps) {
  Tracked local(argument.value());
  for (int i = 0; i < naps; ++i) {
    Tracked inner(i);
    co_await Sleep(*executor, 1s);
    local = Tracked(local.value() + inner.value());
  }
  co_return local;
}

Task<Result<Tracked>> Middle(Executor* executor, int depth) {
  Tracked local(depth);
  if (depth > 0) {
    auto below = co_await Middle(executor, depth - 1);
    if (!below.ok()) co_return below.status();
    Tracked leaf = co_await Leaf(executor, std::move(*below), 1);
    co_return Tracked(leaf.value() + local.value());
  }
  co_await OfferTurn(*executor, {EventKind::kUser, 1});
  co_return Tracked(1);
}

Task<void> Producer(Channel<Tracked>* channel, int count) {
  for (int i = 0; i < count; ++i) {
    Tracked element(i);
    const bool sent = co_await channel->Send(std::move(element));
    if (!sent) co_return;
  }
}

Task<void> Consumer(Executor* executor, Channel<Tracked>* channel, int* sum) {
  for (;;) {
    std::optional<Tracked> got = co_await channel->Receive();
    if (!got.has_value()) co_return;
    co_await OfferTurn(*executor, {EventKind::kUser, 2});
    *sum += got->value();
  }
}

Task<void> Stopper(Executor* executor, Signal* stop) {
  Tracked local;
  co_await Sleep(*executor, 1s);
  co_await Sleep(*executor, 1s);
  stop->Set();
}

Task<void> WaitForStop(Signal* stop, Channel<Tracked>* channel) {
  Tracked local;
  co_await stop->Wait();
  channel->Close();
}

Task<Result<int>> Throws(Executor* executor) {
  Tracked local;
  co_await Sleep(*executor, 1s);
  throw std::runtime_error("from user code");
}

Task<int> Guarded(Executor* executor) {
  Tracked local(3);
  int value = 0;
  try {
    auto result = co_await WithTimeout(*executor, 9s, Throws(executor));
    value = *result;
  } catch (const std::exception&) {
    value = local.value();
  }
  co_return value;
}

// A process with a bit of everything. The sum says that it all ran.
Task<void> Program(Executor* executor, int* sum) {
  Tracked local;
  Channel<Tracked> channel(*executor, 2);
  Signal stop(*executor);
  TaskGroup background(*executor);
  background.Spawn(WaitForStop(&stop, &channel));
  TaskGroup workers(*executor);
  workers.Spawn(Consumer(executor, &channel, sum));
  workers.Spawn(Consumer(executor, &channel, sum));
  TaskGroup producers(*executor);
  producers.Spawn(Producer(&channel, 5));
  producers.Spawn(Producer(&channel, 5));
  auto value = co_await WithTimeout(*executor, 60s, Middle(executor, 3));
  *sum += value.ok() ? value->value() : 1000;
  co_await producers.Join();
  background.Spawn(Stopper(executor, &stop));
  const int guarded = co_await Guarded(executor);
  *sum += guarded;
  auto late = co_await WithTimeout(*executor, 1s, Middle(executor, 4));
  if (late.ok()) *sum += late->value();
  co_await workers.Join();
  co_await background.Join();
}

TEST(TeardownTest, AtEverySuspensionPoint) {
  int steps = 0;
  {
    SteppingExecutor executor;
    int sum = 0;
    TaskGroup root(executor);
    root.Spawn(Program(&executor, &sum));
    while (executor.Step()) ++steps;
    EXPECT_EQ(root.live(), 0u);
    EXPECT_GE(sum, 20 + 3);
  }
  ASSERT_EQ(Tracked::live, 0);
  EXPECT_GT(steps, 25);
  for (int crash = 0; crash <= steps; ++crash) {
    SteppingExecutor executor;
    int sum = 0;
    {
      TaskGroup root(executor);
      root.Spawn(Program(&executor, &sum));
      for (int i = 0; i < crash; ++i) executor.Step();
    }
    ASSERT_EQ(Tracked::live, 0) << "destroyed after " << crash << " steps";
    ASSERT_TRUE(executor.nothing_linked()) << "destroyed after " << crash << " steps";
  }
}

// The executor may go first (the end of a test, of a world).
TEST(TeardownTest, AfterTheExecutor) {
  for (int crash = 0; crash < 30; ++crash) {
    std::optional<SteppingExecutor> executor(std::in_place);
    int sum = 0;
    Task<void> program = Program(&*executor, &sum);
    program.Start(*executor);
    for (int i = 0; i < crash; ++i) executor->Step();
    executor.reset();
    program.Reset();
    ASSERT_EQ(Tracked::live, 0) << "destroyed after " << crash << " steps";
  }
}

// Tasks that were made and never started, or moved about.
TEST(TeardownTest, OfTasksThatNeverRan) {
  SteppingExecutor executor;
  {
    auto leaf = Leaf(&executor, Tracked(1), 3);
    auto moved = std::move(leaf);
    auto timeout = WithTimeout(executor, 1s, Middle(&executor, 2));
    EXPECT_EQ(Tracked::live, 1);  // the argument
  }
  EXPECT_EQ(Tracked::live, 0);
}

}  // namespace
}  // namespace wavetank
