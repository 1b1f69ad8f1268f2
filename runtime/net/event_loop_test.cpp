#include "runtime/net/event_loop.h"

#include "runtime/net/https_server.h"
#include "runtime/net/identity.h"
#include "runtime/net/real_environment.h"

#if defined(BOOST_CONFIG_HPP) || defined(OPENSSL_VERSION_NUMBER)
#error "a public header of runtime/net includes a third-party one"
#endif

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "runtime/exec/sleep.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(EventLoop, PostsRunInOrderAndNotAtOnce) {
  EventLoop loop;
  std::vector<int> order;
  loop.Post([&] {
    order.push_back(1);
    loop.Post([&] { order.push_back(3); });
    order.push_back(2);
  });
  EXPECT_THAT(order, ElementsAre());
  loop.RunUntil([&] { return order.size() == 3; });
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

Task<std::vector<int>> SleepTwice(EventLoop* loop) {
  std::vector<int> order;
  const Time before = loop->Now();
  co_await Sleep(loop->executor(), 2ms);
  if (loop->Now() >= before + 2ms) order.push_back(1);
  co_await Sleep(loop->executor(), 0ms);
  order.push_back(2);
  co_return order;
}

TEST(EventLoop, ATaskSleepsInRealTime) {
  EventLoop loop;
  EXPECT_THAT(loop.Run(SleepTwice(&loop)), ElementsAre(1, 2));
}

Task<void> Note(EventLoop* loop, std::vector<int>* order, Duration wait, int number) {
  co_await Sleep(loop->executor(), wait);
  order->push_back(number);
}

TEST(EventLoop, TimersFireInTheOrderOfTheirTimeNotOfTheirArming) {
  EventLoop loop;
  std::vector<int> order;
  std::vector<Task<void>> tasks;
  tasks.push_back(Note(&loop, &order, 20ms, 3));
  tasks.push_back(Note(&loop, &order, 10ms, 2));
  tasks.push_back(Note(&loop, &order, 1ms, 1));
  tasks.push_back(Note(&loop, &order, 1h, 4));
  for (Task<void>& task : tasks) task.Start(loop.executor());
  loop.RunUntil([&] { return order.size() == 3; });
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
  tasks.clear();  // the one that sleeps an hour is forgotten
}

TEST(EventLoop, StopEndsARunThatSleeps) {
  EventLoop loop;
  loop.Post([&] { loop.Stop(); });
  EXPECT_FALSE(loop.RunUntil([] { return false; }));
  // And it can run again.
  bool ran = false;
  loop.Post([&] { ran = true; });
  EXPECT_TRUE(loop.RunUntil([&] { return ran; }));
}

TEST(EventLoop, TimeNeverGoesBack) {
  EventLoop loop;
  Time last = loop.Now();
  EXPECT_GT(last, Time::FromSeconds(1'700'000'000));
  for (int i = 0; i < 10'000; ++i) {
    const Time now = loop.Now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(EventLoop, AnAlarmRingsOnceAndTheLastSettingCounts) {
  EventLoop loop;
  Alarm alarm(loop);
  int rings = 0;
  bool late = false;
  alarm.Set(loop.Now() + 1ms, [&] { rings += 100; });
  alarm.Set(loop.Now() + 2ms, [&] { ++rings; });
  Alarm other(loop);
  other.Set(loop.Now() + 10ms, [&] { late = true; });
  Alarm cancelled(loop);
  cancelled.Set(loop.Now(), [&] { rings += 1000; });
  cancelled.Cancel();
  loop.RunUntil([&] { return late; });
  EXPECT_EQ(rings, 1);
}

TEST(EventLoop, AnAlarmMaySetItselfAnew) {
  EventLoop loop;
  Alarm alarm(loop);
  int rings = 0;
  std::function<void()> ring = [&] {
    if (++rings < 3) alarm.Set(loop.Now(), ring);
  };
  alarm.Set(loop.Now(), ring);
  loop.RunUntil([&] { return rings == 3; });
}

TEST(EventLoop, SignalsArriveInTheLoop) {
  EventLoop loop;
  std::vector<int> seen;
  loop.OnSignals({SIGUSR1, SIGUSR2}, [&](int signal) { seen.push_back(signal); });
  raise(SIGUSR1);
  EXPECT_THAT(seen, ElementsAre());
  loop.RunUntil([&] { return seen.size() == 1; });
  raise(SIGUSR2);
  loop.RunUntil([&] { return seen.size() == 2; });
  EXPECT_THAT(seen, ElementsAre(SIGUSR1, SIGUSR2));
}

TEST(RealEnvironment, SeesTheMachine) {
  EventLoop loop;
  RealEnvironment env(loop, nullptr, Logger(), 7);
  EXPECT_TRUE(env.Variable("PATH").has_value());
  EXPECT_FALSE(env.Variable("A_VARIABLE_NOBODY_SETS").has_value());
  EXPECT_FALSE(env.Hostname().empty());
  EXPECT_EQ(env.ReadFile("/nonexistent/file").code(), Code::kNotFound);
  EXPECT_EQ(env.ReadFile("/nonexistent/file").status().message(), "/nonexistent/file: No such file or directory");
  EXPECT_EQ(env.ReadFile("/").code(), Code::kFailedPrecondition);

  const std::string path = ::testing::TempDir() + "real_environment_test";
  const std::string content(100'000, 'x');
  std::ofstream(path) << content;
  EXPECT_EQ(*env.ReadFile(path), content);
  std::remove(path.c_str());
}

TEST(RealEnvironment, StreamsRepeatWithTheSeed) {
  EventLoop loop;
  RealEnvironment one(loop, nullptr, Logger(), 7);
  RealEnvironment two(loop, nullptr, Logger(), 7);
  RealEnvironment drawn(loop, nullptr, Logger());
  const uint64_t number = one.RandomFor("backoff").Next();
  EXPECT_EQ(two.RandomFor("backoff").Next(), number);
  EXPECT_NE(two.RandomFor("other").Next(), number);
  EXPECT_NE(drawn.RandomFor("backoff").Next(), number);
}

TEST(Identity, TokensDifferAndAreLong) {
  const std::string token = RandomToken();
  EXPECT_EQ(token.size(), 32u);
  EXPECT_NE(token, RandomToken());
}

TEST(Identity, BearersAreComparedWhole) {
  const std::string right = "Bearer s3cret";
  EXPECT_TRUE(BearerMatches(&right, "s3cret"));
  for (const std::string wrong :
       {"Bearer s3creT", "Bearer s3cre", "Bearer s3crets", "Basic s3cret", "s3cret", "Bearer", ""}) {
    EXPECT_FALSE(BearerMatches(&wrong, "s3cret")) << wrong;
  }
  const std::string lower = "bearer s3cret";
  EXPECT_TRUE(BearerMatches(&lower, "s3cret"));
  EXPECT_FALSE(BearerMatches(nullptr, "s3cret"));
}

TEST(Identity, NamesThatNoCertificateHoldsAreRefused) {
  const Time now = Time::FromSeconds(1'700'000'000);
  EXPECT_TRUE(MakeServerIdentity({.names = {"cluster.local", "*.svc", "::1", "10.0.0.1"}}, now).ok());
  for (const std::string bad : {"", "a b", "a,DNS:b", "1:2", "\xff"}) {
    EXPECT_EQ(MakeServerIdentity({.names = {bad}}, now).code(), Code::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace wavetank
