#include "sim/apiserver/table_printers.h"

#include "runtime/api/selectors.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/table.h"

namespace wavetank::sim {

Row& Row::Name() { return Text(object["metadata"]["name"]); }

Row& Row::Text(const Value& text, std::string_view absent) { return Add(text.AsString(absent)); }

Row& Row::TextOr(const Value& text, std::string_view empty) {
  return Add(text.AsString().empty() ? empty : text.AsString());
}

std::string Row::Since(const Value& time) const {
  const std::optional<Time> moment = ParseTime(time.AsString());
  return moment ? HumanDuration(now - *moment) : "<unknown>";
}

Row& Row::Containers(const Value& pod_spec) {
  for (const char* field : {"name", "image"}) {
    std::string texts;
    for (const Value& container : pod_spec["containers"].elements()) {
      if (&container != &pod_spec["containers"][0]) texts += ',';
      texts += container[field].AsString();
    }
    Add(texts);
  }
  return *this;
}

Row& Row::Selector(const Value& selector) {
  const Result<LabelSelector> parsed = LabelSelector::FromValue(selector);
  if (!parsed.ok()) return Add("<error>");
  const std::string text = parsed->ToString();
  return Add(text.empty() ? "<none>" : text);
}

void PrintScale(Row& row) { row.Name().Int(row["spec"]["replicas"]).Int(row["status"]["replicas"]).Age(); }
void PrintNameAndAge(Row& row) { row.Name().Age(); }
void PrintNameAndCreation(Row& row) { row.Name().TextOr(row["metadata"]["creationTimestamp"], "0001-01-01T00:00:00Z"); }

Printer FindPrinter(std::string_view group, std::string_view kind) {
  for (const std::span<const PrinterRow> rows : {CorePrinters(), WorkloadPrinters(), PolicyPrinters()}) {
    for (const PrinterRow& row : rows) {
      if (row.kind == kind && row.group == group) return row.print;
    }
  }
  return nullptr;
}

std::string LabelsText(const Value& labels) {
  std::string out;
  for (const Field& label : labels.fields()) {
    if (!out.empty()) out += ',';
    out += label.key.str() + "=" + std::string(label.value.AsString());
  }
  return out.empty() ? "<none>" : out;
}

std::string JoinTexts(const Value& list, std::string_view separator) {
  std::vector<std::string_view> texts;
  for (const Value& text : list.elements()) texts.push_back(text.AsString());
  return Join(texts, separator);
}

const Value& FirstWith(const Value& list, std::string_view key, std::string_view value) {
  static const Value kNone;
  for (const Value& element : list.elements()) {
    if (element[key] == value) return element;
  }
  return kNone;
}

std::string CutList(const std::vector<std::string>& all, size_t max, std::string_view separator,
                    std::string_view empty) {
  if (all.size() <= max) return all.empty() ? std::string(empty) : Join(all, separator);
  return Join(std::span(all).first(max), separator) + " + " + std::to_string(all.size() - max) + " more...";
}

}  // namespace wavetank::sim
