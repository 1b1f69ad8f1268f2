// Rows of the kinds that rule a cluster: access, admission, storage, network, priorities.
#include <set>

#include "runtime/base/strings.h"
#include "sim/apiserver/table.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

void PrintDisruptionBudget(Row& row) {
  const auto number_or_text = [](const Value& v) {
    return v.is_null() ? "N/A" : v.is_int() ? std::to_string(v.AsInt()) : std::string(v.AsString());
  };
  const Value& spec = row["spec"];
  row.Name().Add(number_or_text(spec["minAvailable"])).Add(number_or_text(spec["maxUnavailable"]));
  row.Int(row["status"]["disruptionsAllowed"]).Age();
}

void PrintRoleBinding(Row& row) {
  std::vector<std::string> users, groups, accounts;
  for (const Value& subject : row["subjects"].elements()) {
    const std::string name(subject["name"].AsString());
    if (subject["kind"] == "User") users.push_back(name);
    if (subject["kind"] == "Group") groups.push_back(name);
    if (subject["kind"] == "ServiceAccount")
      accounts.push_back(std::string(subject["namespace"].AsString()) + "/" + name);
  }
  const Value& role = row["roleRef"];
  row.Name().Add(std::string(role["kind"].AsString()) + "/" + std::string(role["name"].AsString())).Age();
  row.Add(Join(users, ", ")).Add(Join(groups, ", ")).Add(Join(accounts, ", "));
}

void PrintSigningRequest(Row& row) {
  const Value& spec = row["spec"];
  const auto has = [&](std::string_view type) {
    return !FirstWith(row["status"]["conditions"], "type", type).is_null();
  };
  std::string state = has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending";
  if (has("Failed")) state += ",Failed";
  if (!row["status"]["certificate"].empty()) state += ",Issued";
  const Value& seconds = spec["expirationSeconds"];
  row.Name().Age().TextOr(spec["signerName"], "<none>").Text(spec["username"]);
  row.Add(seconds.is_null() ? "<none>" : HumanDuration(std::chrono::seconds(seconds.AsInt()))).Add(state);
}

// ---- Network

bool IsMarked(const Row& row, std::string_view annotation) {
  return row["metadata"]["annotations"][annotation] == "true";
}

void NameOrDefault(Row& row, bool is_default) {
  row.Name();
  if (is_default) row.cells.back() = std::string(row.cells.back().AsString()) + " (default)";
}

void PrintIngressClass(Row& row) {
  const Value& p = row["spec"]["parameters"];
  std::string parameters = "<none>";
  if (!p.is_null()) {
    parameters = p["kind"].AsString();
    if (!p["apiGroup"].is_null()) parameters += "." + std::string(p["apiGroup"].AsString());
    parameters += "/" + std::string(p["name"].AsString());
  }
  NameOrDefault(row, IsMarked(row, "ingressclass.kubernetes.io/is-default-class"));
  row.Text(row["spec"]["controller"]).Add(parameters).Age();
}

// Three hosts, and how many rules there are beyond three.
std::string Hosts(const Value& rules) {
  std::vector<std::string> hosts;
  bool more = false;
  for (const Value& rule : rules.elements()) {
    if (hosts.size() == 3) more = true;
    if (!more && !rule["host"].empty()) hosts.emplace_back(rule["host"].AsString());
  }
  if (hosts.empty()) return "*";
  return Join(hosts, ",") + (more ? " + " + std::to_string(rules.size() - 3) + " more..." : "");
}

void PrintIngress(Row& row) {
  const Value& spec = row["spec"];
  std::set<std::string> addresses;
  for (const Value& ingress : row["status"]["loadBalancer"]["ingress"].elements()) {
    const Value& address = ingress["ip"].empty() ? ingress["hostname"] : ingress["ip"];
    if (!address.empty()) addresses.emplace(address.AsString());
  }
  row.Name().Text(spec["ingressClassName"], "<none>").Add(Hosts(spec["rules"]));
  row.Add(Join(std::vector<std::string>(addresses.begin(), addresses.end()), ","));
  row.Add(spec["tls"].empty() ? "80" : "80, 443").Age();
}

void PrintNetworkPolicy(Row& row) {
  const Value& selector = row["spec"]["podSelector"];
  row.Name().Selector(selector.is_null() ? Value::EmptyObject() : selector).Age();
}

void PrintIpAddress(Row& row) {
  const Value& parent = row["spec"]["parentRef"];
  std::string text = "<none>";
  if (!parent.is_null()) {
    text = parent["resource"].AsString();
    if (!parent["group"].empty()) text += "." + std::string(parent["group"].AsString());
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (!parent["namespace"].empty()) text += "/" + std::string(parent["namespace"].AsString());
    text += "/" + std::string(parent["name"].AsString());
  }
  row.Name().Add(text).Age();  // the real server, too, prints an age for which there is no column
}

void PrintServiceCidr(Row& row) { row.Name().Add(JoinTexts(row["spec"]["cidrs"], ",")).Age(); }

// ---- Storage

void PrintStorageClass(Row& row) {
  NameOrDefault(row, IsMarked(row, "storageclass.kubernetes.io/is-default-class") ||
                         IsMarked(row, "storageclass.beta.kubernetes.io/is-default-class"));
  row.Text(row["provisioner"]).Text(row["reclaimPolicy"], "Delete").Text(row["volumeBindingMode"], "Immediate");
  row.Bool(row["allowVolumeExpansion"], false).Age();
}

void PrintCsiDriver(Row& row) {
  const Value& spec = row["spec"];
  std::string audiences;
  for (const Value& request : spec["tokenRequests"].elements()) {
    if (&request != &spec["tokenRequests"][0]) audiences += ',';
    audiences += request["audience"].AsString();
  }
  const std::string modes = JoinTexts(spec["volumeLifecycleModes"], ",");
  row.Name()
      .Bool(spec["attachRequired"], true)
      .Bool(spec["podInfoOnMount"], false)
      .Bool(spec["storageCapacity"], false);
  row.Add(spec["tokenRequests"].is_null() ? "<unset>" : audiences).Bool(spec["requiresRepublish"], false);
  row.Add(modes.empty() ? "<none>" : modes).Age();
}

void PrintCsiNode(Row& row) { row.Name().Count(row["spec"]["drivers"]).Age(); }
void PrintVolumeAttributesClass(Row& row) { row.Name().Text(row["driverName"]).Age(); }

void PrintVolumeAttachment(Row& row) {
  const Value& spec = row["spec"];
  row.Name().Text(spec["attacher"]).Text(spec["source"]["persistentVolumeName"]).Text(spec["nodeName"]);
  row.Bool(row["status"]["attached"], false).Age();
}

// ---- Admission

void PrintWebhooks(Row& row) { row.Name().Count(row["webhooks"]).Age(); }

void PrintPolicyWith(Row& row, std::string_view rules) {
  const Value& kind = row["spec"]["paramKind"];
  row.Name().Count(row["spec"][rules]);
  row.Add(kind.is_null() ? "<unset>"
                         : std::string(kind["apiVersion"].AsString()) + "/" + std::string(kind["kind"].AsString()));
  row.Age();
}
void PrintValidatingPolicy(Row& row) { PrintPolicyWith(row, "validations"); }
void PrintMutatingPolicy(Row& row) { PrintPolicyWith(row, "mutations"); }

// The selector as Go prints the struct.
std::string GoSelector(const Value& selector) {
  std::string out = "&LabelSelector{MatchLabels:map[string]string{";
  for (const Field& label : selector["matchLabels"].fields()) {
    out += label.key.str() + ": " + std::string(label.value.AsString()) + ",";
  }
  out += "},MatchExpressions:[]LabelSelectorRequirement{";
  for (const Value& e : selector["matchExpressions"].elements()) {
    out += "LabelSelectorRequirement{Key:" + std::string(e["key"].AsString()) +
           ",Operator:" + std::string(e["operator"].AsString()) + ",Values:[" + JoinTexts(e["values"], " ") + "],},";
  }
  return out + "},}";
}

void PrintPolicyBinding(Row& row) {
  const Value& param = row["spec"]["paramRef"];
  std::string text = "<unset>";
  if (!param["name"].empty()) {
    text = (param["namespace"].empty() ? "*" : std::string(param["namespace"].AsString())) + "/" +
           std::string(param["name"].AsString());
  } else if (!param["selector"].is_null()) {
    text = GoSelector(param["selector"]);
  }
  row.Name().Text(row["spec"]["policyName"]).Add(text).Age();
}

void PrintApiService(Row& row) {
  const Value& service = row["spec"]["service"];
  const Value& available = FirstWith(row["status"]["conditions"], "type", "Available");
  std::string status(available["status"].AsString("Unknown"));
  if (!available.is_null() && status != "True" && !available["reason"].empty()) {
    status += " (" + std::string(available["reason"].AsString()) + ")";
  }
  row.Name();
  row.Add(service.is_null()
              ? "Local"
              : std::string(service["namespace"].AsString()) + "/" + std::string(service["name"].AsString()));
  row.Add(status).Age();
}

// ---- Priorities, runtimes, devices

void PrintPriorityClass(Row& row) {
  row.Name().Int(row["value"]).Bool(row["globalDefault"], false).Age().Text(row["preemptionPolicy"]);
}
void PrintRuntimeClass(Row& row) { row.Name().Text(row["handler"]).Age(); }

void PrintFlowSchema(Row& row) {
  const Value& spec = row["spec"];
  row.Name().Text(spec["priorityLevelConfiguration"]["name"]).Int(spec["matchingPrecedence"]);
  row.Text(spec["distinguisherMethod"]["type"], "<none>").Age();
  row.Text(FirstWith(row["status"]["conditions"], "type", "Dangling")["status"], "?");
}

void PrintPriorityLevel(Row& row) {
  const Value& limited = row["spec"]["limited"];
  const Value& queuing = limited["limitResponse"]["queuing"];
  row.Name().Text(row["spec"]["type"]);
  row.Add(limited.is_null() ? Value("<none>") : Value(limited["nominalConcurrencyShares"].AsInt()));
  for (const char* field : {"queues", "handSize", "queueLengthLimit"}) {
    row.Add(queuing.is_null() ? Value("<none>") : Value(queuing[field].AsInt()));
  }
  row.Age();
}

void PrintResourceClaim(Row& row) {
  const bool deleted = !row["metadata"]["deletionTimestamp"].is_null();
  const bool allocated = !row["status"]["allocation"].is_null();
  std::string state = deleted ? "deleted" : "";
  if (allocated) state += deleted ? ",allocated" : "allocated";
  if (allocated && !row["status"]["reservedFor"].empty()) state += ",reserved";
  row.Name().Add(state.empty() ? "pending" : state).Age();
}

void PrintResourceSlice(Row& row) {
  const Value& spec = row["spec"];
  row.Name().Text(spec["nodeName"]).Text(spec["driver"]).Text(spec["pool"]["name"]).Age();
}

constexpr PrinterRow kRows[] = {
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicy", PrintMutatingPolicy},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", PrintPolicyBinding},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration", PrintWebhooks},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", PrintValidatingPolicy},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", PrintPolicyBinding},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration", PrintWebhooks},
    {"apiregistration.k8s.io", "APIService", PrintApiService},
    {"certificates.k8s.io", "CertificateSigningRequest", PrintSigningRequest},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema", PrintFlowSchema},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", PrintPriorityLevel},
    {"networking.k8s.io", "IPAddress", PrintIpAddress},
    {"networking.k8s.io", "Ingress", PrintIngress},
    {"networking.k8s.io", "IngressClass", PrintIngressClass},
    {"networking.k8s.io", "NetworkPolicy", PrintNetworkPolicy},
    {"networking.k8s.io", "ServiceCIDR", PrintServiceCidr},
    {"node.k8s.io", "RuntimeClass", PrintRuntimeClass},
    {"policy", "PodDisruptionBudget", PrintDisruptionBudget},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding", PrintRoleBinding},
    {"rbac.authorization.k8s.io", "RoleBinding", PrintRoleBinding},
    {"resource.k8s.io", "DeviceClass", PrintNameAndAge},
    {"resource.k8s.io", "ResourceClaim", PrintResourceClaim},
    {"resource.k8s.io", "ResourceClaimTemplate", PrintNameAndAge},
    {"resource.k8s.io", "ResourceSlice", PrintResourceSlice},
    {"scheduling.k8s.io", "PriorityClass", PrintPriorityClass},
    {"storage.k8s.io", "CSIDriver", PrintCsiDriver},
    {"storage.k8s.io", "CSINode", PrintCsiNode},
    {"storage.k8s.io", "StorageClass", PrintStorageClass},
    {"storage.k8s.io", "VolumeAttachment", PrintVolumeAttachment},
    {"storage.k8s.io", "VolumeAttributesClass", PrintVolumeAttributesClass},
};

}  // namespace

std::span<const PrinterRow> PolicyPrinters() { return kRows; }

}  // namespace wavetank::sim
