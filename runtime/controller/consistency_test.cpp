#include "runtime/controller/consistency.h"

#include <gtest/gtest.h>

#include "runtime/client/fake_transport.h"
#include "runtime/controller/test_objects.h"
#include "runtime/exec/task_group.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Obj;

const Gvk kPod("", "v1", "Pod");
const ObjectKey kOwner("default", "web");

Object Pod(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'" + name + "'}}");
}

// RT-253, RT-254.
class ConsistencyTest : public testing::Test {
 protected:
  ConsistencyTest() {
    cache_.Start();
    WT_CHECK(cache_.InformerFor(kPod).ok(), "pods are cached");
    executor_.RunPending();
    env_.fake.HoldWatchEvents(true);
  }
  // A write that the cache has not seen.
  Object Write(const std::string& name) { return env_.fake.Put(Pod(name)); }
  static Task<void> WaitInto(ConsistencyStore* store, Duration at_most, std::optional<Status>* out) {
    Status ready = co_await store->WaitReady(kOwner, at_most);
    *out = ready;
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  Cache cache_{Client(&env_, KindRegistry::BuiltIn())};
  ConsistencyStore store_{&cache_, executor_};
  std::optional<Status> waited_;
  TaskGroup tasks_{executor_};
};

TEST_F(ConsistencyTest, ACacheThatIsBehindIsAnError) {
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  const uint64_t read = cache_.ResourceVersionOf(kPod);
  const Object pod = Write("a");
  store_.WroteAt(kOwner, "u1", pod);
  const Status behind = store_.EnsureReady(kOwner);
  EXPECT_EQ(behind.message(), "read version: " + std::to_string(read) + " is not as new as written version: " +
                                  std::to_string(pod.resource_version()) + " for group resource pods");
  EXPECT_FALSE(behind.terminal());
  EXPECT_EQ(store_.stale_skips(), 1u);
  EXPECT_TRUE(store_.EnsureReady(ObjectKey("default", "other")).ok());
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  EXPECT_EQ(store_.size(), 0u);  // what is satisfied is dropped
}

TEST_F(ConsistencyTest, TheWaitEndsWithTheEvent) {
  store_.WroteAt(kOwner, "u1", Write("a"));
  tasks_.Spawn(WaitInto(&store_, 5s, &waited_));
  executor_.Advance(1s);
  EXPECT_FALSE(waited_.has_value());
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  ASSERT_TRUE(waited_.has_value());
  EXPECT_TRUE(waited_->ok());
}

TEST_F(ConsistencyTest, TheWaitHasAnEnd) {
  store_.WroteAt(kOwner, "u1", Write("a"));
  tasks_.Spawn(WaitInto(&store_, 5s, &waited_));
  executor_.Advance(5s);
  ASSERT_TRUE(waited_.has_value());
  EXPECT_EQ(waited_->code(), Code::kUnavailable);
}

// A bookmark is as good as an event.
TEST_F(ConsistencyTest, ABookmarkCatchesUp) {
  store_.WroteAt(kOwner, "u1", kPod, env_.fake.revision() + 1);
  env_.fake.set_revision(env_.fake.revision() + 1);
  EXPECT_FALSE(store_.EnsureReady(kOwner).ok());
  env_.fake.HoldWatchEvents(false);
  env_.fake.SendBookmark(Gvr("", "v1", "pods"));
  executor_.RunPending();
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
}

TEST_F(ConsistencyTest, OwnersComeAndGo) {
  const Object pod = Write("a");
  store_.WroteAt(kOwner, "u1", pod);
  store_.Clear(kOwner, "another");
  EXPECT_FALSE(store_.EnsureReady(kOwner).ok());
  store_.Clear(kOwner, "u1");
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  // The successor of the same name starts anew.
  store_.WroteAt(kOwner, "u1", pod);
  store_.WroteAt(kOwner, "u2", kPod, 1);
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
}

// RT-253: no number, no block. RT-255: a kind that nobody caches is a mistake, said aloud and not retried.
TEST_F(ConsistencyTest, WhatCannotBeCompared) {
  store_.WroteAt(kOwner, "u1", Pod("a"));
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  store_.WroteAt(kOwner, "u1", Gvk("apps", "v1", "ReplicaSet"), 9);
  const Status wrong = store_.EnsureReady(kOwner);
  EXPECT_EQ(wrong.code(), Code::kFailedPrecondition);
  EXPECT_TRUE(wrong.terminal());
}

}  // namespace
}  // namespace wavetank
