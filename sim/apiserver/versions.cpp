#include "sim/apiserver/versions.h"

#include "runtime/api/names.h"
#include "runtime/api/schema.h"

namespace wavetank::sim {
namespace {

// Fields of an Event that have another name in its own group.
struct Rename {
  std::string_view core;
  std::string_view events;
};
constexpr Rename kEventFields[] = {
    {"involvedObject", "regarding"},
    {"message", "note"},
    {"source", "deprecatedSource"},
    {"firstTimestamp", "deprecatedFirstTimestamp"},
    {"lastTimestamp", "deprecatedLastTimestamp"},
    {"count", "deprecatedCount"},
    {"reportingComponent", "reportingController"},
};

std::string_view ToCore(std::string_view field) {
  for (const Rename& row : kEventFields) {
    if (row.events == field) return row.core;
  }
  return field;
}

std::string_view ToEvents(std::string_view field) {
  for (const Rename& row : kEventFields) {
    if (row.core == field) return row.events;
  }
  return field;
}

Value Renamed(const Value& event, std::string_view (*name)(std::string_view)) {
  ObjectBuilder out(event.size());
  for (const Field& field : event.fields()) out.Add(String(name(field.key.view())), field.value);
  return out.Build();
}

Value EventToStorage(const KindRegistry& kinds, const Value& shown) {
  return AsType(kinds, "v1", Renamed(shown, ToCore));
}
Value EventFromStorage(const KindRegistry& kinds, const Value& stored) {
  return AsType(kinds, "events.k8s.io/v1", Renamed(stored, ToEvents));
}

std::string_view Same(std::string_view field) { return field; }

constexpr KindVersion kVersions[] = {
    {"events.k8s.io", "v1", "events", "", "v1", EventToStorage, EventFromStorage, ToCore},
    {"autoscaling", "v1", "horizontalpodautoscalers", "autoscaling", "v2", AutoscalerToStorage, AutoscalerFromStorage,
     Same, true},
};

}  // namespace

Value AsType(const KindRegistry& kinds, std::string_view api_version, const Value& document) {
  const Value named = WithFields(document, {{names::kApiVersion, Value(api_version)}});
  const ResourceInfo* resource = kinds.FindKind(api_version, document[names::kKind].AsString());
  if (resource == nullptr || resource->type == nullptr) return named;
  Result<Decoded> decoded = Decode(*resource->type, named);
  return decoded.ok() ? std::move(decoded->value) : named;
}

const KindVersion* FindKindVersion(const Gvr& shown) {
  for (const KindVersion& row : kVersions) {
    if (row.resource == shown.resource.view() && row.group == shown.group.view() &&
        row.version == shown.version.view()) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace wavetank::sim
