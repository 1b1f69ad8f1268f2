#include "sim/front/limits.h"

#include "runtime/wire/options.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kUncalled = "is stored, but this server calls no webhooks";
constexpr std::string_view kUnjudged = "is stored, but this server evaluates no admission policies";
constexpr std::string_view kNoRights =
    "has no effect here: this server has no RBAC, and its administrator may do everything";
constexpr std::string_view kNoFlow = "has no effect here: this server has no flow control";
constexpr std::string_view kNoController = "is stored, but wavetank serve comes with no controller for it";
constexpr std::string_view kNoTraffic = "is stored, but there is no network between the pods of a simulated cluster";
constexpr std::string_view kNoStorage =
    "is stored, but nobody makes volumes in a simulated cluster: claims stay as they are";

struct Row {
  std::string_view group;
  std::string_view kind;
  std::string_view what;
};
constexpr Row kRows[] = {
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", kUncalled},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", kUncalled},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicy", kUnjudged},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", kUnjudged},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", kUnjudged},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", kUnjudged},
    {"rbac.authorization.k8s.io", "Role", kNoRights},
    {"rbac.authorization.k8s.io", "RoleBinding", kNoRights},
    {"rbac.authorization.k8s.io", "ClusterRole", kNoRights},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding", kNoRights},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema", kNoFlow},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", kNoFlow},
    {"apps", "DaemonSet", kNoController},
    {"apps", "StatefulSet", kNoController},
    {"", "ReplicationController", kNoController},
    {"batch", "CronJob", kNoController},
    {"batch", "Job", kNoController},
    {"autoscaling", "HorizontalPodAutoscaler", kNoController},
    {"policy", "PodDisruptionBudget", kNoController},
    {"certificates.k8s.io", "CertificateSigningRequest", kNoController},
    {"networking.k8s.io", "Ingress", kNoTraffic},
    {"networking.k8s.io", "NetworkPolicy", kNoTraffic},
    {"", "PersistentVolumeClaim", kNoStorage},
    {"resource.k8s.io", "ResourceClaim", kNoController},
};

constexpr std::string_view kClients[] = {"kubectl/", "Helm/"};

}  // namespace

std::string LimitOf(const ResourceInfo& resource) {
  for (const Row& row : kRows) {
    if (row.kind == resource.gvk.kind.view() && row.group == resource.gvk.group.view()) {
      return std::string(row.kind) + " " + std::string(row.what);
    }
  }
  return {};
}

bool ShowsWarnings(const HttpRequest& http) {
  const std::string_view agent = HeaderText(http.headers, "User-Agent");
  for (const std::string_view client : kClients) {
    if (agent.starts_with(client)) return true;
  }
  return false;
}

}  // namespace wavetank::sim
