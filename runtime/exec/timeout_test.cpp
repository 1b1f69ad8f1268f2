#include "runtime/exec/timeout.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "runtime/exec/manual_executor.h"
#include "runtime/exec/tracked_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Tracked;

Task<Result<int>> After(Executor* executor, Duration duration) {
  Tracked tracked;
  co_await Sleep(*executor, duration);
  co_return 7;
}

Task<Result<int>> Now() { co_return 7; }

Task<Status> Never(Bell* bell) {
  Tracked tracked;
  co_await bell->Wait();
  co_return Status();
}

Task<Result<int>> Throws(Executor* executor, Duration duration) {
  if (duration.count() > 0) co_await Sleep(*executor, duration);
  throw std::runtime_error("from below");
}

class WithTimeoutTest : public ::testing::Test {
 protected:
  void TearDown() override {
    EXPECT_EQ(Tracked::live, 0);
    EXPECT_EQ(executor.timers(), 0u);
    EXPECT_FALSE(executor.has_ready());
  }
  ManualExecutor executor;
};

TEST_F(WithTimeoutTest, ATaskThatEndsAtOnceNeedsNoTimer) {
  auto task = WithTimeout(executor, 1s, Now());
  task.Start(executor);
  ASSERT_TRUE(task.done());
  EXPECT_EQ(*task.Take(), 7);
}

TEST_F(WithTimeoutTest, AtTheSameInstantTheResultCounts) {
  const auto result = executor.Run(WithTimeout(executor, 1s, After(&executor, 1s)));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, 7);
}

TEST_F(WithTimeoutTest, EndsWhatNeverEnds) {
  Bell bell(executor);
  const Time start = executor.Now();
  const Status status = executor.Run(WithTimeout(executor, 3s, Never(&bell)));
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded);
  EXPECT_EQ(executor.Now() - start, 3s);
  EXPECT_FALSE(bell.has_waiters());
}

// The clock fires and, before the caller runs, the task ends: nothing that happened is denied.
TEST_F(WithTimeoutTest, AResultThatComesInTheStepOfTheClockCounts) {
  Bell bell(executor);
  auto task = WithTimeout(executor, 1s, Never(&bell));
  task.Start(executor);
  bell.Ring();
  executor.Advance(1s);
  ASSERT_TRUE(task.done());
  EXPECT_TRUE(task.Take().ok());
}

TEST_F(WithTimeoutTest, ZeroIsStillAnEvent) {
  const auto result = executor.Run(WithTimeout(executor, 0s, After(&executor, 1s)));
  EXPECT_EQ(result.code(), Code::kDeadlineExceeded);
  const auto negative = executor.Run(WithTimeout(executor, -5s, Now()));
  EXPECT_TRUE(negative.ok());
}

TEST_F(WithTimeoutTest, TimeoutsNest) {
  const Time start = executor.Now();
  auto inner_first = executor.Run(WithTimeout(executor, 5s, WithTimeout(executor, 1s, After(&executor, 9s))));
  EXPECT_EQ(inner_first.code(), Code::kDeadlineExceeded);
  EXPECT_EQ(executor.Now() - start, 1s);
  auto outer_first = executor.Run(WithTimeout(executor, 1s, WithTimeout(executor, 5s, After(&executor, 9s))));
  EXPECT_EQ(outer_first.code(), Code::kDeadlineExceeded);
  EXPECT_EQ(executor.Now() - start, 2s);
}

TEST_F(WithTimeoutTest, DroppingTheCallerDropsAll) {
  auto task = WithTimeout(executor, 5s, After(&executor, 9s));
  task.Start(executor);
  EXPECT_EQ(executor.timers(), 2u);
  EXPECT_EQ(Tracked::live, 1);
}

Task<std::string> Catch(Task<Result<int>> task) {
  std::string what = "nothing";
  try {
    auto result = co_await std::move(task);
    what = result.ok() ? "value" : "status";
  } catch (const std::exception& error) {
    what = error.what();
  }
  co_return what;
}

TEST_F(WithTimeoutTest, AnExceptionComesThrough) {
  EXPECT_EQ(executor.Run(Catch(WithTimeout(executor, 5s, Throws(&executor, 1s)))), "from below");
  EXPECT_EQ(executor.Run(Catch(WithTimeout(executor, 5s, Throws(&executor, 0s)))), "from below");
  EXPECT_EQ(executor.Run(Catch(WithTimeout(executor, 5s, Throws(&executor, 9s)))), "status");
}

}  // namespace
}  // namespace wavetank
