#include "sim/front/discovery_pages.h"

#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/value/json.h"
#include "sim/apiserver/discovery.h"
#include "sim/apiserver/health.h"

namespace wavetank::sim {
namespace {

using Page = std::optional<HttpResponse>;

// The parameters of the document that lists everything.
constexpr std::string_view kAggregatedSuffix = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

bool AsksForAggregated(const MediaClause& clause) {
  return clause.Param("as") == "APIGroupDiscoveryList" && clause.Param("g") == "apidiscovery.k8s.io" &&
         clause.Param("v") == "v2";
}

// The codec in which the client wants the aggregated document, if it comes first among what there is; else null.
const Codec* AggregatedCodec(const PageRequest& request) {
  for (const MediaClause& clause : ParseAccept(request.wishes.accept)) {
    const Codec* codec = clause.type == "*/*" ? &JsonCodec() : FindCodec(clause.type);
    if (codec == nullptr) continue;
    if (AsksForAggregated(clause)) return codec;
    if (clause.Param("as").empty()) return nullptr;
  }
  return nullptr;
}

HttpResponse Aggregated(const PageRequest& request, const Codec& codec, bool core) {
  const Value document = AggregatedDiscoveryDocument(request.server.kinds(), core);
  HttpResponse page = EncodeDocument(200, document, request.server.kinds(), {.codec = &codec});
  page.headers.clear();
  const std::string tag = "\"" + PageTag(page.body) + "\"";
  AddHeader(page.headers, "Etag", tag);
  AddHeader(page.headers, "Vary", "Accept");
  AddHeader(page.headers, "Cache-Control", "public");
  const std::string* known = request.http.Find("If-None-Match");
  if (known != nullptr && *known == tag) {
    page.status = 304;
    page.body.clear();
    return page;
  }
  AddHeader(page.headers, "Content-Type", std::string(codec.media_type) + std::string(kAggregatedSuffix));
  return page;
}

std::string_view Host(const PageRequest& request) {
  const std::string* host = request.http.Find("Host");
  return host == nullptr ? "localhost" : std::string_view(*host);
}

Page ServeApi(const PageRequest& request) {
  if (const Codec* codec = AggregatedCodec(request); codec != nullptr) return Aggregated(request, *codec, true);
  return DocumentPage(request, ApiVersionsDocument(Host(request)), PageDoor::kHandler);
}

Page ServeApis(const PageRequest& request) {
  if (const Codec* codec = AggregatedCodec(request); codec != nullptr) return Aggregated(request, *codec, false);
  return DocumentPage(request, ApiGroupListDocument(request.server.kinds()), PageDoor::kHandler);
}

Page ServeGroup(const PageRequest& request) {
  const std::optional<Value> document = ApiGroupDocument(request.server.kinds(), request.segments[1]);
  if (!document.has_value()) return std::nullopt;
  return DocumentPage(request, *document, PageDoor::kHandler);
}

Page ServeVersion(const PageRequest& request, std::string_view group, std::string_view version) {
  const std::optional<Value> document = ApiResourceListDocument(request.server.kinds(), group, version);
  if (!document.has_value()) return std::nullopt;
  return DocumentPage(request, *document, PageDoor::kRouter);
}
Page ServeCoreVersion(const PageRequest& request) { return ServeVersion(request, "", request.segments[1]); }
Page ServeGroupVersion(const PageRequest& request) {
  return ServeVersion(request, request.segments[1], request.segments[2]);
}

HttpResponse Json(std::string body, std::string_view type = "application/json") {
  HttpResponse page;
  page.body = std::move(body);
  AddHeader(page.headers, "Content-Type", type);
  Finish(page, false);
  return page;
}

Page ServeRoot(const PageRequest& request) {
  ArrayBuilder paths;
  for (const std::string& path : RootPaths(request.server.kinds())) paths.Add(path);
  return Json(WriteJsonPretty(ObjectBuilder().Add("paths", paths.Build()).Build()));
}

// A page in one format: the router's refusal of an Accept header without it; nothing when it has it.
Page RefuseAllBut(const PageRequest& request, std::string_view type) {
  const std::vector<MediaClause> clauses = ParseAccept(request.wishes.accept);
  const bool takes = clauses.empty() || std::ranges::any_of(clauses, [&](const MediaClause& clause) {
                       return clause.type == "*/*" || clause.type == type;
                     });
  if (takes) return std::nullopt;
  return EncodeStatus(RouterNotAcceptable("406: Not Acceptable\n\nAvailable representations: " + std::string(type)),
                      request.server.kinds(), FormatForErrors(request.wishes));
}

// The version whose behaviour is simulated: clients gate features on it (API-430).
Page ServeServerVersion(const PageRequest& request) {
  if (Page refused = RefuseAllBut(request, "application/json"); refused.has_value()) return refused;
  return Json(
      "{\n"
      "  \"major\": \"1\",\n"
      "  \"minor\": \"36\",\n"
      "  \"emulationMajor\": \"1\",\n"
      "  \"emulationMinor\": \"36\",\n"
      "  \"minCompatibilityMajor\": \"1\",\n"
      "  \"minCompatibilityMinor\": \"35\",\n"
      "  \"gitVersion\": \"v1.36.3\",\n"
      "  \"gitCommit\": \"wavetank\",\n"
      "  \"gitTreeState\": \"clean\",\n"
      "  \"buildDate\": \"1970-01-01T00:00:00Z\",\n"
      "  \"goVersion\": \"none\",\n"
      "  \"compiler\": \"clang\",\n"
      "  \"platform\": \"linux/amd64\"\n"
      "}");
}

Page ServeHealthPage(const PageRequest& request) {
  // Nothing stands behind the last slash.
  if (request.target.path.ends_with('/')) return PlainPage(404, "404 page not found\n");
  HealthQuery query;
  query.verbose = request.target.query.Find("verbose") != nullptr;
  for (const std::string_view name : request.target.query.All("exclude")) query.excluded.emplace_back(name);
  const std::string_view endpoint = request.segments[0];
  std::string_view check = request.target.path;
  check.remove_prefix(std::min(check.size(), endpoint.size() + 2));
  const HealthPage page = ServeHealth(endpoint, check, query);
  return PlainPage(page.code, page.text);
}

// Tokens of service accounts are not signed here: there is an issuer, and no key.
Page ServeIssuer(const PageRequest& request) {
  if (Page refused = RefuseAllBut(request, "application/json"); refused.has_value()) return refused;
  const std::string issuer = "https://kubernetes.default.svc.cluster.local";
  return Json(WriteJson(ObjectBuilder()
                            .Add("issuer", issuer)
                            .Add("jwks_uri", "https://" + std::string(Host(request)) + "/openid/v1/jwks")
                            .Add("response_types_supported", Value::Array({"id_token"}))
                            .Add("subject_types_supported", Value::Array({"public"}))
                            .Add("id_token_signing_alg_values_supported", Value::Array({"RS256"}))
                            .Build()));
}

Page ServeKeys(const PageRequest& request) {
  constexpr std::string_view kType = "application/jwk-set+json";
  if (Page refused = RefuseAllBut(request, kType); refused.has_value()) return refused;
  return Json(R"({"keys":[]})", kType);
}

// What is stored, by resource: Prometheus text.
Page ServeMetrics(const PageRequest& request) {
  std::string text =
      "# HELP apiserver_resource_objects Number of stored objects, by resource.\n"
      "# TYPE apiserver_resource_objects gauge\n";
  for (const ResourceInfo* r : request.server.kinds().Resources()) {
    if (!r->stored) continue;
    text += "apiserver_resource_objects{group=\"" + std::string(r->gvr.group.view()) + "\",resource=\"" +
            std::string(r->gvr.resource.view()) + "\"} " + std::to_string(request.server.Count(*r)) + "\n";
  }
  return Json(std::move(text), "text/plain; version=0.0.4; charset=utf-8");
}

constexpr PageRow kRows[] = {
    {"", ServeRoot, PageMethods::kAny},
    {"api", ServeApi},
    {"api/*", ServeCoreVersion},
    {"apis", ServeApis, PageMethods::kAny},
    {"apis/*", ServeGroup, PageMethods::kAny},
    {"apis/*/*", ServeGroupVersion},
    {"version", ServeServerVersion},
    {".well-known/openid-configuration", ServeIssuer},
    {"openid/v1/jwks", ServeKeys},
    {"healthz/**", ServeHealthPage, PageMethods::kAny},
    {"livez/**", ServeHealthPage, PageMethods::kAny},
    {"readyz/**", ServeHealthPage, PageMethods::kAny},
    {"metrics", ServeMetrics, PageMethods::kAny},
};

}  // namespace

std::span<const PageRow> DiscoveryPages() { return kRows; }

}  // namespace wavetank::sim
