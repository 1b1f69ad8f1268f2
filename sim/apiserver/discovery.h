// Discovery: what a server serves, as documents for its clients (API-415..424).
//
//   ApiGroupListDocument(kinds)                        GET /apis
//   *ApiResourceListDocument(kinds, "apps", "v1")      GET /apis/apps/v1
//   AggregatedDiscoveryDocument(kinds, false)          GET /apis as APIGroupDiscoveryList: everything in one document
//
// Pure functions of the kind registry, made anew at each call: a kind added to a registry is there at once. Decoded
// documents of their types (meta.v1, apidiscovery.v2). O(resources).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// GET /api. `server`: "host:port" of the server as its clients reach it. Without apiVersion, as the real one.
Value ApiVersionsDocument(std::string_view server);
Value ApiGroupListDocument(const KindRegistry& kinds);
// Nothing: there is no such group, or no such version.
std::optional<Value> ApiGroupDocument(const KindRegistry& kinds, std::string_view group);
std::optional<Value> ApiResourceListDocument(const KindRegistry& kinds, std::string_view group,
                                             std::string_view version);
// `core`: the group without a name alone (GET /api), or all others (GET /apis).
Value AggregatedDiscoveryDocument(const KindRegistry& kinds, bool core);

// Whether any resource of that group, or of that version of it, is served.
bool ServesGroup(const KindRegistry& kinds, std::string_view group);
bool ServesVersion(const KindRegistry& kinds, std::string_view group, std::string_view version);

// GET /: every path that is no object, sorted.
std::vector<std::string> RootPaths(const KindRegistry& kinds);

// A strong tag of a page: 128 upper-case hexadecimal digits that change with its content (API-417).
std::string PageTag(std::string_view content);

}  // namespace wavetank::sim
