#include "runtime/manager/event_broadcaster.h"

#include <utility>

#include "runtime/exec/sleep.h"

namespace wavetank::internal {
namespace {

const Gvk& ActionEventKind() {
  static const Gvk kKind("events.k8s.io", "v1", "Event");
  return kKind;
}

}  // namespace

class EventBroadcaster::CoreRecorder final : public EventRecorder {
 public:
  CoreRecorder(EventBroadcaster* owner, std::string_view component) : owner_(*owner), component_(component) {}

 private:
  void Record(const ObjectRef& about, EventType type, std::string_view reason, std::string_view message,
              const Value& annotations) override {
    if (!owner_.Checked(about, reason)) return;
    const Time now = owner_.client_.executor().Now();
    core_v1::EventSource source;
    source.set_component(component_);
    auto event = core_v1::Event::New(NamespaceOf(about), owner_.namer_.NameFor(about.reference().name().view(), now));
    if (annotations.size() > 0) {
      event.edit_metadata([&](meta_v1::ObjectMeta& metadata) { metadata.set_annotations(MapView<String>(annotations)); });
    }
    event.set_involved_object(about.reference())
        .set_reason(reason)
        .set_message(message)
        .set_source(source)
        .set_first_timestamp(now)
        .set_last_timestamp(now)
        .set_count(1)
        .set_type(EventTypeName(type))
        .set_reporting_component(component_)
        .set_reporting_instance("");
    owner_.RecordCounted(std::move(event));
  }

  EventBroadcaster& owner_;
  const String component_;
};

class EventBroadcaster::SeriesRecorder final : public ActionRecorder {
 public:
  SeriesRecorder(EventBroadcaster* owner, std::string_view controller)
      : owner_(*owner),
        controller_(controller),
        instance_(std::string(controller) + "-" + owner->client_.env().Hostname()) {}

 private:
  void Record(const ObjectRef& regarding, const ObjectRef& related, EventType type, std::string_view reason,
              std::string_view action, std::string_view note) override {
    if (!owner_.Checked(regarding, reason)) return;
    static const Name kEventTime("eventTime");
    static const Name kReportingController("reportingController");
    static const Name kReportingInstance("reportingInstance");
    static const Name kAction("action");
    static const Name kReason("reason");
    static const Name kRegarding("regarding");
    static const Name kRelated("related");
    static const Name kNote("note");
    const Time now = owner_.client_.executor().Now();
    Value metadata = ObjectBuilder(2)
                         .Add(names::kName, owner_.namer_.NameFor(regarding.reference().name().view(), now))
                         .Add(names::kNamespace, NamespaceOf(regarding))
                         .Build();
    ObjectBuilder event(12);
    event.Add(names::kApiVersion, ActionEventKind().api_version())
        .Add(names::kKind, ActionEventKind().kind)
        .Add(names::kMetadata, std::move(metadata))
        .Add(names::kType, EventTypeName(type))
        .Add(kEventTime, FormatMicroTime(now))
        .Add(kReportingController, controller_)
        .Add(kReportingInstance, instance_)
        .Add(kAction, action)
        .Add(kReason, reason)
        .Add(kRegarding, regarding.reference().json())
        .Add(kNote, note);
    if (related.complete()) event.Add(kRelated, related.reference().json());
    owner_.RecordSeries(Object(event.Build()));
  }

  EventBroadcaster& owner_;
  const String controller_;
  const String instance_;
};

EventBroadcaster::EventBroadcaster(Client client, const Logger& logger)
    : client_(std::move(client)),
      logger_(logger),
      namer_(client_.env().RandomFor("event-names")),
      counted_sender_(client_, core_v1::Event::kGvk, logger),
      series_sender_(client_, ActionEventKind(), logger),
      tell_series_([this](const Object& event, Value patch) {
        if (series_sender_.full()) return series_sender_.Drop(event);
        const bool patching = !patch.is_null();
        series_sender_.Send(event, std::move(patch), patching);
      }),
      upkeep_(client_.executor()) {}

EventBroadcaster::~EventBroadcaster() = default;

EventRecorder& EventBroadcaster::RecorderFor(std::string_view component) {
  auto found = recorders_.find(component);
  if (found == recorders_.end()) {
    found = recorders_.emplace(component, std::make_unique<CoreRecorder>(this, component)).first;
  }
  return *found->second;
}

ActionRecorder& EventBroadcaster::ActionRecorderFor(std::string_view controller) {
  auto found = action_recorders_.find(controller);
  if (found == action_recorders_.end()) {
    found = action_recorders_.emplace(controller, std::make_unique<SeriesRecorder>(this, controller)).first;
  }
  return *found->second;
}

Task<void> EventBroadcaster::Finish() {
  upkeep_.Clear();
  co_await counted_sender_.Finish();
  co_await series_sender_.Finish();
}

bool EventBroadcaster::Checked(const ObjectRef& about, std::string_view reason) const {
  if (about.complete()) return true;
  logger_.Error(Status(Code::kInvalidArgument, "the object has no kind or no name"),
                "Could not construct reference, will not report event", {{"reason", reason}});
  return false;
}

String EventBroadcaster::NamespaceOf(const ObjectRef& about) {
  String ns = about.reference().namespace_();
  return ns.empty() ? String("default") : ns;
}

void EventBroadcaster::RecordCounted(core_v1::Event event) {
  // Looked at first: an event that finds no place is not counted either.
  if (counted_sender_.full()) return counted_sender_.Drop(event.ToObject());
  CorrelatedEvent out = correlator_.Correlate(event, client_.executor().Now());
  if (out.skip) return;
  counted_sender_.Send(out.event.ToObject(), std::move(out.patch));
}

void EventBroadcaster::RecordSeries(const Object& event) {
  if (series_sender_.full()) return series_sender_.Drop(event);
  series_.Observe(event, client_.executor().Now(), tell_series_);
  if (upkeep_.live() == 0) upkeep_.Spawn(Upkeep());
}

Task<void> EventBroadcaster::Upkeep() {
  while (!series_.empty()) {
    co_await Sleep(client_.executor(), EventSeries::kFinish, TimerClass::kBackground);
    series_.Upkeep(client_.executor().Now(), tell_series_);
  }
}

}  // namespace wavetank::internal
