// Webhook configurations, and services for aggregation (API-600).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_rules.h"

namespace wavetank::sim {
namespace {

const Name kClientConfig("clientConfig");
const Name kMatchConditions("matchConditions");
const Name kExpression("expression");

constexpr std::string_view kOperations = "*,CONNECT,CREATE,DELETE,UPDATE";
constexpr std::string_view kReviewVersions = "v1,v1beta1";
constexpr size_t kMostConditions = 64;

bool Has(const Value& list, std::string_view word) {
  return std::ranges::any_of(list.elements(), [word](const Value& v) { return v == word; });
}

// A list with "*" has nothing else; words: what the others are.
void Wildcard(const Site& site, const Rule& rule) {
  if (site.value.empty()) return site.errors.Required(site.path);
  if (site.value.size() < 2 || !Has(site.value, "*")) return;
  site.errors.Invalid(site.path, site.value, "if '*' is present, must not specify other " + std::string(rule.words));
}

void NoEmpty(const Site& site, const Rule&) {
  if (site.value.empty()) site.errors.Required(site.path);
}

void Operation(const Site& site, const Rule&) {
  if (!HasWord(kOperations, site.value.AsString())) site.errors.NotSupported(site.path, site.value, kOperations);
}

// "pods", "pods/status", "*/*": nothing twice by way of a wildcard.
void ResourceNames(const Site& site, const Rule&) {
  const Value& list = site.value;
  if (list.empty()) return site.errors.Required(site.path);
  std::vector<std::string_view> all_of;  // "pods/*": everything below pods
  std::vector<std::string_view> of_all;  // "*/status": the status of everything
  bool plain = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string_view name = list[i].AsString();
    const size_t slash = name.find('/');
    if (name.empty()) {
      site.errors.Required(site.path / i);
      continue;
    }
    if (slash == name.npos) {
      plain = name != "*";
      continue;
    }
    const std::string_view resource = name.substr(0, slash);
    const std::string_view sub = name.substr(slash + 1);
    const std::string tail = "' is present, must not specify " + std::string(name);
    if (std::ranges::find(all_of, resource) != all_of.end()) {
      site.errors.Invalid(site.path / i, list[i], "if '" + std::string(resource) + "/*" + tail);
    }
    if (std::ranges::find(of_all, sub) != of_all.end()) {
      site.errors.Invalid(site.path / i, list[i], "if '*/" + std::string(sub) + tail);
    }
    if (sub == "*") all_of.push_back(resource);
    if (resource == "*") of_all.push_back(sub);
  }
  if (list.size() > 1 && Has(list, "*/*")) {
    site.errors.Invalid(site.path, list, "if '*/*' is present, must not specify other resources");
  }
  if (Has(list, "*") && plain) {
    site.errors.Invalid(site.path, list, "if '*' is present, must not specify other resources without subresources");
  }
}

// At least three labels.
void QualifiedHost(const Site& site, const Rule&) {
  const std::string_view name = site.value.AsString();
  if (name.empty()) return site.errors.Required(site.path);
  const Complaints bad = CheckDnsSubdomain(name);
  AddAll(bad, site.path, site.value, site.errors);
  if (bad.empty() && std::ranges::count(name, '.') < 2) {
    site.errors.Invalid(site.path, site.value, "should be a domain with at least three segments separated by dots");
  }
}

void SideEffects(const Site& site, const Rule&) {
  if (site.value.is_null()) return site.errors.Required(site.path, "must specify one of None, NoneOnDryRun");
  if (HasWord("None,NoneOnDryRun", site.value.AsString())) return;
  site.errors.NotSupported(site.path, site.value, "None,NoneOnDryRun");
}

void ReviewVersions(const Site& site, const Rule&) {
  const Value& list = site.value;
  if (list.empty()) return site.errors.Required(site.path, "must specify one of v1, v1beta1");
  bool known = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const auto before = list.elements().first(i);
    if (std::ranges::find(before, list[i]) != before.end()) {
      site.errors.Invalid(site.path / i, list[i], "duplicate version");
      continue;
    }
    AddAll(CheckDnsLabel1035(list[i].AsString()), site.path / i, list[i], site.errors);
    known = known || HasWord(kReviewVersions, list[i].AsString());
  }
  if (!known) site.errors.Invalid(site.path, list, "must include at least one of v1, v1beta1");
}

// Only mutating webhooks have the field, hence a rule of the struct: of the others it is never there.
void Reinvocation(const Site& site, const Rule&) {
  constexpr std::string_view kPolicies = "IfNeeded,Never";
  const Value& policy = site.value["reinvocationPolicy"];
  if (policy.empty() || HasWord(kPolicies, policy.AsString())) return;
  site.errors.NotSupported(site.path / "reinvocationPolicy", policy, kPolicies);
}

// ---- Where a webhook listens.

void CheckUrl(const Value& url, const Path& path, FieldErrors& errors) {
  constexpr std::string_view kForm = "; desired format: https://host[/path]";
  std::string_view rest = url.AsString();
  const size_t colon = rest.find("://");
  const std::string_view scheme = colon == rest.npos ? "" : rest.substr(0, colon);
  if (scheme != "https") {
    errors.Invalid(path, Value(scheme), "'https' is the only allowed URL scheme" + std::string(kForm));
  }
  rest.remove_prefix(colon == rest.npos ? rest.size() : colon + 3);
  const size_t fragment = rest.find('#');
  const std::string_view after = fragment == rest.npos ? "" : rest.substr(fragment + 1);
  rest = rest.substr(0, fragment);
  const size_t query = rest.find('?');
  const std::string_view asked = query == rest.npos ? "" : rest.substr(query + 1);
  rest = rest.substr(0, query);
  std::string_view host = rest.substr(0, rest.find('/'));
  const size_t at = host.find('@');
  const std::string_view user = at == host.npos ? "" : host.substr(0, at);
  if (at != host.npos) host.remove_prefix(at + 1);
  if (host.empty()) errors.Invalid(path, Value(""), "host must be specified" + std::string(kForm));
  if (!user.empty()) errors.Invalid(path, Value(user), "user information is not permitted in the URL");
  if (!after.empty()) errors.Invalid(path, Value(after), "fragments are not permitted in the URL");
  if (!asked.empty()) errors.Invalid(path, Value(asked), "query parameters are not permitted in the URL");
}

void CheckService(const Value& service, const Path& path, FieldErrors& errors) {
  if (service[names::kName].empty()) errors.Required(path / names::kName, "service name is required");
  if (service[names::kNamespace].empty()) errors.Required(path / names::kNamespace, "service namespace is required");
  const Value& port = service["port"];
  if (port.AsInt() < 1 || port.AsInt() > 65535) {
    errors.Invalid(path / "port", port.is_null() ? Value(0) : port,
                   "port is not valid: must be between 1 and 65535, inclusive");
  }
  const Value& where = service["path"];
  if (where.is_null()) return;
  const Path at(&path, "path");
  std::string_view text = where.AsString();
  if (text == "/") return;
  if (!text.starts_with('/')) errors.Invalid(at, where, "must start with a '/'");
  text.remove_prefix(std::min<size_t>(1, text.size()));
  if (text.ends_with('/')) text.remove_suffix(1);
  for (size_t i = 0, begin = 0; begin <= text.size(); ++i) {
    const size_t end = std::min(text.find('/', begin), text.size());
    const std::string_view segment = text.substr(begin, end - begin);
    const std::string name = "segment[" + std::to_string(i) + "]";
    if (segment.empty()) {
      errors.Invalid(at, where, name + " may not be empty");
    } else {
      for (const std::string& bad : CheckDnsSubdomain(segment)) errors.Invalid(at, where, name + ": " + bad);
    }
    begin = end + 1;
  }
}

void ClientConfig(const Site& site, const Rule&) {
  const Value& url = site.value["url"];
  const Value& service = site.value["service"];
  if (url.is_null() == service.is_null()) {
    return site.errors.Required(site.path, "exactly one of url or service is required");
  }
  if (!url.is_null()) return CheckUrl(url, site.path / "url", site.errors);
  CheckService(service, site.path / "service", site.errors);
}

// ---- Conditions: names differ, expressions are there.
void Conditions(const Site& site, const Rule&) {
  const Value& list = site.value;
  if (list.size() > kMostConditions) {
    site.errors.Add(field::TooMany(site.path.ToString(), static_cast<int64_t>(list.size()), kMostConditions));
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Path at(&site.path, i);
    const Value& name = list[i][names::kName];
    const std::string_view text = list[i][kExpression].AsString();
    if (text.find_first_not_of(" \t\r\n") == text.npos) site.errors.Required(at / kExpression);
    if (name.empty()) {
      site.errors.Required(at / names::kName);
      continue;
    }
    AddAll(CheckQualifiedName(name.AsString()), at / names::kName, name, site.errors);
    const auto before = list.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& v) { return v[names::kName] == name; })) {
      site.errors.Duplicate(at / names::kName, name);
    }
  }
}

// Each webhook, then whether its name was there before.
void Webhooks(const Site& site, const Rule&) {
  const Value& hooks = site.value;
  for (size_t i = 0; i < hooks.size(); ++i) {
    const Path at(&site.path, i);
    const Value& name = hooks[i][names::kName];
    ValidateTree(*site.ref->element->type, hooks[i], at, site.errors);
    const auto before = hooks.elements().first(i);
    if (name.empty() || std::ranges::none_of(before, [&](const Value& h) { return h[names::kName] == name; })) continue;
    site.errors.Duplicate(at / names::kName, name);
  }
}

// ---- Aggregated services.

void ServiceName(const Site& site, const Rule&) {
  const Value& spec = site.value[names::kSpec];
  const std::string wanted = std::string(spec["version"].AsString()) + "." + std::string(spec["group"].AsString());
  const Value& name = site.value[names::kMetadata][names::kName];
  if (name == wanted) return;
  site.errors.Invalid(Path(nullptr, "metadata.name"), name,
                      "must be `spec.version+\".\"+spec.group`: " + Quote(wanted));
}

void ServiceGroup(const Site& site, const Rule&) {
  const std::string_view group = site.value["group"].AsString();
  if (group.empty() && site.value["version"] != "v1") {
    site.errors.Required(site.path / "group", "only v1 may have an empty group and it better be legacy kube");
  }
  if (!group.empty()) AddAll(CheckDnsSubdomain(group), site.path / "group", Value(group), site.errors);
  const std::string_view version = site.value["version"].AsString();
  AddAll(CheckDnsLabel1035(version), site.path / "version", Value(version), site.errors);
}

void ServiceReference(const Site& site, const Rule&) {
  const Value& spec = site.value;
  const Value& service = spec["service"];
  const bool insecure = spec["insecureSkipTLSVerify"].AsBool();
  if (service.is_null()) {
    if (!spec["caBundle"].empty()) {
      site.errors.Invalid(site.path / "caBundle", spec["caBundle"], "local APIServices may not have a caBundle");
    }
    if (insecure) {
      site.errors.Invalid(site.path / "insecureSkipTLSVerify", Value(true),
                          "local APIServices may not have insecureSkipTLSVerify");
    }
    return;
  }
  const Path at(&site.path, "service");
  if (service[names::kNamespace].empty()) site.errors.Required(at / names::kNamespace);
  if (service[names::kName].empty()) site.errors.Required(at / names::kName);
  if (service["port"].AsInt() < 1 || service["port"].AsInt() > 65535) {
    site.errors.Invalid(at / "port", service["port"], "port is not valid: must be between 1 and 65535, inclusive");
  }
  if (insecure && !spec["caBundle"].empty()) {
    site.errors.Invalid(site.path / "insecureSkipTLSVerify", Value(true), "may not be true if caBundle is present");
  }
}

constexpr Rule kRule[] = {
    {"operations", Wildcard, "operations"},    {"operations[]", Operation}, {"apiGroups", Wildcard, "API groups"},
    {"apiVersions", Wildcard, "API versions"}, {"apiVersions[]", NoEmpty},  {"resources", ResourceNames},
    {"scope", Enum, "*,Cluster,Namespaced"},
};
constexpr Rule kWebhook[] = {
    {"name", QualifiedHost},
    {"rules", Below},
    {"failurePolicy", Enum, "Fail,Ignore"},
    {"matchPolicy", Enum, "Equivalent,Exact"},
    {"sideEffects", SideEffects},
    {"timeoutSeconds", InRange, "the timeout value must be between 1 and 30 seconds", 1, 30},
    {"namespaceSelector", Below},
    {"objectSelector", Below},
    {"", Reinvocation},
    {"clientConfig", ClientConfig},
    {"matchConditions", Conditions},
    {"admissionReviewVersions", ReviewVersions},
};
constexpr Rule kConfiguration[] = {{"webhooks", Webhooks}, {"webhooks", Skip}};
constexpr Rule kApiService[] = {{"", ServiceName}, {"spec", Below}};
constexpr Rule kApiServiceSpec[] = {
    {"", ServiceGroup},
    {"groupPriorityMinimum", InRange, "must be positive and less than 20000", 1, 20000},
    {"versionPriority", InRange, "must be positive and less than 1000", 1, 1000},
    {"", ServiceReference},
};

constexpr TypeRules kTypes[] = {
    {"admissionregistration.v1.RuleWithOperations", kRule},
    {"admissionregistration.v1.MutatingWebhook", kWebhook},
    {"admissionregistration.v1.ValidatingWebhook", kWebhook},
    {"admissionregistration.v1.MutatingWebhookConfiguration", kConfiguration},
    {"admissionregistration.v1.ValidatingWebhookConfiguration", kConfiguration},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService", kApiService},
    {"io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec", kApiServiceSpec},
};

}  // namespace

std::span<const TypeRules> AdmissionRules() { return kTypes; }
// No rules of their own yet: flow schemas, priority levels, devices.
std::span<const TypeRules> FlowRules() { return {}; }
std::span<const TypeRules> DeviceRules() { return {}; }

}  // namespace wavetank::sim
