// Pages: what is served at paths of no resource: discovery, OpenAPI, version, health (API-415..433).
//
//   std::optional<HttpResponse> page = ServePage(request);     // nothing: "404 page not found"
//
// One row of a table a path (pages.cpp): its pattern, and the function that answers. A page reads the server's kinds and
// keeps nothing but the texts of OpenAPI documents.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/transport/http.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/response_codec.h"
#include "runtime/wire/target.h"
#include "sim/apiserver/openapi_cache.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

struct PageRequest {
  const HttpRequest& http;
  const Target& target;
  const Wishes& wishes;
  const ApiServer& server;
  OpenApiCache& openapi;
  Time now;
  // The path's segments: "/apis/apps/v1" -> {"apis", "apps", "v1"}.
  std::vector<std::string_view> segments;
};

enum class PageMethods : uint8_t {
  kGet,  // others are 405
  kAny,  // every method is answered like GET; HEAD without the body
};

struct PageRow {
  // Segments; "*" stands for any one, "**" at the end for any number: "apis/*/*", "openapi/v3/**".
  std::string_view pattern;
  // Nothing: there is no such page after all (an unknown group).
  std::optional<HttpResponse> (*serve)(const PageRequest& request);
  PageMethods methods = PageMethods::kGet;
};

std::optional<HttpResponse> ServePage(const HttpRequest& http, const Target& target, const Wishes& wishes,
                                      const ApiServer& server, OpenApiCache& openapi, Time now);

// Who says no to an Accept header that cannot be had: the router, which knows the types, or the page's own handler.
enum class PageDoor : uint8_t { kRouter, kHandler };
// A page that is one document in the format that the client asked for; 406 when there is none. There are no transforms
// of pages.
HttpResponse DocumentPage(const PageRequest& request, const Value& document, PageDoor door);

}  // namespace wavetank::sim
