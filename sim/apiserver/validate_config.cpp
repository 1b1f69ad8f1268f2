// ConfigMap, Secret, Namespace, Node, Event, LimitRange, ResourceQuota (API-732..736, API-820).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/api/wire_text.h"
#include "runtime/base/strings.h"
#include "runtime/wire/go_json.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validate_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kBinaryData("binaryData");
const Name kData("data");
const Name kDefault("default");
const Name kDefaultRequest("defaultRequest");
const Name kHard("hard");
const Name kImmutable("immutable");
const Name kMax("max");
const Name kMaxLimitRequestRatio("maxLimitRequestRatio");
const Name kMin("min");
const Name kScopes("scopes");

constexpr int64_t kMaxBytes = 1048576;
constexpr std::string_view kFrozen = "field is immutable when `immutable` is set";

// ---- ConfigMap and Secret.

// How many bytes base64 stands for.
size_t BytesOf(std::string_view base64) {
  const size_t padding = base64.ends_with("==") ? 2 : base64.ends_with("=") ? 1 : 0;
  return base64.size() / 4 * 3 - std::min(padding, base64.size());
}

// Why these bytes are no JSON object, in Go's words.
std::string CheckJsonObject(std::string_view base64) {
  const Result<std::string> text = DecodeBase64(base64);
  if (!text.ok()) return text.status().message();
  if (std::string bad = GoSyntaxError(*text); !bad.empty()) return bad;
  const Result<Value> json = ParseGoJson(*text);
  if (!json.ok() || json->is_object() || json->is_null()) return {};
  return "json: cannot unmarshal " + std::string(GoJsonType(*json)) + " into Go value of type map[string]interface {}";
}

void ConfigMapData(const Site& site, const Rule&) {
  int64_t bytes = 0;
  for (const Name name : {kData, kBinaryData}) {
    for (const Field& entry : site.value[name].fields()) {
      const std::string_view key = entry.key.view();
      AddAll(CheckConfigKey(key), site.path / name / Path::Key{key}, Value(entry.key), site.errors);
      if (name == kData && site.value[kBinaryData].Has(key)) {
        site.errors.Invalid(site.path / name / Path::Key{key}, Value(entry.key),
                            "duplicate of key present in binaryData");
      }
      bytes += static_cast<int64_t>(name == kData ? entry.value.size() : BytesOf(entry.value.AsString()));
    }
  }
  if (bytes > kMaxBytes) site.errors.Add(field::TooLong("[]", kMaxBytes));  // the real server names no field here
}

// Keys that a type of Secret cannot be without.
struct SecretRow {
  std::string_view type;
  std::string_view key;
  bool json = false;
};
constexpr SecretRow kSecretKeys[] = {
    {"kubernetes.io/dockercfg", ".dockercfg", true},
    {"kubernetes.io/dockerconfigjson", ".dockerconfigjson", true},
    {"kubernetes.io/ssh-auth", "ssh-privatekey"},
    {"kubernetes.io/tls", "tls.crt"},
    {"kubernetes.io/tls", "tls.key"},
};

void SecretData(const Site& site, const Rule&) {
  const Value& type = site.value[names::kType];
  const Value& data = site.value[kData];
  const Path path(&site.path, kData.view());
  int64_t bytes = 0;
  for (const Field& entry : data.fields()) {
    AddAll(CheckConfigKey(entry.key.view()), path / Path::Key{entry.key.view()}, Value(entry.key), site.errors);
    bytes += static_cast<int64_t>(BytesOf(entry.value.AsString()));
  }
  if (bytes > kMaxBytes) site.errors.Add(field::TooLong(path.ToString(), kMaxBytes));
  for (const SecretRow& row : kSecretKeys) {
    if (type != row.type) continue;
    const Value* value = data.Find(row.key);
    if (value == nullptr || (row.key == "ssh-privatekey" && value->empty())) {
      site.errors.Required(path / Path::Key{row.key});
    } else if (row.json) {
      if (const std::string bad = CheckJsonObject(value->AsString()); !bad.empty()) {
        site.errors.Invalid(path / Path::Key{row.key}, Value("<secret contents redacted>"), bad);
      }
    }
  }
  if (type == "kubernetes.io/basic-auth" && !data.Has("username") && !data.Has("password")) {
    site.errors.Required(path / Path::Key{"username"});
    site.errors.Required(path / Path::Key{"password"});
  }
  if (type == "kubernetes.io/service-account-token" &&
      site.value[names::kMetadata][names::kAnnotations]["kubernetes.io/service-account.name"].empty()) {
    site.errors.Required(Path(nullptr, "metadata.annotations") / Path::Key{"kubernetes.io/service-account.name"});
  }
}

void CheckFrozen(const Change& change, std::initializer_list<Name> fields) {
  if (!change.before(kImmutable).AsBool()) return;
  if (!change.now(kImmutable).AsBool()) change.errors.Forbidden(Path() / kImmutable, kFrozen);
  for (const Name name : fields) {
    if (!(change.now(name) == change.before(name))) change.errors.Forbidden(Path() / name, kFrozen);
  }
}

// ---- Namespace and Node.

void NamespaceFinalizers(const Site& site, const Rule&) {
  for (const Value& finalizer : site.value[names::kFinalizers].elements()) {
    CheckFinalizerName(finalizer, site.path / names::kFinalizers, site.errors);
  }
}

// Errors about a node's taints lie in its metadata, as in the real server.
void NodeTaints(const Site& site, const Rule&) {
  static const Name kEffect("effect");
  static const Name kKey("key");
  constexpr std::string_view kEffects = "NoSchedule,PreferNoSchedule,NoExecute";
  const Value& taints = site.value[words::kTaints];
  const Path list(nullptr, "metadata.taints");
  for (size_t i = 0; i < taints.size(); ++i) {
    const Value& taint = taints[i];
    const Path at(&list, i);
    AddAll(CheckQualifiedName(taint[kKey].AsString()), at / kKey, taint[kKey].is_null() ? Value("") : taint[kKey],
           site.errors);
    if (const Complaints bad = CheckLabelValue(taint[words::kValue].AsString()); !bad.empty()) {
      site.errors.Invalid(at / words::kValue, taint[words::kValue], Join(bad, ";"));
    }
    if (taint[kEffect].empty()) {
      site.errors.Required(at / kEffect);
    } else if (!HasWord(kEffects, taint[kEffect].AsString())) {
      site.errors.NotSupported(at / kEffect, taint[kEffect], kEffects);
    }
    const auto before = taints.elements().first(i);
    if (!std::ranges::any_of(before,
                             [&](const Value& t) { return t[kKey] == taint[kKey] && t[kEffect] == taint[kEffect]; }))
      continue;
    FieldError error = field::Duplicate(at.ToString(), Value(""));
    const std::string shown = "{\"Key\":" + FieldValueText(taint[kKey]) +
                              ",\"Value\":" + FieldValueText(Value(taint[words::kValue].AsString())) +
                              ",\"Effect\":" + FieldValueText(taint[kEffect]) +
                              ",\"TimeAdded\":" + FieldValueText(taint["timeAdded"]) + "}";
    error.body = "Duplicate value: " + shown + ": taints must be unique by key and effect pair";
    site.errors.Add(std::move(error));
  }
}

void PodCidrs(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    AddAll(CheckCidr(site.value[i].AsString()), site.path / i, site.value[i], site.errors);
  }
  if (site.value.size() < 2) return;
  const std::optional<Cidr> first = ParseCidr(site.value[0].AsString());
  const std::optional<Cidr> second = ParseCidr(site.value[1].AsString());
  for (size_t i = 0; i < site.value.size(); ++i) {
    const std::string text(site.value[i].AsString());
    if (ParseCidr(text).has_value()) continue;
    site.errors.Add(field::Internal(site.path.ToString(),
                                    "invalid PodCIDRs. failed to check with dual stack with error:invalid CIDR[" +
                                        std::to_string(i) + "]: <nil> (invalid CIDR address: " + text + ")"));
    break;
  }
  const bool dual = first.has_value() && second.has_value() && first->address.is_v4() != second->address.is_v4();
  if (!dual || site.value.size() > 2) site.Invalid("may specify no more than one CIDR for each IP family");
}

// The amounts of a node's status; the path is made of names.
void NodeAmounts(const Site& site, const Rule&) {
  for (const std::string_view list : {"capacity", "allocatable"}) {
    for (const Field& entry : site.value[list].fields()) {
      CheckResourceAmount(entry.key.view(), entry.value, site.path / list / entry.key.view(), site.errors);
    }
  }
}

// ---- LimitRange.

void CheckLimitName(const Value& type, std::string_view name, const Path& path, FieldErrors& errors) {
  const bool of_pods = type == "Pod" || type == "Container";
  (of_pods ? CheckContainerResourceName : CheckResourceName)(name, path, errors);
}

// The amounts for one resource against each other.
void CompareLimits(const Value& limit, std::string_view key, const Path& path, FieldErrors& errors) {
  struct Row {
    Name low;
    Name high;
    Name at;
    Name shown;
    std::string_view low_words;
    std::string_view high_words;
  };
  static const Row kRows[] = {
      {kMin, kMax, kMin, kMin, "min value ", "max value "},
      {kMin, kDefaultRequest, kDefaultRequest, kDefaultRequest, "min value ", "default request value "},
      {kDefaultRequest, kMax, kDefaultRequest, kDefaultRequest, "default request value ", "max value "},
      {kDefaultRequest, kDefault, kDefaultRequest, kDefaultRequest, "default request value ", "default limit value "},
      {kMin, kDefault, kDefault, kMin, "min value ", "default value "},
      {kDefault, kMax, kDefault, kMax, "default value ", "max value "},
  };
  for (const Row& row : kRows) {
    const Value& low = limit[row.low][key];
    const Value& high = limit[row.high][key];
    if (low.is_null() || high.is_null() || Quantity::Of(low) <= Quantity::Of(high)) continue;
    errors.Invalid(path / row.at / Path::Key{key}, limit[row.shown][key],
                   std::string(row.low_words) + std::string(low.AsString()) + " is greater than " +
                       std::string(row.high_words) + std::string(high.AsString()));
  }
  const Value& ratio = limit[kMaxLimitRequestRatio][key];
  const std::string ratio_words = "ratio " + std::string(ratio.AsString());
  const Path ratio_path(&path, kMaxLimitRequestRatio.view());
  if (!ratio.is_null() && Quantity::Of(ratio) < Quantity::FromInt(1)) {
    errors.Invalid(ratio_path / Path::Key{key}, ratio, ratio_words + " is less than 1");
  }
  const Value& low = limit[kMin][key];
  const Value& high = limit[kMax][key];
  if (!ratio.is_null() && !low.is_null() && !high.is_null()) {
    const double most =
        static_cast<double>(Quantity::Of(high).milli_value()) / static_cast<double>(Quantity::Of(low).milli_value());
    if (static_cast<double>(Quantity::Of(ratio).milli_value()) / 1000 > most) {
      errors.Invalid(ratio_path / Path::Key{key}, ratio,
                     ratio_words + " is greater than max/min = " + std::to_string(most));
    }
  }
  const Value& request = limit[kDefaultRequest][key];
  const Value& fallback = limit[kDefault][key];
  if (IsOvercommitAllowed(key) || request.is_null() || fallback.is_null() ||
      Quantity::Of(request) == Quantity::Of(fallback))
    return;
  errors.Invalid(path / kDefaultRequest / Path::Key{key}, request,
                 "default value " + std::string(fallback.AsString()) + " must equal to defaultRequest value " +
                     std::string(request.AsString()) + " in " + std::string(key));
}

void Limits(const Site& site, const Rule&) {
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& limit = site.value[i];
    const Value type = limit[names::kType].is_null() ? Value("") : limit[names::kType];
    const Path at(&site.path, i);
    const size_t before = site.errors.size();
    AddAll(CheckQualifiedName(type.AsString()), at / names::kType, type, site.errors);
    const bool standard = HasWord("Pod,Container,PersistentVolumeClaim", type.AsString());
    if (site.errors.size() == before && !standard && type.AsString().find('/') == std::string_view::npos) {
      site.errors.Invalid(at / names::kType, type, "must be a standard limit type or fully qualified");
    }
    const auto earlier = site.value.elements().first(i);
    if (std::ranges::any_of(earlier, [&](const Value& l) { return l[names::kType] == type; })) {
      site.errors.Duplicate(at / names::kType, type);
    }
    Value keys = Value::EmptyObject();
    for (const Name list : {kMax, kMin, kDefault, kDefaultRequest, kMaxLimitRequestRatio}) {
      if (type == "Pod" && (list == kDefault || list == kDefaultRequest)) {
        if (!limit[list].empty()) site.errors.Forbidden(at / list, "may not be specified when `type` is 'Pod'");
        continue;
      }
      if (list == kMaxLimitRequestRatio && type == "PersistentVolumeClaim" && !limit[kMin].Has("storage") &&
          !limit[kMax].Has("storage")) {
        site.errors.Required(at / "limits",
                             "either minimum or maximum storage value is required, but neither was provided");
      }
      for (const Field& entry : limit[list].fields()) {
        CheckLimitName(type, entry.key.view(), at / list / Path::Key{entry.key.view()}, site.errors);
        keys = keys.Set(entry.key, Value(true));
      }
    }
    for (const Field& key : keys.fields()) CompareLimits(limit, key.key.view(), at, site.errors);
  }
}

// ---- ResourceQuota.

constexpr std::string_view kAllScopes =
    "BestEffort,CrossNamespacePodAffinity,NotBestEffort,NotTerminating,PriorityClass,Terminating,VolumeAttributesClass";

bool ScopeCovers(std::string_view scope, std::string_view resource) {
  if (scope == "VolumeAttributesClass") return HasWord("persistentvolumeclaims,requests.storage", resource);
  if (scope == "BestEffort") return resource == "pods";
  return HasWord("pods,cpu,memory,limits.cpu,limits.memory,requests.cpu,requests.memory", resource);
}

void QuotaAmounts(const Site& site, const Rule&) {
  for (const Field& entry : site.value.fields()) {
    const std::string_view name = entry.key.view();
    CheckQuotaResourceName(name, site.path / Path::Key{name}, site.errors);
    CheckResourceAmount(name, entry.value, site.path / Path::Key{name}, site.errors);
  }
}

void CheckScopePairs(const auto& has, const Value& shown, const Path& path, FieldErrors& errors) {
  for (const std::string_view scope : {"BestEffort", "Terminating"}) {
    if (has(scope) && has("Not" + std::string(scope))) errors.Invalid(path, shown, "conflicting scopes");
  }
}

void QuotaScopes(const Site& site, const Rule&) {
  const Value& hard = site.parent[kHard];
  for (const Value& scope : site.value.elements()) {
    const std::string_view name = scope.AsString();
    if (!HasWord(kAllScopes, name)) site.Invalid("unsupported scope");
    for (const Field& entry : hard.fields()) {
      const std::string_view resource = entry.key.view();
      if (IsStandardQuotaResource(resource) && HasWord(kAllScopes, name) && !ScopeCovers(name, resource)) {
        site.Invalid("unsupported scope applied to resource");
      }
    }
  }
  const auto has = [&site](std::string_view name) {
    return std::ranges::any_of(site.value.elements(), [&](const Value& s) { return s == name; });
  };
  CheckScopePairs(has, site.value, site.path, site.errors);
}

// Errors name the list of expressions, not the one that is wrong.
void QuotaSelector(const Site& site, const Rule&) {
  static const Name kOperator("operator");
  static const Name kScopeName("scopeName");
  static const Name kValues("values");
  const Value& expressions = site.value["matchExpressions"];
  const Path at(&site.path, "matchExpressions");
  for (const Value& expression : expressions.elements()) {
    const Value& scope = expression[kScopeName];
    const Value op = expression[kOperator].is_null() ? Value("") : expression[kOperator];
    const Value& values = expression[kValues];
    if (!HasWord(kAllScopes, scope.AsString())) site.errors.Invalid(at / kScopeName, scope, "unsupported scope");
    for (const Field& entry : site.parent[kHard].fields()) {
      const std::string_view resource = entry.key.view();
      if (!IsStandardQuotaResource(resource) || !HasWord(kAllScopes, scope.AsString()) ||
          ScopeCovers(scope.AsString(), resource)) {
        continue;
      }
      site.errors.Add(field::InvalidText(at.ToString(), site.ShownText(), "unsupported scope applied to resource"));
    }
    if (HasWord("BestEffort,NotBestEffort,Terminating,NotTerminating,CrossNamespacePodAffinity", scope.AsString()) &&
        op != "Exists") {
      site.errors.Invalid(
          at / kOperator, op,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, "
          "ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or "
          "ResourceQuotaScopeCrossNamespacePodAffinity");
    }
    if (op == "In" || op == "NotIn") {
      if (values.empty()) {
        site.errors.Required(at / kValues,
                             "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
      }
    } else if (op == "Exists" || op == "DoesNotExist") {
      if (!values.empty()) {
        site.errors.Invalid(at / kValues, values,
                            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
      }
    } else {
      site.errors.Invalid(at / kOperator, op, "not a valid selector operator");
    }
  }
  const auto has = [&expressions](std::string_view name) {
    return std::ranges::any_of(expressions.elements(), [&](const Value& e) { return e[kScopeName] == name; });
  };
  CheckScopePairs(has, site.parent[kScopes], at, site.errors);
}

constexpr Rule kConfigMap[] = {{"", ConfigMapData}};
constexpr Rule kSecret[] = {{"", SecretData}};
constexpr Rule kNamespace[] = {{"spec", NamespaceFinalizers}};
constexpr Rule kNode[] = {{"spec", NodeTaints}, {"spec", Below}, {"status", NodeAmounts}};
constexpr Rule kNodeSpec[] = {{"podCIDRs", PodCidrs}};
constexpr Rule kLimitRange[] = {{"limits", Limits}};
constexpr Rule kQuotaSpec[] = {{"hard", QuotaAmounts}, {"scopes", QuotaScopes}, {"scopeSelector", QuotaSelector}};
constexpr Rule kQuotaStatus[] = {{"hard", QuotaAmounts}, {"used", QuotaAmounts}};

constexpr TypeRules kTypes[] = {
    {"core.v1.ConfigMap", kConfigMap},         {"core.v1.Secret", kSecret},
    {"core.v1.Namespace", kNamespace},         {"core.v1.Node", kNode},
    {"core.v1.NodeSpec", kNodeSpec},           {"core.v1.LimitRangeSpec", kLimitRange},
    {"core.v1.ResourceQuotaSpec", kQuotaSpec}, {"core.v1.ResourceQuotaStatus", kQuotaStatus},
};

}  // namespace

std::span<const TypeRules> ConfigRules() { return kTypes; }

void CheckConfigMapChange(const Change& change) { CheckFrozen(change, {kData, kBinaryData}); }

void CheckSecretChange(const Change& change) {
  if (!(change.now(names::kType) == change.before(names::kType))) {
    change.errors.Invalid(Path() / names::kType, change.now(names::kType), "field is immutable");
  }
  CheckFrozen(change, {kData});
}

void CheckQuotaChange(const Change& change) {
  if (!change.main()) return;
  const Value& now = change.spec()[kScopes];
  const Value& before = change.stored.spec()[kScopes];
  const auto within = [](const Value& a, const Value& b) {
    return std::ranges::all_of(
        a.elements(), [&](const Value& s) { return std::ranges::find(b.elements(), s) != b.elements().end(); });
  };
  if (within(now, before) && within(before, now)) return;
  change.errors.Invalid(Path(nullptr, "spec.scopes"), now, "field is immutable");
}

void CheckNodeChange(const Change& change) {
  const Value& addresses = change.status()["addresses"];
  for (size_t i = 0; i < addresses.size(); ++i) {
    const auto earlier = addresses.elements().first(i);
    if (std::ranges::find(earlier, addresses[i]) == earlier.end()) continue;
    const TypeRef& ref = *change.TypeOf("status").Find("addresses")->type.element;
    FieldError error = field::Duplicate((Path(nullptr, "status.addresses") / i).ToString(), Value(""));
    error.body = "Duplicate value: " + InternalText(ref, addresses[i]);
    change.errors.Add(std::move(error));
  }
  if (!change.main()) return;
  const Value& now = change.spec();
  const Value& before = change.stored.spec();
  static const Name kPodCidrs("podCIDRs");
  static const Name kProviderId("providerID");
  const Path path(nullptr, "spec");
  if (!before[kPodCidrs].empty() && !(now[kPodCidrs] == before[kPodCidrs])) {
    change.errors.Forbidden(path / kPodCidrs, "node updates may not change podCIDR except from \"\" to valid");
  }
  if (!before[kProviderId].empty() && !(now[kProviderId] == before[kProviderId])) {
    change.errors.Forbidden(path / kProviderId, "node updates may not change providerID except from \"\" to valid");
  }
  if (!(now["externalID"] == before["externalID"])) change.errors.Forbidden(path / "externalID", "may not be updated");
}

}  // namespace wavetank::sim
