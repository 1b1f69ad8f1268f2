#include "sim/apiserver/prepare.h"

#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/pod_resources.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kEffect("effect");
const Name kIp("ip");
const Name kKey("key");
const Name kLastPhaseTransitionTime("lastPhaseTransitionTime");
const Name kPodCidr("podCIDR");
const Name kPodCidrs("podCIDRs");
const Name kObservedGeneration("observedGeneration");
const Name kPodIp("podIP");
const Name kPodIps("podIPs");
const Name kNamespaceLabel("kubernetes.io/metadata.name");
const Name kNamespaceFinalizer("kubernetes");

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
    return std::move(object).Set(names::kStatus, entry->status);
  }
  return WithStatus(object, NewPodStatus(spec, context.now));
}

namespace {

// What was seen of the generation is not forgotten by a status that leaves it out.
Value KeepObservedGeneration(Value status, const Value& before) {
  const Value& seen = before[kObservedGeneration];
  if (seen.is_null() || status[kObservedGeneration].AsInt() != 0) return status;
  return status.Set(kObservedGeneration, seen);
}

}  // namespace

Value PreparePodUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (context.subresource != "status") return object;
  Value status = object[names::kStatus];
  const Value& qos = stored.status()[words::kQosClass];
  if (status[words::kQosClass].empty() && !qos.is_null()) status = status.Set(words::kQosClass, qos);
  status = KeepObservedGeneration(std::move(status), stored.status());
  // The list of addresses follows the single one where the two differ, else the other way round.
  const Value& address = status[kPodIp];
  const Value& first = status[kPodIps][0][kIp];
  if (!address.empty() && !(address == first)) {
    status = status.Set(kPodIps, Value::Array({ObjectBuilder(1).Add(kIp, address).Build()}));
  } else if (address.empty() && !first.empty()) {
    status = status.Set(kPodIp, first);
  }
  if (status.identity() == object[names::kStatus].identity()) return object;
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
  if (!context.subresource.empty()) return ForceNamespaceLabel(object);
  // Finalizers that somebody set have an owner on record; asking for others, or for none, changes that record.
  const Value& given = object[names::kSpec][names::kFinalizers];
  const Value& kept = stored.spec()[names::kFinalizers];
  const bool set_by_nobody = kept.size() == 1 && kept[0] == kNamespaceFinalizer.view();
  if (context.reverted != nullptr && !(given == kept) && !(given.empty() && set_by_nobody)) *context.reverted = true;
  return ForceNamespaceLabel(WithFields(object, {{names::kSpec, stored.spec()}}));
}

Value PrepareNodeUpdate(const PrepareContext&, Value object, const Object&) {
  const Value& spec = object[names::kSpec];
  const Value& range = spec[kPodCidr];
  const Value& first = spec[kPodCidrs][0];
  if (range.empty() == first.empty() && range.empty()) return object;
  if (range == first) return object;
  const Value next = range.empty() ? spec.Set(kPodCidr, first) : spec.Set(kPodCidrs, Value::Array({range}));
  return WithFields(object, {{names::kSpec, next}});
}

Value PrepareNode(const PrepareContext& context, Value object) {
  object = PrepareNodeUpdate(context, std::move(object), Object());
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

Value PrepareClaimUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (!context.subresource.empty() || object[names::kSpec].identity() == stored.spec().identity()) return object;
  static const Name kReference("dataSourceRef");
  static const Name kSource("dataSource");
  static const Name kApiGroup("apiGroup");
  const Value& spec = object[names::kSpec];
  const Value& old = stored.spec();
  Value source = spec[kSource];
  Value reference = spec[kReference];
  // A source in another namespace is behind a gate that is off; a source of a kind that nobody fills is ignored.
  if (!reference[names::kNamespace].empty() && old[kReference].is_null()) reference = Value();
  const std::string_view group = source[kApiGroup].AsString();
  const bool known = (source[names::kKind] == "PersistentVolumeClaim" && group.empty()) ||
                     (source[names::kKind] == "VolumeSnapshot" && group == "snapshot.storage.k8s.io");
  if (!known && reference.is_null() && old[kSource].is_null() && old[kReference].is_null()) source = Value();
  if (reference.is_null()) {
    reference = source;
  } else if (source.is_null() && reference[names::kNamespace].empty()) {
    source = reference;
  }
  if (source == spec[kSource] && reference == spec[kReference]) return object;
  return WithFields(object, {{names::kSpec, WithFields(spec, {{kSource, source}, {kReference, reference}})}});
}

Value PrepareClaim(const PrepareContext& context, Value object) {
  object = PrepareClaimUpdate(context, std::move(object), Object());
  return WithStatus(WithFinalizer(object, "kubernetes.io/pvc-protection"),
                    ObjectBuilder(1).Add(names::kPhase, "Pending").Build());
}

Value PreparePersistentVolume(const PrepareContext& context, Value object) {
  const Value protected_object = WithFinalizer(object, "kubernetes.io/pv-protection");
  return WithStatus(
      protected_object,
      ObjectBuilder(2).Add(kLastPhaseTransitionTime, FormatTime(context.now)).Add(names::kPhase, "Pending").Build());
}

Value PreparePersistentVolumeUpdate(const PrepareContext& context, Value object, const Object& stored) {
  if (context.subresource != "status") return object;
  const Value& status = object[names::kStatus];
  const Value& before = stored.status();
  const bool given = !status[kLastPhaseTransitionTime].is_null() &&
                     !(status[kLastPhaseTransitionTime] == before[kLastPhaseTransitionTime]);
  if (given) return object;
  const bool moved = !(status[names::kPhase] == before[names::kPhase]);
  const Value time = moved ? Value(FormatTime(context.now)) : before[kLastPhaseTransitionTime];
  return WithStatus(object, WithFields(status, {{kLastPhaseTransitionTime, time}}));
}

Value PrepareApiService(const PrepareContext& context, Value object) {
  if (!object[names::kSpec]["service"].is_null()) return object;
  const Value available = ObjectBuilder(5)
                              .Add(names::kType, "Available")
                              .Add(names::kStatus, "True")
                              .Add("lastTransitionTime", FormatTime(context.now))
                              .Add("reason", "Local")
                              .Add("message", "Local APIServices are always available")
                              .Build();
  return WithFields(object,
                    {{names::kStatus, object[names::kStatus].Set(names::kConditions, Value::Array({available}))}});
}

Value PrepareAttributesClass(const PrepareContext&, Value object) {
  return WithFinalizer(object, "kubernetes.io/vac-protection");
}

}  // namespace wavetank::sim
