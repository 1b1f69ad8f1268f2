#include "sim/front/identity.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "sim/front/front.h"

namespace wavetank::sim {
namespace {

class IdentityTest : public testing::Test {
 protected:
  HttpResponse Ask(std::string method, std::string target, HttpHeaders headers, std::string body = "") {
    HttpRequest request{.method = std::move(method),
                        .target = std::move(target),
                        .headers = std::move(headers),
                        .body = std::move(body)};
    if (!request.body.empty()) AddHeader(request.headers, "Content-Type", "application/json");
    return std::get<FrontAnswer>(front_.Handle(request)).response;
  }
  int With(const std::string& credentials) {
    return Ask("GET", "/api/v1/nodes", {{"Authorization", credentials}}).status;
  }
  Value Review(const std::string& group, const std::string& resource, std::string body, int status = 201) {
    const HttpResponse answer =
        Ask("POST", "/apis/" + group + "/v1/" + resource,
            {{"Authorization", "Bearer t0ken"}, {"Accept", "application/json"}}, std::move(body));
    EXPECT_EQ(answer.status, status) << answer.body;
    return *ParseJson(answer.body);
  }

  ApiServer server_;
  RandomIds ids_{Random(1)};
  BareHost host_{server_, ids_, Time::FromSeconds(1'000'000'000)};
  Front front_{host_, {.token = "t0ken", .trust_everybody = false}};
};

// API-047
TEST_F(IdentityTest, CredentialsThatAreNoneAreNobodys) {
  for (const char* admin :
       {"Bearer t0ken", "bearer t0ken", "BEARER t0ken", "  Bearer t0ken", "Bearer t0ken and more"}) {
    EXPECT_EQ(With(admin), 200) << admin;
  }
  for (const char* wrong : {"Bearer no", "Bearer no t0ken", "bearer T0KEN"}) EXPECT_EQ(With(wrong), 401) << wrong;
  for (const char* nobody :
       {"", " ", "Bearer", "Bearer ", "Bearer  t0ken", "Bearert0ken", "Bearer\tt0ken", "Basic Zm9vOmJhcg=="}) {
    EXPECT_EQ(With(nobody), 403) << nobody;
  }
  EXPECT_EQ(Ask("GET", "/version", {{"Authorization", "Basic Zm9vOmJhcg=="}}).status, 200);
}

TEST_F(IdentityTest, ReviewsOfOneself) {
  const Value who = Review("authentication.k8s.io", "selfsubjectreviews",
                           R"({"metadata":{"name":"x"},"status":{"userInfo":{"username":"joe"}}})");
  EXPECT_EQ(WriteJson(who),
            R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview",)"
            R"("metadata":{"creationTimestamp":"2001-09-09T01:46:40Z"},)"
            R"("status":{"userInfo":{"groups":["system:masters","system:authenticated"],"username":"admin"}}})");
  const Value rules = Review("authorization.k8s.io", "selfsubjectrulesreviews", R"({"spec":{"namespace":"nowhere"}})");
  EXPECT_EQ(WriteJson(rules["metadata"]) + WriteJson(rules["spec"]), "{}{}");
  EXPECT_EQ(WriteJson(rules["status"]["resourceRules"][0]), R"({"apiGroups":["*"],"resources":["*"],"verbs":["*"]})");
  EXPECT_EQ(rules["status"]["incomplete"], false);
  EXPECT_EQ(Review("authorization.k8s.io", "selfsubjectrulesreviews", R"({"spec":{}})", 400)["message"],
            "no namespace on request");
  // Reviews of others are not there, and say so.
  EXPECT_EQ(Review("authentication.k8s.io", "tokenreviews", R"({"spec":{"token":"x"}})", 501)["message"],
            "TokenReview.authentication.k8s.io is not built yet");
}

}  // namespace
}  // namespace wavetank::sim
