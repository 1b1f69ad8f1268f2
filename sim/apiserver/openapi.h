// OpenAPI documents of what a server serves, made from the kind table (API-426..429).
//
//   Value index = OpenApiV3Index(kinds);                   // GET /openapi/v3: which documents there are
//   *OpenApiV3Document(kinds, "apis/apps/v1")              // GET /openapi/v3/apis/apps/v1
//   OpenApiV2Document(kinds)                               // GET /openapi/v2: everything in one
//   GnosticDocument(v2)                                    // the same as protobuf, for clients before kubectl 1.27
//
// kubectl reads them to explain fields, to merge patches of a client-side apply, and to find out whether a server validates
// fields. Descriptions are left out. Pure functions; the documents are big (megabytes) and made on demand: who serves them
// keeps their text (openapi_cache.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// "api", "api/v1", "apis", "apis/apps", "apis/apps/v1", "version", ...: in the order of text.
std::vector<std::string> OpenApiV3Paths(const KindRegistry& kinds);
// {"paths":{"api/v1":{"serverRelativeURL":"/openapi/v3/api/v1?hash=..."}}}
Value OpenApiV3Index(const KindRegistry& kinds);
// Changes when the document does; made without making the document. 128 upper-case hexadecimal digits.
std::string OpenApiV3Hash(const KindRegistry& kinds, std::string_view path);
// Nothing: there is no such document.
std::optional<Value> OpenApiV3Document(const KindRegistry& kinds, std::string_view path);

Value OpenApiV2Document(const KindRegistry& kinds);
// openapi.v2.Document of the gnostic project, as protobuf.
std::string GnosticDocument(const Value& v2);

}  // namespace wavetank::sim
