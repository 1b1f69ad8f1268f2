// HTTP request <-> ApiRequest (API-001..015, API-046, API-061, API-062).
//
//   ParsedRequest parsed = ParseRequest(http, kinds);
//   if (auto* call = std::get_if<ResourceCall>(&parsed)) Apply(std::move(call->request));
//   HttpRequest http = EncodeRequest(request, {.token = "..."});
//
// Parsing says no as the real server's front does, in its order: path, method, Accept, Content-Type, size, options, and
// leaves to the server what it alone can judge: a body that is no document is carried along (ApiRequest::source), since
// other errors come first. Whatever is parsed can be encoded, and parses to the same request (a property test).
// No IO, no state; O(size of the request).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/api/registry.h"
#include "runtime/base/time.h"
#include "runtime/transport/http.h"
#include "runtime/transport/request.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/target.h"

namespace wavetank {

inline constexpr size_t kMaxBodyBytes = 3u << 20;  // API-054

// A request to a resource, and how its answer shall look.
struct ResourceCall {
  ApiRequest request;
  const ResourceInfo* resource = nullptr;  // of the path; lives as long as the registry
  AnswerFormat format;
  Duration timeout{};          // of the query's `timeout`; zero: none
  std::string include_object;  // of the query's includeObject, for Tables (API-386)
};
// The answer is known already. An empty status is the plain page "404 page not found".
struct Refusal {
  Status status;
  AnswerFormat format;
  bool plain_page = false;
};
// No path of a resource: discovery, OpenAPI, health, or nothing at all. The front asks its pages.
struct OtherPath {
  Target target;
  Wishes wishes;
};
using ParsedRequest = std::variant<ResourceCall, Refusal, OtherPath>;

// The views in the result point into `http`, which outlives it.
Wishes WishesOf(const HttpRequest& http, const Query& query);
ParsedRequest ParseRequest(const HttpRequest& http, const KindRegistry& kinds);

// What a path of a resource says, before anybody asks whether there is one. Segments without meaning end in `rest`.
struct ResourcePath {
  bool watch_prefix = false;  // /api/v1/watch/... (API-004)
  std::string group;
  std::string version;
  std::string resource;
  std::string ns;
  std::string name;
  std::string subresource;
  std::string rest;  // behind the subresource, of proxy paths
  bool has_name = false;
};
std::optional<ResourcePath> ParseResourcePath(std::string_view path);

struct ClientIdentity {
  std::string token;       // "": no Authorization header
  std::string user_agent;  // "": no header
  std::string accept = "application/json";
};
HttpRequest EncodeRequest(const ApiRequest& request, const ClientIdentity& identity);

}  // namespace wavetank
