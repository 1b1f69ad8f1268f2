// EventRecorder: says what a controller did to an object, for people who describe it (RT-290..296).
//
//   EventRecorder& events = manager.event_recorder_for("replicaset-controller");       // core/v1 Events
//   events.Event(replica_set, EventType::kNormal, "SuccessfulCreate", "Created pod: web-x7k2p");
//   events.Event(ObjectRef(pod).FieldPath("spec.containers{web}"), EventType::kWarning, "Unhealthy", text);
//
//   ActionRecorder& actions = manager.event_recorder("replicaset-controller");         // events.k8s.io/v1 Events
//   actions.Event(replica_set, pod, EventType::kNormal, "Created", "Scaling", "Created pod: web-x7k2p");
//
// An event is advice: a call returns at once, whatever becomes of it. It is sent in the background, and dropped when too many
// wait or the server does not want it; a reconcile never depends on it (RT-296).
// Ownership: the manager owns its recorders; they live as long as it does. In a test give FakeEventRecorder instead.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/api/core_v1.h"
#include "runtime/api/object.h"
#include "runtime/base/pool.h"
#include "runtime/client/client.h"

namespace wavetank {

// What an event may be; the server refuses anything else.
enum class EventType : uint8_t { kNormal, kWarning };
std::string_view EventTypeName(EventType type);  // "Normal", "Warning"

// Which object an event is about, or a part of it.
class ObjectRef {
 public:
  // Nothing: no related object.
  ObjectRef() = default;
  ObjectRef(const Object& object);  // NOLINT(google-explicit-constructor)
  template <ObjectView T>
  ObjectRef(const T& view) : ObjectRef(view.ToObject()) {}  // NOLINT(google-explicit-constructor)
  explicit ObjectRef(core_v1::ObjectReference reference) : reference_(std::move(reference)) {}

  // "spec.containers{web}".
  ObjectRef FieldPath(const String& path) const {
    core_v1::ObjectReference part = reference_;
    part.set_field_path(path);
    return ObjectRef(std::move(part));
  }
  const core_v1::ObjectReference& reference() const { return reference_; }
  // Names a kind and an object.
  bool complete() const { return !reference_.kind().empty() && !reference_.name().empty(); }

 private:
  core_v1::ObjectReference reference_;
};

// Events of core/v1, counted and combined (event_correlator.h). What most controllers use.
class EventRecorder : public Pooled<EventRecorder> {
 public:
  virtual ~EventRecorder() = default;
  // `reason`: short, UpperCamelCase, for machines. `message`: for people. `annotations`: an object of strings, or null.
  void Event(const ObjectRef& about, EventType type, std::string_view reason, std::string_view message) {
    Record(about, type, reason, message, Value());
  }
  void AnnotatedEvent(const ObjectRef& about, const Value& annotations, EventType type, std::string_view reason,
                      std::string_view message) {
    Record(about, type, reason, message, annotations);
  }

 private:
  virtual void Record(const ObjectRef& about, EventType type, std::string_view reason, std::string_view message,
                      const Value& annotations) = 0;
};

// Events of events.k8s.io/v1: what was done (`action`) to which object, with which other one (`related`, or ObjectRef()).
// Repeats become a series (event_series.h).
class ActionRecorder : public Pooled<ActionRecorder> {
 public:
  virtual ~ActionRecorder() = default;
  void Event(const ObjectRef& regarding, const ObjectRef& related, EventType type, std::string_view reason,
             std::string_view action, std::string_view note) {
    Record(regarding, related, type, reason, action, note);
  }

 private:
  virtual void Record(const ObjectRef& regarding, const ObjectRef& related, EventType type, std::string_view reason,
                      std::string_view action, std::string_view note) = 0;
};

// Keeps lines such as "Normal SuccessfulCreate Created pod: a", at most `capacity`; more are dropped and counted.
class FakeEventRecorder final : public EventRecorder {
 public:
  explicit FakeEventRecorder(size_t capacity = 1000) : capacity_(capacity) {}
  const std::vector<std::string>& lines() const { return lines_; }
  uint64_t dropped() const { return dropped_; }
  void Clear() { lines_.clear(); }

 private:
  void Record(const ObjectRef& about, EventType type, std::string_view reason, std::string_view message,
              const Value& annotations) override;
  const size_t capacity_;
  uint64_t dropped_ = 0;
  std::vector<std::string> lines_;
};

}  // namespace wavetank
