#include "sim/cel/val.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"
#include "sim/cel/cel_test_util.h"
#include "sim/cel/source.h"
#include "sim/cel/text.h"
#include "sim/cel/utf8.h"

namespace wavetank::cel {
namespace {

TEST(ValTest, ADocumentIsNeverCopied) {
  const Value pod = TestDocument(R"({"spec":{"containers":[1,2]}})");
  const Val val(pod);
  const Val copy = val;
  EXPECT_EQ(copy.json()->identity(), pod.identity());
  TestWorld world;
  const Result<Program> program = Compile("pod.spec.containers[1]", world.environment());
  ASSERT_TRUE(program.ok());
  const Result<Val> container = Evaluate(*program, world.activation());
  ASSERT_TRUE(container.ok());
  const Result<Program> whole = Compile("pod", world.environment());
  ASSERT_TRUE(whole.ok());
  const Result<Val> document = Evaluate(*whole, world.activation());
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(container->json()->identity(), (*document->json())["spec"]["containers"][1].identity());
}

TEST(ValTest, CopiesAndMoves) {
  Val list = Val::List({Val::Int(1), Val::Text("a")});
  Val other = list;
  Val moved = std::move(list);
  EXPECT_EQ(moved.size(), 2u);
  EXPECT_EQ(other.ElementAt(1).AsString(), "a");
  EXPECT_EQ(list.type(), Type::kNull);  // NOLINT(bugprone-use-after-move): a moved Val is null
  other = Val::Int(7);
  moved = moved.ElementAt(0);
  EXPECT_EQ(moved.AsInt(), 1);
  Val& alias = moved;
  moved = alias;
  EXPECT_EQ(moved.AsInt(), 1);
}

TEST(ValTest, BecomesADocument) {
  TestWorld world;
  const auto json = [&](std::string_view expression) {
    const Result<Program> program = Compile(expression, world.environment());
    if (!program.ok()) return program.status().message();
    const Result<Val> val = Evaluate(*program, world.activation());
    if (!val.ok()) return val.status().message();
    const Result<Value> value = val->ToValue();
    return value.ok() ? WriteJson(*value) : "error: " + value.status().message();
  };
  EXPECT_EQ(json("[1, 2u, 1.5, 'a', b'abcd', null, true, pod.spec.replicas]"),
            R"([1,2,1.5,"a","YWJjZA==",null,true,3])");
  EXPECT_EQ(json("{'b': [], 'a': {1: timestamp(0)}, true: duration('1500ms')}"),
            R"({"a":{"1":"1970-01-01T00:00:00Z"},"b":[],"true":"1.5s"})");
  EXPECT_EQ(json("type(1)"), R"("int")");
  EXPECT_EQ(json("{'1': 1, 1: 2}"), "error: two keys of a map have one name in a document");
}

TEST(ValTest, ConversionIsBounded) {
  Val deep = Val::Int(1);
  for (int i = 0; i < 2000; ++i) deep = Val::List({deep});
  EXPECT_EQ(deep.ToValue().status().message(), "the value is nested too deeply for a document");
  Val wide = Val::Int(1);
  for (int i = 0; i < 60; ++i) wide = Val::List({wide, wide});  // 2^60 leaves, 60 nodes
  EXPECT_EQ(wide.ToValue(1000).status().message(), "the value is too large for a document");
  EXPECT_LE(wide.ToString(100).size(), 110u);
}

TEST(ValTest, Prints) {
  EXPECT_EQ(Val::Text("a\"\\\n\x01").ToString(), R"("a\"\\\n\x01")");
  EXPECT_EQ(Val::Error(ErrorKind::kNoSuchKey, "spec").ToString(), R"(error("no such key: spec"))");
  EXPECT_EQ(Val::Text(std::string(300, 'x')).ToString(10), "\"xxxxxxxxx...");
  EXPECT_EQ(Val::Text("ééé").ToString(4), "\"é...");
}

TEST(TextTest, Base64) {
  EXPECT_EQ(EncodeBase64(""), "");
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foo"), "Zm9v");
  EXPECT_EQ(EncodeBase64("\xff\xff\xff"), "////");
}

TEST(Utf8Test, JudgesAndCounts) {
  EXPECT_TRUE(IsValidUtf8("aé€😀"));
  EXPECT_EQ(CountCharacters("aé€😀"), 4u);
  for (const std::string_view bad :
       {"\x80", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"}) {
    EXPECT_FALSE(IsValidUtf8(bad));
  }
  EXPECT_EQ(OffsetOfCharacter("aéb", 2), 3u);
  EXPECT_EQ(OffsetOfCharacter("aéb", 3), 4u);
  EXPECT_EQ(OffsetOfCharacter("aéb", 4), std::string_view::npos);
}

TEST(SourceTest, PointsAtThePlace) {
  TestWorld world;
  const std::string_view text = "pod.spec.replicas > 1 &&\n\tpod.spec.missing == 2";
  const Result<Program> program = Compile(text, world.environment());
  ASSERT_TRUE(program.ok());
  const Result<Val> result = Evaluate(*program, world.activation());
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(Explain(text, result.status()),
            "2:11: no such key: missing\n"
            "   pod.spec.missing == 2\n"
            "            ^");
  EXPECT_EQ(CaretLines("abc", "no place here"), "");
  EXPECT_EQ(CaretLines("abc", "7:1: no such line"), "  \n  ^");
  EXPECT_EQ(CaretLines("abc", "1:99: no such column"), "");
  EXPECT_EQ(CaretLines("'é' + 1", "1:5: wrong"), "  'é' + 1\n      ^");
}

TEST(EvaluateBoolTest, WantsABool) {
  TestWorld world;
  const Result<Program> rule = Compile("x > 1", world.environment());
  ASSERT_TRUE(rule.ok());
  const Result<bool> holds = EvaluateBool(*rule, world.activation());
  ASSERT_TRUE(holds.ok());
  EXPECT_TRUE(*holds);
  const Result<Program> number = Compile("x + 1", world.environment());
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(EvaluateBool(*number, world.activation()).status().message(),
            "1:3: the expression gives int, but true or false is needed");
}

}  // namespace
}  // namespace wavetank::cel
