// Events: old ones (without eventTime) are hardly looked at, new ones strictly when they come through events.k8s.io
// (API-820). Errors name the fields as the stored form does.
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validation.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAction("action");
const Name kCount("count");
const Name kEventTime("eventTime");
const Name kFirstTimestamp("firstTimestamp");
const Name kInvolvedObject("involvedObject");
const Name kLastObservedTime("lastObservedTime");
const Name kLastTimestamp("lastTimestamp");
const Name kRelated("related");
const Name kReportingComponent("reportingComponent");
const Name kReportingInstance("reportingInstance");
const Name kSeries("series");
const Name kSource("source");

void CheckLength(const Value& text, size_t most, std::string_view field, FieldErrors& errors) {
  if (text.size() <= most) return;
  errors.Add(field::Invalid(field, Value(""), "can have at most " + std::to_string(most) + " characters"));
}

// Of objects without a namespace, events lie in the default one.
void CheckNamespace(const Value& object, FieldErrors& errors) {
  const std::string_view ns = object[names::kMetadata][names::kNamespace].AsString();
  const Value& involved = object[kInvolvedObject][names::kNamespace];
  const bool dated = !object[kEventTime].is_null();
  bool fits = involved.empty() ? ns == "default" || ns.empty() || (dated && ns == "kube-system") : involved == ns;
  if (dated && !involved.empty()) fits = true;
  if (fits) return;
  errors.Add(field::Invalid("involvedObject.namespace", involved.is_null() ? Value("") : involved,
                            "does not match event.namespace"));
}

// What every event has to be; `controller`: how the version calls who reports.
void CheckBasics(const Value& object, std::string_view controller, FieldErrors& errors) {
  CheckNamespace(object, errors);
  if (object[kEventTime].is_null()) return;
  const Value& reporter = object[kReportingComponent];
  if (reporter.empty()) errors.Add(field::Required(controller));
  for (const std::string& complaint : CheckQualifiedName(reporter.AsString())) {
    errors.Add(field::Invalid(controller, reporter.is_null() ? Value("") : reporter, complaint));
  }
  if (object[kReportingInstance].empty()) errors.Add(field::Required("reportingInstance"));
  CheckLength(object[kReportingInstance], 128, "reportingInstance", errors);
  if (object[kAction].empty()) errors.Add(field::Required("action"));
  CheckLength(object[kAction], 128, "action", errors);
  if (object[words::kReason].empty()) errors.Add(field::Required("reason"));
  CheckLength(object[words::kReason], 128, "reason", errors);
  CheckLength(object[words::kMessage], 1024, "message", errors);
}

void CheckSeries(const Value& series, FieldErrors& errors) {
  if (series.is_null()) return;
  if (series[kCount].AsInt() < 2) errors.Add(field::Invalid("series.count", Value(""), "should be at least 2"));
  if (series[kLastObservedTime].is_null()) errors.Add(field::Required("series.lastObservedTime"));
}

void CheckUnset(bool unset, std::string_view field, FieldErrors& errors) {
  if (!unset) errors.Add(field::Invalid(field, Value(""), "needs to be unset"));
}

// References print as Go's own struct, whose fields have no JSON names.
std::string ReferenceText(const Value& reference) {
  struct Row {
    std::string_view go;
    std::string_view json;
  };
  static constexpr Row kRows[] = {{"Kind", "kind"},
                                  {"Namespace", "namespace"},
                                  {"Name", "name"},
                                  {"UID", "uid"},
                                  {"APIVersion", "apiVersion"},
                                  {"ResourceVersion", "resourceVersion"},
                                  {"FieldPath", "fieldPath"}};
  if (reference.is_null()) return "null";
  std::string text;
  for (const Row& row : kRows) {
    const std::string value = FieldValueText(Value(reference[row.json].AsString()));
    text += (text.empty() ? "{\"" : ",\"") + std::string(row.go) + "\":" + value;
  }
  return text + "}";
}

}  // namespace

void CheckEvent(const Value& object, FieldErrors& errors) { CheckBasics(object, "reportingComponent", errors); }

void CheckNewEvent(const Value& object, FieldErrors& errors) {
  const Value& name = object[names::kMetadata][names::kName];
  AddAll(CheckDnsSubdomain(name.AsString()), Path(nullptr, "metadata.name"), name, errors);
  CheckBasics(object, "reportingController", errors);
  CheckSeries(object[kSeries], errors);
  if (object[kEventTime].is_null()) errors.Add(field::Required("eventTime"));
  const Value& type = object[names::kType];
  if (type != "Normal" && type != "Warning") {
    errors.Add(field::Invalid("type", Value(""), "has invalid value: " + std::string(type.AsString())));
  }
  CheckUnset(object[kFirstTimestamp].is_null(), "firstTimestamp", errors);
  CheckUnset(object[kLastTimestamp].is_null(), "lastTimestamp", errors);
  CheckUnset(object[kCount].AsInt() == 0, "count", errors);
  CheckUnset(object[kSource].empty(), "source", errors);
}

// Likewise.
std::string SourceText(const Value& source) {
  const auto text = [&source](std::string_view field) {
    return FieldValueText(source[field].is_null() ? Value("") : source[field]);
  };
  return "{\"Component\":" + text("component") + ",\"Host\":" + text("host") + "}";
}

void CheckNewEventChange(std::string_view, const Value& object, const Object& stored, FieldErrors& errors) {
  CheckBasics(object, "reportingController", errors);
  const Value& before = stored.value();
  if (!(object[kSeries] == before[kSeries])) CheckSeries(object[kSeries], errors);
  struct Row {
    Name field;
    bool reference = false;
    bool time = false;
  };
  static const Row kFixed[] = {
      {kInvolvedObject, true},        {words::kReason, false},       {words::kMessage, false}, {kSource, false},
      {kFirstTimestamp, false, true}, {kLastTimestamp, false, true}, {kCount, false},          {words::kReason, false},
      {names::kType, false},          {kEventTime, false, true},     {kAction, false},         {kRelated, true},
      {kReportingComponent, false},   {kReportingInstance, false}};
  for (const Row& row : kFixed) {
    const Value& now = object[row.field];
    if (now == before[row.field]) continue;
    std::string text =
        row.reference ? ReferenceText(now) : FieldValueText(now.is_null() && !row.time ? Value("") : now);
    if (row.field == kSource) text = SourceText(now);
    const std::string_view shown = row.field == kReportingComponent ? "reportingController" : row.field.view();
    errors.Add(field::InvalidText(shown, text, "field is immutable"));
  }
}

}  // namespace wavetank::sim
