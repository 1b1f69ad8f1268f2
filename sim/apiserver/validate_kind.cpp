// Which kind has which rules beyond its types (validate_kinds.h has the rules).
#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "sim/apiserver/validate_kinds.h"
#include "sim/apiserver/validate_rules.h"
#include "sim/apiserver/validation.h"

namespace wavetank::sim {
namespace {

struct Row {
  std::string_view group;
  std::string_view kind;
  KindCheck create = nullptr;  // of every new state, after creation and after a change
  KindChangeCheck update = nullptr;
  bool metadata_again = false;  // its update validation looks at the labels twice more
  bool create_again = true;     // what is asked of a new object is asked of a changed one
};

constexpr Row kRows[] = {
    {"", "ConfigMap", CheckConfigMap, CheckConfigMapChange, true},
    {"", "Secret", CheckSecret, CheckSecretChange, true},
    {"", "Pod", nullptr, CheckPodChange},
    {"", "Namespace", nullptr, CheckNamespaceChange},
    {"", "Node", nullptr, CheckNodeChange},
    {"", "Event", CheckEvent, nullptr},
    {"events.k8s.io", "Event", CheckNewEvent, CheckNewEventChange, false, false},
    {"", "Service", CheckService, nullptr},
    {"apps", "ReplicaSet", CheckReplicaSet, CheckSelectorChange},
    {"apps", "Deployment", CheckDeployment, CheckSelectorChange},
    {"apps", "DaemonSet", CheckDaemonSet, CheckSelectorChange},
    {"apps", "StatefulSet", CheckStatefulSet, CheckStatefulSetChange},
    {"batch", "Job", CheckJob, CheckJobChange},
};

const Row* RowOf(const ResourceInfo& resource) {
  for (const Row& row : kRows) {
    if (row.kind == resource.gvk.kind.view() && row.group == resource.gvk.group.view()) return &row;
  }
  return nullptr;
}

// Everything but metadata, in the order of the type; what `stored` shares needs no second look.
void ValidateFields(const ResourceInfo& resource, const Value& object, const Object* stored, FieldErrors& errors) {
  if (resource.type == nullptr) return;
  for (const FieldInfo& field : resource.type->fields) {
    if (field.inlined || field.name == names::kMetadata || field.type.shape != Shape::kStruct) continue;
    const Value& value = object[field.name];
    if (value.is_null() || (stored != nullptr && stored->value()[field.name].identity() == value.identity())) continue;
    ValidateTree(*field.type.type, value, Path(nullptr, field.name.view()), errors);
  }
}

}  // namespace

void ValidateKind(const ResourceInfo& resource, const ResourceInfo& shown, const Value& object, FieldErrors& errors) {
  if (const Row* row = RowOf(shown); row != nullptr && row->create != nullptr) row->create(object, errors);
  ValidateFields(resource, object, nullptr, errors);
}

void ValidateKindUpdate(const ResourceInfo& resource, const ResourceInfo& shown, std::string_view subresource,
                        const Value& object, const Object& stored, FieldErrors& errors) {
  const Row* row = RowOf(shown);
  const bool main = subresource.empty();
  if (main && row != nullptr && row->metadata_again &&
      object[names::kMetadata].identity() != stored.metadata().identity()) {
    for (int pass = 0; pass < 2; ++pass) {
      ValidateLabels(object[names::kMetadata][names::kLabels], Path(nullptr, "metadata.labels"), errors);
    }
  }
  const auto same = [&](Name name) { return object[name].identity() == stored.value()[name].identity(); };
  const bool unchanged = same(names::kSpec) && !object[names::kSpec].is_null();
  if (main && row != nullptr && row->create != nullptr && row->create_again && !unchanged) row->create(object, errors);
  ValidateFields(resource, object, &stored, errors);
  if (row != nullptr && row->update != nullptr) row->update(subresource, object, stored, errors);
}

}  // namespace wavetank::sim
