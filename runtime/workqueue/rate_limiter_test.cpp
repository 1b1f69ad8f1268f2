#include "runtime/workqueue/rate_limiter.h"

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "runtime/workqueue/queue_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::TestKey;

const Time kNow = Time::FromSeconds(1'000);

// T-102.
TEST(RateLimiterTest, ExponentialDoublesPerKey) {  // RT-130, RT-134
  ExponentialLimiter<TestKey> limiter(1ms, 1s);
  for (const int ms : {1, 2, 4, 8, 16}) EXPECT_EQ(limiter.When(1, kNow), Duration(ms * 1ms));
  EXPECT_EQ(limiter.NumRequeues(1), 5);
  EXPECT_EQ(limiter.When(2, kNow), Duration(1ms));
  EXPECT_EQ(limiter.When(2, kNow), Duration(2ms));
  EXPECT_EQ(limiter.NumRequeues(2), 2);
  limiter.Forget(1);
  EXPECT_EQ(limiter.NumRequeues(1), 0);
  EXPECT_EQ(limiter.When(1, kNow), Duration(1ms));
  EXPECT_EQ(limiter.NumRequeues(3), 0);
}

TEST(RateLimiterTest, ExponentialDefaults) {  // RT-130
  ExponentialLimiter<TestKey> limiter;
  std::vector<Duration> delays;
  for (int i = 0; i < 200; ++i) delays.push_back(limiter.When(1, kNow));
  EXPECT_EQ(delays[0], 5ms);
  EXPECT_EQ(delays[1], 10ms);
  EXPECT_EQ(delays[15], 163'840ms);
  EXPECT_EQ(delays[16], 327'680ms);
  EXPECT_EQ(delays[17], 655'360ms);
  for (int i = 18; i < 200; ++i) EXPECT_EQ(delays[i], 1000s) << i;
}

TEST(RateLimiterTest, ExponentialNeverOverflows) {  // RT-130
  ExponentialLimiter<TestKey> limiter(Duration(1), Duration::max());
  Duration previous{0};
  for (int i = 0; i < 100; ++i) {
    const Duration delay = limiter.When(1, kNow);
    EXPECT_GE(delay, previous) << i;
    previous = delay;
  }
  EXPECT_EQ(previous, Duration::max());
  ExponentialLimiter<TestKey> above(5s, 1s);
  EXPECT_EQ(above.When(1, kNow), 1s);
  ExponentialLimiter<TestKey> none(0s, 1s);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(none.When(1, kNow), 0s);
}

TEST(RateLimiterTest, BucketReservesTheFuture) {  // RT-131
  BucketLimiter<TestKey> limiter;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limiter.When(i, kNow), 0s) << i;
  for (int i = 1; i <= 30; ++i) EXPECT_EQ(limiter.When(1, kNow), i * 100ms);
  limiter.Forget(1);
  EXPECT_EQ(limiter.NumRequeues(1), 0);
  EXPECT_EQ(limiter.When(1, kNow + 3s), 100ms);  // 30 came back, 31 were owed
  EXPECT_EQ(limiter.When(1, kNow + 1h), 0s);     // full again, and not fuller than full
  for (int i = 1; i < 100; ++i) EXPECT_EQ(limiter.When(1, kNow + 1h), 0s);
  EXPECT_EQ(limiter.When(1, kNow + 1h), 100ms);
}

TEST(RateLimiterTest, BucketOfExtremes) {
  BucketLimiter<TestKey> endless(Duration::max(), 100);
  for (int i = 0; i < 3; ++i) EXPECT_GE(endless.When(1, kNow), 0s);
  BucketLimiter<TestKey> unlimited(0s, 0);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(unlimited.When(1, kNow), 0s);
  BucketLimiter<TestKey> strict(1s, 0);
  EXPECT_EQ(strict.When(1, kNow), 1s);
}

TEST(RateLimiterTest, FastThenSlow) {  // RT-133
  FastSlowLimiter<TestKey> limiter(5ms, 10s, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.When(1, kNow), 5ms);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.When(1, kNow), 10s);
  EXPECT_EQ(limiter.When(2, kNow), 5ms);
  EXPECT_EQ(limiter.NumRequeues(1), 6);
  limiter.Forget(1);
  EXPECT_EQ(limiter.When(1, kNow), 5ms);
}

TEST(RateLimiterTest, MaxOfAsksEveryone) {  // RT-132, RT-133
  std::vector<std::unique_ptr<RateLimiter<TestKey>>> both;
  both.push_back(std::make_unique<FastSlowLimiter<TestKey>>(5ms, 3s, 3));
  both.push_back(std::make_unique<ExponentialLimiter<TestKey>>(1ms, 1s));
  MaxOfLimiter<TestKey> limiter(std::move(both));
  const std::vector<Duration> want = {5ms, 5ms, 5ms, 3s, 3s};
  for (const Duration delay : want) EXPECT_EQ(limiter.When(1, kNow), delay);
  EXPECT_EQ(limiter.NumRequeues(1), 5);
  limiter.Forget(1);
  EXPECT_EQ(limiter.NumRequeues(1), 0);
  EXPECT_EQ(limiter.When(1, kNow), 5ms);
}

TEST(RateLimiterTest, DefaultIsBoundByTheBucket) {  // RT-132
  auto limiter = DefaultLimiter<TestKey>();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(limiter->When(i, kNow), 5ms);
  EXPECT_EQ(limiter->When(200, kNow), 100ms);
  auto exponential = ExponentialOnly<TestKey>();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(exponential->When(i, kNow), 5ms);
}

TEST(RateLimiterTest, MaxWaitCaps) {  // RT-133
  MaxWaitLimiter<TestKey> limiter(std::make_unique<ExponentialLimiter<TestKey>>(1ms, 1000s), 10ms);
  const std::vector<Duration> want = {1ms, 2ms, 4ms, 8ms, 10ms, 10ms};
  for (const Duration delay : want) EXPECT_EQ(limiter.When(1, kNow), delay);
  EXPECT_EQ(limiter.NumRequeues(1), 6);
}

TEST(RateLimiterTest, FingerprintsShowTheState) {
  auto a = DefaultLimiter<TestKey>();
  auto b = DefaultLimiter<TestKey>();
  EXPECT_EQ(a->Fingerprint(kNow), b->Fingerprint(kNow + 1h));  // relative time
  a->When(1, kNow);
  a->When(2, kNow);
  EXPECT_NE(a->Fingerprint(kNow), b->Fingerprint(kNow));
  b->When(2, kNow);
  b->When(1, kNow);
  EXPECT_EQ(a->Fingerprint(kNow), b->Fingerprint(kNow));
}

// The table against a naive one.
TEST(KeyTableTest, AgreesWithAMap) {
  struct Node {
    Node(const TestKey& key, uint64_t hash) : key(key), hash(hash) {}
    TestKey key;
    uint64_t hash;
    int value = 0;
  };
  internal::KeyTable<Node, TestKey> table;
  std::map<int, int> model;
  Random random(7);
  for (int i = 0; i < 20'000; ++i) {
    const int key = static_cast<int>(random.Below(i < 10'000 ? 500 : 40));
    if (random.Chance(1, 2)) {
      table.FindOrInsert(key).value = i;
      model[key] = i;
    } else if (Node* node = table.Find(key)) {
      ASSERT_EQ(node->value, model.at(key));
      table.Erase(*node);
      model.erase(key);
    } else {
      ASSERT_FALSE(model.contains(key));
    }
    ASSERT_EQ(table.size(), model.size());
  }
  for (const auto& [key, value] : model) ASSERT_EQ(table.Find(key)->value, value);
}

}  // namespace
}  // namespace wavetank
