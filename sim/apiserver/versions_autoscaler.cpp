// HorizontalPodAutoscaler: autoscaling/v1 knows one number of v2's metrics; the rest stands in annotations, as JSON of the
// form that v1 once had (API-820).
#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/api/schema.h"
#include "runtime/api/typed_json.h"
#include "runtime/value/json.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/versions.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kMetricsNote = "autoscaling.alpha.kubernetes.io/metrics";
constexpr std::string_view kBehaviorNote = "autoscaling.alpha.kubernetes.io/behavior";
constexpr std::string_view kConditionsNote = "autoscaling.alpha.kubernetes.io/conditions";
constexpr std::string_view kCurrentNote = "autoscaling.alpha.kubernetes.io/current-metrics";
constexpr std::string_view kNotes[] = {kMetricsNote, kBehaviorNote, kConditionsNote, kCurrentNote};

constexpr std::string_view kReferenceType = "io.k8s.api.autoscaling.v2.CrossVersionObjectReference";
constexpr std::string_view kSelectorType = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector";
constexpr std::string_view kBehaviorType = "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerBehavior";
constexpr std::string_view kConditionType = "io.k8s.api.autoscaling.v2.HorizontalPodAutoscalerCondition";

const Name kTarget("target");
const Name kCurrent("current");
const Name kUtilization("averageUtilization");
const Name kAverageValue("averageValue");
const Name kResource("resource");
const Name kCpu("targetCPUUtilizationPercentage");
const Name kCpuNow("currentCPUUtilizationPercentage");
const Name kMetrics("metrics");
const Name kBehavior("behavior");
const Name kConditions("conditions");
const Name kCurrentMetrics("currentMetrics");

// kSure: an amount that v1 always writes. kSole: likewise, but zero beside an average means none.
enum class Form : uint8_t { kText, kNumber, kAmount, kSure, kSole, kReference, kSelector };

// Where a field of v1's annotation stands in v2's metric; in the order of v1's structs.
struct MetricField {
  std::string_view source;  // the metric's type in small: its field
  std::string_view old;     // in the annotation
  std::vector<std::string_view> path;
  Form form = Form::kText;
};

const std::vector<MetricField>& WantedFields() {
  static const std::vector<MetricField> rows = {
      {"object", "target", {"describedObject"}, Form::kReference},
      {"object", "metricName", {"metric", "name"}},
      {"object", "targetValue", {"target", "value"}, Form::kSole},
      {"object", "selector", {"metric", "selector"}, Form::kSelector},
      {"object", "averageValue", {"target", "averageValue"}, Form::kAmount},
      {"pods", "metricName", {"metric", "name"}},
      {"pods", "targetAverageValue", {"target", "averageValue"}, Form::kSure},
      {"pods", "selector", {"metric", "selector"}, Form::kSelector},
      {"resource", "name", {"name"}},
      {"resource", "targetAverageUtilization", {"target", "averageUtilization"}, Form::kNumber},
      {"resource", "targetAverageValue", {"target", "averageValue"}, Form::kAmount},
      {"containerResource", "name", {"name"}},
      {"containerResource", "targetAverageUtilization", {"target", "averageUtilization"}, Form::kNumber},
      {"containerResource", "targetAverageValue", {"target", "averageValue"}, Form::kAmount},
      {"containerResource", "container", {"container"}},
      {"external", "metricName", {"metric", "name"}},
      {"external", "metricSelector", {"metric", "selector"}, Form::kSelector},
      {"external", "targetValue", {"target", "value"}, Form::kAmount},
      {"external", "targetAverageValue", {"target", "averageValue"}, Form::kAmount},
  };
  return rows;
}

const std::vector<MetricField>& MeasuredFields() {
  static const std::vector<MetricField> rows = {
      {"object", "target", {"describedObject"}, Form::kReference},
      {"object", "metricName", {"metric", "name"}},
      {"object", "currentValue", {"current", "value"}, Form::kSure},
      {"object", "selector", {"metric", "selector"}, Form::kSelector},
      {"object", "averageValue", {"current", "averageValue"}, Form::kAmount},
      {"pods", "metricName", {"metric", "name"}},
      {"pods", "currentAverageValue", {"current", "averageValue"}, Form::kSure},
      {"pods", "selector", {"metric", "selector"}, Form::kSelector},
      {"resource", "name", {"name"}},
      {"resource", "currentAverageUtilization", {"current", "averageUtilization"}, Form::kNumber},
      {"resource", "currentAverageValue", {"current", "averageValue"}, Form::kSure},
      {"containerResource", "name", {"name"}},
      {"containerResource", "currentAverageUtilization", {"current", "averageUtilization"}, Form::kNumber},
      {"containerResource", "currentAverageValue", {"current", "averageValue"}, Form::kSure},
      {"containerResource", "container", {"container"}},
      {"external", "metricName", {"metric", "name"}},
      {"external", "metricSelector", {"metric", "selector"}, Form::kSelector},
      {"external", "currentValue", {"current", "value"}, Form::kSure},
      {"external", "currentAverageValue", {"current", "averageValue"}, Form::kAmount},
  };
  return rows;
}

constexpr std::string_view kSources[] = {"object", "pods", "resource", "containerResource", "external"};

const Value& At(const Value& from, const std::vector<std::string_view>& path) {
  const Value* at = &from;
  for (const std::string_view part : path) at = &(*at)[part];
  return *at;
}

Value SetAt(const Value& in, const std::vector<std::string_view>& path, size_t depth, const Value& value) {
  if (depth == path.size()) return value;
  return in.Set(path[depth], SetAt(in[path[depth]], path, depth + 1, value));
}

// ---- v2 to v1: texts with their fields in the order of the old structs.

std::string TextOf(const KindRegistry& kinds, Form form, const Value& value) {
  const bool reference = form == Form::kReference;
  if (!reference && form != Form::kSelector) return WriteJson(value);
  return WriteTypedJson(*kinds.FindType(reference ? kReferenceType : kSelectorType), value);
}

std::string OldMetric(const KindRegistry& kinds, const std::vector<MetricField>& rows, const Value& metric) {
  std::string text = "{\"type\":" + WriteJson(metric[names::kType]);
  for (const std::string_view source : kSources) {
    const Value& inner = metric[source];
    if (inner.is_null()) continue;
    std::string fields;
    for (const MetricField& row : rows) {
      if (row.source != source) continue;
      const bool always = row.form == Form::kSure || row.form == Form::kSole;
      const Value value = At(inner, row.path).is_null() && always ? Value("0") : At(inner, row.path);
      if (value.is_null()) continue;
      fields += (fields.empty() ? "" : ",") + WriteJson(Value(row.old)) + ":" + TextOf(kinds, row.form, value);
    }
    text += "," + WriteJson(Value(source)) + ":{" + fields + "}";
  }
  return text + "}";
}

void AddText(std::string& list, const std::string& text) { list += (list.empty() ? "" : ",") + text; }

bool IsCpu(const Value& metric) {
  return metric[names::kType] == "Resource" && metric[kResource][names::kName] == "cpu";
}

// ---- v1 to v2. Go's decoder takes names in any case, and nothing at all of a text with a wrong type in it.

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

const Value& AnyCase(const Value& object, std::string_view name) {
  static const Value kNone;
  if (object.Has(name)) return object[name];
  for (const Field& field : object.fields()) {
    if (SameLetters(field.key.view(), name)) return field.value;
  }
  return kNone;
}

// The document with its keys as the type spells them; what it does not have stays out.
Value Spelled(const TypeRef& ref, const Value& value) {
  if (ref.shape == Shape::kList && value.is_array()) {
    ArrayBuilder list;
    for (const Value& element : value.elements()) list.Add(Spelled(*ref.element, element));
    return list.Build();
  }
  if (ref.shape != Shape::kStruct || ref.type->special != Special::kNone || !value.is_object()) return value;
  ObjectBuilder object;
  for (const FieldInfo* field : ref.type->by_name) {
    const Value& found = AnyCase(value, field->name.view());
    if (!found.is_null()) object.Add(field->name, Spelled(field->type, found));
  }
  return object.Build();
}

std::optional<Value> DecodedAs(const KindRegistry& kinds, std::string_view type_name, const Value& value) {
  const TypeInfo* type = kinds.FindType(type_name);
  Result<Decoded> decoded = Decode(*type, Spelled({Shape::kStruct, type, nullptr}, value));
  if (!decoded.ok()) return std::nullopt;
  return std::move(decoded->value);
}

// The value in v2's form; nothing when it has the wrong type. Null: absent.
std::optional<Value> FieldFrom(const KindRegistry& kinds, Form form, const Value& value) {
  if (value.is_null()) return form == Form::kSure || form == Form::kSole ? Value("0") : Value();
  switch (form) {
    case Form::kText: return value.is_string() ? std::optional(value) : std::nullopt;
    case Form::kNumber: return value.is_int() ? std::optional(value) : std::nullopt;
    case Form::kReference: return DecodedAs(kinds, kReferenceType, value);
    case Form::kSelector: return DecodedAs(kinds, kSelectorType, value);
    default: break;
  }
  const Result<Quantity> amount = Quantity::Parse(value.is_string() ? value.AsString() : WriteJson(value));
  if (!amount.ok()) return std::nullopt;
  return Value(amount->ToString());
}

std::string_view TypeOfTarget(const Value& target) {
  if (target.Has(kUtilization)) return "Utilization";
  return target.Has(kAverageValue) ? "AverageValue" : "Value";
}

std::optional<Value> NewSource(const KindRegistry& kinds, const std::vector<MetricField>& rows, std::string_view source,
                               const Value& old) {
  Value inner = Value::EmptyObject();
  for (const MetricField& row : rows) {
    if (row.source != source) continue;
    const std::optional<Value> value = FieldFrom(kinds, row.form, AnyCase(old, row.old));
    if (!value.has_value()) return std::nullopt;
    const bool none = row.form == Form::kSole && *value == "0" && !AnyCase(old, kAverageValue.view()).is_null();
    if (!value->is_null() && !none) inner = SetAt(inner, row.path, 0, *value);
  }
  if (&rows == &WantedFields()) {
    inner = inner.Set(kTarget, inner[kTarget].Set(names::kType, Value(TypeOfTarget(inner[kTarget]))));
  }
  return inner;
}

std::optional<Value> NewMetric(const KindRegistry& kinds, const std::vector<MetricField>& rows, const Value& old) {
  if (!old.is_object()) return std::nullopt;
  const std::optional<Value> type = FieldFrom(kinds, Form::kText, AnyCase(old, "type"));
  if (!type.has_value()) return std::nullopt;
  Value metric = Value::EmptyObject().Set(names::kType, type->is_null() ? Value("") : *type);
  for (const std::string_view source : kSources) {
    const Value& found = AnyCase(old, source);
    if (found.is_null()) continue;
    std::optional<Value> inner = found.is_object() ? NewSource(kinds, rows, source, found) : std::nullopt;
    if (!inner.has_value()) return std::nullopt;
    metric = metric.Set(source, *std::move(inner));
  }
  return metric;
}

// The list in an annotation; nothing when there is none that can be read.
template <typename Convert>
std::optional<std::vector<Value>> ListIn(const Value& notes, std::string_view key, const Convert& convert) {
  const Result<Value> parsed = ParseJson(notes[key].AsString());
  if (!parsed.ok() || !(parsed->is_array() || parsed->is_null())) return std::nullopt;
  std::vector<Value> list;
  for (const Value& old : parsed->elements()) {
    std::optional<Value> element = convert(old);
    if (!element.has_value()) return std::nullopt;
    list.push_back(*std::move(element));
  }
  return list;
}

Value CpuMetric(Name where, const Value& percentage) {
  Value share = Value::EmptyObject().Set(kUtilization, percentage);
  if (where == kTarget) share = share.Set(names::kType, Value("Utilization"));
  return ObjectBuilder(2)
      .Add(kResource, ObjectBuilder(2).Add(names::kName, "cpu").Add(where, share).Build())
      .Add(names::kType, "Resource")
      .Build();
}

Value WithoutNotes(Value notes) {
  for (const std::string_view key : kNotes) notes = notes.Without(key);
  return notes;
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
  const auto note = [&notes](std::string_view key, const std::string& list) {
    if (!list.empty()) notes = notes.Set(key, Value("[" + list + "]"));
  };
  std::string others;
  Value cpu;
  for (const Value& metric : spec[kMetrics].elements()) {
    const Value& share = metric[kResource][kTarget][kUtilization];
    if (!IsCpu(metric) || !share.is_int()) {
      AddText(others, OldMetric(kinds, WantedFields(), metric));
    } else if (cpu.is_null()) {
      cpu = share;
    }
  }
  note(kMetricsNote, others);
  if (!spec[kBehavior].is_null()) {
    notes = notes.Set(kBehaviorNote, Value(InternalText(*kinds.FindType(kBehaviorType), spec[kBehavior])));
  }
  std::string conditions;
  for (const Value& condition : status[kConditions].elements()) {
    AddText(conditions, WriteTypedJson(*kinds.FindType(kConditionType), condition));
  }
  note(kConditionsNote, conditions);
  std::string measured;
  Value cpu_now;
  for (const Value& metric : status[kCurrentMetrics].elements()) {
    AddText(measured, OldMetric(kinds, MeasuredFields(), metric));
    const Value& share = metric[kResource][kCurrent][kUtilization];
    if (IsCpu(metric) && share.is_int()) cpu_now = share;
  }
  note(kCurrentNote, measured);
  spec = spec.Without(kMetrics).Without(kBehavior);
  if (!cpu.is_null()) spec = spec.Set(kCpu, cpu);
  status = status.Without(kConditions).Without(kCurrentMetrics);
  if (!cpu_now.is_null()) status = status.Set(kCpuNow, cpu_now);
  return AsType(kinds, "autoscaling/v1",
                WithNotes(WithFields(stored, {{names::kSpec, spec}, {names::kStatus, status}}), notes));
}

Value AutoscalerToStorage(const KindRegistry& kinds, const Value& shown) {
  Value spec = shown[names::kSpec];
  Value status = shown[names::kStatus];
  const Value& notes = shown[names::kMetadata][names::kAnnotations];
  const auto wanted = [&kinds](const Value& old) { return NewMetric(kinds, WantedFields(), old); };
  const auto measured = [&kinds](const Value& old) { return NewMetric(kinds, MeasuredFields(), old); };
  std::vector<Value> metrics = ListIn(notes, kMetricsNote, wanted).value_or(std::vector<Value>());
  if (const Value& cpu = spec[kCpu]; cpu.is_int()) metrics.push_back(CpuMetric(kTarget, cpu));
  if (metrics.empty()) metrics.push_back(CpuMetric(kTarget, Value(80)));
  spec = spec.Without(kCpu).Set(kMetrics, Value::Array(std::move(metrics)));
  if (const Result<Value> behavior = ParseJson(notes[kBehaviorNote].AsString());
      behavior.ok() && behavior->is_object()) {
    const std::optional<Value> decoded = DecodedAs(kinds, kBehaviorType, *behavior);
    if (decoded.has_value() && !decoded->empty()) spec = spec.Set(kBehavior, *decoded);
  }
  const auto condition = [&kinds](const Value& old) { return DecodedAs(kinds, kConditionType, old); };
  if (std::optional<std::vector<Value>> list = ListIn(notes, kConditionsNote, condition); list && !list->empty()) {
    status = status.Set(kConditions, Value::Array(*std::move(list)));
  }
  std::optional<std::vector<Value>> now = ListIn(notes, kCurrentNote, measured);
  if (!now && status[kCpuNow].is_int()) now = {CpuMetric(kCurrent, status[kCpuNow])};
  if (now && !now->empty()) status = status.Set(kCurrentMetrics, Value::Array(*std::move(now)));
  status = status.Without(kCpuNow);
  return AsType(kinds, "autoscaling/v2",
                WithNotes(WithFields(shown, {{names::kSpec, spec}, {names::kStatus, status}}), WithoutNotes(notes)));
}

}  // namespace wavetank::sim
