// Pages: what is served at paths of no resource: discovery, OpenAPI, version, health (API-415..433).
//
//   std::optional<HttpResponse> page = ServePage(request);     // nothing: "404 page not found"
//
// One row of a table a path (pages.cpp): its pattern, and the function that answers. A page reads the server's kinds and
// keeps nothing. Methods other than GET are refused before the function is asked, but for rows that take HEAD as well.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/transport/http.h"
#include "runtime/wire/media_type.h"
#include "runtime/wire/response_codec.h"
#include "runtime/wire/target.h"
#include "sim/apiserver/server.h"

namespace wavetank::sim {

struct PageRequest {
  const HttpRequest& http;
  const Target& target;
  const Wishes& wishes;
  const ApiServer& server;
  Time now;
  // The path's segments: "/apis/apps/v1" -> {"apis", "apps", "v1"}.
  std::vector<std::string_view> segments;
};

struct PageRow {
  // Segments; "*" stands for any one, "**" at the end for any number: "apis/*/*", "openapi/v3/**".
  std::string_view pattern;
  // Nothing: there is no such page after all (an unknown group).
  std::optional<HttpResponse> (*serve)(const PageRequest& request);
  bool head = false;  // HEAD is answered like GET, without the body
};
std::span<const PageRow> PageRows();

std::optional<HttpResponse> ServePage(const HttpRequest& http, const Target& target, const Wishes& wishes,
                                      const ApiServer& server, Time now);

// A page that is one document in the format that the client asked for; 406 when there is none.
HttpResponse DocumentPage(const PageRequest& request, const Value& document);

}  // namespace wavetank::sim
