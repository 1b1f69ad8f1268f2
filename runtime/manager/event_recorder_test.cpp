#include "runtime/manager/event_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/api/apps_v1.h"
#include "runtime/api/status_error.h"
#include "runtime/client/fake_transport.h"
#include "runtime/exec/task_group.h"
#include "runtime/manager/event_sender.h"
#include "runtime/manager/manager.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

const Gvr kEvents("", "v1", "events");
const Gvr kActionEvents("events.k8s.io", "v1", "events");

class EventRecorderTest : public testing::Test {
 protected:
  EventRecorderTest() { manager_ = Manager::New(env_, {.stop = &stop_, .logger = Logger(sink_)}); }
  static apps_v1::ReplicaSet Widget(std::string name = "web") {
    auto set = apps_v1::ReplicaSet::New("shop", name);
    set.edit_metadata([](meta_v1::ObjectMeta& metadata) { metadata.set_uid("u-1").set_resource_version("7"); });
    return set;
  }
  EventRecorder& recorder() { return manager_.event_recorder_for("tester"); }
  void Start() {
    tasks_.Spawn(Run(manager_, &ended_));
    executor_.RunPending();
  }
  static Task<void> Run(Manager manager, std::optional<Status>* ended) {
    Status status = co_await manager.Start();
    *ended = status;
  }
  // What the server has, when nothing more is ready.
  std::vector<std::string> Told() {
    executor_.RunPending();
    std::vector<std::string> out;
    for (const Object& event : env_.fake.All(kEvents)) {
      out.push_back(std::to_string(event.value()["count"].AsInt()) + " " + std::string(event.value()["message"].AsString()));
    }
    return out;
  }
  size_t Logged(std::string_view text) {
    return static_cast<size_t>(std::count_if(sink_->lines().begin(), sink_->lines().end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    }));
  }

  ManualExecutor executor_;
  FakeEnvironment env_{executor_};
  std::shared_ptr<MemorySink> sink_ = std::make_shared<MemorySink>();
  Signal stop_{executor_};
  Manager manager_;
  std::optional<Status> ended_;
  TaskGroup tasks_{executor_};
};

// RT-290, RT-292: the document of client-go.
TEST_F(EventRecorderTest, AnEventNamesItsObjectAndSource) {
  recorder().Event(Widget(), EventType::kNormal, "SuccessfulCreate", "Created pod: web-1");
  const std::vector<Object> events = env_.fake.All(kEvents);
  ASSERT_EQ(events.size(), 1u);
  const Value& event = events[0].value();
  EXPECT_THAT(events[0].name().str(), testing::StartsWith("web."));
  EXPECT_EQ(events[0].ns(), "shop");
  EXPECT_EQ(WriteJson(event["involvedObject"]),
            R"({"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","namespace":"shop","resourceVersion":"7","uid":"u-1"})");
  EXPECT_EQ(WriteJson(event["source"]), R"({"component":"tester"})");
  EXPECT_EQ(event["reason"], "SuccessfulCreate");
  EXPECT_EQ(event["message"], "Created pod: web-1");
  EXPECT_EQ(event["type"], "Normal");
  EXPECT_EQ(event["count"].AsInt(), 1);
  EXPECT_EQ(event["firstTimestamp"], FormatTime(executor_.Now()));
  EXPECT_EQ(event["lastTimestamp"], FormatTime(executor_.Now()));
  EXPECT_EQ(event["reportingComponent"], "tester");
  EXPECT_EQ(event["reportingInstance"], "");
}

TEST_F(EventRecorderTest, PartsAnnotationsAndClusterScopedObjects) {
  recorder().AnnotatedEvent(ObjectRef(Widget()).FieldPath("spec.containers{web}"), *ParseJson(R"({"a":"b"})"),
                            EventType::kWarning, "Unhealthy", "no answer");
  recorder().Event(core_v1::Node::New("", "node-1"), EventType::kNormal, "Starting", "");
  executor_.RunPending();
  const std::vector<Object> events = env_.fake.All(kEvents);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].ns(), "default");  // RT-292
  EXPECT_EQ(events[1].value()["involvedObject"]["fieldPath"], "spec.containers{web}");
  EXPECT_EQ(events[1].annotations()["a"], "b");
  EXPECT_EQ(events[1].value()["type"], "Warning");
}

TEST_F(EventRecorderTest, WhatHasNoNameIsToldInTheLogOnly) {
  recorder().Event(ObjectRef(), EventType::kNormal, "Made", "nothing");
  EXPECT_TRUE(env_.fake.requests().empty());
  EXPECT_EQ(Logged("Could not construct reference"), 1u);
}

// RT-290: counts travel as a strategic merge patch of the first event.
TEST_F(EventRecorderTest, RepeatsArePatches) {
  for (int i = 0; i < 3; ++i) recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  EXPECT_THAT(Told(), ElementsAre("3 hello"));
  EXPECT_EQ(env_.fake.Count(Verb::kCreate), 1u);
  ASSERT_EQ(env_.fake.Count(Verb::kPatch), 2u);
  EXPECT_EQ(env_.fake.requests()[1].patch_type, PatchType::kStrategicMerge);
}

// RT-291: the server forgets events after an hour; a patch of a forgotten one makes it anew.
TEST_F(EventRecorderTest, APatchOfWhatIsGoneCreates) {
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  executor_.RunPending();
  env_.fake.Remove(kEvents, env_.fake.All(kEvents)[0].key());
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  EXPECT_THAT(Told(), ElementsAre("2 hello"));
}

// RT-291: without an answer 12 tries, the first wait drawn, the others 10 s; what comes after waits its turn.
TEST_F(EventRecorderTest, NoAnswerIsTriedAgain) {
  for (int i = 0; i < 3; ++i) env_.fake.DropNext(Verb::kCreate);
  recorder().Event(Widget("a"), EventType::kNormal, "Made", "first");
  recorder().Event(Widget("b"), EventType::kNormal, "Made", "second");
  executor_.RunPending();
  EXPECT_EQ(env_.fake.requests().size(), 1u);
  executor_.Advance(10s);
  EXPECT_EQ(env_.fake.requests().size(), 2u);
  executor_.Advance(20s);
  EXPECT_THAT(Told(), ElementsAre("1 first", "1 second"));
}

TEST_F(EventRecorderTest, TwelveTriesAreEnough) {
  for (int i = 0; i < 12; ++i) env_.fake.DropNext(Verb::kCreate);
  recorder().Event(Widget("a"), EventType::kNormal, "Made", "first");
  recorder().Event(Widget("b"), EventType::kNormal, "Made", "second");
  executor_.Advance(200s);
  EXPECT_THAT(Told(), ElementsAre("1 second"));
  EXPECT_EQ(Logged("retry limit exceeded"), 1u);
}

// An answer that was lost: the event is there, and the second try finds it.
TEST_F(EventRecorderTest, ALostAnswerMakesNoSecondEvent) {
  env_.fake.LoseAnswerOfNext(Verb::kCreate);
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  executor_.Advance(10s);
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  EXPECT_THAT(Told(), ElementsAre("2 hello"));
}

// RT-291: any answer of the server is final.
TEST_F(EventRecorderTest, ARefusedEventIsDropped) {
  env_.fake.FailNext(Verb::kCreate, ForbiddenError(ErrorSubject(kEvents, "web.1"), "no"));
  env_.fake.FailNext(Verb::kCreate, WithCause(ForbiddenError(ErrorSubject(kEvents, "web.2"), "because it is being terminated"),
                                              {"NamespaceTerminating", "", ""}));
  recorder().Event(Widget("a"), EventType::kNormal, "Made", "first");
  recorder().Event(Widget("b"), EventType::kNormal, "Made", "second");
  recorder().Event(Widget("c"), EventType::kNormal, "Made", "third");
  EXPECT_THAT(Told(), ElementsAre("1 third"));
  EXPECT_EQ(Logged("Server rejected event"), 1u);  // a namespace that goes is nothing to complain about
}

// RT-291, RT-296: the queue is bounded, and a call never waits.
TEST_F(EventRecorderTest, TooManyAreDropped) {
  env_.fake.Hold(true);
  const size_t more = internal::EventSender::kCapacity + 5;
  for (size_t i = 0; i < more; ++i) recorder().Event(Widget("w" + std::to_string(i)), EventType::kNormal, "Made", "m");
  EXPECT_EQ(env_.fake.requests().size(), 1u);
  EXPECT_EQ(Logged("too many queued events"), 4u);  // one is on its way
}

// RT-291: while it pauses there is one timer, and nothing once it has succeeded.
TEST_F(EventRecorderTest, APauseIsOneTimer) {
  env_.fake.DropNext(Verb::kCreate);
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  executor_.RunPending();
  EXPECT_EQ(executor_.timers(), 1u);
  executor_.Advance(10s);
  EXPECT_EQ(executor_.timers(), 0u);
}

// RT-293, RT-294: the other API.
TEST_F(EventRecorderTest, ActionsHaveSeries) {
  ActionRecorder& actions = manager_.event_recorder("tester");
  actions.Event(Widget(), core_v1::Pod::New("shop", "web-1"), EventType::kNormal, "Made", "Scaling", "one");
  actions.Event(Widget(), core_v1::Pod::New("shop", "web-1"), EventType::kNormal, "Made", "Scaling", "two");
  actions.Event(Widget(), core_v1::Pod::New("shop", "web-1"), EventType::kNormal, "Made", "Scaling", "three");
  executor_.RunPending();
  std::vector<Object> events = env_.fake.All(kActionEvents);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].value()["eventTime"], FormatMicroTime(executor_.Now()));
  EXPECT_EQ(events[0].value()["reportingController"], "tester");
  EXPECT_EQ(events[0].value()["reportingInstance"], "tester-test-host");
  EXPECT_EQ(events[0].value()["related"]["name"], "web-1");
  EXPECT_EQ(events[0].value()["series"]["count"].AsInt(), 2);
  executor_.Advance(13min);
  events = env_.fake.All(kActionEvents);
  EXPECT_EQ(events[0].value()["series"]["count"].AsInt(), 3);
  EXPECT_EQ(executor_.timers(), 0u);  // nothing is left to look after
}

// RT-294: recorders outlive what records; what waits at the end is tried once more.
TEST_F(EventRecorderTest, TheStopTellsWhatWaits) {
  Start();
  env_.fake.DropNext(Verb::kCreate);
  recorder().Event(Widget("a"), EventType::kNormal, "Made", "first");
  recorder().Event(Widget("b"), EventType::kNormal, "Made", "second");
  EXPECT_TRUE(Told().empty());
  stop_.Set();
  executor_.RunPending();
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok());
  EXPECT_THAT(Told(), ElementsAre("1 second"));  // the first had its try
  recorder().Event(Widget("c"), EventType::kNormal, "Made", "third");
  EXPECT_EQ(Logged("the recorder is shut down"), 2u);
}

// An event that nobody answers does not make a stop fail.
TEST_F(EventRecorderTest, TheStopDoesNotWaitForEver) {
  Start();
  env_.fake.Hold(true);
  recorder().Event(Widget(), EventType::kNormal, "Made", "hello");
  stop_.Set();
  executor_.Advance(29s);
  EXPECT_FALSE(ended_.has_value());
  executor_.Advance(1s);
  ASSERT_TRUE(ended_.has_value());
  EXPECT_TRUE(ended_->ok());
}

// A crash in the middle sends nothing and leaves nothing behind.
TEST_F(EventRecorderTest, ACrashForgetsTheQueue) {
  env_.fake.Hold(true);
  for (int i = 0; i < 5; ++i) recorder().Event(Widget("w" + std::to_string(i)), EventType::kNormal, "Made", "m");
  manager_ = Manager();
  env_.fake.Hold(false);
  executor_.RunPending();
  EXPECT_EQ(env_.fake.requests().size(), 1u);
  EXPECT_EQ(executor_.timers(), 0u);
}

TEST(FakeEventRecorderTest, KeepsLines) {
  FakeEventRecorder fake(2);
  EventRecorder& recorder = fake;
  for (int i = 0; i < 3; ++i) recorder.Event(core_v1::Pod::New("a", "b"), EventType::kWarning, "Why", "what");
  EXPECT_THAT(fake.lines(), ElementsAre("Warning Why what", "Warning Why what"));
  EXPECT_EQ(fake.dropped(), 1u);
}

}  // namespace
}  // namespace wavetank
