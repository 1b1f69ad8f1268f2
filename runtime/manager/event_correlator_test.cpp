#include "runtime/manager/event_correlator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/manager/event_series.h"
#include "runtime/value/json.h"

namespace wavetank::internal {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class EventCorrelatorTest : public testing::Test {
 protected:
  core_v1::Event Make(std::string message, std::string reason = "Made", std::string object = "web") {
    auto event = core_v1::Event::New("default", namer_.NameFor(object, now_));
    core_v1::ObjectReference about;
    about.set_kind("Widget").set_namespace_("default").set_name(object).set_uid("u-" + object).set_api_version("v1");
    core_v1::EventSource source;
    source.set_component("tester");
    event.set_involved_object(about).set_source(source).set_type("Normal").set_reason(reason).set_message(message);
    event.set_first_timestamp(now_).set_last_timestamp(now_).set_count(1).set_reporting_component("tester");
    return event;
  }
  CorrelatedEvent Say(std::string message, std::string reason = "Made", std::string object = "web") {
    return correlator_.Correlate(Make(std::move(message), std::move(reason), std::move(object)), now_);
  }

  Time now_ = Time::FromSeconds(1'000'000);
  EventNamer namer_{Random(1)};
  EventCorrelator correlator_{&namer_};
};

// RT-290, T-113: a repeat is a patch of the first one's count.
TEST_F(EventCorrelatorTest, RepeatsAreCounted) {
  const CorrelatedEvent first = Say("hello");
  EXPECT_TRUE(first.patch.is_null());
  now_ = now_ + 5s;
  const CorrelatedEvent second = Say("hello");
  EXPECT_EQ(second.event.name(), first.event.name());
  EXPECT_EQ(second.event.count(), 2);
  EXPECT_EQ(second.event.first_timestamp(), first.event.first_timestamp());
  EXPECT_EQ(WriteJson(second.patch), R"({"count":2,"lastTimestamp":"1970-01-12T13:46:45Z","message":"hello"})");
  EXPECT_EQ(Say("hello").patch["count"].AsInt(), 3);
  // Another reason or another object is another event.
  EXPECT_TRUE(Say("hello", "Broken").patch.is_null());
  EXPECT_TRUE(Say("hello", "Made", "db").patch.is_null());
}

// A new resourceVersion of the object starts no new count.
TEST_F(EventCorrelatorTest, WritingTheObjectChangesNothing) {
  Say("hello");
  core_v1::Event event = Make("hello");
  event.edit_involved_object([](core_v1::ObjectReference& about) { about.set_resource_version("77"); });
  EXPECT_EQ(correlator_.Correlate(event, now_).patch["count"].AsInt(), 2);
}

// RT-290, T-113: nine different messages stand alone; from the tenth on they are one event with a growing count.
TEST_F(EventCorrelatorTest, SimilarOnesAreCombinedFromTheTenthMessage) {
  for (int i = 1; i <= 9; ++i) EXPECT_TRUE(Say("message " + std::to_string(i)).patch.is_null()) << i;
  const CorrelatedEvent tenth = Say("message 10");
  EXPECT_TRUE(tenth.patch.is_null());
  EXPECT_EQ(tenth.event.message(), "(combined from similar events): message 10");
  EXPECT_EQ(tenth.event.count(), 1);
  EXPECT_TRUE(tenth.event.reporting_component().empty());
  now_ = now_ + 1s;
  const CorrelatedEvent eleventh = Say("message 11");
  EXPECT_EQ(eleventh.event.name(), tenth.event.name());
  EXPECT_EQ(eleventh.patch["message"].AsString(), "(combined from similar events): message 11");
  EXPECT_EQ(eleventh.patch["count"].AsInt(), 2);
  // Another reason has its own ten.
  EXPECT_TRUE(Say("message 1", "Broken").patch.is_null());
}

// RT-290: the 600 s count from the last similar one, not from the first.
TEST_F(EventCorrelatorTest, SimilarityIsForgottenAfterTenQuietMinutes) {
  for (int i = 1; i <= 9; ++i) Say("message " + std::to_string(i));
  now_ = now_ + 600s;
  EXPECT_THAT(Say("message 10").event.message().str(), StartsWith("(combined"));
  now_ = now_ + 601s;
  EXPECT_EQ(Say("message 11").event.message(), "message 11");
}

// RT-290, T-113: 25 about one object, then one each 300 s, whatever reasons and messages they have.
TEST_F(EventCorrelatorTest, SpamIsFiltered) {
  for (int i = 0; i < 25; ++i) EXPECT_FALSE(Say("again", i % 2 == 0 ? "Made" : "Broken").skip) << i;
  EXPECT_TRUE(Say("again").skip);
  EXPECT_TRUE(Say("new", "Other").skip);
  EXPECT_FALSE(Say("again", "Made", "db").skip);
  now_ = now_ + 299s;
  EXPECT_TRUE(Say("again").skip);
  now_ = now_ + 1s;
  EXPECT_FALSE(Say("again").skip);
  EXPECT_TRUE(Say("again").skip);
  now_ = now_ + 3000s;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(Say("again").skip) << i;
  EXPECT_TRUE(Say("again").skip);
}

// A skipped event counts all the same: the next one that passes tells the whole number.
TEST_F(EventCorrelatorTest, WhatIsSkippedIsCounted) {
  for (int i = 0; i < 30; ++i) Say("again");
  now_ = now_ + 300s;
  const CorrelatedEvent told = Say("again");
  EXPECT_FALSE(told.skip);
  EXPECT_EQ(told.patch["count"].AsInt(), 31);
}

// RT-290, T-113: the tables are bounded; what was used longest ago is forgotten, and is new when it comes again.
TEST_F(EventCorrelatorTest, OldEntriesAreForgotten) {
  Say("hello", "Made", "first");
  for (size_t i = 0; i + 1 < EventCorrelator::kEntries; ++i) Say("hello", "Made", "o" + std::to_string(i));
  EXPECT_EQ(Say("hello", "Made", "first").patch["count"].AsInt(), 2);  // now the most recent
  Say("hello", "Made", "one more");
  EXPECT_EQ(Say("hello", "Made", "first").patch["count"].AsInt(), 3);
  EXPECT_TRUE(Say("hello", "Made", "o0").patch.is_null());
}

// RT-292, RT-295.
TEST(EventNamerTest, NamesAreUniqueWhileTimeStandsStill) {
  EventNamer namer{Random(1)};
  const Time now = Time::FromSeconds(1'700'000'000);
  const std::string a = namer.NameFor("web", now);
  const std::string b = namer.NameFor("web", now);
  EXPECT_NE(a, b);
  EXPECT_EQ(std::stoll(a.substr(4), nullptr, 16) + 1, std::stoll(b.substr(4), nullptr, 16));
  EXPECT_LT(std::stoll(a.substr(4), nullptr, 16) - now.nanos(), 1'000'000);
  // Two processes that speak about one object at once.
  EventNamer other{Random(2)};
  EXPECT_NE(a, other.NameFor("web", now));
  // A name that makes no name of an Event (RBAC allows it) becomes a uuid.
  EXPECT_EQ(namer.NameFor("system:node", now).size(), 36u);
  EXPECT_EQ(namer.NameFor(std::string(250, 'a'), now).size(), 36u);
}

class EventSeriesTest : public testing::Test {
 protected:
  static Object Make(std::string note, std::string action = "Scaling") {
    return Object(*ParseJson(R"({"kind":"Event","metadata":{"name":"w.1","namespace":"default"},"type":"Normal",
      "reason":"Made","action":")" + action + R"(","note":")" + note + R"(","regarding":{"kind":"Widget","name":"w"}})"));
  }
  void Say(std::string note, std::string action = "Scaling") { series_.Observe(Make(note, action), now_, tell_); }

  Time now_ = Time::FromSeconds(1'000'000);
  EventSeries series_;
  std::vector<std::string> told_;
  const EventSeries::Tell tell_ = [this](const Object& event, Value patch) {
    told_.push_back(patch.is_null() ? "create " + std::string(event.value()["note"].AsString()) : WriteJson(patch));
  };
};

// RT-293: the second one makes a series; later ones wait. The note makes no difference.
TEST_F(EventSeriesTest, TheSecondMakesASeries) {
  Say("one");
  Say("two");
  Say("three");
  Say("four", "Stopping");
  EXPECT_THAT(told_, ElementsAre("create one",
                                 R"({"series":{"count":2,"lastObservedTime":"1970-01-12T13:46:40.000000Z"}})",
                                 "create four"));
}

// RT-293: every 30 minutes while it goes on.
TEST_F(EventSeriesTest, AnActiveSeriesIsRefreshed) {
  for (int minute = 0; minute <= 36; minute += 3) {
    Say("one");
    series_.Upkeep(now_, tell_);
    now_ = now_ + 3min;
  }
  ASSERT_EQ(told_.size(), 3u);
  EXPECT_THAT(told_[2], HasSubstr(R"("count":12)"));  // at minute 33: 30 after it was told first
}

// RT-293: six minutes without another one end a series, and its last count is told.
TEST_F(EventSeriesTest, AnIdleSeriesIsFinished) {
  for (int i = 0; i < 5; ++i) Say("one");
  Say("alone", "Stopping");
  now_ = now_ + 6min;
  series_.Upkeep(now_, tell_);
  EXPECT_EQ(told_.size(), 3u);
  now_ = now_ + 1s;
  series_.Upkeep(now_, tell_);
  ASSERT_EQ(told_.size(), 4u);
  EXPECT_THAT(told_[3], HasSubstr(R"("count":5)"));
  EXPECT_TRUE(series_.empty());
  Say("one");
  EXPECT_EQ(told_.back(), "create one");
}

}  // namespace
}  // namespace wavetank::internal
