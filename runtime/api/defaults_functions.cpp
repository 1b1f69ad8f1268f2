// The defaulting rules that no row of a table can say. Each is named in defaults_rules.cpp.
#include <algorithm>
#include <map>

#include "runtime/api/defaults.h"
#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/value/json.h"

namespace wavetank::defaults {
namespace {

const Name kContainerPort("containerPort");
const Name kContainers("containers");
const Name kHostPort("hostPort");
const Name kImage("image");
const Name kImagePullPolicy("imagePullPolicy");
const Name kInitContainers("initContainers");
const Name kLimits("limits");
const Name kListKind("listKind");
const Name kPorts("ports");
const Name kRequests("requests");
const Name kResources("resources");
const Name kSelector("selector");
const Name kStorage("storage");
const Name kStoredVersions("storedVersions");
const Name kTargetPort("targetPort");
const Name kTemplate("template");
const Name kVersions("versions");

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

// Does a path of an image have only characters that a reference allows? (The host may have capitals.)
bool IsImagePath(std::string_view path) {
  const auto separates = [](char c) { return c == '.' || c == '_' || c == '-' || c == '/'; };
  if (path.empty() || separates(path.front()) || separates(path.back())) return false;
  return std::ranges::all_of(path, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
  });
}

// What looks like the id of an image is no name.
bool IsImageId(std::string_view image) {
  constexpr size_t kDigits = 64;
  const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return image.size() == kDigits && std::ranges::all_of(image, digit);
}

// A domain name or address, and a port: its parts begin and end with a letter or a digit.
bool IsImageHost(std::string_view host) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  if (host.starts_with('[')) return true;
  host = host.substr(0, host.find(':'));
  while (true) {
    const std::string_view part = host.substr(0, host.find('.'));
    if (part.empty() || !plain(part.front()) || !plain(part.back())) return false;
    if (!std::ranges::all_of(part, [&](char c) { return plain(c) || c == '-'; })) return false;
    if (part.size() == host.size()) return true;
    host.remove_prefix(part.size() + 1);
  }
}

// The tag "latest", written or meant by writing none. A digest means a fixed image, nonsense means nothing.
bool MeansLatest(std::string_view image) {
  const size_t digest = image.find('@');
  std::string_view name = image.substr(0, digest);
  std::string_view tag;
  const size_t slash = name.rfind('/');
  if (const size_t colon = name.rfind(':'); colon != name.npos && (slash == name.npos || colon > slash)) {
    tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  constexpr size_t kLongestName = 255;
  if (name.size() > kLongestName || IsImageId(image)) return false;
  const size_t first = name.find('/');
  const std::string_view host = first == name.npos ? std::string_view() : name.substr(0, first);
  const bool has_host = host.find_first_of(".:") != host.npos || host == "localhost" || host != Lower(host);
  if (has_host && !IsImageHost(host)) return false;
  if (!IsImagePath(has_host ? name.substr(first + 1) : name)) return false;
  return tag == "latest" || (tag.empty() && digest == image.npos);
}

// The list with each struct passed through `change`; the same node when nothing changes.
template <typename Change>
Value MapList(const Value& list, Change change) {
  Value out = list;
  for (size_t i = 0; i < list.size(); ++i) out = out.SetAt(i, change(list[i]));
  return out;
}

// `into` with the entries of `from` that it lacks.
Value Fill(const Value& into, const Value& from) {
  Value out = into;
  for (const Field& f : from.fields()) {
    if (!out.Has(f.key.view())) out = out.Set(f.key, f.value);
  }
  return out;
}

Value WithRequests(const Value& container) {
  const Value& resources = container[kResources];
  if (resources[kLimits].empty()) return container;
  const Value requests = Fill(resources[kRequests], resources[kLimits]);
  if (requests == resources[kRequests]) return container;
  return container.Set(kResources, resources.Set(kRequests, requests));
}

// What a pod as a whole may request: everything else belongs to containers.
bool IsPodLevel(std::string_view resource) {
  return resource == "cpu" || resource == "memory" || resource.starts_with("hugepages-");
}
bool IsOvercommittable(std::string_view resource) { return !resource.starts_with("hugepages-"); }

using Amounts = std::map<std::string, Quantity, std::less<>>;

Amounts AmountsOf(const Value& container, Name part) {
  Amounts amounts;
  for (const Field& f : container[kResources][part].fields()) amounts[f.key.str()] = Quantity::Of(f.value);
  return amounts;
}

// Running containers add up; an init container runs beside the sidecars before it, and the larger need counts.
Amounts PodNeeds(const Edit& spec, Name part) {
  Amounts sum, sidecars, peak;
  for (const Value& c : spec.Get(kContainers).elements()) {
    for (const auto& [name, amount] : AmountsOf(c, part)) sum[name] += amount;
  }
  for (const Value& c : spec.Get(kInitContainers).elements()) {
    const bool sidecar = c["restartPolicy"] == "Always";
    for (const auto& [name, amount] : AmountsOf(c, part)) {
      const Quantity together = amount + sidecars[name];
      peak[name] = std::max(peak[name], together);
      if (sidecar) {
        sidecars[name] = together;
        sum[name] += amount;
      }
    }
  }
  for (const auto& [name, amount] : peak) sum[name] = std::max(sum[name], amount);
  return sum;
}

}  // namespace

void ImagePullPolicy(Edit& container) {
  container.Set(kImagePullPolicy, MeansLatest(container.Get(kImage).AsString()) ? "Always" : "IfNotPresent");
}

void ImageVolumePullPolicy(Edit& volume) {
  static const Name kReference("reference");
  static const Name kPullPolicy("pullPolicy");
  volume.Set(kPullPolicy, MeansLatest(volume.Get(kReference).AsString()) ? "Always" : "IfNotPresent");
}

void EmptyVolume(Edit& volume) {
  static const Name kEmptyDir("emptyDir");
  if (volume.OnlyHas(names::kName)) volume.Set(kEmptyDir, Value::EmptyObject());
}

void RequestsFromLimits(Edit& spec) {
  for (const Name list : {kContainers, kInitContainers}) spec.Set(list, MapList(spec.Get(list), WithRequests));
}

void PodRequests(Edit& spec) {
  Value resources = spec.Get(kResources);
  if (resources[kLimits].empty() && resources[kRequests].empty()) return;
  // Huge pages are asked for as a whole.
  Value limits = resources[kLimits];
  for (const auto& [name, amount] : PodNeeds(spec, kLimits)) {
    if (!IsPodLevel(name) || IsOvercommittable(name) || limits.Has(name)) continue;
    limits = limits.Set(String(name), amount.ToString());
  }
  if (limits.empty()) return;
  if (!(limits == resources[kLimits])) resources = resources.Set(kLimits, limits);
  Value requests = resources[kRequests];
  for (const auto& [name, amount] : PodNeeds(spec, kRequests)) {
    if (!IsPodLevel(name) || !IsOvercommittable(name) || requests.Has(name)) continue;
    requests = requests.Set(String(name), amount.ToString());
  }
  for (const Field& f : resources[kLimits].fields()) {
    if (IsPodLevel(f.key.view()) && !requests.Has(f.key.view())) requests = requests.Set(f.key, f.value);
  }
  if (!requests.empty() && !(requests == resources[kRequests])) resources = resources.Set(kRequests, requests);
  spec.Set(kResources, resources);
}

void HostPorts(Edit& spec) {
  const auto port = [](const Value& p) {
    return p[kHostPort].AsInt() == 0 && p[kContainerPort].AsInt() != 0 ? p.Set(kHostPort, p[kContainerPort]) : p;
  };
  const auto container = [&](const Value& c) { return c.Has(kPorts) ? c.Set(kPorts, MapList(c[kPorts], port)) : c; };
  for (const Name list : {kContainers, kInitContainers}) spec.Set(list, MapList(spec.Get(list), container));
}

void TargetPort(Edit& port) {
  static const Name kPort("port");
  const Value& target = port.Get(kTargetPort);
  if ((target == Value(0) || target == "") && port.Get(kPort).AsInt() != 0) port.Set(kTargetPort, port.Get(kPort));
}

void ClientIpTimeout(Edit& spec) {
  static const Name kConfig("sessionAffinityConfig");
  static const Name kClientIp("clientIP");
  static const Name kTimeout("timeoutSeconds");
  const Value& config = spec.Get(kConfig);
  if (config[kClientIp][kTimeout].is_null()) spec.Set(kConfig, config.SetIn({kClientIp, kTimeout}, 10800));
}

void IngressIpMode(Edit& service) {
  static const Name kLoadBalancer("loadBalancer");
  static const Name kIngress("ingress");
  static const Name kIp("ip");
  static const Name kIpMode("ipMode");
  const Value& status = service.Get(names::kStatus);
  const Value& ingress = status[kLoadBalancer][kIngress];
  if (ingress.empty() || !(service.Get(names::kSpec)[names::kType] == "LoadBalancer")) return;
  const Value modes = MapList(
      ingress, [](const Value& i) { return i[kIp].empty() || !i[kIpMode].is_null() ? i : i.Set(kIpMode, "VIP"); });
  service.Set(names::kStatus, status.SetIn({kLoadBalancer, kIngress}, modes));
}

void LabelsFromTemplate(Edit& object) {
  const Value& metadata = object.Get(names::kMetadata);
  const Value& labels = object.Get(names::kSpec)[kTemplate][names::kMetadata][names::kLabels];
  if (metadata[names::kLabels].empty() && !labels.empty())
    object.Set(names::kMetadata, metadata.Set(names::kLabels, labels));
}

void SelectorFromTemplate(Edit& controller) {
  const Value& spec = controller.Get(names::kSpec);
  const Value& labels = spec[kTemplate][names::kMetadata][names::kLabels];
  if (spec[kSelector].empty() && !labels.empty()) controller.Set(names::kSpec, spec.Set(kSelector, labels));
}

void ContainerLimits(Edit& item) {
  static const Name kDefault("default");
  static const Name kDefaultRequest("defaultRequest");
  static const Name kMax("max");
  static const Name kMin("min");
  const Value limits = Fill(item.Get(kDefault), item.Get(kMax));
  if (!limits.empty()) item.Set(kDefault, limits);
  const Value requests = Fill(Fill(item.Get(kDefaultRequest), limits), item.Get(kMin));
  if (!requests.empty()) item.Set(kDefaultRequest, requests);
}

void NamespaceNameLabel(Edit& ns) {
  static const Name kNameLabel("kubernetes.io/metadata.name");
  const Value& metadata = ns.Get(names::kMetadata);
  const Value& name = metadata[names::kName];
  if (!name.empty()) ns.Set(names::kMetadata, metadata.SetIn({names::kLabels, kNameLabel}, name));
}

void PolicyTypes(Edit& spec) {
  static const Name kEgress("egress");
  static const Name kPolicyTypes("policyTypes");
  std::vector<Value> types = {"Ingress"};
  if (!spec.Get(kEgress).empty()) types.push_back("Egress");
  spec.Set(kPolicyTypes, Value::Array(std::move(types)));
}

void ScalingRules(Edit& behavior) {
  static const Name kScaleUp("scaleUp");
  static const Name kScaleDown("scaleDown");
  static const Value kUp = *ParseJson(R"({"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[
      {"type":"Pods","value":4,"periodSeconds":15},{"type":"Percent","value":100,"periodSeconds":15}]})");
  static const Value kDown = *ParseJson(R"({"selectPolicy":"Max","policies":[
      {"type":"Percent","value":100,"periodSeconds":15}]})");
  behavior.Set(kScaleUp, Fill(behavior.Get(kScaleUp), kUp));
  behavior.Set(kScaleDown, Fill(behavior.Get(kScaleDown), kDown));
}

void StoredVersions(Edit& crd) {
  const Value& status = crd.Get(names::kStatus);
  if (!status[kStoredVersions].empty()) return;
  for (const Value& version : crd.Get(names::kSpec)[kVersions].elements()) {
    if (!version[kStorage].AsBool()) continue;
    crd.Set(names::kStatus, status.Set(kStoredVersions, Value::Array({version[names::kName]})));
    return;
  }
}

void DefinitionNames(Edit& definition) {
  static const Name kSingular("singular");
  const std::string_view kind = definition.Get(names::kKind).AsString();
  if (kind.empty()) return;
  if (definition.Get(kSingular).empty()) definition.Set(kSingular, Lower(kind));
  if (definition.Get(kListKind).empty()) definition.Set(kListKind, std::string(kind) + "List");
}

}  // namespace wavetank::defaults
