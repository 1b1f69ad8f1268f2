// Printers: what stands in the cells of a kind's row. One function a kind, found by a table.
//
//   void PrintLease(Row& row) { row.Name().Text(row["spec"]["holderIdentity"]).Age(); }
//
// For the files of this folder. The order of cells is that of the kind's columns.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/time.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// The cells of one object, filled from left to right.
class Row {
 public:
  Row(const Value& object, Time now) : object(object), now(now) {}
  const Value& operator[](std::string_view field) const { return object[field]; }

  Row& Add(Value cell) {
    cells.push_back(std::move(cell));
    return *this;
  }
  Row& Name();
  // A text; `absent` stands for a missing one.
  Row& Text(const Value& text, std::string_view absent = "");
  // The same, for an empty text too.
  Row& TextOr(const Value& text, std::string_view empty);
  Row& Int(const Value& number) { return Add(number.AsInt()); }
  Row& Count(const Value& list) { return Add(static_cast<int64_t>(list.size())); }
  Row& Bool(const Value& flag, bool absent) { return Add(flag.AsBool(absent)); }
  // Since the object was created, or since another moment: "5m", "<unknown>".
  Row& Age() { return Add(Since(object["metadata"]["creationTimestamp"])); }
  std::string Since(const Value& time) const;
  // Names and images of containers, comma-separated: two cells.
  Row& Containers(const Value& pod_spec);
  // matchLabels and expressions as text; "<none>" for one without.
  Row& Selector(const Value& selector);

  const Value& object;
  const Time now;
  std::vector<Value> cells;
  Value conditions;  // of the row; null for none
};

using Printer = void (*)(Row& row);
struct PrinterRow {
  std::string_view group;
  std::string_view kind;
  Printer print;
};
std::span<const PrinterRow> WorkloadPrinters();  // table_workloads.cpp
std::span<const PrinterRow> CorePrinters();      // table_core.cpp
std::span<const PrinterRow> PolicyPrinters();    // table_policy.cpp
// Null: the kind has none.
Printer FindPrinter(std::string_view group, std::string_view kind);

void PrintPod(Row& row);         // table_pod.cpp
void PrintAutoscaler(Row& row);  // table_autoscaler.cpp
void PrintScale(Row& row);
void PrintNameAndAge(Row& row);
void PrintNameAndCreation(Row& row);

// ---- Helpers of several printers

// "a=1,b=2"; "<none>" for none.
std::string LabelsText(const Value& labels);
// The texts of a list, joined.
std::string JoinTexts(const Value& list, std::string_view separator);
// The first of a list of conditions (or of anything) whose `key` is `value`; null when there is none.
const Value& FirstWith(const Value& list, std::string_view key, std::string_view value);
// Lists that are cut after `max` entries: "a,b,c + 2 more...".
std::string CutList(const std::vector<std::string>& all, size_t max, std::string_view separator,
                    std::string_view empty);

}  // namespace wavetank::sim
