#include "sim/oracle/invariants.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

// A state that is a map.
class FakeState final : public StateReader {
 public:
  const KindRegistry& kinds() const override { return KindRegistry::BuiltIn(); }
  Object Get(const ResourceInfo& resource, const ObjectKey& key) const override {
    const auto it = objects.find(resource.gvk.kind.view());
    if (it == objects.end()) return {};
    for (const Object& object : it->second) {
      if (object.key() == key) return object;
    }
    return {};
  }
  void ForEach(const ResourceInfo& resource, std::string_view,
               const std::function<void(const Object&)>& visit) const override {
    const auto it = objects.find(resource.gvk.kind.view());
    if (it == objects.end()) return;
    for (const Object& object : it->second) visit(object);
  }
  Time Now() const override { return Time::FromSeconds(1'800'000'000); }

  std::map<std::string, std::vector<Object>, std::less<>> objects;
};

Object Made(std::string_view kind, std::string_view name, std::string_view spec) {
  return Object(*ParseJson(R"({"apiVersion":"v1","kind":")" + std::string(kind) +
                           R"(","metadata":{"namespace":"default","name":")" + std::string(name) + R"("},"spec":)" +
                           std::string(spec) + "}"));
}

struct Bench {
  explicit Bench(std::vector<RuleSpec> specs)
      : rules(*RuleSet::Compile(specs, KindRegistry::BuiltIn())), checker(rules, state) {}
  void Write(const Object& object) {
    auto& of_kind = state.objects[std::string(object.kind())];
    std::erase_if(of_kind, [&](const Object& o) { return o.key() == object.key(); });
    of_kind.push_back(object);
    WriteRecord record;
    record.resource = KindRegistry::BuiltIn().Lookup(object.kind());
    record.object = object;
    record.actor = "test";
    record.step = ++steps;
    checker.OnWrite(record);
  }
  RuleSet rules;
  FakeState state;
  InvariantChecker checker;
  uint64_t steps = 0;
};

TEST(InvariantTest, ARuleIsJudgedAfterEachWriteItReads) {
  Bench bench({{"few-pods", "objects('Pod').size() <= 1", false}});
  bench.Write(Made("Pod", "a", "{}"));
  bench.Write(Made("ConfigMap", "x", "{}"));
  EXPECT_FALSE(bench.checker.violation());
  bench.Write(Made("Pod", "b", "{}"));
  ASSERT_TRUE(bench.checker.violation());
  EXPECT_EQ(bench.checker.violation()->rule, "few-pods");
  EXPECT_EQ(bench.checker.violation()->step, 3u);
}

TEST(InvariantTest, ARuleSetKnowsTheKindsOfItsRulesAndThoseItLearns) {
  const KindRegistry& kinds = KindRegistry::BuiltIn();
  RuleSet rules = *RuleSet::Compile(std::vector<RuleSpec>{{"few", "objects('pods').size() < 9", false}}, kinds);
  EXPECT_EQ(rules.KnownKind("pods"), kinds.Lookup("Pod"));
  EXPECT_EQ(rules.KnownKind("Pod"), nullptr);  // another word
  rules.LearnKinds(*cel::Compile("object('Node', 'a').spec == object('Nonsense', 'b').spec", cel::ClusterEnvironment()),
                   kinds);
  EXPECT_EQ(rules.KnownKind("Node"), kinds.Lookup("Node"));
  EXPECT_EQ(rules.KnownKind("Nonsense"), nullptr);
}

TEST(InvariantTest, NeverMeansTheExpressionMustBeFalse) {
  Bench bench({{"no-big", "objects('Pod').exists(p, p.spec.n > 3)", true}});
  bench.Write(Made("Pod", "a", R"({"n":3})"));
  EXPECT_FALSE(bench.checker.violation());
  bench.Write(Made("Pod", "a", R"({"n":4})"));
  EXPECT_TRUE(bench.checker.violation());
}

TEST(InvariantTest, AMissingObjectSilencesARuleButNotForEver) {
  Bench bench({{"bounded", "objects('Pod').size() <= object('ReplicaSet', 'f').spec.replicas", false}});
  bench.Write(Made("Pod", "a", "{}"));
  EXPECT_FALSE(bench.checker.violation());
  ASSERT_EQ(bench.checker.silent().size(), 1u);
  EXPECT_NE(bench.checker.silent()[0].find("no such object: ReplicaSet default/f"), std::string::npos);
  bench.Write(Made("ReplicaSet", "f", R"({"replicas":1})"));
  EXPECT_TRUE(bench.checker.silent().empty());
}

TEST(InvariantTest, AnErrorThatIsNotAMissingObjectIsAViolation) {
  Bench bench({{"typo", "objects('Pod').all(p, p.spec.nope == 1)", false}});
  bench.Write(Made("Pod", "a", "{}"));
  ASSERT_TRUE(bench.checker.violation());
  EXPECT_NE(bench.checker.violation()->found.find("nope"), std::string::npos);
}

TEST(InvariantTest, HistoryCountsWhatTheStateForgets) {
  Bench bench({{"one-write", "history('Pod').size() < 3", false}});
  for (int i = 0; i < 3; ++i) bench.Write(Made("Pod", "a", "{}"));
  EXPECT_TRUE(bench.checker.violation());
}

TEST(InvariantTest, AnUnknownKindNamesTheNearestOne) {
  const std::vector<RuleSpec> specs = {{"x", "objects('Podd').size() == 0", false}};
  const auto rules = RuleSet::Compile(specs, KindRegistry::BuiltIn());
  ASSERT_FALSE(rules.ok());
  EXPECT_EQ(rules.status().message(), "no kind \"Podd\"; did you mean \"Pod\"?");
}

}  // namespace
}  // namespace wavetank::sim
