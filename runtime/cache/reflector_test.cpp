#include "runtime/cache/reflector.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/cache/reflector_test_util.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing_util::kPods;
using testing_util::Pod;

// T-104.
class ReflectorTest : public testing_util::ReflectorTestBase {};

TEST_F(ReflectorTest, ListsFromZeroThenWatchesFromTheList) {  // RT-162, RT-163, RT-167, RT-168, RT-170
  server().Put(Pod("a"));
  Start();
  EXPECT_EQ(Requests(), "list '0' limit 500; watch '2'");
  server().Put(Pod("b"));
  server().Put(Pod("b", "n2"));
  server().Remove(kPods, ObjectKey("default", "a"));
  server().SendBookmark(kPods);
  world_.Settle();
  EXPECT_EQ(tape_.Take(), "replace 1@2; ADDED b; MODIFIED b; DELETED a; bookmark 5");
  EXPECT_EQ(reflector_->last_version(), "5");
  EXPECT_EQ(world_.executor.timers(), 0u) << "a reflector at rest has no timer";
}

TEST_F(ReflectorTest, TheWatchAsksForBookmarksAndFiveToTenMinutes) {  // RT-168
  Start();
  const ListOptions& list = server().requests().back().list;
  EXPECT_TRUE(list.allow_bookmarks);
  EXPECT_GE(list.timeout_seconds, 300);
  EXPECT_LE(list.timeout_seconds, 600);
}

TEST_F(ReflectorTest, ACleanEndIsAnotherWatchWithoutAList) {  // RT-172
  Start();
  server().Put(Pod("a"));
  world_.Settle();
  Requests();
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch '2'");
  // A broken connection too (RT-281).
  server().Put(Pod("b"));
  server().BreakWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch '3'");
  EXPECT_EQ(tape_.Take(), "replace 0@1; ADDED a; ADDED b");
}

TEST_F(ReflectorTest, AVeryShortWatchListsAgainAfterABackoff) {  // RT-172, RT-173
  Start();
  Requests();
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "");
  EXPECT_EQ(reflector_->last_error().code(), Code::kUnavailable);
  const Duration wait = NextTimer();
  EXPECT_GE(wait, Duration(800ms));
  EXPECT_LE(wait, Duration(1600ms));
  EXPECT_EQ(Requests(), "list '1'; watch '1'") << "not '0', and unpaged (RT-163)";
  EXPECT_TRUE(reflector_->last_error().ok());
  // A second later it is no longer very short.
  world_.executor.Advance(1s);
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(Requests(), "watch '1'");
}

TEST_F(ReflectorTest, GoneInTheWatchListsFromTheLastVersion) {  // RT-173
  Start();
  server().Put(Pod("a"));
  world_.Settle();
  Requests();
  server().FailWatches(kPods, ExpiredError("too old resource version: 1 (5)"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "list '2'; watch '2'");
}

TEST_F(ReflectorTest, GoneInTheListIsTriedAtOnceWithTheNewest) {  // RT-164
  Start();
  server().FailWatches(kPods, ExpiredError("too old"));
  server().FailNext(Verb::kList, ExpiredError("too old"));
  world_.Settle();
  Requests();
  NextTimer();
  EXPECT_EQ(Requests(), "list '1'; list '' limit 500; watch '1'");
  // The flag is gone after a success.
  server().FailWatches(kPods, ExpiredError("too old"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "list '1'; watch '1'");
  // "Too large resource version" likewise.
  const Status large = WithCause(TimeoutError("Too large resource version: 9, current: 1", 1),
                                 {"ResourceVersionTooLarge", "Too large resource version", ""});
  server().FailWatches(kPods, ExpiredError("too old"));
  server().FailNext(Verb::kList, large);
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "list '1'; list '' limit 500; watch '1'");
}

TEST_F(ReflectorTest, AServerThatPagesAtVersionZeroIsPagedEverAfter) {  // RT-163
  for (int i = 0; i < 501; ++i) server().Put(Pod("p" + std::to_string(i)));
  Start();
  EXPECT_EQ(Requests(), "list '0' limit 500; list '' limit 500; watch '502'");
  server().FailWatches(kPods, ExpiredError("too old"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "list '502' limit 500; list '' limit 500; watch '502'");
  EXPECT_EQ(tape_.Take(), "replace 501@502; replace 501@502");
}

TEST_F(ReflectorTest, ARefusedOrThrottledWatchStartsAgainWithoutAList) {  // RT-169
  server().DropNext(Verb::kWatch);
  server().FailNext(Verb::kWatch, TooManyRequestsError("slow down", 1));
  Start();
  EXPECT_EQ(Requests(), "list '0' limit 500; watch '1'");
  NextTimer();
  EXPECT_EQ(Requests(), "watch '1'");
  NextTimer();
  EXPECT_EQ(Requests(), "watch '1'");
  EXPECT_EQ(server().open_watches(kPods), 1u);
}

TEST_F(ReflectorTest, OtherStartErrorsListAgain) {  // RT-169
  server().FailNext(Verb::kWatch, InternalError("etcd is down"));
  Start();
  Requests();
  NextTimer();
  EXPECT_EQ(Requests(), "list '1'; watch '1'");
}

TEST_F(ReflectorTest, ErrorsInTheStream) {  // RT-173
  Start();
  Requests();
  server().FailWatches(kPods, TooManyRequestsError("slow down", 1));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "watch '1'");
  server().FailWatches(kPods, InternalError("oops"));
  world_.Settle();
  NextTimer();
  EXPECT_EQ(Requests(), "list '1'; watch '1'");
}

TEST_F(ReflectorTest, BackoffDoublesToThirtySecondsAndForgets) {  // RT-161
  for (int i = 0; i < 9; ++i) server().FailNext(Verb::kList, UnavailableError("down"));
  Start();
  Duration base = 800ms;
  for (int i = 0; i < 8; ++i) {
    const Duration wait = NextTimer();
    EXPECT_GE(wait, base) << i;
    EXPECT_LE(wait, base * 2) << i;
    base = std::min<Duration>(base * 2, 30s);
  }
  NextTimer();
  EXPECT_EQ(server().open_watches(kPods), 1u);
  world_.executor.Advance(3min);
  server().FailWatches(kPods, ExpiredError("too old"));
  world_.Settle();
  EXPECT_LE(NextTimer(), Duration(1600ms));
}

TEST_F(ReflectorTest, EventsFromNowhereDoNotMoveTheVersionUntilOneIsNoAdd) {  // RT-171
  const auto empty = [](const ApiRequest&) -> Result<ApiResponse> {
    ApiResponse response;
    response.body = *ParseJson(R"({"kind":"PodList","metadata":{"resourceVersion":"0"}})");
    return response;
  };
  server().AnswerNext(Verb::kList, empty);
  Start();
  server().Put(Pod("a"));
  world_.Settle();
  EXPECT_EQ(reflector_->last_version(), "0");
  server().Put(Pod("a", "n2"));
  world_.Settle();
  EXPECT_EQ(reflector_->last_version(), "3");
}

TEST_F(ReflectorTest, SkipsWhatIsNotOfItsKind) {  // RT-170
  Start();
  WatchEvent event;
  event.object =
      Object(*ParseJson(R"({"kind":"Secret","metadata":{"name":"s","namespace":"d","resourceVersion":"9"}})"));
  server().SendEvent(kPods, event);
  event.object = Object(*ParseJson(R"({"kind":"Table"})"));
  server().SendEvent(kPods, event);
  server().Put(Pod("a"));
  world_.Settle();
  EXPECT_EQ(tape_.Take(), "replace 0@1; ADDED a");
  EXPECT_EQ(reflector_->last_version(), "2");
}

TEST_F(ReflectorTest, AVersionThatIsNoNumberIsKeptAsItIs) {  // RT-178
  Start();
  WatchEvent event;
  event.object =
      Object(*ParseJson(R"({"kind":"Pod","metadata":{"name":"s","namespace":"d","resourceVersion":"abc"}})"));
  server().SendEvent(kPods, event);
  world_.Settle();
  EXPECT_EQ(reflector_->last_version(), "abc");
  server().CloseWatches(kPods);
  world_.Settle();
  EXPECT_EQ(server().requests().back().list.resource_version, "abc");
}

TEST_F(ReflectorTest, DroppingTheTaskClosesTheWatch) {  // RT-166
  Start();
  group_.Clear();
  EXPECT_EQ(server().open_watches(kPods), 0u);
  server().Hold(true);
  group_.Spawn(reflector_->Run());
  EXPECT_EQ(server().held(), 1u);
  group_.Clear();
  EXPECT_EQ(server().held(), 0u);
}

}  // namespace
}  // namespace wavetank
