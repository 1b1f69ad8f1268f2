#include "sim/front/identity.h"

#include <algorithm>

#include "runtime/api/status_error.h"
#include "runtime/base/strings.h"
#include "runtime/wire/options.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kMasters = "system:masters";
constexpr std::string_view kAuthenticated = "system:authenticated";
constexpr std::string_view kUnauthenticated = "system:unauthenticated";

// What a fresh cluster lets everybody read.
constexpr std::string_view kPublic[] = {"/healthz", "/livez", "/readyz", "/version"};

bool IsPublic(std::string_view path) {
  return std::ranges::any_of(kPublic, [&](std::string_view p) {
    return path.starts_with(p) && (path.size() == p.size() || path[p.size()] == '/');
  });
}

// What everybody with credentials may read: discovery.
bool IsDiscovery(std::string_view path) {
  return path == "/api" || path.starts_with("/api/") || path == "/apis" || path.starts_with("/apis/") ||
         path == "/openapi" || path.starts_with("/openapi/");
}

std::string Html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view VerbOf(const HttpRequest& http, const ResourcePath& path, const Query& query) {
  if (path.watch_prefix) return "watch";
  if (http.method == "GET" || http.method == "HEAD") {
    if (path.has_name) return "get";
    return QueryFlag(query, "watch") ? "watch" : "list";
  }
  if (http.method == "POST") return "create";
  if (http.method == "PUT") return "update";
  if (http.method == "PATCH") return "patch";
  if (http.method == "DELETE") return path.has_name ? "delete" : "deletecollection";
  return "";
}

// The one name that a list of one name is about (API-003).
std::string NameOf(const ResourcePath& path, const Query& query) {
  if (path.has_name) return path.name;
  const std::string* selector = query.Find("fieldSelector");
  constexpr std::string_view kName = "metadata.name=";
  if (selector == nullptr || !selector->starts_with(kName)) return {};
  std::string name = selector->substr(kName.size());
  if (name.starts_with('=')) name.erase(0, 1);
  return name.find_first_of(",/%") == std::string::npos ? name : std::string();
}

// The bearer token of the request; empty: it has none that counts, which is as if it had no credentials (API-047). The
// scheme's case does not matter, what follows the token does not count, a second space ends an empty token.
std::string_view BearerToken(const HttpRequest& http) {
  std::string_view text = HeaderText(http.headers, "Authorization");
  const size_t start = text.find_first_not_of(" \t");
  if (start == text.npos) return {};
  text.remove_prefix(start);
  const size_t space = text.find(' ');
  constexpr std::string_view kScheme = "bearer";
  const auto same = [](char given, char letter) { return (given | 0x20) == letter; };
  if (space == text.npos || !std::ranges::equal(text.substr(0, space), kScheme, same)) return {};
  text.remove_prefix(space + 1);
  return text.substr(0, text.find(' '));
}

bool InGroup(const Identity& who, std::string_view group) {
  return std::ranges::find(who.groups, group) != who.groups.end();
}

}  // namespace

Result<Identity> Identify(const HttpRequest& http, const FrontOptions& options) {
  const std::string_view token = BearerToken(http);
  if (token.empty() && !options.trust_everybody) {
    return Identity{"system:anonymous", {std::string(kUnauthenticated)}};
  }
  if (!token.empty() && token != options.token) return UnauthorizedError();
  const std::string_view other = HeaderText(http.headers, "Impersonate-User");
  if (other.empty()) return Identity{"admin", {std::string(kMasters), std::string(kAuthenticated)}};
  Identity who{std::string(other), {}};
  for (const std::string_view group : AllHeaders(http.headers, "Impersonate-Group")) who.groups.emplace_back(group);
  const std::string_view added = other == "system:anonymous" ? kUnauthenticated : kAuthenticated;
  if (!InGroup(who, added)) who.groups.emplace_back(added);
  return who;
}

Status Authorize(const Identity& who, const HttpRequest& http, const Target& target, const KindRegistry& kinds) {
  if (InGroup(who, kMasters)) return {};
  const std::optional<ResourcePath> path = ParseResourcePath(target.path);
  const std::string user = "User \"" + Html(who.user) + "\" cannot ";
  if (!path.has_value()) {
    const bool reads = http.method == "GET" || http.method == "HEAD";
    if (reads && IsPublic(target.path)) return {};
    if (reads && IsDiscovery(target.path) && InGroup(who, kAuthenticated)) return {};
    std::string method;
    for (const char c : http.method) method += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return ForbiddenError(ErrorSubject("", "", ""), user + method + " path \"" + target.path + "\"");
  }
  (void)kinds;
  std::string resource = path->resource;
  if (!path->subresource.empty()) resource += "/" + path->subresource;
  const std::string ns =
      path->ns.empty() && path->resource == "namespaces" && path->group.empty() ? path->name : path->ns;
  const std::string where = ns.empty() ? " at the cluster scope" : " in the namespace \"" + ns + "\"";
  return ForbiddenError(ErrorSubject(path->group, path->resource, NameOf(*path, target.query)),
                        user + std::string(VerbOf(http, *path, target.query)) + " resource \"" + resource +
                            "\" in API group \"" + path->group + "\"" + where);
}

}  // namespace wavetank::sim
