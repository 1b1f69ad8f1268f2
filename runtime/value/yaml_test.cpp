#include "runtime/value/yaml.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

// All documents as JSON, one a line; or the error.
std::string Read(std::string_view text, const ParseLimits& limits = {}) {
  const Result<std::vector<YamlDocument>> documents = ParseYaml(text, limits);
  if (!documents.ok()) return documents.status().message();
  std::string out;
  for (const YamlDocument& document : *documents) out += (out.empty() ? "" : "\n") + WriteJson(document.value);
  return out;
}

struct Case {
  std::string_view in;
  std::string_view out;
};

TEST(YamlTest, ScalarsHaveTheTypesOfYaml11) {
  const Case cases[] = {
      {"y", "true"},
      {"Y", "true"},
      {"yes", "true"},
      {"Yes", "true"},
      {"YES", "true"},
      {"on", "true"},
      {"On", "true"},
      {"ON", "true"},
      {"true", "true"},
      {"True", "true"},
      {"TRUE", "true"},
      {"n", "false"},
      {"N", "false"},
      {"no", "false"},
      {"No", "false"},
      {"NO", "false"},
      {"off", "false"},
      {"Off", "false"},
      {"OFF", "false"},
      {"false", "false"},
      {"False", "false"},
      {"FALSE", "false"},
      {"yEs", "\"yEs\""},
      {"tRUE", "\"tRUE\""},
      {"~", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"NULL", "null"},
      {"nULL", "\"nULL\""},
      {"0", "0"},
      {"-0", "0"},
      {"12", "12"},
      {"+12", "12"},
      {"-12", "-12"},
      {"1_000", "1000"},
      {"017", "15"},
      {"0o17", "15"},
      {"0x1F", "31"},
      {"-0x1f", "-31"},
      {"0b101", "5"},
      {"08", "8"},
      {"0x", "\"0x\""},
      {"0xg", "\"0xg\""},
      {"9223372036854775807", "9223372036854775807"},
      {"18446744073709551615", "18446744073709551615"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551616", "18446744073709552000.0"},
      {"1.5", "1.5"},
      {"1.", "1.0"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"1e3", "1000.0"},
      {"1.5E-7", "1.5e-7"},
      {"1e-999", "0.0"},
      {"1e999", "\"1e999\""},
      {"1e", "\"1e\""},
      {".", "\".\""},
      {"-", "[null]"},
      {"1.2.3", "\"1.2.3\""},
      {"10.0.0.1", "\"10.0.0.1\""},
      {"2025-01-01", "\"2025-01-01\""},
      {"12:30:45", "\"12:30:45\""},
      {"1h", "\"1h\""},
      {"100m", "\"100m\""},
      {"\"true\"", "\"true\""},
      {"'12'", "\"12\""},
      {"!!str 12", "\"12\""},
      {"! 12", "\"12\""},
      {"!!int \"12\"", "12"},
      {"!!float 1", "1.0"},
      {"!!bool yes", "true"},
      {"!!null ''", "null"},
      {".inf", "1:1: .inf is no number that JSON can hold"},
      {"-.INF", "1:1: -.INF is no number that JSON can hold"},
      {".NaN", "1:1: .NaN is no number that JSON can hold"},
      {"!!int x", "1:1: \"x\" does not fit its tag tag:yaml.org,2002:int"},
      {"!mine x", "1:1: the tag !mine is not supported"},
      {"!!binary YQ==", "1:1: the tag tag:yaml.org,2002:binary is not supported"},
      {"!!set {a}", "1:1: the tag tag:yaml.org,2002:set is not supported"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.in), c.out) << c.in;
}

TEST(YamlTest, CollectionsKeysAndStyles) {
  const Case cases[] = {
      {"", ""},
      {"# nothing\n", ""},
      {"---\n---\n", ""},
      {"null", "null"},
      {"---\n~\n", "null"},
      {"a: 1\n---\nb: 2\n...\n---\n# empty\n---\n- 3\n", "{\"a\":1}\n{\"b\":2}\n[3]"},
      {"a:\nb:\n  - x\n  -\nc: {d: [1, {e: f}]}", R"({"a":null,"b":["x",null],"c":{"d":[1,{"e":"f"}]}})"},
      {"y: 1\n2: x\n1.5: z\n\"y\": q", R"({"1.5":"z","2":"x","true":1,"y":"q"})"},
      {"a: |\n  x\n   y\n\nb: >-\n  p\n  q\nc: \"\\u00e9\\n\"\nd: 'it''s'",
       R"({"a":"x\n y\n","b":"p q","c":"é\n","d":"it's"})"},
      {"a: &x {p: 1, q: [2]}\nb: *x\nc: [*x, *x]",
       R"({"a":{"p":1,"q":[2]},"b":{"p":1,"q":[2]},"c":[{"p":1,"q":[2]},{"p":1,"q":[2]}]})"},
      {"a: &x 1\n*x : 2", R"({"1":2,"a":1})"},
      {"\xEF\xBB\xBF"
       "a: 1",
       R"({"a":1})"},
      {"{\"a\":[1,true,null,\"x\"]}", R"({"a":[1,true,null,"x"]})"},
      {"a: 1\r\nb: 2\r\n", R"({"a":1,"b":2})"},
      {"? a\n: 1\n", R"({"a":1})"},
      // The last scalar of a document, a key with nothing in it among them.
      {"? a\n? b", R"({"a":null,"b":null})"},
      {"a: 1\nb:", R"({"a":1,"b":null})"},
      {"a: 1\n\"b: \" : # nothing", R"({"a":1,"b: ":null})"},
      {"a: &x b\n*x :", R"({"a":"b","b":null})"},
      {"c: {a, 'b'}", R"({"c":{"a":null,"b":null}})"},
      {"a: 'it''s'\nb: !!str \"\\\"\"\n---\n'x\n y'\n", "{\"a\":\"it's\",\"b\":\"\\\"\"}\n\"x y\""},
      {"b: &c\n", R"({"b":null})"},
      {R"("\_\N\xe9\u00e9\U0001F600\e\0")", "\"\u00a0\u0085éé😀\\u001b\\u0000\""},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.in), c.out) << c.in;
}

TEST(YamlTest, MergeKeysFillWhatIsMissing) {
  const Case cases[] = {
      {"b: &b {x: 1, y1: 2}\nc:\n  <<: *b\n  x: 9\n", R"({"b":{"x":1,"y1":2},"c":{"x":9,"y1":2}})"},
      {"c:\n  x: 9\n  <<: {x: 1, z: 3}\n", R"({"c":{"x":9,"z":3}})"},
      {"- &a {x: 1}\n- &b {x: 2, w: 3}\n- <<: [*a, *b]\n", R"([{"x":1},{"w":3,"x":2},{"w":3,"x":1}])"},
      {"\"<<\": {x: 1}", R"({"\u003c\u003c":{"x":1}})"},
      {"<<: 3", "1:5: the key << merges a map or a list of maps"},
      {"<<: [3]", "1:1: the key << merges a map or a list of maps"},
      {"<<: {a: 1}\n<<: {b: 1}", "2:1: the key << occurs twice in one map"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.in), c.out) << c.in;
}

TEST(YamlTest, DuplicatesAreToldToWhoWantsToKnow) {
  std::vector<std::string> duplicates;
  const Result<std::vector<Value>> values = ParseYamlValues("a: 1\nb: {c: 1, c: 2}\na: 3\n", {}, &duplicates);
  ASSERT_TRUE(values.ok());
  EXPECT_EQ(WriteJson(values->front()), R"({"a":3,"b":{"c":2}})");
  EXPECT_EQ(duplicates,
            (std::vector<std::string>{"line 2: key \"c\" already set in map", "line 3: key \"a\" already set in map"}));
}

// A megabyte of texts about them, not one for each of a hundred thousand.
TEST(YamlTest, WhatIsToldOfRepeatedKeysIsBounded) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a: 1\n";
  std::vector<std::string> duplicates;
  const Result<std::vector<Value>> values = ParseYamlValues(text, {}, &duplicates);
  ASSERT_TRUE(values.ok()) << values.status().message();
  size_t bytes = 0;
  for (const std::string& duplicate : duplicates) bytes += duplicate.size();
  EXPECT_GT(bytes, size_t{1} << 20);
  EXPECT_LT(bytes, (size_t{1} << 20) + 100);
}

TEST(YamlTest, ErrorsNameThePlaceAndTheReason) {
  const Case cases[] = {
      {"a: 1\nb: 2\na: 3\n", "3:1: the key \"a\" occurs twice, first at 1:1"},
      {"x:\n  - {y: 1, é: 2, 'y': 3, z: 4, z: 5}", "2:32: the key \"z\" occurs twice, first at 2:26"},
      {"1: a\n\"1\": b", "2:1: the key \"1\" occurs twice, first at 1:1"},
      {"[1]: x", "1:1: a key must be a scalar"},
      {"~: x", "1:1: a key must be a string"},
      {": x", "1:1: a key is missing here"},
      {"a: *b", "1:4: the referenced anchor is not defined"},
      {"a: &x [*x]", "1:8: an alias stands inside its own anchor"},
      {"a: \"x", "1:6: illegal EOF in scalar"},
      {"[1, 2", "1:6: end of sequence flow not found"},
      {"a: [1, 2", "1:9: end of sequence flow not found"},
      {"a: 1\n]", "2:1: illegal flow end"},
      {"\"a\" \"b\"", "1:5: the document should have ended before this"},
      {"\n...\t,\t0x0f\n", "2:5: this belongs to no document"},
      {"a: \x01", "1:4: a control character is not allowed"},
      {"é: \xff", "1:4: this is not UTF-8"},
      {"a: x\n b: y: z", "2:3: illegal map value"},
      {"a: @x", "1:4: unknown token"},
      {"a:\n\t- b", "2:2: illegal block entry"},
      // What yaml-cpp takes for the end of a document that was cut off.
      {"a: \"x\n", "1:4: the quote that opens here is not closed"},
      {"a:\n- 'it''s\n  more\n", "2:3: the quote that opens here is not closed"},
      {"a: &b !!str \"x \\\"\n", "1:4: the quote that opens here is not closed"},
      {"a: b\ncut off", "2:1: a ':' is missing after this key"},
      {"a:\n  b: c\n  cut off # here: or there\n", "3:3: end of map not found"},
      {"a: b\n\"cut off\"", "2:1: a ':' is missing after this key"},
      {"a: b\ncut:off\n---\nc: d\n", "2:1: a ':' is missing after this key"},
      {"- a: b\n  c\n", "2:3: a ':' is missing after this key"},
  };
  for (const Case& c : cases) EXPECT_EQ(Read(c.in), c.out) << c.in;
}

TEST(YamlTest, HostileTextIsBounded) {
  EXPECT_NE(Read(std::string(100'000, '[')).find(": nested"), std::string::npos);
  EXPECT_EQ(Read(std::string(491, '[') + std::string(491, ']')), "1:491: nested deeper than 490 levels");
  EXPECT_EQ(Read(std::string(490, '[') + std::string(490, ']')), std::string(490, '[') + std::string(490, ']'));
  EXPECT_NE(Read(std::string(100'000, '{')).find(": "), std::string::npos);
  EXPECT_EQ(Read("[[[]]]", {.max_depth = 2}), "1:3: nested deeper than 2 levels");
  EXPECT_EQ(Read("- &a [1]\n- [*a]\n", {.max_depth = 2}), "2:4: an alias makes the document deeper than 2 levels");
  EXPECT_EQ(ParseYaml("[1,2,3]", {.max_bytes = 6}).code(), Code::kTooLarge);

  std::string laughs = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    laughs += "- &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) laughs += (j > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    laughs += "]\n";
  }
  EXPECT_NE(Read(laughs).find("aliases make the document too large"), std::string::npos) << Read(laughs).substr(0, 100);

  std::string chain = "- &a0 [x]\n";
  for (int i = 1; i < 2000; ++i) chain += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(Read(chain).find("an alias makes the document deeper"), std::string::npos);
}

TEST(YamlTest, EveryNodeAndKeyHasAPlace) {
  const auto documents = ParseYaml(
      "# comment\nspec:\n  steps:\n  - apply: [x, y]\n  - until:\n  - é: \"ü\"  \n    k: v\n  a/b: ~\n---\nx: 1\n");
  ASSERT_TRUE(documents.ok()) << documents.status().message();
  const YamlDocument& d = (*documents)[0];
  const auto place = [&](std::string_view pointer) {
    const Position p = d.PositionOf(pointer);
    return std::to_string(p.line) + ":" + std::to_string(p.column);
  };
  EXPECT_EQ(place(""), "2:1");
  EXPECT_EQ(place("/spec#"), "2:1");
  EXPECT_EQ(place("/spec"), "3:3");
  EXPECT_EQ(place("/spec/steps#"), "3:3");
  EXPECT_EQ(place("/spec/steps"), "4:3");
  EXPECT_EQ(place("/spec/steps/0"), "4:5");
  EXPECT_EQ(place("/spec/steps/0/apply#"), "4:5");
  EXPECT_EQ(place("/spec/steps/0/apply"), "4:12");
  EXPECT_EQ(place("/spec/steps/0/apply/1"), "4:16");
  EXPECT_EQ(place("/spec/steps/1/until"), "5:5") << "the key stands for a missing value";
  EXPECT_EQ(place("/spec/steps/2/é"), "6:8");
  EXPECT_EQ(place("/spec/steps/2/k"), "7:8");
  EXPECT_EQ(place("/spec/a~1b"), "8:8");
  EXPECT_EQ(place("/spec/steps/2/nothing/below"), "6:5") << "the nearest ancestor";
  EXPECT_EQ(place("/nothing#"), "2:1");
  EXPECT_EQ((*documents)[1].PositionOf("/x").line, 10);
  EXPECT_EQ((*documents)[1].PositionOf("/x").column, 4);
}

TEST(YamlTest, AliasesAndMergesPointToWhereTheyAreUsed) {
  const auto documents = ParseYaml("a: &x {p: {q: 1}}\nb: *x\nc:\n  <<: {r: {s: 1}}\n  t: 2\n");
  ASSERT_TRUE(documents.ok()) << documents.status().message();
  const YamlDocument& d = (*documents)[0];
  EXPECT_EQ(d.PositionOf("/a/p/q").column, 15);
  EXPECT_EQ(d.PositionOf("/b/p/q").line, 2);
  EXPECT_EQ(d.PositionOf("/c/r/s").line, 4) << "the map that merges";
  EXPECT_EQ(d.PositionOf("/c/t").line, 5);
}

TEST(YamlTest, WritesBlockStyle) {
  const Value value = *ParseJson(
      R"({"a":1,"b":[],"c":{},"list":[1,"x",[2,3],{"k":"v","l":[1]}],"text":"two\nlines\n","cut":"two\nlines","t":"true","n":null,
          "e":"","ip":"10.0.0.1:80","date":"2025-01-01","num":"12","f":1.0,"yes":"y","sp":" x","img":"nginx:1.25","c:":": "})");
  EXPECT_EQ(WriteYaml(value), R"(a: 1
b: []
c: {}
"c:": ": "
cut: |-
  two
  lines
date: "2025-01-01"
e: ""
f: 1.0
img: nginx:1.25
ip: "10.0.0.1:80"
list:
- 1
- x
- - 2
  - 3
- k: v
  l:
  - 1
"n": null
num: "12"
sp: " x"
t: "true"
text: |
  two
  lines
"yes": "y"
)");
}

TEST(YamlTest, WhatIsWrittenReadsBack) {
  std::vector<Value> values = {Value(),
                               true,
                               0,
                               -1,
                               uint64_t{UINT64_MAX},
                               1.0,
                               -0.0,
                               1e300,
                               5e-324,
                               "",
                               "a",
                               "\n",
                               "a\n",
                               "a\n\n",
                               "\na",
                               " a\nb",
                               "a\n b\n",
                               "a\r\nb",
                               "a\tb",
                               "\tb\nc",
                               "- a",
                               "a: b",
                               "a #b",
                               "#",
                               "...",
                               "---",
                               "a\u2028b\nc",
                               "\ufeff",
                               std::string_view("\0\x7f\x80", 2),
                               "\u0085",
                               "0x1f",
                               "1_0",
                               ".5",
                               "1:20",
                               "=",
                               "<<",
                               "*a",
                               "&a",
                               "!a",
                               "%a",
                               "@a",
                               "`a",
                               "'a'",
                               "\"a\"",
                               "a,b",
                               "{a",
                               "[a",
                               "?",
                               "? a",
                               "|",
                               ">",
                               "null",
                               "~",
                               "No",
                               std::string(3000, 'k'),
                               "x\n" + std::string(3000, 'k'),
                               "\\",
                               "\\n",
                               "é: ü",
                               "日本",
                               "a:",
                               "a ",
                               "end\n  \nx",
                               "a\n\nb"};
  for (const Value& value : values) {
    std::vector<Value> forms = {value, Value::Array({value, value}), Value::Array({Value::Array({value})})};
    if (value.is_string()) {
      forms.push_back(ObjectBuilder().Add(value.ToSharedString(), value).Build());
      forms.push_back(
          ObjectBuilder().Add(value.ToSharedString(), Value::Array({forms.back()})).Add("z", forms.back()).Build());
    }
    for (const Value& form : forms) {
      const std::string text = WriteYaml(form);
      const Result<std::vector<Value>> back = ParseYamlValues(text);
      ASSERT_TRUE(back.ok()) << back.status().message() << "\n" << text;
      ASSERT_EQ(back->size(), 1u) << text;
      EXPECT_TRUE(back->front() == form) << text << "\n" << WriteJson(back->front());
    }
  }
}

}  // namespace
}  // namespace wavetank
