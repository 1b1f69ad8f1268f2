#include <algorithm>
#include <set>

#include "sim/apiserver/discovery.h"
#include "sim/apiserver/openapi.h"
#include "sim/apiserver/openapi_operations.h"
#include "sim/apiserver/openapi_schema.h"

namespace wavetank::sim {
namespace {

// Pages that are described although no group stands behind them.
constexpr std::string_view kPages[] = {".well-known/openid-configuration", "api", "apis", "openid/v1/jwks", "version"};

struct DocumentPlace {
  std::string group;
  std::string version;  // empty: the document of a page
  std::string page;     // "/apis/apps/"
};

bool IsCustom(const KindRegistry& kinds, std::string_view group) {
  const std::vector<const ResourceInfo*> all = kinds.Resources();
  return std::ranges::any_of(all, [&](const ResourceInfo* r) {
    return r->gvr.group.view() == group && (r->owner != nullptr || r->type == nullptr);
  });
}

std::optional<DocumentPlace> Place(const KindRegistry& kinds, std::string_view path) {
  if (std::ranges::find(kPages, path) != std::end(kPages)) return DocumentPlace{"", "", "/" + std::string(path) + "/"};
  if (path == "api/v1") return DocumentPlace{"", "v1", ""};
  if (!path.starts_with("apis/")) return std::nullopt;
  path.remove_prefix(5);
  const std::string group(path.substr(0, path.find('/')));
  if (group.empty() || !ServesGroup(kinds, group)) return std::nullopt;
  if (group.size() == path.size()) return DocumentPlace{group, "", "/apis/" + group + "/"};
  const std::string version(path.substr(group.size() + 1));
  if (!ServesVersion(kinds, group, version)) return std::nullopt;
  return DocumentPlace{group, version, ""};
}

class Writer {
 public:
  Writer(const KindRegistry& kinds, const DocumentPlace& place)
      : kinds_(kinds), place_(place), custom_(IsCustom(kinds, place.group)) {}

  Value Write() {
    std::vector<ApiPath> paths;
    if (place_.version.empty()) {
      paths.push_back(RootPath(place_.page, place_.group));
    } else {
      paths = PathsOf(kinds_, place_.group, place_.version);
    }
    ObjectBuilder out;
    for (const ApiPath& path : paths) out.Add(path.path, Path(path));
    const Value items = out.Build();
    ObjectBuilder components;
    Value schemas = Schemas();
    if (!schemas.empty()) components.Add("schemas", std::move(schemas));
    components.Add("securitySchemes", TokenScheme());
    return ObjectBuilder()
        .Add("openapi", "3.0.0")
        .Add("info", DocumentInfo())
        .Add("paths", items)
        .Add("components", components.Build())
        .Build();
  }

 private:
  Value Path(const ApiPath& path) {
    ObjectBuilder out;
    for (const ApiOperation& op : path.operations) out.Add(op.method, Operation(op));
    if (!path.parameters.empty()) out.Add("parameters", Parameters(path.parameters));
    return out.Build();
  }

  Value Operation(const ApiOperation& op) {
    ObjectBuilder out;
    out.Add("tags", Value::Array({Tag()})).Add("operationId", op.id);
    if (!op.parameters.empty()) out.Add("parameters", Parameters(op.parameters));
    if (!op.body.empty()) out.Add("requestBody", Body(op));
    AddAnswers(op, "content", Content(op.gives, op.answer), out);
    return out.Build();
  }

  std::string Tag() const {
    struct PageTag {
      std::string_view page, tag;
    };
    constexpr PageTag kTags[] = {{"/apis/", "apis"},
                                 {"/version/", "version"},
                                 {"/.well-known/openid-configuration/", "WellKnown"},
                                 {"/openid/v1/jwks/", "openid"}};
    for (const PageTag& row : kTags) {
      if (row.page == place_.page) return std::string(row.tag);
    }
    return ApiTag(place_.group, place_.version);
  }

  static Value Parameters(const std::vector<ApiParameter>& parameters) {
    ArrayBuilder out;
    for (const ApiParameter& p : parameters) {
      ObjectBuilder one;
      one.Add("name", p.name).Add("in", p.in);
      if (p.in == "path") one.Add("required", true);
      one.Add("schema", ObjectBuilder().Add("type", p.type).Add("uniqueItems", true).Build());
      out.Add(one.Build());
    }
    return out.Build();
  }

  Value Body(const ApiOperation& op) {
    // Custom resources say which formats their bodies may have; of built-in ones anything goes.
    const ApiMedia media = custom_ && op.takes == ApiMedia::kAnything ? ApiMedia::kDocuments : op.takes;
    ObjectBuilder out;
    out.Add("content", Content(media, op.body));
    if (op.body_required) out.Add("required", true);
    return out.Build();
  }

  Value Content(ApiMedia media, const std::string& schema) {
    if (!schema.empty()) wanted_.insert(schema);
    const Value inner =
        schema.empty() ? ObjectBuilder().Add("type", "string").Build() : Reference(schema, SchemaStyle::kV3);
    const Value entry = ObjectBuilder().Add("schema", inner).Build();
    ObjectBuilder out;
    for (const std::string_view type : MediaTypes(media, custom_)) out.Add(type, entry);
    return out.Build();
  }

  static std::vector<std::string_view> MediaTypes(ApiMedia media, bool custom) {
    std::vector<std::string_view> types = {"application/json", "application/yaml"};
    if (!custom) types.push_back("application/vnd.kubernetes.protobuf");
    switch (media) {
      case ApiMedia::kAnything: return {"*/*"};
      case ApiMedia::kJson: return {"application/json"};
      case ApiMedia::kKeySet: return {"application/jwk-set+json"};
      case ApiMedia::kLog: types.push_back("text/plain"); break;
      case ApiMedia::kStreams:
        if (!custom)
          types.insert(types.end(),
                       {"application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"});
        break;
      case ApiMedia::kPatches:
        types = {"application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"};
        if (!custom) types.push_back("application/strategic-merge-patch+json");
        break;
      default: break;
    }
    return types;
  }

  // Everything that is referred to, and what that refers to.
  Value Schemas() {
    std::vector<const TypeInfo*> types;
    for (const std::string& name : wanted_) types.push_back(FindType(name));
    return SchemasOf(std::move(types), SchemaStyle::kV3, place_.group, place_.version);
  }

  // A built-in type, or one that a resource of the overlay brought along.
  const TypeInfo* FindType(const std::string& name) const {
    if (const TypeInfo* type = kinds_.FindType(name); type != nullptr) return type;
    for (const ResourceInfo* r : kinds_.Resources()) {
      for (const TypeInfo* type : {r->type, r->list_type}) {
        if (type != nullptr && type->name == name) return type;
      }
    }
    return nullptr;
  }

  const KindRegistry& kinds_;
  const DocumentPlace& place_;
  const bool custom_;
  std::set<std::string> wanted_;
};

}  // namespace

std::vector<std::string> OpenApiV3Paths(const KindRegistry& kinds) {
  std::set<std::string> paths(std::begin(kPages), std::end(kPages));
  for (const GroupInfo& group : kinds.Groups()) {
    const std::string root = group.name.empty() ? "api" : "apis/" + group.name;
    paths.insert(root);
    for (const std::string& version : group.versions) paths.insert(root + "/" + version);
  }
  return std::vector<std::string>(paths.begin(), paths.end());
}

std::string OpenApiV3Hash(const KindRegistry& kinds, std::string_view path) {
  // Built-in documents never change; of the others it is told by which kinds they show and which types these have.
  std::string facts(path);
  if (const std::optional<DocumentPlace> place = Place(kinds, path); place.has_value()) {
    for (const ResourceInfo* r : kinds.Resources()) {
      const bool built_in = r->owner == nullptr && r->type != nullptr;
      if (built_in || r->gvr.group.view() != place->group) continue;
      facts += "\n" + r->gvr.api_version() + " " + r->gvk.ToString();
      if (r->type != nullptr) facts += " " + std::to_string(r->type->id);
    }
  }
  return PageTag(facts);
}

Value OpenApiV3Index(const KindRegistry& kinds) {
  ObjectBuilder paths;
  for (const std::string& path : OpenApiV3Paths(kinds)) {
    const std::string url = "/openapi/v3/" + path + "?hash=" + OpenApiV3Hash(kinds, path);
    paths.Add(path, ObjectBuilder().Add("serverRelativeURL", url).Build());
  }
  return ObjectBuilder().Add("paths", paths.Build()).Build();
}

std::optional<Value> OpenApiV3Document(const KindRegistry& kinds, std::string_view path) {
  const std::optional<DocumentPlace> place = Place(kinds, path);
  if (!place.has_value()) return std::nullopt;
  return Writer(kinds, *place).Write();
}

}  // namespace wavetank::sim
