#include "sim/apiserver/served_form.h"

#include <memory>
#include <vector>

#include "runtime/api/schema.h"
#include "sim/apiserver/struct_walk.h"

namespace wavetank::sim {
namespace {

struct Row;
// The struct as it is served.
using Effect = Value (*)(const Row& row, Value value);

struct Row {
  std::string_view type;
  Effect effect;
  Name field;
  Name other;

  Row(std::string_view type, Effect effect, std::string_view field, std::string_view other = {})
      : type(type), effect(effect), field(field), other(other) {}
};

Value Drop(const Row& row, Value value) { return value.Has(row.field) ? value.Without(row.field) : value; }

// Without its gated field a struct may say nothing at all: then it is not there either.
Value DropIn(const Row& row, Value value) {
  const Value& inner = value[row.field];
  if (!inner.Has(row.other)) return value;
  const Value left = inner.Without(row.other);
  return left.empty() ? value.Without(row.field) : value.Set(row.field, left);
}

// `field` took the place of `other`: whichever is set speaks for both, the new one first.
Value Mirror(const Row& row, Value value) {
  const Value& now = value[row.field];
  const Value& before = value[row.other];
  if (now.empty() && before.empty()) return value;
  if (now.empty()) return value.Set(row.field, before);
  return before == now ? value : value.Set(row.other, now);
}

// Of each element of a list only one field is kept.
Value KeepOnly(const Row& row, Value value) {
  const Value& list = value[row.field];
  std::vector<Value> kept;
  bool changed = false;
  for (const Value& element : list.elements()) {
    const Value& one = element[row.other];
    const bool plain = element.size() == (one.is_null() ? 0u : 1u);
    kept.push_back(plain           ? element
                   : one.is_null() ? Value::EmptyObject()
                                   : ObjectBuilder(1).Add(String(row.other), one).Build());
    changed = changed || !plain;
  }
  return changed ? value.Set(row.field, Value::Array(std::move(kept))) : value;
}

// Annotations that stand for fields in another version are not taken from outside.
Value DropNote(const Row& row, Value value) {
  const Value& metadata = value[row.field];
  const Value& notes = metadata["annotations"];
  if (!notes.Has(row.other)) return value;
  const Value left = notes.Without(row.other);
  return value.Set(row.field, left.empty() ? metadata.Without("annotations") : metadata.Set("annotations", left));
}

// A Pod that gives no time to end gets the least there is.
Value LeastGrace(const Row& row, Value value) {
  const Value& seconds = value[row.field][row.other];
  if (seconds.is_null() || seconds.AsInt() >= 0) return value;
  return value.Set(row.field, value[row.field].Set(row.other, Value(1)));
}

const Row kRows[] = {
    {"core.v1.PodSpec", Mirror, "serviceAccountName", "serviceAccount"},
    {"core.v1.Pod", LeastGrace, "spec", "terminationGracePeriodSeconds"},
    {"core.v1.PodSpec", Drop, "schedulingGroup"},
    {"core.v1.Container", DropIn, "lifecycle", "stopSignal"},
    {"core.v1.EphemeralContainer", DropIn, "lifecycle", "stopSignal"},
    {"core.v1.VolumeProjection", Drop, "clusterTrustBundle"},
    {"core.v1.VolumeProjection", Drop, "podCertificate"},
    {"core.v1.ServiceAccount", KeepOnly, "secrets", "name"},
    {"core.v1.NodeSpec", Drop, "configSource"},
    {"core.v1.NodeStatus", Drop, "config"},
    {"apps.v1.RollingUpdateStatefulSetStrategy", Drop, "maxUnavailable"},
    {"autoscaling.v2.HorizontalPodAutoscaler", DropNote, "metadata", "autoscaling.alpha.kubernetes.io/metrics"},
    {"autoscaling.v2.HorizontalPodAutoscaler", DropNote, "metadata", "autoscaling.alpha.kubernetes.io/behavior"},
    {"autoscaling.v2.HorizontalPodAutoscaler", DropNote, "metadata", "autoscaling.alpha.kubernetes.io/conditions"},
    {"autoscaling.v2.HorizontalPodAutoscaler", DropNote, "metadata", "autoscaling.alpha.kubernetes.io/current-metrics"},
    {"coordination.v1.LeaseSpec", Drop, "preferredHolder"},
    {"coordination.v1.LeaseSpec", Drop, "strategy"},
    {"discovery.v1.Endpoint", Drop, "deprecatedTopology"},
    {"storage.v1.CSIDriverSpec", Drop, "preventPodSchedulingIfMissing"},
    {"resource.v1.DeviceAttribute", Drop, "bools"},
    {"resource.v1.DeviceAttribute", Drop, "ints"},
    {"resource.v1.DeviceAttribute", Drop, "strings"},
    {"resource.v1.DeviceAttribute", Drop, "versions"},
};

// The rows of a type, and its fields that lead to types with rows; empty for most types.
struct Plan {
  std::vector<const Row*> rows;
  std::vector<const FieldInfo*> fields;
  bool empty() const { return rows.empty() && fields.empty(); }
};

const Plan& PlanOf(const TypeInfo& type);

void AddFields(const TypeInfo& type, Plan& plan) {
  for (const FieldInfo& field : type.fields) {
    const TypeInfo* below = StructBelow(field.type);
    if (below == nullptr) continue;
    if (field.inlined) {
      AddFields(*below, plan);
    } else if (!PlanOf(*below).empty()) {
      plan.fields.push_back(&field);
    }
  }
}

// A table filled as types are met: results of a pure function, one entry a type.
const Plan& PlanOf(const TypeInfo& type) {
  constexpr std::string_view kPrefix = "io.k8s.api.";
  static std::vector<std::unique_ptr<Plan>>* table = new std::vector<std::unique_ptr<Plan>>();
  if (type.id >= table->size()) table->resize(type.id + 1);
  if ((*table)[type.id] != nullptr) return *(*table)[type.id];
  (*table)[type.id] = std::make_unique<Plan>();  // a type on the way to itself finds it empty
  Plan plan;
  const std::string_view name = type.name;
  for (const Row& row : kRows) {
    if (name.starts_with(kPrefix) && name.substr(kPrefix.size()) == row.type) plan.rows.push_back(&row);
  }
  AddFields(type, plan);
  *(*table)[type.id] = std::move(plan);
  return *(*table)[type.id];
}

Value WalkStruct(const TypeInfo& type, const Value& value) {
  const Plan& plan = PlanOf(type);
  if (plan.empty() || !value.is_object() || HasMark(value, type, kMarkServed)) return value;
  Value result = value;
  for (const FieldInfo* field : plan.fields) {
    const Value& before = value[field->name];
    if (before.is_null() || IsMarkedStruct(field->type, before, kMarkServed)) continue;
    Value after = MapStructs(field->type, before, WalkStruct);
    if (after.identity() != before.identity()) result = result.Set(field->name, std::move(after));
  }
  for (const Row* row : plan.rows) result = row->effect(*row, std::move(result));
  if (result.identity() != value.identity()) {
    for (const uint32_t flag : {kMarkDecoded, kMarkDefaulted}) {
      if (HasMark(value, type, flag)) AddMark(result, type, flag);
    }
  }
  AddMark(result, type, kMarkServed);
  return result;
}

}  // namespace

Value ServedForm(const TypeInfo& type, const Value& document) { return WalkStruct(type, document); }

}  // namespace wavetank::sim
