#include "runtime/wire/go_json.h"

#include <gtest/gtest.h>

namespace wavetank {
namespace {

TEST(GoJson, SaysWhatGoSays) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"", "unexpected end of JSON input"},
      {"  ", "unexpected end of JSON input"},
      {"[1", "unexpected end of JSON input"},
      {"\"ab", "unexpected end of JSON input"},
      {"tru", "unexpected end of JSON input"},
      {"x", "invalid character 'x' looking for beginning of value"},
      {"[1,]", "invalid character ']' looking for beginning of value"},
      {"{'a':1}", "invalid character '\\'' looking for beginning of object key string"},
      {"{\"a\" 1}", "invalid character '1' after object key"},
      {"{\"a\":1 \"b\":2}", "invalid character '\"' after object key:value pair"},
      {"[1 2]", "invalid character '2' after array element"},
      {"1 2", "invalid character '2' after top-level value"},
      {"falsy", "invalid character 'y' in literal false (expecting 'e')"},
      {"-x", "invalid character 'x' in numeric literal"},
      {"1.e", "invalid character 'e' after decimal point in numeric literal"},
      {"1e+z", "invalid character 'z' in exponent of numeric literal"},
      {"01", "invalid character '1' after top-level value"},
      {"\"a\nb\"", "invalid character '\\n' in string literal"},
      {"\"\\q\"", "invalid character 'q' in string escape code"},
      {"\"\\u12g4\"", "invalid character 'g' in \\u hexadecimal character escape"},
      {"\xC3\xA4", "invalid character '\xC3\x83' looking for beginning of value"},
  };
  for (const auto& [text, error] : rows) EXPECT_EQ(GoSyntaxError(text), error) << text;
}

TEST(GoJson, AcceptsWhatGoAccepts) {
  for (const std::string_view text :
       {"null", " {} ", "[]", "[[],{}]", "{\"a\":{\"b\":[1,-0.5e+10,true,false,null,\"\\u00e4\\\"\"]}}", "\"\xFF\"",
        "0"}) {
    EXPECT_EQ(GoSyntaxError(text), "") << text;
  }
  EXPECT_EQ(GoSyntaxError(std::string(10001, '[')), "exceeded max depth");
}

TEST(GoJson, ReplacesWhatIsNoText) {
  const Result<Value> value = ParseGoJson("[\"a\xFF\xFE\", \"\\ud800\", \"\\ud83d\\ude00\", \"\\\\ud800\"]");
  ASSERT_TRUE(value.ok());
  EXPECT_EQ((*value)[0], "a\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ((*value)[1], "\xEF\xBF\xBD");
  EXPECT_EQ((*value)[2], "\xF0\x9F\x98\x80");
  EXPECT_EQ((*value)[3], "\\ud800");
}

TEST(GoJson, ReportsDuplicates) {
  std::vector<std::string> duplicates;
  ASSERT_TRUE(ParseGoJson("{\"a\":{\"b\":1,\"b\":2}}", &duplicates).ok());
  EXPECT_EQ(duplicates, std::vector<std::string>({"a.b"}));
}

}  // namespace
}  // namespace wavetank
