#include "runtime/exec/signal.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

Task<void> WaitBell(Bell* bell, std::string* log, char name) {
  co_await bell->Wait();
  log->push_back(name);
}

Task<void> WaitSignal(Signal* signal, std::string* log, char name) {
  co_await signal->Wait();
  log->push_back(name);
}

// Waits again as soon as it wakes.
Task<void> WaitTwice(Bell* bell, std::string* log, char name) {
  co_await bell->Wait();
  log->push_back(name);
  co_await bell->Wait();
  log->push_back(name);
}

TEST(BellTest, WakesThoseWhoWaitNow) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  std::string log;
  bell.Ring();  // nobody hears it
  for (const char name : {'a', 'b', 'c'}) group.Spawn(WaitBell(&bell, &log, name));
  executor.RunReady();
  EXPECT_EQ(log, "");
  bell.Ring();
  EXPECT_EQ(log, "");  // after the running coroutine suspends, not inside Ring
  executor.RunReady();
  EXPECT_EQ(log, "abc");
}

TEST(BellTest, OneRingWakesOnce) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  std::string log;
  group.Spawn(WaitTwice(&bell, &log, 'a'));
  bell.Ring();
  bell.Ring();
  executor.RunReady();
  EXPECT_EQ(log, "a");
  bell.Ring();
  executor.RunReady();
  EXPECT_EQ(log, "aa");
}

TEST(BellTest, RingOneWakesTheOldest) {
  ManualExecutor executor;
  Bell bell(executor);
  TaskGroup group(executor);
  std::string log;
  for (const char name : {'a', 'b'}) group.Spawn(WaitBell(&bell, &log, name));
  bell.RingOne();
  executor.RunReady();
  EXPECT_EQ(log, "a");
  EXPECT_TRUE(bell.has_waiters());
  bell.RingOne();
  bell.RingOne();
  executor.RunReady();
  EXPECT_EQ(log, "ab");
}

TEST(BellTest, MayDieBeforeItsWaiters) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::string log;
  {
    Bell bell(executor);
    for (const char name : {'a', 'b'}) group.Spawn(WaitBell(&bell, &log, name));
    bell.RingOne();
  }
  executor.RunReady();
  EXPECT_EQ(log, "a");
}

TEST(BellTest, ForgetsAWaiterInTheMiddle) {
  ManualExecutor executor;
  Bell bell(executor);
  std::string log;
  TaskGroup outer(executor);
  std::optional<TaskGroup> inner(std::in_place, executor);
  outer.Spawn(WaitBell(&bell, &log, 'a'));
  inner->Spawn(WaitBell(&bell, &log, 'b'));
  outer.Spawn(WaitBell(&bell, &log, 'c'));
  inner.reset();
  bell.Ring();
  executor.RunReady();
  EXPECT_EQ(log, "ac");
}

TEST(SignalTest, StaysSet) {
  ManualExecutor executor;
  Signal signal(executor);
  TaskGroup group(executor);
  std::string log;
  group.Spawn(WaitSignal(&signal, &log, 'a'));
  EXPECT_FALSE(signal.is_set());
  signal.Set();
  signal.Set();
  EXPECT_TRUE(signal.is_set());
  executor.RunReady();
  EXPECT_EQ(log, "a");
  group.Spawn(WaitSignal(&signal, &log, 'b'));  // without suspending
  EXPECT_EQ(log, "ab");
}

}  // namespace
}  // namespace wavetank
