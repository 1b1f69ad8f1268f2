#include "tools/conformance/features.h"

#include <algorithm>

#include "runtime/value/json.h"

namespace wavetank::conformance {
namespace {

struct Feature {
  std::string_view name;
  // Some step's path holds the one, or some step's text the other; empty: not asked.
  std::string_view path;
  std::string_view text;
  bool cluster = false;  // asked of profile `cluster` alone
};
// The first that fits is the reason.
constexpr Feature kFeatures[] = {
    {"custom resources", "/customresourcedefinitions", ""},
    {"webhooks", "", "\"do\":\"hook"},
    {"admission policies", "/apis/admissionregistration.k8s.io/", ""},
    {"server-side apply", "", "application/apply-patch+yaml"},
    {"RBAC", "/apis/rbac.authorization.k8s.io/", ""},
    {"RBAC", "", "\"user\":"},
    {"authorization reviews", "/apis/authorization.k8s.io/", ""},
    {"authentication reviews", "/apis/authentication.k8s.io/", ""},
    {"service account tokens", "/token", ""},
    {"certificate requests", "/certificatesigningrequests", ""},
    {"managed fields", "", "managedFields"},
    {"the StatefulSet controller", "/statefulsets", "", true},
    {"the DaemonSet controller", "/daemonsets", "", true},
    {"the Job controller", "/jobs", "", true},
    {"the CronJob controller", "/cronjobs", "", true},
};

bool Fits(const Feature& feature, const GoldenCase& golden) {
  if (feature.cluster && !golden.cluster()) return false;
  return std::ranges::any_of(golden.steps, [&](const GoldenStep& step) {
    if (!feature.path.empty()) return step.value["path"].AsString().find(feature.path) != std::string_view::npos;
    const std::string text = WriteJson(step.value);
    return text.find(feature.text) != std::string::npos;
  });
}

}  // namespace

std::string_view FeatureNeeded(const GoldenCase& golden) {
  for (const Feature& feature : kFeatures) {
    if (Fits(feature, golden)) return feature.name;
  }
  // Where managed fields are compared, every object has them.
  const bool stripped = std::ranges::any_of(golden.value["strip"].elements(),
                                            [](const Value& strip) { return strip == "managedFields"; });
  return stripped || golden.cluster() ? std::string_view() : "managed fields";
}

}  // namespace wavetank::conformance
