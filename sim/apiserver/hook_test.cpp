// The three outcomes: a webhook is asked, other requests come in between, the rest goes on (API-121, API-134, API-600).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

ApiServer::Options WithHook(std::vector<Verb> operations) {
  ApiServer::Options options;
  options.hooks.push_back({Gvr("", "v1", "configmaps"), std::move(operations), "w.example.com", "hook-1"});
  return options;
}

CallAnswer Allow(std::string_view patch = "null") {
  CallAnswer answer;
  answer.body = Json(R"({"response":{"allowed":true,"patch":)" + std::string(patch) + "}}");
  return answer;
}

NeedsCall Ask(TestServer& t, ApiRequest request) {
  Outcome outcome = t.Apply(std::move(request));
  WT_CHECK(std::holds_alternative<NeedsCall>(outcome), "a hook is asked");
  return std::get<NeedsCall>(std::move(outcome));
}
ApiResponse Go(TestServer& t, NeedsCall call, const CallAnswer& answer) {
  Outcome outcome = t.server.Resume(std::move(*call.next), answer, t.info(), t.replica);
  WT_CHECK(std::holds_alternative<ApiResponse>(outcome), "all hooks have answered");
  return std::get<ApiResponse>(std::move(outcome));
}
ApiRequest MakeA(TestServer& t) {
  return TestServer::Make(Verb::kCreate, t.configmaps, "default", "", Json(R"({"metadata":{"generateName":"a-"}})"));
}

TEST(Hook, SeesAndChangesANewObject) {
  TestServer t(WithHook({Verb::kCreate}));
  NeedsCall call = Ask(t, MakeA(t));
  EXPECT_EQ(call.target, "hook-1");
  const Value& review = call.body["request"];
  EXPECT_EQ(review["operation"], "CREATE");
  EXPECT_FALSE(review["object"]["metadata"].Has("name"));  // API-121: before the name is made
  EXPECT_EQ(t.server.Count(t.resource(t.configmaps)), 0u);
  t.now = t.now + std::chrono::seconds(5);
  const ApiResponse r = Go(t, std::move(call), Allow(R"([{"op":"add","path":"/data","value":{"k":"v"}}])"));
  ASSERT_EQ(r.code, 201);
  EXPECT_EQ(r.object.value()["data"]["k"], "v");
  EXPECT_EQ(r.object.metadata()["creationTimestamp"], "2001-09-09T01:46:45Z");
}

TEST(Hook, MayRefuse) {
  TestServer t(WithHook({Verb::kCreate}));
  CallAnswer no;
  no.body = Json(R"({"response":{"allowed":false,"status":{"message":"not today"}}})");
  const ApiResponse r = Go(t, Ask(t, MakeA(t)), no);
  EXPECT_EQ(r.code, 403);
  EXPECT_EQ(Message(r), "admission webhook \"w.example.com\" denied the request: not today");
  CallAnswer down;
  down.arrived = false;
  down.error = "connection refused";
  const ApiResponse failed = Go(t, Ask(t, MakeA(t)), down);
  EXPECT_EQ(failed.code, 500);
  EXPECT_EQ(Message(failed), "Internal error occurred: failed calling webhook \"w.example.com\": connection refused");
}

TEST(Hook, PatchIsAppliedAnewWhenTheObjectMoved) {  // API-134
  TestServer t(WithHook({Verb::kPatch}));
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"},"data":{"x":"1"}})");
  NeedsCall call = Ask(t, TestServer::Make(Verb::kPatch, t.configmaps, "default", "a", Json(R"({"data":{"y":"2"}})")));
  Value other = t.Get(t.configmaps, "default", "a").object.value().SetIn({Name("data"), Name("x")}, "9");
  EXPECT_EQ(t.Put(t.configmaps, "default", "a", other).code, 200);  // a writer in between
  Outcome again = t.server.Resume(std::move(*call.next), Allow(), t.info(), t.replica);
  ASSERT_TRUE(std::holds_alternative<NeedsCall>(again));  // asked once more, about the newer object
  NeedsCall second = std::get<NeedsCall>(std::move(again));
  EXPECT_EQ(second.body["request"]["oldObject"]["data"]["x"], "9");
  const ApiResponse r = Go(t, std::move(second), Allow());
  EXPECT_EQ(WriteJson(r.object.value()["data"]), R"({"x":"9","y":"2"})");
}

TEST(Hook, PutConflictsWhenTheObjectMoved) {  // API-129
  TestServer t(WithHook({Verb::kUpdate}));
  const Object a = t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})").object;
  NeedsCall call = Ask(t, TestServer::Make(Verb::kUpdate, t.configmaps, "default", "a",
                                           a.value().Set(Name("data"), Json(R"({"k":"v"})"))));
  t.Merge(t.configmaps, "default", "a", R"({"data":{"x":"9"}})");
  Outcome outcome = t.server.Resume(std::move(*call.next), Allow(), t.info(), t.replica);
  while (std::holds_alternative<NeedsCall>(outcome)) {
    NeedsCall next = std::get<NeedsCall>(std::move(outcome));
    outcome = t.server.Resume(std::move(*next.next), Allow(), t.info(), t.replica);
  }
  EXPECT_EQ(std::get<ApiResponse>(outcome).code, 409);
}

TEST(Hook, Delete) {
  TestServer t(WithHook({Verb::kDelete}));
  t.Post(t.configmaps, "default", R"({"metadata":{"name":"a"}})");
  NeedsCall call = Ask(t, TestServer::Make(Verb::kDelete, t.configmaps, "default", "a"));
  EXPECT_EQ(call.body["request"]["operation"], "DELETE");
  EXPECT_EQ(Go(t, std::move(call), Allow()).code, 200);
  EXPECT_EQ(t.Get(t.configmaps, "default", "a").code, 404);
}

}  // namespace
}  // namespace wavetank::sim
