#include "runtime/manager/event_recorder.h"

#include "runtime/base/strings.h"

namespace wavetank {

std::string_view EventTypeName(EventType type) { return type == EventType::kNormal ? "Normal" : "Warning"; }

ObjectRef::ObjectRef(const Object& object) {
  if (!object) return;
  reference_.set_kind(object.value()[names::kKind].ToSharedString())
      .set_namespace_(object.ns())
      .set_name(object.name())
      .set_uid(object.uid())
      .set_api_version(object.value()[names::kApiVersion].ToSharedString())
      .set_resource_version(object.metadata()[names::kResourceVersion].ToSharedString());
}

void FakeEventRecorder::Record(const ObjectRef&, EventType type, std::string_view reason, std::string_view message,
                               const Value&) {
  if (lines_.size() >= capacity_) {
    ++dropped_;
    return;
  }
  lines_.push_back(Join({EventTypeName(type), reason, message}, " "));
}

}  // namespace wavetank
