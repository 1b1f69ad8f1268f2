// A HorizontalPodAutoscaler's row: each metric as "what it is / what it shall be", of the stored form (versions.h).
#include "runtime/base/strings.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

// Where the figures of a type of metric stand.
struct MetricForm {
  std::string_view type;
  std::string_view field;
  bool named;     // the resource's name comes first, and a missing average means a percentage
  bool averaged;  // an average says so
};
constexpr MetricForm kForms[] = {{"External", "external", false, true},
                                 {"Object", "object", false, true},
                                 {"Pods", "pods", false, false},
                                 {"Resource", "resource", true, false},
                                 {"ContainerResource", "containerResource", true, false}};

std::string Percent(const Value& number, std::string_view absent) {
  return number.is_null() ? std::string(absent) : std::to_string(number.AsInt()) + "%";
}

// A figure that is missing in a status that is there prints as nothing that was measured: zero, or Go's nil quantity.
std::string Figure(const Value& quantity, std::string_view absent) { return std::string(quantity.AsString(absent)); }

std::string Metric(const Value& spec, const Value& status) {
  for (const MetricForm& form : kForms) {
    if (spec["type"] != form.type) continue;
    const Value& target = spec[form.field]["target"];
    const bool known = !status[form.field].is_null();
    const Value& current = status[form.field]["current"];
    const bool average = !target["averageValue"].is_null();
    const std::string name = form.named ? std::string(spec[form.field]["name"].AsString()) + ": " : "";
    const std::string_view absent = known ? "<nil>" : "<unknown>";
    if (form.named && !average) {
      return name + Percent(current["averageUtilization"], "<unknown>") + "/" +
             Percent(target["averageUtilization"], "<auto>");
    }
    if (average || form.type == "Pods") {
      const std::string have = Figure(current["averageValue"], form.averaged ? "<unknown>" : absent);
      return name + have + "/" + Figure(target["averageValue"], "<nil>") + (form.averaged ? " (avg)" : "");
    }
    return Figure(current["value"], absent) + "/" + Figure(target["value"], "<nil>");
  }
  return "<unknown type>";
}

}  // namespace

void PrintAutoscaler(Row& row) {
  const Value& spec = row["spec"];
  const Value& metrics = spec["metrics"];
  const Value& current = row["status"]["currentMetrics"];
  std::vector<std::string> texts;
  for (size_t i = 0; i < metrics.size(); ++i) texts.push_back(Metric(metrics[i], current[i]));
  const Value& target = spec["scaleTargetRef"];
  row.Name().Add(std::string(target["kind"].AsString()) + "/" + std::string(target["name"].AsString()));
  row.Add(CutList(texts, 2, ", ", "<none>"));
  row.Add(spec["minReplicas"].is_null() ? "<unset>" : std::to_string(spec["minReplicas"].AsInt()));
  row.Int(spec["maxReplicas"]).Int(row["status"]["currentReplicas"]).Age();
}

}  // namespace wavetank::sim
