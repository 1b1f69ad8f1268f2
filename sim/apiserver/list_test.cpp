// LIST: order, versions, pages, selectors (API-285..299, API-365..373); GET with versions (API-125, API-126).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/list_options.h"
#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

using testing::ElementsAre;

std::vector<std::string> Names(const ApiResponse& response) {
  std::vector<std::string> names;
  for (const Object& o : response.items) names.push_back(o.key().ToString());
  return names;
}

void Add(TestServer& t, std::string_view ns, std::string_view name, std::string_view more = "") {
  const std::string json = R"({"metadata":{"name":")" + std::string(name) + "\"" + std::string(more) + "}}";
  ASSERT_EQ(t.Post(t.configmaps, ns, json).code, 201);
}

TEST(List, ByteOrderWithTheSlash) {  // API-285, observed: n-a sorts before n
  TestServer t;
  for (const char* ns : {"n", "n-a"}) t.Post(t.namespaces, "", std::string(R"({"metadata":{"name":")") + ns + "\"}}");
  Add(t, "n", "a");
  Add(t, "n-a", "z");
  Add(t, "n", "a-b");
  Add(t, "n", "10");
  EXPECT_THAT(Names(t.List(t.configmaps, "")), ElementsAre("n-a/z", "n/10", "n/a", "n/a-b"));
  EXPECT_THAT(Names(t.List(t.configmaps, "n")), ElementsAre("n/10", "n/a", "n/a-b"));
  EXPECT_THAT(Names(t.List(t.configmaps, "missing")), ElementsAre());  // API-297
}

TEST(List, CarriesTheRevision) {  // API-286
  TestServer t;
  Add(t, "default", "a");
  const ApiResponse r = t.List(t.configmaps, "default");
  EXPECT_EQ(r.body["kind"], "ConfigMapList");
  EXPECT_EQ(r.body["metadata"]["resourceVersion"], std::to_string(t.server.revision()));
}

ListOptions Page(int64_t limit, std::string_view token = "") {
  ListOptions options;
  options.limit = limit;
  options.continue_token = token;
  return options;
}

TEST(List, PagesShowOneRevision) {  // API-291, API-292
  TestServer t;
  for (const char* name : {"a", "b", "c", "d"}) Add(t, "default", name);
  const ApiResponse first = t.List(t.configmaps, "default", Page(2));
  EXPECT_THAT(Names(first), ElementsAre("default/a", "default/b"));
  EXPECT_EQ(first.body["metadata"]["remainingItemCount"].AsInt(), 2);
  const std::string token(first.body["metadata"]["continue"].AsString());
  t.Delete(t.configmaps, "default", "c");
  Add(t, "default", "bb");
  const ApiResponse second = t.List(t.configmaps, "default", Page(2, token));
  EXPECT_THAT(Names(second), ElementsAre("default/c", "default/d"));
  EXPECT_EQ(second.body["metadata"]["resourceVersion"], first.body["metadata"]["resourceVersion"]);
  EXPECT_FALSE(second.body["metadata"].Has("continue"));
}

TEST(List, ExpiredTokenGoesOnAtTheNewest) {  // API-293
  TestServer t;
  for (const char* name : {"a", "b", "c"}) Add(t, "default", name);
  const ApiResponse first = t.List(t.configmaps, "default", Page(1));
  Add(t, "default", "d");
  t.server.Compact(t.server.revision());
  const ApiResponse gone = t.List(t.configmaps, "default", Page(1, first.body["metadata"]["continue"].AsString()));
  EXPECT_EQ(gone.code, 410);
  EXPECT_EQ(Reason(gone), "Expired");
  EXPECT_THAT(Message(gone), testing::StartsWith("The provided continue parameter is too old"));
  const ApiResponse rest = t.List(t.configmaps, "default", Page(0, gone.body["metadata"]["continue"].AsString()));
  EXPECT_THAT(Names(rest), ElementsAre("default/b", "default/c", "default/d"));
}

TEST(List, BadTokens) {  // API-294
  TestServer t;
  const auto message = [&](std::string_view token) { return Message(t.List(t.configmaps, "default", Page(1, token))); };
  EXPECT_EQ(message("%%%"), "invalid continue token: continue key is not valid: illegal base64 data at input byte 0");
  EXPECT_EQ(message("e30"),
            "invalid continue token: continue key is not valid: server does not recognize this encoded version ");
  EXPECT_THAT(message(EncodeContinue({1, "../x"})), testing::HasSubstr("continue key is not valid: ../x"));
  EXPECT_EQ(message(EncodeContinue({0, "a"})),
            "invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version "
            "meta.k8s.io/v1)");
}

ListOptions At(std::string_view version, std::string_view match = "") {
  ListOptions options;
  options.resource_version = version;
  options.resource_version_match = match;
  return options;
}

TEST(List, ExactSeesThePast) {  // API-287, API-290
  TestServer t;
  Add(t, "default", "a");
  const std::string then = std::to_string(t.server.revision());
  Add(t, "default", "b");
  t.Delete(t.configmaps, "default", "a");
  EXPECT_THAT(Names(t.List(t.configmaps, "default", At(then, "Exact"))), ElementsAre("default/a"));
  EXPECT_THAT(Names(t.List(t.configmaps, "default", At(then, "NotOlderThan"))), ElementsAre("default/b"));
  t.server.Compact(t.server.revision());
  const ApiResponse gone = t.List(t.configmaps, "default", At(then, "Exact"));
  EXPECT_EQ(gone.code, 410);
  EXPECT_EQ(Message(gone), "The resourceVersion for the provided list is too old.");
}

TEST(List, OptionsThatDoNotGoTogether) {  // API-295
  TestServer t;
  EXPECT_EQ(Message(t.List(t.configmaps, "default", At("", "Exact"))),
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is "
            "forbidden unless "
            "resourceVersion is provided");
  EXPECT_EQ(Message(t.List(t.configmaps, "default", At("0", "Exact"))),
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" "
            "is forbidden for "
            "resourceVersion \"0\"");
  const ApiResponse bad = t.List(t.configmaps, "default", At("abc"));
  EXPECT_EQ(bad.code, 400);
  EXPECT_EQ(Message(bad),
            "invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint: parsing \"abc\": "
            "invalid syntax");
}

TEST(List, Selectors) {  // API-365, API-368, API-369, API-372
  TestServer t;
  Add(t, "default", "a", R"(,"labels":{"x":"1"})");
  Add(t, "default", "b", R"(,"labels":{"x":"2"})");
  ListOptions by_label;
  by_label.label_selector = "x!=1";
  EXPECT_THAT(Names(t.List(t.configmaps, "default", by_label)), ElementsAre("default/b"));
  ListOptions by_name;
  by_name.field_selector = "metadata.name=a";
  EXPECT_THAT(Names(t.List(t.configmaps, "", by_name)), ElementsAre("default/a"));
  ListOptions unknown;
  unknown.field_selector = "spec.x=1";
  EXPECT_EQ(Message(t.List(t.configmaps, "default", unknown)),
            "\"spec.x\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
  t.Post(t.pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  const auto pods = [&](std::string_view selector) {
    ListOptions options;
    options.field_selector = selector;
    return Names(t.List(t.pods, "", options)).size();
  };
  EXPECT_EQ(pods("status.phase=Pending,spec.nodeName="), 1u);
  EXPECT_EQ(pods("spec.host=n"), 0u);
  EXPECT_EQ(pods("spec.hostNetwork=false"), 1u);
  EXPECT_EQ(pods("status.phase!=Pending"), 0u);
}

TEST(Get, FromTheFutureWaits) {  // API-126
  TestServer t;
  Add(t, "default", "a");
  ApiRequest request = TestServer::Make(Verb::kGet, t.configmaps, "default", "a");
  request.resource_version = std::to_string(t.server.revision() + 1);
  Outcome outcome = t.Apply(std::move(request));
  ASSERT_TRUE(std::holds_alternative<WaitFor>(outcome));
  WaitFor wait = std::get<WaitFor>(std::move(outcome));
  EXPECT_EQ(wait.revision, t.server.revision() + 1);
  EXPECT_EQ(wait.deadline, t.now + std::chrono::seconds(3));

  // Another request comes in between and brings the version.
  Add(t, "default", "b");
  Outcome resumed = t.server.Resume(std::move(*wait.next), {}, t.info(), t.replica);
  ASSERT_TRUE(std::holds_alternative<ApiResponse>(resumed));
  EXPECT_EQ(std::get<ApiResponse>(resumed).object.name(), "a");
}

TEST(Get, FromTheFutureGivesUp) {  // API-126
  TestServer t;
  ApiRequest request = TestServer::Make(Verb::kGet, t.configmaps, "default", "a");
  request.resource_version = "99";
  WaitFor wait = std::get<WaitFor>(t.Apply(std::move(request)));
  t.now = wait.deadline;
  const Outcome resumed = t.server.Resume(std::move(*wait.next), {}, t.info(), t.replica);
  const ApiResponse& r = std::get<ApiResponse>(resumed);
  EXPECT_EQ(r.code, 504);
  EXPECT_EQ(Message(r), "Timeout: Too large resource version: 99, current: " + std::to_string(t.server.revision()));
  EXPECT_EQ(r.body["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  EXPECT_EQ(r.body["details"]["retryAfterSeconds"].AsInt(), 1);
}

TEST(Replica, LagsAndCatchesUp) {  // API-125, API-153, API-287
  TestServer t;
  Add(t, "default", "a");
  t.replica.Hold(t.server);
  Add(t, "default", "b");
  const uint64_t middle = t.server.revision();
  t.Delete(t.configmaps, "default", "a");
  EXPECT_THAT(Names(t.List(t.configmaps, "default", At("0"))), ElementsAre("default/a"));
  EXPECT_THAT(Names(t.List(t.configmaps, "default")), ElementsAre("default/b"));
  t.replica.AdvanceTo(t.server, middle);
  EXPECT_THAT(Names(t.List(t.configmaps, "default", At("0"))), ElementsAre("default/a", "default/b"));
  EXPECT_TRUE(t.replica.lagging());
  Replica copy = t.replica;
  t.replica.AdvanceTo(t.server, t.server.revision());
  EXPECT_FALSE(t.replica.lagging());
  EXPECT_THAT(Names(t.List(t.configmaps, "default", At("0"))), ElementsAre("default/b"));
  EXPECT_EQ(copy.revision(), middle);
  // A replica whose place in the log is gone reads the store anew.
  t.server.Compact(t.server.revision());
  copy.AdvanceTo(t.server, t.server.revision());
  EXPECT_FALSE(copy.lagging());
}

TEST(List, AChunkEndsWhereTheNextMightBegin) {  // API-290
  TestServer t;
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a","labels":{"want":"yes"}}})");
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"b"}})");
  ListOptions options;
  options.limit = 1;
  options.label_selector = "want=yes";
  const ApiResponse page = t.List(t.configmaps, "default", std::move(options));
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_FALSE(page.body["metadata"]["continue"].empty()) << "nobody has looked whether the next one is wanted";
}

}  // namespace
}  // namespace wavetank::sim
