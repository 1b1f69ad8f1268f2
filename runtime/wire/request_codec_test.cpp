#include "runtime/wire/request_codec.h"

#include <gtest/gtest.h>

#include "runtime/api/status_error.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

HttpRequest Http(std::string method, std::string target, std::string body = {}, std::string type = {}) {
  HttpRequest http{.method = std::move(method), .target = std::move(target), .headers = {}, .body = std::move(body)};
  if (!type.empty()) http.headers.push_back({"content-type", std::move(type)});
  return http;
}

ParsedRequest Parse(const HttpRequest& http) { return ParseRequest(http, KindRegistry::BuiltIn()); }

std::string Outcome(const HttpRequest& http) {
  const ParsedRequest parsed = Parse(http);
  if (std::holds_alternative<OtherPath>(parsed)) return "other";
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    return std::to_string(HttpCode(refusal->status)) + " " + refusal->status.message();
  }
  return std::get<ResourceCall>(parsed).request.Describe();
}

std::string Outcome(std::string method, std::string target) {
  return Outcome(Http(std::move(method), std::move(target)));
}

TEST(ParseRequest, PathsAndVerbs) {  // API-001, API-002
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets/b"), "get secrets a/b");
  EXPECT_EQ(Outcome("GET", "/api/v1/secrets"), "list secrets");
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets?watch"), "watch secrets a");
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets?watch=FALSE"), "list secrets a");
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a"), "get namespaces a");
  EXPECT_EQ(Outcome("PUT", "/api/v1/namespaces/a/finalize"), "update namespaces/finalize a");
  EXPECT_EQ(Outcome("GET", "/apis/apps/v1/namespaces/a/statefulsets/s/scale"), "get statefulsets.apps/scale a/s");
  EXPECT_EQ(Outcome("DELETE", "/apis/batch/v1/namespaces/a/jobs"), "deletecollection jobs.batch a");
  EXPECT_EQ(Outcome("GET", "/api/v1/watch/namespaces/a/secrets/b"), "watch secrets a");  // API-004
  EXPECT_EQ(Outcome("GET", "/api/v1/nodes/n%20m"), "get nodes n m");
}

TEST(ParseRequest, WhatIsNotThere) {  // API-006, API-007
  const std::string unknown = "404 the server could not find the requested resource";
  const std::string no_method = "405 the server does not allow this method on the requested resource";
  EXPECT_EQ(Outcome("GET", "/api/v1/chairs"), unknown);
  EXPECT_EQ(Outcome("GET", "/apis/batch/v7/jobs"), unknown);
  EXPECT_EQ(Outcome("GET", "/apis/chairs.example/v1/chairs"), "other");
  EXPECT_EQ(Outcome("GET", "/version"), "other");
  EXPECT_EQ(Outcome("GET", "/api/v1/secrets/a"), unknown);
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/persistentvolumes"), unknown);
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets//b"), unknown);
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets/b/status"), unknown);
  EXPECT_EQ(Outcome("POST", "/api/v1/secrets"), no_method);
  EXPECT_EQ(Outcome("PATCH", "/api/v1/namespaces/a/secrets"), no_method);
  EXPECT_EQ(Outcome("BREW", "/api/v1/namespaces/a/secrets/b"), no_method);
  EXPECT_EQ(Outcome("HEAD", "/api/v1/namespaces/a/secrets/b"), no_method);
  EXPECT_EQ(Outcome("DELETE", "/api/v1/watch/secrets"), no_method);
}

TEST(ParseRequest, Names) {  // API-005
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets/.."), "400 Name parameter invalid: \"..\": may not be '..'");
  EXPECT_EQ(Outcome("GET", "/api/v1/namespaces/a/secrets/b%25"),
            "400 Name parameter invalid: \"b%\": may not contain '%'");
}

TEST(ParseRequest, OptionsThatCannotBeRead) {  // API-062
  EXPECT_EQ(Outcome("GET", "/api/v1/secrets?limit=1x"), "400 strconv.ParseInt: parsing \"1x\": invalid syntax");
  EXPECT_EQ(Outcome("GET", "/api/v1/secrets?timeoutSeconds=99999999999999999999"),
            "400 strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
  EXPECT_EQ(Outcome("GET", "/api/v1/secrets?timeout=5"),
            "400 invalid timeout specified in the request URL - time: missing unit in duration \"5\"");
}

TEST(ParseRequest, OptionsThatMayNotBe) {  // API-061
  HttpRequest http =
      Http("PUT", "/api/v1/namespaces/a/secrets/b?dryRun=Some&fieldValidation=Maybe", "{}", "application/json");
  EXPECT_EQ(Outcome(http),
            "422 UpdateOptions.meta.k8s.io \"\" is invalid: [dryRun: Unsupported value: [\"Some\"]: supported values: "
            "\"All\", "
            "fieldValidation: Unsupported value: \"Maybe\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"]");
  http = Http("PATCH", "/api/v1/namespaces/a/secrets/b?force=true", "{}", "application/merge-patch+json");
  EXPECT_EQ(Outcome(http),
            "422 PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
  http = Http("PATCH", "/api/v1/namespaces/a/secrets/b", "{}", "application/apply-patch+yaml");
  EXPECT_EQ(Outcome(http),
            "422 PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
}

TEST(ParseRequest, ContentTypes) {  // API-013, API-014
  EXPECT_EQ(Outcome(Http("POST", "/api/v1/namespaces/a/secrets", "{}", "text/html")),
            "415 the body of the request was in an unknown format - accepted media types include: application/json, "
            "application/yaml, application/vnd.kubernetes.protobuf");
  EXPECT_EQ(Outcome(Http("PATCH", "/api/v1/namespaces/a/secrets/b", "{}", "application/json")),
            "415 415: Unsupported Media Type");
  EXPECT_EQ(Outcome(Http("POST", "/api/v1/namespaces/a/secrets", std::string(kMaxBodyBytes + 1, ' '))),
            "413 Request entity too large: limit is 3145728");
}

const ApiRequest& Request(const ParsedRequest& parsed) { return std::get<ResourceCall>(parsed).request; }

TEST(ParseRequest, BodiesKeepTheirSource) {  // API-020
  ParsedRequest parsed = Parse(Http("POST", "/api/v1/namespaces/a/secrets", "{\"a\":1,\"a\":2}"));
  EXPECT_EQ(WriteJson(Request(parsed).body), "{\"a\":2}");
  EXPECT_EQ(Request(parsed).source->duplicates, std::vector<std::string>({"a"}));
  parsed = Parse(Http("POST", "/api/v1/namespaces/a/secrets", "[]"));
  EXPECT_TRUE(Request(parsed).body.is_null());
  EXPECT_NE(Request(parsed).source->error.find("cannot unmarshal array into Go value of type struct"),
            std::string::npos);
  parsed = Parse(Http("PUT", "/api/v1/namespaces/a/secrets/b", "a: {b: c}\n---\nx: y\n", "application/yaml"));
  EXPECT_EQ(WriteJson(Request(parsed).body), "{\"a\":{\"b\":\"c\"}}");
  EXPECT_FALSE(Request(parsed).source->is_json);
}

TEST(ParseRequest, DeleteOptionsFromBodyOrQuery) {  // API-137
  const std::string path = "/api/v1/namespaces/a/secrets/b?propagationPolicy=Orphan&gracePeriodSeconds=3&dryRun=All";
  EXPECT_EQ(WriteJson(Request(Parse(Http("DELETE", path))).body),
            "{\"dryRun\":[\"All\"],\"gracePeriodSeconds\":3,\"propagationPolicy\":\"Orphan\"}");
  EXPECT_EQ(WriteJson(Request(Parse(Http("DELETE", path, "{}"))).body), "{}");
}

}  // namespace
}  // namespace wavetank
