#include "runtime/transport/request.h"

namespace wavetank {

std::string_view VerbName(Verb verb) {
  switch (verb) {
    case Verb::kGet: return "get";
    case Verb::kList: return "list";
    case Verb::kWatch: return "watch";
    case Verb::kCreate: return "create";
    case Verb::kUpdate: return "update";
    case Verb::kPatch: return "patch";
    case Verb::kDelete: return "delete";
    case Verb::kDeleteCollection: return "deletecollection";
  }
  return "?";
}

std::string_view WatchEventTypeName(WatchEvent::Type type) {
  switch (type) {
    case WatchEvent::Type::kAdded: return "ADDED";
    case WatchEvent::Type::kModified: return "MODIFIED";
    case WatchEvent::Type::kDeleted: return "DELETED";
    case WatchEvent::Type::kBookmark: return "BOOKMARK";
    case WatchEvent::Type::kError: return "ERROR";
  }
  return "?";
}

std::string ApiRequest::Describe() const {
  std::string out(VerbName(verb));
  out += " ";
  out += resource.group_resource();
  if (!subresource.empty()) out.append("/").append(subresource.view());
  const String& shown = name.empty() ? body[names::kMetadata][names::kName].ToSharedString() : name;
  if (!ns.empty() || !shown.empty()) out.append(" ");
  if (!ns.empty()) out.append(ns.view()).append(shown.empty() ? "" : "/");
  out += shown.view();
  if (verb == Verb::kCreate && shown.empty()) {
    out.append("/").append(body[names::kMetadata][names::kGenerateName].AsString()).append("*");
  }
  return out;
}

ApiRequest CloneRequest(const ApiRequest& request) {
  ApiRequest copy(request.verb, request.resource);
  copy.patch_type = request.patch_type;
  copy.field_validation = request.field_validation;
  copy.dry_run = request.dry_run;
  copy.force = request.force;
  copy.ns = request.ns;
  copy.name = request.name;
  copy.subresource = request.subresource;
  copy.field_manager = request.field_manager;
  copy.resource_version = request.resource_version;
  copy.body = request.body;
  copy.options = request.options;
  if (request.list != nullptr) copy.list = std::make_unique<ListOptions>(*request.list);
  if (request.source != nullptr) copy.source = std::make_unique<const BodySource>(*request.source);
  return copy;
}

Value ApiResponse::Document() const {
  if (object) return object.value();
  // Only a list has a kind that ends so; an empty one has no items to tell it by.
  if (!body[names::kKind].AsString().ends_with("List")) return body;
  std::vector<Value> values;
  values.reserve(items.size());
  for (const Object& item : items) values.push_back(item.value());
  return body.Set(names::kItems, Value::Array(std::move(values)));
}

}  // namespace wavetank
