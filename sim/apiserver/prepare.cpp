#include "sim/apiserver/prepare.h"

#include <algorithm>

#include "runtime/api/names.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kBackoffLabel("batch.kubernetes.io/controller-uid");
const Name kEffect("effect");
const Name kIp("ip");
const Name kJobNameLabel("batch.kubernetes.io/job-name");
const Name kKey("key");
const Name kLastPhaseTransitionTime("lastPhaseTransitionTime");
const Name kLegacyJobName("job-name");
const Name kLegacyUid("controller-uid");
const Name kManualSelector("manualSelector");
const Name kPodIp("podIP");
const Name kPodIps("podIPs");
const Name kNamespaceLabel("kubernetes.io/metadata.name");
const Name kNamespaceFinalizer("kubernetes");

// Requests and limits of cpu and memory of one container, as far as they matter for the QoS class.
struct Amounts {
  bool any = false;        // some request or limit that is not zero
  bool guaranteed = true;  // limits for both, and requests equal to them
};

bool IsZero(const Value& quantity) { return quantity.is_null() || quantity == "0"; }

void Look(const Value& container, Amounts& amounts) {
  static const Name kCpu("cpu");
  static const Name kMemory("memory");
  const Value& resources = container[words::kResources];
  for (const Name name : {kCpu, kMemory}) {
    const Value& request = resources[words::kRequests][name];
    const Value& limit = resources[words::kLimits][name];
    if (!IsZero(request) || !IsZero(limit)) amounts.any = true;
    if (IsZero(limit) || (!request.is_null() && !(request == limit))) amounts.guaranteed = false;
  }
}

Value Condition(std::string_view type, std::string_view status, std::string_view reason, std::string_view message,
                Time now) {
  return ObjectBuilder(6)
      .Add(words::kLastProbeTime, Value())
      .Add(words::kLastTransitionTime, FormatTime(now))
      .Add(words::kMessage, message)
      .Add(words::kReason, reason)
      .Add(names::kStatus, status)
      .Add(names::kType, type)
      .Build();
}

Value WithStatus(const Value& object, Value status) {
  return WithFields(object, {{names::kStatus, std::move(status)}});
}

Value WithMetadataLabels(const Value& object, const Value& labels) {
  const Value& metadata = object[names::kMetadata];
  return WithFields(object, {{names::kMetadata, WithFields(metadata, {{names::kLabels, labels}})}});
}

Value ForceNamespaceLabel(const Value& object) {
  const Value& metadata = object[names::kMetadata];
  return WithMetadataLabels(object, metadata[names::kLabels].Set(kNamespaceLabel, metadata[names::kName]));
}

}  // namespace

std::string_view QosClassOf(const Value& spec) {
  Amounts amounts;
  for (const Value& container : spec[words::kContainers].elements()) Look(container, amounts);
  for (const Value& container : spec[words::kInitContainers].elements()) Look(container, amounts);
  if (!amounts.any) return "BestEffort";
  return amounts.guaranteed ? "Guaranteed" : "Burstable";
}

Value NewPodStatus(const Value& spec, Time now) {
  ObjectBuilder status(3);
  if (!spec[words::kSchedulingGates].empty()) {
    status.Add(names::kConditions,
               Value::Array({Condition("PodScheduled", "False", "SchedulingGated",
                                       "Scheduling is blocked due to non-empty scheduling gates", now)}));
  }
  status.Add(names::kPhase, "Pending").Add(words::kQosClass, QosClassOf(spec));
  return status.Build();
}

Value PreparePod(const PrepareContext& context, Value object) {
  const Value& spec = object[names::kSpec];
  if (const Memo::Entry* entry = context.memo.Find(spec); entry != nullptr && !entry->status.is_null()) {
    return WithStatus(object, entry->status);
  }
  return WithStatus(object, NewPodStatus(spec, context.now));
}

Value PreparePodUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (context.subresource != "status") return object;
  Value status = object[names::kStatus];
  const Value& qos = stored.status()[words::kQosClass];
  if (status[words::kQosClass].empty() && !qos.is_null()) status = status.Set(words::kQosClass, qos);
  // The list of addresses follows the single one.
  const Value& address = status[kPodIp];
  if (!address.empty() && status[kPodIps].empty()) {
    status = status.Set(kPodIps, Value::Array({ObjectBuilder(1).Add(kIp, address).Build()}));
  }
  return WithStatus(object, std::move(status));
}

Value PrepareNamespace(const PrepareContext&, Value object) {
  const Value& finalizers = object[names::kSpec][names::kFinalizers];
  const std::span<const Value> given = finalizers.elements();
  const bool has = std::ranges::any_of(given, [](const Value& f) { return f == "kubernetes"; });
  const Value kept = has ? finalizers : finalizers.Append(Value(kNamespaceFinalizer));
  Value result = WithFields(object, {{names::kSpec, object[names::kSpec].Set(names::kFinalizers, kept)},
                                     {names::kStatus, ObjectBuilder(1).Add(names::kPhase, "Active").Build()}});
  return ForceNamespaceLabel(result);
}

Value PrepareNamespaceUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (context.subresource.empty()) object = WithFields(object, {{names::kSpec, stored.spec()}});
  return ForceNamespaceLabel(object);
}

Value PrepareNode(const PrepareContext&, Value object) {
  constexpr std::string_view kNotReady = "node.kubernetes.io/not-ready";
  const Value& taints = object[names::kSpec][words::kTaints];
  for (const Value& taint : taints.elements()) {
    if (taint[kKey] == kNotReady && taint[kEffect] == "NoSchedule") return object;
  }
  const Value taint = ObjectBuilder(2).Add(kEffect, "NoSchedule").Add(kKey, kNotReady).Build();
  return WithFields(object, {{names::kSpec, object[names::kSpec].Set(words::kTaints, taints.Append(taint))}});
}

namespace {
Value WithFinalizer(const Value& object, std::string_view finalizer) {
  const Value& metadata = object[names::kMetadata];
  const Value& finalizers = metadata[names::kFinalizers];
  const std::span<const Value> given = finalizers.elements();
  if (std::ranges::any_of(given, [&](const Value& f) { return f == finalizer; })) return object;
  Value next = WithFields(metadata, {{names::kFinalizers, finalizers.Append(Value(finalizer))}});
  return WithFields(object, {{names::kMetadata, std::move(next)}});
}
}  // namespace

Value PrepareClaim(const PrepareContext&, Value object) {
  return WithStatus(WithFinalizer(object, "kubernetes.io/pvc-protection"),
                    ObjectBuilder(1).Add(names::kPhase, "Pending").Build());
}

Value PreparePersistentVolume(const PrepareContext& context, Value object) {
  const Value protected_object = WithFinalizer(object, "kubernetes.io/pv-protection");
  return WithStatus(
      protected_object,
      ObjectBuilder(2).Add(kLastPhaseTransitionTime, FormatTime(context.now)).Add(names::kPhase, "Pending").Build());
}

Value PrepareJob(const PrepareContext&, Value object) {
  const Value& metadata = object[names::kMetadata];
  const Value& spec = object[names::kSpec];
  if (spec[kManualSelector].AsBool()) return object;
  const Value& uid = metadata[names::kUid];
  const Value& job_template = spec[words::kTemplate];
  const Value labels = job_template[names::kMetadata][names::kLabels]
                           .Set(kJobNameLabel, metadata[names::kName])
                           .Set(kLegacyJobName, metadata[names::kName])
                           .Set(kBackoffLabel, uid)
                           .Set(kLegacyUid, uid);
  Value next = spec.SetIn({words::kTemplate, names::kMetadata, names::kLabels}, labels);
  if (spec[words::kSelector].is_null()) {
    const Value match = ObjectBuilder(1).Add(kBackoffLabel, uid).Build();
    next = next.Set(words::kSelector, ObjectBuilder(1).Add(words::kMatchLabels, match).Build());
  } else {
    next = next.SetIn({words::kSelector, words::kMatchLabels, kBackoffLabel}, uid);
  }
  // A Job without labels gets its template's: the real one lets both share one map.
  if (!metadata[names::kLabels].empty()) return WithFields(object, {{names::kSpec, std::move(next)}});
  return WithMetadataLabels(WithFields(object, {{names::kSpec, std::move(next)}}), labels);
}

}  // namespace wavetank::sim
