// A server with namespaces and short ways to talk to it, for the tests and benchmarks of this folder.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/api/names.h"
#include "runtime/base/check.h"
#include "runtime/value/json.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/server.h"
#include "sim/apiserver/watch.h"

namespace wavetank::sim {

inline Value Json(std::string_view text) {
  Result<Value> value = ParseJson(text);
  WT_CHECK(value.ok(), "the JSON of a test is well formed");
  return *std::move(value);
}

class TestServer {
 public:
  explicit TestServer(ApiServer::Options options = {}) : server(std::move(options)), ids(Random(7)) {
    Post(namespaces, "", R"({"metadata":{"name":"default"}})");
  }

  const Gvr namespaces{"", "v1", "namespaces"};
  const Gvr configmaps{"", "v1", "configmaps"};
  const Gvr pods{"", "v1", "pods"};
  const Gvr deployments{"apps", "v1", "deployments"};
  const Gvr replicasets{"apps", "v1", "replicasets"};
  const Gvr leases{"coordination.k8s.io", "v1", "leases"};

  ApiServer server;
  Replica replica;
  RandomIds ids;
  Time now = Time::FromSeconds(1'000'000'000);

  RequestInfo info() { return {now, &ids, "admin"}; }
  Outcome Apply(ApiRequest request) { return server.Apply(std::move(request), info(), replica); }
  // REQUIRES: the request needs nobody else.
  ApiResponse Do(ApiRequest request) {
    Outcome outcome = Apply(std::move(request));
    WT_CHECK(std::holds_alternative<ApiResponse>(outcome), "the request answers at once");
    return std::get<ApiResponse>(std::move(outcome));
  }

  static ApiRequest Make(Verb verb, const Gvr& gvr, std::string_view ns, std::string_view name, Value body = {}) {
    ApiRequest request(verb, gvr);
    request.ns = ns;
    request.name = name;
    request.body = std::move(body);
    return request;
  }
  ApiResponse Post(const Gvr& gvr, std::string_view ns, std::string_view json) {
    return Do(Make(Verb::kCreate, gvr, ns, "", Json(json)));
  }
  ApiResponse Get(const Gvr& gvr, std::string_view ns, std::string_view name) {
    return Do(Make(Verb::kGet, gvr, ns, name));
  }
  ApiResponse Put(const Gvr& gvr, std::string_view ns, std::string_view name, Value body, std::string_view sub = "") {
    ApiRequest request = Make(Verb::kUpdate, gvr, ns, name, std::move(body));
    request.subresource = sub;
    return Do(std::move(request));
  }
  ApiResponse Merge(const Gvr& gvr, std::string_view ns, std::string_view name, std::string_view json,
                    std::string_view sub = "") {
    ApiRequest request = Make(Verb::kPatch, gvr, ns, name, Json(json));
    request.subresource = sub;
    return Do(std::move(request));
  }
  ApiResponse Delete(const Gvr& gvr, std::string_view ns, std::string_view name, std::string_view options = "null") {
    return Do(Make(Verb::kDelete, gvr, ns, name, Json(options)));
  }
  ApiResponse List(const Gvr& gvr, std::string_view ns, ListOptions options = {}) {
    ApiRequest request = Make(Verb::kList, gvr, ns, "");
    request.list = std::make_unique<ListOptions>(std::move(options));
    return Do(std::move(request));
  }
  WatchOutcome Watch(const Gvr& gvr, std::string_view ns, ListOptions options = {}) {
    ApiRequest request = Make(Verb::kWatch, gvr, ns, "");
    request.list = std::make_unique<ListOptions>(std::move(options));
    return StartWatch(server, replica, request);
  }
  const ResourceInfo& resource(const Gvr& gvr) { return *server.kinds().Find(gvr); }
};

inline std::string Message(const ApiResponse& response) { return std::string(response.body["message"].AsString()); }
inline std::string Reason(const ApiResponse& response) { return std::string(response.body["reason"].AsString()); }

}  // namespace wavetank::sim
