// T-053, RT-253, RT-255.
#include "examples/replicaset/consistency.h"

#include <gmock/gmock.h>

namespace wavetank::examples {
namespace {

const ObjectKey kWeb("ns", "web");

class ConsistencyTest : public ::testing::Test {
 protected:
  ConsistencyTest() {
    store_.AddReader("pods", [this] { return pods_; });
    store_.AddReader("replicasets.apps", [this] { return sets_; });
  }
  uint64_t pods_ = 5;
  uint64_t sets_ = 5;
  ConsistencyStore store_;
};

TEST_F(ConsistencyTest, WaitsForEveryResource) {
  EXPECT_TRUE(store_.EnsureReady(kWeb).ok());
  store_.WroteAt(kWeb, "1", "pods", 9);
  store_.WroteAt(kWeb, "1", "pods", 7);
  store_.WroteAt(kWeb, "1", "replicasets.apps", 8);
  EXPECT_EQ(store_.EnsureReady(kWeb).message(),
            "read version: 5 is not as new as written version: 9 for group resource pods");
  EXPECT_TRUE(store_.EnsureReady(ObjectKey("ns", "other")).ok());
  pods_ = 9;
  EXPECT_EQ(store_.EnsureReady(kWeb).message(),
            "read version: 5 is not as new as written version: 8 for group resource replicasets.apps");
  sets_ = 20;
  pods_ = 1;  // what was seen once is seen
  EXPECT_TRUE(store_.EnsureReady(kWeb).ok());
  EXPECT_EQ(store_.size(), 0);
}

TEST_F(ConsistencyTest, ASuccessorStartsAnew) {
  store_.WroteAt(kWeb, "1", "pods", 9);
  store_.WroteAt(kWeb, "2", "replicasets.apps", 8);
  sets_ = 8;
  EXPECT_TRUE(store_.EnsureReady(kWeb).ok());
  store_.WroteAt(kWeb, "2", "pods", 9);
  store_.Clear(kWeb, "1");
  EXPECT_FALSE(store_.EnsureReady(kWeb).ok());
  store_.Clear(kWeb, "2");
  EXPECT_TRUE(store_.EnsureReady(kWeb).ok());
}

TEST_F(ConsistencyTest, WhatCannotBeComparedBlocksNobody) {
  store_.WroteAt(kWeb, "1", "pods", 0);
  store_.WroteAt(kWeb, "1", "replicationcontrollers", 9);
  EXPECT_EQ(store_.size(), 0);
  EXPECT_TRUE(store_.EnsureReady(kWeb).ok());
}

}  // namespace
}  // namespace wavetank::examples
