#include "runtime/wire/request_codec.h"

#include <algorithm>

#include "runtime/api/selectors.h"
#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/value/yaml.h"
#include "runtime/wire/go_json.h"
#include "runtime/wire/options.h"

namespace wavetank {
namespace {

struct PatchRow {
  std::string_view media_type;
  PatchType type;
  bool custom;  // custom resources take it
};
constexpr PatchRow kPatchTypes[] = {
    {"application/json-patch+json", PatchType::kJson, true},
    {"application/merge-patch+json", PatchType::kMerge, true},
    {"application/strategic-merge-patch+json", PatchType::kStrategicMerge, false},
    {"application/apply-patch+yaml", PatchType::kApply, true},
};

const PatchRow* FindPatch(std::string_view media_type) {
  for (const PatchRow& row : kPatchTypes) {
    if (row.media_type == media_type) return &row;
  }
  return nullptr;
}

// One parse: what is known so far. Each step returns the refusal, or nothing.
class Parser {
 public:
  Parser(const HttpRequest& http, const KindRegistry& kinds)
      : http_(http), kinds_(kinds), target_(SplitTarget(http.target)), wishes_(WishesOf(http, target_.query)) {}

  ParsedRequest Run() {
    std::optional<ResourcePath> path = ParseResourcePath(target_.path);
    if (!path.has_value() || !GroupServed(path->group)) return OtherPath{std::move(target_), std::move(wishes_)};
    path_ = *std::move(path);
    if (std::optional<Refusal> no = Route(); no.has_value()) return *std::move(no);
    call_.emplace(ResourceCall{ApiRequest(verb_, resource_->gvr), resource_, {}, {}, {}});
    if (std::optional<Refusal> no = Negotiated(); no.has_value()) return *std::move(no);
    if (std::optional<Refusal> no = Read(); no.has_value()) return *std::move(no);
    return *std::move(call_);
  }

 private:
  std::optional<Refusal> Refuse(Status status) const { return Refusal{std::move(status), FormatForErrors(wishes_)}; }
  std::optional<Refusal> NoSuchPath() const {
    if (custom_) return Refusal{Status(), {}, true};
    return Refuse(UnknownPathError());
  }
  bool BuiltInGroup(std::string_view group) const {
    return std::ranges::any_of(KindRegistry::BuiltIn().Groups(), [&](const GroupInfo& g) { return g.name == group; });
  }
  // Built in, or of a kind that was added.
  bool GroupServed(std::string_view group) {
    if (group.empty() || BuiltInGroup(group)) return true;
    custom_ = true;
    return std::ranges::any_of(kinds_.Resources(), [&](const ResourceInfo* r) { return r->gvr.group.view() == group; });
  }

  // Path and method: is there such a place, and what is done there?
  std::optional<Refusal> Route() {
    if (HasHole()) return NoSuchPath();
    resource_ = kinds_.FindResource(path_.group, path_.version, path_.resource);
    if (resource_ == nullptr) return NoSuchPath();
    custom_ = resource_->type == nullptr;
    const bool all_namespaces = resource_->namespaced && path_.ns.empty();
    if (!resource_->namespaced && !path_.ns.empty()) return NoSuchPath();
    if (all_namespaces && (path_.has_name || !resource_->HasVerb("list"))) return NoSuchPath();
    if (path_.watch_prefix) return RouteWatch();
    if (!path_.subresource.empty()) return RouteSubresource();
    return path_.has_name ? RouteItem() : RouteCollection(all_namespaces);
  }

  // An empty segment; slashes at the end do not count, and a list in the namespace of no name is one of all namespaces.
  bool HasHole() const {
    std::string_view path = target_.path;
    while (path.ends_with('/')) path.remove_suffix(1);
    const size_t hole = path.find("//");
    if (hole == path.npos) return false;
    const bool of_namespace = path_.ns.empty() && !path_.has_name && path.substr(0, hole).ends_with("/namespaces");
    return !of_namespace || path.find("//", hole + 1) != path.npos;
  }

  std::optional<Refusal> RouteWatch() {
    if (!resource_->HasVerb("watch") || !path_.subresource.empty()) return NoSuchPath();
    verb_ = Verb::kWatch;
    if (http_.method == "GET") return std::nullopt;
    return Refuse(MethodNotAllowedError());
  }

  std::optional<Refusal> WrongMethod(std::string_view action) const {
    if (!custom_) return Refuse(MethodNotAllowedError());
    return Refuse(MethodNotAllowedError(ErrorSubject(resource_->gvr, ""), action));
  }

  struct MethodRow {
    std::string_view method;
    std::string_view verb;  // as discovery names it
    Verb value;
  };

  std::optional<Refusal> RouteSubresource() {
    static constexpr MethodRow kRows[] = {{"GET", "get", Verb::kGet},
                                          {"POST", "create", Verb::kCreate},
                                          {"PUT", "update", Verb::kUpdate},
                                          {"PATCH", "patch", Verb::kPatch},
                                          {"DELETE", "delete", Verb::kDelete}};
    sub_ = resource_->FindSubresource(path_.subresource);
    if (sub_ == nullptr || (!path_.rest.empty() && path_.subresource != "proxy")) {
      if (!custom_) return NoSuchPath();
      return Refuse(NotFoundError(resource_->gvr, path_.name));
    }
    for (const MethodRow& row : kRows) {
      if (row.method != http_.method) continue;
      verb_ = row.value;
      if (std::ranges::find(sub_->verbs, row.verb) != sub_->verbs.end()) return std::nullopt;
      return WrongMethod(row.verb);
    }
    return WrongMethod("");
  }

  std::optional<Refusal> RouteItem() {
    static constexpr MethodRow kRows[] = {{"GET", "get", Verb::kGet},
                                          {"PUT", "update", Verb::kUpdate},
                                          {"PATCH", "patch", Verb::kPatch},
                                          {"DELETE", "delete", Verb::kDelete}};
    if (path_.name.empty()) return NoSuchPath();
    bool any = false;
    for (const MethodRow& row : kRows) any = any || resource_->HasVerb(row.verb);
    if (!any) return NoSuchPath();
    for (const MethodRow& row : kRows) {
      const bool head = custom_ && row.method == "GET" && http_.method == "HEAD";
      if (row.method != http_.method && !head) continue;
      verb_ = row.value;
      return resource_->HasVerb(row.verb) ? std::nullopt : WrongMethod(row.verb);
    }
    if (custom_ && http_.method == "POST") {  // creates (observed 007)
      verb_ = Verb::kCreate;
      return std::nullopt;
    }
    return WrongMethod("");
  }

  std::optional<Refusal> RouteCollection(bool all_namespaces) {
    static constexpr MethodRow kRows[] = {{"GET", "list", Verb::kList},
                                          {"POST", "create", Verb::kCreate},
                                          {"DELETE", "deletecollection", Verb::kDeleteCollection}};
    for (const MethodRow& row : kRows) {
      const bool head = custom_ && row.method == "GET" && http_.method == "HEAD";
      if (row.method != http_.method && !head) continue;
      if (all_namespaces && row.value != Verb::kList) return custom_ ? NoSuchPath() : WrongMethod(row.verb);
      verb_ = row.value;
      if (!resource_->HasVerb(row.verb)) return WrongMethod(row.verb);
      if (verb_ == Verb::kList && QueryFlag(target_.query, "watch")) {
        if (!resource_->HasVerb("watch")) {
          return Refuse(MethodNotAllowedError(ErrorSubject(resource_->gvr, ""), "watch"));
        }
        verb_ = Verb::kWatch;
      }
      return std::nullopt;
    }
    if (custom_ && (http_.method == "PUT" || http_.method == "PATCH")) {
      return Refuse(BadRequestError("name must be provided"));
    }
    return WrongMethod("");
  }

  // Accept, and of a patch the Content-Type, which the router judges before.
  std::optional<Refusal> Negotiated() {
    ApiRequest& request = call_->request;
    request.ns = path_.ns;
    request.name = path_.name;
    request.subresource = path_.subresource;
    if (verb_ == Verb::kPatch && !(sub_ != nullptr && Connects())) {
      const std::optional<std::string> type = ContentTypeOf(HeaderText(http_.headers, "Content-Type"));
      const PatchRow* row = type.has_value() ? FindPatch(*type) : nullptr;
      if (row == nullptr || (custom_ && !row->custom)) return Refuse(UnknownPatch());
      request.patch_type = row->type;
    }
    Endpoint endpoint = Endpoint::kObject;
    if (verb_ == Verb::kWatch) endpoint = Endpoint::kWatch;
    if (verb_ == Verb::kList) endpoint = Endpoint::kList;
    Result<AnswerFormat> format = Negotiate(wishes_, endpoint, custom_);
    if (!format.ok()) {
      AnswerFormat indented = FormatForErrors(wishes_);
      return Refusal{format.status(), std::move(indented)};
    }
    call_->format = *std::move(format);
    return std::nullopt;
  }

  Status UnknownPatch() const {
    if (!custom_) return RouterUnsupported();
    std::string names;
    for (const PatchRow& row : kPatchTypes) {
      if (row.custom) names.append(names.empty() ? "" : ", ").append(row.media_type);
    }
    return UnsupportedMediaTypeError(
        "the body of the request was in an unknown format - accepted media types include: " + names);
  }
  static Status RouterUnsupported() {
    const Status plain = UnsupportedMediaTypeError("415: Unsupported Media Type");
    return FromStatusDocument(ToStatusDocument(plain).Set("details", Value::EmptyObject()), 415);
  }

  // Options and body, in the handler's order.
  std::optional<Refusal> Read() {
    ApiRequest& request = call_->request;
    if (verb_ != Verb::kWatch) {
      Result<Duration> timeout = ReadTimeout(target_.query);
      if (!timeout.ok()) return Refuse(timeout.status());
      call_->timeout = *timeout;
    }
    if (const std::string* include = target_.query.Find("includeObject"); include != nullptr) {
      call_->include_object = *include;
    }
    if (sub_ != nullptr && Connects()) {
      request.options = QueryAsOptions();
    } else if (IsWrite(verb_)) {
      if (Status bad = ReadBody(); !bad.ok()) return Refuse(std::move(bad));
    }
    if (Status bad = ReadOptions(target_.query, request); !bad.ok()) return Refuse(std::move(bad));
    if (verb_ == Verb::kWatch && path_.has_name) {
      if (Status bad = AddNameSelector(); !bad.ok()) return Refuse(std::move(bad));
    }
    if (Status bad = CheckName(); !bad.ok()) return Refuse(std::move(bad));
    return std::nullopt;
  }

  // log, exec, proxy, ...: the query is the options, the body is for who is at the other end.
  bool Connects() const { return sub_->gvk.kind.view().ends_with("Options") || sub_->name == "log"; }
  Value QueryAsOptions() const {
    Value options = Value::EmptyObject();
    for (const auto& [name, value] : target_.query.pairs()) {
      options = options.Set(std::string_view(name), options[std::string_view(name)].is_null()
                                                        ? Value::Array({Value(value)})
                                                        : options[std::string_view(name)].Append(Value(value)));
    }
    return options;
  }

  // The deprecated path of one object's watch.
  Status AddNameSelector() {
    call_->request.name = String();
    String& selector = call_->request.list->field_selector;
    const std::string wanted = "metadata.name=" + path_.name;
    if (selector.empty()) {
      selector = wanted;
      return {};
    }
    const Result<FieldSelector> given = FieldSelector::Parse(selector.view());
    if (!given.ok()) return {};  // the server says it
    if (given->Required("metadata.name") != path_.name)
      return BadRequestError("fieldSelector metadata.name doesn't match requested name");
    return {};
  }

  Status CheckName() const {
    if (!path_.has_name || verb_ == Verb::kWatch) return {};
    const std::string prefix = "Name parameter invalid: " + Quote(path_.name) + ": may not ";
    if (path_.name == "." || path_.name == "..") return BadRequestError(prefix + "be '" + path_.name + "'");
    if (path_.name.find('%') != std::string::npos) return BadRequestError(prefix + "contain '%'");
    return {};
  }

  Status ReadBody() {
    ApiRequest& request = call_->request;
    const bool deletes = verb_ == Verb::kDelete || verb_ == Verb::kDeleteCollection;
    if (deletes && TooLongBody()) return TooLong();
    if (deletes && http_.body.empty()) return {};
    auto source = std::make_unique<BodySource>();
    if (verb_ == Verb::kPatch) {
      if (TooLongBody()) return TooLong();
      ReadPatch(*source);
    } else {
      const std::string_view header = HeaderText(http_.headers, "Content-Type");
      std::optional<std::string> type = ContentTypeOf(header);
      if (type.has_value()) {  // the router of patches minds the case, nobody else does
        std::ranges::transform(*type, type->begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      }
      const Codec* codec = header.empty() ? &JsonCodec() : type.has_value() ? FindCodec(*type) : nullptr;
      if (codec == nullptr || (custom_ && !deletes && !codec->custom_resources)) {
        return UnsupportedMediaTypeError(
            "the body of the request was in an unknown format - accepted media types include: " + CodecNames());
      }
      if (TooLongBody()) return TooLong();
      Result<Value> body = codec->decode(http_.body, Expected(deletes), kinds_, *source);
      if (body.ok()) request.body = *std::move(body);
    }
    request.source = std::move(source);
    return {};
  }

  // A server that stops reading at its limit says so.
  bool TooLongBody() const { return http_.body_too_large || http_.body.size() > kMaxBodyBytes; }
  static Status TooLong() { return TooLargeError("limit is " + std::to_string(kMaxBodyBytes)); }

  ExpectedBody Expected(bool deletes) const {
    if (deletes) return {TypeOfDocument(kinds_, "v1", "DeleteOptions"), "v1", "DeleteOptions"};
    static const std::string kNone;
    const bool own = sub_ == nullptr || sub_->type == nullptr;
    const Gvk& gvk = own ? resource_->gvk : sub_->gvk;
    version_ = gvk.api_version();
    return {own ? resource_->type : sub_->type, version_, gvk.kind.view()};
  }

  void ReadPatch(BodySource& source) {
    source.text = http_.body;
    source.is_json = call_->request.patch_type != PatchType::kApply;
    if (source.is_json) {
      Result<Value> body = ParseGoJson(http_.body, &source.duplicates);
      if (body.ok()) {
        call_->request.body = *std::move(body);
      } else {
        source.error = body.status().message();
      }
      return;
    }
    Result<std::vector<Value>> documents = ParseYamlValues(http_.body);
    if (!documents.ok()) {
      source.error = "yaml: line " + documents.status().message();
    } else if (!documents->empty()) {
      call_->request.body = std::move(documents->front());
    }
  }

  const HttpRequest& http_;
  const KindRegistry& kinds_;
  Target target_;
  Wishes wishes_;
  ResourcePath path_;
  const ResourceInfo* resource_ = nullptr;
  const SubresourceInfo* sub_ = nullptr;
  bool custom_ = false;
  Verb verb_ = Verb::kGet;
  mutable std::string version_;
  std::optional<ResourceCall> call_;
};

std::string_view MethodOf(Verb verb) {
  switch (verb) {
    case Verb::kGet:
    case Verb::kList:
    case Verb::kWatch: return "GET";
    case Verb::kCreate: return "POST";
    case Verb::kUpdate: return "PUT";
    case Verb::kPatch: return "PATCH";
    case Verb::kDelete:
    case Verb::kDeleteCollection: break;
  }
  return "DELETE";
}

std::string_view PatchMediaType(PatchType type) {
  for (const PatchRow& row : kPatchTypes) {
    if (row.type == type) return row.media_type;
  }
  return "";
}

}  // namespace

Wishes WishesOf(const HttpRequest& http, const Query& query) {
  Wishes wishes{.accept = HeaderText(http.headers, "Accept"),
                .accept_encoding = HeaderText(http.headers, "Accept-Encoding"),
                .user_agent = HeaderText(http.headers, "User-Agent"),
                .pretty = std::nullopt};
  if (const std::string* pretty = query.Find("pretty"); pretty != nullptr) wishes.pretty = *pretty;
  return wishes;
}

ParsedRequest ParseRequest(const HttpRequest& http, const KindRegistry& kinds) { return Parser(http, kinds).Run(); }

HttpRequest EncodeRequest(const ApiRequest& request, const ClientIdentity& identity) {
  HttpRequest http;
  http.method = MethodOf(request.verb);
  const Gvr& gvr = request.resource;
  std::string path = gvr.group.view().empty() ? "/api/" : "/apis/" + std::string(gvr.group.view()) + "/";
  path.append(gvr.version.view());
  if (!request.ns.empty()) path.append("/namespaces/").append(PercentEncode(request.ns.view()));
  path.append("/").append(gvr.resource.view());
  if (!request.name.empty()) path.append("/").append(PercentEncode(request.name.view()));
  if (!request.subresource.empty()) path.append("/").append(request.subresource.view());
  Query query;
  WriteOptions(request, query);
  http.target = query.pairs().empty() ? path : path + "?" + query.ToString();
  AddHeader(http.headers, "Accept", identity.accept);
  if (!identity.user_agent.empty()) AddHeader(http.headers, "User-Agent", identity.user_agent);
  if (!identity.token.empty()) AddHeader(http.headers, "Authorization", "Bearer " + identity.token);
  if (!IsWrite(request.verb)) return http;
  const bool patch = request.verb == Verb::kPatch;
  const bool body = patch || request.verb == Verb::kCreate || request.verb == Verb::kUpdate;
  if (!body && request.body.is_null() && !request.dry_run) return http;
  Value document = request.body;
  if (!body && request.dry_run) document = document.Set("dryRun", Value::Array({Value("All")}));
  AddHeader(http.headers, "Content-Type", patch ? PatchMediaType(request.patch_type) : JsonCodec().media_type);
  http.body = WriteJson(document);
  return http;
}

}  // namespace wavetank
