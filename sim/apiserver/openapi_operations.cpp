#include "sim/apiserver/openapi_operations.h"

#include <algorithm>
#include <initializer_list>

#include "sim/apiserver/strategy.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
std::string Meta(std::string_view type) { return std::string(kMeta) + std::string(type); }

std::string Capital(std::string_view word) {
  std::string out(word);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

// "rbac.authorization.k8s.io" -> "RbacAuthorization", "" -> "Core", "my-shop.example" -> "MyShopExample".
std::string GroupWord(std::string_view group) {
  if (group.empty()) return "Core";
  if (group.ends_with(".k8s.io")) group.remove_suffix(7);
  std::string out;
  while (!group.empty()) {
    const size_t end = std::min(group.find_first_of(".-"), group.size());
    out += Capital(group.substr(0, end));
    group.remove_prefix(std::min(group.size(), end + 1));
  }
  return out;
}

std::string_view ParameterType(const TypeRef& ref) {
  switch (ref.shape) {
    case Shape::kBool: return "boolean";
    case Shape::kInt32:
    case Shape::kInt64: return "integer";
    case Shape::kList: return ParameterType(*ref.element);
    default: return "string";
  }
}

// The fields of an options type as parameters of the query: what is no struct.
void AddOptions(const KindRegistry& kinds, std::string_view type, std::vector<ApiParameter>& out,
                std::initializer_list<std::string_view> without = {}) {
  const TypeInfo* info = kinds.FindType(type);
  if (info == nullptr) return;
  for (const FieldInfo& f : info->fields) {
    const std::string_view name = f.name.view();
    if (name == "kind" || name == "apiVersion" || f.type.shape == Shape::kStruct) continue;
    if (std::ranges::find(without, name) != without.end()) continue;
    out.push_back({std::string(name), "query", ParameterType(f.type)});
  }
}

// A subresource that is a connection: its kind is the type of the connection's options. Its path may go on behind it.
bool IsConnection(const SubresourceInfo& sub) { return sub.gvk.kind.view().ends_with("Options"); }
bool GoesOn(const SubresourceInfo& sub) { return sub.name == "proxy"; }

// Subresources that read text, and the type of their options.
struct TextSubresource {
  std::string_view resource, name, options;
};
constexpr TextSubresource kTexts[] = {{"pods", "log", "io.k8s.api.core.v1.PodLogOptions"}};

struct MethodOf {
  std::string_view verb, method;
};
constexpr MethodOf kMethods[] = {
    {"delete", "delete"}, {"get", "get"}, {"patch", "patch"}, {"create", "post"}, {"update", "put"}};

class Paths {
 public:
  Paths(const KindRegistry& kinds, std::string_view group, std::string_view version)
      : kinds_(kinds),
        gv_(GroupWord(group) + Capital(version)),
        base_(group.empty() ? "/api/" + std::string(version)
                            : "/apis/" + std::string(group) + "/" + std::string(version)) {}

  void Root() {
    ApiOperation op{.method = "get", .id = "get" + gv_ + "APIResources"};
    op.answer = Meta("APIResourceList");
    op.takes = ApiMedia::kDocuments;
    out_.push_back({base_ + "/", {}, {std::move(op)}});
  }

  void Resource(const ResourceInfo& r) {
    Collection(r);
    Item(r);
    for (const SubresourceInfo& sub : r.subresources) Subresource(r, sub);
    if (r.namespaced && r.HasVerb("list")) {
      ApiPath all{base_ + "/" + Plural(r), {}, {List(r, "ForAllNamespaces")}};
      Close(std::move(all), {});
    }
    if (r.HasVerb("watch")) Watches(r);
  }

  std::vector<ApiPath> Take() {
    std::ranges::sort(out_, {}, &ApiPath::path);
    return std::move(out_);
  }

 private:
  static std::string Plural(const ResourceInfo& r) { return std::string(r.gvr.resource.view()); }
  static std::string Kind(const ResourceInfo& r) { return std::string(r.gvk.kind.view()); }
  static std::string Scope(const ResourceInfo& r) { return r.namespaced ? "Namespaced" : ""; }
  static std::string Schema(const TypeInfo* type) { return type == nullptr ? "" : type->name; }
  std::string CollectionPath(const ResourceInfo& r, std::string_view prefix = "") const {
    return base_ + std::string(prefix) + (r.namespaced ? "/namespaces/{namespace}/" : "/") + Plural(r);
  }

  // Puts the path's own parameters in; those that all operations share become the path's.
  void Close(ApiPath path, std::vector<ApiParameter> own, bool pretty = true) {
    if (path.operations.empty()) return;
    for (const std::string_view name : {"name", "namespace", "path"}) {
      if (path.path.find("{" + std::string(name) + "}") != std::string::npos)
        own.push_back({std::string(name), "path", "string"});
    }
    if (pretty) own.push_back({"pretty", "query", "string"});
    for (ApiOperation& op : path.operations) {
      op.parameters.insert(op.parameters.end(), own.begin(), own.end());
      std::ranges::sort(op.parameters);
    }
    path.parameters = path.operations[0].parameters;
    for (const ApiOperation& op : path.operations) {
      std::erase_if(path.parameters,
                    [&](const ApiParameter& p) { return std::ranges::find(op.parameters, p) == op.parameters.end(); });
    }
    for (ApiOperation& op : path.operations) {
      std::erase_if(op.parameters, [&](const ApiParameter& p) {
        return std::ranges::find(path.parameters, p) != path.parameters.end();
      });
    }
    out_.push_back(std::move(path));
  }

  ApiOperation Make(std::string_view method, std::string id, std::string_view action, const Gvk& gvk) const {
    ApiOperation op{.method = method, .id = std::move(id), .action = action, .gvk = &gvk};
    op.takes = ApiMedia::kAnything;
    return op;
  }

  ApiOperation List(const ResourceInfo& r, std::string_view suffix) const {
    const std::string scope = suffix.empty() ? Scope(r) : "";
    ApiOperation op = Make("get", "list" + gv_ + scope + Kind(r) + std::string(suffix), "list", r.gvk);
    AddOptions(kinds_, Meta("ListOptions"), op.parameters);
    op.answer = Schema(r.list_type);
    op.gives = ApiMedia::kStreams;
    return op;
  }

  // Writes of whole documents.
  ApiOperation Write(std::string_view method, std::string id, const Gvk& gvk, const TypeInfo* type) const {
    ApiOperation op = Make(method, std::move(id), method, gvk);
    AddOptions(kinds_, Meta(method == "post" ? "CreateOptions" : "UpdateOptions"), op.parameters);
    op.body = op.answer = Schema(type);
    op.body_required = true;
    op.codes = method == "post" ? std::vector<int>{200, 201, 202} : std::vector<int>{200, 201};
    return op;
  }

  ApiOperation Patch(std::string id, const Gvk& gvk, const TypeInfo* type) const {
    ApiOperation op = Make("patch", std::move(id), "patch", gvk);
    AddOptions(kinds_, Meta("PatchOptions"), op.parameters);
    op.body = Meta("Patch");
    op.body_required = true;
    op.takes = ApiMedia::kPatches;
    op.answer = Schema(type);
    op.codes = {200, 201};
    return op;
  }

  ApiOperation Read(std::string id, const Gvk& gvk, const TypeInfo* type) const {
    ApiOperation op = Make("get", std::move(id), "get", gvk);
    op.answer = Schema(type);
    return op;
  }

  void Collection(const ResourceInfo& r) {
    ApiPath path{CollectionPath(r), {}, {}};
    if (r.HasVerb("deletecollection")) {
      ApiOperation op = Make("delete", "delete" + gv_ + "Collection" + Scope(r) + Kind(r), "deletecollection", r.gvk);
      AddOptions(kinds_, Meta("ListOptions"), op.parameters, {"watch", "allowWatchBookmarks"});
      AddOptions(kinds_, Meta("DeleteOptions"), op.parameters);
      op.body = Meta("DeleteOptions");
      op.answer = Meta("Status");
      path.operations.push_back(std::move(op));
    }
    if (r.HasVerb("list")) path.operations.push_back(List(r, ""));
    if (r.HasVerb("create"))
      path.operations.push_back(Write("post", "create" + gv_ + Scope(r) + Kind(r), r.gvk, r.type));
    Close(std::move(path), {});
  }

  void Item(const ResourceInfo& r) {
    ApiPath path{CollectionPath(r) + "/{name}", {}, {}};
    const std::string tail = gv_ + Scope(r) + Kind(r);
    if (r.HasVerb("delete")) {
      ApiOperation op = Make("delete", "delete" + tail, "delete", r.gvk);
      AddOptions(kinds_, Meta("DeleteOptions"), op.parameters);
      op.body = Meta("DeleteOptions");
      op.answer = StrategyOf(r).returns_deleted ? Schema(r.type) : Meta("Status");
      op.codes = {200, 202};
      path.operations.push_back(std::move(op));
    }
    if (r.HasVerb("get")) path.operations.push_back(Read("read" + tail, r.gvk, r.type));
    if (r.HasVerb("patch")) path.operations.push_back(Patch("patch" + tail, r.gvk, r.type));
    if (r.HasVerb("update")) path.operations.push_back(Write("put", "replace" + tail, r.gvk, r.type));
    Close(std::move(path), {});
  }

  void Subresource(const ResourceInfo& r, const SubresourceInfo& sub) {
    const std::string path = CollectionPath(r) + "/{name}/" + sub.name;
    if (IsConnection(sub)) {
      Connect(r, sub, path, "");
      if (GoesOn(sub)) Connect(r, sub, path + "/{path}", "WithPath");
      return;
    }
    const std::string tail = gv_ + Scope(r) + Kind(r) + Capital(sub.name);
    const auto has = [&](std::string_view verb) { return std::ranges::find(sub.verbs, verb) != sub.verbs.end(); };
    ApiPath out{path, {}, {}};
    if (has("get")) out.operations.push_back(Read("read" + tail, sub.gvk, sub.type));
    if (has("patch")) out.operations.push_back(Patch("patch" + tail, sub.gvk, sub.type));
    if (has("update")) out.operations.push_back(Write("put", "replace" + tail, sub.gvk, sub.type));
    if (has("create")) out.operations.push_back(Write("post", "create" + tail, sub.gvk, sub.type));
    for (const TextSubresource& text : kTexts) {
      if (text.resource != r.gvr.resource.view() || text.name != sub.name) continue;
      AddOptions(kinds_, text.options, out.operations[0].parameters);
      out.operations[0].answer.clear();
      out.operations[0].gives = ApiMedia::kLog;
    }
    Close(std::move(out), {});
  }

  void Connect(const ResourceInfo& r, const SubresourceInfo& sub, const std::string& path, std::string_view suffix) {
    std::vector<std::string_view> methods;
    for (const MethodOf& m : kMethods) {
      if (std::ranges::find(sub.verbs, m.verb) != sub.verbs.end()) methods.push_back(m.method);
    }
    if (GoesOn(sub)) methods.insert(methods.end(), {"head", "options"});
    std::ranges::sort(methods);
    std::vector<ApiParameter> options;
    AddOptions(kinds_, sub.type == nullptr ? "" : sub.type->name, options);
    ApiPath out{path, {}, {}};
    for (const std::string_view method : methods) {
      ApiOperation op =
          Make(method, "connect" + gv_ + Capital(method) + Scope(r) + Kind(r) + Capital(sub.name) + std::string(suffix),
               "connect", sub.gvk);
      op.gives = ApiMedia::kAnything;
      out.operations.push_back(std::move(op));
    }
    Close(std::move(out), std::move(options), false);
  }

  void Watches(const ResourceInfo& r) {
    const auto add = [&](std::string path, std::string tail, std::string_view action) {
      ApiOperation op = Make("get", "watch" + gv_ + tail, action, r.gvk);
      AddOptions(kinds_, Meta("ListOptions"), op.parameters);
      op.answer = Meta("WatchEvent");
      op.gives = ApiMedia::kStreams;
      Close({std::move(path), {}, {std::move(op)}}, {});
    };
    const std::string collection = CollectionPath(r, "/watch");
    add(collection, Scope(r) + Kind(r) + "List", "watchlist");
    add(collection + "/{name}", Scope(r) + Kind(r), "watch");
    if (r.namespaced) add(base_ + "/watch/" + Plural(r), Kind(r) + "ListForAllNamespaces", "watchlist");
  }

  const KindRegistry& kinds_;
  const std::string gv_;
  const std::string base_;
  std::vector<ApiPath> out_;
};

struct RootRow {
  std::string_view path, id, answer;
  ApiMedia gives;
};
constexpr RootRow kRoots[] = {
    {"/api/", "getCoreAPIVersions", "io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions", ApiMedia::kDocuments},
    {"/apis/", "getAPIVersions", "io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList", ApiMedia::kDocuments},
    {"/version/", "getCodeVersion", "io.k8s.apimachinery.pkg.version.Info", ApiMedia::kJson},
    {"/.well-known/openid-configuration/", "getServiceAccountIssuerOpenIDConfiguration", "", ApiMedia::kJson},
    {"/openid/v1/jwks/", "getServiceAccountIssuerOpenIDKeyset", "", ApiMedia::kKeySet},
};

}  // namespace

std::vector<ApiPath> PathsOf(const KindRegistry& kinds, std::string_view group, std::string_view version) {
  Paths paths(kinds, group, version);
  paths.Root();
  for (const ResourceInfo* r : kinds.Resources()) {
    if (r->gvr.group.view() == group && r->gvr.version.view() == version) paths.Resource(*r);
  }
  return paths.Take();
}

ApiPath RootPath(std::string_view path, std::string_view group) {
  ApiOperation op{.method = "get"};
  op.takes = ApiMedia::kDocuments;
  const auto row = std::ranges::find(kRoots, path, &RootRow::path);
  if (row != std::end(kRoots)) {
    op.id = row->id;
    op.answer = row->answer;
    op.gives = row->gives;
    if (row->gives != ApiMedia::kDocuments) op.takes = ApiMedia::kJson;
  } else {
    op.id = "get" + GroupWord(group) + "APIGroup";
    op.answer = Meta("APIGroup");
  }
  return {std::string(path), {}, {std::move(op)}};
}

std::string ApiTag(std::string_view group, std::string_view version) {
  std::string word = GroupWord(group);
  if (word[0] >= 'A' && word[0] <= 'Z') word[0] = static_cast<char>(word[0] + 32);
  return version.empty() ? word : word + "_" + std::string(version);
}

void AddAnswers(const ApiOperation& op, std::string_view member, const Value& content, ObjectBuilder& out) {
  ObjectBuilder answers;
  for (const int code : op.codes) {
    const std::string_view text = code == 200 ? "OK" : code == 201 ? "Created" : "Accepted";
    answers.Add(std::to_string(code), ObjectBuilder().Add("description", text).Add(member, content).Build());
  }
  answers.Add("401", ObjectBuilder().Add("description", "Unauthorized").Build());
  out.Add("responses", answers.Build());
  if (!op.action.empty()) out.Add("x-kubernetes-action", op.action);
  if (op.gvk == nullptr) return;
  const Value gvk =
      ObjectBuilder().Add("group", op.gvk->group).Add("version", op.gvk->version).Add("kind", op.gvk->kind).Build();
  out.Add("x-kubernetes-group-version-kind", gvk);
}

Value DocumentInfo() { return ObjectBuilder().Add("title", "Kubernetes").Add("version", "v1.36.3").Build(); }

Value TokenScheme() {
  const Value key = ObjectBuilder().Add("in", "header").Add("name", "authorization").Add("type", "apiKey").Build();
  return ObjectBuilder().Add("BearerToken", key).Build();
}

}  // namespace wavetank::sim
