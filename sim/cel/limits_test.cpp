// Whatever the expression, the cost is bounded; whatever the text, nothing crashes.

#include <gtest/gtest.h>

#include "runtime/base/random.h"
#include "sim/cel/cel_test_util.h"

namespace wavetank::cel {
namespace {

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(LimitsTest, StepsAreBounded) {
  TestWorld world;
  std::string loops = "true";
  for (int i = 0; i < 12; ++i) {
    const std::string name = "v" + std::to_string(i);
    loops = "nums.map(" + name + "a, " + name + "a).all(" + name + ", " + loops + ")";
  }
  EXPECT_EQ(world.Run(loops).substr(0, 7), "error: ");
  EXPECT_NE(world.Run(loops).find("cost limit exceeded: the expression takes more than 1000000 steps"),
            std::string::npos);
  // No operator absorbs it.
  EXPECT_NE(world.Run("(" + loops + ") || true").find("cost limit exceeded"), std::string::npos);
  EXPECT_NE(world.Run("nums.exists(n, " + loops + ")").find("cost limit exceeded"), std::string::npos);
}

TEST(LimitsTest, TheLimitIsTheHosts) {
  TestWorld world;
  const Result<Program> program = Compile("[1, 2, 3].map(n, n + 1).size() == 3", world.environment());
  ASSERT_TRUE(program.ok());
  Activation few(nullptr, {.max_steps = 10});
  const Result<Val> stopped = Evaluate(*program, few);
  EXPECT_EQ(stopped.code(), Code::kTooLarge);
  EXPECT_NE(stopped.status().message().find("takes more than 10 steps"), std::string::npos);
  Activation enough(nullptr, {.max_steps = 40});
  EXPECT_TRUE(Evaluate(*program, enough).ok());
  EXPECT_GT(enough.last_cost(), 10u);
  EXPECT_LE(enough.last_cost(), 40u);
}

TEST(LimitsTest, StringsAndListsDoNotExplode) {
  TestWorld world;
  std::string doubled = "['0123456789012345']";
  for (int i = 0; i < 40; ++i) doubled += ".map(s, s + s)";
  EXPECT_NE(world.Run(doubled).find("cost limit exceeded"), std::string::npos);
  std::string lists = "[[1, 2, 3, 4]]";
  for (int i = 0; i < 40; ++i) lists += ".map(l, l + l)";
  EXPECT_NE(world.Run(lists).find("cost limit exceeded"), std::string::npos);
  // Shared parts: a small value whose comparison would take 2^60 steps.
  std::string shared = "[1]";
  for (int i = 0; i < 60; ++i) shared += ".map(l, [l, l])";
  EXPECT_NE(world.Run(shared + " == " + shared + " || true").find("cost limit exceeded"), std::string::npos);
  EXPECT_LT(world.Run(shared).size(), 2000u);
  std::string replaced = "'aaaaaaaaaaaaaaaa'";
  for (int i = 0; i < 20; ++i) replaced += ".replace('a', 'aaaaaaaaaaaaaaaa')";
  EXPECT_NE(world.Run(replaced).find("cost limit exceeded"), std::string::npos);
}

TEST(LimitsTest, SearchesAreBounded) {
  TestWorld world;
  const std::string kilobyte = std::string(1024, 'a');
  std::string long_text = "['" + kilobyte + "']";
  for (int i = 0; i < 11; ++i) long_text += ".map(s, s + s)";
  EXPECT_EQ(world.Run(long_text + "[0].size()"), "2097152");
  // A naive search of these two would take 10^12 steps, each pattern 10^9.
  EXPECT_NE(world.Run(long_text + ".all(s, s.contains(s.substring(1048576) + 'b'))").find("cost limit exceeded"),
            std::string::npos);
  EXPECT_NE(world.Run(long_text + ".all(s, s.matches('([ab]{50}c){20}') || s.matches('([ab]{50}d){20}'))")
                .find("cost limit exceeded"),
            std::string::npos);
  EXPECT_NE(world
                .Run("nums.all(n, nums.all(m, nums.all(o, nums.all(p, s.matches('(a{100}){' + '9}'+ s.substring(4)) "
                     "|| s.matches('(' + s) || true))))")
                .find("cost limit exceeded"),
            std::string::npos);
  std::string patterns = "true";
  for (int i = 0; i < 65; ++i) patterns += " && s.matches('a')";
  EXPECT_NE(world.Run(patterns).find("the expression has more than 64 patterns"), std::string::npos);
}

TEST(LimitsTest, ExpressionsAreBounded) {
  TestWorld world;
  EXPECT_EQ(world.Run(Repeat("(", 150) + "1" + Repeat(")", 150)), "1");
  EXPECT_NE(world.Run(Repeat("(", 20'000) + "1").find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run(Repeat("[", 20'000)).find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run(Repeat("!", 20'000) + "true").find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run(Repeat("-", 20'000) + "1").find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run("1" + Repeat(" + 1", 300)).find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run("pod" + Repeat(".a", 300)).find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_NE(world.Run(Repeat("true ? true : ", 2'000)).find("nested deeper than 200 levels"), std::string::npos);
  EXPECT_EQ(world.Run("true" + Repeat(" && true", 5'000)), "true");
  EXPECT_EQ(world.Run("'" + std::string(70'000, 'a') + "'"), "compile: the expression is longer than 65536 bytes");
}

// Words of the grammar in random order: every outcome is a result or an error with a place.
TEST(PropertyTest, RandomTokensNeverCrash) {
  constexpr std::string_view kWords[] = {"1",
                                         "2u",
                                         "1.5",
                                         "'a'",
                                         "b'b'",
                                         "true",
                                         "null",
                                         "x",
                                         "u",
                                         "d",
                                         "s",
                                         "nums",
                                         "pod",
                                         ".spec",
                                         ".replicas",
                                         ".size()",
                                         "(",
                                         ")",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ",",
                                         ":",
                                         "?",
                                         "+",
                                         "-",
                                         "*",
                                         "/",
                                         "%",
                                         "!",
                                         "==",
                                         "!=",
                                         "<",
                                         ">=",
                                         "&&",
                                         "||",
                                         " in ",
                                         ".all(n, ",
                                         ".map(n, ",
                                         ".filter(n, ",
                                         "n",
                                         "has(",
                                         "size(",
                                         "string(",
                                         "timestamp(",
                                         "duration('1s')",
                                         "type(",
                                         ".contains(",
                                         ".split(",
                                         "answer",
                                         "fail()",
                                         "cel.bind(n, ",
                                         "0",
                                         "-1",
                                         "\"",
                                         "'",
                                         "\\",
                                         "`"};
  TestWorld world;
  Random random(7);
  int evaluated = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const uint64_t words = 1 + random.Below(12);
    for (uint64_t j = 0; j < words; ++j) text += kWords[random.Below(std::size(kWords))];
    const std::string first = world.Run(text);
    EXPECT_EQ(first, world.Run(text)) << text;
    if (!first.starts_with("compile: ")) ++evaluated;
  }
  EXPECT_GT(evaluated, 500);
}

// Well-formed expressions of random shape, mostly of the right types.
class Generator {
 public:
  explicit Generator(uint64_t seed) : random_(seed) {}

  std::string Bool(int depth) {
    constexpr std::string_view kRelations[] = {" == ", " != ", " < ", " <= ", " > ", " >= "};
    if (depth == 0) return Pick({"true", "false", "has(pod.spec)", "pod.status.ready", "has(pod.none)"});
    switch (random_.Below(7)) {
      case 0: return Two("(", Int(depth - 1), kRelations[random_.Below(6)], Int(depth - 1));
      case 1: return Two("(", Text(depth - 1), kRelations[random_.Below(6)], Text(depth - 1));
      case 2: return Two("(", Bool(depth - 1), Pick({" && ", " || "}), Bool(depth - 1));
      case 3: return "!(" + Bool(depth - 1) + ")";
      case 4: return Two(List(depth - 1), Pick({".all(", ".exists(", ".exists_one("}), "x, ", Bool(depth - 1));
      case 5: return Two("(", Int(depth - 1), " in ", List(depth - 1));
      default: return Two(Text(depth - 1), Pick({".contains(", ".startsWith(", ".matches("}), Text(depth - 1), "");
    }
  }

  std::string Int(int depth) {
    if (depth == 0) return Pick({"0", "1", "-7", "x", "pod.spec.replicas", "answer", "9223372036854775807", "u", "d"});
    switch (random_.Below(5)) {
      case 0: return Two("(", Int(depth - 1), Pick({" + ", " - ", " * ", " / ", " % "}), Int(depth - 1));
      case 1: return "size(" + List(depth - 1) + ")";
      case 2: return List(depth - 1) + "[" + Int(depth - 1) + "]";
      case 3: return "(" + Bool(depth - 1) + " ? " + Int(depth - 1) + " : " + Int(depth - 1) + ")";
      default: return "int(" + Int(depth - 1) + ")";
    }
  }

 private:
  std::string List(int depth) {
    if (depth == 0) return Pick({"nums", "[]", "[1, 2u, 3.0]"});
    switch (random_.Below(4)) {
      case 0: return Two("[", Int(depth - 1), ", ", Int(depth - 1), "]");
      case 1: return Two(List(depth - 1), ".filter(x, ", Bool(depth - 1), "");
      case 2: return Two(List(depth - 1), ".map(x, ", Int(depth - 1), "");
      default: return Two("(", List(depth - 1), " + ", List(depth - 1));
    }
  }
  std::string Text(int depth) {
    if (depth == 0) return Pick({"'ab'", "s", "pod.metadata.name", "''"});
    switch (random_.Below(3)) {
      case 0: return Two("(", Text(depth - 1), " + ", Text(depth - 1));
      case 1: return "string(" + Int(depth - 1) + ")";
      default: return Text(depth - 1) + Pick({".upperAscii()", ".trim()", ".substring(1)"});
    }
  }
  std::string Pick(std::initializer_list<std::string_view> from) {
    return std::string(from.begin()[random_.Below(from.size())]);
  }
  static std::string Two(std::string_view a, std::string_view b, std::string_view c, std::string_view d,
                         std::string_view end = ")") {
    return std::string(a).append(b).append(c).append(d).append(end);
  }
  Random random_;
};

TEST(PropertyTest, EvaluationIsDeterministic) {
  TestWorld world;
  int values = 0;
  for (uint64_t seed = 0; seed < 5'000; ++seed) {
    Generator generator(seed);
    const std::string text = generator.Bool(5);
    const Result<Program> program = Compile(text, world.environment());
    ASSERT_TRUE(program.ok()) << text << ": " << program.status().message();
    const Result<Val> first = Evaluate(*program, world.activation());
    const uint64_t cost = world.activation().last_cost();
    const Result<Val> second = Evaluate(*program, world.activation());
    EXPECT_EQ(cost, world.activation().last_cost()) << text;
    ASSERT_EQ(first.ok(), second.ok()) << text;
    EXPECT_EQ(first.ok() ? first->ToString() : first.status().message(),
              second.ok() ? second->ToString() : second.status().message());
    if (first.ok()) ++values;
    // What prints as a value has a document, or says why not.
    if (first.ok() && !first->ToValue().ok()) EXPECT_FALSE(first->ToValue().status().message().empty());
  }
  EXPECT_GT(values, 1'000);
}

}  // namespace
}  // namespace wavetank::cel
