// Health pages: /healthz, /livez, /readyz, with their lists of checks (API-431).
//
//   HealthPage page = ServeHealth("readyz", "", {.verbose = true, .excluded = {"etcd"}});
//   page.code == 200, page.text == "[+]ping ok\n...readyz check passed\n"
//
// A simulated server is healthy as long as it answers: every check passes. The lists are those of the real server, since
// clients print and grep them. Pure functions.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank::sim {

struct HealthEndpoint {
  std::string_view name;
  uint8_t bit;  // which checks of the table are its own
};
std::span<const HealthEndpoint> HealthEndpoints();
// In the order of the page.
std::vector<std::string> HealthChecks(const HealthEndpoint& endpoint);

struct HealthQuery {
  bool verbose = false;
  std::vector<std::string> excluded;
};
struct HealthPage {
  int code = 200;
  std::string text;
};
// `check`: of a path behind the endpoint ("etcd"), empty for the endpoint itself. 404 with Go's page for unknown ones.
HealthPage ServeHealth(std::string_view endpoint, std::string_view check, const HealthQuery& query);

}  // namespace wavetank::sim
