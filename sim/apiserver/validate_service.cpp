// Services and Endpoints (API-731, API-732).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/service_words.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kProtocol("protocol");

constexpr std::string_view kBalancedOnly = "may only be used when `type` is 'LoadBalancer'";

bool IsHeadless(const Value& spec) {
  return spec[service::kClusterIps].size() == 1 && spec[service::kClusterIps][0] == "None";
}

void ServiceType(const Site& site, const Rule&) {
  const Value& spec = site.value;
  if (spec[service::kPorts].empty() && !IsHeadless(spec) && service::NeedsAddress(spec))
    site.errors.Required(site.path / service::kPorts);
  if (IsHeadless(spec) && service::NeedsNodePorts(spec)) {
    site.errors.Invalid(site.path / service::kClusterIps / size_t{0}, Value("None"),
                        "may not be set to 'None' for " + std::string(spec[names::kType].AsString()) + " services");
  }
  if (service::NeedsAddress(spec)) return;
  for (const Name name : {service::kClusterIps, service::kIpFamilies, service::kIpFamilyPolicy}) {
    const bool set = name == service::kIpFamilyPolicy ? !spec[name].is_null() : !spec[name].empty();
    if (set) site.errors.Forbidden(site.path / name, "may not be set for ExternalName services");
  }
  std::string_view host = spec["externalName"].AsString();
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.empty()) return site.errors.Required(site.path / "externalName");
  AddAll(CheckDnsSubdomain(host), site.path / "externalName", Value(host), site.errors);
}

void ServicePorts(const Site& site, const Rule&) {
  const Value& ports = site.value;
  for (size_t i = 0; i < ports.size(); ++i) {
    const Value& port = ports[i];
    const Value& name = port[names::kName];
    const Path at(&site.path, i);
    if (name.empty()) {
      if (ports.size() > 1) site.errors.Required(at / names::kName);
    } else {
      AddAll(CheckDnsLabel(name.AsString()), at / names::kName, name, site.errors);
      const auto before = ports.elements().first(i);
      if (std::ranges::any_of(before, [&](const Value& p) { return p[names::kName] == name; })) {
        site.errors.Duplicate(at / names::kName, name);
      }
    }
    ValidateTree(*site.ref->element->type, port, at, site.errors);
  }
}

// "None" alone, or one address of each family.
void ClusterIps(const Value& spec, const Path& path, FieldErrors& errors) {
  if (!service::NeedsAddress(spec)) return;
  const Value& first = spec[service::kClusterIp];
  const Value& all = spec[service::kClusterIps];
  const Value& families = spec[service::kIpFamilies];
  const Path at(&path, service::kClusterIps.view());
  if (first.empty()) {
    if (!all.empty()) errors.Invalid(at, all, "must be empty when `clusterIP` is not specified");
  } else if (all.empty()) {
    errors.Required(at);
  } else if (!(all[0] == first)) {
    errors.Invalid(at, all, "first value must match `clusterIP`");
  }
  for (size_t i = 0; i < families.size(); ++i) {
    if (families[i] != "IPv4" && families[i] != "IPv6") {
      errors.NotSupported(path / service::kIpFamilies / i, families[i], "IPv4,IPv6");
    }
    const auto before = families.elements().first(i);
    if (std::ranges::find(before, families[i]) != before.end())
      errors.Duplicate(path / service::kIpFamilies / i, families[i]);
  }
  const Value& policy = spec[service::kIpFamilyPolicy];
  constexpr std::string_view kPolicies = "PreferDualStack,RequireDualStack,SingleStack";
  if (!policy.is_null() && !HasWord(kPolicies, policy.AsString())) {
    errors.NotSupported(path / service::kIpFamilyPolicy, policy, kPolicies);
  }
  bool bad = false;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i == 0 && all[i] == "None") {
      if (all.size() > 1) errors.Invalid(at, all, "'None' must be the first and only value");
      bad = bad || all.size() > 1;
      continue;
    }
    const Complaints complaints = CheckIp(all[i].AsString());
    bad = bad || !complaints.empty();
    AddAll(complaints, at / i, all[i], errors);
  }
  if (all.size() > 2) errors.Invalid(at, all, "may only hold up to 2 values");
  if (bad || IsHeadless(spec)) return;
  const auto is_v4 = [&all](size_t i) { return ParseIp(all[i].AsString())->is_v4(); };
  if (all.size() > 1 && is_v4(0) == is_v4(1)) {
    errors.Invalid(at, all, "may specify no more than one IP for each IP family");
  }
  for (size_t i = 0; i < all.size() && i < families.size(); ++i) {
    const std::string_view wanted = families[i].AsString();
    if (wanted == (is_v4(i) ? "IPv4" : "IPv6") || (wanted != "IPv4" && wanted != "IPv6")) continue;
    errors.Invalid(
        at / i, all[i],
        "expected an " + std::string(wanted) + " value as indicated by `ipFamilies[" + std::to_string(i) + "]`");
  }
}

void SessionAffinity(const Site& site, const Rule&) {
  const Value& affinity = site.value["sessionAffinity"];
  const Value& config = site.value["sessionAffinityConfig"];
  const Path at(&site.path, "sessionAffinityConfig");
  if (affinity.empty()) {
    site.errors.Required(site.path / "sessionAffinity");
  } else if (affinity != "ClientIP" && affinity != "None") {
    site.errors.NotSupported(site.path / "sessionAffinity", affinity, "ClientIP,None");
  }
  if (affinity == "None" && !config.is_null())
    site.errors.Forbidden(at, "must not be set when session affinity is None");
  if (affinity != "ClientIP") return;
  constexpr std::string_view kWhen = "when session affinity type is ClientIP";
  const Value& client = config["clientIP"];
  if (config.is_null()) return site.errors.Required(at, kWhen);
  if (client.is_null()) return site.errors.Required(at / "clientIP", kWhen);
  const Value& timeout = client["timeoutSeconds"];
  if (timeout.is_null()) return site.errors.Required(at / "clientIP" / "timeoutSeconds", kWhen);
  if (timeout.AsInt() > 0 && timeout.AsInt() <= 86400) return;
  site.errors.Invalid(at / "clientIP" / "timeoutSeconds", timeout, "must be greater than 0 and less than 86400");
}

void ExternalIp(const Site& site, const Rule&) {
  const std::string_view text = site.value.AsString();
  Complaints complaints = CheckIp(text);
  if (complaints.empty()) complaints = CheckNonSpecialIp(text);
  AddAll(complaints, site.path, site.value, site.errors);
}

void PortsAgain(const Site& site, const Rule&) {
  const Value& ports = site.value[service::kPorts];
  const TypeRef& type = *site.type.Find("ports")->type.element;
  const Path list(&site.path, service::kPorts.view());
  for (size_t i = 0; i < ports.size(); ++i) {
    if (!service::IsType(site.value, "ClusterIP") || ports[i][service::kNodePort].AsInt() == 0) continue;
    site.errors.Forbidden(list / i / service::kNodePort, "may not be used when `type` is 'ClusterIP'");
  }
  const auto same_before = [&ports](size_t i, Name field) {
    const auto before = ports.elements().first(i);
    return std::ranges::any_of(
        before, [&](const Value& p) { return p[field] == ports[i][field] && p[kProtocol] == ports[i][kProtocol]; });
  };
  for (size_t i = 0; i < ports.size(); ++i) {
    if (ports[i][service::kNodePort].AsInt() == 0 || !same_before(i, service::kNodePort)) continue;
    site.errors.Duplicate(list / i / service::kNodePort, ports[i][service::kNodePort]);
  }
  for (size_t i = 0; i < ports.size(); ++i) {
    if (!same_before(i, service::kPort)) continue;
    const Value key =
        ObjectBuilder(2).Add(service::kPort, ports[i][service::kPort]).Add(kProtocol, ports[i][kProtocol]).Build();
    FieldError error = field::Duplicate((list / i).ToString(), Value(""));
    error.body = "Duplicate value: " + InternalText(type, key);
    site.errors.Add(std::move(error));
  }
}

void LoadBalancerOnly(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const bool balanced = service::IsType(spec, "LoadBalancer");
  const Value& ranges = spec["loadBalancerSourceRanges"];
  const Path at(&site.path, "LoadBalancerSourceRanges");
  if (!ranges.empty() && !balanced) site.errors.Forbidden(at, kBalancedOnly);
  for (size_t i = 0; i < ranges.size(); ++i) {
    std::string_view text = ranges[i].AsString();
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    AddAll(CheckCidr(text), at / i, Value(text), site.errors);
  }
  if (!balanced && !spec[service::kAllocateNodePorts].is_null()) {
    site.errors.Forbidden(site.path / service::kAllocateNodePorts, kBalancedOnly);
  }
}

void TrafficPolicies(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const Value& external = spec[service::kExternalTrafficPolicy];
  const Path at(&site.path, service::kExternalTrafficPolicy.view());
  if (!service::NeedsTrafficPolicy(spec)) {
    if (!external.empty()) site.errors.Invalid(at, external, "may only be set for externally-accessible services");
  } else if (external.empty()) {
    site.errors.Required(at);
  } else if (external != "Cluster" && external != "Local") {
    site.errors.NotSupported(at, external, "Cluster,Local");
  }
  const Value& port = spec[service::kHealthCheckNodePort];
  const Path port_path(&site.path, service::kHealthCheckNodePort.view());
  if (!service::NeedsHealthPort(spec)) {
    if (port.AsInt() != 0) {
      site.errors.Invalid(port_path, port,
                          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
    }
  } else if (port.AsInt() == 0) {
    site.errors.Required(port_path);
  } else if (port.AsInt() < 0 || port.AsInt() > 65535) {
    site.errors.Invalid(port_path, port, "must be between 1 and 65535, inclusive");
  }
  const Value& internal = spec["internalTrafficPolicy"];
  constexpr std::string_view kWithin = "ClusterIP,NodePort,LoadBalancer";
  if (internal.is_null() && HasWord(kWithin, spec[names::kType].AsString()))
    site.errors.Required(site.path / "internalTrafficPolicy");
}

// What a load balancer may report: addresses or names. Those of a Service have a mode.
void CheckIngresses(const Value& list, bool modes, const Path& path, FieldErrors& errors) {
  for (size_t i = 0; i < list.size(); ++i) {
    const Value& ip = list[i]["ip"];
    const Value& host = list[i]["hostname"];
    const Value& mode = list[i]["ipMode"];
    const Path at(&path, i);
    if (!ip.empty()) AddAll(CheckIp(ip.AsString()), at / "ip", ip, errors);
    if (modes) {
      if (mode.is_null() && !ip.empty()) errors.Required(at / "ipMode", "must be specified when `ip` is set");
      if (!mode.is_null() && ip.empty()) errors.Forbidden(at / "ipMode", "may not be specified when `ip` is not set");
      if (!mode.is_null() && !ip.empty() && mode != "VIP" && mode != "Proxy") {
        errors.NotSupported(at / "ipMode", mode, "Proxy,VIP");
      }
    }
    if (host.empty()) continue;
    AddAll(CheckDnsSubdomain(host.AsString()), at / "hostname", host, errors);
    if (ParseIp(host.AsString()).has_value()) {
      errors.Invalid(at / "hostname", host, "must be a DNS name, not an IP address");
    }
  }
}

void BalancerIngress(const Site& site, const Rule&) { CheckIngresses(site.value, false, site.path, site.errors); }

void CheckBalancerClass(const Value& spec, const Path& path, FieldErrors& errors) {
  const Value& of_class = spec[service::kLoadBalancerClass];
  if (of_class.is_null()) return;
  if (!service::IsType(spec, "LoadBalancer"))
    return errors.Forbidden(path / service::kLoadBalancerClass, kBalancedOnly);
  AddAll(CheckQualifiedName(of_class.AsString()), path / service::kLoadBalancerClass, of_class, errors);
}

// ---- Endpoints.

void SomeAddress(const Site& site, const Rule&) {
  if (!site.value["addresses"].empty() || !site.value["notReadyAddresses"].empty()) return;
  site.errors.Required(site.path, "must specify `addresses` or `notReadyAddresses`");
}

void PortNamesOfMany(const Site& site, const Rule&) {
  for (size_t i = 0; site.value.size() > 1 && i < site.value.size(); ++i) {
    if (site.value[i][names::kName].empty()) site.errors.Required(site.path / i / names::kName);
  }
}

void EndpointIp(const Site& site, const Rule&) {
  AddAll(CheckIp(site.value.AsString()), site.path, site.Shown(), site.errors);
  AddAll(CheckNonSpecialIp(site.value.AsString()), site.path, site.Shown(), site.errors);
}

void RequiredPort(const Site& site, const Rule&) {
  if (site.value.AsInt() < 1 || site.value.AsInt() > 65535) site.Invalid("must be between 1 and 65535, inclusive");
}

constexpr std::string_view kProtocols = "SCTP,TCP,UDP";

constexpr Rule kServiceSpec[] = {
    {"", ServiceType},
    {"ports", ServicePorts},
    {"ports", Skip},
    {"selector", LabelMap},
    {"", SessionAffinity},
    {"", [](const Site& site, const Rule&) { ClusterIps(site.value, site.path, site.errors); }},
    {"externalIPs[]", ExternalIp},
    {"type", EnumOrRequired, "ClusterIP,ExternalName,LoadBalancer,NodePort"},
    {"", PortsAgain},
    {"", LoadBalancerOnly},
    {"", [](const Site& site, const Rule&) { CheckBalancerClass(site.value, site.path, site.errors); }},
    {"", TrafficPolicies},
    {"internalTrafficPolicy", Enum, "Cluster,Local"},
    {"trafficDistribution", Enum, "PreferClose,PreferSameZone,PreferSameNode"},
};
constexpr Rule kServicePort[] = {
    {"port", RequiredPort},
    {"protocol", EnumOrRequired, kProtocols},
    {"targetPort", PortOrName},
    {"appProtocol", OptionalQualifiedName},
};
constexpr Rule kBalancer[] = {{"ingress", Skip}};  // of a Service: its type says whether there may be any
constexpr Rule kIngressBalancer[] = {{"ingress", BalancerIngress}};
constexpr Rule kSubset[] = {{"", SomeAddress},
                            {"addresses", Below},
                            {"notReadyAddresses", Below},
                            {"ports", PortNamesOfMany},
                            {"ports", Below}};
constexpr Rule kAddress[] = {{"ip", EndpointIp}, {"hostname", Label}, {"nodeName", Subdomain}};
constexpr Rule kEndpointPort[] = {
    {"name", Label},
    {"port", RequiredPort},
    {"protocol", EnumOrRequired, kProtocols},
    {"appProtocol", OptionalQualifiedName},
};

constexpr TypeRules kTypes[] = {
    {"core.v1.ServiceSpec", kServiceSpec},     {"core.v1.ServicePort", kServicePort},
    {"core.v1.LoadBalancerStatus", kBalancer}, {"networking.v1.IngressLoadBalancerStatus", kIngressBalancer},
    {"core.v1.EndpointSubset", kSubset},       {"core.v1.EndpointAddress", kAddress},
    {"core.v1.EndpointPort", kEndpointPort},
};

// A list that only grows, keeping its first: what addresses and families may do.
void CheckGrowth(const Change& change, Name field, std::string_view what) {
  const Value& now = change.spec()[field];
  const Value& before = change.stored.spec()[field];
  const Path path(nullptr, "spec");
  const Path list(&path, field.view());
  if (now.size() == before.size()) {
    for (size_t i = 0; i < now.size(); ++i) {
      if (now[i] == before[i]) continue;
      change.errors.Invalid(list / (field == service::kClusterIps ? i : 0), now, "may not change once set");
    }
    return;
  }
  if (now.empty()) change.errors.Invalid(list / size_t{0}, now, "primary " + std::string(what) + " can not be unset");
  if (!now.empty() && !before.empty() && !(now[0] == before[0])) {
    change.errors.Invalid(list / size_t{0}, now, "may not change once set");
  }
  if (now.size() != 1 || before.size() < now.size() || change.spec()[service::kIpFamilyPolicy] == "SingleStack") return;
  change.errors.Invalid(path / service::kIpFamilyPolicy, change.spec()[service::kIpFamilyPolicy],
                        "must be set to 'SingleStack' when releasing the secondary " + std::string(what));
}

}  // namespace

std::span<const TypeRules> ServiceRules() { return kTypes; }

void CheckServiceAddresses(const Value& spec, FieldErrors& errors) { ClusterIps(spec, Path(nullptr, "spec"), errors); }

void CheckServiceChange(const Change& change) {
  const Value& now = change.spec();
  const Value& before = change.stored.spec();
  if (change.of_status()) {
    const Value& ingress = change.status()["loadBalancer"]["ingress"];
    const Path at(nullptr, "status.loadBalancer.ingress");
    if (service::IsType(now, "LoadBalancer")) return CheckIngresses(ingress, true, at, change.errors);
    if (!ingress.empty()) change.errors.Forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'");
    return;
  }
  if (!change.main() || now.identity() == before.identity()) return;
  const bool named = !service::NeedsAddress(now) || !service::NeedsAddress(before);
  const bool headless = IsHeadless(now);
  if (!named && !(headless && IsHeadless(before))) CheckGrowth(change, service::kClusterIps, "clusterIP");
  if (!named && headless == IsHeadless(before) && !headless) CheckGrowth(change, service::kIpFamilies, "ipFamily");
  const Path path(nullptr, "spec");
  const bool balanced = service::IsType(now, "LoadBalancer") && service::IsType(before, "LoadBalancer");
  if (balanced && !(now[service::kLoadBalancerClass] == before[service::kLoadBalancerClass])) {
    change.errors.Invalid(path / service::kLoadBalancerClass, now[service::kLoadBalancerClass],
                          "may not change once set");
  }
  CheckBalancerClass(now, path, change.errors);
  const bool checked = service::NeedsHealthPort(now) && service::NeedsHealthPort(before);
  if (checked && !(now[service::kHealthCheckNodePort] == before[service::kHealthCheckNodePort])) {
    change.errors.Forbidden(path / service::kHealthCheckNodePort, "field is immutable");
  }
}

}  // namespace wavetank::sim
