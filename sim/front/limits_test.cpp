// What is not there yet says so: a Warning for who reads it, an error where somebody would wait for ever.
#include "sim/front/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/front/front.h"

namespace wavetank::sim {
namespace {

using testing::HasSubstr;

constexpr const char* kKubectl = "kubectl/v1.36.3 (linux/amd64) kubernetes/abc";

class LimitsTest : public testing::Test {
 protected:
  HttpResponse Ask(std::string method, std::string target, std::string body = "", HttpHeaders headers = {}) {
    HttpRequest request{.method = std::move(method),
                        .target = std::move(target),
                        .headers = std::move(headers),
                        .body = std::move(body)};
    AddHeader(request.headers, "Authorization", "Bearer admin-token");
    if (!request.body.empty()) AddHeader(request.headers, "Content-Type", "application/json");
    return std::get<FrontAnswer>(front_.Handle(request)).response;
  }
  static std::string Warning(const HttpResponse& response) {
    const std::string* text = response.Find("Warning");
    return text == nullptr ? "" : *text;
  }

  ApiServer server_;
  RandomIds ids_{Random(1)};
  BareHost host_{server_, ids_, Time::FromSeconds(1'000'000'000)};
  Front front_{host_, {}};
};

constexpr const char* kRoles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

TEST_F(LimitsTest, WhatIsStoredWithoutEffectIsToldToThePersonWhoStoresIt) {
  const HttpResponse told = Ask("POST", kRoles, R"({"metadata":{"name":"a"}})", {{"User-Agent", kKubectl}});
  EXPECT_EQ(told.status, 201);
  EXPECT_EQ(
      Warning(told),
      "299 - \"ClusterRole has no effect here: this server has no RBAC, and its administrator may do everything\"");
  EXPECT_EQ(Warning(Ask("GET", std::string(kRoles) + "/a", "", {{"User-Agent", kKubectl}})), "");
  const HttpResponse again = Ask("POST", kRoles, R"({"metadata":{"name":"a"}})", {{"User-Agent", kKubectl}});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(Warning(again), "");
}

TEST_F(LimitsTest, ProgramsGetWhatTheRealServerSends) {
  EXPECT_EQ(Warning(Ask("POST", kRoles, R"({"metadata":{"name":"a"}})")), "");
  EXPECT_EQ(Warning(Ask("POST", kRoles, R"({"metadata":{"name":"b"}})", {{"User-Agent", "manager/v0 kubernetes/x"}})),
            "");
}

TEST_F(LimitsTest, WebhooksAndPoliciesAreNeverCalled) {
  const HttpResponse hook = Ask("POST", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
                                R"({"metadata":{"name":"a"}})", {{"User-Agent", "Helm/3.15"}});
  EXPECT_EQ(hook.status, 201);
  EXPECT_THAT(Warning(hook), HasSubstr("MutatingWebhookConfiguration is stored, but this server calls no webhooks"));
}

TEST_F(LimitsTest, WhoBorrowsANameIsToldThatThereAreNoRoles) {
  const HttpResponse no = Ask("GET", "/api/v1/pods", "", {{"User-Agent", kKubectl}, {"Impersonate-User", "ann"}});
  EXPECT_EQ(no.status, 403);
  EXPECT_THAT(Warning(no), HasSubstr("no RBAC"));
  EXPECT_EQ(Ask("GET", "/api/v1/pods", "",
                {{"User-Agent", kKubectl}, {"Impersonate-User", "ann"}, {"Impersonate-Group", "system:masters"}})
                .status,
            200);
}

// As the real server answers for an aggregated API that nobody runs.
TEST_F(LimitsTest, AGroupThatAServiceShouldHaveIsUnavailable) {
  const std::string metrics = "/apis/metrics.k8s.io/v1beta1";
  EXPECT_EQ(Ask("GET", metrics).status, 404);
  const HttpResponse made = Ask("POST", "/apis/apiregistration.k8s.io/v1/apiservices",
                                R"({"metadata":{"name":"v1beta1.metrics.k8s.io"},"spec":{"group":"metrics.k8s.io",)"
                                R"("version":"v1beta1","groupPriorityMinimum":100,"versionPriority":100,)"
                                R"("insecureSkipTLSVerify":true,"service":{"name":"m","namespace":"kube-system"}}})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Ask("GET", metrics).status, 503);
  EXPECT_EQ(Ask("GET", metrics).body, "service unavailable\n");
  EXPECT_EQ(Ask("GET", metrics + "/nodes/node-1").status, 503);
  EXPECT_EQ(Ask("GET", "/apis/metrics.k8s.io/v1/nodes").status, 404);
  EXPECT_EQ(Ask("GET", "/apis/apps/v1").status, 200);
}

}  // namespace
}  // namespace wavetank::sim
