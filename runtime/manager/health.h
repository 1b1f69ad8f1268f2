// HealthChecks: the functions behind /healthz and /readyz (RT-050, RT-051). They are asked directly; serving them over
// HTTP comes with the manager's servers.
//
//   Status added = manager.AddHealthCheck("db", [&db] { return db.Ping(); });
//   HealthReport report = manager.CheckHealth();
//   report.ok, report.text        // "ok", or the list of checks
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"

namespace wavetank {

// Quick and without waiting: it is asked often.
using HealthCheck = std::function<Status()>;

struct HealthQuery {
  bool verbose = false;
  std::vector<std::string> exclude;
};

struct HealthReport {
  bool ok = true;
  bool found = true;  // false: a single check was asked for that nobody registered
  std::string text;   // what a probe is answered; reasons are withheld from it
};

class HealthChecks {
 public:
  // `endpoint`: "healthz" or "readyz", for the text.
  explicit HealthChecks(std::string_view endpoint) : endpoint_(endpoint) {}

  // Replaces a check of the same name.
  void Add(std::string name, HealthCheck check);
  // All of them, in the order of their names; with none registered a check "ping" that never fails.
  HealthReport Check(const HealthQuery& query = {}) const;
  // One of them: /healthz/<name>.
  HealthReport CheckOne(std::string_view name) const;

 private:
  std::string endpoint_;
  std::map<std::string, HealthCheck, std::less<>> checks_;
};

}  // namespace wavetank
