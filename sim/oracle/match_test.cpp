#include "sim/oracle/match.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

std::string Mismatches(std::string_view expected, std::string_view found) {
  const auto mismatch = FindMismatch(*ParseJson(expected), *ParseJson(found));
  return mismatch.has_value() ? mismatch->path + ": " + mismatch->expected + " != " + mismatch->found : "";
}

TEST(MatchTest, ExpectedFieldsMustMatchAndOthersMayBeAnything) {
  EXPECT_EQ(Mismatches(R"({"status":{"readyReplicas":5}})", R"({"kind":"X","status":{"readyReplicas":5,"replicas":5}})"), "");
  EXPECT_EQ(Mismatches(R"({"status":{"readyReplicas":5}})", R"({"status":{"readyReplicas":4}})"),
            "/status/readyReplicas: 5 != 4");
  EXPECT_EQ(Mismatches(R"({"status":{"readyReplicas":5}})", R"({"status":{}})"), "/status/readyReplicas: 5 != nothing");
}

TEST(MatchTest, NullMeansAbsentOrNull) {
  EXPECT_EQ(Mismatches(R"({"a":null})", R"({})"), "");
  EXPECT_EQ(Mismatches(R"({"a":null})", R"({"a":1})"), "/a: null != 1");
}

TEST(MatchTest, ListsOfNamedThingsMatchByName) {
  EXPECT_EQ(Mismatches(R"({"c":[{"type":"Ready","status":"True"}]})",
                       R"({"c":[{"type":"Other"},{"type":"Ready","status":"True","reason":"r"}]})"), "");
  EXPECT_EQ(Mismatches(R"({"c":[{"type":"Ready","status":"True"}]})", R"({"c":[{"type":"Ready","status":"False"}]})"),
            R"(/c/type=Ready/status: "True" != "False")");
  EXPECT_EQ(Mismatches(R"({"c":[{"name":"a"}]})", R"({"c":[]})"), R"(/c/name=a: {"name":"a"} != nothing)");
}

TEST(MatchTest, OtherListsMatchInOrderAndLength) {
  EXPECT_EQ(Mismatches(R"({"f":["a","b"]})", R"({"f":["a","b"]})"), "");
  EXPECT_EQ(Mismatches(R"({"f":["a"]})", R"({"f":["a","b"]})"), R"(/f: ["a"] != ["a","b"])");
  EXPECT_EQ(Mismatches(R"({"f":["b","a"]})", R"({"f":["a","b"]})"), R"(/f/0: "b" != "a")");
}

}  // namespace
}  // namespace wavetank::sim
