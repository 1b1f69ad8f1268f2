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
const Gvk kSet("apps", "v1", "ReplicaSet");
const ObjectKey kOwner("default", "web");

Object Pod(const std::string& name) {
  return Obj("{'apiVersion':'v1','kind':'Pod','metadata':{'namespace':'default','name':'" + name + "'}}");
}

// What EnsureReady says.
std::string Behind(uint64_t read, const Object& written, const std::string& resource) {
  return "read version: " + std::to_string(read) +
         " is not as new as written version: " + std::to_string(written.resource_version()) + " for group resource " +
         resource;
}

// RT-253, RT-254, T-053.
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
  EXPECT_EQ(behind.message(), Behind(read, pod, "pods"));
  EXPECT_FALSE(behind.terminal());
  EXPECT_EQ(store_.stale_skips(), 1u);
  EXPECT_TRUE(store_.EnsureReady(ObjectKey("default", "other")).ok());
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  EXPECT_EQ(store_.size(), 0u);  // what is satisfied is dropped
}

TEST_F(ConsistencyTest, EveryKindIsWaitedFor) {
  ASSERT_TRUE(cache_.InformerFor(kSet).ok());
  executor_.RunPending();
  const uint64_t pods_read = cache_.ResourceVersionOf(kPod);
  const uint64_t sets_read = cache_.ResourceVersionOf(kSet);
  const Object older = Write("a");
  const Object pod = Write("b");
  store_.WroteAt(kOwner, "u1", pod);
  store_.WroteAt(kOwner, "u1", older);  // the newest of a kind counts
  EXPECT_EQ(store_.EnsureReady(kOwner).message(), Behind(pods_read, pod, "pods"));
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  const Object set = env_.fake.Put(
      Obj("{'apiVersion':'apps/v1','kind':'ReplicaSet','metadata':{'namespace':'default','name':'web'}}"));
  store_.WroteAt(kOwner, "u1", set);
  EXPECT_EQ(store_.EnsureReady(kOwner).message(), Behind(sets_read, set, "replicasets.apps"));
  cache_.RemoveInformer(kPod);  // what was seen once is not asked for again
  env_.fake.ReleaseWatchEvents();
  executor_.RunPending();
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  EXPECT_EQ(store_.size(), 0u);
}

TEST_F(ConsistencyTest, TheFingerprintIsOfWhatIsRemembered) {
  EXPECT_EQ(store_.Fingerprint(), 0u);
  store_.WroteAt(kOwner, "u1", kPod, 900);
  const uint64_t one = store_.Fingerprint();
  store_.WroteAt(kOwner, "u1", kSet, 900);
  EXPECT_NE(store_.Fingerprint(), one);
  store_.Clear(kOwner, "u1");
  EXPECT_EQ(store_.Fingerprint(), 0u);
  for (const auto& [uid, kind, version] : {std::tuple("u2", kPod, 900), {"u1", kSet, 900}, {"u1", kPod, 901}}) {
    store_.WroteAt(kOwner, uid, kind, static_cast<uint64_t>(version));
    EXPECT_NE(store_.Fingerprint(), one);
    store_.Clear(kOwner, "");
  }
  store_.WroteAt(kOwner, "u1", kPod, 900);
  EXPECT_EQ(store_.Fingerprint(), one);
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
  // and is not forgotten with the one before.
  store_.WroteAt(kOwner, "u2", pod);
  store_.Clear(kOwner, "u1");
  EXPECT_FALSE(store_.EnsureReady(kOwner).ok());
}

// RT-253: no number, no block. RT-255: a kind that nobody caches is a mistake, said aloud and not retried.
TEST_F(ConsistencyTest, WhatCannotBeCompared) {
  store_.WroteAt(kOwner, "u1", Pod("a"));
  EXPECT_EQ(store_.size(), 0u);
  EXPECT_TRUE(store_.EnsureReady(kOwner).ok());
  store_.WroteAt(kOwner, "u1", kSet, 9);
  const Status wrong = store_.EnsureReady(kOwner);
  EXPECT_EQ(wrong.code(), Code::kFailedPrecondition);
  EXPECT_TRUE(wrong.terminal());
}

}  // namespace
}  // namespace wavetank
