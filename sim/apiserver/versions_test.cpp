#include "sim/apiserver/versions.h"

#include <gtest/gtest.h>

#include "runtime/value/json.h"

namespace wavetank::sim {
namespace {

const KindRegistry& Kinds() { return KindRegistry::BuiltIn(); }

Value J(std::string_view text) {
  Result<Value> v = ParseJson(text);
  EXPECT_TRUE(v.ok()) << text << v.status().ToString();
  return v.value_or(Value());
}

constexpr std::string_view kPrefix = "autoscaling.alpha.kubernetes.io/";

// An autoscaler of v1 with such annotations.
Value Older(std::string_view spec, std::string_view notes) {
  const Value ref = J(R"({"kind":"Deployment","name":"d","apiVersion":"apps/v1"})");
  return ObjectBuilder()
      .Add("apiVersion", "autoscaling/v1")
      .Add("kind", "HorizontalPodAutoscaler")
      .Add("metadata", ObjectBuilder().Add("name", "a").Add("annotations", J(notes)).Build())
      .Add("spec", J(spec).Set("scaleTargetRef", ref).Set("maxReplicas", Value(3)))
      .Build();
}

Value Newer(std::string_view spec, std::string_view status = "{}") {
  return ObjectBuilder()
      .Add("apiVersion", "autoscaling/v2")
      .Add("kind", "HorizontalPodAutoscaler")
      .Add("metadata", J(R"({"name":"a","annotations":{"mine":"stays"}})"))
      .Add("spec", J(spec).Set("maxReplicas", Value(3)))
      .Add("status", J(status))
      .Build();
}

std::string Note(const Value& shown, std::string_view name) {
  return std::string(shown["metadata"]["annotations"][std::string(kPrefix) + std::string(name)].AsString());
}

// API-820: what v1 has no field for stands in annotations, in the order of the structs that v1 once had.
TEST(AutoscalerVersions, MetricsGoToAnnotations) {
  const Value shown = AutoscalerFromStorage(
      Kinds(),
      Newer(
          R"({"metrics":[{"type":"External","external":{"metric":{"name":"e","selector":{"matchLabels":{"a":"b"},"matchExpressions":[{"values":["v"],"operator":"In","key":"k"}]}},"target":{"type":"AverageValue","averageValue":"500m"}}},)"
          R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":50}}},)"
          R"({"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},)"
          R"({"type":"Object","object":{"metric":{"name":"o"},"describedObject":{"apiVersion":"g.example/v1","kind":"K","name":"n"},"target":{"type":"AverageValue","averageValue":"2"}}}]})"));
  EXPECT_EQ(shown["spec"]["targetCPUUtilizationPercentage"], 50);
  EXPECT_EQ(shown["metadata"]["annotations"]["mine"], "stays");
  EXPECT_EQ(
      Note(shown, "metrics"),
      R"([{"type":"External","external":{"metricName":"e","metricSelector":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"k","operator":"In","values":["v"]}]},"targetAverageValue":"500m"}},)"
      R"({"type":"Object","object":{"target":{"kind":"K","name":"n","apiVersion":"g.example/v1"},"metricName":"o","targetValue":"0","averageValue":"2"}}])");
  const Value back = AutoscalerToStorage(Kinds(), shown);
  // The processor comes last; the zero that v1 had to write is gone; nothing of the second percentage is left.
  ASSERT_EQ(back["spec"]["metrics"].size(), 3u);
  EXPECT_EQ(WriteJson(back["spec"]["metrics"][1]["object"]["target"]), R"({"averageValue":"2","type":"AverageValue"})");
  EXPECT_EQ(back["spec"]["metrics"][2]["resource"]["target"]["averageUtilization"], 50);
  EXPECT_EQ(WriteJson(back["metadata"]["annotations"]), R"({"mine":"stays"})");
}

TEST(AutoscalerVersions, StatusAndBehaviorGoToAnnotations) {
  const Value shown = AutoscalerFromStorage(
      Kinds(),
      Newer(
          R"({"behavior":{"scaleDown":{"selectPolicy":"Disabled","tolerance":"100m","policies":[{"type":"Pods","value":1,"periodSeconds":9}]}}})",
          R"({"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":44,"averageValue":"1"}}},)"
          R"({"type":"Pods","pods":{"metric":{"name":"p"},"current":{}}}],"conditions":[{"type":"T","status":"True","reason":"R"}]})"));
  EXPECT_EQ(
      Note(shown, "behavior"),
      R"({"ScaleUp":null,"ScaleDown":{"StabilizationWindowSeconds":null,"SelectPolicy":"Disabled","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":9}],"Tolerance":"100m"}})");
  EXPECT_EQ(
      Note(shown, "current-metrics"),
      R"([{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":44,"currentAverageValue":"1"}},)"
      R"({"type":"Pods","pods":{"metricName":"p","currentAverageValue":"0"}}])");
  EXPECT_TRUE(Note(shown, "conditions").starts_with(R"([{"type":"T","status":"True",)"));
  EXPECT_EQ(shown["status"]["currentCPUUtilizationPercentage"], 44);
  const Value back = AutoscalerToStorage(Kinds(), shown);
  EXPECT_EQ(back["spec"]["behavior"]["scaleDown"]["policies"][0]["periodSeconds"], 9);
  EXPECT_EQ(back["status"]["currentMetrics"].size(), 2u);
  EXPECT_EQ(back["status"]["conditions"][0]["reason"], "R");
}

// Go's decoder: names in any case, and nothing of a text with a wrong type in it.
TEST(AutoscalerVersions, AnnotationsAreReadAsGoReadsThem) {
  const auto metrics = [](std::string_view note) {
    const Value notes = ObjectBuilder(1).Add(String(std::string(kPrefix) + "metrics"), Value(note)).Build();
    const Value back = AutoscalerToStorage(Kinds(), Older("{}", WriteJson(notes)));
    EXPECT_TRUE(back["metadata"]["annotations"].is_null());
    return WriteJson(back["spec"]["metrics"]);
  };
  constexpr std::string_view kStandard =
      R"([{"resource":{"name":"cpu","target":{"averageUtilization":80,"type":"Utilization"}},"type":"Resource"}])";
  EXPECT_EQ(metrics("no list"), kStandard);
  EXPECT_EQ(metrics(R"([{"type":"Pods","pods":{"metricName":7}}])"), kStandard);
  EXPECT_EQ(metrics(R"([{"type":"Pods","pods":{"metricName":"x","targetAverageValue":"many"}}])"), kStandard);
  EXPECT_EQ(
      metrics(R"([{"TYPE":"Resource","Resource":{"Name":"memory","targetaverageutilization":6},"other":1}])"),
      R"([{"resource":{"name":"memory","target":{"averageUtilization":6,"type":"Utilization"}},"type":"Resource"}])");
  EXPECT_EQ(metrics(R"([{"type":"Resource"}])"), R"([{"type":"Resource"}])");
}

}  // namespace
}  // namespace wavetank::sim
