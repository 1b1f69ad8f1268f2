#include "runtime/workqueue/fifo_queue.h"

#include <gtest/gtest.h>

#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::GetItem;
using test::GetOne;
using test::TestKey;
using test::TestQueue;
using test::Worker;
using Log = std::vector<int>;

class FifoQueueTest : public ::testing::Test {
 protected:
  // What a Get hands out right now; -1 when shut down, -2 when it waits.
  int Get() {
    Log log;
    TaskGroup group(executor);
    group.Spawn(GetOne(&queue, &log));
    executor.RunPending();
    return log.empty() ? -2 : log[0];
  }
  ManualExecutor executor;
  FifoQueue<TestKey> queue{executor, {.name = "q"}};
};

TEST_F(FifoQueueTest, FirstComeFirstServed) {  // RT-110, RT-111, RT-119
  for (const int id : {3, 1, 2}) queue.Add(id);
  queue.Add(3);
  EXPECT_EQ(queue.Len(), 3u);
  EXPECT_EQ(Get(), 3);
  queue.Add(3);  // at work
  EXPECT_EQ(queue.Len(), 2u);
  queue.Done(3);
  EXPECT_EQ(queue.Len(), 3u);
  EXPECT_EQ(Get(), 1);
  EXPECT_EQ(Get(), 2);
  EXPECT_EQ(Get(), 3);
  EXPECT_EQ(Get(), -2);
}

TEST_F(FifoQueueTest, AnyAddsDuringARunGiveOneFurtherRun) {  // RT-112, RT-113, T-100
  for (int i = 0; i < 5; ++i) queue.Add(1);
  EXPECT_EQ(Get(), 1);
  EXPECT_EQ(Get(), -2);
  for (int i = 0; i < 5; ++i) queue.Add(1);
  EXPECT_EQ(Get(), -2);
  EXPECT_EQ(queue.Len(), 0u);
  queue.Done(1);
  EXPECT_EQ(queue.Len(), 1u);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  EXPECT_EQ(Get(), -2);
  EXPECT_EQ(queue.Len(), 0u);
}

TEST_F(FifoQueueTest, NoKeyIsAtTwoWorkers) {  // RT-067, T-100
  Log log;
  std::map<int, int> at_work;
  TaskGroup group(executor);
  auto worker = [](Executor* executor, TestQueue* queue, std::map<int, int>* at_work, Log* log) -> Task<void> {
    for (;;) {
      auto item = co_await queue->Get();
      if (!item.has_value()) co_return;
      const int id = item->key.id;
      EXPECT_EQ(++(*at_work)[id], 1);
      log->push_back(id);
      co_await Sleep(*executor, 3ms);
      --(*at_work)[id];
      queue->Done(item->key);
    }
  };
  for (int i = 0; i < 10; ++i) group.Spawn(worker(&executor, &queue, &at_work, &log));
  for (int round = 0; round < 50; ++round) {
    for (int id = 0; id < 20; ++id) queue.Add(id);
    executor.Advance(1ms);
  }
  queue.ShutDown();
  while (executor.RunNextTimer()) {
  }
  EXPECT_EQ(group.live(), 0u);
  EXPECT_EQ(queue.Len(), 0u);
  EXPECT_GT(log.size(), 100u);
}

TEST_F(FifoQueueTest, ShutDownHandsOutWhatIsQueued) {  // RT-114, T-100
  queue.Add(1);
  queue.Add(2);
  EXPECT_EQ(Get(), 1);
  queue.Add(1);
  queue.ShutDown();
  EXPECT_TRUE(queue.shutting_down());
  queue.Add(3);
  queue.AddAfter(4, 1s);
  queue.AddRateLimited(5);
  EXPECT_EQ(queue.NumRequeues(5), 0);
  EXPECT_EQ(Get(), 2);
  queue.Done(2);
  EXPECT_EQ(Get(), -1);
  queue.Done(1);  // was added before the shutdown
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  EXPECT_EQ(Get(), -1);
  EXPECT_EQ(executor.timers(), 0u);
}

TEST_F(FifoQueueTest, ShutDownEndsWaitingWorkers) {  // RT-114
  Log log;
  TaskGroup group(executor);
  for (int i = 0; i < 3; ++i) group.Spawn(GetOne(&queue, &log));
  executor.RunPending();
  EXPECT_TRUE(log.empty());
  queue.ShutDown();
  queue.ShutDown();
  executor.RunPending();
  EXPECT_EQ(log, Log({-1, -1, -1}));
}

TEST_F(FifoQueueTest, DrainWaitsForDone) {  // RT-114, T-100
  queue.Add(1);
  queue.Add(2);
  EXPECT_EQ(Get(), 1);
  EXPECT_EQ(Get(), 2);
  queue.Add(1);
  bool drained = false;
  TaskGroup group(executor);
  group.Spawn(test::Drain(&queue, &drained));
  queue.Add(1);  // ignored, but the add before the shutdown counts
  queue.Add(3);
  queue.Done(2);
  executor.RunPending();
  EXPECT_FALSE(drained);
  queue.Done(1);
  executor.RunPending();
  EXPECT_FALSE(drained);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  executor.RunPending();
  EXPECT_TRUE(drained);
  EXPECT_EQ(Get(), -1);
}

TEST_F(FifoQueueTest, DrainOfAnIdleQueueIsOver) {  // T-100
  bool drained = false;
  TaskGroup group(executor);
  queue.Add(1);
  group.Spawn(test::Drain(&queue, &drained));
  EXPECT_TRUE(drained);
  EXPECT_EQ(Get(), 1);
}

TEST_F(FifoQueueTest, ShutDownEndsADrain) {  // RT-114
  queue.Add(1);
  EXPECT_EQ(Get(), 1);
  bool first = false, second = false;
  TaskGroup group(executor);
  group.Spawn(test::Drain(&queue, &first));
  group.Spawn(test::Drain(&queue, &second));
  executor.RunPending();
  EXPECT_FALSE(first);
  queue.ShutDown();
  executor.RunPending();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  queue.Done(1);
}

TEST_F(FifoQueueTest, AddsThatHammerADrainDoNotProlongIt) {  // T-100
  Log log;
  TaskGroup workers(executor);
  for (int i = 0; i < 4; ++i) workers.Spawn(Worker(&executor, &queue, 10ms, &log));
  for (int id = 0; id < 40; ++id) queue.Add(id);
  executor.RunPending();
  bool drained = false;
  TaskGroup group(executor);
  group.Spawn(test::Drain(&queue, &drained));
  for (int i = 0; i < 200 && !drained; ++i) {
    for (int id = 0; id < 40; ++id) queue.Add(id);
    executor.Advance(1ms);
  }
  EXPECT_TRUE(drained);
  EXPECT_EQ(log.size(), 44u);  // 40 runs, 4 workers told to end
  EXPECT_EQ(workers.live(), 0u);
}

// T-101.
TEST_F(FifoQueueTest, DelaysByVirtualTime) {  // RT-115, RT-116
  queue.AddAfter(1, 50ms);
  EXPECT_EQ(queue.Len(), 0u);
  executor.Advance(49ms);
  EXPECT_EQ(Get(), -2);
  executor.Advance(1ms);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  executor.Advance(10s);
  EXPECT_EQ(Get(), -2);
  EXPECT_EQ(executor.timers(), 0u);
}

TEST_F(FifoQueueTest, NoDelayIsNow) {  // RT-115
  queue.AddAfter(1, 0s);
  queue.AddAfter(2, -5s);
  EXPECT_EQ(queue.Len(), 2u);
  EXPECT_EQ(executor.timers(), 0u);
}

TEST_F(FifoQueueTest, TheEarliestTimeWins) {  // RT-115, T-101, T-115
  queue.AddAfter(1, 50ms);
  queue.AddAfter(1, 70ms);  // ignored
  EXPECT_EQ(executor.timers(), 1u);
  executor.Advance(60ms);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  executor.Advance(20ms);
  EXPECT_EQ(Get(), -2);

  queue.AddAfter(1, 50ms);
  queue.AddAfter(1, 30ms);
  executor.Advance(40ms);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  executor.Advance(1s);
  EXPECT_EQ(Get(), -2);
}

TEST_F(FifoQueueTest, ANewHeadMovesTheTimer) {  // RT-116, T-101
  queue.AddAfter(1, 10s);
  queue.AddAfter(2, 5s);
  queue.AddAfter(3, 1s);
  EXPECT_EQ(executor.timers(), 1u);
  executor.Advance(1s);
  EXPECT_EQ(Get(), 3);
  executor.Advance(4s);
  EXPECT_EQ(Get(), 2);
  executor.Advance(5s);
  EXPECT_EQ(Get(), 1);
}

TEST_F(FifoQueueTest, EqualTimesComeInTheOrderOfTheAdds) {
  for (const int id : {5, 2, 9, 1}) queue.AddAfter(id, 1s);
  queue.AddAfter(7, 500ms);
  queue.AddAfter(4, 20min, "far");
  executor.Advance(1h);
  for (const int id : {7, 5, 2, 9, 1, 4}) EXPECT_EQ(Get(), id);
}

TEST_F(FifoQueueTest, ARunDoesNotCancelADelay) {  // RT-115
  queue.AddAfter(1, 1s);
  queue.Add(1);
  EXPECT_EQ(Get(), 1);
  executor.Advance(1s);  // comes due during the run
  queue.Done(1);
  EXPECT_EQ(Get(), 1);
  queue.Done(1);
  queue.AddAfter(1, 1s);
  queue.Add(1);
  executor.Advance(1s);  // comes due while queued: one run
  EXPECT_EQ(queue.Len(), 1u);
}

TEST_F(FifoQueueTest, RateLimitsAndForgets) {  // RT-117, RT-118
  queue.AddRateLimited(1);
  queue.AddRateLimited(1);  // 10 ms, but 5 ms is asked for already
  EXPECT_EQ(queue.NumRequeues(1), 2);
  executor.Advance(5ms);
  EXPECT_EQ(queue.Len(), 1u);
  queue.Forget(1);
  EXPECT_EQ(queue.Len(), 1u);
  EXPECT_EQ(queue.NumRequeues(1), 0);
  EXPECT_EQ(Get(), 1);
  queue.AddRateLimited(1);
  queue.Done(1);
  EXPECT_EQ(Get(), -2);
  executor.Advance(5ms);
  EXPECT_EQ(Get(), 1);
}

TEST_F(FifoQueueTest, CountsItsWork) {  // RT-120, RT-342
  queue.Add(1);
  queue.Add(2);
  queue.Add(2);
  queue.AddAfter(3, 1s);
  executor.Advance(100ms);
  EXPECT_EQ(Get(), 1);
  executor.Advance(200ms);
  EXPECT_EQ(Get(), 2);
  queue.Add(1);
  executor.Advance(50ms);
  QueueMetrics metrics = queue.Metrics();
  EXPECT_EQ(metrics.depth, 1u);  // the further run of 1
  EXPECT_EQ(metrics.delayed, 1u);
  EXPECT_EQ(metrics.in_progress, 2u);
  EXPECT_EQ(metrics.adds, 3u);
  EXPECT_EQ(metrics.retries, 1u);
  EXPECT_EQ(metrics.queue_duration.count(), 2u);
  EXPECT_EQ(metrics.queue_duration.sum(), 400ms);
  EXPECT_EQ(metrics.queue_duration.bucket(7), 1u);  // (10 ms, 100 ms]
  EXPECT_EQ(metrics.queue_duration.bucket(8), 1u);
  EXPECT_EQ(metrics.unfinished_work, 300ms);
  EXPECT_EQ(metrics.longest_running, 250ms);
  queue.Done(1);
  queue.Done(2);
  metrics = queue.Metrics();
  EXPECT_EQ(metrics.work_duration.count(), 2u);
  EXPECT_EQ(metrics.work_duration.sum(), 300ms);
  EXPECT_EQ(metrics.unfinished_work, 0s);
}

TEST_F(FifoQueueTest, KeepsTheFirstReasons) {  // RT-352
  queue.Add(1, AddOptions().WithReason("created"));
  queue.Add(1, AddOptions().WithReason("updated"));
  queue.Add(1, AddOptions().WithReason("created"));
  queue.AddAfter(1, 1s, "resync");
  std::optional<TestQueue::Item> item;
  TaskGroup group(executor);
  group.Spawn(GetItem(&queue, &item));
  executor.RunPending();
  ASSERT_TRUE(item.has_value());
  ASSERT_EQ(item->reasons.size(), 2u);
  EXPECT_STREQ(item->reasons[0], "created");
  EXPECT_STREQ(item->reasons[1], "updated");
  for (const char* reason : {"a", "b", "c", "d", "e"}) queue.Add(1, AddOptions().WithReason(reason));
  queue.Done(1);
  executor.Advance(1s);
  group.Spawn(GetItem(&queue, &item));
  executor.RunPending();
  ASSERT_EQ(item->reasons.size(), 4u);
  EXPECT_STREQ(item->reasons[3], "d");
  EXPECT_EQ(item->reasons.dropped(), 2u);  // "e" and "resync"
}

}  // namespace
}  // namespace wavetank
