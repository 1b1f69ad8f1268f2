// What may change in a Pod (API-723, API-725).
#include <algorithm>
#include <set>
#include <string>

#include "runtime/api/names.h"
#include "sim/apiserver/internal_form.h"
#include "sim/apiserver/ip_text.h"
#include "sim/apiserver/text_diff.h"
#include "sim/apiserver/validate_checks.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kActiveDeadlineSeconds("activeDeadlineSeconds");
const Name kAffinity("affinity");
const Name kImage("image");
const Name kNodeAffinity("nodeAffinity");
const Name kNodeSelector("nodeSelector");
const Name kNodeSelectorTerms("nodeSelectorTerms");
const Name kRequired("requiredDuringSchedulingIgnoredDuringExecution");
const Name kTolerationSeconds("tolerationSeconds");

const Path kSpecPath(nullptr, "spec");

// ---- Containers: only images. False: the rest need not be looked at.

bool CheckContainers(const Value& now, const Value& before, std::string_view list, FieldErrors& errors) {
  if (now.size() != before.size()) {
    errors.Forbidden(kSpecPath / list, "pod updates may not add or remove containers");
    return false;
  }
  for (size_t i = 0; i < now.size(); ++i) {
    const Value& image = now[i][kImage];
    const std::string_view text = image.AsString();
    if (text.empty()) {
      errors.Required(kSpecPath / list / i / kImage);
    } else if (text.front() == ' ' || text.back() == ' ') {
      errors.Invalid(kSpecPath / list / i / kImage, image, "must not have leading or trailing whitespace");
    }
  }
  return true;
}

// The containers with the images that they had: what is left to compare.
Value WithImagesOf(const Value& containers, const Value& before) {
  if (containers.is_null()) return containers;
  std::vector<Value> result;
  for (size_t i = 0; i < containers.size(); ++i) result.push_back(containers[i].Set(kImage, before[i][kImage]));
  return Value::Array(std::move(result));
}

// ---- Single fields.

// False: nothing after it is looked at.
bool CheckDeadline(const Value& now, const Value& before, FieldErrors& errors) {
  const Path path(&kSpecPath, kActiveDeadlineSeconds.view());
  if (now.is_null()) {
    if (!before.is_null()) errors.Invalid(path, now, "must not update from a positive integer to nil value");
    return true;
  }
  if (now.AsInt() < 0 || now.AsInt() > INT32_MAX) {
    errors.Invalid(path, now, "must be between 0 and 2147483647, inclusive");
    return false;
  }
  if (before.is_null() || before.AsInt() >= now.AsInt()) return true;
  errors.Invalid(path, now, "must be less than or equal to previous value");
  return false;
}

// Tolerations may be added; of the old ones only tolerationSeconds may change.
void CheckTolerations(const Change& change, const Value& now, const Value& before) {
  FieldErrors& errors = change.errors;
  for (const Value& old : before.elements()) {
    const Value plain = old.Without(kTolerationSeconds);
    const std::span<const Value> all = now.elements();
    if (std::ranges::any_of(all, [&](const Value& t) { return t.Without(kTolerationSeconds) == plain; })) continue;
    errors.Forbidden(kSpecPath / words::kTolerations,
                     "existing toleration can not be modified except its tolerationSeconds");
    return;
  }
  // All of them are judged once more.
  const TypeInfo& type = *change.TypeOf("spec").Find(words::kTolerations)->type.element->type;
  const Path list(&kSpecPath, words::kTolerations.view());
  for (size_t i = 0; i < now.size(); ++i) ValidateTree(type, now[i], Path(&list, i), errors);
}

void CheckGates(const Value& now, const Value& before, FieldErrors& errors) {
  for (size_t i = 0; i < now.size(); ++i) {
    const Value& name = now[i][names::kName];
    if (Among(before, names::kName, name)) continue;
    errors.Forbidden(kSpecPath / words::kSchedulingGates / i / names::kName,
                     "only deletion is allowed, but found new scheduling gate '" + std::string(name.AsString()) + "'");
  }
}

// ---- A gated Pod may narrow where it can run.

bool StartsWith(const Value& now, const Value& before) {
  const std::span<const Value> a = now.elements();
  const std::span<const Value> b = before.elements();
  return a.size() >= b.size() && std::ranges::equal(a.first(b.size()), b);
}

bool OnlyAdds(const Value& now, const Value& before) {
  static const Name kExpressions("matchExpressions");
  static const Name kFields("matchFields");
  const auto empty = [](const Value& term) { return term[kExpressions].empty() && term[kFields].empty(); };
  if (empty(before)) return empty(now);
  return StartsWith(now[kExpressions], before[kExpressions]) && StartsWith(now[kFields], before[kFields]);
}

void CheckNarrowing(const Change& change, const Value& now, const Value& before) {
  if (!(now[kNodeSelector] == before[kNodeSelector])) {
    const bool kept = std::ranges::all_of(before[kNodeSelector].fields(),
                                          [&](const Field& f) { return now[kNodeSelector][f.key.view()] == f.value; });
    if (!kept) {
      change.errors.Invalid(kSpecPath / kNodeSelector, now[kNodeSelector],
                            "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
    }
  }
  const Value& old_terms = before[kAffinity][kNodeAffinity][kRequired][kNodeSelectorTerms];
  const Value& terms = now[kAffinity][kNodeAffinity][kRequired][kNodeSelectorTerms];
  if (old_terms.empty() || old_terms == terms) return;
  const TypeInfo& affinity = *change.TypeOf("spec").Find("affinity")->type.type->Find("nodeAffinity")->type.type;
  const TypeRef& list = affinity.Find(kRequired)->type.type->Find(kNodeSelectorTerms)->type;
  const std::string at = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";
  if (terms.size() != old_terms.size()) {
    return change.Invalid(at, list, terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
  }
  for (size_t i = 0; i < terms.size(); ++i) {
    if (OnlyAdds(terms[i], old_terms[i])) continue;
    change.Invalid(at + "[" + std::to_string(i) + "]", *list.element, terms[i],
                   "only additions are allowed (no mutations or deletions)");
  }
}

// Affinity with the node affinity that it had; nothing when nothing is left.
Value AffinityOf(const Value& now, const Value& before) {
  const Value& old = before[kNodeAffinity];
  if (now[kNodeAffinity] == old) return now;
  Value result = old.is_null() ? now.Without(kNodeAffinity) : now.Set(kNodeAffinity, old);
  return result.empty() && before.is_null() ? Value() : result;
}

// The new spec with everything that may change put back.
Value Munged(const Value& now, const Value& before) {
  const Value& grace = before[words::kTerminationGracePeriodSeconds];
  const bool fixes_grace = grace.AsInt() < 0 && now[words::kTerminationGracePeriodSeconds].AsInt() == 1;
  Value munged = WithFields(
      now, {{kActiveDeadlineSeconds, before[kActiveDeadlineSeconds]},
            {words::kContainers, WithImagesOf(now[words::kContainers], before[words::kContainers])},
            {words::kInitContainers, WithImagesOf(now[words::kInitContainers], before[words::kInitContainers])},
            {words::kSchedulingGates, before[words::kSchedulingGates]},
            {words::kTerminationGracePeriodSeconds, fixes_grace ? grace : now[words::kTerminationGracePeriodSeconds]},
            {words::kTolerations, before[words::kTolerations]}});
  if (before[words::kSchedulingGates].empty()) return munged;
  return WithFields(
      munged, {{kAffinity, AffinityOf(now[kAffinity], before[kAffinity])}, {kNodeSelector, before[kNodeSelector]}});
}

void CheckSpecChange(const Change& change) {
  const Value& now = change.spec();
  const Value& before = change.stored.spec();
  if (now.identity() == before.identity()) return;
  if (!CheckContainers(now[words::kContainers], before[words::kContainers], "containers", change.errors)) return;
  if (!CheckContainers(now[words::kInitContainers], before[words::kInitContainers], "initContainers", change.errors))
    return;
  if (!CheckDeadline(now[kActiveDeadlineSeconds], before[kActiveDeadlineSeconds], change.errors)) return;
  CheckTolerations(change, now[words::kTolerations], before[words::kTolerations]);
  CheckGates(now[words::kSchedulingGates], before[words::kSchedulingGates], change.errors);
  if (now == before) return;
  if (!before[words::kSchedulingGates].empty()) CheckNarrowing(change, now, before);
  const Value munged = Munged(now, before);
  if (munged == before) return;
  const TypeInfo& type = change.TypeOf("spec");
  change.errors.Forbidden(
      kSpecPath,
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
      "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
      "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n" +
          UnifiedDiff(InternalLines(type, before), InternalLines(type, munged)));
}

// ---- Status.

const Path kStatusPath(nullptr, "status");

const Name kContainerStatuses("containerStatuses");
const Name kHostIp("hostIP");
const Name kHostIps("hostIPs");
const Name kInitContainerStatuses("initContainerStatuses");
const Name kIp("ip");
const Name kNominatedNodeName("nominatedNodeName");
const Name kObservedGeneration("observedGeneration");
const Name kPodIps("podIPs");
const Name kRestartPolicy("restartPolicy");

// "initContainerStatuses" and what they speak of. Of a Pod whose containers do not always start again.
void CheckTransitions(const Change& change, Name list, std::string_view policy, bool init) {
  const Value& before = change.stored.status()[list];
  for (size_t i = 0; i < before.size(); ++i) {
    const Value& ended = before[i]["state"]["terminated"];
    if (ended.is_null() || (ended["exitCode"].AsInt() != 0 && policy == "OnFailure")) continue;
    if (init) {  // one that runs beside the others may start again
      const Value& containers = change.stored.spec()[words::kInitContainers];
      const bool sidecar = std::ranges::any_of(containers.elements(), [&](const Value& c) {
        return c[names::kName] == before[i][names::kName] && c[kRestartPolicy] == "Always";
      });
      if (sidecar) continue;
    }
    for (const Value& status : change.status()[list].elements()) {
      if (!(status[names::kName] == before[i][names::kName]) || !status["state"]["terminated"].is_null()) continue;
      change.errors.Forbidden(kStatusPath / list / i / "state", "may not be transitioned to non-terminated state");
    }
  }
}

void CheckAddresses(const Change& change, Name list) {
  const Value& now = change.status()[list];
  const Value& before = change.stored.status()[list];
  const Path path(&kStatusPath, list.view());
  for (size_t i = 0; i < now.size(); ++i) {
    const Value& ip = now[i][kIp];
    if (Among(before, kIp, ip)) continue;
    AddAll(CheckIp(ip.AsString()), path / i, ip, change.errors);
  }
  if (now.size() < 2) return;
  const auto v4 = [&now](size_t i) {
    const std::optional<IpAddress> address = ParseIp(now[i][kIp].AsString());
    return address.has_value() && address->is_v4();
  };
  if (now.size() > 2 || v4(0) == v4(1)) {
    change.Invalid(path.ToString(), change.TypeOf("status").Find(list)->type, now,
                   "may specify no more than one IP for each IP family");
  }
}

void CheckStatusChange(const Change& change) {
  const Value& status = change.status();
  const Value& before = change.stored.status();
  const std::span<const Value> conditions = status[names::kConditions].elements();
  for (size_t i = 0; i < conditions.size(); ++i) {
    const Value& type = conditions[i][names::kType];
    if (type == "PodScheduled" || type == "Ready" || type == "Initialized") continue;
    AddAll(CheckQualifiedName(type.AsString()), kStatusPath / names::kConditions / i / "Type",
           type.is_null() ? Value("") : type, change.errors);
  }
  const Value& nominated = status[kNominatedNodeName];
  if (!nominated.empty() && !(nominated == before[kNominatedNodeName])) {
    AddAll(CheckDnsSubdomain(nominated.AsString()), kStatusPath / kNominatedNodeName, nominated, change.errors);
  }
  if (const Value& seen = status[kObservedGeneration]; seen.AsInt() < 0) {
    change.errors.Invalid(kStatusPath / kObservedGeneration, seen, "must be a non-negative integer");
  }
  const Value& qos = before[words::kQosClass];
  if (!qos.is_null() && !(status[words::kQosClass] == qos)) {
    change.errors.Invalid(kStatusPath / words::kQosClass, status[words::kQosClass], "field is immutable");
  }
  if (const Value& policy = change.stored.spec()[kRestartPolicy]; !(policy == "Always")) {
    CheckTransitions(change, kContainerStatuses, policy.AsString(), false);
    CheckTransitions(change, kInitContainerStatuses, policy.AsString(), true);
  }
  CheckAddresses(change, kPodIps);
  if (const Value& hosts = status[kHostIps]; !hosts.empty()) {
    if (!(hosts[0][kIp] == status[kHostIp])) {
      change.errors.Invalid(kStatusPath / kHostIps / size_t{0} / kIp, hosts[0][kIp], "must be equal to `hostIP`");
    }
    CheckAddresses(change, kHostIps);
  }
}

}  // namespace

void CheckPodChange(const Change& change) {
  if (change.main()) CheckSpecChange(change);
  if (change.subresource == "ephemeralcontainers") CheckEphemeralContainersChange(change);
  if (change.subresource == "resize") CheckResizeChange(change);
  if (change.of_status() && change.status().identity() != change.stored.status().identity()) CheckStatusChange(change);
}

}  // namespace wavetank::sim
