#include <gtest/gtest.h>

#include "sim/apiserver/testing.h"

namespace wavetank::sim {
namespace {

class SubresourceTest : public ::testing::Test, public TestServer {
 protected:
  ApiResponse Call(Verb verb, const Gvr& gvr, std::string_view name, std::string_view sub,
                   std::string_view body = "null", bool dry_run = false) {
    ApiRequest request = Make(verb, gvr, "default", name, Json(body));
    request.subresource = sub;
    request.dry_run = dry_run;
    return Do(std::move(request));
  }
  ApiResponse Evict(std::string_view name, std::string_view more = "", bool dry_run = false) {
    return Call(Verb::kCreate, pods, name, "eviction",
                R"({"metadata":{"name":")" + std::string(name) + R"("})" + std::string(more) + "}", dry_run);
  }
  // A pod on a node, running and ready.
  void RunningPod(std::string_view name, std::string_view labels = R"({"tier":"web"})", bool ready = true) {
    Post(pods, "default",
         R"({"metadata":{"name":")" + std::string(name) + R"(","labels":)" + std::string(labels) +
             R"(},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}})");
    Merge(pods, "default", name,
          std::string(R"({"status":{"phase":"Running","conditions":[{"type":"Ready","status":")") +
              (ready ? "True" : "False") + R"("}]}})",
          "status");
  }
  void Budget(std::string_view name, std::string_view status, std::string_view spec = "") {
    Post(budgets, "default",
         R"({"metadata":{"name":")" + std::string(name) + R"("},"spec":{"maxUnavailable":1,)" + std::string(spec) +
             R"("selector":{"matchLabels":{"tier":"web"}}}})");
    Merge(budgets, "default", name, R"({"status":)" + std::string(status) + "}", "status");
  }

  const Gvr budgets{"policy", "v1", "poddisruptionbudgets"};
  const Gvr accounts{"", "v1", "serviceaccounts"};
  const Gvr nodes{"", "v1", "nodes"};
};

TEST_F(SubresourceTest, EvictionWithoutBudgetDeletes) {  // API-686
  RunningPod("p");
  EXPECT_EQ(Evict("p", "", true).code, 201);
  EXPECT_FALSE(Get(pods, "default", "p").object.deleting());
  EXPECT_EQ(Evict("p").code, 201);
  const Object pod = Get(pods, "default", "p").object;
  EXPECT_TRUE(pod.deleting());
  EXPECT_EQ(pod.status()["conditions"][1]["reason"], "EvictionByEvictionAPI");
  EXPECT_EQ(Evict("p", R"(,"deleteOptions":{"gracePeriodSeconds":0})").code, 201);
  EXPECT_EQ(Evict("p").code, 404);
  EXPECT_EQ(Message(Call(Verb::kCreate, pods, "p", "eviction", R"({"metadata":{"name":"q"}})")),
            "name in URL does not match name in Eviction object");
}

TEST_F(SubresourceTest, ABudgetCountsDown) {  // API-686
  RunningPod("p");
  RunningPod("q");
  Budget("b",
         R"({"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2,"observedGeneration":1})");
  EXPECT_EQ(Evict("p", "", true).code, 201);
  EXPECT_EQ(Get(budgets, "default", "b").object.status()["disruptionsAllowed"].AsInt(), 1);  // a dry run
  EXPECT_EQ(Evict("p").code, 201);
  const Value status = Get(budgets, "default", "b").object.status();
  EXPECT_EQ(status["disruptionsAllowed"].AsInt(), 0);
  EXPECT_TRUE(status["disruptedPods"].Has("p"));
  EXPECT_EQ(status["conditions"][0]["reason"], "InsufficientPods");
  const ApiResponse refused = Evict("q");
  EXPECT_EQ(refused.code, 429);
  EXPECT_EQ(refused.body["details"]["causes"][0]["message"],
            "The disruption budget b needs 1 healthy pods and has 2 currently");
  EXPECT_TRUE(refused.body["details"]["retryAfterSeconds"].is_null());
}

TEST_F(SubresourceTest, ABudgetThatNobodyLookedAt) {
  RunningPod("p");
  Budget("b", R"({"observedGeneration":0,"disruptionsAllowed":5})");
  const ApiResponse refused = Evict("p");
  EXPECT_EQ(refused.code, 429);
  EXPECT_EQ(refused.body["details"]["retryAfterSeconds"].AsInt(), 10);
  EXPECT_EQ(refused.body["details"]["causes"][0]["message"],
            "The disruption budget b is still being processed by the server.");
}

TEST_F(SubresourceTest, AnUnhealthyPodMayGoWhenTheOthersAreHealthy) {
  RunningPod("p", R"({"tier":"web"})", false);
  Budget("b",
         R"({"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":2,"expectedPods":3,"observedGeneration":1})");
  EXPECT_EQ(Evict("p").code, 429);
  Merge(budgets, "default", "b", R"({"status":{"currentHealthy":2}})", "status");
  EXPECT_EQ(Evict("p").code, 201);
}

TEST_F(SubresourceTest, TwoBudgetsAreTooMany) {
  RunningPod("p");
  Budget("a", "{}");
  Budget("b", "{}");
  EXPECT_EQ(Evict("p").code, 500);
  RunningPod("other", R"({"tier":"db"})");
  EXPECT_EQ(Evict("other").code, 201);
}

TEST_F(SubresourceTest, EphemeralContainersAreAllThatChanges) {  // API-689
  Post(pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  ApiResponse out = Merge(pods, "default", "p",
                          R"({"metadata":{"labels":{"a":"b"}},"spec":{"hostname":"h","ephemeralContainers":)"
                          R"([{"name":"debug","image":"tools"}]}})",
                          "ephemeralcontainers");
  ASSERT_EQ(out.code, 200) << Message(out);
  EXPECT_EQ(out.object.spec()["ephemeralContainers"].size(), 1u);
  EXPECT_TRUE(out.object.spec()["hostname"].is_null());
  EXPECT_TRUE(out.object.labels().is_null());
  EXPECT_EQ(out.object.generation(), 2);
}

TEST_F(SubresourceTest, ResizeTakesResourcesOnly) {  // API-689
  Post(
      pods, "default",
      R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{"requests":{"cpu":"1"}}}]}})");
  const ApiResponse out =
      Merge(pods, "default", "p",
            R"({"spec":{"containers":[{"name":"c","image":"other","resources":{"requests":{"cpu":"2"}}}]}})", "resize");
  ASSERT_EQ(out.code, 200) << Message(out);
  EXPECT_EQ(out.object.spec()["containers"][0]["image"], "i");
  EXPECT_EQ(out.object.spec()["containers"][0]["resources"]["requests"]["cpu"], "2");
}

TEST_F(SubresourceTest, LogsSayWhyThereAreNone) {  // API-689
  Post(pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  EXPECT_EQ(Call(Verb::kGet, pods, "p", "log").code, 204);
  EXPECT_EQ(Message(Call(Verb::kCreate, pods, "p", "exec")), "pod p does not have a host assigned");
  EXPECT_EQ(Message(Call(Verb::kCreate, pods, "p", "attach", "null", true)), "dryRun is not supported");
  ApiRequest forward = Make(Verb::kGet, pods, "default", "p");
  forward.subresource = "portforward";
  forward.options = Json(R"({"dryRun":["All"]})");
  EXPECT_EQ(Message(Do(std::move(forward))), "dryRun is not supported");
  EXPECT_EQ(Call(Verb::kGet, pods, "none", "log").code, 404);
  RunningPod("on-node");
  EXPECT_EQ(Message(Call(Verb::kGet, pods, "on-node", "log")), "pods \"n\" not found");
  Post(nodes, "", R"({"metadata":{"name":"n"}})");
  EXPECT_EQ(Call(Verb::kGet, pods, "on-node", "log").code, 500);
  ApiRequest request = Make(Verb::kGet, pods, "default", "on-node");
  request.subresource = "log";
  request.options = Json(R"({"container":["x"]})");
  EXPECT_EQ(Message(Do(std::move(request))), "container x is not valid for pod on-node");
}

TEST_F(SubresourceTest, Tokens) {  // API-640
  Post(accounts, "default", R"({"metadata":{"name":"a"}})");
  const ApiResponse token = Call(Verb::kCreate, accounts, "a", "token", R"({"spec":{"audiences":["x"]}})");
  ASSERT_EQ(token.code, 201) << Message(token);
  const std::string_view text = token.body["status"]["token"].AsString();
  EXPECT_EQ(std::ranges::count(text, '.'), 2);
  EXPECT_EQ(token.body["spec"]["expirationSeconds"].AsInt(), 3600);
  const ApiResponse other = Call(Verb::kCreate, accounts, "a", "token", R"({"spec":{"audiences":["x"]}})");
  EXPECT_FALSE(other.body["status"]["token"] == text);
  EXPECT_EQ(Call(Verb::kCreate, accounts, "a", "token", R"({"spec":{"expirationSeconds":599}})").code, 422);
  EXPECT_EQ(Message(Call(Verb::kCreate, accounts, "a", "token",
                         R"({"spec":{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"s"}}})")),
            "secrets \"s\" not found");
  EXPECT_EQ(Call(Verb::kCreate, accounts, "none", "token", "{}").code, 404);
}

TEST_F(SubresourceTest, VerbsAreThoseOfTheKindTable) {  // API-007
  Post(pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  EXPECT_EQ(Call(Verb::kGet, pods, "p", "binding").code, 405);
  EXPECT_EQ(Call(Verb::kCreate, pods, "p", "status", "{}").code, 405);
  EXPECT_EQ(Call(Verb::kDelete, pods, "p", "status").code, 405);
  EXPECT_EQ(Call(Verb::kGet, pods, "p", "scale").code, 404);
  EXPECT_EQ(Call(Verb::kGet, configmaps, "p", "status").code, 404);
}

TEST_F(SubresourceTest, LogOptionsAreJudgedFirst) {  // API-689
  const auto log = [this](std::string_view options) {
    ApiRequest request = Make(Verb::kGet, pods, "default", "none");
    request.subresource = "log";
    request.options = Json(options);
    return Do(std::move(request));
  };
  EXPECT_EQ(Message(log(R"({"tailLines":["-1"],"limitBytes":["0"]})")),
            "PodLogOptions \"none\" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, "
            "limitBytes: Invalid value: 0: must be greater than 0]");
  EXPECT_EQ(Message(log(R"({"sinceSeconds":["x"]})")), "strconv.ParseInt: parsing \"x\": invalid syntax");
  EXPECT_EQ(log("{}").code, 404);
}

TEST_F(SubresourceTest, ATokenNamesItsAccountOrNobody) {  // API-640
  Post(accounts, "default", R"({"metadata":{"name":"a"}})");
  const auto ask = [this](std::string_view metadata) {
    return Call(Verb::kCreate, accounts, "a", "token", R"({"metadata":)" + std::string(metadata) + R"(,"spec":{}})");
  };
  EXPECT_EQ(ask("{}").code, 201);
  EXPECT_EQ(Message(ask(R"({"name":"b"})")),
            "TokenRequest.authentication.k8s.io \"a\" is invalid: metadata.name: Invalid value: \"b\": must match the "
            "service account name if specified");
  EXPECT_EQ(ask(R"({"namespace":"elsewhere"})").code, 400);
  EXPECT_EQ(ask(R"({"uid":"other"})").code, 409);
}

TEST_F(SubresourceTest, ADryBindingLooksAtTheUid) {  // API-685
  Post(pods, "default", R"({"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}})");
  const std::string_view body = R"({"metadata":{"name":"p","uid":"other"},"target":{"name":"n"}})";
  EXPECT_EQ(Call(Verb::kCreate, pods, "p", "binding", body, true).code, 409);
  EXPECT_EQ(
      Call(Verb::kCreate, pods, "p", "binding", R"({"metadata":{"name":"p","namespace":"x"},"target":{"name":"n"}})")
          .code,
      400);
  EXPECT_EQ(Call(Verb::kCreate, pods, "p", "binding", body).code, 201);
}

}  // namespace
}  // namespace wavetank::sim
