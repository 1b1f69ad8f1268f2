#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "tools/conformance/compare.h"
#include "tools/conformance/golden_case.h"
#include "tools/conformance/known_failures.h"
#include "tools/conformance/pattern.h"
#include "tools/conformance/pointer.h"
#include "tools/conformance/raw_json.h"
#include "tools/conformance/replay.h"
#include "tools/conformance/symbols.h"

namespace wavetank::conformance {
namespace {

Value J(std::string_view text) { return *ParseJson(text); }

TEST(Pointers, PartsSelectorsAndCounts) {
  const Value v = J(R"({"a":{"b/c":[{"n":{"x":"1"}},{"n":{"x":"2"},"v":5}]}})");
  EXPECT_EQ(WriteJson(*Lookup(v, "/a/b~1c/1/v")), "5");
  EXPECT_EQ(WriteJson(*Lookup(v, "/a/b~1c/[n.x=2]/v")), "5");
  EXPECT_EQ(WriteJson(*Lookup(v, "/a/b~1c/#")), "2");
  EXPECT_FALSE(Lookup(v, "/a/b~1c/2").has_value());
  EXPECT_EQ(WriteJson(Remove(v, "/a/b~1c/0")), R"({"a":{"b/c":[{"n":{"x":"2"},"v":5}]}})");
  EXPECT_EQ(WriteJson(Replace(v, "/a/b~1c", Value(1))), R"({"a":{"b/c":1}})");
}

TEST(Patterns, SymbolsStandForTexts) {
  const auto match = [](std::string_view pattern, std::string_view text) {
    return MatchParts(SplitSymbols(pattern), text);
  };
  EXPECT_EQ(match("pods \"{{name1}}\" at {{rv2}}", "pods \"x-1\" at 17")->at("name1"), "x-1");
  EXPECT_FALSE(match("at {{rv2}}", "at x").has_value());
  EXPECT_TRUE(match("{{a*5000}}!", std::string(5000, 'a') + "!").has_value());
  EXPECT_FALSE(match("{{name1}}={{name1}}", "a=b").has_value());
  EXPECT_TRUE(match("{{time}} {{{not}}", "2026-01-02T03:04:05Z {{{not}}").has_value());
  EXPECT_FALSE(match("{{time}}", "2026-01-02T03:04:05.000000Z").has_value());
}

TEST(SymbolsTest, EachStandsForOneValueAndTwoForTwo) {
  Symbols symbols;
  EXPECT_FALSE(symbols.Bind("rv1", "5", "").has_value());
  EXPECT_FALSE(symbols.Bind("rv1", "5", "").has_value());
  EXPECT_TRUE(symbols.Bind("rv1", "6", "").has_value());
  EXPECT_TRUE(symbols.Bind("rv2", "5", "").has_value());
  EXPECT_FALSE(symbols.Bind("uid1", "5", "").has_value());
  EXPECT_FALSE(symbols.Bind("rv1", "9", "", true).has_value()) << "a list may be newer";
}

TEST(SymbolsTest, RequestsAreWrittenInTheRecordersManner) {
  Symbols symbols;
  (void)symbols.Bind("port1", "8080", "");
  (void)symbols.Bind("name1", "n", "");
  const Result<std::string> text = symbols.FillJson(R"({"z":"{{name1}}-x","a":["{{port1}}",1.50,"é"]})",
                                                    {.now = Time(), .etag = nullptr, .hook_url = ""});
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, R"({"z": "n-x", "a": [8080, 1.50, "\u00e9"]})");
  EXPECT_FALSE(symbols.FillText("{{uid9}}", {}).ok());
}

TEST(Compare, TellsTheFirstDifference) {
  Symbols symbols;
  EXPECT_FALSE(MatchBody(J(R"({"a":[1,{"b":"{{uid1}}"}]})"),
                         J(R"({"a":[1,{"b":"0c9e1f00-4c66-4613-be84-e9b287f2e6bb"}]})"), symbols));
  MaybeMismatch no = MatchBody(J(R"({"a":[1,2]})"), J(R"({"a":[1,3]})"), symbols);
  EXPECT_EQ(no->at, "/a/1");
  no = MatchBody(J(R"({"a":1})"), J(R"({"a":1,"b":2})"), symbols);
  EXPECT_EQ(no->at, "/b");
  EXPECT_EQ(no->expected, "(nothing)");
  no = MatchBody(J(R"({"a":1.0})"), J(R"({"a":1})"), symbols);
  EXPECT_EQ(no->at, "/a");
}

TEST(Compare, CausesAsASet) {
  Symbols symbols;
  const Value expected = J(R"({"message":"[a: x, b: y]","details":{"causes":[{"field":"a"},{"field":"b"}]}})");
  const Value found = J(R"({"message":"[b: y, a: x]","details":{"causes":[{"field":"b"},{"field":"a"}]}})");
  EXPECT_TRUE(MatchBody(expected, found, symbols).has_value());
  EXPECT_FALSE(MatchBody(expected, found, symbols, true).has_value());
}

TEST(Compare, PreparesAsTheRecorderDid) {
  Symbols symbols;
  const Preparation how{.strip_managed_fields = true, .normalise = J(R"({"sort":["/n"],"drop":["/x"]})")};
  const Value found =
      J(R"({"metadata":{"resourceVersion":"5"},"items":[{"n":"b","x":1},{"n":"a","metadata":{"managedFields":[]}}]})");
  EXPECT_EQ(WriteJson(Prepare(found, how, symbols)), R"({"items":[{"metadata":{},"n":"a"},{"n":"b"}],"metadata":{}})");
}

TEST(KnownFailuresTest, LinesWithReasons) {
  const Result<KnownFailures> known = ReadKnownFailures("# comment\n\na/b why it fails\n");
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->at("a/b"), "why it fails");
  EXPECT_FALSE(ReadKnownFailures("a/b\n").ok());
  EXPECT_FALSE(ReadKnownFailures("a/b x\na/b y\n").ok());
}

constexpr std::string_view kCase = R"({"case":"secrets","strip":["managedFields"],"rvOrder":["rv1","rv2"],"steps":[
{"do":"request","method":"POST","path":"/api/v1/namespaces/default/secrets","headers":{"Content-Type":"application/json"},"body":{"metadata":{"name":"s"}},"pick":["/metadata/name","/metadata/resourceVersion","/nope"],"response":{"status":201,"headers":{"cache-control":"no-cache, private","content-type":"application/json"},"body":{"/metadata/name":"s","/metadata/resourceVersion":"{{rv1}}","/nope":{"absent":true}}}},
{"do":"watch","id":"w","path":"/api/v1/namespaces/default/secrets","query":{"watch":["1"],"resourceVersion":["{{rv1}}"],"timeoutSeconds":["5"]},"response":{"status":200}},
{"do":"request","method":"DELETE","path":"/api/v1/namespaces/default/secrets/s","pick":["/status"],"response":{"status":200,"headers":{"cache-control":"no-cache, private","content-type":"application/json"},"body":{"/status":"Success"}}},
{"do":"events","id":"w","closed":true,"normalise":{"drop":["/object"]},"events":[{"type":"DELETED"}]}]})";

std::string OneLine(std::string_view text) {
  std::string line;
  for (const char c : text) line += c == '\n' ? ' ' : c;
  return line;
}

TEST(Replay, ACaseOfItsOwn) {
  const auto cases = ReadCases("own", OneLine(kCase));
  ASSERT_TRUE(cases.ok()) << cases.status().ToString();
  const Replayer replayer({});
  CaseResult result = replayer.Run(*(*cases)[0]);
  // The watch's head has headers that were not recorded.
  ASSERT_FALSE(result.passed());
  EXPECT_EQ(result.step, 1u);
  EXPECT_EQ(result.difference->at, "header cache-control");
  std::string fixed = OneLine(kCase);
  const std::string head = R"("response":{"status":200}})";
  fixed.replace(
      fixed.find(head), head.size(),
      R"("response":{"status":200,"headers":{"cache-control":"no-cache, private","content-type":"application/json"}}})");
  const auto again = ReadCases("own", fixed);
  result = replayer.Run(*(*again)[0]);
  EXPECT_TRUE(result.passed()) << result.step << " " << result.difference->at << " " << result.difference->expected
                               << " " << result.difference->found;
}

TEST(Cases, BadFilesNameTheirLine) {
  EXPECT_EQ(ReadCases("t", "{\"case\":\"a\",\"steps\":[]}\n{]\n").status().message().substr(0, 4), "2:2:");
  EXPECT_FALSE(ReadCases("t", "{}").ok());
  EXPECT_EQ(TopicOf("x/y/crud.jsonl"), "crud");
}

}  // namespace
}  // namespace wavetank::conformance
