#include "sim/front/transform.h"

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "sim/apiserver/table.h"

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
    case Transform::Kind::kPartialMetadata: return PartialMetadata(document, transform.version);
    case Transform::Kind::kPartialMetadataList: return IsNoList(input.resource);
    case Transform::Kind::kTable: break;
  }
  WT_ASSIGN(const TableOptions options, OptionsOf(transform, input));
  return TableOfOne(input.resource, document, options);
}

}  // namespace

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
  return TableOfList(input.resource, response.items, metadata, options);
}

Result<Value> TransformObject(const Transform& transform, const Object& object, const TransformInput& input) {
  return Single(transform, object.value(), input);
}

}  // namespace wavetank::sim
