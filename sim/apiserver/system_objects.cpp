#include "sim/apiserver/system_objects.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "runtime/value/json.h"
#include "sim/apiserver/replica.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kNamespaces[] = {"kube-system", "kube-public", "kube-node-lease", "default"};

struct ClassRow {
  std::string_view name;
  int64_t value;
  std::string_view description;
};
constexpr ClassRow kClasses[] = {
    {"system-node-critical", 2000001000,
     "Used for system critical pods that must not be moved from their current node."},
    {"system-cluster-critical", 2000000000,
     "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."},
};

// The way to the server itself.
struct ObjectRow {
  std::string_view group;
  std::string_view version;
  std::string_view resource;
  std::string_view json;
};
constexpr ObjectRow kService[] = {
    {"networking.k8s.io", "v1", "servicecidrs",
     R"({"metadata":{"name":"kubernetes"},"spec":{"cidrs":["10.0.0.0/24"]}})"},
    {"networking.k8s.io", "v1", "ipaddresses",
     R"({"metadata":{"name":"10.0.0.1","labels":{"ipaddress.kubernetes.io/ip-family":"IPv4",)"
     R"("ipaddress.kubernetes.io/managed-by":"ipallocator.k8s.io"}},"spec":{"parentRef":{"resource":"services",)"
     R"("namespace":"default","name":"kubernetes"}}})"},
    {"", "v1", "services",
     R"({"metadata":{"name":"kubernetes","labels":{"component":"apiserver","provider":"kubernetes"}},)"
     R"("spec":{"type":"ClusterIP","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ipFamilies":["IPv4"],)"
     R"("ipFamilyPolicy":"SingleStack","sessionAffinity":"None","ports":[{"name":"https","protocol":"TCP",)"
     R"("port":443,"targetPort":6443}]}})"},
    {"", "v1", "endpoints",
     R"({"metadata":{"name":"kubernetes","labels":{"endpointslice.kubernetes.io/skip-mirror":"true"}},)"
     R"("subsets":[{"addresses":[{"ip":"192.0.2.1"}],"ports":[{"name":"https","port":6443,)"
     R"("protocol":"TCP"}]}]})"},
    {"discovery.k8s.io", "v1", "endpointslices",
     R"({"metadata":{"name":"kubernetes","labels":{"kubernetes.io/service-name":"kubernetes"}},)"
     R"("addressType":"IPv4","endpoints":[{"addresses":["192.0.2.1"],"conditions":{"ready":true}}],)"
     R"("ports":[{"name":"https","port":6443,"protocol":"TCP"}]})"},
};

// Whom the server trusts: a certificate of nobody, whose key was thrown away.
constexpr std::string_view kClientCa =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBhTCCASugAwIBAgIUZaTnPJDd+B58BBbOwrJBSyBJt4kwCgYIKoZIzj0EAwIw\n"
    "FzEVMBMGA1UEAwwMc2ltdWxhdGVkLWNhMCAXDTI2MTEyMzExMzQ0OFoYDzIxMjYx\n"
    "MDMwMTEzNDQ4WjAXMRUwEwYDVQQDDAxzaW11bGF0ZWQtY2EwWTATBgcqhkjOPQIB\n"
    "BggqhkjOPQMBBwNCAARvgsG0gzwxjMTsdfPuECvsadDRFCRgkGo2JH2/SStXfFDM\n"
    "Y6pie6aLAofj/l8aR78iRAGLPNHO7gQn/t7saSa9o1MwUTAdBgNVHQ4EFgQUfjRR\n"
    "86BkmuptypftKGDk9hcqzx8wHwYDVR0jBBgwFoAUfjRR86BkmuptypftKGDk9hcq\n"
    "zx8wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA0xn/ZBmiR+Yt\n"
    "AMInvXl9ZQuehsiQdMKrS2+yMiu05/ECIEU2OmE+BzrjwC4GlDLF9lw3ej9L1IJL\n"
    "Sg8gbNBgTaDu\n"
    "-----END CERTIFICATE-----\n";

struct LevelRow {
  std::string_view name;
  int shares;
  int lendable;
  int queues;  // 0: requests that wait are refused
  int hand;
};
constexpr LevelRow kLevels[] = {
    {"catch-all", 5, 0, 0, 0},          {"system", 30, 33, 64, 6},         {"node-high", 40, 25, 64, 6},
    {"leader-election", 10, 0, 16, 4},  {"workload-high", 40, 50, 128, 6}, {"workload-low", 100, 90, 128, 6},
    {"global-default", 20, 50, 128, 6},
};

struct SchemaRow {
  std::string_view name;
  int precedence;
  std::string_view level;
  std::string_view distinguisher;  // "": none
  std::string_view subjects;       // "group a,group b", "user c", "account namespace/name"
  std::string_view paths = {};     // of non-resource rules; "": all
  bool resources = true;           // rules for all resources, too
};
constexpr std::string_view kAll = "group system:unauthenticated,group system:authenticated";
constexpr SchemaRow kSchemas[] = {
    {"exempt", 1, "exempt", "", "group system:masters"},
    {"probes", 2, "exempt", "", kAll, "/healthz,/readyz,/livez", false},
    {"system-leader-election", 100, "leader-election", "ByUser",
     "user system:kube-controller-manager,user system:kube-scheduler,account kube-system/*"},
    {"system-node-high", 400, "node-high", "ByUser", "group system:nodes"},
    {"system-nodes", 500, "system", "ByUser", "group system:nodes"},
    {"kube-controller-manager", 800, "workload-high", "ByNamespace", "user system:kube-controller-manager"},
    {"kube-scheduler", 800, "workload-high", "ByNamespace", "user system:kube-scheduler"},
    {"kube-system-service-accounts", 900, "workload-high", "ByNamespace", "account kube-system/*"},
    {"service-accounts", 9000, "workload-low", "ByUser", "group system:serviceaccounts"},
    {"global-default", 9900, "global-default", "ByUser", kAll},
    {"catch-all", 10000, "catch-all", "ByUser", kAll},
};

// How the groups stand in discovery; those without a row come last.
struct PriorityRow {
  std::string_view group;
  std::string_view version;
  int minimum;
  int priority;
};
constexpr PriorityRow kPriorities[] = {
    {"", "v1", 18000, 1},
    {"apps", "v1", 17800, 15},
    {"events.k8s.io", "v1", 17750, 15},
    {"authentication.k8s.io", "v1", 17700, 15},
    {"authorization.k8s.io", "v1", 17600, 15},
    {"autoscaling", "v1", 17500, 15},
    {"autoscaling", "v2", 17500, 30},
    {"batch", "v1", 17400, 15},
    {"certificates.k8s.io", "v1", 17300, 15},
    {"networking.k8s.io", "v1", 17200, 15},
    {"policy", "v1", 17100, 15},
    {"rbac.authorization.k8s.io", "v1", 17000, 15},
    {"storage.k8s.io", "v1", 16800, 15},
    {"apiextensions.k8s.io", "v1", 16700, 15},
    {"admissionregistration.k8s.io", "v1", 16700, 15},
    {"scheduling.k8s.io", "v1", 16600, 15},
    {"coordination.k8s.io", "v1", 16500, 15},
    {"node.k8s.io", "v1", 16300, 15},
    {"discovery.k8s.io", "v1", 16200, 15},
    {"flowcontrol.apiserver.k8s.io", "v1", 16100, 21},
    {"resource.k8s.io", "v1", 16200, 21},
};
constexpr PriorityRow kLast = {"", "", 15000, 9};

// What is there is left alone: creating the service once more would ask for an address that is taken. Objects with a
// namespace go to `ns`.
std::optional<ApiRequest> CreateUnlessThere(const ApiServer& server, const Gvr& gvr, Value body,
                                            std::string_view ns = "default") {
  const ResourceInfo* resource = server.kinds().Find(gvr);
  if (resource == nullptr) return std::nullopt;  // a server of fewer kinds
  if (!resource->namespaced) ns = "";
  const String name = body[names::kMetadata][names::kName].ToSharedString();
  if (server.Get(*resource, ObjectKey(String(ns), name))) return std::nullopt;
  ApiRequest request(Verb::kCreate, gvr);
  request.ns = ns;
  request.body = std::move(body);
  return request;
}

class Builder {
 public:
  Builder(ApiServer& server, const RequestInfo& info) : server_(server), info_(info) {}

  Status Run() {
    for (const std::string_view name : kNamespaces) {
      WT_RETURN_IF_ERROR(Make({"", "v1", "namespaces"}, Named(name)));
    }
    for (const ClassRow& row : kClasses) {
      WT_RETURN_IF_ERROR(
          Make({"scheduling.k8s.io", "v1", "priorityclasses"},
               Named(row.name).Set("value", Value(row.value)).Set("description", Value(row.description))));
    }
    for (ApiRequest& create : MissingServiceObjects(server_)) WT_RETURN_IF_ERROR(Send(std::move(create)));
    WT_RETURN_IF_ERROR(SetCondition(Gvr("networking.k8s.io", "v1", "servicecidrs"), "kubernetes",
                                    {"Ready", "True", "", "Kubernetes default Service CIDR is ready"}));
    WT_RETURN_IF_ERROR(Identity());
    WT_RETURN_IF_ERROR(FlowControl());
    return Services();
  }

 private:
  static Value Named(std::string_view name) {
    return ObjectBuilder(1).Add(names::kMetadata, ObjectBuilder(1).Add(names::kName, name).Build()).Build();
  }

  Status Send(ApiRequest request) {
    const Outcome outcome = server_.Apply(std::move(request), info_, Replica());
    const auto* response = std::get_if<ApiResponse>(&outcome);
    if (response == nullptr) return Status(Code::kInternal, "a system object met a webhook");
    if (response->ok()) return {};
    return FromStatusDocument(response->body, response->code);
  }

  Status Make(const Gvr& gvr, Value body, std::string_view ns = "") {
    std::optional<ApiRequest> create = CreateUnlessThere(server_, gvr, std::move(body), ns);
    return create.has_value() ? Send(*std::move(create)) : Status();
  }

  static Value Kept(Value object) {
    return object.SetIn({names::kMetadata, names::kAnnotations},
                        ObjectBuilder(1).Add("apf.kubernetes.io/autoupdate-spec", "true").Build());
  }

  Status FlowControl() {
    const Gvr levels("flowcontrol.apiserver.k8s.io", "v1", "prioritylevelconfigurations");
    const Gvr schemas("flowcontrol.apiserver.k8s.io", "v1", "flowschemas");
    const Value exempt = *ParseJson(R"({"type":"Exempt","exempt":{"nominalConcurrencyShares":0,"lendablePercent":0}})");
    WT_RETURN_IF_ERROR(Make(levels, Kept(Named("exempt").Set(names::kSpec, exempt))));
    for (const LevelRow& row : kLevels) {
      WT_RETURN_IF_ERROR(Make(levels, Kept(Named(row.name).Set(names::kSpec, Level(row)))));
    }
    for (const SchemaRow& row : kSchemas) {
      WT_RETURN_IF_ERROR(Make(schemas, Kept(Named(row.name).Set(names::kSpec, Schema(row)))));
      WT_RETURN_IF_ERROR(SetCondition(schemas, row.name,
                                      {"Dangling", "False", "Found",
                                       "This FlowSchema references the PriorityLevelConfiguration object named \"" +
                                           std::string(row.level) + "\" and it exists"}));
    }
    return {};
  }

  static Value Level(const LevelRow& row) {
    Value response = ObjectBuilder(1).Add(names::kType, row.queues == 0 ? "Reject" : "Queue").Build();
    if (row.queues > 0) {
      response = response.Set(
          "queuing",
          ObjectBuilder(3).Add("handSize", row.hand).Add("queueLengthLimit", 50).Add("queues", row.queues).Build());
    }
    const Value limited = ObjectBuilder(3)
                              .Add("lendablePercent", row.lendable)
                              .Add("limitResponse", std::move(response))
                              .Add("nominalConcurrencyShares", row.shares)
                              .Build();
    return ObjectBuilder(2).Add("limited", limited).Add(names::kType, "Limited").Build();
  }

  // "group a,user b" -> the parts.
  static std::vector<std::string> Split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
      const std::string_view part = text.substr(0, text.find(separator));
      parts.emplace_back(part);
      text.remove_prefix(std::min(text.size(), part.size() + 1));
    }
    return parts;
  }

  static Value Texts(std::initializer_list<std::string_view> texts) {
    ArrayBuilder out;
    for (const std::string_view text : texts) out.Add(Value(text));
    return out.Build();
  }

  static Value Subject(const std::string& text) {
    const size_t space = text.find(' ');
    const std::string kind = text.substr(0, space);
    const std::string name = text.substr(space + 1);
    if (kind == "group") return Subject("Group", "group", ObjectBuilder(1).Add(names::kName, name).Build());
    if (kind == "user") return Subject("User", "user", ObjectBuilder(1).Add(names::kName, name).Build());
    const size_t slash = name.find('/');
    return Subject("ServiceAccount", "serviceAccount",
                   ObjectBuilder(2)
                       .Add(names::kName, name.substr(slash + 1))
                       .Add(names::kNamespace, name.substr(0, slash))
                       .Build());
  }
  static Value Subject(std::string_view kind, std::string_view field, Value who) {
    return ObjectBuilder(2).Add(String(field), std::move(who)).Add(names::kKind, kind).Build();
  }

  static Value Schema(const SchemaRow& row) {
    ArrayBuilder subjects;
    for (const std::string& subject : Split(row.subjects, ',')) subjects.Add(Subject(subject));
    ArrayBuilder paths;
    for (const std::string& path : Split(row.paths.empty() ? "*" : row.paths, ',')) paths.Add(Value(path));
    const Value others = ObjectBuilder(2)
                             .Add("nonResourceURLs", paths.Build())
                             .Add("verbs", Texts({row.paths.empty() ? "*" : "get"}))
                             .Build();
    ObjectBuilder rule(3);
    rule.Add("nonResourceRules", Value::Array({others}));
    if (row.resources) {
      rule.Add("resourceRules", Value::Array({ObjectBuilder(5)
                                                  .Add("apiGroups", Texts({"*"}))
                                                  .Add("clusterScope", Value(true))
                                                  .Add("namespaces", Texts({"*"}))
                                                  .Add("resources", Texts({"*"}))
                                                  .Add("verbs", Texts({"*"}))
                                                  .Build()}));
    }
    rule.Add("subjects", subjects.Build());
    ObjectBuilder spec(4);
    if (!row.distinguisher.empty()) {
      spec.Add("distinguisherMethod", ObjectBuilder(1).Add(names::kType, row.distinguisher).Build());
    }
    spec.Add("matchingPrecedence", row.precedence)
        .Add("priorityLevelConfiguration", ObjectBuilder(1).Add(names::kName, row.level).Build())
        .Add("rules", Value::Array({rule.Build()}));
    return spec.Build();
  }

  Status Services() {
    const Gvr gvr("apiregistration.k8s.io", "v1", "apiservices");
    for (const GroupInfo& group : server_.kinds().Groups()) {
      if (group.name == "apiregistration.k8s.io") continue;
      for (const std::string& version : group.versions) WT_RETURN_IF_ERROR(Service(gvr, group.name, version));
    }
    return {};
  }

  Status Service(const Gvr& gvr, const std::string& group, const std::string& version) {
    if (server_.kinds().Find(gvr) == nullptr) return {};
    PriorityRow priority = kLast;
    for (const PriorityRow& row : kPriorities) {
      if (row.group == group && row.version == version) priority = row;
    }
    ObjectBuilder spec(4);
    if (!group.empty()) spec.Add("group", group);
    spec.Add("groupPriorityMinimum", priority.minimum)
        .Add("version", version)
        .Add("versionPriority", priority.priority);
    const std::string name = version + "." + group;
    Value object = Named(name)
                       .SetIn({names::kMetadata, names::kLabels},
                              ObjectBuilder(1).Add("kube-aggregator.kubernetes.io/automanaged", "onstart").Build())
                       .Set(names::kSpec, spec.Build());
    WT_RETURN_IF_ERROR(Make(gvr, object));
    return SetCondition(gvr, name, {"Available", "True", "Local", "Local APIServices are always available"});
  }

  // What the server's own controllers say of an object.
  struct Condition {
    std::string_view type;
    std::string_view status;
    std::string_view reason;
    std::string message;
  };
  Status SetCondition(const Gvr& gvr, std::string_view name, const Condition& said) {
    const ResourceInfo* resource = server_.kinds().Find(gvr);
    if (resource == nullptr) return {};
    const Object stored = server_.Get(*resource, ObjectKey("", name));
    const Value condition = ObjectBuilder(5)
                                .Add("lastTransitionTime", FormatTime(info_.now))
                                .Add("message", said.message)
                                .Add("reason", said.reason)
                                .Add(names::kStatus, said.status)
                                .Add(names::kType, said.type)
                                .Build();
    ApiRequest status(Verb::kUpdate, gvr);
    status.name = name;
    status.subresource = "status";
    status.body =
        stored.value().Set(names::kStatus, ObjectBuilder(1).Add(names::kConditions, Value::Array({condition})).Build());
    return Send(std::move(status));
  }

  // Who serves, and whom it trusts (API-836).
  Status Identity() {
    const Value ca = ObjectBuilder(1).Add("client-ca-file", kClientCa).Build();
    WT_RETURN_IF_ERROR(
        Make({"", "v1", "configmaps"}, Named("extension-apiserver-authentication").Set("data", ca), "kube-system"));
    // The day since which uses of tokens in Secrets are noted.
    const Value since = ObjectBuilder(1).Add("since", FormatTime(info_.now).substr(0, 10)).Build();
    WT_RETURN_IF_ERROR(Make({"", "v1", "configmaps"},
                            Named("kube-apiserver-legacy-service-account-token-tracking").Set("data", since),
                            "kube-system"));
    constexpr std::string_view kName = "apiserver-simulated";
    const Value labels = ObjectBuilder(2)
                             .Add("apiserver.kubernetes.io/identity", "kube-apiserver")
                             .Add("kubernetes.io/hostname", "simulated")
                             .Build();
    const Value spec = ObjectBuilder(3)
                           .Add("holderIdentity", std::string(kName) + "_" + info_.ids->Uid().str())
                           .Add("leaseDurationSeconds", 3600)
                           .Add("renewTime", FormatMicroTime(info_.now))
                           .Build();
    return Make({"coordination.k8s.io", "v1", "leases"},
                Named(kName).SetIn({names::kMetadata, names::kLabels}, labels).Set(names::kSpec, spec), "kube-system");
  }

  ApiServer& server_;
  const RequestInfo& info_;
};

}  // namespace

std::vector<ApiRequest> MissingServiceObjects(const ApiServer& server) {
  std::vector<ApiRequest> missing;
  for (const ObjectRow& row : kService) {
    const Gvr gvr(row.group, row.version, row.resource);
    if (std::optional<ApiRequest> create = CreateUnlessThere(server, gvr, *ParseJson(row.json)); create.has_value()) {
      missing.push_back(*std::move(create));
    }
  }
  return missing;
}

Status MakeSystemObjects(ApiServer& server, const RequestInfo& info) { return Builder(server, info).Run(); }

}  // namespace wavetank::sim
