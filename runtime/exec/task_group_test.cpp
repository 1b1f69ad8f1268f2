#include "runtime/exec/task_group.h"

#include <gtest/gtest.h>

#include <string>

#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/tracked_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Tracked;

Task<void> Nap(Executor* executor, Duration duration, std::string* log, char name) {
  Tracked tracked;
  co_await Sleep(*executor, duration);
  log->push_back(name);
}

Task<void> AtOnce(std::string* log, char name) {
  log->push_back(name);
  co_return;
}

Task<void> JoinThenLog(TaskGroup* group, std::string* log, char name) {
  co_await group->Join();
  log->push_back(name);
}

// Says its name when its frame goes.
struct Farewell {
  std::string* log;
  char name;
  ~Farewell() { log->push_back(name); }
};

Task<void> Forever(Bell* bell, std::string* log, char name) {
  Farewell farewell{log, name};
  for (;;) co_await bell->Wait();
}

TEST(TaskGroupTest, AnEmptyGroupIsJoinedAtOnce) {
  ManualExecutor executor;
  TaskGroup group(executor);
  executor.Run(group.Join());
  EXPECT_EQ(group.live(), 0u);
}

TEST(TaskGroupTest, ATaskMayEndBeforeItSuspends) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::string log;
  group.Spawn(AtOnce(&log, 'a'));
  EXPECT_EQ(group.live(), 0u);
  group.Spawn(AtOnce(&log, 'b'));
  executor.Run(group.Join());
  EXPECT_EQ(log, "ab");
}

TEST(TaskGroupTest, SeveralMayJoin) {
  ManualExecutor executor;
  TaskGroup group(executor);
  TaskGroup joiners(executor);
  std::string log;
  group.Spawn(Nap(&executor, 1s, &log, 'a'));
  group.Spawn(Nap(&executor, 2s, &log, 'b'));
  for (const char name : {'x', 'y', 'z'}) joiners.Spawn(JoinThenLog(&group, &log, name));
  executor.Advance(5s);
  EXPECT_EQ(log, "abxyz");
  EXPECT_EQ(joiners.live(), 0u);
}

TEST(TaskGroupTest, AJoinerWaitsForWhatIsSpawnedMeanwhile) {
  ManualExecutor executor;
  TaskGroup group(executor);
  TaskGroup joiners(executor);
  std::string log;
  group.Spawn(Nap(&executor, 1s, &log, 'a'));
  joiners.Spawn(JoinThenLog(&group, &log, 'x'));
  executor.Advance(500ms);
  group.Spawn(Nap(&executor, 1s, &log, 'b'));
  executor.Advance(5s);
  EXPECT_EQ(log, "abx");
}

Task<void> Tree(Executor* executor, TaskGroup* group, int depth, int* leaves) {
  Tracked tracked;
  if (depth == 0) {
    ++*leaves;
    co_return;
  }
  group->Spawn(Tree(executor, group, depth - 1, leaves));  // ends at once at the bottom
  co_await Sleep(*executor, 1ms);
  group->Spawn(Tree(executor, group, depth - 1, leaves));
}

TEST(TaskGroupTest, AMemberMaySpawnIntoItsGroup) {
  ManualExecutor executor;
  int leaves = 0;
  {
    TaskGroup group(executor);
    group.Spawn(Tree(&executor, &group, 6, &leaves));
    executor.Run(group.Join());
    EXPECT_EQ(leaves, 64);
  }
  EXPECT_EQ(Tracked::live, 0);
}

TEST(TaskGroupTest, ClearDestroysWaitingTasksInOrder) {
  ManualExecutor executor;
  TaskGroup group(executor);
  Bell bell(executor);
  std::string log;
  for (const char name : {'a', 'b', 'c'}) group.Spawn(Forever(&bell, &log, name));
  group.Clear();
  EXPECT_EQ(log, "abc");
  EXPECT_FALSE(bell.has_waiters());
  EXPECT_EQ(group.live(), 0u);
}

TEST(TaskGroupTest, ClearDestroysTasksThatAreReady) {
  ManualExecutor executor;
  TaskGroup group(executor);
  Bell bell(executor);
  std::string log;
  for (const char name : {'a', 'b', 'c'}) group.Spawn(Forever(&bell, &log, name));
  bell.Ring();
  EXPECT_TRUE(executor.has_ready());
  group.Clear();
  EXPECT_FALSE(executor.has_ready());
  EXPECT_EQ(executor.RunReady(), 0u);
}

TEST(TaskGroupTest, ClearEndsTheWaitOfJoiners) {
  ManualExecutor executor;
  TaskGroup group(executor);
  TaskGroup joiners(executor);
  Bell bell(executor);
  std::string log;
  group.Spawn(Forever(&bell, &log, 'a'));
  joiners.Spawn(JoinThenLog(&group, &log, 'x'));
  group.Clear();
  executor.RunReady();
  EXPECT_EQ(log, "ax");
}

TEST(TaskGroupTest, AGroupMayDieWhileSomebodyJoins) {
  ManualExecutor executor;
  TaskGroup joiners(executor);
  Bell bell(executor);
  std::string log;
  {
    TaskGroup group(executor);
    group.Spawn(Forever(&bell, &log, 'a'));
    joiners.Spawn(JoinThenLog(&group, &log, 'x'));
  }
  executor.RunReady();
  EXPECT_EQ(log, "a");
}

struct SpawnsWhenItDies {
  TaskGroup* group;
  Task<void> task;
  ~SpawnsWhenItDies() {
    if (task.valid()) group->Spawn(std::move(task));
  }
};

Task<void> LastWill(Bell* bell, TaskGroup* group, Task<void> next) {
  SpawnsWhenItDies will{group, std::move(next)};
  co_await bell->Wait();
}

TEST(TaskGroupTest, WhatADyingFrameSpawnsIsClearedToo) {
  ManualExecutor executor;
  TaskGroup group(executor);
  Bell bell(executor);
  std::string log;
  group.Spawn(LastWill(&bell, &group, Forever(&bell, &log, 'z')));
  group.Spawn(Forever(&bell, &log, 'a'));
  group.Clear();
  EXPECT_EQ(log, "az");
  EXPECT_EQ(group.live(), 0u);
}

Task<void> Nested(Executor* executor, int depth, std::string* log) {
  Tracked tracked;
  TaskGroup group(*executor);
  if (depth > 0) group.Spawn(Nested(executor, depth - 1, log));
  group.Spawn(Nap(executor, 1s * (depth + 1), log, static_cast<char>('0' + depth)));
  co_await group.Join();
  log->push_back(static_cast<char>('a' + depth));
}

TEST(TaskGroupTest, GroupsNest) {
  ManualExecutor executor;
  std::string log;
  executor.Run(Nested(&executor, 3, &log));
  EXPECT_EQ(log, "0a1b2c3d");
  EXPECT_EQ(Tracked::live, 0);
  {
    TaskGroup group(executor);
    group.Spawn(Nested(&executor, 3, &log));
    executor.Advance(2500ms);
  }
  EXPECT_EQ(Tracked::live, 0);
  EXPECT_EQ(executor.timers(), 0u);
}

TEST(TaskGroupTest, EndedFramesGoAtTheNextSpawn) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::string log;
  for (int i = 0; i < 10'000; ++i) group.Spawn(AtOnce(&log, 'a'));
  group.Spawn(Nap(&executor, 1s, &log, 'n'));
  EXPECT_EQ(group.live(), 1u);
  EXPECT_EQ(Tracked::live, 1);
  group.Clear();
  EXPECT_EQ(Tracked::live, 0);
}

TEST(TaskGroupDeathTest, RefusesAnEmptyTask) {
  ManualExecutor executor;
  TaskGroup group(executor);
  EXPECT_DEATH(group.Spawn(Task<void>()), "an empty task");
}

}  // namespace
}  // namespace wavetank
