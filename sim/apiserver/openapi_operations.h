// What can be asked of a server, operation by operation: the paths of its OpenAPI documents, from the kind table (API-427).
//
//   for (const ApiPath& path : PathsOf(kinds, "apps", "v1")) ... path.operations[0].id == "listAppsV1NamespacedDeployment"
//
// openapi_v3.cpp and openapi_v2.cpp print them, each in its version's words. O(resources of the group version).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/registry.h"
#include "runtime/value/value.h"

namespace wavetank::sim {

// Descriptions are left out everywhere.
struct ApiParameter {
  std::string name;
  std::string_view in = "query";  // or "path"
  std::string_view type;          // "string", "integer", "boolean"
  auto operator<=>(const ApiParameter&) const = default;
};

// What a body or an answer may be written in.
enum class ApiMedia : uint8_t {
  kNone,
  kAnything,   // "*/*"
  kDocuments,  // JSON, YAML, protobuf
  kStreams,    // the same, and watch streams
  kLog,        // the same, and plain text
  kJson,       // application/json alone
  kKeySet,     // application/jwk-set+json
  kPatches,
};

struct ApiOperation {
  std::string_view method;  // "get"
  std::string id;           // "listCoreV1NamespacedPod"
  std::string_view action;  // x-kubernetes-action; empty: none
  const Gvk* gvk = nullptr;
  std::vector<ApiParameter> parameters;
  std::string body;  // the schema's name; empty: no body
  bool body_required = false;
  ApiMedia takes = ApiMedia::kNone;
  ApiMedia gives = ApiMedia::kDocuments;
  std::vector<int> codes = {200};  // 401 stands beside them
  std::string answer;              // the schema's name; empty: a string
};

struct ApiPath {
  std::string path;  // "/api/v1/namespaces/{namespace}/pods"
  std::vector<ApiParameter> parameters;
  std::vector<ApiOperation> operations;
};

// The paths of a group version, the root of it first.
std::vector<ApiPath> PathsOf(const KindRegistry& kinds, std::string_view group, std::string_view version);
// Of a page that is no group version: "/api/", "/apis/", "/apis/apps/", "/version/"... One path.
ApiPath RootPath(std::string_view path, std::string_view group);
// "coordination_v1", "rbacAuthorization_v1"; of a group alone "coordination".
std::string ApiTag(std::string_view group, std::string_view version);

// ---- What both versions of the documents say in the same words.
// The end of an operation: its answers, action and kind. `content`: what an answer has as its `member`, "schema" or
// "content".
void AddAnswers(const ApiOperation& op, std::string_view member, const Value& content, ObjectBuilder& out);
// The document's "info".
Value DocumentInfo();
// The one way to say who asks.
Value TokenScheme();

}  // namespace wavetank::sim
