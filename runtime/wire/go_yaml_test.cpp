#include "runtime/wire/go_yaml.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "runtime/value/yaml.h"

namespace wavetank {
namespace {

std::string Yaml(std::string_view json) { return GoYaml(*ParseJson(json)); }

TEST(GoYaml, QuotesWhatWouldReadAsSomethingElse) {
  EXPECT_EQ(Yaml(R"({"a":"x","n":"1","t":"true","e":"","d":"2026-01-02T03:04:05Z","v":"1.2.3","s":"20:30:40"})"),
            "a: x\nd: \"2026-01-02T03:04:05Z\"\ne: \"\"\n\"n\": \"1\"\ns: \"20:30:40\"\nt: \"true\"\nv: 1.2.3\n");
}

TEST(GoYaml, SingleQuotesForIndicators) {
  EXPECT_EQ(Yaml(R"({"a":"b: c","d":"it's: e","f":"# g","h":" i","j":"k #l","m":"pods \"n\" gone"})"),
            "a: 'b: c'\nd: 'it''s: e'\nf: '# g'\nh: ' i'\nj: 'k #l'\nm: pods \"n\" gone\n");
}

TEST(GoYaml, BlocksAndLists) {
  EXPECT_EQ(Yaml(R"({"l":[{"a":1,"b":[1,[2]]},[],{}],"t":"one\n two\n","u":"x\ny","o":{"p":null}})"),
            "l:\n- a: 1\n  b:\n  - 1\n  - - 2\n- []\n- {}\no:\n  p: null\nt: |\n  one\n   two\nu: |-\n  x\n  y\n");
}

TEST(GoYaml, FoldsBehindTheWidth) {
  const std::string words =
      "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh iiiiiiiii jjj";
  EXPECT_EQ(GoYaml(ObjectBuilder(1).Add("m", words).Build()),
            "m: aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee fffffffff ggggggggg hhhhhhhhh\n  iiiiiiiii jjj\n");
}

TEST(GoYaml, KeysInTheOrderOfPeople) {
  EXPECT_EQ(Yaml(R"({"a10":1,"a9":2,"B":3,"1":4})"), "\"1\": 4\nB: 3\na9: 2\na10: 1\n");
}

TEST(GoYaml, ReadsBack) {
  for (const std::string_view json : {R"({"a":["x","- y","null","~","0x1f","1e3","é","tab\there",""],"k k":{"":1}})",
                                      R"(["multi\nline\n\n","\nlead"," s\nt "])"}) {
    const Value value = *ParseJson(json);
    const Result<std::vector<Value>> back = ParseYamlValues(GoYaml(value));
    ASSERT_TRUE(back.ok()) << GoYaml(value) << back.status().ToString();
    EXPECT_EQ(WriteJson(back->at(0)), WriteJson(value)) << GoYaml(value);
  }
}

}  // namespace
}  // namespace wavetank
