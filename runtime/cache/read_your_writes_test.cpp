#include "runtime/cache/read_your_writes.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/cache/cache_test_util.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPod;
using testing_util::kPods;
using testing_util::Pod;
using testing_util::World;

// RT-252.
class ReadYourWritesTest : public testing::Test {
 protected:
  ReadYourWritesTest() {
    cache_.Start();
    WT_CHECK(world_.executor.Run(cache_.Prepare(world_.pods)).ok(), "the cache of pods syncs");
    world_.Settle();
    server().HoldWatchEvents(true);  // the cache is behind from now on
  }
  FakeTransport& server() { return world_.env.fake; }
  template <typename C>
  typename C::Answer Run(C call) {
    return world_.executor.Run(AsTask(std::move(call)));
  }
  Result<Object> Write(ClientCall<Object> call) { return world_.executor.Run(fresh_.Tracked(std::move(call))); }
  static Task<void> GetInto(Client client, ObjectKey key, std::optional<Result<Object>>* out) {
    Result<Object> answer = co_await client.Get(kPod, key);
    out->emplace(std::move(answer));
  }
  static Task<void> ListInto(Client client, std::optional<size_t>* out) {
    Result<ObjectList> answer = co_await client.List(kPod);
    *out = answer.ok() ? answer->items.size() : 999;
  }
  std::optional<Result<Object>>& StartGet(const std::string& name) {
    read_.reset();
    tasks_.Spawn(GetInto(client_, ObjectKey("default", String(name)), &read_));
    world_.Settle();
    return read_;
  }

  World world_;
  Cache cache_{world_.client};
  ReadYourWrites fresh_{&cache_, world_.executor};
  Client client_{world_.client.WithReader(&fresh_)};
  Client bare_{world_.client.WithReader(&cache_)};
  std::optional<Result<Object>> read_;
  TaskGroup tasks_{world_.executor};
};

TEST_F(ReadYourWritesTest, AGetWaitsForItsWrite) {
  ASSERT_TRUE(Write(client_.Create(Pod("a"))).ok());
  EXPECT_TRUE(IsNotFound(Run(bare_.Get(kPod, ObjectKey("default", "a"))).status()));  // RT-250
  EXPECT_FALSE(StartGet("a").has_value());
  server().ReleaseWatchEvents();
  world_.Settle();
  ASSERT_TRUE(read_.has_value());
  EXPECT_TRUE(read_->ok());
  EXPECT_EQ(fresh_.pending(), 0u);
}

TEST_F(ReadYourWritesTest, OtherObjectsAreReadAtOnce) {
  ASSERT_TRUE(Write(client_.Create(Pod("a"))).ok());
  EXPECT_TRUE(StartGet("b").has_value());
}

TEST_F(ReadYourWritesTest, AListWaitsForAllOfItsKind) {
  ASSERT_TRUE(Write(client_.Create(Pod("a"))).ok());
  ASSERT_TRUE(Write(client_.Create(Pod("b"))).ok());
  std::optional<size_t> count;
  tasks_.Spawn(ListInto(client_, &count));
  world_.Settle();
  server().ReleaseWatchEvents(1);
  world_.Settle();
  EXPECT_FALSE(count.has_value());
  // A later write does not prolong it.
  ASSERT_TRUE(Write(client_.Create(Pod("c"))).ok());
  server().ReleaseWatchEvents(1);
  world_.Settle();
  EXPECT_EQ(count, 2u);
}

TEST_F(ReadYourWritesTest, ADeleteIsWaitedForByUid) {
  server().HoldWatchEvents(false);
  const Object a = server().Put(Pod("a"));
  world_.Settle();
  server().HoldWatchEvents(true);
  ASSERT_TRUE(Run(client_.Delete(a)).ok());
  fresh_.Deleted(a);
  EXPECT_FALSE(StartGet("a").has_value());
  server().ReleaseWatchEvents();
  world_.Settle();
  ASSERT_TRUE(read_.has_value());
  EXPECT_TRUE(IsNotFound(read_->status()));
}

TEST_F(ReadYourWritesTest, ItGivesUp) {
  ASSERT_TRUE(Write(client_.Create(Pod("a"))).ok());
  EXPECT_FALSE(StartGet("a").has_value());
  world_.executor.Advance(5s);
  ASSERT_TRUE(read_.has_value());
  EXPECT_EQ(read_->code(), Code::kDeadlineExceeded);
  EXPECT_EQ(read_->status().message(), "the cache of pods has not shown this process's own writes within 5s");
  EXPECT_EQ(fresh_.timeouts(), 1u);
}

TEST_F(ReadYourWritesTest, AFailedWriteIsNotWaitedFor) {
  server().FailNext(Verb::kCreate, AlreadyExistsError(kPods, "a"));
  EXPECT_FALSE(Write(client_.Create(Pod("a"))).ok());
  EXPECT_TRUE(StartGet("a").has_value());
}

}  // namespace
}  // namespace wavetank
