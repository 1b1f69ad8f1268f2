// ReplicaSet, Deployment, DaemonSet, StatefulSet, Job, and changes of a Pod (API-723, API-726..729).
#include <algorithm>
#include <string>

#include "runtime/api/names.h"
#include "runtime/api/selectors.h"
#include "runtime/value/patch.h"
#include "runtime/value/value.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kActiveDeadlineSeconds("activeDeadlineSeconds");
const Name kAffinity("affinity");
const Name kImage("image");
const Name kMatchExpressions("matchExpressions");
const Name kNodeSelector("nodeSelector");
const Name kOperator("operator");
const Name kRestartPolicy("restartPolicy");
const Name kRollingUpdate("rollingUpdate");
const Name kStrategyField("strategy");

constexpr std::string_view kImmutable = "field is immutable";

// The selector is there, is well formed, selects something, and selects the template (API-726).
void CheckSelector(const Value& object, std::string_view empty_word, FieldErrors& errors) {
  const Value& spec = object[names::kSpec];
  const Value& selector = spec[words::kSelector];
  const Value& labels = spec[words::kTemplate][names::kMetadata][names::kLabels];
  if (selector.is_null()) {
    errors.Add(field::Required("spec.selector"));
  } else {
    const size_t before = errors.size();
    const Path path(nullptr, "spec.selector");
    ValidateLabels(selector[words::kMatchLabels], Path(&path, "matchLabels"), errors);
    const Path expressions(&path, "matchExpressions");
    const Value& list = selector[kMatchExpressions];
    for (size_t i = 0; i < list.size(); ++i) {
      const Value& op = list[i][kOperator];
      if (op == "In" || op == "NotIn" || op == "Exists" || op == "DoesNotExist") continue;
      const Path element(&expressions, i);
      errors.Add(field::Invalid(Path(&element, "operator").ToString(), op, "not a valid selector operator"));
    }
    if (selector[words::kMatchLabels].empty() && list.empty()) {
      errors.Add(field::Invalid("spec.selector", selector, "empty selector is invalid for " + std::string(empty_word)));
    }
    if (errors.size() != before) {
      if (selector[words::kMatchLabels].empty() && list.empty()) return;
      // A StatefulSet says no more than that.
      errors.Add(
          field::Invalid("spec.selector", selector, empty_word == "statefulset" ? "" : "invalid label selector"));
      return;
    }
  }
  const Result<LabelSelector> parsed = LabelSelector::FromValue(selector);
  if (parsed.ok() && (selector.is_null() || !parsed->Matches(labels))) {
    errors.Add(field::Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`"));
  }
}

void CheckTemplate(const Value& object, std::string_view owner, FieldErrors& errors) {
  const Value& pod = object[names::kSpec][words::kTemplate][names::kSpec];
  if (const Value& policy = pod[kRestartPolicy]; policy == "Never" || policy == "OnFailure") {
    errors.Add(field::NotSupported("spec.template.spec.restartPolicy", policy, {"Always"}));
  }
  if (!pod[kActiveDeadlineSeconds].is_null()) {
    errors.Add(field::Forbidden("spec.template.spec.activeDeadlineSeconds",
                                "activeDeadlineSeconds in " + std::string(owner) + " is not Supported"));
  }
}

// Counters of a status that cannot exceed another one.
struct Bound {
  std::string_view counter;
  std::string_view limit;
  std::string_view limit_words;
};
constexpr Bound kBounds[] = {
    {"fullyLabeledReplicas", "replicas", "status.replicas"}, {"readyReplicas", "replicas", "status.replicas"},
    {"availableReplicas", "replicas", "status.replicas"},    {"availableReplicas", "readyReplicas", "readyReplicas"},
    {"updatedReplicas", "replicas", "status.replicas"},
};

void CheckStatusCounts(const Value& status, FieldErrors& errors) {
  for (const Bound& bound : kBounds) {
    const Value& counter = status[bound.counter];
    if (!counter.is_int() || counter.AsInt() <= status[bound.limit].AsInt()) continue;
    errors.Add(field::Invalid("status." + std::string(bound.counter), counter,
                              "cannot be greater than " + std::string(bound.limit_words)));
  }
}

constexpr std::string_view kSelectorFields[] = {"matchLabels", "matchExpressions"};

void Unchanged(std::string_view path, const Value& now, const Value& before, FieldErrors& errors) {
  if (!(now == before)) errors.Add(field::Invalid(path, now, kImmutable));
}

// ---- Pods.

// The containers with the images that they had: what is left to compare.
Value WithImagesOf(const Value& containers, const Value& before) {
  if (containers.size() != before.size()) return containers;
  std::vector<Value> result;
  for (size_t i = 0; i < containers.size(); ++i) result.push_back(containers[i].Set(kImage, before[i][kImage]));
  return Value::Array(std::move(result));
}

// Tolerations may be added; of the old ones only tolerationSeconds may change.
bool OnlyAddsTolerations(const Value& now, const Value& before) {
  static const Name kSeconds("tolerationSeconds");
  for (const Value& old : before.elements()) {
    const Value plain = old.Without(kSeconds);
    const std::span<const Value> all = now.elements();
    if (std::ranges::none_of(all, [&](const Value& t) { return t.Without(kSeconds) == plain; })) return false;
  }
  return true;
}

Value Munged(const Value& now, const Value& before) {
  const bool gated = !before[words::kSchedulingGates].empty();
  const Value& grace = before[words::kTerminationGracePeriodSeconds];
  const bool fixes_grace = grace.AsInt() < 0 && now[words::kTerminationGracePeriodSeconds].AsInt() == 1;
  return WithFields(
      now, {{kActiveDeadlineSeconds, before[kActiveDeadlineSeconds]},
            {kAffinity, gated ? before[kAffinity] : now[kAffinity]},
            {words::kContainers, WithImagesOf(now[words::kContainers], before[words::kContainers])},
            {words::kInitContainers, now[words::kInitContainers].is_null()
                                         ? Value()
                                         : WithImagesOf(now[words::kInitContainers], before[words::kInitContainers])},
            {kNodeSelector, gated ? before[kNodeSelector] : now[kNodeSelector]},
            {words::kSchedulingGates, before[words::kSchedulingGates]},
            {words::kTerminationGracePeriodSeconds, fixes_grace ? grace : now[words::kTerminationGracePeriodSeconds]},
            {words::kTolerations, before[words::kTolerations]}});
}

void CheckPodSpecChange(const Value& now, const Value& before, FieldErrors& errors) {
  if (now == before) return;
  if (now[words::kContainers].size() != before[words::kContainers].size()) {
    errors.Add(field::Forbidden("spec.containers", "pod updates may not add or remove containers"));
    return;
  }
  const Value& deadline = now[kActiveDeadlineSeconds];
  if (const Value& old = before[kActiveDeadlineSeconds]; old.is_int()) {
    if (deadline.is_null()) {
      errors.Add(field::Invalid("spec.activeDeadlineSeconds", deadline,
                                "must not update from a positive integer to nil value"));
    } else if (deadline.AsInt() > old.AsInt()) {
      errors.Add(
          field::Invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value"));
    }
  }
  const Path gates(nullptr, "spec.schedulingGates");
  for (size_t i = 0; i < now[words::kSchedulingGates].size(); ++i) {
    const Value& gate = now[words::kSchedulingGates][i];
    const std::span<const Value> old = before[words::kSchedulingGates].elements();
    if (std::ranges::find(old, gate) != old.end()) continue;
    const Path element(&gates, i);
    errors.Add(field::Forbidden(Path(&element, "name").ToString(),
                                "only deletion is allowed, but found new scheduling gate '" +
                                    std::string(gate[names::kName].AsString()) + "'"));
  }
  if (!OnlyAddsTolerations(now[words::kTolerations], before[words::kTolerations])) {
    errors.Add(
        field::Forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
  }
  const Value munged = Munged(now, before);
  if (munged == before) return;
  errors.Add(field::Forbidden(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
      "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
      "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n" +
          FirstDifference(before, munged).value_or("")));
}

}  // namespace

void CheckReplicaSet(const Value& object, FieldErrors& errors) {
  CheckSelector(object, "deployment", errors);
  CheckTemplate(object, "ReplicaSet", errors);
}

void CheckDeployment(const Value& object, FieldErrors& errors) {
  CheckSelector(object, "deployment", errors);
  CheckTemplate(object, "ReplicaSet", errors);
  const Value& strategy = object[names::kSpec][kStrategyField];
  if (strategy[names::kType] == "Recreate" && !strategy[kRollingUpdate].is_null()) {
    errors.Add(
        field::Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
  }
  static const Name kDeadline("progressDeadlineSeconds");
  static const Name kMinReady("minReadySeconds");
  const Value& deadline = object[names::kSpec][kDeadline];
  if (deadline.is_int() && deadline.AsInt() <= object[names::kSpec][kMinReady].AsInt()) {
    errors.Add(field::Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  }
}

void CheckDaemonSet(const Value& object, FieldErrors& errors) {
  CheckSelector(object, "daemonset", errors);
  CheckTemplate(object, "DaemonSet", errors);
}

void CheckStatefulSet(const Value& object, FieldErrors& errors) {
  CheckSelector(object, "statefulset", errors);
  CheckTemplate(object, "StatefulSet", errors);
}

void CheckJob(const Value& object, FieldErrors& errors) {
  const Value& policy = object[names::kSpec][words::kTemplate][names::kSpec][kRestartPolicy];
  if (policy == "Always" || policy.empty()) {
    errors.Add(field::Required("spec.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\""));
  }
}

void CheckPodChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (sub.empty()) CheckPodSpecChange(object[names::kSpec], stored.spec(), errors);
  const Value& qos = stored.status()[words::kQosClass];
  if (sub == "status" && !qos.is_null() && !(object[names::kStatus][words::kQosClass] == qos)) {
    errors.Add(field::Invalid("status.qosClass", object[names::kStatus][words::kQosClass], kImmutable));
  }
}

void CheckSelectorChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (sub == "status") CheckStatusCounts(object[names::kStatus], errors);
  if (!sub.empty() || object[names::kSpec].identity() == stored.spec().identity()) return;
  const Value& now = object[names::kSpec][words::kSelector];
  if (now == stored.spec()[words::kSelector]) return;
  errors.Add(
      field::InvalidText("spec.selector", now.is_null() ? "null" : StructText(now, kSelectorFields), kImmutable));
}

void CheckStatefulSetChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (sub == "status") CheckStatusCounts(object[names::kStatus], errors);
  if (!sub.empty()) return;
  constexpr std::string_view kMay[] = {"replicas",
                                       "ordinals",
                                       "template",
                                       "updateStrategy",
                                       "revisionHistoryLimit",
                                       "persistentVolumeClaimRetentionPolicy",
                                       "minReadySeconds"};
  Value rest = object[names::kSpec];
  Value before = stored.spec();
  for (const std::string_view name : kMay) {
    rest = rest.Without(name);
    before = before.Without(name);
  }
  if (rest == before) return;
  errors.Add(field::Forbidden("spec",
                              "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
                              "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and "
                              "'minReadySeconds' are forbidden"));
}

void CheckJobChange(std::string_view sub, const Value& object, const Object& stored, FieldErrors& errors) {
  if (!sub.empty()) return;
  static const Name kCompletionMode("completionMode");
  static const Name kCompletions("completions");
  static const Name kSuspend("suspend");
  const Value& now = object[names::kSpec];
  const Value& before = stored.spec();
  if (now[kCompletionMode] != "Indexed") Unchanged("spec.completions", now[kCompletions], before[kCompletions], errors);
  Unchanged("spec.selector", now[words::kSelector], before[words::kSelector], errors);
  // A Job that is suspended and never ran may still change its template.
  const bool open = before[kSuspend].AsBool() && stored.status()["startTime"].is_null();
  if (!open) Unchanged("spec.template", now[words::kTemplate], before[words::kTemplate], errors);
  Unchanged("spec.completionMode", now[kCompletionMode], before[kCompletionMode], errors);
}

}  // namespace wavetank::sim
