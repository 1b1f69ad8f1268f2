#include "runtime/workqueue/priority_queue.h"

#include <gtest/gtest.h>

#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::GetItem;
using test::GetOne;
using test::StepExecutor;
using test::TestKey;
using test::TestQueue;
using test::Worker;
using Log = std::vector<int>;
using Texts = std::vector<std::string>;

AddOptions Priority(int priority) { return AddOptions().WithPriority(priority); }

// T-103.
class PriorityQueueTest : public ::testing::Test {
 protected:
  // What a Get hands out right now; -1 when shut down, -2 when it waits.
  int Get() {
    item.reset();
    bool ended = false;
    TaskGroup group(executor);
    group.Spawn(GetInto(&queue, &item, &ended));
    executor.RunPending();
    return !ended ? -2 : item.has_value() ? item->key.id : -1;
  }
  static Task<void> GetInto(TestQueue* queue, std::optional<TestQueue::Item>* item, bool* ended) {
    *item = co_await queue->Get();
    *ended = true;
  }
  // Every ready key in order, each done at once.
  Log GetAll() {
    Log log;
    for (int id = Get(); id >= 0; id = Get()) {
      log.push_back(id);
      queue.Done(id);
    }
    return log;
  }
  ManualExecutor executor;
  PriorityQueue<TestKey> queue{executor, {.name = "q"}};
  std::optional<TestQueue::Item> item;
};

TEST_F(PriorityQueueTest, HighestFirstAndFifoAmongEquals) {  // RT-140
  queue.Add(1);
  queue.Add(2, Priority(-100));
  queue.Add(3, Priority(10));
  queue.Add(4);
  queue.Add(5, Priority(10));
  queue.Add(6, Priority(-100));
  EXPECT_EQ(queue.Len(), 6u);
  EXPECT_EQ(GetAll(), Log({3, 5, 1, 4, 2, 6}));
  EXPECT_EQ(queue.Len(), 0u);
}

TEST_F(PriorityQueueTest, HandsOutThePriority) {  // RT-073
  queue.Add(1, Priority(7));
  EXPECT_EQ(Get(), 1);
  EXPECT_EQ(item->priority, 7);
  queue.Add(1);
  queue.Done(1);
  EXPECT_EQ(Get(), 1);
  EXPECT_EQ(item->priority, 0);  // a new entry
}

TEST_F(PriorityQueueTest, TheHigherPriorityWins) {  // RT-143
  queue.Add(1);
  queue.Add(2);
  queue.Add(3, Priority(5));
  queue.Add(2, Priority(5));  // to the end of 5
  queue.Add(2, Priority(-5));
  queue.Add(3);
  EXPECT_EQ(queue.Len(), 3u);
  EXPECT_EQ(GetAll(), Log({3, 2, 1}));
}

TEST_F(PriorityQueueTest, TheEarlierTimeWins) {  // RT-143
  queue.Add(1, AddOptions().After(10s));
  queue.Add(1, AddOptions().After(20s));
  executor.Advance(9s);
  EXPECT_EQ(queue.Len(), 0u);
  executor.Advance(1s);
  EXPECT_EQ(GetAll(), Log({1}));
  queue.Add(1, AddOptions().After(10s));
  queue.Add(1, AddOptions().After(5s));
  EXPECT_EQ(executor.timers(), 1u);
  executor.Advance(5s);
  EXPECT_EQ(GetAll(), Log({1}));
  executor.Advance(10s);
  EXPECT_EQ(GetAll(), Log());
}

TEST_F(PriorityQueueTest, AReadyItemStaysReady) {  // RT-143, RT-149
  queue.Add(1);
  queue.AddAfter(1, 10s);
  EXPECT_EQ(executor.timers(), 0u);
  EXPECT_EQ(GetAll(), Log({1}));
  executor.Advance(20s);
  EXPECT_EQ(GetAll(), Log());
}

TEST_F(PriorityQueueTest, AReaddedWaiterKeepsItsCounter) {  // RT-143, RT-144
  queue.AddAfter(1, 10s);
  queue.Add(2);
  queue.Add(1);  // overtakes 2
  EXPECT_EQ(executor.timers(), 0u);
  EXPECT_EQ(GetAll(), Log({1, 2}));
  queue.AddAfter(1, 10s);
  queue.Add(2);
  executor.Advance(10s);  // ready by time: a new counter
  EXPECT_EQ(GetAll(), Log({2, 1}));
}

TEST_F(PriorityQueueTest, AWaiterRisesInPriority) {
  queue.AddAfter(1, 10s);
  queue.Add(1, Priority(5).After(20s));
  queue.Add(2, Priority(1));
  executor.Advance(10s);
  EXPECT_EQ(GetAll(), Log({1, 2}));
}

TEST_F(PriorityQueueTest, WaitersBecomeReadyInTheOrderOfTheirTimes) {
  queue.AddAfter(1, 3s);
  queue.AddAfter(2, 1s);
  queue.AddAfter(3, 2s);
  queue.AddAfter(4, 2s);
  EXPECT_EQ(executor.timers(), 1u);
  executor.Advance(3s);
  EXPECT_EQ(GetAll(), Log({2, 3, 4, 1}));
}

TEST_F(PriorityQueueTest, ALaterWaiterWakesWhenAnEarlierIsGone) {  // RT-149
  queue.AddAfter(1, 1s);
  queue.AddAfter(2, 2s);
  queue.Add(1);
  EXPECT_EQ(GetAll(), Log({1}));
  executor.Advance(2s);
  EXPECT_EQ(GetAll(), Log({2}));
}

TEST_F(PriorityQueueTest, RateLimits) {  // RT-141
  queue.AddRateLimited(1);
  queue.AddRateLimited(1);
  EXPECT_EQ(queue.NumRequeues(1), 2);
  executor.Advance(5ms);
  EXPECT_EQ(Get(), 1);
  queue.Add(1, AddOptions().RateLimited().After(1ms));  // 20 ms or 1 ms
  queue.Done(1);
  executor.Advance(1ms);
  EXPECT_EQ(Get(), 1);
  queue.Add(1, AddOptions().RateLimited().After(1h));  // 40 ms or 1 h
  queue.Done(1);
  executor.Advance(39ms);
  EXPECT_EQ(Get(), -2);
  executor.Advance(1ms);
  EXPECT_EQ(Get(), 1);
  queue.Forget(1);
  EXPECT_EQ(queue.NumRequeues(1), 0);
}

TEST_F(PriorityQueueTest, ARateLimitedAddOfAReadyItemStillCounts) {  // RT-141
  queue.Add(1);
  queue.AddRateLimited(1);
  EXPECT_EQ(queue.NumRequeues(1), 1);
  EXPECT_EQ(queue.Len(), 1u);
}

TEST_F(PriorityQueueTest, ALockedKeyWaitsForDone) {  // RT-145, RT-146
  queue.Add(1);
  EXPECT_EQ(Get(), 1);
  queue.Add(1, Priority(9));
  queue.Add(2);
  EXPECT_EQ(queue.Len(), 2u);
  EXPECT_EQ(Get(), 2);
  EXPECT_EQ(Get(), -2);
  queue.Add(3);
  queue.Done(1);
  EXPECT_EQ(GetAll(), Log({1, 3}));
}

TEST_F(PriorityQueueTest, ALockedKeyMayBeDelayed) {  // RT-145
  queue.Add(1);
  EXPECT_EQ(Get(), 1);
  queue.AddAfter(1, 1s);
  executor.Advance(2s);
  EXPECT_EQ(queue.Len(), 1u);
  EXPECT_EQ(Get(), -2);
  queue.Done(1);
  EXPECT_EQ(Get(), 1);
  queue.AddAfter(1, 1s);
  queue.Done(1);
  EXPECT_EQ(Get(), -2);
  executor.Advance(1s);
  EXPECT_EQ(Get(), 1);
}

TEST_F(PriorityQueueTest, ShutDownEndsWorkersAtOnce) {  // RT-147
  queue.Add(1);
  queue.Add(2);
  queue.AddAfter(3, 1s);
  EXPECT_EQ(Get(), 1);
  queue.ShutDown();
  queue.ShutDown();
  EXPECT_EQ(Get(), -1);
  queue.Add(4);
  queue.Done(1);
  EXPECT_EQ(Get(), -1);
  EXPECT_EQ(queue.Len(), 1u);
  EXPECT_EQ(executor.timers(), 0u);
}

TEST_F(PriorityQueueTest, ShutDownUnblocksEveryWaiter) {  // RT-149
  Log log;
  TaskGroup group(executor);
  for (int i = 0; i < 5; ++i) group.Spawn(GetOne(&queue, &log));
  executor.RunPending();
  queue.Add(1);  // offered, not taken yet: dropped
  bool drained = false;
  group.Spawn(test::Drain(&queue, &drained));
  EXPECT_TRUE(drained);
  executor.RunPending();
  EXPECT_EQ(log, Log({-1, -1, -1, -1, -1}));
}

TEST_F(PriorityQueueTest, CountsDepthByPriority) {  // RT-146, RT-148, RT-149
  queue.Add(1);
  executor.Advance(1s);
  queue.Add(2);
  queue.Add(3, Priority(-100));
  queue.Add(3, Priority(-100).After(5s));
  queue.AddAfter(4, 1h);
  queue.Add(4, Priority(3).After(2h));  // delayed: not in any depth
  executor.Advance(1s);
  QueueMetrics metrics = queue.Metrics();
  EXPECT_EQ(metrics.depth, 3u);
  EXPECT_EQ(metrics.delayed, 1u);
  ASSERT_EQ(metrics.levels.size(), 2u);
  EXPECT_EQ(metrics.levels[0].priority, 0);
  EXPECT_EQ(metrics.levels[0].depth, 2u);
  EXPECT_EQ(metrics.levels[0].oldest, 2s);
  EXPECT_EQ(metrics.levels[1].priority, -100);
  EXPECT_EQ(metrics.levels[1].depth, 1u);
  EXPECT_EQ(metrics.levels[1].oldest, 1s);
  EXPECT_EQ(metrics.adds, 3u);
  EXPECT_EQ(metrics.retries, 3u);
  queue.Add(3, Priority(0));  // moves from one level to the other
  metrics = queue.Metrics();
  ASSERT_EQ(metrics.levels.size(), 1u);
  EXPECT_EQ(metrics.levels[0].depth, 3u);
  for (int i = 0; i < 30; ++i) queue.Add(100 + i, Priority(i));
  metrics = queue.Metrics();
  ASSERT_EQ(metrics.levels.size(), 26u);  // 25 and the rest
  EXPECT_EQ(metrics.levels[0].priority, 29);
  EXPECT_FALSE(metrics.levels[25].priority.has_value());
  EXPECT_EQ(metrics.levels[25].depth, 8u);
  EXPECT_EQ(metrics.depth, 33u);
}

TEST_F(PriorityQueueTest, StarvesWithoutAgeing) {  // RT-148
  queue.Add(1, Priority(-100));
  for (int i = 0; i < 1000; ++i) {
    queue.Add(10 + i % 2);
    executor.Advance(1s);
    EXPECT_NE(Get(), 1);
    queue.Done(10 + i % 2);
  }
  EXPECT_EQ(queue.Metrics().levels[0].oldest, 1000s);
}

TEST(PriorityQueueAgeingTest, WaitingIsWorthPriority) {  // RT-148
  ManualExecutor executor;
  PriorityQueue<TestKey> queue(executor, {.name = "q", .ageing = 1s});
  Log log;
  TaskGroup group(executor);
  queue.Add(1, Priority(-5));
  for (int i = 0; i < 10; ++i) {
    queue.Add(10 + i);
    group.Spawn(GetOne(&queue, &log));
    executor.Advance(1s);
  }
  // At 5 s key 1 is worth as much as the new key, and the higher priority wins; at 6 s it is worth more.
  EXPECT_EQ(log, Log({10, 11, 12, 13, 14, 15, 1, 16, 17, 18}));
  queue.Add(19, Priority(3));  // raised: better in any case
  group.Spawn(GetOne(&queue, &log));
  executor.RunPending();
  EXPECT_EQ(log.back(), 19);
}

TEST_F(PriorityQueueTest, KeepsReasonsOverDelays) {  // RT-352
  queue.AddAfter(1, 1s, "requested retry");
  queue.Add(1, AddOptions().WithReason("updated"));
  EXPECT_EQ(Get(), 1);
  ASSERT_EQ(item->reasons.size(), 2u);
  EXPECT_STREQ(item->reasons[0], "requested retry");
  EXPECT_STREQ(item->reasons[1], "updated");
  queue.AddRateLimited(1, "error");
  queue.Done(1);
  executor.Advance(5ms);
  EXPECT_EQ(Get(), 1);
  ASSERT_EQ(item->reasons.size(), 1u);
  EXPECT_STREQ(item->reasons[0], "error");
}

// Hand-outs as events.
TEST(PriorityEventsTest, AMoreUrgentItemReplacesTheOffer) {
  StepExecutor executor;
  PriorityQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup group(executor);
  group.Spawn(Worker(&executor, &queue, 0s, &log));
  group.Spawn(Worker(&executor, &queue, 0s, &log));
  queue.Add(1, Priority(-100));
  queue.Add(2);
  EXPECT_EQ(executor.Enabled(), Texts({"k1", "k2"}));
  queue.Add(3);
  EXPECT_EQ(executor.Enabled(), Texts({"k2", "k3"}));
  queue.Add(1, Priority(1));  // back in front
  EXPECT_EQ(executor.Enabled(), Texts({"k2", "k1"}));
  queue.Add(2, Priority(9));  // offered already
  EXPECT_EQ(executor.Enabled(), Texts({"k2", "k1"}));
  queue.Add(4, Priority(5));
  EXPECT_EQ(executor.Enabled(), Texts({"k2", "k4"}));
  EXPECT_TRUE(executor.Fire("k4"));
  EXPECT_TRUE(executor.Fire("k1"));
  EXPECT_TRUE(executor.Fire("k2"));
  EXPECT_TRUE(executor.Fire("k3"));
  EXPECT_EQ(log, Log({4, 1, 2, 3}));
}

TEST(PriorityEventsTest, ShutDownWithdrawsOffers) {  // RT-147
  StepExecutor executor;
  PriorityQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup group(executor);
  for (int i = 0; i < 3; ++i) group.Spawn(Worker(&executor, &queue, 0s, &log));
  queue.Add(1);
  queue.Add(2);
  queue.ShutDown();
  EXPECT_EQ(executor.Enabled(), Texts());
  executor.RunReady();
  EXPECT_EQ(log, Log({-1, -1, -1}));
  EXPECT_EQ(queue.Len(), 2u);
}

TEST(PriorityEventsTest, ADestroyedWorkerGivesItsItemBack) {
  StepExecutor executor;
  PriorityQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup survivors(executor);
  {
    TaskGroup victims(executor);
    victims.Spawn(GetOne(&queue, &log));
    survivors.Spawn(Worker(&executor, &queue, 0s, &log));
    queue.Add(1);
    queue.Add(2);
    queue.Add(3, Priority(1));
    EXPECT_EQ(executor.Enabled(), Texts({"k1", "k3"}));
  }
  EXPECT_EQ(queue.Len(), 3u);
  queue.Add(4);  // any call matches anew
  for (const char* text : {"k3", "k1", "k2", "k4"}) EXPECT_TRUE(executor.Fire(text)) << text;
}

}  // namespace
}  // namespace wavetank
