#include "runtime/value/patch.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank {
namespace {

std::string Patch(std::string_view document, std::string_view patch) {
  const Result<Value> result = ApplyJsonPatch(*ParseJson(document), *ParseJson(patch));
  return result.ok() ? WriteJson(*result) : result.status().ToString();
}

std::string Merge(std::string_view document, std::string_view patch) {
  return WriteJson(ApplyMergePatch(*ParseJson(document), *ParseJson(patch)));
}

struct Case {
  std::string_view document;
  std::string_view patch;
  std::string_view result;
};

TEST(PointerTest, ParsesAndEscapes) {
  EXPECT_EQ(ParsePointer(""), std::vector<std::string>{});
  EXPECT_EQ(ParsePointer("/"), std::vector<std::string>{""});
  EXPECT_EQ(ParsePointer("/a~1b/0//~0"), (std::vector<std::string>{"a/b", "0", "", "~"}));
  EXPECT_EQ(ParsePointer("/~01"), std::vector<std::string>{"~1"});
  EXPECT_EQ(ParsePointer("a"), std::nullopt);
  EXPECT_EQ(ParsePointer("/a~"), std::nullopt);
  EXPECT_EQ(ParsePointer("/a~2"), std::nullopt);
  EXPECT_EQ(EscapePointerPart("a/b~c"), "a~1b~0c");
}

TEST(PointerTest, ResolvesAndSets) {
  const Value document = *ParseJson(R"({"a":[1,{"b":2}],"":3})");
  EXPECT_EQ(Resolve(document, "")->identity(), document.identity());
  EXPECT_EQ(Resolve(document, "/a/1/b")->AsInt(), 2);
  EXPECT_EQ(Resolve(document, "/")->AsInt(), 3);
  for (const char* nowhere : {"/x", "/a/2", "/a/-1", "/a/01", "/a/x", "/a/0/y", "a", "/a/-"})
    EXPECT_EQ(Resolve(document, nowhere), nullptr);

  const auto set = [&](std::string_view pointer) {
    const Result<Value> result = SetAtPointer(document, pointer, 9);
    return result.ok() ? WriteJson(*result) : result.status().message();
  };
  EXPECT_EQ(set(""), "9");
  EXPECT_EQ(set("/a/0"), R"({"":3,"a":[9,{"b":2}]})");
  EXPECT_EQ(set("/a/-"), R"({"":3,"a":[1,{"b":2},9]})");
  EXPECT_EQ(set("/a/2/x/y"), R"({"":3,"a":[1,{"b":2},{"x":{"y":9}}]})");
  EXPECT_EQ(set("/n/m"), R"({"":3,"a":[1,{"b":2}],"n":{"m":9}})");
  EXPECT_EQ(set("/a/0/x"), "\"x\" lies below a value that is no object");
  EXPECT_EQ(set("/a/5"), "no element \"5\" in a list of 2");
  EXPECT_EQ(set("x"), "\"x\" is no JSON pointer");
  std::string deep;
  for (int i = 0; i < 5000; ++i) deep += "/x";
  EXPECT_EQ(set(deep), "the document would be nested too deeply");
}

TEST(JsonPatchTest, Operations) {  // API-216, API-218
  const Case cases[] = {
      {R"({"a":1})", "null", R"({"a":1})"},
      {R"({"a":1})", "[]", R"({"a":1})"},
      {R"({"a":1})", R"([{"op":"add","path":"/b","value":[2]}])", R"({"a":1,"b":[2]})"},
      {R"({"a":1})", R"([{"op":"add","path":"/a","value":2}])", R"({"a":2})"},
      {R"({"a":1})", R"([{"op":"add","path":"/b"}])", R"({"a":1,"b":null})"},
      {R"({"a":1})", R"([{"op":"replace","path":"/a"}])", R"({"a":null})"},
      {R"({"a":1})", R"([{"op":"replace","path":"/new","value":3}])", R"({"a":1,"new":3})"},
      {R"({"a":1})", R"([{"op":"replace","path":"","value":{"z":1}}])", R"({"z":1})"},
      {R"({"a":1})", R"([{"op":"add","path":"ignored/b","value":2}])", R"({"a":1,"b":2})"},
      {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-","value":3}])", R"({"a":[1,2,3]})"},
      {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/0","value":3}])", R"({"a":[3,1,2]})"},
      {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/2","value":3}])", R"({"a":[1,2,3]})"},
      {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-1","value":3}])", R"({"a":[1,2,3]})"},
      {R"({"a":[1,2]})", R"([{"op":"add","path":"/a/-3","value":3}])", R"({"a":[3,1,2]})"},
      {R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/-1"}])", R"({"a":[1]})"},
      {R"({"a":[1,2]})", R"([{"op":"remove","path":"/a/01"}])", R"({"a":[1]})"},
      {R"({"a":[1,2]})", R"([{"op":"replace","path":"/a/-2","value":{}}])", R"({"a":[{},2]})"},
      {R"({"a":[1,{"b":2}]})", R"([{"op":"move","from":"/a/1/b","path":"/c"}])", R"({"a":[1,{}],"c":2})"},
      {R"({"a":[1,2]})", R"([{"op":"move","from":"/a/0","path":"/a/-"}])", R"({"a":[2,1]})"},
      {R"({"a":[1,2]})", R"([{"op":"copy","from":"/a","path":"/a/0"}])", R"({"a":[[1,2],1,2]})"},
      {R"({"a":1})", R"([{"op":"move","from":"/none","path":"/b"}])", R"({"a":1,"b":null})"},
      {R"({"a":1})", R"([{"op":"copy","from":"/none","path":"/b"}])", R"({"a":1,"b":null})"},
      {R"({"a":{"x":[1.0,"s"]}})", R"([{"op":"test","path":"/a","value":{"x":[1.0,"s"]}}])",
       R"({"a":{"x":[1.0,"s"]}})"},
      {R"({"a":1})", R"([{"op":"test","path":"/none","value":null}])", R"({"a":1})"},
      {R"({"a/b":{"~":1}})", R"([{"op":"replace","path":"/a~1b/~0","value":2}])", R"({"a/b":{"~":2}})"},
      {"[1,2]", R"([{"op":"add","path":"/1","value":9}])", "[1,9,2]"},
  };
  for (const Case& c : cases) EXPECT_EQ(Patch(c.document, c.patch), c.result) << c.patch;
}

TEST(JsonPatchTest, WhatCannotBeAppliedIsInvalid) {  // API-216: 422
  const Case cases[] = {
      {R"({"a":1})", R"([{"op":"remove","path":"/b"}])", R"(operation 0 (remove "/b"): there is no "b" to remove)"},
      {R"({"a":1})", R"([{"op":"remove","path":""}])", R"(operation 0 (remove ""): the path leads nowhere)"},
      {R"({"a":1})", R"([{"op":"add","path":"","value":{}}])", R"(operation 0 (add ""): the path leads nowhere)"},
      {R"({"a":1})", R"([{"op":"replace","path":"","value":3}])",
       R"(operation 0 (replace ""): a document is an object or a list)"},
      {R"({"a":1})", R"([{"op":"test","path":"","value":{"a":1}}])",
       R"(operation 0 (test ""): the path leads nowhere)"},
      {R"({"a":1})", R"([{"op":"add","path":"/a/b","value":1}])",
       R"(operation 0 (add "/a/b"): the path leads nowhere)"},
      {R"({"a":1})", R"([{"op":"add","path":"/x/b","value":1}])",
       R"(operation 0 (add "/x/b"): the path leads nowhere)"},
      {R"({"a":[1]})", R"([{"op":"add","path":"/a/2","value":1}])",
       R"(operation 0 (add "/a/2"): index 2 is outside a list of 2)"},
      {R"({"a":[1]})", R"([{"op":"replace","path":"/a/1","value":1}])",
       R"(operation 0 (replace "/a/1"): index 1 is outside a list of 1)"},
      {R"({"a":[1]})", R"([{"op":"remove","path":"/a/-2"}])",
       R"(operation 0 (remove "/a/-2"): index -2 is outside a list of 1)"},
      {R"({"a":[1]})", R"([{"op":"remove","path":"/a/x"}])",
       R"(operation 0 (remove "/a/x"): "x" is no index of a list)"},
      {R"({"a":[1]})", R"([{"op":"remove","path":"/a/-"}])",
       R"(operation 0 (remove "/a/-"): "-" is no index of a list)"},
      {R"({"a":[1]})", R"([{"op":"move","from":"/a/5","path":"/b"}])",
       R"(operation 0 (move "/b"): index 5 is outside a list of 1)"},
      {R"({"a":{"b":1}})", R"([{"op":"move","from":"/a","path":"/a/b"}])",
       R"(operation 0 (move "/a/b"): the path leads nowhere)"},
      {R"({"a":1})", R"([{"op":"add","path":"/b","value":1},{"op":"test","path":"/a","value":2}])",
       R"(operation 1 (test "/a"): the value is another one)"},
      {R"({"a":1})", R"([{"op":"test","path":"/a"}])", R"(operation 0 (test "/a"): the value is another one)"},
      {R"({"a":1})", R"([{"op":"frob","path":"/a"}])", R"(operation 0 (frob "/a"): the operation "frob" is unknown)"},
      {R"({"a":1})", R"([null])", R"(operation 0 ( ""): the operation "" is unknown)"},
      {R"({"a":1})", R"([{"op":"add","value":1}])", R"(operation 0 (add ""): the operation has no path)"},
      {R"({"a":1})", R"([{"op":"move","path":"/n"}])", R"(operation 0 (move "/n"): the operation has no from)"},
      {R"({"a":1})", R"([{"op":"copy","path":"/n"}])", R"(operation 0 (copy "/n"): the operation has no from)"},
  };
  for (const Case& c : cases) EXPECT_EQ(Patch(c.document, c.patch), "Invalid: " + std::string(c.result)) << c.patch;
}

TEST(JsonPatchTest, WhatIsNoPatchIsABadRequest) {  // API-215: 400
  const Case cases[] = {
      {"{}", "{}", "object into Go value of type []handlers.jsonPatchOp"},
      {"{}", "\"x\"", "string into Go value of type []handlers.jsonPatchOp"},
      {"{}", "5", "number into Go value of type []handlers.jsonPatchOp"},
      {"{}", "[1]", "number into Go value of type handlers.jsonPatchOp"},
      {"{}", R"([{"op":"frob"},{"op":1,"path":"/data"}])", "number into Go struct field jsonPatchOp.op of type string"},
      {"{}", R"([{"op":"add","path":[]}])", "array into Go struct field jsonPatchOp.path of type string"},
      {"{}", R"([{"op":"add","path":"/a","from":true}])", "bool into Go struct field jsonPatchOp.from of type string"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Patch(c.document, c.patch), "BadRequest: json: cannot unmarshal " + std::string(c.result)) << c.patch;
  }
}

TEST(JsonPatchTest, SizeAndDepthAreBounded) {  // API-217
  const Value document = *ParseJson(R"({"a":{"b":{}}})");
  EXPECT_EQ(ApplyJsonPatch(document, Value::Array(std::vector<Value>(10'001, Value::EmptyObject()))).code(),
            Code::kTooLarge);

  // Each copy nests the document one level deeper, or doubles it.
  const Value deeper = *ParseJson(R"({"op":"copy","from":"/a","path":"/a/b"})");
  EXPECT_EQ(ApplyJsonPatch(document, Value::Array(std::vector<Value>(10'000, deeper))).code(), Code::kInvalid);
  const Value wider = *ParseJson(R"({"op":"copy","from":"/a","path":"/a/-"})");
  EXPECT_EQ(ApplyJsonPatch(*ParseJson(R"({"a":[0]})"), Value::Array(std::vector<Value>(400, wider))).code(),
            Code::kInvalid);
  const Value big = ObjectBuilder().Add("a", std::string(400'000, 'x')).Build();
  const Value again = *ParseJson(R"({"op":"copy","from":"/a","path":"/b"})");
  EXPECT_TRUE(ApplyJsonPatch(big, Value::Array(std::vector<Value>(7, again))).ok());
  EXPECT_EQ(ApplyJsonPatch(big, Value::Array(std::vector<Value>(8, again))).code(), Code::kInvalid);
}

TEST(JsonPatchTest, WhatChangesNothingKeepsTheNode) {  // API-221
  const Value document = *ParseJson(R"({"a":{"b":[1,{"c":"x"}]}})");
  for (const char* patch :
       {R"([{"op":"test","path":"/a/b/0","value":1}])", R"([{"op":"add","path":"/a/b","value":[1,{"c":"x"}]}])",
        R"([{"op":"replace","path":"/a/b/1/c","value":"x"}])",
        R"([{"op":"replace","path":"","value":{"a":{"b":[1,{"c":"x"}]}}}])"}) {
    EXPECT_EQ(ApplyJsonPatch(document, *ParseJson(patch))->identity(), document.identity()) << patch;
  }
}

TEST(MergePatchTest, FollowsRfc7386) {  // API-219; the table of the RFC's appendix A
  const Case cases[] = {
      {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
      {R"({"a":"b"})", R"({"a":null})", "{}"},
      {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
      {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
      {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
      {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
      {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
      {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
      {R"({"a":"foo"})", "null", "null"},
      {R"({"a":"foo"})", "\"bar\"", "\"bar\""},
      {R"({"e":null})", R"({"a":1})", R"({"a":1,"e":null})"},
      {"[1,2]", R"({"a":"b","c":null})", R"({"a":"b"})"},
      {"{}", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
  };
  for (const Case& c : cases) EXPECT_EQ(Merge(c.document, c.patch), c.result) << c.patch;
}

TEST(MergePatchTest, WhatChangesNothingKeepsTheNode) {  // API-221
  const Value document = *ParseJson(R"({"a":{"b":[1,{"c":"x"}]},"d":"e"})");
  for (const char* patch : {"{}", R"({"z":null})", R"({"a":{}})", R"({"a":{"b":[1,{"c":"x"}],"q":null},"d":"e"})"}) {
    EXPECT_EQ(ApplyMergePatch(document, *ParseJson(patch)).identity(), document.identity()) << patch;
  }
}

TEST(MergePatchTest, MakeFindsTheSmallestPatch) {
  const Case cases[] = {
      {"{}", "{}", "{}"},
      {R"({"a":1,"b":{"c":1,"d":2}})", R"({"a":1,"b":{"c":1,"d":2}})", "{}"},
      {R"({"a":1,"b":{"c":1,"d":2}})", R"({"b":{"c":1,"d":3},"e":[]})", R"({"a":null,"b":{"d":3},"e":[]})"},
      {R"({"a":{"x":1}})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":[1,2]})", R"({"a":[1]})", R"({"a":[1]})"},
      {R"({"a":1})", R"({"a":1.0})", R"({"a":1.0})"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(WriteJson(MakeMergePatch(*ParseJson(c.document), *ParseJson(c.patch))), c.result);
}

TEST(DifferenceTest, NamesTheFirstPlace) {
  const auto difference = [](std::string_view a, std::string_view b) {
    return FirstDifference(*ParseJson(a), *ParseJson(b)).value_or("equal");
  };
  EXPECT_EQ(difference(R"({"a":[1]})", R"({"a":[1]})"), "equal");
  EXPECT_EQ(difference("1", "2"), "");
  EXPECT_EQ(difference("{}", "[]"), "");
  EXPECT_EQ(difference(R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,3]}})"), "/a/b/1");
  EXPECT_EQ(difference(R"({"a":[1]})", R"({"a":[1,2]})"), "/a/1");
  EXPECT_EQ(difference(R"({"a":1,"c/d":1})", R"({"a":1})"), "/c~1d");
  EXPECT_EQ(difference(R"({"a":1,"c":1})", R"({"a":1,"b":1})"), "/b");
}

}  // namespace
}  // namespace wavetank
