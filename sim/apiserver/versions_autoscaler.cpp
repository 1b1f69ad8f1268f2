// HorizontalPodAutoscaler: autoscaling/v1 knows one number of v2's metrics; the rest stands in annotations, as JSON of the
// form that v1 once had.
#include <string>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "sim/apiserver/versions.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kMetricsNote = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view kBehaviorNote = "autoscaling.alpha.kubernetes.io/behavior";
constexpr std::string_view kConditionsNote = "autoscaling.alpha.kubernetes.io/conditions";
constexpr std::string_view kCurrentNote = "autoscaling.alpha.kubernetes.io/current-metrics";

const Name kTarget("target");
const Name kUtilization("averageUtilization");
const Name kCpu("targetCPUUtilizationPercentage");

bool IsCpu(const Value& metric) {
  return metric[names::kType] == "Resource" && metric["resource"][names::kName] == "cpu" &&
         metric["resource"][kTarget][kUtilization].is_int();
}

// Where a field of v1's annotation stands in v2's metric.
struct MetricField {
  std::string_view source;  // the metric's type in small: its field
  std::string_view old;     // in the annotation
  std::vector<std::string_view> path;
};

const std::vector<MetricField>& MetricFields() {
  static const std::vector<MetricField> rows = {
      {"object", "target", {"describedObject"}},
      {"object", "metricName", {"metric", "name"}},
      {"object", "targetValue", {"target", "value"}},
      {"object", "selector", {"metric", "selector"}},
      {"object", "averageValue", {"target", "averageValue"}},
      {"pods", "metricName", {"metric", "name"}},
      {"pods", "targetAverageValue", {"target", "averageValue"}},
      {"pods", "selector", {"metric", "selector"}},
      {"resource", "name", {"name"}},
      {"resource", "targetAverageUtilization", {"target", "averageUtilization"}},
      {"resource", "targetAverageValue", {"target", "averageValue"}},
      {"containerResource", "name", {"name"}},
      {"containerResource", "targetAverageUtilization", {"target", "averageUtilization"}},
      {"containerResource", "targetAverageValue", {"target", "averageValue"}},
      {"containerResource", "container", {"container"}},
      {"external", "metricName", {"metric", "name"}},
      {"external", "metricSelector", {"metric", "selector"}},
      {"external", "targetValue", {"target", "value"}},
      {"external", "targetAverageValue", {"target", "averageValue"}},
  };
  return rows;
}

std::string SourceOf(std::string_view type) {
  std::string source(type);
  if (!source.empty()) source[0] = static_cast<char>(source[0] | 0x20);
  return source;
}

const Value& At(const Value& from, const std::vector<std::string_view>& path) {
  const Value* at = &from;
  for (const std::string_view part : path) at = &(*at)[part];
  return *at;
}

Value SetAt(const Value& in, const std::vector<std::string_view>& path, size_t depth, const Value& value) {
  if (depth == path.size()) return value;
  return in.Set(path[depth], SetAt(in[path[depth]], path, depth + 1, value));
}

std::string TypeOfTarget(const Value& target) {
  if (target.Has("averageUtilization")) return "Utilization";
  return target.Has("averageValue") ? "AverageValue" : "Value";
}

// The annotation's text: fields in the order of the old struct.
std::string OldMetric(const Value& metric) {
  const std::string source = SourceOf(metric[names::kType].AsString());
  std::string fields;
  for (const MetricField& row : MetricFields()) {
    if (row.source != source) continue;
    const Value& value = At(metric[std::string_view(source)], row.path);
    if (value.is_null()) continue;
    fields += (fields.empty() ? "" : ",") + WriteJson(Value(row.old)) + ":" + WriteJson(value);
  }
  return "{\"type\":" + WriteJson(metric[names::kType]) + "," + WriteJson(Value(source)) + ":{" + fields + "}}";
}

Value NewMetric(const Value& old) {
  const std::string source = SourceOf(old[names::kType].AsString());
  Value inner = Value::EmptyObject();
  for (const MetricField& row : MetricFields()) {
    if (row.source != source) continue;
    const Value& value = old[std::string_view(source)][row.old];
    if (!value.is_null()) inner = SetAt(inner, row.path, 0, value);
  }
  inner = inner.Set(kTarget, inner[kTarget].Set(names::kType, Value(TypeOfTarget(inner[kTarget]))));
  return ObjectBuilder(2).Add(names::kType, old[names::kType]).Add(String(source), inner).Build();
}

Value CpuMetric(const Value& percentage) {
  const Value target = ObjectBuilder(2).Add(kUtilization, percentage).Add(names::kType, "Utilization").Build();
  return ObjectBuilder(2)
      .Add("resource", ObjectBuilder(2).Add(names::kName, "cpu").Add(kTarget, target).Build())
      .Add(names::kType, "Resource")
      .Build();
}

Value WithNotes(const Value& document, const Value& notes) {
  const Value& metadata = document[names::kMetadata];
  return WithFields(
      document, {{names::kMetadata, WithFields(metadata, {{names::kAnnotations, notes.empty() ? Value() : notes}})}});
}

}  // namespace

Value AutoscalerFromStorage(const KindRegistry& kinds, const Value& stored) {
  Value spec = stored[names::kSpec];
  Value status = stored[names::kStatus];
  Value notes = stored[names::kMetadata][names::kAnnotations];
  std::string others;
  Value cpu;
  for (const Value& metric : spec["metrics"].elements()) {
    if (cpu.is_null() && IsCpu(metric)) {
      cpu = metric["resource"][kTarget][kUtilization];
    } else {
      others += (others.empty() ? "" : ",") + OldMetric(metric);
    }
  }
  if (!others.empty()) notes = notes.Set(kMetricsNote, Value("[" + others + "]"));
  if (!spec["behavior"].is_null()) notes = notes.Set(kBehaviorNote, Value(WriteJson(spec["behavior"])));
  if (!status["conditions"].empty()) notes = notes.Set(kConditionsNote, Value(WriteJson(status["conditions"])));
  if (!status["currentMetrics"].empty()) notes = notes.Set(kCurrentNote, Value(WriteJson(status["currentMetrics"])));
  spec = spec.Without("metrics").Without("behavior");
  if (!cpu.is_null()) spec = spec.Set(kCpu, cpu);
  status = status.Without("conditions").Without("currentMetrics");
  return AsType(kinds, "autoscaling/v1",
                WithNotes(WithFields(stored, {{names::kSpec, spec}, {names::kStatus, status}}), notes));
}

Value AutoscalerToStorage(const KindRegistry& kinds, const Value& shown) {
  Value spec = shown[names::kSpec];
  Value status = shown[names::kStatus];
  Value notes = shown[names::kMetadata][names::kAnnotations];
  const auto take = [&notes](std::string_view key) {
    Result<Value> parsed = ParseJson(notes[key].AsString());
    if (!parsed.ok()) return Value();
    notes = notes.Without(key);
    return *std::move(parsed);
  };
  ArrayBuilder metrics;
  if (const Value& cpu = spec[kCpu]; cpu.is_int()) metrics.Add(CpuMetric(cpu));
  const Value others = take(kMetricsNote);
  for (const Value& old : others.elements()) metrics.Add(NewMetric(old));
  if (metrics.size() == 0) metrics.Add(CpuMetric(Value(80)));
  spec = spec.Without(kCpu).Set("metrics", metrics.Build());
  if (const Value behavior = take(kBehaviorNote); behavior.is_object()) spec = spec.Set("behavior", behavior);
  if (const Value conditions = take(kConditionsNote); conditions.is_array())
    status = status.Set("conditions", conditions);
  if (const Value current = take(kCurrentNote); current.is_array()) status = status.Set("currentMetrics", current);
  return AsType(kinds, "autoscaling/v2",
                WithNotes(WithFields(shown, {{names::kSpec, spec}, {names::kStatus, status}}), notes));
}

}  // namespace wavetank::sim
