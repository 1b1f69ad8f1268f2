#include "runtime/exec/manual_executor.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/exec/environment.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

Task<void> LogAfter(Executor* executor, Duration duration, std::string* log, char name) {
  co_await Sleep(*executor, duration);
  log->push_back(name);
}

Task<void> NoteTimes(Executor* executor, std::vector<Duration>* times) {
  const Time start = executor->Now();
  for (int i = 0; i < 3; ++i) {
    co_await Sleep(*executor, 1s);
    times->push_back(executor->Now() - start);
  }
}

Task<void> TakeTurn(Executor* executor, std::string* log, char name) {
  co_await OfferTurn(*executor, {EventKind::kUser, 1});
  log->push_back(name);
}

Task<void> NoteNow(Executor* executor, Bell* bell, Time* now) {
  co_await bell->Wait();
  *now = executor->Now();
}

Task<Time> SleepTo(Executor* executor, Time at) {
  co_await SleepUntil(*executor, at);
  co_return executor->Now();
}

TEST(ManualExecutorTest, TimersOfOneInstantFireInTheOrderOfArming) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::string log;
  group.Spawn(LogAfter(&executor, 2s, &log, 'd'));
  for (const char name : {'a', 'b', 'c'}) group.Spawn(LogAfter(&executor, 1s, &log, name));
  executor.Advance(2s);
  EXPECT_EQ(log, "abcd");
}

TEST(ManualExecutorTest, AdvanceFiresWhatIsArmedOnTheWay) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::vector<Duration> times;
  group.Spawn(NoteTimes(&executor, &times));
  const Time start = executor.Now();
  executor.Advance(2500ms);
  EXPECT_EQ(times, std::vector<Duration>({1s, 2s}));
  EXPECT_EQ(executor.Now() - start, 2500ms);
  EXPECT_TRUE(executor.RunNextTimer());
  EXPECT_FALSE(executor.RunNextTimer());
  EXPECT_EQ(executor.Now() - start, 3s);
}

TEST(ManualExecutorTest, ATimeThatHasPassedFiresAtOnceButAsAnEvent) {
  ManualExecutor executor;
  auto task = SleepTo(&executor, executor.Now() - 5s);
  const Time start = executor.Now();
  task.Start(executor);
  EXPECT_FALSE(task.done());
  EXPECT_TRUE(executor.RunPending());
  ASSERT_TRUE(task.done());
  EXPECT_EQ(task.Take(), start);
  EXPECT_FALSE(executor.RunPending());
}

TEST(ManualExecutorTest, WhatIsReadyRunsBeforeTimeMoves) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  std::string log;
  Time noted;
  group.Spawn(NoteNow(&executor, &bell, &noted));
  group.Spawn(LogAfter(&executor, 1h, &log, 'a'));
  const Time start = executor.Now();
  bell.Ring();
  EXPECT_TRUE(executor.RunNextTimer());
  EXPECT_EQ(noted, start);
}

TEST(ManualExecutorTest, OffersAreServedInOrder) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::string log;
  for (const char name : {'a', 'b'}) group.Spawn(TakeTurn(&executor, &log, name));
  EXPECT_EQ(log, "");
  EXPECT_EQ(executor.RunReady(), 2u);
  EXPECT_EQ(log, "ab");
}

TEST(ManualExecutorTest, MayDieBeforeWhoWaits) {
  std::string log;
  Task<void> sleeping;
  Task<void> offered;
  {
    ManualExecutor executor;
    sleeping = LogAfter(&executor, 1s, &log, 'a');
    sleeping.Start(executor);
    offered = TakeTurn(&executor, &log, 'b');
    offered.Start(executor);
  }
  EXPECT_EQ(log, "");
}

TEST(TaskDeathTest, ATaskIsStartedOnce) {
  ManualExecutor executor;
  std::string log;
  Task<void> task = LogAfter(&executor, 1s, &log, 'a');
  task.Start(executor);
  EXPECT_DEATH(task.Start(executor), "started once");
  EXPECT_DEATH(static_cast<void>(std::move(task).operator co_await()), "once");
}

TEST(TaskTest, MovesAndResets) {
  ManualExecutor executor;
  std::string log;
  Task<void> a = LogAfter(&executor, 1s, &log, 'a');
  Task<void> b = std::move(a);
  EXPECT_FALSE(a.valid());  // NOLINT: what a moved-from task is
  b.Start(executor);
  b = LogAfter(&executor, 1s, &log, 'b');  // the first frame goes
  EXPECT_EQ(executor.timers(), 0u);
  b.Reset();
  EXPECT_FALSE(b.valid());
}

}  // namespace
}  // namespace wavetank
