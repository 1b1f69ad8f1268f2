#include "sim/front/transform.h"

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/table.h"
#include "sim/apiserver/versions.h"

namespace wavetank::sim {
namespace {

bool IsList(const ApiResponse& response) {
  return !response.object && response.body[names::kKind].AsString().ends_with("List");
}

// The Go type of a list or an object, as messages name it: of the group's internal package.
std::string GoType(const ResourceInfo& resource, bool list) {
  const bool custom = resource.type == nullptr || resource.owner != nullptr;
  if (custom) return list ? "*unstructured.UnstructuredList" : "*unstructured.Unstructured";
  const std::string_view group = resource.gvk.group.view();
  // Both groups of events have one internal type.
  const std::string_view package =
      group.empty() || group == "events.k8s.io" ? "core" : group.substr(0, group.find('.'));
  std::string out = "*" + std::string(package) + ".";
  return list ? out + resource.list_kind : out.append(resource.gvk.kind.view());
}

Result<TableOptions> OptionsOf(const Transform& transform, const TransformInput& input) {
  WT_ASSIGN(const IncludeObject include, ParseIncludeObject(input.include_object));
  const bool headers = !input.watch_event || input.first_event;
  return TableOptions{input.now, include, transform.version, headers};
}

// Of a kind that is printed as it is stored, when it was asked for in another version.
const KindVersion* PrintedVersion(const ResourceInfo& resource) {
  const KindVersion* version = FindKindVersion(resource.gvr);
  return version != nullptr && version->printed_as_stored ? version : nullptr;
}

Value Printed(const TransformInput& input, const Value& document) {
  const KindVersion* version = PrintedVersion(input.resource);
  if (version == nullptr || document[names::kSpec].is_null()) return document;
  if (document[names::kApiVersion] != input.resource.gvk.api_version()) return document;
  return version->to_storage(input.server.kinds(), document);
}

// The table with its objects in the version that was asked for.
Value WithShownObjects(const TransformInput& input, const TableOptions& options, Value table) {
  const KindVersion* version = PrintedVersion(input.resource);
  if (version == nullptr || options.include != IncludeObject::kObject) return table;
  ArrayBuilder rows;
  for (const Value& row : table["rows"].elements()) {
    rows.Add(row.Set("object", version->from_storage(input.server.kinds(), row["object"])));
  }
  return table.Set("rows", rows.Build());
}

Status IsAList(const ResourceInfo& resource) {
  return NotAcceptableError("you requested PartialObjectMetadata, but the requested object is a list (" +
                            GoType(resource, true) + ")");
}
Status IsNoList(const ResourceInfo& resource) {
  return NotAcceptableError("you requested PartialObjectMetadataList, but the requested object is not a list (" +
                            GoType(resource, false) + ")");
}

Result<Value> Single(const Transform& transform, const Value& document, const TransformInput& input) {
  switch (transform.kind) {
    case Transform::Kind::kPartialMetadata: return PartialMetadata(Printed(input, document), transform.version);
    case Transform::Kind::kPartialMetadataList: return IsNoList(input.resource);
    case Transform::Kind::kTable: break;
  }
  WT_ASSIGN(const TableOptions options, OptionsOf(transform, input));
  return WithShownObjects(input, options, TableOfOne(input.resource, Printed(input, document), options));
}

}  // namespace

void AskAsPrinted(ApiRequest& request) {
  const bool read = request.verb == Verb::kGet || request.verb == Verb::kList || request.verb == Verb::kWatch;
  const KindVersion* version = FindKindVersion(request.resource);
  if (!read || version == nullptr || !version->printed_as_stored) return;
  request.resource = Gvr(version->stored_group, version->stored_version, version->resource);
}

Status CheckTransform(const Transform& transform, std::string_view include_object) {
  if (transform.kind != Transform::Kind::kTable) return {};
  return ParseIncludeObject(include_object).status();
}

Result<Value> TransformResponse(const Transform& transform, const ApiResponse& response, const TransformInput& input) {
  if (!IsList(response)) return Single(transform, response.Document(), input);
  const Value& metadata = response.body[names::kMetadata];
  switch (transform.kind) {
    case Transform::Kind::kPartialMetadata: return IsAList(input.resource);
    case Transform::Kind::kPartialMetadataList: return PartialMetadataList(response.items, metadata, transform.version);
    case Transform::Kind::kTable: break;
  }
  WT_ASSIGN(const TableOptions options, OptionsOf(transform, input));
  return WithShownObjects(input, options, TableOfList(input.resource, response.items, metadata, options));
}

Result<Value> TransformObject(const Transform& transform, const Object& object, const TransformInput& input) {
  return Single(transform, object.value(), input);
}

}  // namespace wavetank::sim
