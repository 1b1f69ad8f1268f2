#include "runtime/exec/channel.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/exec/manual_executor.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

Task<void> SendAll(Channel<int>* channel, int first, int count, std::string* log) {
  for (int i = first; i < first + count; ++i) {
    const bool sent = co_await channel->Send(i);
    log->push_back(sent ? '+' : '-');
  }
}

Task<void> ReceiveAll(Channel<int>* channel, std::vector<int>* out) {
  for (;;) {
    const std::optional<int> got = co_await channel->Receive();
    if (!got.has_value()) break;
    out->push_back(*got);
  }
  out->push_back(-1);
}

Task<void> ReceiveOne(Channel<int>* channel, std::vector<int>* out, int name) {
  const std::optional<int> got = co_await channel->Receive();
  out->push_back(name + got.value_or(-1));
}

TEST(ChannelTest, SendersWaitWhileItIsFull) {
  ManualExecutor executor;
  Channel<int> channel(executor, 2);
  TaskGroup group(executor);
  std::string log;
  std::vector<int> out;
  group.Spawn(SendAll(&channel, 0, 5, &log));
  EXPECT_EQ(log, "++");
  EXPECT_EQ(channel.size(), 2u);
  EXPECT_FALSE(channel.TrySend(9));
  group.Spawn(ReceiveAll(&channel, &out));
  executor.RunReady();
  EXPECT_EQ(log, "+++++");
  EXPECT_EQ(out, std::vector<int>({0, 1, 2, 3, 4}));
}

TEST(ChannelTest, CloseLetsReceiversDrain) {
  ManualExecutor executor;
  Channel<int> channel(executor, 2);
  TaskGroup group(executor);
  std::string log;
  std::vector<int> out;
  group.Spawn(SendAll(&channel, 0, 3, &log));
  channel.Close();
  channel.Close();
  executor.RunReady();
  EXPECT_EQ(log, "++-");  // the waiting sender learns of it
  EXPECT_FALSE(channel.TrySend(7));
  group.Spawn(ReceiveAll(&channel, &out));
  EXPECT_EQ(out, std::vector<int>({0, 1, -1}));
  EXPECT_EQ(channel.TryReceive(), std::nullopt);
}

TEST(ChannelTest, CloseWakesAllReceivers) {
  ManualExecutor executor;
  Channel<int> channel(executor, 1);
  TaskGroup group(executor);
  std::vector<int> out;
  for (int i = 0; i < 3; ++i) group.Spawn(ReceiveAll(&channel, &out));
  channel.Close();
  executor.RunReady();
  EXPECT_EQ(out, std::vector<int>({-1, -1, -1}));
  EXPECT_EQ(group.live(), 0u);
}

TEST(ChannelTest, WaitersAreServedInOrder) {
  ManualExecutor executor;
  Channel<int> channel(executor, 4);
  TaskGroup group(executor);
  std::vector<int> out;
  for (const int name : {100, 200, 300}) group.Spawn(ReceiveOne(&channel, &out, name));
  channel.TrySend(1);
  executor.RunReady();
  channel.TrySend(2);
  channel.TrySend(3);
  executor.RunReady();
  EXPECT_EQ(out, std::vector<int>({101, 202, 303}));
}

TEST(ChannelTest, AReceiverDestroyedAfterItsWakeUpStrandsNothing) {
  ManualExecutor executor;
  Channel<int> channel(executor, 4);
  std::vector<int> out;
  TaskGroup first(executor);
  TaskGroup second(executor);
  first.Spawn(ReceiveOne(&channel, &out, 100));
  second.Spawn(ReceiveOne(&channel, &out, 200));
  channel.TrySend(1);
  first.Clear();
  executor.RunReady();
  EXPECT_EQ(out, std::vector<int>({201}));
}

TEST(ChannelTest, ASenderDestroyedAfterItsWakeUpStrandsNothing) {
  ManualExecutor executor;
  Channel<int> channel(executor, 1);
  std::string log;
  TaskGroup first(executor);
  TaskGroup second(executor);
  channel.TrySend(0);
  first.Spawn(SendAll(&channel, 10, 1, &log));
  second.Spawn(SendAll(&channel, 20, 1, &log));
  EXPECT_EQ(channel.TryReceive(), 0);
  first.Clear();
  executor.RunReady();
  EXPECT_EQ(log, "+");
  EXPECT_EQ(channel.TryReceive(), 20);
}

Task<void> SendPointer(Channel<std::unique_ptr<int>>* channel) {
  auto pointer = std::make_unique<int>(7);
  co_await channel->Send(std::move(pointer));
}

TEST(ChannelTest, CarriesWhatCanOnlyBeMoved) {
  ManualExecutor executor;
  Channel<std::unique_ptr<int>> channel(executor, 1);
  TaskGroup group(executor);
  group.Spawn(SendPointer(&channel));
  group.Spawn(SendPointer(&channel));  // destroyed with its pointer
  auto got = channel.TryReceive();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(**got, 7);
}

TEST(ChannelTest, MayDieBeforeItsWaiters) {
  ManualExecutor executor;
  TaskGroup group(executor);
  std::vector<int> out;
  {
    Channel<int> channel(executor, 1);
    group.Spawn(ReceiveOne(&channel, &out, 0));
  }
  executor.RunReady();
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace wavetank
