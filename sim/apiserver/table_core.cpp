// Rows of the core kinds, and of what stands beside them in other groups (API-391).
#include <algorithm>
#include <set>

#include "runtime/api/quantity.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/table_printers.h"

namespace wavetank::sim {
namespace {

void PrintConfigMap(Row& row) {
  row.Name().Add(static_cast<int64_t>(row["data"].size() + row["binaryData"].size())).Age();
}
void PrintSecret(Row& row) { row.Name().Text(row["type"]).Count(row["data"]).Age(); }
void PrintNamespace(Row& row) { row.Name().Text(row["status"]["phase"]).Age(); }

void PrintComponentStatus(Row& row) {
  const Value& healthy = FirstWith(row["conditions"], "type", "Healthy");
  const std::string_view status = healthy.is_null() ? "Unknown" : healthy["status"] == "True" ? "Healthy" : "Unhealthy";
  row.Name().Add(status).Text(healthy["message"]).Text(healthy["error"]);
}

// ---- Nodes

std::string Roles(const Value& labels) {
  constexpr std::string_view kPrefix = "node-role.kubernetes.io/";
  std::set<std::string> roles;
  for (const Field& label : labels.fields()) {
    const std::string_view key = label.key.view();
    if (key.starts_with(kPrefix) && key.size() > kPrefix.size()) roles.emplace(key.substr(kPrefix.size()));
    if (key == "kubernetes.io/role" && !label.value.empty()) roles.emplace(label.value.AsString());
  }
  const std::vector<std::string> sorted(roles.begin(), roles.end());
  return sorted.empty() ? "<none>" : Join(sorted, ",");
}

void PrintNode(Row& row) {
  const Value& status = row["status"];
  const Value& info = status["nodeInfo"];
  const Value* ready = nullptr;  // the last of its type
  for (const Value& condition : status["conditions"].elements()) {
    if (condition["type"] == "Ready") ready = &condition;
  }
  std::string state = ready == nullptr ? "Unknown" : (*ready)["status"] == "True" ? "Ready" : "NotReady";
  if (row["spec"]["unschedulable"].AsBool()) state += ",SchedulingDisabled";
  std::string kernel(info["kernelVersion"].empty() ? "<unknown>" : info["kernelVersion"].AsString());
  if (!info["architecture"].empty()) kernel += " (" + std::string(info["architecture"].AsString()) + ")";
  row.Name().Add(state).Add(Roles(row["metadata"]["labels"])).Age().Text(info["kubeletVersion"]);
  for (const char* type : {"InternalIP", "ExternalIP"}) {
    row.Text(FirstWith(status["addresses"], "type", type)["address"], "<none>");
  }
  row.TextOr(info["osImage"], "<unknown>").Add(kernel).TextOr(info["containerRuntimeVersion"], "<unknown>");
}

// ---- Services and their endpoints

std::string LoadBalancerAddresses(const Value& load_balancer) {
  std::set<std::string> addresses;
  for (const Value& ingress : load_balancer["ingress"].elements()) {
    const Value& address = ingress["ip"].empty() ? ingress["hostname"] : ingress["ip"];
    if (!address.empty()) addresses.emplace(address.AsString());
  }
  return Join(std::vector<std::string>(addresses.begin(), addresses.end()), ",");
}

std::string ExternalAddress(const Value& service) {
  const Value& spec = service["spec"];
  const std::string_view type = spec["type"].AsString();
  const std::string given = JoinTexts(spec["externalIPs"], ",");
  if (type == "ExternalName") return std::string(spec["externalName"].AsString());
  if (type == "ClusterIP" || type == "NodePort") return given.empty() ? "<none>" : given;
  if (type != "LoadBalancer") return "<unknown>";
  const std::string balanced = LoadBalancerAddresses(service["status"]["loadBalancer"]);
  if (given.empty()) return balanced.empty() ? "<pending>" : balanced;
  return balanced.empty() ? given : balanced + "," + given;
}

void PrintService(Row& row) {
  const Value& spec = row["spec"];
  std::string ports;
  for (const Value& port : spec["ports"].elements()) {
    if (!ports.empty()) ports += ',';
    ports += std::to_string(port["port"].AsInt());
    if (port["nodePort"].AsInt() > 0) ports += ":" + std::to_string(port["nodePort"].AsInt());
    ports += "/" + std::string(port["protocol"].AsString());
  }
  row.Name().Text(spec["type"]).Text(spec["clusterIPs"][0], "<none>").Add(ExternalAddress(row.object));
  row.Add(ports.empty() ? "<none>" : ports).Age().Add(LabelsText(spec["selector"]));
}

std::string HostPort(std::string_view host, int64_t port) {
  const bool six = host.find(':') != host.npos;
  return (six ? "[" + std::string(host) + "]" : std::string(host)) + ":" + std::to_string(port);
}

void PrintEndpoints(Row& row) {
  std::vector<std::string> all;
  for (const Value& subset : row["subsets"].elements()) {
    for (const Value& port : subset["ports"].elements()) {
      for (const Value& address : subset["addresses"].elements()) {
        all.push_back(HostPort(address["ip"].AsString(), port["port"].AsInt()));
      }
    }
    if (!subset["ports"].empty()) continue;
    for (const Value& address : subset["addresses"].elements()) all.emplace_back(address["ip"].AsString());
  }
  row.Name().Add(row["subsets"].empty() ? "<none>" : CutList(all, 3, ",", "")).Age();
}

void PrintEndpointSlice(Row& row) {
  std::vector<std::string> ports;
  for (const Value& port : row["ports"].elements()) {
    ports.push_back(port["port"].is_null() ? std::string(port["name"].AsString("*"))
                                           : std::to_string(port["port"].AsInt()));
  }
  std::vector<std::string> addresses;
  for (const Value& endpoint : row["endpoints"].elements()) {
    for (const Value& address : endpoint["addresses"].elements()) addresses.emplace_back(address.AsString());
  }
  row.Name().Text(row["addressType"]).Add(CutList(ports, 3, ",", "<unset>")).Add(CutList(addresses, 3, ",", "<unset>"));
  row.Age();
}

// ---- Volumes

std::string AccessModes(const Value& modes) {
  std::string out;
  for (const auto& [mode, word] : {std::pair("ReadWriteOnce", "RWO"),
                                   {"ReadOnlyMany", "ROX"},
                                   {"ReadWriteMany", "RWX"},
                                   {"ReadWriteOncePod", "RWOP"}}) {
    if (std::ranges::none_of(modes.elements(), [&](const Value& m) { return m == mode; })) continue;
    out += (out.empty() ? "" : ",") + std::string(word);
  }
  return out;
}

std::string_view StorageClassOf(const Row& row) {
  const Value& beta = row["metadata"]["annotations"]["volume.beta.kubernetes.io/storage-class"];
  return (beta.is_null() ? row["spec"]["storageClassName"] : beta).AsString();
}

Value VolumePhase(const Row& row) {
  return row["metadata"]["deletionTimestamp"].is_null() ? Value(row["status"]["phase"].AsString())
                                                        : Value("Terminating");
}

void PrintPersistentVolume(Row& row) {
  const Value& spec = row["spec"];
  const Value& claim = spec["claimRef"];
  std::string owner;
  if (!claim.is_null())
    owner = std::string(claim["namespace"].AsString()) + "/" + std::string(claim["name"].AsString());
  row.Name().Text(spec["capacity"]["storage"], "0").Add(AccessModes(spec["accessModes"]));
  row.Text(spec["persistentVolumeReclaimPolicy"]).Add(VolumePhase(row)).Add(owner).Add(StorageClassOf(row));
  row.Text(spec["volumeAttributesClassName"], "<unset>").Text(row["status"]["reason"]).Age();
  row.Text(spec["volumeMode"], "<unset>");
}

void PrintPersistentVolumeClaim(Row& row) {
  const Value& spec = row["spec"];
  const bool bound = !spec["volumeName"].empty();
  row.Name().Add(VolumePhase(row)).Text(spec["volumeName"]);
  row.Text(bound ? row["status"]["capacity"]["storage"] : Value(), bound ? "0" : "");
  row.Add(bound ? AccessModes(row["status"]["accessModes"]) : "").Add(StorageClassOf(row));
  row.Text(spec["volumeAttributesClassName"], "<unset>").Age().Text(spec["volumeMode"], "<unset>");
}

// ---- Events, in both of their groups

struct EventFields {
  std::string_view object, message, source, first, last, count, reporter;
};
constexpr EventFields kCoreEvent = {"involvedObject", "message",           "source", "firstTimestamp", "lastTimestamp",
                                    "count",          "reportingComponent"};
constexpr EventFields kNewEvent = {"regarding",
                                   "note",
                                   "deprecatedSource",
                                   "deprecatedFirstTimestamp",
                                   "deprecatedLastTimestamp",
                                   "deprecatedCount",
                                   "reportingController"};

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const size_t from = text.find_first_not_of(kSpace);
  if (from == text.npos) return "";
  return text.substr(from, text.find_last_not_of(kSpace) - from + 1);
}

void PrintEventOf(const EventFields& f, Row& row) {
  const Value& object = row[f.object];
  const Value& series = row["series"];
  const std::string first = row.Since(row[f.first].is_null() ? row["eventTime"] : row[f.first]);
  std::string last = row[f.last].is_null() ? first : row.Since(row[f.last]);
  int64_t count = row[f.count].AsInt();
  if (!series.is_null()) {
    last = row.Since(series["lastObservedTime"]);
    count = series["count"].AsInt();
  } else if (count == 0) {
    count = 1;
  }
  std::string target = Lower(object["kind"].AsString());
  if (!object["name"].empty()) target += "/" + std::string(object["name"].AsString());
  const Value& component = row[f.source]["component"].empty() ? row[f.reporter] : row[f.source]["component"];
  const Value& host = row[f.source]["host"].empty() ? row["reportingInstance"] : row[f.source]["host"];
  std::string source(component.AsString());
  if (!host.empty()) source += ", " + std::string(host.AsString());
  row.Add(last).Text(row["type"]).Text(row["reason"]).Add(target).Text(object["fieldPath"]).Add(source);
  row.Add(Trimmed(row[f.message].AsString())).Add(first).Add(count).Name();
}

void PrintCoreEvent(Row& row) { PrintEventOf(kCoreEvent, row); }
void PrintNewEvent(Row& row) { PrintEventOf(kNewEvent, row); }

void PrintResourceQuota(Row& row) {
  std::string requests;
  std::string limits;
  for (const Field& hard : row["status"]["hard"].fields()) {
    std::string& out = hard.key.view().starts_with("limits.") ? limits : requests;
    if (!out.empty()) out += ", ";
    out += hard.key.str() + ": " + std::string(row["status"]["used"][hard.key.view()].AsString("0")) + "/" +
           std::string(hard.value.AsString());
  }
  row.Name().Add(requests).Add(limits).Age();
}

void PrintLease(Row& row) { row.Name().Text(row["spec"]["holderIdentity"]).Age(); }

constexpr PrinterRow kRows[] = {
    {"", "ComponentStatus", PrintComponentStatus},
    {"", "ConfigMap", PrintConfigMap},
    {"", "Endpoints", PrintEndpoints},
    {"", "Event", PrintCoreEvent},
    {"", "Namespace", PrintNamespace},
    {"", "Node", PrintNode},
    {"", "PersistentVolume", PrintPersistentVolume},
    {"", "PersistentVolumeClaim", PrintPersistentVolumeClaim},
    {"", "ResourceQuota", PrintResourceQuota},
    {"", "Secret", PrintSecret},
    {"", "Service", PrintService},
    {"", "ServiceAccount", PrintNameAndAge},
    {"coordination.k8s.io", "Lease", PrintLease},
    {"discovery.k8s.io", "EndpointSlice", PrintEndpointSlice},
    {"events.k8s.io", "Event", PrintNewEvent},
};

}  // namespace

std::span<const PrinterRow> CorePrinters() { return kRows; }

}  // namespace wavetank::sim
