// ReplicaSet, Deployment, DaemonSet, StatefulSet, ReplicationController, ControllerRevision (API-723, API-726..728).
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/selectors.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kActiveDeadlineSeconds("activeDeadlineSeconds");
const Name kMatchExpressions("matchExpressions");
const Name kMaxSurge("maxSurge");
const Name kMaxUnavailable("maxUnavailable");
const Name kMinReadySeconds("minReadySeconds");
const Name kRestartPolicy("restartPolicy");
const Name kRollingUpdate("rollingUpdate");
const Name kVolumeClaimTemplates("volumeClaimTemplates");

constexpr std::string_view kMismatch = "`selector` does not match template `labels`";

bool SelectsAll(const Value& selector) {
  return selector.is_object() && selector[words::kMatchLabels].empty() && selector[kMatchExpressions].empty();
}

// The selector is well formed and selects the template (API-726). False: no selector can be made of it. words: the kind
// as messages call it, and what they say of a selector that cannot be read.
bool CheckSelector(const Site& site, std::string_view kind) {
  const FieldInfo* field = site.type.Find("selector");
  const Value& selector = site.value[words::kSelector];
  const Path path(&site.path, "selector");
  ValidateTree(*field->type.type, selector, path, site.errors);
  if (SelectsAll(selector)) {
    site.errors.Add(field::InvalidText(path.ToString(), InternalText(field->type, selector),
                                       "empty selector is invalid for " + std::string(kind)));
  }
  return LabelSelector::FromValue(selector).ok();
}

void CheckTemplateLabels(const Site& site) {
  const Value& selector = site.value[words::kSelector];
  const Value& labels = site.value[words::kTemplate][names::kMetadata][names::kLabels];
  const Result<LabelSelector> parsed = LabelSelector::FromValue(selector);
  if (!parsed.ok() || (!selector.is_null() && parsed->Matches(labels))) return;
  site.errors.Invalid(site.path / words::kTemplate / names::kMetadata / names::kLabels, labels, kMismatch);
}

// What the Pods of a controller cannot do. words: the kind.
void AlwaysRestarted(const Site& site, const Rule& rule) {
  const Value& pod = site.value[names::kSpec];
  const Path path(&site.path, names::kSpec.view());
  if (pod[kRestartPolicy] != "Always") site.errors.NotSupported(path / kRestartPolicy, pod[kRestartPolicy], "Always");
  if (pod[kActiveDeadlineSeconds].is_null()) return;
  site.errors.Forbidden(path / kActiveDeadlineSeconds,
                        "activeDeadlineSeconds in " + std::string(rule.words) + " is not Supported");
}

// Selector and template of ReplicaSet and Deployment.
void SelectorAndTemplate(const Site& site, const Rule& rule) {
  const Value& selector = site.value[words::kSelector];
  const Path path(&site.path, "selector");
  if (selector.is_null()) {
    site.errors.Required(path);
  } else if (!CheckSelector(site, rule.words)) {
    site.errors.Add(field::InvalidText(path.ToString(), InternalText(site.type.Find("selector")->type, selector),
                                       "invalid label selector"));
    return;
  }
  // Nothing selects: an absent selector matches no template, an empty one all.
  if (!SelectsAll(selector)) CheckTemplateLabels(site);
  const FieldInfo* field = site.type.Find("template");
  const Value& pods = site.value[words::kTemplate];
  const Path at(&site.path, words::kTemplate.view());
  ValidateTree(*field->type.type, pods, at, site.errors);
  AlwaysRestarted(Site{*field->type.type, nullptr, nullptr, pods, pods, at, at, site.errors},
                  {"", nullptr, "ReplicaSet"});
}

// ---- Rolling updates: numbers or percentages.

// Its number, percent signs aside.
int64_t Amount(const Value& value) {
  if (value.is_int()) return value.AsInt();
  int64_t number = 0;
  for (const char c : value.AsString()) {
    if (c < '0' || c > '9') break;
    number = number * 10 + (c - '0');
  }
  return number;
}

void CheckMoreThanAll(const Value& value, const Path& path, FieldErrors& errors) {
  if (!value.is_string() || !CheckPercent(value.AsString()).empty() || Amount(value) <= 100) return;
  errors.Invalid(path, value, "must not be greater than 100%");
}

void DeploymentRollout(const Site& site, const Rule&) {
  const Value& unavailable = site.value[kMaxUnavailable];
  const Path path(&site.path, kMaxUnavailable.view());
  CheckIntOrPercent(unavailable, path, site.errors);
  CheckIntOrPercent(site.value[kMaxSurge], site.path / kMaxSurge, site.errors);
  if (Amount(unavailable) == 0 && Amount(site.value[kMaxSurge]) == 0) {
    site.errors.Invalid(path, unavailable, "may not be 0 when `maxSurge` is 0");
  }
  CheckMoreThanAll(unavailable, path, site.errors);
}

void DaemonRollout(const Site& site, const Rule&) {
  const Value& unavailable = site.value[kMaxUnavailable];
  const Value& surge = site.value[kMaxSurge];
  const Path unavailable_path(&site.path, kMaxUnavailable.view());
  const Path surge_path(&site.path, kMaxSurge.view());
  CheckIntOrPercent(unavailable, unavailable_path, site.errors);
  CheckIntOrPercent(surge, surge_path, site.errors);
  CheckMoreThanAll(unavailable, unavailable_path, site.errors);
  CheckMoreThanAll(surge, surge_path, site.errors);
  const bool has_unavailable = Amount(unavailable) != 0;
  const bool has_surge = Amount(surge) != 0;
  if (has_unavailable && has_surge) {
    site.errors.Invalid(surge_path, surge, "may not be set when maxUnavailable is non-zero");
  } else if (!has_unavailable && !has_surge) {
    site.errors.Required(unavailable_path, "cannot be 0 when maxSurge is 0");
  }
}

void UnsupportedStruct(const Site& site, std::string_view words) {
  FieldError error = field::NotSupported(site.path.ToString(), Value(""), {});
  error.body = "Unsupported value: " + site.ShownText() + ": supported values: ";
  bool first = true;
  for (const std::string_view word : SplitWords(words)) {
    error.body.append(first ? "\"" : ", \"").append(word).append("\"");
    first = false;
  }
  site.errors.Add(std::move(error));
}

void DeploymentStrategy(const Site& site, const Rule&) {
  const Value& type = site.value[names::kType];
  const Value& rolling = site.value[kRollingUpdate];
  if (type == "Recreate") {
    if (!rolling.is_null()) {
      site.errors.Forbidden(site.path / kRollingUpdate, "may not be specified when strategy `type` is 'Recreate'");
    }
  } else if (type == "RollingUpdate") {
    const FieldInfo* field = site.ref->type->Find("rollingUpdate");
    ValidateTree(*field->type.type, rolling, site.path / kRollingUpdate, site.errors);
  } else {
    UnsupportedStruct(site, "Recreate,RollingUpdate");
  }
}

void DaemonStrategy(const Site& site, const Rule&) {
  const Value& type = site.value[names::kType];
  if (type == "OnDelete") return;
  if (type != "RollingUpdate") return UnsupportedStruct(site, "RollingUpdate,OnDelete");
  const FieldInfo* field = site.ref->type->Find("rollingUpdate");
  ValidateTree(*field->type.type, site.value[kRollingUpdate], site.path / kRollingUpdate, site.errors);
}

void StatefulStrategy(const Site& site, const Rule&) {
  const Value& type = site.value[names::kType];
  const Value& rolling = site.value[kRollingUpdate];
  const FieldInfo* field = site.ref->type->Find("rollingUpdate");
  if (type == "OnDelete") {
    if (rolling.is_null()) return;
    site.errors.Add(field::InvalidText((site.path / kRollingUpdate).ToString(), InternalText(field->type, rolling),
                                       "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type == "RollingUpdate") {
    ValidateTree(*field->type.type, rolling, site.path / kRollingUpdate, site.errors);
  } else {
    site.Invalid("must be 'RollingUpdate' or 'OnDelete'");
  }
}

void PodManagement(const Site& site, const Rule&) {
  if (site.value.empty()) return site.errors.Required(site.path);
  if (site.value != "OrderedReady" && site.value != "Parallel") site.Invalid("must be 'OrderedReady' or 'Parallel'");
}

// Later than the pods need to become ready.
void ProgressDeadline(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  if (site.value.AsInt() < 0) site.Invalid("must be greater than or equal to 0");
  if (site.value.AsInt() <= site.parent[kMinReadySeconds].AsInt()) site.Invalid("must be greater than minReadySeconds");
}

void DaemonSelector(const Site& site, const Rule&) {
  const FieldInfo* field = site.type.Find("selector");
  const Value& selector = site.value[words::kSelector];
  ValidateTree(*field->type.type, selector, site.path / words::kSelector, site.errors);
  if (!SelectsAll(selector)) CheckTemplateLabels(site);
  if (SelectsAll(selector)) {
    site.errors.Add(field::InvalidText((site.path / words::kSelector).ToString(), InternalText(field->type, selector),
                                       "empty selector is invalid for daemonset"));
  }
}

// Judged once: it cannot change.
void ServiceName(const Site& site, const Rule& rule) {
  if (site.errors.before == nullptr) Label(site, rule);
}

// Only the specs of claims are judged here.
void ClaimTemplates(const Site& site, const Rule&) {
  if (site.errors.before != nullptr) return;  // they cannot change
  const TypeInfo& spec = *site.ref->element->type->Find("spec")->type.type;
  for (size_t i = 0; i < site.value.size(); ++i) {
    ValidateTree(spec, site.value[i][names::kSpec], site.path / i / names::kSpec, site.errors);
  }
}

// The template as it will be: with a volume for each claim, and without the names that the set gives.
Value TemplateWithClaims(const Value& spec) {
  Value pod = spec[words::kTemplate][names::kSpec];
  if (pod.is_null()) return spec[words::kTemplate];
  const Value& claims = spec[kVolumeClaimTemplates];
  pod = pod.Without("hostname").Without("subdomain");
  if (!claims.empty()) {
    std::vector<Value> volumes;
    for (const Value& claim : claims.elements()) {
      const Value& name = claim[names::kMetadata][names::kName];
      if (Among(Value::Array(volumes), names::kName, name)) continue;
      volumes.push_back(ObjectBuilder(2)
                            .Add(names::kName, name)
                            .Add("persistentVolumeClaim", ObjectBuilder(1).Add("claimName", name).Build())
                            .Build());
    }
    for (const Value& volume : pod["volumes"].elements()) {
      if (!Among(Value::Array(volumes), names::kName, volume[names::kName])) volumes.push_back(volume);
    }
    pod = pod.Set("volumes", Value::Array(std::move(volumes)));
  }
  return spec[words::kTemplate].Set(names::kSpec, pod);
}

void StatefulSelector(const Site& site, const Rule&) {
  const Value& selector = site.value[words::kSelector];
  const Path path(&site.path, "selector");
  if (selector.is_null()) {
    site.errors.Required(path);
  } else if (!CheckSelector(site, "statefulset")) {
    return site.errors.Add(
        field::InvalidText(path.ToString(), InternalText(site.type.Find("selector")->type, selector), ""));
  }
  if (!SelectsAll(selector)) CheckTemplateLabels(site);
  const FieldInfo* field = site.type.Find("template");
  // Once on their own, and once more with the template.
  const Path metadata(&site.path, "template");
  const Value& given = site.value[words::kTemplate][names::kMetadata];
  ValidateLabels(given[names::kLabels], metadata / names::kLabels, site.errors);
  ValidateAnnotations(given[names::kAnnotations], metadata / names::kAnnotations, site.errors);
  ValidateTree(*field->type.type, TemplateWithClaims(site.value), site.path / words::kTemplate, site.errors);
}

void ControllerSelector(const Site& site, const Rule&) {
  if (site.value[words::kSelector].empty()) site.errors.Required(site.path / words::kSelector);
}

void ControllerTemplate(const Site& site, const Rule& rule) {
  if (site.value.is_null()) return site.errors.Required(site.path);
  const Value& labels = site.value[names::kMetadata][names::kLabels];
  bool matches = true;
  for (const Field& wanted : site.parent[words::kSelector].fields()) {
    matches = matches && labels[wanted.key.view()] == wanted.value;
  }
  if (!matches) site.errors.Invalid(site.path / names::kMetadata / names::kLabels, labels, kMismatch);
  ValidateBelow(site);
  AlwaysRestarted(site, rule);
}

void RevisionData(const Site& site, const Rule&) {
  if (site.errors.before != nullptr) return;  // it cannot change
  if (site.value.is_null()) return site.errors.Required(site.path, "data is mandatory");
  if (!site.value.is_object()) site.errors.Required(site.path, "data must be a valid JSON object");
}

// ---- Status: counters that cannot exceed others.

struct Bound {
  std::string_view counter;
  std::string_view limit;
  std::string_view called;  // the limit, in messages
};
constexpr Bound kReplicaSetBounds[] = {{"fullyLabeledReplicas", "replicas", "status.replicas"},
                                       {"readyReplicas", "replicas", "status.replicas"},
                                       {"availableReplicas", "replicas", "status.replicas"},
                                       {"availableReplicas", "readyReplicas", "readyReplicas"}};
constexpr Bound kDeploymentBounds[] = {{"updatedReplicas", "replicas", "status.replicas"},
                                       {"readyReplicas", "replicas", "status.replicas"},
                                       {"availableReplicas", "replicas", "status.replicas"},
                                       {"availableReplicas", "readyReplicas", "readyReplicas"}};
constexpr Bound kStatefulSetBounds[] = {{"readyReplicas", "replicas", "status.replicas"},
                                        {"currentReplicas", "replicas", "status.replicas"},
                                        {"updatedReplicas", "replicas", "status.replicas"},
                                        {"availableReplicas", "replicas", "status.replicas"},
                                        {"availableReplicas", "readyReplicas", "status.readyReplicas"}};

// The names of a table's counters and limits are interned at its first use: every update of a status looks here.
template <const auto& kBounds>
void Bounds(const Site& site, const Rule&) {
  struct Names {
    Name counter;
    Name limit;
  };
  static const std::vector<Names> kNames = [] {
    std::vector<Names> all;
    for (const Bound& bound : kBounds) all.push_back({Name(bound.counter), Name(bound.limit)});
    return all;
  }();
  for (size_t i = 0; i < kNames.size(); ++i) {
    const int64_t count = site.value[kNames[i].counter].AsInt();
    if (count <= site.value[kNames[i].limit].AsInt()) continue;
    site.errors.Invalid(site.path / kNames[i].counter, Value(count),
                        "cannot be greater than " + std::string(kBounds[i].called));
  }
}

constexpr Rule kReplicaSetSpec[] = {
    {"replicas", NonNegative},
    {"minReadySeconds", NonNegative},
    {"", SelectorAndTemplate, "deployment"},
    {"selector", Skip},
    {"template", Skip},
};
constexpr Rule kDeploymentSpec[] = {
    {"replicas", NonNegative},
    {"", SelectorAndTemplate, "deployment"},
    {"selector", Skip},
    {"template", Skip},
    {"strategy", DeploymentStrategy},
    {"strategy", Skip},
    {"minReadySeconds", NonNegative},
    {"revisionHistoryLimit", NonNegative},
    {"progressDeadlineSeconds", ProgressDeadline},
};
constexpr Rule kDaemonSetSpec[] = {
    {"", DaemonSelector},
    {"selector", Skip},
    {"template", Below},
    {"template", AlwaysRestarted, "DaemonSet", 0, 0, true},
    {"minReadySeconds", NonNegative},
    {"updateStrategy", DaemonStrategy},
    {"updateStrategy", Skip},
    {"revisionHistoryLimit", NonNegative},
};
constexpr Rule kStatefulSetSpec[] = {
    {"podManagementPolicy", PodManagement},
    {"updateStrategy", StatefulStrategy},
    {"updateStrategy", Skip},
    {"persistentVolumeClaimRetentionPolicy", Below},
    {"volumeClaimTemplates", ClaimTemplates},
    {"volumeClaimTemplates", Skip},
    {"replicas", NonNegative},
    {"minReadySeconds", NonNegative},
    {"ordinals", Below},
    {"serviceName", ServiceName},
    {"", StatefulSelector},
    {"selector", Skip},
    {"template", AlwaysRestarted, "StatefulSet", 0, 0, true},
    {"template", Skip},
};
constexpr Rule kRetention[] = {{"whenDeleted", EnumAlways, "Retain,Delete"},
                               {"whenScaled", EnumAlways, "Retain,Delete"}};
constexpr Rule kOrdinals[] = {{"start", NonNegative}};
constexpr Rule kDeploymentRollout[] = {{"", DeploymentRollout}};
constexpr Rule kDaemonRollout[] = {{"", DaemonRollout}};
constexpr Rule kStatefulRollout[] = {{"partition", NonNegative}};
constexpr Rule kControllerSpec[] = {
    {"minReadySeconds", NonNegative},
    {"", ControllerSelector},
    {"replicas", NonNegative},
    {"template", ControllerTemplate, "ReplicationController"},
    {"template", Skip},
};
constexpr Rule kRevision[] = {{"revision", NonNegative}, {"data", RevisionData}};

constexpr Rule kReplicaSetStatus[] = {
    {"replicas", NonNegative},          {"fullyLabeledReplicas", NonNegative}, {"readyReplicas", NonNegative},
    {"availableReplicas", NonNegative}, {"terminatingReplicas", NonNegative},  {"observedGeneration", NonNegative},
    {"", Bounds<kReplicaSetBounds>},
};
constexpr Rule kControllerStatus[] = {
    {"replicas", NonNegative},          {"fullyLabeledReplicas", NonNegative}, {"readyReplicas", NonNegative},
    {"availableReplicas", NonNegative}, {"observedGeneration", NonNegative},   {"", Bounds<kReplicaSetBounds>},
};
constexpr Rule kDeploymentStatus[] = {
    {"observedGeneration", NonNegative},  {"replicas", NonNegative},          {"updatedReplicas", NonNegative},
    {"readyReplicas", NonNegative},       {"availableReplicas", NonNegative}, {"unavailableReplicas", NonNegative},
    {"terminatingReplicas", NonNegative}, {"collisionCount", NonNegative},    {"", Bounds<kDeploymentBounds>},
};
constexpr Rule kStatefulSetStatus[] = {
    {"replicas", NonNegative},        {"readyReplicas", NonNegative},     {"currentReplicas", NonNegative},
    {"updatedReplicas", NonNegative}, {"availableReplicas", NonNegative}, {"observedGeneration", NonNegative},
    {"collisionCount", NonNegative},  {"", Bounds<kStatefulSetBounds>},
};
constexpr Rule kDaemonSetStatus[] = {
    {"currentNumberScheduled", NonNegative}, {"numberMisscheduled", NonNegative},
    {"desiredNumberScheduled", NonNegative}, {"numberReady", NonNegative},
    {"observedGeneration", NonNegative},     {"updatedNumberScheduled", NonNegative},
    {"numberAvailable", NonNegative},        {"numberUnavailable", NonNegative},
    {"collisionCount", NonNegative},
};

constexpr TypeRules kTypes[] = {
    {"apps.v1.ReplicaSetSpec", kReplicaSetSpec},
    {"apps.v1.DeploymentSpec", kDeploymentSpec},
    {"apps.v1.DaemonSetSpec", kDaemonSetSpec},
    {"apps.v1.StatefulSetSpec", kStatefulSetSpec},
    {"apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy", kRetention},
    {"apps.v1.StatefulSetOrdinals", kOrdinals},
    {"apps.v1.RollingUpdateDeployment", kDeploymentRollout},
    {"apps.v1.RollingUpdateDaemonSet", kDaemonRollout},
    {"apps.v1.RollingUpdateStatefulSetStrategy", kStatefulRollout},
    {"apps.v1.ControllerRevision", kRevision},
    {"apps.v1.ReplicaSetStatus", kReplicaSetStatus},
    {"apps.v1.DeploymentStatus", kDeploymentStatus},
    {"apps.v1.StatefulSetStatus", kStatefulSetStatus},
    {"apps.v1.DaemonSetStatus", kDaemonSetStatus},
    {"core.v1.ReplicationControllerSpec", kControllerSpec},
    {"core.v1.ReplicationControllerStatus", kControllerStatus},
};

}  // namespace

std::span<const TypeRules> WorkloadRules() { return kTypes; }

}  // namespace wavetank::sim
