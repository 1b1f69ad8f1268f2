#include "runtime/api/selectors.h"

#include <gtest/gtest.h>

#include "runtime/api/label_syntax.h"
#include "runtime/api/object.h"
#include "runtime/value/json.h"

namespace wavetank {
namespace {

Value J(std::string_view text) { return *ParseJson(text); }

bool Match(std::string_view selector, const Value& labels) {
  Result<LabelSelector> s = LabelSelector::Parse(selector);
  EXPECT_TRUE(s.ok()) << selector << ": " << s.status().ToString();
  return s.ok() && s->Matches(labels);
}

TEST(LabelSelector, Api365Grammar) {
  const Value dev = J(R"({"env":"dev","tier":"1","in":"2","notin":"3","example.com/x":""})");
  for (const char* yes : {"",
                          "env",
                          "!none",
                          "! none",
                          "env=dev",
                          "env==dev",
                          " env = dev ",
                          "env!=prod",
                          "none!=x",
                          "env in (dev,prod)",
                          "env notin (prod)",
                          "none notin (a)",
                          "tier>0",
                          "tier<2",
                          "tier > 0,tier<3",
                          "in=2",
                          "in in (2)",
                          "notin in (in,notin,3)",
                          "in,notin",
                          "example.com/x=",
                          "example.com/x==",
                          "example.com/x in ()",
                          "example.com/x in (,a)",
                          "example.com/x in (a,,b)",
                          "\tenv=dev\n,tier"}) {
    EXPECT_TRUE(Match(yes, dev)) << yes;
  }
  for (const char* no :
       {"!env", "none", "env=", "env!=dev", "env in (prod)", "env notin (dev)", "none in (a)", "tier>1", "tier<1",
        "env>1", "none>1", "env=dev,env=prod", "env=dev,none", "env in ()", "example.com/x!="}) {
    EXPECT_FALSE(Match(no, dev)) << no;
  }
  EXPECT_TRUE(Match("!a", Value()));
}

TEST(LabelSelector, Api366ErrorTexts) {
  const std::string word =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
      "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
      "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
  const std::string value =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
      "and "
      "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
      "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
  const std::string subdomain =
      "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
      "must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  const std::string r = "unable to parse requirement: ";
  const std::pair<std::string, std::string> cases[] = {
      {"=", "found '=', expected: !, identifier, or 'end of string'"},
      {",", "found ',', expected: !, identifier, or 'end of string'"},
      {"(a)", "found '(', expected: !, identifier, or 'end of string'"},
      {"a=b=c", "found '=', expected: ',' or 'end of string'"},
      {"!a=b", "found '=', expected: ',' or 'end of string'"},
      {"a=b c", "found 'c', expected: ',' or 'end of string'"},
      {"a in (x) b", "found 'b', expected: ',' or 'end of string'"},
      {"a,,b", "found ',', expected: identifier after ','"},
      {"a,", "found '', expected: identifier after ','"},
      {"!", r + "found '', expected: identifier"},
      {"a b", r + "found 'b', expected: in, notin, =, ==, !=, gt, lt"},
      {"a!b", r + "found '!', expected: in, notin, =, ==, !=, gt, lt"},
      {"a in", r + "found '' expected: '('"},
      {"a in x,y", r + "found 'x' expected: '('"},
      {"a in (", r + "found '', expected: ',', ')' or identifier"},
      {"a in (x", r + "found '', expected: ',' or ')'"},
      {"a in (x y)", r + "found 'y', expected: ',' or ')'"},
      {"a=>1", r + "found '>', expected: identifier"},
      {"a===b", r + "found '=', expected: identifier"},
      {"a>=1", r + "found '=', expected: identifier"},
      {"a>", r + "values[0]: Invalid value: \"\": for 'Gt', 'Lt' operators, the value must be an integer"},
      {"a<1.5", r + "values[0]: Invalid value: \"1.5\": for 'Gt', 'Lt' operators, the value must be an integer"},
      {"tier>-1", r + "values[0][tier]: Invalid value: \"-1\": " + value},
      {"a=*", r + "values[0][a]: Invalid value: \"*\": " + value},
      {"a in (-b)", r + "values[0][a]: Invalid value: \"-b\": " + value},
      {"a=" + std::string(64, 'x'),
       r + "values[0][a]: Invalid value: \"" + std::string(64, 'x') + "\": must be no more than 63 bytes"},
      {"-a=b", r + "<nil>: Invalid value: \"-a\": name part " + word},
      {"/a=b", r + "<nil>: Invalid value: \"/a\": prefix part must be non-empty"},
      {"a/=b", r + "<nil>: Invalid value: \"a/\": name part must be non-empty; name part " + word},
      {"a/b/c", r + "<nil>: Invalid value: \"a/b/c\": a valid label key " + word +
                    " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"},
      {"Example.com/x", r + "<nil>: Invalid value: \"Example.com/x\": " + subdomain},
      {std::string(64, 'k') + "=x",
       r + "<nil>: Invalid value: \"" + std::string(64, 'k') + "\": name part must be no more than 63 bytes"},
  };
  for (const auto& [text, message] : cases) {
    const Status status = LabelSelector::Parse(text).status();
    EXPECT_EQ(status.code(), Code::kBadRequest) << text;
    EXPECT_EQ(status.message(), message) << text;
  }
}

TEST(LabelSelector, TextRoundTrips) {
  for (const char* text : {"a", "!a", "a=b", "a!=b", "a in (b,c)", "a notin (b,c)", "a>1", "a<1,b=c", "a="}) {
    const LabelSelector s = *LabelSelector::Parse(text);
    EXPECT_EQ(s.ToString(), text);
    EXPECT_EQ(*LabelSelector::Parse(s.ToString()), s);
  }
  EXPECT_EQ(LabelSelector::Equal(J(R"({"b":"2","a":"1"})")).ToString(), "a=1,b=2");
}

TEST(LabelSelector, FromJson) {
  const Value selector = J(R"({"matchLabels":{"app":"a"},"matchExpressions":[
      {"key":"tier","operator":"In","values":["y","x","x"]},{"key":"old","operator":"DoesNotExist"}]})");
  const LabelSelector s = *LabelSelector::FromValue(selector);
  EXPECT_EQ(s.ToString(), "app=a,!old,tier in (x,y)");
  EXPECT_TRUE(s.Matches(J(R"({"app":"a","tier":"x"})")));
  EXPECT_FALSE(s.Matches(J(R"({"app":"a","tier":"x","old":""})")));
  EXPECT_FALSE(LabelSelector::FromValue(Value())->Matches(J(R"({"a":"b"})")));
  EXPECT_TRUE(LabelSelector::FromValue(Value::EmptyObject())->MatchesEverything());
  EXPECT_EQ(LabelSelector::FromValue(J(R"({"matchExpressions":[{"key":"a","operator":"Near"}]})")).status().message(),
            "\"Near\" is not a valid label selector operator");
  EXPECT_EQ(LabelSelector::FromValue(J(R"({"matchExpressions":[{"key":"a","operator":"In"}]})")).status().message(),
            "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
  EXPECT_FALSE(LabelSelector::FromValue(J(R"({"matchLabels":{"a b":"c"}})")).ok());
}

TEST(FieldSelector, Api367Grammar) {
  const FieldSelector s = *FieldSelector::Parse("a.b=c,d!=e,,f==\\,\\=\\\\");
  ASSERT_EQ(s.terms().size(), 3u);
  EXPECT_EQ(s.terms()[1], (FieldSelector::Term{"d", false, "e"}));
  EXPECT_EQ(s.terms()[2], (FieldSelector::Term{"f", true, ",=\\"}));
  EXPECT_EQ(s.ToString(), "a.b=c,d!=e,f=\\,\\=\\\\");
  EXPECT_EQ(*FieldSelector::Parse(s.ToString()), s);
  EXPECT_EQ(s.Required("a.b"), "c");
  EXPECT_EQ(s.Required("d"), std::nullopt);
  EXPECT_TRUE(FieldSelector::Parse("")->MatchesEverything());
  EXPECT_EQ(FieldSelector::Parse("nonsense").status().message(),
            "invalid selector: 'nonsense'; can't understand 'nonsense'");
  EXPECT_EQ(FieldSelector::Parse("metadata.name=a,bad").status().message(),
            "invalid selector: 'metadata.name=a,bad'; can't understand 'bad'");
  EXPECT_EQ(FieldSelector::Parse("a=b=c").status().message(),
            "invalid field selector: unescaped character in value: 61");
  EXPECT_EQ(FieldSelector::Parse("a=\\x").status().message(), "invalid field selector: invalid escape sequence: \\x");
}

TEST(FieldSelector, Api372ComparesTexts) {
  const TypeInfo* node = KindRegistry::BuiltIn().FindType("io.k8s.api.core.v1.Node");
  const Value cordoned = J(R"({"metadata":{"name":"n"},"spec":{"unschedulable":true}})");
  const auto matches = [&](std::string_view text, const Value& v) {
    return FieldSelector::Parse(text)->Matches([&](const std::string& f) { return FieldText(node, v, f); });
  };
  EXPECT_TRUE(matches("spec.unschedulable=true", cordoned));
  EXPECT_TRUE(matches("spec.unschedulable=false,metadata.name=", J("{}")));
  EXPECT_TRUE(matches("metadata.name=n,spec.podCIDR!=x", cordoned));
  EXPECT_EQ(FieldText(nullptr, J(R"({"a":{"b":3}})"), "a.b"), "3");
  EXPECT_EQ(FieldText(nullptr, J(R"({"a":{"b":3}})"), "a"), "");
}

TEST(LabelSyntax, Names) {
  EXPECT_TRUE(Dns1123LabelErrors("a-1").empty());
  EXPECT_FALSE(Dns1123LabelErrors("a.b").empty());
  EXPECT_TRUE(Dns1123SubdomainErrors("a.b").empty());
  EXPECT_EQ(Dns1123SubdomainErrors("A" + std::string(300, 'a')).size(), 2u);
}

}  // namespace
}  // namespace wavetank
