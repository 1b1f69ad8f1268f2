#include "runtime/value/json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace wavetank {
namespace {

std::string Reprint(std::string_view text) {
  const Result<Value> value = ParseJson(text);
  return value.ok() ? WriteJson(*value) : value.status().message();
}

struct Case {
  std::string_view in;
  std::string_view out;
};

TEST(JsonTest, PrintsWhatItReadInCanonicalForm) {
  const Case cases[] = {
      {"null", "null"},
      {" true ", "true"},
      {"[]", "[]"},
      {"{}", "{}"},
      {R"({"b":1,"a":[1,"x",null,false,{}]})", R"({"a":[1,"x",null,false,{}],"b":1})"},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"9223372036854775808", "9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"18446744073709551616", "18446744073709552000.0"},
      {"-9223372036854775809", "-9223372036854776000.0"},
      {"-0", "0"},
      {"-0.0", "-0.0"},
      {"1.0", "1.0"},
      {"1e2", "100.0"},
      {"0.1", "0.1"},
      {"-12.5", "-12.5"},
      {"123456.789", "123456.789"},
      {"1e20", "100000000000000000000.0"},
      {"1e21", "1e+21"},
      {"1.5e300", "1.5e+300"},
      {"0.000001", "0.000001"},
      {"1e-7", "1e-7"},
      {"5e-324", "5e-324"},
      {"1e-400", "0.0"},
      {R"("A\u00e9\ud83d\ude00\/")", "\"Aé😀/\""},
      {R"("\b\f\n\r\t\"\\\u0001")", R"("\b\f\n\r\t\"\\\u0001")"},
      {R"("<a>&b\u2028\u2029")", R"("\u003ca\u003e\u0026b\u2028\u2029")"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
  };
  for (const Case& c : cases) EXPECT_EQ(Reprint(c.in), c.out) << c.in;
}

TEST(JsonTest, ErrorsNameThePlaceAndTheReason) {
  const Case cases[] = {
      {"", "1:1: unexpected end of input, a value is expected"},
      {"{\n  \"a\": 1,\n  \"b\": [2}", "3:10: unexpected '}', ']' is expected"},
      {"[1,]", "1:4: unexpected ']', a value is expected"},
      {"{\"a\" 1}", "1:6: unexpected number literal, ':' is expected"},
      {"{\"é\": x}", "1:7: invalid literal"},
      {"1 2", "1:3: unexpected number literal, end of input is expected"},
      {"[true", "1:6: unexpected end of input, ']' is expected"},
      {"01", "1:2: unexpected number literal, end of input is expected"},
      {"[\"a\" \"bc\"]", "1:6: unexpected string literal, ']' is expected"},
      {"[1 false]", "1:4: unexpected false literal, ']' is expected"},
      {"1e999", "1:1: a number is out of range"},
      {"[-1e999]", "1:2: a number is out of range"},
      {"\xEF\xBB\xBF{}", "1:1: JSON does not begin with a byte order mark"},
  };
  for (const Case& c : cases) EXPECT_EQ(Reprint(c.in), c.out) << c.in;
}

TEST(JsonTest, HostileTextIsRefusedWithAPlace) {
  for (const std::string_view text :
       {std::string_view("\"\xff\""), std::string_view("\"a\xc3\""), std::string_view("\"\xed\xa0\x80\""),
        std::string_view("\"\\ud800\""), std::string_view("\"\\udc00x\""), std::string_view("\"\x01\""),
        std::string_view("\"unfinished"), std::string_view("nul"), std::string_view("[\0]", 3),
        std::string_view("{\"a\":1 \0}", 9), std::string_view("\"\\x\""), std::string_view("NaN"),
        std::string_view("+1"), std::string_view(".5"), std::string_view("1.")}) {
    const Result<Value> value = ParseJson(text);
    ASSERT_FALSE(value.ok()) << text;
    EXPECT_EQ(value.code(), Code::kInvalidArgument);
    EXPECT_EQ(value.status().message().substr(0, 2), "1:") << value.status().message();
  }
}

TEST(JsonTest, DepthAndSizeAreBounded) {
  const std::string deep(100'000, '[');
  const Result<Value> value = ParseJson(deep);
  EXPECT_EQ(value.status().message(), "1:501: nested deeper than 500 levels");
  EXPECT_TRUE(ParseJson(std::string(500, '[') + std::string(500, ']')).ok());
  EXPECT_FALSE(ParseJson(R"({"a[{":{"b":[1]}})", {.max_depth = 2}).ok());
  EXPECT_EQ(ParseJson(R"({"a[{":{"b":[1]}})", {.max_depth = 2}).status().message(),
            "1:13: nested deeper than 2 levels");
  EXPECT_EQ(ParseJson("[1,2,3]", {.max_bytes = 6}).code(), Code::kTooLarge);
}

TEST(JsonTest, DuplicatesAreReportedOncePerPlace) {
  std::vector<std::string> duplicates;
  const Result<Value> value =
      ParseJson(R"({"spec":{"a":1,"a":2,"a":3,"list":[0,{"x":1,"x":2}]},"spec":{"a":1}})", {}, &duplicates);
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(duplicates, (std::vector<std::string>{"spec.a", "spec.list[1].x", "spec"}));
  EXPECT_EQ(WriteJson(*value), R"({"spec":{"a":1,"list":[0,{"x":2}]}})") << "the second object goes into the first";
}

// Each of a hundred thousand second objects would go into one of as many fields.
TEST(JsonTest, WhatRepeatedKeysCostIsBounded) {
  std::string one = "{\"a\":{";
  std::string path = "{\"" + std::string(100'000, 'p') + "\":{";
  for (int i = 0; i < 20'000; ++i) one += "\"k" + std::to_string(i) + "\":1,";
  one += "\"z\":1}";
  for (int i = 0; i < 20'000; ++i) one += ",\"a\":{}";
  for (int i = 0; i < 20'000; ++i) path += "\"a\":1,";
  std::vector<std::string> duplicates;
  const Result<Value> refused = ParseJson(one + "}", {}, &duplicates);
  EXPECT_EQ(refused.status().message(), "too much stands under keys that occur more than once");
  EXPECT_TRUE(ParseJson(one + "}").ok()) << "who asks for no duplicates gets the last";
  duplicates.clear();
  EXPECT_TRUE(ParseJson(path + "\"a\":2}}", {}, &duplicates).ok());
  EXPECT_EQ(duplicates.size(), 1u);
}

TEST(JsonTest, PrettyPrintsWithTwoSpaces) {
  EXPECT_EQ(WriteJsonPretty(*ParseJson(R"({"a":[1,{"b":"<"}],"c":{},"d":[]})")),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"\\u003c\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST(JsonTest, WhatIsNoJsonIsWrittenAsGoWouldOrNull) {
  EXPECT_EQ(WriteJson(Value(std::string_view("a\xff\xc3(\xe2\x80"))), R"("a\ufffd\ufffd(\ufffd\ufffd")");
  EXPECT_EQ(WriteJson(Value(std::nan(""))), "null");
  EXPECT_EQ(WriteJson(Value(-INFINITY)), "null");
}

}  // namespace
}  // namespace wavetank
