// Watches: start, history, transitions, bookmarks, 410 (API-320..344).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

using testing::ElementsAre;

std::string Show(const WatchEvent& e) { return std::string(WatchEventTypeName(e.type)) + " " + e.object.name().str(); }
std::vector<std::string> Show(const std::vector<WatchEvent>& events) {
  std::vector<std::string> out;
  for (const WatchEvent& e : events) out.push_back(Show(e));
  return out;
}
// What a watcher gets of everything that was written since it started.
std::vector<std::string> Live(const TestServer& t, const WatchStart& start) {
  std::vector<std::string> out;
  for (const LogEntry& e : t.server.LogSince(start.revision)) {
    if (std::optional<WatchEvent> event = start.filter.Translate(e)) out.push_back(Show(*event));
  }
  return out;
}
void Add(TestServer& t, std::string_view name, std::string_view label = "1") {
  t.Post(t.configmaps, "default",
         R"({"metadata":{"name":")" + std::string(name) + R"(","labels":{"x":")" + std::string(label) + R"("}}})");
}
ListOptions From(std::string_view version) {
  ListOptions options;
  options.resource_version = version;
  return options;
}

TEST(Watch, WithoutVersionBeginsWithWhatIsThere) {  // API-322
  TestServer t;
  Add(t, "b");
  Add(t, "a");
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default"));
  EXPECT_THAT(Show(start.initial), ElementsAre("ADDED a", "ADDED b"));
  t.Merge(t.configmaps, "default", "a", R"({"data":{"k":"v"}})");
  t.Delete(t.configmaps, "default", "b");
  EXPECT_THAT(Live(t, start), ElementsAre("MODIFIED a", "DELETED b"));
}

TEST(Watch, FromAVersionMissesAndRepeatsNothing) {  // API-321, API-328, API-341
  TestServer t;
  t.Post(t.namespaces, "", R"({"metadata":{"name":"other"}})");
  Add(t, "a");
  const std::string then = std::to_string(t.server.revision());
  t.Delete(t.configmaps, "default", "a");
  Add(t, "a");
  t.Post(t.configmaps, "other", R"({"metadata":{"name":"z"}})");
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default", From(then)));
  EXPECT_THAT(Show(start.initial), ElementsAre("DELETED a", "ADDED a"));
  EXPECT_EQ(start.revision, t.server.revision());
  EXPECT_THAT(Live(t, start), ElementsAre());
}

TEST(Watch, Transitions) {  // API-327
  TestServer t;
  Add(t, "a", "1");
  ListOptions options = From(std::to_string(t.server.revision()));
  options.label_selector = "x=2";
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default", options));
  t.Merge(t.configmaps, "default", "a", R"({"data":{"k":"0"}})");
  t.Merge(t.configmaps, "default", "a", R"({"metadata":{"labels":{"x":"2"}}})");
  t.Merge(t.configmaps, "default", "a", R"({"data":{"k":"1"}})");
  t.Merge(t.configmaps, "default", "a", R"({"metadata":{"labels":{"x":"1"}}})");
  t.Delete(t.configmaps, "default", "a");
  EXPECT_THAT(Live(t, start), ElementsAre("ADDED a", "MODIFIED a", "DELETED a"));
  // The last one shows the former content under the new version.
  const LogEntry& leaving = t.server.LogSince(start.revision)[3];
  const WatchEvent event = *start.filter.Translate(leaving);
  EXPECT_EQ(event.object.labels()["x"], "2");
  EXPECT_EQ(event.object.resource_version(), leaving.revision);
}

TEST(Watch, FieldSelectorOfAKubelet) {  // API-327, API-369
  TestServer t;
  ListOptions options;
  options.field_selector = "spec.nodeName=n";
  const WatchStart start = std::get<WatchStart>(t.Watch(t.pods, "", options));
  t.Post(t.pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  ApiRequest bind = TestServer::Make(Verb::kCreate, t.pods, "default", "p",
                                     Json(R"({"metadata":{"name":"p"},"target":{"name":"n"}})"));
  bind.subresource = "binding";
  EXPECT_EQ(t.Do(std::move(bind)).code, 201);
  EXPECT_THAT(Live(t, start), ElementsAre("ADDED p"));
}

TEST(Watch, InitialEventsEndWithABookmark) {  // API-330, API-331
  TestServer t;
  Add(t, "a");
  ListOptions options;
  options.send_initial_events = true;
  options.resource_version_match = "NotOlderThan";
  options.allow_bookmarks = true;
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default", options));
  EXPECT_THAT(Show(start.initial), ElementsAre("ADDED a", "BOOKMARK "));
  const Object& bookmark = start.initial[1].object;
  EXPECT_EQ(bookmark.annotations()["k8s.io/initial-events-end"], "true");
  EXPECT_EQ(bookmark.resource_version(), t.server.revision());
  EXPECT_EQ(bookmark.kind(), "ConfigMap");
  ListOptions legacy;
  legacy.allow_bookmarks = true;
  EXPECT_EQ(std::get<WatchStart>(t.Watch(t.configmaps, "default", legacy)).initial.size(), 2u);
}

TEST(Watch, BookmarksSayTheirRevisionWhateverWasSaidBefore) {
  TestServer t;
  for (const uint64_t revision : {7u, 7u, 9u, 7u}) {
    const Object end = MakeBookmark(*t.server.kinds().Find(t.pods), revision, true);
    EXPECT_EQ(end.resource_version(), revision);
    EXPECT_EQ(end.annotations()["k8s.io/initial-events-end"], "true");
    const Object plain = MakeBookmark(*t.server.kinds().Find(t.pods), revision + 1, false);
    EXPECT_EQ(plain.resource_version(), revision + 1);
    EXPECT_TRUE(plain.annotations().is_null());
    EXPECT_EQ(MakeBookmark(*t.server.kinds().Find(t.configmaps), revision, true).kind(), "ConfigMap");
  }
}

TEST(Watch, InitialEventsOff) {  // API-332
  TestServer t;
  Add(t, "a");
  ListOptions options;
  options.send_initial_events = false;
  options.resource_version_match = "NotOlderThan";
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default", options));
  EXPECT_THAT(Show(start.initial), ElementsAre());
  Add(t, "b");
  EXPECT_THAT(Live(t, start), ElementsAre("ADDED b"));
}

TEST(Watch, TooOldIsAnErrorEvent) {  // API-323
  TestServer t;
  Add(t, "a");
  const std::string then = std::to_string(t.server.revision());
  Add(t, "b");
  Add(t, "c");
  t.server.CompactStorage(t.server.revision());
  EXPECT_TRUE(
      std::holds_alternative<WatchStart>(t.Watch(t.configmaps, "default", From(then))));  // observed: from memory
  t.server.Compact(t.server.revision());
  const WatchOutcome outcome = t.Watch(t.configmaps, "default", From(then));
  const WatchEvent& event = std::get<WatchEvent>(outcome);
  EXPECT_EQ(event.type, WatchEvent::Type::kError);
  EXPECT_EQ(event.status["code"].AsInt(), 410);
  EXPECT_EQ(event.status["reason"], "Expired");
  EXPECT_EQ(event.status["message"],
            "too old resource version: " + then + " (" + std::to_string(t.server.revision()) + ")");
}

TEST(Watch, ErrorsBeforeTheStream) {  // API-324, API-333
  TestServer t;
  const auto refused = [&](const ListOptions& options) {
    WatchOutcome outcome = t.Watch(t.configmaps, "default", options);
    return std::get<ApiResponse>(std::move(outcome));
  };
  EXPECT_EQ(refused(From("abc")).code, 500);
  ListOptions selector;
  selector.label_selector = "a in";
  EXPECT_EQ(refused(selector).code, 400);
  ListOptions initial;
  initial.send_initial_events = true;
  EXPECT_EQ(Message(refused(initial)),
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents "
            "requires setting resourceVersionMatch to NotOlderThan");
}

TEST(Watch, FromTheFutureIsSilent) {  // API-325
  TestServer t;
  const WatchStart start =
      std::get<WatchStart>(t.Watch(t.configmaps, "default", From(std::to_string(t.server.revision() + 1))));
  EXPECT_EQ(start.revision, t.server.revision() + 1);
}

TEST(Watch, ALaggingReplicaShowsItsOwnPast) {
  TestServer t;
  Add(t, "a");
  t.replica.Hold(t.server);
  Add(t, "b");
  const WatchStart start = std::get<WatchStart>(t.Watch(t.configmaps, "default", From("0")));
  EXPECT_THAT(Show(start.initial), ElementsAre("ADDED a"));
  EXPECT_EQ(start.revision, t.replica.revision());
  EXPECT_THAT(Live(t, start), ElementsAre("ADDED b"));
}

TEST(Watch, AReplicaThatWasHeldWhileNothingHappenedFollowsAgain) {
  TestServer t;
  Add(t, "a");
  t.replica.Hold(t.server);
  t.replica.AdvanceTo(t.server, t.server.revision());
  EXPECT_FALSE(t.replica.lagging());
}

}  // namespace
}  // namespace wavetank::sim
