#include "sim/front/pages.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "runtime/wire/protobuf.h"
#include "sim/apiserver/discovery.h"
#include "sim/front/front.h"

namespace wavetank::sim {
namespace {

class PagesTest : public testing::Test {
 protected:
  HttpResponse Ask(std::string method, std::string target, HttpHeaders headers) {
    HttpRequest request{.method = std::move(method), .target = std::move(target), .headers = std::move(headers)};
    AddHeader(request.headers, "Authorization", "Bearer admin-token");
    Front::Outcome outcome = front_.Handle(request);
    return std::get<FrontAnswer>(std::move(outcome)).response;
  }
  HttpResponse Get(std::string target, std::string accept = "application/json") {
    return Ask("GET", std::move(target), {{"Accept", std::move(accept)}});
  }
  static std::string Type(const HttpResponse& page) {
    const std::string* type = page.Find("Content-Type");
    return type == nullptr ? "" : *type;
  }

  ApiServer server_;
  RandomIds ids_{Random(1)};
  BareHost host_{server_, ids_, Time::FromSeconds(1'000'000'000)};
  Front front_{host_, {}};
};

constexpr const char* kAggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

// API-415
TEST_F(PagesTest, LegacyDiscovery) {
  EXPECT_EQ((*ParseJson(Get("/apis/node.k8s.io/v1/").body))["groupVersion"], "node.k8s.io/v1");
  EXPECT_EQ((*ParseJson(Get("/apis/node.k8s.io").body))["name"], "node.k8s.io");
  EXPECT_EQ(Get("/apis/node.k8s.io/v7").status, 404);
  EXPECT_EQ(Get("/apis/x.example/v1").body, "404 page not found\n");
  EXPECT_EQ(Ask("DELETE", "/apis/node.k8s.io/v1", {}).status, 405);
  EXPECT_EQ(Type(Get("/apis/node.k8s.io/v1", "application/yaml")), "application/yaml");
  const HttpResponse bytes = Get("/apis/node.k8s.io/v1", "application/vnd.kubernetes.protobuf");
  const Result<ProtobufDocument> list = ParseProtobuf(server_.kinds(), bytes.body);
  ASSERT_TRUE(list.ok()) << list.status().ToString();
  EXPECT_EQ(list->value["resources"][0]["name"], "runtimeclasses");
}

// API-012: the router has other words than the handler.
TEST_F(PagesTest, NotAcceptable) {
  const auto message = [&](const char* path, const char* accept) {
    const HttpResponse page = Get(path, accept);
    EXPECT_EQ(page.status, 406);
    return std::string((*ParseJson(page.body))["message"].AsString());
  };
  EXPECT_TRUE(message("/apis/node.k8s.io/v1", "text/html").starts_with("406: Not Acceptable\n\nAvailable"));
  EXPECT_TRUE(message("/apis/node.k8s.io/v1", kAggregated).starts_with("only the following media types"));
  EXPECT_TRUE(message("/api", "image/png").starts_with("only the following media types"));
}

// API-416, API-417
TEST_F(PagesTest, AggregatedDiscovery) {
  const HttpResponse page = Get("/apis", std::string(kAggregated) + ",application/json");
  EXPECT_EQ(Type(page), kAggregated);
  EXPECT_EQ(*page.Find("Cache-Control"), "public");
  EXPECT_EQ((*ParseJson(page.body))["items"].size(), server_.kinds().Groups().size() - 1);
  const std::string tag = *page.Find("Etag");
  const HttpResponse again = Ask("GET", "/apis", {{"Accept", kAggregated}, {"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(Type(again), "");
  EXPECT_EQ(Type(Get("/apis", std::string("application/json,") + kAggregated)), "application/json");
  const std::string proto = "application/vnd.kubernetes.protobuf;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const Result<ProtobufDocument> list = ParseProtobuf(server_.kinds(), Get("/api", proto).body);
  ASSERT_TRUE(list.ok()) << list.status().ToString();
  EXPECT_EQ(list->value, AggregatedDiscoveryDocument(server_.kinds(), true));
}

// API-431
TEST_F(PagesTest, HealthAndOthers) {
  EXPECT_EQ(Get("/readyz/poststarthook/storage-readiness").body, "ok");
  EXPECT_EQ(Get("/readyz/poststarthook").status, 404);
  EXPECT_EQ(Get("/livez/").status, 404);
  EXPECT_EQ(Ask("PUT", "/livez", {}).body, "ok");
  EXPECT_TRUE(Get("/livez?verbose&exclude=log").body.find("[+]log excluded: ok\n") != std::string::npos);
  EXPECT_EQ((*ParseJson(Get("/version").body))["minor"], "36");
  EXPECT_EQ(Ask("HEAD", "/version", {}).status, 405);
  EXPECT_TRUE(Get("/metrics").body.find("{group=\"\",resource=\"namespaces\"} ") != std::string::npos);
  EXPECT_EQ(Get("/metricz").status, 404);
}

// API-426
TEST_F(PagesTest, OpenApiVersionThree) {
  const HttpResponse index = Get("/openapi/v3");
  EXPECT_EQ(Type(index), "text/plain; charset=utf-8");
  const Value entry = (*ParseJson(index.body))["paths"]["apis/node.k8s.io/v1"];
  const HttpResponse page = Get(std::string(entry["serverRelativeURL"].AsString()));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(*page.Find("Cache-Control"), "public, immutable");
  EXPECT_EQ(*page.Find("Expires"), "Mon, 09 Sep 2002 01:46:40 GMT");
  EXPECT_EQ((*ParseJson(page.body))["openapi"], "3.0.0");
  const HttpResponse moved = Get("/openapi/v3/apis/node.k8s.io/v1?hash=0");
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(*moved.Find("Location"), entry["serverRelativeURL"].AsString());
  EXPECT_EQ(Get("/openapi/v3/apis/node.k8s.io/v1", "image/png").status, 406);
  EXPECT_EQ(Get("/openapi/v3/apis/node.k8s.io/v5").status, 404);
}

// API-428
TEST_F(PagesTest, OpenApiVersionTwo) {
  EXPECT_EQ((*ParseJson(Get("/openapi/v2").body))["swagger"], "2.0");
  const HttpResponse bytes = Get("/openapi/v2", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
  EXPECT_EQ(Type(bytes), "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
  EXPECT_TRUE(
      bytes.body.starts_with("\x0a\x03"
                             "2.0"));
  const HttpResponse again = Ask("GET", "/openapi/v2", {{"If-None-Match", *bytes.Find("Etag")}});
  EXPECT_EQ(again.status, 304);
}

}  // namespace
}  // namespace wavetank::sim
