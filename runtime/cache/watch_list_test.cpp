// A reflector whose list comes by a watch (T-104, RT-175, RT-176).
#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/cache/reflector_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPods;
using testing_util::Pod;

class WatchListTest : public testing_util::ReflectorTestBase {
 protected:
  WatchListTest() {
    ReflectorOptions options;
    options.watch_list = true;
    Make(std::move(options));
    tape_.TellNames();
  }
};

TEST_F(WatchListTest, OneRequestLoadsAndGoesOn) {
  server().Put(Pod("b"));
  server().Put(Pod("a"));
  Start();
  EXPECT_EQ(Requests(), "watch+ ''") << "as fresh as the store, not what some cache has";
  EXPECT_EQ(tape_.Take(), "replace a b @3");
  server().Put(Pod("c"));
  server().SendBookmark(kPods);
  world_.Settle();
  EXPECT_EQ(tape_.Take(), "ADDED c; bookmark 4");
  EXPECT_EQ(Requests(), "") << "the stream goes on";
  EXPECT_EQ(world_.executor.timers(), 0u);
  EXPECT_EQ(reflector_->counters().lists, 1u);
}

TEST_F(WatchListTest, ACleanEndAfterwardsIsAPlainWatch) {
  server().Put(Pod("a"));
  Start();
  Requests();
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch '2'");
}

TEST_F(WatchListTest, NothingIsToldBeforeAllIsThere) {
  server().HoldInitialMark(true);
  server().Put(Pod("a"));
  server().Put(Pod("b"));
  Start();
  // What changes meanwhile is taken in; a bookmark without the mark says nothing.
  server().Put(Pod("c"));
  server().Put(Pod("a", "n2"));
  server().Remove(kPods, ObjectKey("default", "b"));
  server().SendBookmark(kPods);
  world_.Settle();
  EXPECT_EQ(tape_.Take(), "");
  EXPECT_EQ(reflector_->last_version(), "");
  server().SendInitialMark(kPods);
  world_.Settle();
  EXPECT_EQ(tape_.Take(), "replace a c @6");
  EXPECT_EQ(reflector_->last_version(), "6");
}

TEST_F(WatchListTest, AStreamThatEndsTooEarlyStartsAnew) {
  server().HoldInitialMark(true);
  server().Put(Pod("a"));
  Start();
  server().HoldInitialMark(false);
  server().HoldWatchEvents(true);  // the delete is not told any more
  server().Remove(kPods, ObjectKey("default", "a"));
  server().Put(Pod("b"));
  server().BreakWatches(kPods);
  server().HoldWatchEvents(false);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch+ ''; watch+ ''");
  EXPECT_EQ(tape_.Take(), "replace b @4") << "a came in the first one, and is forgotten with it";
}

TEST_F(WatchListTest, AVeryShortStreamIsAList) {  // RT-172
  server().HoldInitialMark(true);
  Start();
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch+ ''; list '0' limit 500; watch '1'");
  EXPECT_EQ(tape_.Take(), "replace @1");
}

TEST_F(WatchListTest, AConnectionThatFailsIsTriedAgainAfterAPause) {
  server().Put(Pod("a"));
  server().AnswerNext(Verb::kWatch, [](const ApiRequest&) -> Result<ApiResponse> {
    return Status(Code::kConnection, "connection refused");
  });
  Start();
  EXPECT_EQ(Requests(), "watch+ ''");
  const Duration wait = NextTimer();
  EXPECT_GE(wait, 800ms);
  EXPECT_LE(wait, 1600ms);
  EXPECT_EQ(Requests(), "watch+ ''");
  EXPECT_EQ(tape_.Take(), "replace a @2");
}

TEST_F(WatchListTest, AnExpiredVersionIsAskedForWithoutOneAtOnce) {
  server().Put(Pod("a"));
  Start();
  Requests();
  tape_.Take();
  server().Put(Pod("b"));
  world_.Settle();
  server().FailWatches(kPods, ExpiredError("too old resource version"));
  world_.Settle();
  server().FailNext(Verb::kWatch, ExpiredError("too old resource version"));
  NextTimer();
  EXPECT_EQ(Requests(), "watch+ '3'; watch+ ''");
  EXPECT_EQ(tape_.Take(), "ADDED b; replace a b @3");
  // Once is enough: from then on it knows a version again.
  server().FailWatches(kPods, ExpiredError("too old resource version"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "watch+ '3'");
}

TEST_F(WatchListTest, AServerThatExpiresEverythingIsAskedWithPauses) {
  for (int i = 0; i < 2; ++i) server().FailNext(Verb::kWatch, ExpiredError("too old resource version"));
  Start();
  EXPECT_EQ(Requests(), "watch+ ''; watch+ ''");
  EXPECT_GE(NextTimer(), 800ms);
  EXPECT_EQ(Requests(), "watch+ ''");
  EXPECT_EQ(tape_.Take(), "replace @1");
}

TEST_F(WatchListTest, AServerThatDoesNotKnowItIsListed) {
  server().KnowsInitialEvents(false);
  server().Put(Pod("a"));
  Start();
  EXPECT_EQ(Requests(), "watch+ ''; list '0' limit 500; watch '2'");
  EXPECT_EQ(tape_.Take(), "replace a @2");
  // Each load tries anew: the server may have been replaced.
  server().KnowsInitialEvents(true);
  server().FailWatches(kPods, ExpiredError("too old resource version"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "watch+ '2'");
}

}  // namespace
}  // namespace wavetank
