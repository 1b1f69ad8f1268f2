// Classes: what a RuntimeClass adds to a Pod, which class is the default, which claim may grow.
#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/quantity.h"
#include "runtime/base/strings.h"
#include "sim/apiserver/admission_objects.h"
#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

const Name kGlobalDefault("globalDefault");
const Name kIngressClassName("ingressClassName");
const Name kNodeSelector("nodeSelector");
const Name kOverhead("overhead");
const Name kStorageClassName("storageClassName");

// A kind whose objects get a class by default.
struct ClassRow {
  std::string_view group;
  std::string_view kind;
  const ResourceInfo* OtherKinds::* classes;
  Name field;                        // in spec
  std::string_view own_annotations;  // of the object: says a class too; separated by commas
  std::string_view marks;            // of the class: "true" makes it the default
};

const ClassRow kClassRows[] = {
    {"", "PersistentVolumeClaim", &OtherKinds::storage_classes, kStorageClassName,
     "volume.beta.kubernetes.io/storage-class",
     "storageclass.kubernetes.io/is-default-class,storageclass.beta.kubernetes.io/is-default-class"},
    {"networking.k8s.io", "Ingress", &OtherKinds::ingress_classes, kIngressClassName, "kubernetes.io/ingress.class",
     "ingressclass.kubernetes.io/is-default-class"},
};

bool AnyOf(std::string_view keys, const Value& annotations, bool (*wanted)(const Value&)) {
  while (!keys.empty()) {
    const size_t comma = std::min(keys.find(','), keys.size());
    const Value* found = annotations.Find(keys.substr(0, comma));
    if (found != nullptr && wanted(*found)) return true;
    keys.remove_prefix(std::min(comma + 1, keys.size()));
  }
  return false;
}

const Object* FindClass(const Exchange& exchange, const ResourceInfo* classes, std::string_view name) {
  return classes == nullptr ? nullptr : exchange.state.store.Find(*classes, KeyView("", name));
}

}  // namespace

Status RefusedByAdmission(const Exchange& exchange, const Value& object, std::string_view why) {
  const Value& metadata = object[names::kMetadata];
  std::string_view name = metadata[names::kName].AsString();
  if (name.empty()) name = metadata[names::kGenerateName].AsString();
  return ForbiddenError(ErrorSubject(exchange.resource().gvr, name), why);
}

Result<Value> ApplyRuntimeClass(const Exchange& exchange, Value pod) {
  const Value& spec = pod[names::kSpec];
  const std::string_view name = spec["runtimeClassName"].AsString();
  const Value& given = spec[kOverhead];
  if (name.empty()) return pod;  // JudgeOverhead
  // The server asks itself for the class, and a bad name is a bad question.
  if (name.find('/') != name.npos || name.find('%') != name.npos) {
    const char bad = name.find('/') != name.npos ? '/' : '%';
    return RawError("invalid resource name " + Quote(name) + ": [may not contain '" + std::string(1, bad) + "']");
  }
  const Object* found = FindClass(exchange, exchange.state.others.runtime_classes, name);
  if (found == nullptr) {
    return RefusedByAdmission(exchange, pod, "pod rejected: RuntimeClass " + Quote(name) + " not found");
  }
  const Value& overhead = found->value()[kOverhead]["podFixed"];
  if (!overhead.is_null() && !given.is_null() && !(given == overhead)) {
    return RefusedByAdmission(exchange, pod,
                              "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
  }
  Value next = overhead.is_null() ? spec : spec.Set(kOverhead, overhead);
  const Value& scheduling = found->value()["scheduling"];
  Value selector = spec[kNodeSelector];
  for (const Field& f : scheduling[kNodeSelector].fields()) {
    const Value own = selector[f.key.view()];
    if (!own.is_null() && !(own == f.value)) {
      const std::string key(f.key.view());
      return RefusedByAdmission(exchange, pod,
                                "conflict: runtimeClass.scheduling.nodeSelector[" + key +
                                    "] = " + std::string(f.value.AsString()) + "; pod.spec.nodeSelector[" + key +
                                    "] = " + std::string(own.AsString()));
    }
    selector = selector.Set(f.key, f.value);
  }
  if (!selector.is_null()) next = next.Set(kNodeSelector, selector);
  Value tolerations = next[words::kTolerations];
  for (const Value& toleration : scheduling[words::kTolerations].elements()) {
    const std::span<const Value> own = tolerations.elements();
    if (std::ranges::find(own, toleration) == own.end()) tolerations = tolerations.Append(toleration);
  }
  if (!tolerations.is_null()) next = next.Set(words::kTolerations, tolerations);
  return WithFields(pod, {{names::kSpec, next}});
}

Value ApplyDefaultClass(const Exchange& exchange, Value object) {
  const Gvk& gvk = exchange.resource().gvk;
  for (const ClassRow& row : kClassRows) {
    if (row.kind != gvk.kind.view() || row.group != gvk.group.view()) continue;
    const ResourceInfo* classes = exchange.state.others.*row.classes;
    const auto any = [](const Value&) { return true; };
    const auto is_true = [](const Value& v) { return v == "true"; };
    const bool named = object[names::kSpec].Has(row.field) ||
                       AnyOf(row.own_annotations, object[names::kMetadata][words::kAnnotations], any);
    if (classes == nullptr || named) return object;
    Object best;  // the newest; of one age the first by name
    exchange.state.store.tables().Of(*classes).ForEach(nullptr, [&](const Object& c) {
      if (!AnyOf(row.marks, c.annotations(), is_true)) return true;
      const auto age = [](const Object& o) { return o.metadata()[names::kCreationTimestamp].AsString(); };
      if (!best || age(c) > age(best)) best = c;
      return true;
    });
    if (best) object = WithFields(object, {{names::kSpec, object[names::kSpec].Set(row.field, Value(best.name()))}});
  }
  return object;
}

Status JudgePriorityClass(const Exchange& exchange, const Value& object) {
  const ResourceInfo* classes = exchange.state.priority_classes;
  if (classes != &exchange.resource() || !object[kGlobalDefault].AsBool()) return {};
  std::string other;
  exchange.state.store.tables().Of(*classes).ForEach(nullptr, [&](const Object& c) {
    const bool same = Value(c.name()) == object[names::kMetadata][names::kName];
    if (c.value()[kGlobalDefault].AsBool() && !same) other = c.name().view();
    return other.empty();
  });
  if (other.empty()) return {};
  return RefusedByAdmission(exchange, object,
                            "PriorityClass " + other + " is already marked as default. Only one default can exist");
}

// A Pod's overhead is that of its class, and nobody else's.
Status JudgeOverhead(const Exchange& exchange, const Value& object, const Object& stored) {
  if (stored || exchange.resource().gvk.kind.view() != "Pod") return {};
  const Value& spec = object[names::kSpec];
  if (spec[kOverhead].is_null()) return {};
  const std::string_view name = spec["runtimeClassName"].AsString();
  const Object* found = name.empty() ? nullptr : FindClass(exchange, exchange.state.others.runtime_classes, name);
  if (found != nullptr && !found->value()[kOverhead]["podFixed"].is_null()) return {};
  return RefusedByAdmission(exchange, object,
                            "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
}

Status JudgeResize(const Exchange& exchange, const Value& object, const Object& stored) {
  if (!stored || exchange.resource().gvk.kind.view() != "PersistentVolumeClaim") return {};
  static const Name kStorage("storage");
  const auto size = [](const Value& spec) { return Quantity::Of(spec[words::kResources][words::kRequests][kStorage]); };
  if (stored.status()[names::kPhase] != "Bound" || size(object[names::kSpec]) <= size(stored.spec())) return {};
  const Value& now = object[names::kSpec][kStorageClassName];
  const Object* found = FindClass(exchange, exchange.state.others.storage_classes, now.AsString());
  const bool same = !now.empty() && now == stored.spec()[kStorageClassName];
  if (same && found != nullptr && found->value()["allowVolumeExpansion"].AsBool()) return {};
  return RefusedByAdmission(exchange, object,
                            "only dynamically provisioned pvc can be resized and the storageclass that provisions the "
                            "pvc must support resize");
}

Status JudgeAgainstCluster(Exchange& exchange, const Value& object, const Object& stored) {
  if (!exchange.request.subresource.empty() || !exchange.state.options->defaulting) return {};
  if (Status refused = JudgeLimits(exchange, object, stored); !refused.ok()) return refused;
  if (Status refused = JudgePriorityClass(exchange, object); !refused.ok()) return refused;
  if (Status refused = JudgeResize(exchange, object, stored); !refused.ok()) return refused;
  if (Status refused = JudgeOverhead(exchange, object, stored); !refused.ok()) return refused;
  return ChargeQuotas(exchange, object, stored);
}

}  // namespace wavetank::sim
