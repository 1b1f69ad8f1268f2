#include <set>

#include "sim/apiserver/openapi.h"
#include "sim/apiserver/openapi_operations.h"
#include "sim/apiserver/openapi_schema.h"

namespace wavetank::sim {
namespace {

Value Texts(const std::vector<std::string_view>& texts) {
  ArrayBuilder out;
  for (const std::string_view text : texts) out.Add(text);
  return out.Build();
}

std::vector<std::string_view> MediaTypes(ApiMedia media) {
  std::vector<std::string_view> types = {"application/json", "application/yaml", "application/vnd.kubernetes.protobuf"};
  switch (media) {
    case ApiMedia::kAnything: return {"*/*"};
    case ApiMedia::kJson: return {"application/json"};
    case ApiMedia::kKeySet: return {"application/jwk-set+json"};
    case ApiMedia::kLog: types.insert(types.begin(), "text/plain"); return types;
    case ApiMedia::kStreams:
      types.insert(types.end(), {"application/json;stream=watch", "application/vnd.kubernetes.protobuf;stream=watch"});
      return types;
    case ApiMedia::kPatches:
      return {"application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
              "application/apply-patch+yaml"};
    default: return types;
  }
}

class Writer {
 public:
  explicit Writer(const KindRegistry& kinds) : kinds_(kinds) {}

  Value Write() {
    ObjectBuilder paths;
    for (const char* page :
         {"/.well-known/openid-configuration/", "/api/", "/apis/", "/openid/v1/jwks/", "/version/"}) {
      paths.Add(page, Path(RootPath(page, ""), RootTag(page)));
    }
    for (const GroupInfo& group : kinds_.Groups()) {
      const std::string root = "/apis/" + group.name + "/";
      if (!group.name.empty()) paths.Add(root, Path(RootPath(root, group.name), ApiTag(group.name, "")));
      for (const std::string& version : group.versions) {
        for (const ApiPath& path : PathsOf(kinds_, group.name, version)) {
          paths.Add(path.path, Path(path, ApiTag(group.name, version)));
        }
      }
    }
    const Value all_paths = paths.Build();
    return ObjectBuilder()
        .Add("swagger", "2.0")
        .Add("info", DocumentInfo())
        .Add("paths", all_paths)
        .Add("definitions", Definitions())
        .Add("securityDefinitions", TokenScheme())
        .Add("security", Value::Array({ObjectBuilder().Add("BearerToken", Value::EmptyArray()).Build()}))
        .Build();
  }

 private:
  static std::string RootTag(std::string_view page) {
    if (page == "/api/") return "core";
    if (page.starts_with("/.")) return "WellKnown";
    page.remove_prefix(1);
    return std::string(page.substr(0, page.find('/')));
  }

  Value Path(const ApiPath& path, std::string_view tag) {
    ObjectBuilder out;
    for (const ApiOperation& op : path.operations) out.Add(op.method, Operation(op, tag));
    if (!path.parameters.empty()) out.Add("parameters", Parameters(path.parameters, nullptr));
    return out.Build();
  }

  Value Operation(const ApiOperation& op, std::string_view tag) {
    ObjectBuilder out;
    out.Add("tags", Value::Array({tag})).Add("operationId", op.id).Add("schemes", Value::Array({"https"}));
    out.Add("consumes", Texts(MediaTypes(op.takes))).Add("produces", Texts(MediaTypes(op.gives)));
    if (!op.parameters.empty() || !op.body.empty()) out.Add("parameters", Parameters(op.parameters, &op));
    AddAnswers(op, "schema", Schema(op.answer), out);
    return out.Build();
  }

  Value Schema(const std::string& name) {
    if (name.empty()) return ObjectBuilder().Add("type", "string").Build();
    wanted_.insert(name);
    return Reference(name, SchemaStyle::kV2);
  }

  // Each stands in its place; the real server keeps those that many operations share apart.
  Value Parameters(const std::vector<ApiParameter>& parameters, const ApiOperation* body_of) {
    ArrayBuilder out;
    if (body_of != nullptr && !body_of->body.empty()) {
      ObjectBuilder body;
      body.Add("name", "body").Add("in", "body").Add("schema", Schema(body_of->body));
      if (body_of->body_required) body.Add("required", true);
      out.Add(body.Build());
    }
    for (const ApiParameter& p : parameters) {
      ObjectBuilder one;
      one.Add("name", p.name).Add("in", p.in).Add("type", p.type).Add("uniqueItems", true);
      if (p.in == "path") one.Add("required", true);
      out.Add(one.Build());
    }
    return out.Build();
  }

  Value Definitions() {
    std::vector<const TypeInfo*> types;
    for (const std::string& name : wanted_) types.push_back(kinds_.FindType(name));
    for (const ResourceInfo* r : kinds_.Resources()) types.insert(types.end(), {r->type, r->list_type});
    return SchemasOf(std::move(types), SchemaStyle::kV2, "", "");
  }

  const KindRegistry& kinds_;
  std::set<std::string> wanted_;
};

}  // namespace

Value OpenApiV2Document(const KindRegistry& kinds) { return Writer(kinds).Write(); }

}  // namespace wavetank::sim
