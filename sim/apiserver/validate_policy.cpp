// PodDisruptionBudget, PriorityClass, RuntimeClass, Lease, HorizontalPodAutoscaler (API-821..826).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validate_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kAverageUtilization("averageUtilization");
const Name kAverageValue("averageValue");
const Name kMaxReplicas("maxReplicas");
const Name kMinReplicas("minReplicas");

// ---- PodDisruptionBudget.

void OneBudget(const Site& site, const Rule&) {
  if (site.value["minAvailable"].is_null() || site.value["maxUnavailable"].is_null()) return;
  site.Invalid("minAvailable and maxUnavailable cannot be both set");
}

void Share(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  CheckIntOrPercent(site.value, site.path, site.errors);
  const std::string_view text = site.value.AsString();
  if (text.empty() || !CheckPercent(text).empty()) return;
  const std::string_view digits = text.substr(0, text.size() - 1);
  const bool more = digits.size() > 3 || (digits.size() == 3 && digits > "100");
  if (more) site.Invalid("must not be greater than 100%");
}

// Conditions as meta/v1 has them. A reason: letters first, then word characters with `,` and `:`, none of those last.
void Conditions(const Site& site, const Rule&) {
  constexpr std::string_view kReason =
      "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
      "characters or '_,:', and must end with an alphanumeric character or '_' (e.g. 'my_name',  or 'MY_NAME',  or "
      "'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is "
      "'[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";
  constexpr size_t kMaxReason = 1024;
  constexpr size_t kMaxMessage = 32 * 1024;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto plain = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  for (size_t i = 0; i < site.value.size(); ++i) {
    const Value& condition = site.value[i];
    const Path at(&site.path, i);
    const Value& type = condition[names::kType];
    const auto before = site.value.elements().first(i);
    if (std::ranges::any_of(before, [&](const Value& c) { return c[names::kType] == type; })) {
      site.errors.Duplicate(at / names::kType, type);
    }
    AddAll(CheckQualifiedName(type.AsString()), at / names::kType, type, site.errors);
    const Value& status = condition["status"];
    if (!HasWord("True,False,Unknown", status.AsString()))
      site.errors.NotSupported(at / "status", status, "False,True,Unknown");
    const Value& generation = condition["observedGeneration"];
    if (generation.AsInt() < 0) {
      site.errors.Invalid(at / "observedGeneration", generation, "must be greater than or equal to zero");
    }
    if (condition["lastTransitionTime"].is_null()) site.errors.Required(at / "lastTransitionTime");
    const std::string_view reason = condition["reason"].AsString();
    const bool well = !reason.empty() && letter(reason.front()) && plain(reason.back()) &&
                      std::ranges::all_of(reason, [&](char c) { return plain(c) || c == ',' || c == ':'; });
    if (reason.empty()) {
      site.errors.Required(at / "reason");
    } else {
      if (!well) site.errors.Invalid(at / "reason", Value(reason), kReason);
      if (reason.size() > kMaxReason) site.errors.Add(field::TooLong((at / "reason").ToString(), kMaxReason));
    }
    if (condition["message"].AsString().size() > kMaxMessage) {
      site.errors.Add(field::TooLong((at / "message").ToString(), kMaxMessage));
    }
  }
}

// ---- PriorityClass.

struct SystemClass {
  std::string_view name;
  int64_t value;
};
constexpr SystemClass kSystemClasses[] = {{"system-node-critical", 2000001000},
                                          {"system-cluster-critical", 2000000000}};
constexpr int64_t kHighestOfUsers = 1000000000;

void PriorityName(const Site& site, const Rule&) {
  const std::string_view name = site.value[names::kMetadata][names::kName].AsString();
  const int64_t value = site.value[words::kValue].AsInt();
  if (!name.starts_with("system-")) {
    if (value > kHighestOfUsers) {
      site.errors.Forbidden(site.path / words::kValue,
                            "maximum allowed value of a user defined priority is 1000000000");
    }
    return;
  }
  const auto row = std::ranges::find(kSystemClasses, name, &SystemClass::name);
  std::string why = std::string(name) + " is not a known system priority class";
  if (row != std::end(kSystemClasses)) {
    why.clear();
    if (row->value != value) {
      why = "value of " + std::string(name) + " PriorityClass must be " + std::to_string(row->value);
    } else if (site.value["globalDefault"].AsBool()) {
      why = "globalDefault of " + std::string(name) + " PriorityClass must be false";
    }
  }
  if (why.empty()) return;
  site.errors.Forbidden(Path(nullptr, "metadata.name"),
                        "priority class names with 'system-' prefix are reserved for system use only. error: " + why);
}

// ---- RuntimeClass.

void FixedOverhead(const Site& site, const Rule&) {
  CheckRequirements(site.value["podFixed"], Value(), false, site.path, site.errors);
}

void UniqueTolerations(const Site& site, const Rule&) {
  static const Name kSeconds("tolerationSeconds");
  for (size_t i = 1; i < site.value.size(); ++i) {
    const Value mine = site.value[i].Without(kSeconds);
    const auto before = site.value.elements().first(i);
    if (!std::ranges::any_of(before, [&](const Value& t) { return t.Without(kSeconds) == mine; })) continue;
    FieldError error = field::Duplicate((site.path / i).ToString(), Value(""));
    error.body = "Duplicate value: " + InternalText(*site.ref->element, site.value[i]);
    site.errors.Add(std::move(error));
  }
}

// ---- HorizontalPodAutoscaler.

void MaxReplicas(const Site& site, const Rule&) {
  const Value& min = site.value[kMinReplicas];
  const int64_t max = site.value[kMaxReplicas].AsInt();
  const Path at(&site.path, kMaxReplicas.view());
  if (max == 0) site.errors.Required(at, "must be set and greater than 0");
  if (max < 0) site.errors.Invalid(at, Value(max), "must be greater than or equal to 1");
  if (min.is_int() && max < min.AsInt()) {
    site.errors.Invalid(at, Value(max), "must be greater than or equal to `minReplicas`");
  }
}

// minReplicas of zero is behind a gate that is off, unless something outside wakes the pods.
void MinReplicas(const Site& site, const Rule&) {
  const Value& min = site.value;
  if (min.is_int() && min.AsInt() < 1) site.Invalid("must be greater than or equal to 1");
}

void ZeroNeedsMetric(const Site& site, const Rule&) {
  const Value& min = site.value[kMinReplicas];
  if (!min.is_int() || min.AsInt() != 0) return;
  const auto outside = [](const Value& m) { return m[names::kType] == "Object" || m[names::kType] == "External"; };
  if (std::ranges::any_of(site.value["metrics"].elements(), outside)) return;
  site.errors.Forbidden(site.path / "metrics",
                        "must specify at least one Object or External metric to support scaling to zero replicas");
}

void CheckReference(const Value& ref, const Path& path, FieldErrors& errors) {
  for (const Name name : {names::kKind, names::kName}) {
    if (ref[name].empty()) {
      errors.Required(path / name);
    } else {
      AddAll(CheckName(NameRule::kPathSegment, ref[name].AsString(), false), path / name, ref[name], errors);
    }
  }
  const std::string_view version = ref[names::kApiVersion].AsString();
  const size_t slash = version.find('/');
  if (slash != version.npos && version.find('/', slash + 1) != version.npos) {
    errors.Invalid(path / names::kApiVersion, Value(version),
                   "unexpected GroupVersion string: " + std::string(version));
  }
}

// What scales must be named with its group.
void ScaleTarget(const Site& site, const Rule&) {
  CheckReference(site.value, site.path, site.errors);
  const std::string_view version = site.value[names::kApiVersion].AsString();
  const bool core_pods = version == "v1" && site.value[names::kKind] == "ReplicationController";
  const size_t slash = version.find('/');
  if (slash != version.npos && version.find('/', slash + 1) != version.npos) return;  // told already
  if ((slash != version.npos && slash != 0) || core_pods) return;
  site.errors.Invalid(site.path / names::kApiVersion, Value(version), "apiVersion must specify API group");
}

struct MetricRow {
  std::string_view type;
  std::string_view field;
};
constexpr MetricRow kMetrics[] = {{"Object", "object"},
                                  {"External", "external"},
                                  {"Pods", "pods"},
                                  {"Resource", "resource"},
                                  {"ContainerResource", "containerResource"}};
constexpr std::string_view kMetricTypes = "ContainerResource,External,Object,Pods,Resource";

void Metric(const Site& site, const Rule&) {
  const Value type = site.value[names::kType].is_null() ? Value("") : site.value[names::kType];
  const Path type_path(&site.path, names::kType.view());
  const bool known = HasWord(kMetricTypes, type.AsString());
  if (type.empty()) site.errors.Required(type_path, "must specify a metric source type");
  if (!known) site.errors.NotSupported(type_path, type, kMetricTypes);
  bool first = true;
  for (const MetricRow& row : kMetrics) {
    const Value& source = site.value[row.field];
    if (source.is_null()) continue;
    if (first) ValidateTree(*site.type.Find(row.field)->type.type, source, site.path / row.field, site.errors);
    first = false;
  }
  if (!known) site.errors.NotSupported(type_path, type, kMetricTypes);
  size_t present = 0;
  for (const MetricRow& row : kMetrics) {
    const bool has = !site.value[row.field].is_null();
    present += has ? 1 : 0;
    if (!has && type == row.type) {
      site.errors.Required(site.path / row.field, "must populate information for the given metric source");
    }
  }
  if (present == 1) return;
  for (const MetricRow& row : kMetrics) {
    if (site.value[row.field].is_null() || type == row.type) continue;
    site.errors.Forbidden(site.path / row.field, "must populate the given metric source only");
  }
}

// What a target must hold, by the kind of source. words: "either:why" and for what excludes each other "not both:why".
struct TargetRow {
  Name one;
  Name other;
  Name missing_at;
  std::string_view missing;
  Name both_at;
  std::string_view both;
};

void CheckTarget(const Site& site, const TargetRow& row) {
  const Value& target = site.value["target"];
  const Path path(&site.path, "target");
  const bool one = !target[row.one].is_null();
  const bool other = !target[row.other].is_null();
  if (!one && !other) site.errors.Required(path / row.missing_at, row.missing);
  if (one && other && !row.both.empty()) site.errors.Forbidden(path / row.both_at, row.both);
}

const Name kValueName("value");

void ObjectTarget(const Site& site, const Rule&) {
  CheckTarget(site, {kValueName, kAverageValue, kAverageValue, "must set either a target value or averageValue",
                     kValueName, ""});
}
void ExternalTarget(const Site& site, const Rule&) {
  CheckTarget(
      site, {kValueName, kAverageValue, kAverageValue, "must set either a target value for metric or a per-pod target",
             kValueName, "may not set both a target value for metric and a per-pod target"});
}
void PodsTarget(const Site& site, const Rule&) {
  CheckTarget(site, {kAverageValue, kAverageValue, kAverageValue, "must specify a positive target averageValue",
                     kAverageValue, ""});
}
void ResourceTarget(const Site& site, const Rule&) {
  CheckTarget(site, {kAverageUtilization, kAverageValue, kAverageUtilization,
                     "must set either a target raw value or a target utilization", kAverageValue,
                     "may not set both a target raw value and a target utilization"});
}

void Reference(const Site& site, const Rule&) { CheckReference(site.value, site.path, site.errors); }

void ContainerResource(const Site& site, const Rule&) {
  if (!site.value.empty()) CheckContainerResourceName(site.value.AsString(), site.path, site.errors);
}

void TargetType(const Site& site, const Rule&) {
  if (site.value.empty()) site.errors.Required(site.path, "must specify a metric target type");
  if (HasWord("Utilization,Value,AverageValue", site.value.AsString())) return;
  site.Invalid("must be either Utilization, Value, or AverageValue");
}

void PositiveQuantity(const Site& site, const Rule&) {
  if (site.value.is_null()) return;
  const Quantity amount = Quantity::Of(site.value);
  if (amount.is_zero() || amount.is_negative()) site.Invalid("must be positive");
}

constexpr Rule kBudget[] = {
    {"", OneBudget},
    {"minAvailable", Share},
    {"maxUnavailable", Share},
    {"selector", Below},
    {"unhealthyPodEvictionPolicy", Enum, "AlwaysAllow,IfHealthyBudget"},
};
constexpr Rule kBudgetStatus[] = {{"disruptionsAllowed", NonNegative}, {"currentHealthy", NonNegative},
                                  {"desiredHealthy", NonNegative},     {"expectedPods", NonNegative},
                                  {"conditions", Conditions},          {"conditions", Skip}};
constexpr Rule kPriorityClass[] = {{"", PriorityName},
                                   {"preemptionPolicy", EnumIfGivenOrRequired, "PreemptLowerPriority,Never"}};
constexpr Rule kRuntimeClass[] = {
    {"handler", Required}, {"handler", Label}, {"overhead", FixedOverhead}, {"scheduling", Below}};
constexpr Rule kScheduling[] = {{"nodeSelector", LabelMap}, {"tolerations", Below}, {"tolerations", UniqueTolerations}};
constexpr Rule kLease[] = {
    {"leaseDurationSeconds", AtLeast, "must be greater than 0", 1},
    {"leaseTransitions", NonNegative},
};

constexpr Rule kAutoscaler[] = {
    {"minReplicas", MinReplicas}, {"", MaxReplicas},  {"scaleTargetRef", ScaleTarget},
    {"scaleTargetRef", Skip},     {"metrics", Below}, {"", ZeroNeedsMetric},
    {"behavior", Below},
};
constexpr Rule kAutoscalerStatus[] = {
    {"currentReplicas", NonNegative}, {"desiredReplicas", NonNegative}, {"currentMetrics", Skip}};
constexpr Rule kMetric[] = {{"", Metric},   {"object", Skip},   {"external", Skip},
                            {"pods", Skip}, {"resource", Skip}, {"containerResource", Skip}};
constexpr Rule kObject[] = {{"describedObject", Reference}, {"metric", Below}, {"target", Below}, {"", ObjectTarget}};
constexpr Rule kExternal[] = {{"metric", Below}, {"target", Below}, {"", ExternalTarget}};
constexpr Rule kPods[] = {{"metric", Below}, {"target", Below}, {"", PodsTarget}};
constexpr Rule kResource[] = {
    {"name", Required, "must specify a resource name"}, {"target", Below}, {"", ResourceTarget}};
constexpr Rule kContainerResource[] = {
    {"name", Required, "must specify a resource name"},
    {"name", ContainerResource},
    {"container", Required, "must specify a container"},
    {"container", Label},
    {"target", Below},
    {"", ResourceTarget},
};
constexpr Rule kIdentifier[] = {
    {"name", Required, "must specify a metric name"}, {"name", PathSegment}, {"selector", Skip}};
constexpr Rule kTarget[] = {
    {"type", TargetType},
    {"value", PositiveQuantity},
    {"averageValue", PositiveQuantity},
    {"averageUtilization", AtLeast, "must be greater than 0", 1},
};
constexpr Rule kBehavior[] = {{"scaleUp", Below}, {"scaleDown", Below}};
constexpr Rule kRules[] = {
    {"stabilizationWindowSeconds", AtLeast, "must be greater than or equal to zero", 0},
    {"stabilizationWindowSeconds", AtMost, "", 0, 3600},
    {"selectPolicy", Enum, "Disabled,Max,Min"},
    {"policies", Required, "must specify at least one Policy"},
    {"policies", Below},
    {"tolerance", NonNegativeQuantity},
};
constexpr Rule kPolicy[] = {
    {"type", EnumAlways, "Percent,Pods"},
    {"value", AtLeast, "must be greater than zero", 1},
    {"periodSeconds", AtLeast, "must be greater than zero", 1},
    {"periodSeconds", AtMost, "", 0, 1800},
};

constexpr TypeRules kTypes[] = {
    {"policy.v1.PodDisruptionBudgetSpec", kBudget},
    {"policy.v1.PodDisruptionBudgetStatus", kBudgetStatus},
    {"scheduling.v1.PriorityClass", kPriorityClass},
    {"node.v1.RuntimeClass", kRuntimeClass},
    {"node.v1.Scheduling", kScheduling},
    {"coordination.v1.LeaseSpec", kLease},
    {"autoscaling.v2.HorizontalPodAutoscalerSpec", kAutoscaler},
    {"autoscaling.v2.HorizontalPodAutoscalerStatus", kAutoscalerStatus},
    {"autoscaling.v2.MetricSpec", kMetric},
    {"autoscaling.v2.ObjectMetricSource", kObject},
    {"autoscaling.v2.ExternalMetricSource", kExternal},
    {"autoscaling.v2.PodsMetricSource", kPods},
    {"autoscaling.v2.ResourceMetricSource", kResource},
    {"autoscaling.v2.ContainerResourceMetricSource", kContainerResource},
    {"autoscaling.v2.MetricIdentifier", kIdentifier},
    {"autoscaling.v2.MetricTarget", kTarget},
    {"autoscaling.v2.HorizontalPodAutoscalerBehavior", kBehavior},
    {"autoscaling.v2.HPAScalingRules", kRules},
    {"autoscaling.v2.HPAScalingPolicy", kPolicy},
};

}  // namespace

std::span<const TypeRules> PolicyRules() { return kTypes; }

void CheckPriorityClassChange(const Change& change) {
  if (!(change.now(words::kValue) == change.before(words::kValue))) {
    change.errors.Forbidden(Path() / words::kValue, "may not be changed in an update.");
  }
  CheckImmutable(change, "preemptionPolicy");
}

}  // namespace wavetank::sim
