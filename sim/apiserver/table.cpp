#include "sim/apiserver/table.h"

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

Value Column(std::string_view name, std::string_view type, std::string_view format, int priority) {
  return ObjectBuilder(5)
      .Add("name", name)
      .Add("type", type)
      .Add("format", format)
      .Add("description", "")  // descriptions are left out everywhere
      .Add("priority", priority)
      .Build();
}

// How the rows of a table come about: its columns, and who fills the cells.
struct Layout {
  std::vector<ColumnInfo> columns;
  void (*print)(Row& row) = nullptr;
  bool null_when_empty = false;  // the table of a kind without printer
};

Layout LayoutOf(const ResourceInfo& resource, std::string_view kind) {
  if (kind == "Scale" && kind != resource.gvk.kind.view()) {
    return {{{"Name", "string", "", 0},
             {"Desired", "integer", "", 0},
             {"Available", "integer", "", 0},
             {"Age", "string", "", 0}},
            PrintScale};
  }
  const bool custom = resource.owner != nullptr || resource.type == nullptr;
  if (custom) return {{{"Name", "string", "name", 0}, {"Age", "date", "", 0}}, PrintNameAndAge};
  Layout layout{resource.columns, FindPrinter(resource.gvk.group.view(), resource.gvk.kind.view())};
  if (layout.print != nullptr) return layout;
  return {{{"Name", "string", "name", 0}, {"Created At", "date", "", 0}}, PrintNameAndCreation, true};
}

// A bookmark that ends the initial events shows its metadata whatever was asked for.
bool EndsInitialEvents(const Value& object) {
  return object[names::kMetadata][names::kAnnotations]["k8s.io/initial-events-end"] == "true";
}

Value Beside(const Value& object, const TableOptions& options) {
  if (options.include == IncludeObject::kObject) return object;
  if (options.include == IncludeObject::kMetadata || EndsInitialEvents(object)) {
    return PartialMetadata(object, options.version);
  }
  return {};
}

Value RowOf(const Layout& layout, const Value& object, const TableOptions& options) {
  Row row(object, options.now);
  layout.print(row);
  ObjectBuilder out(3);
  out.Add("cells", Value::Array(std::move(row.cells)));
  if (!row.conditions.is_null()) out.Add("conditions", row.conditions);
  out.Add("object", Beside(object, options));
  return out.Build();
}

// The parts of a list's metadata that tables and metadata lists have.
Value ListMetadata(const Value& metadata) {
  ObjectBuilder out(3);
  for (const char* name : {"resourceVersion", "continue"}) {
    if (!metadata[name].empty()) out.Add(name, metadata[name]);
  }
  if (!metadata["remainingItemCount"].is_null()) out.Add("remainingItemCount", metadata["remainingItemCount"]);
  return out.Build();
}

std::string ApiVersion(std::string_view version) { return "meta.k8s.io/" + std::string(version); }

Value Assemble(const Layout& layout, std::vector<Value> rows, const Value& metadata, const TableOptions& options) {
  Value columns;
  if (options.headers) {
    ArrayBuilder list;
    for (const ColumnInfo& c : layout.columns) list.Add(Column(c.name, c.type, c.format, c.priority));
    columns = list.Build();
  }
  Value list = rows.empty() && layout.null_when_empty ? Value() : Value::Array(std::move(rows));
  return ObjectBuilder(5)
      .Add("kind", "Table")
      .Add("apiVersion", ApiVersion(options.version))
      .Add("metadata", ListMetadata(metadata))
      .Add("columnDefinitions", std::move(columns))
      .Add("rows", std::move(list))
      .Build();
}

}  // namespace

Result<IncludeObject> ParseIncludeObject(std::string_view text) {
  if (text.empty() || text == "Metadata") return IncludeObject::kMetadata;
  if (text == "Object") return IncludeObject::kObject;
  if (text == "None") return IncludeObject::kNone;
  return BadRequestError("Unable to convert to Table as requested: includeObject: Invalid value: \"" +
                         std::string(text) + "\": must be 'Metadata', 'Object', 'None', or empty");
}

Value TableOfList(const ResourceInfo& resource, std::span<const Object> items, const Value& metadata,
                  const TableOptions& options) {
  const Layout layout = LayoutOf(resource, resource.gvk.kind.view());
  std::vector<Value> rows;
  rows.reserve(items.size());
  for (const Object& item : items) rows.push_back(RowOf(layout, item.value(), options));
  return Assemble(layout, std::move(rows), metadata, options);
}

Value TableOfOne(const ResourceInfo& resource, const Value& document, const TableOptions& options) {
  const Layout layout = LayoutOf(resource, document[names::kKind].AsString());
  const Value metadata =
      ObjectBuilder().Add("resourceVersion", document[names::kMetadata][names::kResourceVersion].AsString()).Build();
  return Assemble(layout, {RowOf(layout, document, options)}, metadata, options);
}

namespace {

// Annotations that stand for fields of the server's own types: who only gets metadata does not see them.
struct HiddenRow {
  std::string_view kind;
  std::string_view annotation;
};
constexpr HiddenRow kHidden[] = {{"DaemonSet", "deprecated.daemonset.template.generation"}};

Value WithoutHidden(const Value& object) {
  const Value& metadata = object[names::kMetadata];
  for (const HiddenRow& row : kHidden) {
    if (object[names::kKind] != row.kind) continue;
    const Value left = metadata[names::kAnnotations].Without(row.annotation);
    return left.empty() ? metadata.Without(names::kAnnotations) : metadata.Set(names::kAnnotations, left);
  }
  return metadata;
}

}  // namespace

Value PartialMetadata(const Value& object, std::string_view version) {
  const Value metadata = WithoutHidden(object);
  return ObjectBuilder(3)
      .Add("kind", "PartialObjectMetadata")
      .Add("apiVersion", ApiVersion(version))
      .Add("metadata", metadata.is_object() ? metadata : Value::EmptyObject())
      .Build();
}

Value PartialMetadataList(std::span<const Object> items, const Value& metadata, std::string_view version) {
  ArrayBuilder list;
  for (const Object& item : items) list.Add(PartialMetadata(item.value(), version));
  return ObjectBuilder(4)
      .Add("kind", "PartialObjectMetadataList")
      .Add("apiVersion", ApiVersion(version))
      .Add("metadata", ListMetadata(metadata))
      .Add("items", items.empty() ? Value() : list.Build())
      .Build();
}

std::string HumanDuration(Duration duration) {
  const int64_t seconds = duration.count() / 1'000'000'000;  // towards zero
  if (seconds < -1) return "<invalid>";
  if (seconds < 0) return "0s";
  const auto print = [](int64_t a, const char* unit, int64_t b, const char* small) {
    std::string out = std::to_string(a) + unit;
    if (b > 0) out += std::to_string(b) + small;
    return out;
  };
  if (seconds < 120) return print(seconds, "s", 0, "");
  const int64_t minutes = seconds / 60;
  if (minutes < 10) return print(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return print(minutes, "m", 0, "");
  const int64_t hours = minutes / 60;
  if (hours < 8) return print(hours, "h", minutes % 60, "m");
  if (hours < 48) return print(hours, "h", 0, "");
  const int64_t days = hours / 24;
  if (days < 8) return print(days, "d", hours % 24, "h");
  if (days < 730) return print(days, "d", 0, "");
  if (days < 2920) return print(days / 365, "y", days % 365, "d");
  return print(days / 365, "y", 0, "");
}

}  // namespace wavetank::sim
