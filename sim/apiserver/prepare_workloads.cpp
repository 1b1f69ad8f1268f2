// Preparation of Jobs, DaemonSets, StatefulSets and certificate requests (prepare.h).
#include <algorithm>
#include <charconv>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/api/names.h"
#include "sim/apiserver/prepare.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kControllerUid("batch.kubernetes.io/controller-uid");
const Name kJobNameLabel("batch.kubernetes.io/job-name");
const Name kLegacyJobName("job-name");
const Name kLegacyUid("controller-uid");
const Name kManualSelector("manualSelector");
const Name kTemplateGeneration("deprecated.daemonset.template.generation");
const Name kClaimTemplates("volumeClaimTemplates");
const Name kLastUpdateTime("lastUpdateTime");

// The value for a key that the writer did not set.
Value Fill(const Value& map, Name key, const Value& value) { return map.Has(key) ? map : map.Set(key, value); }

int64_t TemplateGeneration(const Value& annotations) {
  const std::string_view text = annotations[kTemplateGeneration].AsString();
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

Value WithTemplateGeneration(const Value& object, int64_t number) {
  const Value annotations =
      object[names::kMetadata][words::kAnnotations].Set(kTemplateGeneration, Value(std::to_string(number)));
  return object.SetIn({names::kMetadata, words::kAnnotations}, annotations);
}

// Conditions without a time get it: that of the old condition when the status has not changed, else now.
Value WithConditionTimes(const Value& conditions, const Value& before, const Value& now) {
  std::vector<Value> result;
  for (const Value& given : conditions.elements()) {
    Value next = given;
    if (next[kLastUpdateTime].is_null()) next = next.Set(kLastUpdateTime, now);
    if (next[words::kLastTransitionTime].is_null()) {
      Value since = now;
      for (const Value& old : before.elements()) {
        const bool same = old[names::kType] == given[names::kType] && old[names::kStatus] == given[names::kStatus];
        if (same && !old[words::kLastTransitionTime].is_null()) since = old[words::kLastTransitionTime];
      }
      next = next.Set(words::kLastTransitionTime, since);
    }
    result.push_back(next);
  }
  return result.empty() ? Value() : Value::Array(std::move(result));
}

// The conditions with those of the type as they were, as long as there are as many; else validation has a word to say.
Value WithOldOnes(const Value& conditions, const Value& old, std::string_view type) {
  const auto of_type = [type](const Value& condition) { return condition[names::kType] == type; };
  const std::span<const Value> before = old.elements();
  if (std::ranges::count_if(conditions.elements(), of_type) != std::ranges::count_if(before, of_type))
    return conditions;
  ArrayBuilder kept;
  auto next = before.begin();
  for (const Value& condition : conditions.elements()) {
    if (!of_type(condition)) {
      kept.Add(condition);
      continue;
    }
    next = std::find_if(next, before.end(), of_type);
    kept.Add(*next++);
  }
  return kept.Build();
}

}  // namespace

Value PrepareJob(const PrepareContext&, Value object) {
  const Value& metadata = object[names::kMetadata];
  const Value spec = object[names::kSpec];
  if (spec[kManualSelector].AsBool()) return object;
  const Value& uid = metadata[names::kUid];
  const Value& name = metadata[names::kName];
  Value labels = spec[words::kTemplate][names::kMetadata][names::kLabels];
  labels = Fill(labels, kJobNameLabel, name);
  labels = Fill(labels, kLegacyJobName, name);
  labels = Fill(labels, kControllerUid, uid);
  labels = Fill(labels, kLegacyUid, uid);
  const Value match = Fill(spec[words::kSelector][words::kMatchLabels], kControllerUid, uid);
  const Value next = spec.SetIn({words::kTemplate, names::kMetadata, names::kLabels}, labels)
                         .SetIn({words::kSelector, words::kMatchLabels}, match);
  object = WithFields(object, {{names::kSpec, next}});
  // A Job without labels gets its template's by default: the real one lets both share one map.
  const Value& own = object[names::kMetadata][names::kLabels];
  const bool shared = own.identity() == spec[words::kTemplate][names::kMetadata][names::kLabels].identity();
  if (!own.empty() && !shared) return object;
  return object.SetIn({names::kMetadata, names::kLabels}, labels);
}

// The real server gives a Job without labels its template's whenever it reads it.
Value PrepareJobUpdate(const PrepareContext&, Value object, const Object&) {
  if (!object[names::kMetadata][names::kLabels].empty()) return object;
  const Value& labels = object[names::kSpec][words::kTemplate][names::kMetadata][names::kLabels];
  return labels.empty() ? object : object.SetIn({names::kMetadata, names::kLabels}, labels);
}

Value PrepareDaemonSet(const PrepareContext&, Value object) {
  const int64_t given = TemplateGeneration(object[names::kMetadata][words::kAnnotations]);
  return WithTemplateGeneration(object, given < 1 ? 1 : given);
}

Value PrepareDaemonSetUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (!context.subresource.empty()) return WithTemplateGeneration(object, TemplateGeneration(stored.annotations()));
  const bool same = object[names::kSpec][words::kTemplate] == stored.spec()[words::kTemplate];
  return WithTemplateGeneration(object, TemplateGeneration(stored.annotations()) + (same ? 0 : 1));
}

Value PrepareStatefulSet(const PrepareContext&, Value object) {
  Value spec = object[names::kSpec];
  std::vector<Value> claims;
  for (const Value& claim : spec[kClaimTemplates].elements()) {
    claims.push_back(
        WithFields(claim, {{names::kApiVersion, Value("v1")}, {names::kKind, Value("PersistentVolumeClaim")}}));
  }
  if (!claims.empty()) {
    Value list = Value::Array(std::move(claims));
    if (!(list == spec[kClaimTemplates])) spec = spec.Set(kClaimTemplates, std::move(list));
  }
  return WithFields(object, {{names::kSpec, std::move(spec)}});
}

Value PrepareStatefulSetUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (!context.subresource.empty() || object[names::kSpec].identity() == stored.spec().identity()) return object;
  return PrepareStatefulSet(context, std::move(object));
}

Value PrepareCertificate(const PrepareContext& context, Value object) {
  static const Name kGroups("groups");
  static const Name kUsername("username");
  const std::string user(context.user.empty() ? "admin" : context.user);
  const Value spec = WithFields(object[names::kSpec],
                                {{Name("extra"), Value()},
                                 {kGroups, Value::Array({Value("system:masters"), Value("system:authenticated")})},
                                 {names::kUid, Value(user + "-uid")},
                                 {kUsername, Value(user)}});
  return WithFields(object, {{names::kSpec, spec}});
}

Value PrepareCertificateUpdate(const PrepareContext& context, Value object, const Object& stored) {
  const Value& old = stored.status();
  Value status = old;
  if (!context.subresource.empty()) {
    const Value& given = object[names::kStatus];
    const Value& before = old[names::kConditions];
    Value conditions = given[names::kConditions];
    // Who may write the status may not approve.
    for (const std::string_view verdict : {"Approved", "Denied"}) {
      if (context.subresource == "status") conditions = WithOldOnes(conditions, before, verdict);
    }
    conditions = WithConditionTimes(conditions, before, Value(FormatTime(context.now)));
    status = WithFields(context.subresource == "approval" ? old : given, {{names::kConditions, conditions}});
  }
  return WithFields(object, {{names::kSpec, stored.spec()}, {names::kStatus, status}});
}

}  // namespace wavetank::sim
