#include "runtime/manager/health.h"

#include <algorithm>
#include <utility>

#include "runtime/base/strings.h"

namespace wavetank {
namespace {

Status Ping() { return Status(); }

}  // namespace

void HealthChecks::Add(std::string name, HealthCheck check) { checks_.insert_or_assign(std::move(name), std::move(check)); }

HealthReport HealthChecks::Check(const HealthQuery& query) const {
  const std::map<std::string, HealthCheck, std::less<>> ping = {{"ping", &Ping}};
  HealthReport report;
  std::vector<std::string> unknown = query.exclude;
  for (const auto& [name, check] : checks_.empty() ? ping : checks_) {
    if (std::find(query.exclude.begin(), query.exclude.end(), name) != query.exclude.end()) {
      std::erase(unknown, name);
      report.text += "[+]" + name + " excluded: ok\n";
      continue;
    }
    const bool ok = check().ok();
    report.ok = report.ok && ok;
    report.text += ok ? "[+]" + name + " ok\n" : "[-]" + name + " failed: reason withheld\n";
  }
  std::sort(unknown.begin(), unknown.end());
  for (std::string& name : unknown) name = Quote(name);
  if (!unknown.empty()) {
    report.text += "warn: some health checks cannot be excluded: no matches for " + Join(unknown, ", ") + "\n";
  }
  if (report.ok && !query.verbose) {
    report.text = "ok";
  } else {
    report.text += endpoint_ + " check " + (report.ok ? "passed" : "failed") + "\n";
  }
  return report;
}

HealthReport HealthChecks::CheckOne(std::string_view name) const {
  auto it = checks_.find(name);
  if (it == checks_.end() && !(checks_.empty() && name == "ping")) return {.ok = false, .found = false, .text = "not found"};
  const bool ok = it == checks_.end() || it->second().ok();
  return {.ok = ok, .found = true, .text = ok ? "ok" : "internal server error: reason withheld"};
}

}  // namespace wavetank
