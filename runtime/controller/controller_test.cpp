#include "runtime/controller/controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "runtime/controller/controller_test_util.h"
#include "runtime/workqueue/priority_queue.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::AnswerAfter;
using test::ControllerHarness;
using testing::Contains;
using testing::HasSubstr;

// Answers what the test says, and remembers when it was asked.
struct Script {
  ManualExecutor* executor = nullptr;
  std::vector<Time> calls;
  Result<ReconcileResult> answer = ReconcileResult::Done();

  test::ReconcileFunction function() {
    return [this](Context ctx, const Request&) {
      calls.push_back(ctx.Now());
      return Answer(answer);
    };
  }
};

std::vector<int64_t> GapsInMillis(const std::vector<Time>& times) {
  std::vector<int64_t> gaps;
  for (size_t i = 1; i < times.size(); ++i) gaps.push_back((times[i] - times[i - 1]).count() / 1'000'000);
  return gaps;
}

// RT-068: Done forgets the failures and waits.
TEST(ControllerTest, DoneWaitsForTheNextEvent) {
  Script script;
  ControllerHarness h(script.function());
  h.Start();
  h.Add("a");
  h.executor.Advance(1h);
  EXPECT_EQ(script.calls.size(), 1u);
  EXPECT_EQ(h.controller.Metrics().success, 1u);
  EXPECT_EQ(h.queue->NumRequeues(ObjectKey("ns", "a")), 0);
}

// RT-068, RT-270.
TEST(ControllerTest, ErrorsAreRetriedWithBackoff) {
  Script script;
  script.answer = Status(Code::kConflict, "somebody was faster");
  ControllerHarness h(script.function());
  h.Start();
  h.Add("a");
  h.executor.Advance(80ms);
  EXPECT_THAT(GapsInMillis(script.calls), testing::ElementsAre(5, 10, 20, 40));
  EXPECT_EQ(h.controller.Metrics().error, 5u);
  EXPECT_THAT(h.lines(), Contains(HasSubstr("Reconciler error")));
  EXPECT_EQ(h.queue->NumRequeues(ObjectKey("ns", "a")), 5);

  script.answer = ReconcileResult::Done();
  h.executor.Advance(1h);
  EXPECT_EQ(h.queue->NumRequeues(ObjectKey("ns", "a")), 0);
}

// RT-068: After forgets the failures.
TEST(ControllerTest, AfterComesBackThen) {
  Script script;
  script.answer = ReconcileResult::After(30s);
  ControllerHarness h(script.function());
  h.Start();
  h.Add("a");
  h.executor.Advance(61s);
  EXPECT_THAT(GapsInMillis(script.calls), testing::ElementsAre(30'000, 30'000));
  EXPECT_EQ(h.controller.Metrics().requeue_after, 3u);
  EXPECT_EQ(h.queue->NumRequeues(ObjectKey("ns", "a")), 0);
}

// RT-068: Backoff grows without an error.
TEST(ControllerTest, BackoffGrowsQuietly) {
  Script script;
  script.answer = ReconcileResult::Backoff("waiting for the node");
  ControllerHarness h(script.function());
  h.Start();
  h.Add("a");
  h.executor.Advance(40ms);
  EXPECT_THAT(GapsInMillis(script.calls), testing::ElementsAre(5, 10, 20));
  EXPECT_EQ(h.controller.Metrics().requeue, 4u);
  EXPECT_EQ(h.controller.Metrics().error, 0u);
  EXPECT_THAT(h.lines(), testing::IsEmpty());
}

// A requeue in no time is no requeue.
TEST(ControllerTest, AfterNothingIsDone) {
  EXPECT_EQ(ReconcileResult::After(0s).kind(), ReconcileResult::Kind::kDone);
  EXPECT_EQ(ReconcileResult::After(-1s).kind(), ReconcileResult::Kind::kDone);
}

// RT-069: terminal errors, wrapped ones too, are not retried, but events still count.
TEST(ControllerTest, TerminalErrorsWaitForAnEvent) {
  Script script;
  script.answer = Status(Code::kInvalid, "no such image").Terminal().Wrap("pod");
  ControllerHarness h(script.function());
  h.Start();
  h.Add("a");
  h.executor.Advance(1h);
  EXPECT_EQ(script.calls.size(), 1u);
  EXPECT_EQ(h.controller.Metrics().terminal_errors, 1u);
  EXPECT_EQ(h.controller.Metrics().error, 1u);
  h.Add("a");
  h.executor.RunPending();
  EXPECT_EQ(script.calls.size(), 2u);
}

Task<Result<ReconcileResult>> Throw() {
  throw std::runtime_error("index out of range");
  co_return ReconcileResult::Done();
}
Task<Result<ReconcileResult>> ThrowFromBelow(Executor* executor) {
  co_await Sleep(*executor, 1ms);
  Result<ReconcileResult> result = co_await Throw();
  co_return result;
}

// RT-070: out of the coroutine, out of one below it after a wait, and out of a plain function.
TEST(ControllerTest, ExceptionsAreErrorsOfTheirKey) {
  Script script;
  ControllerHarness* harness = nullptr;
  ControllerHarness h([&](Context, const Request& request) {
    if (request.name == "plain") throw 7;
    if (request.name == "below") return ThrowFromBelow(&harness->executor);
    if (request.name == "throws") return Throw();
    return Answer(ReconcileResult::Done());
  });
  harness = &h;
  h.Start();
  for (const char* name : {"plain", "below", "throws", "fine"}) h.Add(name);
  h.executor.Advance(2ms);
  EXPECT_EQ(h.controller.Metrics().panics, 3u);
  EXPECT_EQ(h.controller.Metrics().error, 3u);
  EXPECT_EQ(h.controller.Metrics().success, 1u);
  EXPECT_THAT(h.lines(), Contains(HasSubstr("panic: index out of range [recovered]")));
  h.executor.Advance(10ms);
  EXPECT_GT(h.controller.Metrics().panics, 3u);  // retried
}

TEST(ControllerDeathTest, WithoutRecoverPanicTheProgramEnds) {
  EXPECT_DEATH(
      {
        ControllerHarness h([](Context, Request) { return Throw(); }, ControllerOptions().RecoverPanic(false));
        h.Start();
        h.Add("a");
        h.executor.RunPending();
      },
      "");
}

// RT-071.
TEST(ControllerTest, AReconcileThatTakesTooLongIsCutOff) {
  ControllerHarness* harness = nullptr;
  std::optional<Time> deadline;
  ControllerHarness h(
      [&](Context ctx, Request) {
        deadline = ctx.deadline();
        return AnswerAfter(&harness->executor, 1h, ReconcileResult::Done());
      },
      ControllerOptions().ReconcileTimeout(5s));
  harness = &h;
  h.Start();
  const Time start = h.executor.Now();
  h.Add("a");
  h.executor.Advance(5s);
  EXPECT_EQ(deadline, start + 5s);
  EXPECT_EQ(h.controller.Metrics().timeouts, 1u);
  EXPECT_EQ(h.controller.Metrics().error, 1u);
  h.executor.Advance(6s);
  EXPECT_EQ(h.controller.Metrics().timeouts, 2u);
}

Task<Result<ReconcileResult>> ThrowAfter(Executor* executor, Duration wait) {
  co_await Sleep(*executor, wait);
  Result<ReconcileResult> result = co_await Throw();
  co_return result;
}

// RT-070 and RT-071 together.
TEST(ControllerTest, AnExceptionComesThroughTheTimeout) {
  ControllerHarness* harness = nullptr;
  ControllerHarness h([&](Context, Request) { return ThrowAfter(&harness->executor, 1s); },
                      ControllerOptions().ReconcileTimeout(5s));
  harness = &h;
  h.Start();
  h.Add("a");
  h.executor.Advance(1s);
  EXPECT_EQ(h.controller.Metrics().panics, 1u);
  EXPECT_EQ(h.controller.Metrics().timeouts, 0u);
}

// RT-067, RT-060, T-115: up to the limit, one key never twice.
TEST(ControllerTest, WorkersShareKeysButNeverOne) {
  ControllerHarness* harness = nullptr;
  std::map<std::string, int> running;
  int most = 0;
  int all = 0;
  ControllerHarness h(
      [&](Context, Request request) {
        EXPECT_EQ(++running[request.name.str()], 1);
        most = std::max(most, ++all);
        return [](ControllerHarness* h, std::map<std::string, int>* running, int* all,
                  Request request) -> Task<Result<ReconcileResult>> {
          co_await Sleep(h->executor, 1s);
          --(*running)[request.name.str()];
          --*all;
          co_return ReconcileResult::Done();
        }(harness, &running, &all, request);
      },
      ControllerOptions().MaxConcurrentReconciles(3));
  harness = &h;
  h.Start();
  for (int i = 0; i < 6; ++i) h.Add("key" + std::to_string(i));
  h.executor.Advance(500ms);
  EXPECT_EQ(all, 3);
  EXPECT_EQ(h.controller.Metrics().active_workers, 3);
  for (int i = 0; i < 6; ++i) h.Add("key" + std::to_string(i));
  h.executor.Advance(10s);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(h.controller.Metrics().success, 9u);  // the three at work once more, the three waiting once
}

// RT-066: what is requeued while the key is locked is not lost, and its priority is kept or replaced (RT-073).
TEST(ControllerTest, PrioritiesSurviveARequeue) {
  std::vector<int> priorities;
  ControllerHarness h([&](Context ctx, Request) {
    priorities.push_back(ctx.priority());
    if (priorities.size() == 1) return Answer(Status(Code::kInternal, "once"));
    if (priorities.size() == 2) return Answer(ReconcileResult::After(1s));
    if (priorities.size() == 3) return Answer(ReconcileResult::After(1s).WithPriority(50));
    return Answer(ReconcileResult::Done());
  });
  h.Start();
  h.Add("a", 10);
  h.executor.Advance(5s);
  EXPECT_THAT(priorities, testing::ElementsAre(10, 10, 10, 50));
}

// RT-072, RT-352.
TEST(ControllerTest, TheContextKnowsItsIdAndItsReasons) {
  std::vector<std::string> ids;
  std::vector<std::string> reasons;
  auto function = [&](Context ctx, Request) {
    ids.push_back(ctx.reconcile_id());
    for (const char* reason : ctx.reasons()) reasons.emplace_back(reason);
    return Answer(ids.size() % 2 == 1 ? Result<ReconcileResult>(Status(Code::kInternal, "once")) : ReconcileResult::Done());
  };
  for (int run = 0; run < 2; ++run) {
    ControllerHarness h(function);
    h.Start();
    h.Add("a");
    h.executor.Advance(1s);
  }
  ASSERT_EQ(ids.size(), 4u);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);  // the same in every run of one seed
  EXPECT_EQ(ids[0].size(), 36u);
  EXPECT_THAT(reasons, testing::ElementsAre("test", "error", "test", "error"));
}

// RT-076.
TEST(ControllerTest, LogsCarryTheirKeys) {
  ControllerHarness h(
      [](Context ctx, Request request) {
        ctx.log().Info("Reconcile: " + request.ToString());
        return Answer(ReconcileResult::Done());
      },
      {}, Gvk("apps", "v1", "ReplicaSet"));
  h.Start();
  h.Add("frontend");
  h.executor.RunPending();
  ASSERT_EQ(h.lines().size(), 1u);
  for (const char* part : {"Reconcile: ns/frontend", "controller=test", "controllerGroup=apps", "controllerKind=ReplicaSet",
                           "ReplicaSet=ns/frontend", "namespace=ns", "name=frontend", "reconcileID="}) {
    EXPECT_THAT(h.lines()[0], HasSubstr(part));
  }
}

// RT-065, T-115: each worker finishes its key; nothing new begins.
TEST(ControllerTest, StopFinishesTheRunningKey) {
  ControllerHarness* harness = nullptr;
  bool saw_stop = false;
  std::vector<std::string> finished;
  ControllerHarness h([&](Context ctx, Request request) {
    return [](ControllerHarness* h, Context ctx, Request request, bool* saw_stop,
              std::vector<std::string>* finished) -> Task<Result<ReconcileResult>> {
      co_await Sleep(h->executor, 10s);
      *saw_stop = ctx.stopping();
      finished->push_back(request.name.str());
      co_return ReconcileResult::After(1s);
    }(harness, ctx, request, &saw_stop, &finished);
  });
  harness = &h;
  h.Start();
  h.Add("a");
  h.Add("b");
  h.executor.Advance(1s);
  EXPECT_EQ(h.Stop().code(), Code::kUnavailable);
  EXPECT_THAT(h.controller.Running(h.executor.Now()), testing::ElementsAre("ns/a for 1s"));  // RT-028
  h.executor.Advance(1h);
  EXPECT_TRUE(h.ended.has_value() && h.ended->ok());
  EXPECT_TRUE(saw_stop);
  EXPECT_THAT(finished, testing::ElementsAre("a"));
  EXPECT_EQ(h.executor.timers(), 0u);
}

// RT-064.
TEST(ControllerTest, StartsOnce) {
  Script script;
  ControllerHarness h(script.function());
  h.Start();
  h.ended.reset();
  h.Start();
  ASSERT_TRUE(h.ended.has_value());
  EXPECT_THAT(h.ended->message(), HasSubstr("controller was started more than once"));
}

class SlowSource final : public Source {
 public:
  SlowSource(Executor* executor, Duration start, Duration sync, Status status = {})
      : executor_(executor), start_(start), sync_(sync), status_(std::move(status)) {}
  std::string Describe() const override { return "slow source"; }
  Task<Status> Start(SourceScope*) override {
    if (start_.count() > 0) co_await Sleep(*executor_, start_);
    co_return Status();
  }
  Task<Status> WaitForSync() override {
    if (sync_.count() > 0) co_await Sleep(*executor_, sync_);
    co_return status_;
  }

 private:
  Executor* executor_;
  Duration start_;
  Duration sync_;
  Status status_;
};

// RT-061: no key before every source has synced.
TEST(ControllerTest, WorkWaitsForAllSources) {
  Script script;
  ControllerHarness h(script.function());
  h.controller.Watch(std::make_unique<SlowSource>(&h.executor, 0s, 30s));
  h.Start();
  h.Add("a");
  h.executor.Advance(29s);
  EXPECT_TRUE(script.calls.empty());
  EXPECT_FALSE(h.controller.started_workers());
  h.executor.Advance(1s);
  EXPECT_EQ(script.calls.size(), 1u);
  EXPECT_EQ(h.executor.timers(), 0u);
}

// RT-061.
TEST(ControllerTest, SourcesThatTakeTooLongAreNamed) {
  for (const bool start : {true, false}) {
    Script script;
    ControllerHarness h(script.function(), ControllerOptions().CacheSyncTimeout(10s));
    h.controller.Watch(std::make_unique<SlowSource>(&h.executor, start ? 1h : 0s, 1h));
    h.Start();
    h.executor.Advance(10s);
    ASSERT_TRUE(h.ended.has_value());
    EXPECT_EQ(h.ended->code(), Code::kDeadlineExceeded);
    EXPECT_THAT(h.ended->message(), HasSubstr(start ? "timed out waiting for source slow source to Start"
                                                    : "failed to wait for test caches to sync slow source"));
    EXPECT_EQ(h.executor.timers(), 0u);
  }
}

// RT-061, T-109: a source that fails.
TEST(ControllerTest, ASourceErrorEndsTheStart) {
  Script script;
  ControllerHarness h(script.function());
  h.controller.Watch(std::make_unique<SlowSource>(&h.executor, 0s, 1s, Status(Code::kForbidden, "no")));
  h.Start();
  h.executor.Advance(1s);
  ASSERT_TRUE(h.ended.has_value());
  EXPECT_EQ(h.ended->code(), Code::kForbidden);
  EXPECT_THAT(h.ended->message(), HasSubstr("failed to wait for test caches to sync slow source: no"));
}

// RT-062.
TEST(ControllerTest, StopWhileSourcesSyncIsNoError) {
  Script script;
  ControllerHarness h(script.function());
  h.controller.Watch(std::make_unique<SlowSource>(&h.executor, 0s, 1min));
  h.Start();
  h.executor.Advance(1s);
  EXPECT_TRUE(h.Stop().ok());
  EXPECT_EQ(h.executor.timers(), 0u);
}

// RT-063.
TEST(ControllerTest, WatchAfterStartBeginsAtOnce) {
  Script script;
  ControllerHarness h(script.function());
  h.Start();
  bool started = false;
  h.controller.Watch(std::make_unique<FuncSource>([&](SourceScope* scope) {
    started = true;
    scope->queue->Add(ObjectKey("ns", "late"));
    return [](Status status) -> Task<Status> { co_return status; }(Status());
  }));
  h.executor.RunPending();
  EXPECT_TRUE(started);
  EXPECT_EQ(script.calls.size(), 1u);
}

// RT-098, T-106.
TEST(ControllerTest, AHandlerThatThrowsSkipsItsEvent) {
  ManualExecutor executor;
  FakeEnvironment env(executor);
  PriorityQueue<ObjectKey> queue(executor, QueueOptions{.name = "test"});
  auto sink = std::make_shared<MemorySink>();
  const Logger log(sink);
  uint64_t panics = 0;
  SourceScope scope{.environment = &env, .queue = &queue, .logger = &log, .stop = nullptr, .tasks = nullptr,
                    .handler_panics = &panics};
  const Handler bad = [](const ObjectEvent&, RequestSink&) { throw std::runtime_error("bad label"); };
  Dispatch(scope, {}, bad, ObjectEvent::Generic(Object()), nullptr);
  EXPECT_EQ(panics, 1u);
  EXPECT_THAT(sink->lines(), Contains(HasSubstr("bad label")));
  // RT-092: in order, the first refusal ends it.
  int asked = 0;
  const Predicate no = [](const ObjectEvent&) { return false; };
  const Predicate counting = [&](const ObjectEvent&) { return ++asked > 0; };
  Dispatch(scope, {counting, no, counting}, EnqueueRequestForObject(), ObjectEvent::Generic(Object()), nullptr);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(queue.Len(), 0u);
}

}  // namespace
}  // namespace wavetank
