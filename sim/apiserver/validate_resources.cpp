#include "sim/apiserver/validate_resources.h"

#include <string>

#include "runtime/api/quantity.h"
#include "sim/apiserver/validate_checks.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kHugePages = "hugepages-";
constexpr std::string_view kOfContainers = "cpu,memory,ephemeral-storage";
constexpr std::string_view kOfPods = "cpu,memory";
constexpr std::string_view kOfQuotas =
    "cpu,memory,ephemeral-storage,requests.cpu,requests.memory,requests.storage,requests.ephemeral-storage,limits.cpu,"
    "limits.memory,limits.ephemeral-storage,pods,resourcequotas,services,replicationcontrollers,secrets,"
    "persistentvolumeclaims,configmaps,services.nodeports,services.loadbalancers";
constexpr std::string_view kCounted =
    "pods,resourcequotas,services,replicationcontrollers,secrets,configmaps,persistentvolumeclaims,services.nodeports,"
    "services.loadbalancers";

bool IsQuotaHugePages(std::string_view name) {
  return name.starts_with(kHugePages) || name.starts_with("requests.hugepages-");
}

bool IsStandardResource(std::string_view name) {
  return name == "storage" || HasWord(kOfQuotas, name) || IsQuotaHugePages(name);
}

bool IsExtendedResource(std::string_view name) {
  if (IsNativeResource(name) || name.starts_with("requests.")) return false;
  return CheckQualifiedName("requests." + std::string(name)).empty();
}

bool Qualified(std::string_view name) { return name.find('/') != std::string_view::npos; }

void CheckHugePages(std::string_view name, const Value& amount, const Path& path, FieldErrors& errors) {
  if (!IsHugePages(name)) return;
  const Result<Quantity> size = Quantity::Parse(name.substr(kHugePages.size()));
  const bool fits = size.ok() && size->value() > 0 && Quantity::Of(amount).value() % size->value() == 0;
  if (fits) return;
  errors.Invalid(path, amount,
                 std::string(amount.AsString()) + " is not positive integer multiple of " + std::string(name));
}

void CheckPodResourceName(std::string_view name, const Path& path, FieldErrors& errors) {
  const size_t before = errors.size();
  CheckResourceName(name, path, errors);
  if (errors.size() != before || HasWord(kOfPods, name) || IsHugePages(name)) return;
  errors.NotSupported(path, Value(name), "cpu,hugepages-,memory");
}

struct Seen {
  bool compute = false;
  bool huge_pages = false;
};

// A request against its limit.
void CheckWithinLimit(std::string_view name, const Value& request, const Value& limits, const Path& path, FieldErrors& errors) {
  const Value* limit = limits.Find(name);
  if (limit == nullptr) {
    if (IsOvercommitAllowed(name)) return;
    return errors.Required(path / "limits", "Limit must be set for non overcommitable resources");
  }
  const Quantity wanted = Quantity::Of(request);
  const Quantity most = Quantity::Of(*limit);
  const std::string of = std::string(name) + " limit of " + std::string(limit->AsString());
  if (!(wanted == most) && !IsOvercommitAllowed(name)) {
    errors.Invalid(path / "requests", request, "must be equal to " + of);
  } else if (wanted > most) {
    errors.Invalid(path / "requests", request, "must be less than or equal to " + of);
  }
}

// One entry of limits or requests.
void CheckEntry(const Field& entry, bool pod_level, const Path& path, Seen& seen, FieldErrors& errors) {
  const std::string_view name = entry.key.view();
  (pod_level ? CheckPodResourceName : CheckContainerResourceName)(name, path, errors);
  CheckResourceAmount(name, entry.value, path, errors);
  seen.huge_pages = seen.huge_pages || IsHugePages(name);
  seen.compute = seen.compute || HasWord(kOfPods, name);
}

}  // namespace

bool IsNativeResource(std::string_view name) {
  return !Qualified(name) || name.find("kubernetes.io/") != std::string_view::npos;
}
bool IsHugePages(std::string_view name) { return name.starts_with(kHugePages); }
bool IsOvercommitAllowed(std::string_view name) { return IsNativeResource(name) && !IsHugePages(name); }
bool IsStandardQuotaResource(std::string_view name) { return HasWord(kOfQuotas, name) || IsQuotaHugePages(name); }

void CheckResourceName(std::string_view name, const Path& path, FieldErrors& errors) {
  const size_t before = errors.size();
  AddAll(CheckQualifiedName(name), path, Value(name), errors);
  if (errors.size() != before || Qualified(name) || IsStandardResource(name)) return;
  errors.Invalid(path, Value(name), "must be a standard resource type or fully qualified");
}

void CheckContainerResourceName(std::string_view name, const Path& path, FieldErrors& errors) {
  CheckResourceName(name, path, errors);
  if (!Qualified(name)) {
    if (!HasWord(kOfContainers, name) && !IsHugePages(name)) {
      errors.Invalid(path, Value(name), "must be a standard resource for containers");
    }
  } else if (!IsNativeResource(name) && !IsExtendedResource(name)) {
    errors.Invalid(path, Value(name), "doesn't follow extended resource name standard");
  }
}

void CheckQuotaResourceName(std::string_view name, const Path& path, FieldErrors& errors) {
  CheckResourceName(name, path, errors);
  if (Qualified(name) || IsStandardQuotaResource(name)) return;
  errors.Invalid(path, Value(name), "must be a standard resource for quota");
}

void CheckResourceAmount(std::string_view name, const Value& amount, const Path& path, FieldErrors& errors) {
  const Quantity quantity = Quantity::Of(amount);
  if (quantity.is_negative()) errors.Invalid(path, amount, "must be greater than or equal to 0");
  const bool whole = HasWord(kCounted, name) || IsExtendedResource(name);
  if (whole && quantity.milli_value() % 1000 != 0) errors.Invalid(path, amount, "must be an integer");
}

void CheckRequirements(const Value& limits, const Value& requests, bool pod_level, const Path& path,
                       FieldErrors& errors) {
  const Path limits_path(&path, "limits");
  const Path requests_path(&path, "requests");
  Seen seen;
  for (const Field& entry : limits.fields()) {
    const Path at(&limits_path, Path::Key{entry.key.view()});
    CheckEntry(entry, pod_level, at, seen, errors);
    CheckHugePages(entry.key.view(), entry.value, at, errors);
  }
  for (const Field& entry : requests.fields()) {
    const std::string_view name = entry.key.view();
    const Path at(&requests_path, Path::Key{name});
    CheckEntry(entry, pod_level, at, seen, errors);
    CheckWithinLimit(name, entry.value, limits, path, errors);
    CheckHugePages(name, entry.value, at, errors);
  }
  if (seen.huge_pages && !seen.compute) errors.Forbidden(path, "HugePages require cpu or memory");
}

}  // namespace wavetank::sim
