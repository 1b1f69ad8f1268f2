#include "sim/apiserver/health.h"

#include <algorithm>
#include <set>

#include "runtime/base/strings.h"

namespace wavetank::sim {
namespace {

constexpr uint8_t kHealthz = 1;
constexpr uint8_t kLivez = 2;
constexpr uint8_t kReadyz = 4;
constexpr uint8_t kEverywhere = kHealthz | kLivez | kReadyz;

constexpr HealthEndpoint kEndpoints[] = {{"healthz", kHealthz}, {"livez", kLivez}, {"readyz", kReadyz}};

struct Check {
  std::string_view name;
  uint8_t where = kEverywhere;
};

constexpr Check kChecks[] = {
    {"ping"},
    {"log"},
    {"loopback-serving-certificate", kHealthz | kLivez},
    {"etcd"},
    {"etcd-readiness", kReadyz},
    {"informer-sync", kReadyz},
    {"poststarthook/start-apiserver-admission-initializer"},
    {"poststarthook/generic-apiserver-start-informers"},
    {"poststarthook/priority-and-fairness-config-consumer"},
    {"poststarthook/priority-and-fairness-filter"},
    {"poststarthook/storage-object-count-tracker-hook"},
    {"poststarthook/start-apiextensions-informers"},
    {"poststarthook/start-apiextensions-controllers"},
    {"poststarthook/crd-informer-synced"},
    {"poststarthook/start-system-namespaces-controller"},
    {"poststarthook/peer-endpoint-reconciler-controller"},
    {"poststarthook/start-cluster-authentication-info-controller"},
    {"poststarthook/start-kube-apiserver-identity-lease-controller"},
    {"poststarthook/start-kube-apiserver-identity-lease-garbage-collector"},
    {"poststarthook/storage-readiness"},
    {"poststarthook/start-legacy-token-tracking-controller"},
    {"poststarthook/start-service-ip-repair-controllers"},
    {"poststarthook/rbac/bootstrap-roles"},
    {"poststarthook/scheduling/bootstrap-system-priority-classes"},
    {"poststarthook/priority-and-fairness-config-producer"},
    {"poststarthook/bootstrap-controller"},
    {"poststarthook/start-kubernetes-service-cidr-controller"},
    {"poststarthook/start-kube-aggregator-informers"},
    {"poststarthook/apiservice-status-local-available-controller"},
    {"poststarthook/apiservice-status-remote-available-controller"},
    {"poststarthook/apiservice-registration-controller"},
    {"poststarthook/apiservice-discovery-controller"},
    {"poststarthook/kube-apiserver-autoregistration"},
    {"autoregister-completion"},
    {"poststarthook/apiservice-openapi-controller"},
    {"poststarthook/apiservice-openapiv3-controller"},
    {"shutdown", kReadyz},
};

std::string Page(const HealthEndpoint& endpoint, const HealthQuery& query) {
  std::set<std::string> excluded(query.excluded.begin(), query.excluded.end());
  std::string out;
  for (const std::string& check : HealthChecks(endpoint)) {
    out += "[+]" + check + (excluded.erase(check) > 0 ? " excluded: ok\n" : " ok\n");
  }
  if (!excluded.empty()) {
    std::vector<std::string> quoted;
    for (const std::string& name : excluded) quoted.push_back(Quote(name));
    out += "warn: some health checks cannot be excluded: no matches for " + Join(quoted, ", ") + "\n";
  }
  return out + std::string(endpoint.name) + " check passed\n";
}

}  // namespace

std::span<const HealthEndpoint> HealthEndpoints() { return kEndpoints; }

std::vector<std::string> HealthChecks(const HealthEndpoint& endpoint) {
  std::vector<std::string> names;
  for (const Check& check : kChecks) {
    if ((check.where & endpoint.bit) != 0) names.emplace_back(check.name);
  }
  return names;
}

HealthPage ServeHealth(std::string_view endpoint, std::string_view check, const HealthQuery& query) {
  const auto found = std::ranges::find(kEndpoints, endpoint, &HealthEndpoint::name);
  if (found == std::end(kEndpoints)) return {404, "404 page not found\n"};
  if (check.empty()) return {200, query.verbose ? Page(*found, query) : "ok"};
  const std::vector<std::string> checks = HealthChecks(*found);
  if (std::ranges::find(checks, check) == checks.end()) return {404, "404 page not found\n"};
  return {200, "ok"};
}

}  // namespace wavetank::sim
