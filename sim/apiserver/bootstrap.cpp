#include "sim/apiserver/bootstrap.h"

#include <string_view>
#include <utility>
#include <variant>

#include "runtime/api/names.h"
#include "runtime/base/check.h"
#include "sim/apiserver/replica.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kNamespaces[] = {"kube-system", "kube-public", "kube-node-lease", "default"};

struct SystemClass {
  std::string_view name;
  int64_t value;
  std::string_view description;
};
constexpr SystemClass kClasses[] = {
    {"system-node-critical", 2000001000,
     "Used for system critical pods that must not be moved from their current node."},
    {"system-cluster-critical", 2000000000,
     "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."},
};

void Make(ApiServer& server, const RequestInfo& info, const Gvr& gvr, Value body) {
  if (server.kinds().Find(gvr) == nullptr) return;
  ApiRequest request(Verb::kCreate, gvr);
  request.body = std::move(body);
  const Outcome outcome = server.Apply(std::move(request), info, Replica());
  const ApiResponse* response = std::get_if<ApiResponse>(&outcome);
  WT_CHECK(response != nullptr && response->code == 201, "a fresh server takes its first objects");
}

Value Named(std::string_view name) { return ObjectBuilder(1).Add(names::kName, name).Build(); }

}  // namespace

void Bootstrap(ApiServer& server, const RequestInfo& info) {
  static const Name kDescription("description");
  for (const std::string_view name : kNamespaces) {
    Make(server, info, Gvr("", "v1", "namespaces"), ObjectBuilder(1).Add(names::kMetadata, Named(name)).Build());
  }
  for (const SystemClass& c : kClasses) {
    Make(server, info, Gvr("scheduling.k8s.io", "v1", "priorityclasses"),
         ObjectBuilder(3)
             .Add(kDescription, c.description)
             .Add(names::kMetadata, Named(c.name))
             .Add(words::kValue, c.value)
             .Build());
  }
}

}  // namespace wavetank::sim
