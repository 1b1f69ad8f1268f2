#include <gtest/gtest.h>

#include "runtime/exec/channel.h"
#include "runtime/exec/manual_executor.h"
#include "runtime/exec/sleep.h"
#include "runtime/exec/task_group.h"
#include "runtime/exec/timeout.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;

Task<int> Five(Executor& executor, Duration wait) {
  co_await Sleep(executor, wait);
  co_return 5;
}

Task<int> Sum(Executor& executor) {
  const int a = co_await Five(executor, 1s);
  const int b = co_await Five(executor, 2s);
  co_return a + b;
}

TEST(TaskTest, AwaitsItsChildrenInVirtualTime) {
  ManualExecutor executor;
  const Time start = executor.Now();
  EXPECT_EQ(executor.Run(Sum(executor)), 10);
  EXPECT_EQ(executor.Now() - start, Duration(3s));
}

TEST(TaskTest, DroppingATaskCancelsItsTimer) {
  ManualExecutor executor;
  {
    Task<int> task = Sum(executor);
    task.Start(executor);
    EXPECT_EQ(executor.timers(), 1u);
  }
  EXPECT_EQ(executor.timers(), 0u);
}

Task<void> Append(Executor& executor, std::string* out, char c, Duration wait) {
  co_await Sleep(executor, wait);
  out->push_back(c);
}

Task<void> RunThree(Executor& executor, std::string* out) {
  TaskGroup group(executor);
  group.Spawn(Append(executor, out, 'c', 3s));
  group.Spawn(Append(executor, out, 'a', 1s));
  group.Spawn(Append(executor, out, 'b', 2s));
  co_await group.Join();
  out->push_back('.');
}

TEST(TaskGroupTest, JoinWaitsForAll) {
  ManualExecutor executor;
  std::string out;
  executor.Run(RunThree(executor, &out));
  EXPECT_EQ(out, "abc.");
}

Task<Result<int>> Slow(Executor& executor, Duration wait) {
  co_await Sleep(executor, wait);
  co_return 7;
}

TEST(TimeoutTest, EndsTheTaskWhenTimeIsUp) {
  ManualExecutor executor;
  auto late = executor.Run(WithTimeout(executor, 1s, Slow(executor, 2s)));
  EXPECT_EQ(late.code(), Code::kDeadlineExceeded);
  EXPECT_EQ(executor.timers(), 0u);
  auto early = executor.Run(WithTimeout(executor, 3s, Slow(executor, 2s)));
  ASSERT_TRUE(early.ok());
  EXPECT_EQ(*early, 7);
  EXPECT_EQ(executor.timers(), 0u);
}

Task<int> Deep(int n) {
  if (n == 0) co_return 0;
  const int below = co_await Deep(n - 1);
  co_return below + 1;
}

Task<int> ManyAwaits(int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) {
    const int one = co_await Deep(1);
    sum += one;
  }
  co_return sum;
}

TEST(TaskTest, AMillionSynchronousAwaitsNeedNoStack) {
  ManualExecutor executor;
  EXPECT_EQ(executor.Run(ManyAwaits(1'000'000)), 1'000'000);
}

}  // namespace
}  // namespace wavetank
