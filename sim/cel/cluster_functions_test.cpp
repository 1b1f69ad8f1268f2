#include "sim/cel/cluster_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/cel/cel_test_util.h"
#include "sim/cel/cluster_view_fake.h"

namespace wavetank::cel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ClusterFunctionsTest : public testing::Test {
 protected:
  ClusterFunctionsTest() {
    view_.Add(TestDocument(R"({"kind":"ReplicaSet","metadata":{"name":"frontend","namespace":"default","uid":"u1"},
                               "spec":{"replicas":2}})"));
    view_.Add(TestDocument(R"({"kind":"ReplicaSet","metadata":{"name":"frontend","namespace":"prod","uid":"u2"},
                               "spec":{"replicas":9}})"));
    AddPod("a", R"("ownerReferences":[{"uid":"u9"},{"uid":"u1"}])", "Running", "True");
    AddPod("b", R"("ownerReferences":[])", "Pending", "False");
    AddPod("c", R"("labels":{})", "Succeeded", "False");
    AddPod("d", R"("deletionTimestamp":"2025-01-01T00:00:30Z")", "Running", "True");
    AddPod("e", R"("labels":{})", "Failed", "Unknown");
  }

  void AddPod(std::string_view name, std::string_view metadata, std::string_view phase, std::string_view ready) {
    view_.Add(TestDocument(R"({"kind":"Pod","metadata":{"name":")" + std::string(name) +
                           R"(","namespace":"default","creationTimestamp":"2024-12-31T23:59:00Z",)" +
                           std::string(metadata) + R"(},"status":{"phase":")" + std::string(phase) +
                           R"(","conditions":[{"type":"PodScheduled","status":"True"},{"type":"Ready","status":")" +
                           std::string(ready) + R"("}]}})"));
  }

  std::string Run(std::string_view expression) {
    const Result<Program> program = Compile(expression, environment_);
    if (!program.ok()) return "compile: " + program.status().message();
    Activation activation(&view_);
    const Result<Val> result = Evaluate(*program, activation);
    return result.ok() ? result->ToString() : "error: " + result.status().message();
  }

  std::vector<std::string> Kinds(std::string_view expression) {
    const Result<Program> program = Compile(expression, environment_);
    return program.ok() ? KindsRead(*program) : std::vector{program.status().message()};
  }

  const Environment environment_ = ClusterEnvironment();
  FakeClusterView view_;
};

TEST_F(ClusterFunctionsTest, FindsObjects) {
  EXPECT_EQ(Run("objects('Pod').map(p, p.metadata.name)"), R"(["a", "b", "c", "d", "e"])");
  EXPECT_EQ(Run("objects('Service')"), "[]");
  EXPECT_EQ(Run("object('ReplicaSet', 'frontend').spec.replicas"), "2");
  EXPECT_EQ(Run("object('ReplicaSet', 'prod', 'frontend').spec.replicas"), "9");
}

TEST_F(ClusterFunctionsTest, NamesWhatIsMissing) {
  EXPECT_EQ(Run("object('ReplicaSet', 'backend').spec"), "error: 1:1: no such object: ReplicaSet default/backend");
  EXPECT_EQ(Run("1 < object('Pod', 'kube-system', 'x').spec"), "error: 1:5: no such object: Pod kube-system/x");
  EXPECT_EQ(Run("object('Node', '', 'x')"), "error: 1:1: no such object: Node x");
  EXPECT_EQ(Run("object('Broken', 'x')"), "error: 1:1: unknown kind Broken");
  EXPECT_EQ(Run("object('Pod', 'x').spec.a == 1 || true"), "true");
  EXPECT_EQ(Run("objects(1)"), "error: 1:1: no such overload: objects(int)");
  EXPECT_EQ(Run("object('Pod', 1)"), "error: 1:1: no such overload: object(string, int)");
  EXPECT_EQ(Run("object('Pod')"), "compile: 1:1: object() takes 2 to 3 arguments, not 1");
  EXPECT_EQ(Run("objets('Pod')"), "compile: 1:1: unknown function objets() (did you mean \"objects\"?)");
}

TEST_F(ClusterFunctionsTest, JudgesPods) {
  EXPECT_EQ(Run("objects('Pod').filter(p, isActive(p)).map(p, p.metadata.name)"), R"(["a", "b"])");
  EXPECT_EQ(Run("objects('Pod').filter(p, isReady(p)).map(p, p.metadata.name)"), R"(["a", "d"])");
  EXPECT_EQ(Run("objects('Pod').filter(p, ownedBy(p, object('ReplicaSet', 'frontend'))).map(p, p.metadata.name)"),
            R"(["a"])");
  EXPECT_EQ(Run("ownedBy({}, object('ReplicaSet', 'frontend'))"), "error: 1:1: no such overload: ownedBy(map, map)");
  EXPECT_EQ(Run("isActive(1)"), "error: 1:1: no such overload: isActive(int)");
  EXPECT_FALSE(IsReadyPod(Value::EmptyObject()));
  EXPECT_TRUE(IsActivePod(Value::EmptyObject()));
  EXPECT_FALSE(IsOwnedBy(Value::EmptyObject(), Value::EmptyObject()));
}

TEST_F(ClusterFunctionsTest, EvaluatesTheRuleOfTheDesign) {
  const std::string_view rule =
      R"(objects("Pod").filter(p, isActive(p)).size() <= object("ReplicaSet", "frontend").spec.replicas + 1)";
  EXPECT_EQ(Run(rule), "true");
  AddPod("f", R"("labels":{})", "Running", "True");
  AddPod("g", R"("labels":{})", "Running", "True");
  EXPECT_EQ(Run(rule), "false");
}

TEST_F(ClusterFunctionsTest, KnowsTheTime) {
  EXPECT_EQ(Run("now"), R"(timestamp("2025-01-01T00:00:00Z"))");
  EXPECT_EQ(Run("now - timestamp(object('Pod', 'a').metadata.creationTimestamp) == duration('1m')"), "true");
  const Result<Program> timed = Compile("now > timestamp(0)", environment_);
  ASSERT_TRUE(timed.ok());
  EXPECT_TRUE(ReadsTime(*timed));
  const Result<Program> timeless = Compile("[1].all(now, now == 1)", environment_);
  ASSERT_TRUE(timeless.ok());
  EXPECT_FALSE(ReadsTime(*timeless));
}

TEST_F(ClusterFunctionsTest, TellsHistory) {
  view_.AddHistory("Pod", HistoryEntry("create", "replicaset", TestDocument(R"({"metadata":{"name":"a"}})"), 3,
                                       Time::FromSeconds(60)));
  view_.AddHistory(
      "Pod", HistoryEntry("delete", "user", TestDocument(R"({"metadata":{"name":"a"}})"), 9, Time::FromSeconds(90)));
  EXPECT_EQ(Run("history('Pod').filter(h, h.verb == 'create').size()"), "1");
  EXPECT_EQ(Run("history('Pod').map(h, h.step)"), "[3, 9]");
  EXPECT_EQ(Run("history('Pod')[1].time - history('Pod')[0].time"), R"(duration("30s"))");
  EXPECT_EQ(Run("history('Pod').all(h, h.object.metadata.name == 'a' && h.actor in ['replicaset', 'user'])"), "true");
  EXPECT_EQ(Run("has(history('Pod')[0].what)"), "false");
  EXPECT_EQ(Run("history('Node')"), "[]");
}

TEST_F(ClusterFunctionsTest, TellsWhichKindsARuleReads) {
  EXPECT_THAT(Kinds("objects('Pod').size() < 3 && object('ReplicaSet', 'x').spec.replicas > history('Pod').size()"),
              ElementsAre("Pod", "ReplicaSet"));
  EXPECT_THAT(Kinds("1 < 2"), IsEmpty());
  EXPECT_THAT(Kinds("objects('P' + 'od').size() < 3"), ElementsAre("Pod"));
  EXPECT_THAT(Kinds("['Pod', 'Node'].all(k, objects(k).size() < 3)"), ElementsAre("*"));
  EXPECT_THAT(Kinds("now > timestamp(0)"), IsEmpty());
}

TEST_F(ClusterFunctionsTest, WithoutAClusterItIsAnError) {
  const Result<Program> program = Compile("objects('Pod')", environment_);
  ASSERT_TRUE(program.ok());
  Activation activation;
  const Result<Val> result = Evaluate(*program, activation);
  EXPECT_EQ(result.status().message(), "1:1: no cluster is there to look at: the activation has no host");
  EXPECT_EQ(result.code(), Code::kFailedPrecondition);
}

TEST_F(ClusterFunctionsTest, MissingObjectsAreNotFound) {
  const Result<Program> program = Compile("object('Pod', 'zz')", environment_);
  ASSERT_TRUE(program.ok());
  Activation activation(&view_);
  EXPECT_EQ(Evaluate(*program, activation).code(), Code::kNotFound);
}

}  // namespace
}  // namespace wavetank::cel
