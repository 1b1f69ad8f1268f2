// EndpointSlice, Ingress, IngressClass, NetworkPolicy, IPAddress, ServiceCIDR (API-740).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"

namespace wavetank::sim {
namespace {

const Name kAddresses("addresses");
const Name kCidr("cidr");
const Name kEndPort("endPort");
const Name kExcept("except");
const Name kPath("path");
const Name kPathType("pathType");
const Name kPort("port");
const Name kScope("scope");

// ---- EndpointSlice.

Complaints CheckFullName(std::string_view name, Value& shown) {
  if (name.ends_with('.')) name.remove_suffix(1);
  shown = Value(name);
  Complaints bad = CheckDnsSubdomain(name);
  if (!bad.empty()) return {bad[0]};
  if (name.find('.') == name.npos) return {"should be a domain with at least two segments separated by dots"};
  return {};
}

void CheckAddress(const Value& address, const Value& type, const Path& list, size_t index, FieldErrors& errors) {
  const std::string_view text = address.AsString();
  const Path at(&list, index);
  if (type == "FQDN") {
    if (text.empty()) return errors.Required(at);
    Value shown;
    const Complaints bad = CheckFullName(text, shown);
    return AddAll(bad, at, shown, errors);
  }
  if (type != "IPv4" && type != "IPv6") return;
  const Complaints bad = CheckIp(text, type == "IPv6");
  if (!bad.empty()) return AddAll(bad, at, address, errors);
  const bool v4 = ParseIp(text)->is_v4();
  if (v4 != (type == "IPv4")) {
    errors.Invalid(list, address, "must be an " + std::string(type.AsString()) + " address");
  }
  AddAll(CheckNonSpecialIp(text), at, address, errors);
}

// Not looked at again when they are what they were.
void Endpoints(const Site& site, const Rule&) {
  if (site.errors.before != nullptr && (*site.errors.before)["endpoints"] == site.value) return;
  const Value& type = site.parent["addressType"];
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& addresses = site.value[i][kAddresses];
    const Path element(&site.path, i);
    const Path list(&element, kAddresses.view());
    if (addresses.empty()) site.errors.Required(list, "must contain at least 1 address");
    if (addresses.size() > 100)
      site.errors.Add(field::TooMany(list.ToString(), static_cast<int64_t>(addresses.size()), 100));
    for (size_t j = 0; j < addresses.size(); ++j) CheckAddress(addresses[j], type, list, j, site.errors);
    ValidateTree(*site.ref->element->type, site.value[i], element, site.errors);
  }
}

// The empty name is one too.
void SlicePortName(const Site& site, const Rule& rule) {
  if (!site.value.empty()) Label(site, rule);
}

void SliceProtocol(const Site& site, const Rule& rule) {
  if (site.value.is_null()) return site.errors.Required(site.path);
  EnumAlways(site, rule);
}

// Names of ports differ; an absent one is the empty name.
void SlicePorts(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const std::string_view name = site.value[i][names::kName].AsString();
    ValidateTree(*site.ref->element->type, site.value[i], site.path / i, site.errors);
    const auto before = site.value.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& p) { return p[names::kName].AsString() == name; })) {
      site.errors.Duplicate(site.path / i / names::kName, Value(name));
    }
  }
}

// ---- Ingress.

void RulesOrDefault(const Site& site, const Rule&) {
  if (!site.value["rules"].empty() || !site.value["defaultBackend"].is_null()) return;
  site.errors.Invalid(site.path, site.value["rules"], "either `defaultBackend` or `rules` must be specified");
}

void CheckHost(const Value& host, const Path& path, FieldErrors& errors) {
  const std::string_view text = host.AsString();
  const bool wild = text.find('*') != text.npos;
  AddAll(wild ? CheckWildcardSubdomain(text) : CheckDnsSubdomain(text), path, host, errors);
}

void RuleHost(const Site& site, const Rule&) {
  if (site.value.empty()) return;
  if (ParseIp(site.value.AsString()).has_value()) site.Invalid("must be a DNS name, not an IP address");
  CheckHost(site.value, site.path, site.errors);
}

void TlsHost(const Site& site, const Rule&) { CheckHost(site.value, site.path, site.errors); }

void HttpPath(const Site& site, const Rule&) {
  const Value& type = site.value[kPathType];
  const Value path = site.value[kPath].is_null() ? Value("") : site.value[kPath];
  const std::string_view text = path.AsString();
  const Path at(&site.path, kPath.view());
  if (type.is_null()) return site.errors.Required(site.path / kPathType, "pathType must be specified");
  if (type == "Exact" || type == "Prefix") {
    if (!text.starts_with('/')) site.errors.Invalid(at, path, "must be an absolute path");
    for (const std::string_view bad : {"//", "/./", "/../", "%2f", "%2F"}) {
      if (text.find(bad) != text.npos) site.errors.Invalid(at, path, "must not contain '" + std::string(bad) + "'");
    }
    for (const std::string_view bad : {"/..", "/."}) {
      if (text.ends_with(bad)) site.errors.Invalid(at, path, "cannot end with '" + std::string(bad) + "'");
    }
  } else if (type == "ImplementationSpecific") {
    if (!text.empty() && !text.starts_with('/')) site.errors.Invalid(at, path, "must be an absolute path");
  } else {
    site.errors.NotSupported(site.path / kPathType, type, "Exact,ImplementationSpecific,Prefix");
  }
  const FieldInfo* backend = site.type.Find("backend");
  ValidateTree(*backend->type.type, site.value["backend"].is_null() ? Value::EmptyObject() : site.value["backend"],
               site.path / "backend", site.errors);
}

void Backend(const Site& site, const Rule&) {
  const Value& resource = site.value["resource"];
  const Value& service = site.value["service"];
  const auto complain = [&site](std::string_view why) { site.errors.Invalid(site.path, Value(""), why); };
  if (!resource.is_null() && !service.is_null()) return complain("cannot set both resource and service backends");
  if (!resource.is_null()) {
    const FieldInfo* field = site.type.Find("resource");
    return ValidateTree(*field->type.type, resource, site.path / "resource", site.errors);
  }
  if (service.is_null()) return complain("resource or service backend is required");
  const Value& name = service[names::kName];
  const Path at(&site.path, "service");
  if (name.empty()) {
    site.errors.Required(at / names::kName);
  } else {
    AddAll(CheckDnsLabel(name.AsString()), at / names::kName, name, site.errors);
  }
  const Value& port_name = service[kPort][names::kName];
  const int64_t number = service[kPort]["number"].AsInt();
  if (!port_name.empty() && number != 0) {
    complain("cannot set both port name & port number");
  } else if (!port_name.empty()) {
    AddAll(CheckPortName(port_name.AsString()), at / kPort / names::kName, port_name, site.errors);
  } else if (number != 0) {
    if (number < 0 || number > 65535) {
      site.errors.Invalid(at / kPort / "number", Value(number), "must be between 1 and 65535, inclusive");
    }
  } else {
    site.errors.Required(site.path, "port name or number is required");
  }
}

void ControllerPath(const Site& site, const Rule&) { CheckDomainPath(site.value, site.path, site.errors); }

void ParametersScope(const Site& site, const Rule&) {
  const Value& scope = site.value[kScope];
  const Value& ns = site.value[names::kNamespace];
  const Path at(&site.path, names::kNamespace.view());
  if (scope.is_null()) return site.errors.Required(site.path / kScope);
  if (scope == "Cluster") {
    if (!ns.is_null()) site.errors.Forbidden(at, "`parameters.scope` is set to 'Cluster'");
  } else if (scope == "Namespace") {
    if (ns.is_null()) return site.errors.Required(at, "`parameters.scope` is set to 'Namespace'");
    AddAll(CheckDnsLabel(ns.AsString()), at, ns, site.errors);
  } else {
    site.errors.NotSupported(site.path / kScope, scope, "Cluster,Namespace");
  }
}

// ---- NetworkPolicy.

void PolicyPort(const Site& site, const Rule&) {
  const Value& port = site.value[kPort];
  const Value& end = site.value[kEndPort];
  const Path at(&site.path, kPort.view());
  const Path end_path(&site.path, kEndPort.view());
  if (port.is_null()) {
    if (!end.is_null()) site.errors.Invalid(end_path, end, "may not be specified when `port` is not specified");
    return;
  }
  if (port.is_string()) {
    if (!end.is_null()) site.errors.Invalid(end_path, end, "may not be specified when `port` is non-numeric");
    return CheckPortOrName(port, at, site.errors);
  }
  CheckPortOrName(port, at, site.errors);
  if (end.is_null()) return;
  if (end.AsInt() < port.AsInt()) site.errors.Invalid(end_path, port, "must be greater than or equal to `port`");
  CheckPortOrName(end, end_path, site.errors);
}

void PolicyPeer(const Site& site, const Rule&) {
  const bool selects = !site.value["podSelector"].is_null() || !site.value["namespaceSelector"].is_null();
  const bool block = !site.value["ipBlock"].is_null();
  if (!selects && !block) site.errors.Required(site.path, "must specify a peer");
  if (selects && block) site.errors.Forbidden(site.path, "may not specify both ipBlock and another peer");
}

void IpBlock(const Site& site, const Rule&) {
  const Value& cidr = site.value[kCidr];
  if (cidr.empty()) return site.errors.Required(site.path / kCidr);
  AddAll(CheckCidr(cidr.AsString()), site.path / kCidr, cidr, site.errors);
  const std::optional<Cidr> whole = ParseCidr(cidr.AsString());
  if (!whole.has_value()) return;
  const Value& except = site.value[kExcept];
  for (size_t i = 0; i < except.size(); ++i) {
    AddAll(CheckCidr(except[i].AsString()), site.path / kExcept / i, except[i], site.errors);
    const std::optional<Cidr> part = ParseCidr(except[i].AsString());
    if (!part.has_value() || (whole->contains(part->network()) && whole->prefix < part->prefix)) continue;
    site.errors.Invalid(site.path / kExcept / i, except[i], "must be a strict subset of `cidr`");
  }
}

void PolicyTypes(const Site& site, const Rule&) {
  if (site.value.size() > 2) site.Invalid("may not specify more than two policyTypes");
  for (size_t i = 0; i < site.value.size(); ++i) {
    if (site.value[i] == "Ingress" || site.value[i] == "Egress") continue;
    site.errors.NotSupported(site.path / i, site.value[i], "Ingress,Egress");
  }
}

// ---- Addresses as objects.

void AddressName(const Site& site, const Rule&) {
  const Value& name = site.value[names::kName];
  if (!name.empty()) AddAll(CheckIp(name.AsString(), true), site.path / names::kName, name, site.errors);
}

void Cidrs(const Site& site, const Rule&) {
  if (site.value.empty()) return site.errors.Required(site.path, "at least one CIDR required");
  if (site.value.size() > 2) {
    site.errors.Add(
        field::InvalidText(site.path.ToString(), InternalText(site.type, site.parent), "may only hold up to 2 values"));
  }
  for (size_t i = 0; i < site.value.size(); ++i) {
    AddAll(CheckCidr(site.value[i].AsString(), true), site.path / i, site.value[i], site.errors);
  }
  if (site.value.size() != 2) return;
  const std::optional<Cidr> first = ParseCidr(site.value[0].AsString());
  const std::optional<Cidr> second = ParseCidr(site.value[1].AsString());
  if (!first.has_value() || !second.has_value() || first->address.is_v4() != second->address.is_v4()) return;
  site.Invalid("may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
}

constexpr Rule kSlice[] = {
    {"addressType", EnumOrRequired, "FQDN,IPv4,IPv6"},
    {"ports", MaxItems, "", 0, 20000},
    {"ports", SlicePorts},
    {"ports", Skip},
    {"endpoints", MaxItems, "", 0, 1000},
    {"endpoints", Endpoints},
    {"endpoints", Skip},
};
constexpr Rule kEndpoint[] = {{"nodeName", Subdomain},
                              {"hostname", Label}};
constexpr Rule kHints[] = {{"forZones", MaxItems, "", 0, 8},
                           {"forZones", UniqueBy, "name"},
                           {"forNodes", MaxItems, "", 0, 8},
                           {"forNodes", UniqueBy, "name"}};
constexpr Rule kZone[] = {{"name", LabelValue}};
constexpr Rule kNode[] = {{"name", SubdomainAlways}};
constexpr Rule kSlicePort[] = {
    {"name", SlicePortName}, {"protocol", SliceProtocol, "SCTP,TCP,UDP"}, {"appProtocol", OptionalQualifiedName}};

constexpr Rule kIngressSpec[] = {
    {"", RulesOrDefault}, {"defaultBackend", Below}, {"rules", Below}, {"tls", Below}, {"ingressClassName", Subdomain}};
constexpr Rule kIngressRule[] = {{"host", RuleHost}, {"http", Below}};
constexpr Rule kHttp[] = {{"paths", Required}, {"paths", Below}};
constexpr Rule kHttpPath[] = {{"", HttpPath}, {"backend", Skip}};
constexpr Rule kBackend[] = {{"", Backend}, {"resource", Skip}, {"service", Skip}};
constexpr Rule kTls[] = {{"hosts[]", TlsHost}, {"secretName", Subdomain}};
constexpr Rule kReference[] = {
    {"apiGroup", Subdomain}, {"kind", Required}, {"kind", PathSegment}, {"name", Required}, {"name", PathSegment}};
constexpr Rule kClassSpec[] = {
    {"controller", MaxBytes, "", 0, 250}, {"controller", ControllerPath, "", 0, 0, true}, {"parameters", Below}};
constexpr Rule kParameters[] = {{"apiGroup", Subdomain}, {"kind", Required},    {"kind", PathSegment},
                                {"name", Required},      {"name", PathSegment}, {"", ParametersScope}};

constexpr Rule kPolicySpec[] = {
    {"podSelector", Below}, {"ingress", Below}, {"egress", Below}, {"policyTypes", PolicyTypes}};
constexpr Rule kIngressPolicy[] = {{"ports", Below}, {"from", Below}};
constexpr Rule kEgressPolicy[] = {{"ports", Below}, {"to", Below}};
constexpr Rule kPolicyPort[] = {{"protocol", Enum, "TCP,UDP,SCTP"}, {"", PolicyPort}};
constexpr Rule kPeer[] = {{"podSelector", Below}, {"namespaceSelector", Below}, {"ipBlock", Below}, {"", PolicyPeer}};
constexpr Rule kBlock[] = {{"", IpBlock}};

constexpr Rule kAddressObject[] = {{"metadata", AddressName}, {"spec", Below}};
constexpr Rule kAddressSpec[] = {{"parentRef", Present}, {"parentRef", Below}};
constexpr Rule kParent[] = {{"group", Subdomain}, {"resource", Required}, {"resource", PathSegment},
                            {"name", Required},   {"name", PathSegment},  {"namespace", PathSegment}};
constexpr Rule kCidrSpec[] = {{"cidrs", Cidrs}, {"cidrs", Skip}};

constexpr TypeRules kTypes[] = {
    {"discovery.v1.EndpointSlice", kSlice},
    {"discovery.v1.Endpoint", kEndpoint},
    {"discovery.v1.EndpointHints", kHints},
    {"discovery.v1.ForZone", kZone},
    {"discovery.v1.ForNode", kNode},
    {"discovery.v1.EndpointPort", kSlicePort},
    {"networking.v1.IngressSpec", kIngressSpec},
    {"networking.v1.IngressRule", kIngressRule},
    {"networking.v1.HTTPIngressRuleValue", kHttp},
    {"networking.v1.HTTPIngressPath", kHttpPath},
    {"networking.v1.IngressBackend", kBackend},
    {"networking.v1.IngressTLS", kTls},
    {"core.v1.TypedLocalObjectReference", kReference},
    {"networking.v1.IngressClassSpec", kClassSpec},
    {"networking.v1.IngressClassParametersReference", kParameters},
    {"networking.v1.NetworkPolicySpec", kPolicySpec},
    {"networking.v1.NetworkPolicyIngressRule", kIngressPolicy},
    {"networking.v1.NetworkPolicyEgressRule", kEgressPolicy},
    {"networking.v1.NetworkPolicyPort", kPolicyPort},
    {"networking.v1.NetworkPolicyPeer", kPeer},
    {"networking.v1.IPBlock", kBlock},
    {"networking.v1.IPAddress", kAddressObject},
    {"networking.v1.IPAddressSpec", kAddressSpec},
    {"networking.v1.ParentReference", kParent},
    {"networking.v1.ServiceCIDRSpec", kCidrSpec},
};

}  // namespace

std::span<const TypeRules> NetworkRules() { return kTypes; }

// A range of the other family may be added to the one that is there.
void CheckServiceCidrChange(const Change& change) {
  if (!change.main()) return;
  const Value& now = change.spec()["cidrs"];
  const Value& before = change.stored.spec()["cidrs"];
  const Path path(nullptr, "spec.cidrs");
  const TypeInfo& type = change.TypeOf("spec");
  const auto immutable = [&] { change.Invalid("spec.cidrs", type.Find("cidrs")->type, now, "field is immutable"); };
  if (now == before) return;
  if (before.size() != 1 || now.empty()) return immutable();
  if (!(now[0] == before[0])) change.errors.Invalid(path / 0, now[0], "field is immutable");
  if (now.size() != 1) ValidateTree(type, change.spec(), Path(nullptr, "spec"), change.errors);
}

}  // namespace wavetank::sim
