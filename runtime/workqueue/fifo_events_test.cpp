// Hand-outs and delays of a FifoQueue as events of an executor: what is enabled when, under which label.
#include <gtest/gtest.h>

#include <memory>

#include "runtime/workqueue/fifo_queue.h"
#include "runtime/workqueue/priority_queue.h"
#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::GetOne;
using test::StepExecutor;
using test::TestKey;
using test::Worker;
using Log = std::vector<int>;
using Texts = std::vector<std::string>;

TEST(FifoEventsTest, OneOfferForEachIdleWorkerAndItem) {
  StepExecutor executor;
  FifoQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup group(executor);
  for (int i = 0; i < 3; ++i) group.Spawn(Worker(&executor, &queue, 0s, &log));
  EXPECT_EQ(executor.Enabled(), Texts());
  queue.Add(1);
  queue.Add(1);
  queue.Add(2);
  EXPECT_EQ(executor.Enabled(), Texts({"k1", "k2"}));
  for (int id = 3; id < 9; ++id) queue.Add(id);
  EXPECT_EQ(executor.Enabled(), Texts({"k1", "k2", "k3"}));
  EXPECT_EQ(queue.Len(), 8u);
  EXPECT_TRUE(executor.Fire("k2"));
  EXPECT_EQ(log, Log({2}));
  EXPECT_EQ(executor.Enabled(), Texts({"k1", "k3", "k4"}));
  queue.Add(2);
  EXPECT_TRUE(executor.Fire("k1"));
  EXPECT_TRUE(executor.Fire("k3"));
  for (const char* text : {"k4", "k5", "k6", "k7", "k8", "k2"}) EXPECT_TRUE(executor.Fire(text)) << text;
  EXPECT_EQ(executor.Enabled(), Texts());
}

TEST(FifoEventsTest, AddsMergeUntilTheHandOut) {  // RT-113
  StepExecutor executor;
  FifoQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup group(executor);
  group.Spawn(Worker(&executor, &queue, 0s, &log));
  for (int i = 0; i < 3; ++i) queue.Add(1);
  EXPECT_TRUE(executor.Fire("k1"));
  EXPECT_EQ(executor.Enabled(), Texts());
  EXPECT_EQ(log, Log({1}));
}

TEST(FifoEventsTest, LabelsAreStable) {
  std::vector<uint64_t> keys;
  for (int run = 0; run < 2; ++run) {
    StepExecutor executor;
    FifoQueue<TestKey> other(executor, {.name = "other"});
    FifoQueue<TestKey> queue(executor, {.name = "q"});
    Log log;
    TaskGroup group(executor);
    group.Spawn(GetOne(&queue, &log));
    if (run == 1) queue.Add(9);
    if (run == 1) executor.Fire("k9");
    if (run == 1) group.Spawn(GetOne(&queue, &log));
    queue.Add(1);
    queue.AddAfter(2, 5s);
    const auto now = executor.Keys();
    if (run == 1) {
      EXPECT_EQ(keys, now);
    }
    keys = now;
  }
  EXPECT_NE(keys[0], keys[1]);
}

TEST(FifoEventsTest, DelaysHaveTheirTimerClass) {
  StepExecutor executor;
  FifoQueue<TestKey> queue(executor, {.name = "q"});
  queue.AddAfter(1, 10h);
  EXPECT_EQ(executor.Enabled(), Texts({"~10h0m0s delayed k1"}));
  queue.AddAfter(2, 30s);
  queue.Add(3, AddOptions().After(20s).WithTimerClass(TimerClass::kBackground));
  EXPECT_EQ(executor.Enabled(), Texts({"@30s delayed k2", "~20s delayed k3"}));
  queue.Add(3, AddOptions().After(1h).WithTimerClass(TimerClass::kForeground));  // earlier time, foreground
  EXPECT_EQ(executor.Enabled(), Texts({"~10h0m0s delayed k1", "@20s delayed k3"}));
  EXPECT_TRUE(executor.Fire("@20s delayed k3"));
  EXPECT_EQ(queue.Len(), 1u);
  EXPECT_EQ(executor.Enabled(), Texts({"~10h0m0s delayed k1", "@30s delayed k2"}));
  queue.ShutDown();
  EXPECT_EQ(executor.Enabled(), Texts());
}

TEST(FifoEventsTest, ARetryIsForegroundHoweverFar) {
  StepExecutor executor;
  FifoQueue<TestKey> queue(executor, {.name = "q"}, std::make_unique<ExponentialLimiter<TestKey>>(1000s, 1000s));
  queue.AddRateLimited(1);
  EXPECT_EQ(executor.Enabled(), Texts({"@16m40s delayed k1"}));
}

TEST(FifoEventsTest, ADestroyedWorkerGivesItsItemBack) {
  StepExecutor executor;
  FifoQueue<TestKey> queue(executor, {.name = "q"});
  Log log;
  TaskGroup survivors(executor);
  {
    TaskGroup victims(executor);
    victims.Spawn(GetOne(&queue, &log));
    victims.Spawn(GetOne(&queue, &log));
    survivors.Spawn(Worker(&executor, &queue, 0s, &log));
    for (int id = 1; id < 5; ++id) queue.Add(id);
    EXPECT_EQ(executor.Enabled(), Texts({"k1", "k2", "k3"}));
  }
  EXPECT_EQ(queue.Len(), 4u);
  EXPECT_TRUE(executor.Fire("k3"));
  for (const char* text : {"k1", "k2", "k4"}) EXPECT_TRUE(executor.Fire(text)) << text;
  EXPECT_EQ(log, Log({3, 1, 2, 4}));
}

TEST(FifoEventsTest, AQueueMayDieBeforeItsWorkers) {
  StepExecutor executor;
  Log log;
  TaskGroup group(executor);
  {
    FifoQueue<TestKey> queue(executor, {.name = "q"});
    for (int i = 0; i < 3; ++i) group.Spawn(GetOne(&queue, &log));
    queue.Add(1);
    queue.AddAfter(2, 1s);
    queue.AddAfter(3, 1h);
  }
  EXPECT_EQ(executor.Enabled(), Texts());
  {
    FifoQueue<TestKey> queue(executor, {.name = "q"});
    group.Spawn(GetOne(&queue, &log));
    queue.ShutDown();
  }
  executor.RunReady();
  EXPECT_EQ(log, Log({-1}));
}

// A crash: frames and queue go in either order, and nothing is asked of the executor any more.
TEST(FifoEventsTest, ATeardownOffersNothing) {
  for (const bool queue_first : {false, true}) {
    StepExecutor executor;
    Log log;
    auto queue = std::make_unique<FifoQueue<TestKey>>(executor, QueueOptions{.name = "q"});
    auto urgent = std::make_unique<PriorityQueue<TestKey>>(executor, QueueOptions{.name = "p"});
    auto workers = std::make_unique<TaskGroup>(executor);
    for (int i = 0; i < 3; ++i) workers->Spawn(Worker(&executor, queue.get(), 1s, &log));
    for (int i = 0; i < 3; ++i) workers->Spawn(Worker(&executor, urgent.get(), 1s, &log));
    for (test::TestQueue* each :
         {static_cast<test::TestQueue*>(queue.get()), static_cast<test::TestQueue*>(urgent.get())}) {
      for (int id = 1; id < 8; ++id) each->Add(id, AddOptions().WithPriority(id));
      each->AddAfter(9, 2s);
      each->AddAfter(8, 1h);
    }
    EXPECT_TRUE(executor.Fire("k2"));
    executor.dead = true;
    if (queue_first) queue.reset();
    if (queue_first) urgent.reset();
    workers.reset();
    queue.reset();
    urgent.reset();
    EXPECT_EQ(executor.Enabled(), Texts());
    EXPECT_FALSE(executor.has_ready());
  }
}

TEST(FifoEventsTest, FingerprintsShowTheState) {
  StepExecutor executor;
  FifoQueue<TestKey> a(executor, {.name = "a"});
  FifoQueue<TestKey> b(executor, {.name = "b"});
  EXPECT_EQ(a.Fingerprint(), b.Fingerprint());
  a.Add(1);
  a.Add(2);
  b.Add(2);
  EXPECT_NE(a.Fingerprint(), b.Fingerprint());
  b.Add(1);
  EXPECT_NE(a.Fingerprint(), b.Fingerprint());  // the order counts
  std::vector<int> log;
  TaskGroup group(executor);
  group.Spawn(Worker(&executor, &b, 0s, &log));
  executor.Fire("k2");
  b.Add(2);
  EXPECT_EQ(a.Fingerprint(), b.Fingerprint());  // offered or not
  a.AddAfter(3, 5s);
  const uint64_t before = a.Fingerprint();
  executor.now = executor.now + 1s;
  EXPECT_NE(a.Fingerprint(), before);
}

}  // namespace
}  // namespace wavetank
