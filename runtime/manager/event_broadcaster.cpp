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
  const String& component() const { return component_; }

 private:
  void Record(const ObjectRef& about, EventType type, std::string_view reason, std::string_view message,
              const Value& annotations) override {
    if (!owner_.Checked(about, reason)) return;
    const Time now = owner_.client_.executor().Now();
    core_v1::EventSource source;
    source.set_component(component_);
    auto event =
        core_v1::Event::New(NamespaceOf(about), owner_.machinery().namer.NameFor(about.reference().name().view(), now));
    if (annotations.size() > 0) {
      event.edit_metadata(
          [&](meta_v1::ObjectMeta& metadata) { metadata.set_annotations(MapView<String>(annotations)); });
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
  const String& controller() const { return controller_; }

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
                         .Add(names::kName, owner_.machinery().namer.NameFor(regarding.reference().name().view(), now))
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

EventBroadcaster::Machinery::Machinery(const Client& client, const Logger& logger)
    : namer(client.env().RandomFor("event-names")),
      counted(client, core_v1::Event::kGvk, logger),
      in_series(client, ActionEventKind(), logger),
      tell([this](const Object& event, Value patch) {
        if (in_series.full()) return in_series.Drop(event);
        const bool patching = !patch.is_null();
        in_series.Send(event, std::move(patch), patching);
      }),
      upkeep(client.executor()) {}

EventBroadcaster::EventBroadcaster(Client client, const Logger& logger) : client_(std::move(client)), logger_(logger) {}

EventBroadcaster::~EventBroadcaster() = default;

EventBroadcaster::Machinery& EventBroadcaster::machinery() {
  if (machinery_ == nullptr) machinery_ = std::make_unique<Machinery>(client_, logger_);
  return *machinery_;
}

EventRecorder& EventBroadcaster::RecorderFor(std::string_view component) {
  for (const auto& recorder : recorders_) {
    if (recorder->component() == component) return *recorder;
  }
  return *recorders_.emplace_back(std::make_unique<CoreRecorder>(this, component));
}

ActionRecorder& EventBroadcaster::ActionRecorderFor(std::string_view controller) {
  for (const auto& recorder : action_recorders_) {
    if (recorder->controller() == controller) return *recorder;
  }
  return *action_recorders_.emplace_back(std::make_unique<SeriesRecorder>(this, controller));
}

Task<void> EventBroadcaster::Finish() {
  machinery().upkeep.Clear();
  co_await machinery_->counted.Finish();
  co_await machinery_->in_series.Finish();
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
  EventSender& sender = machinery().counted;
  if (sender.full()) return sender.Drop(event.ToObject());
  CorrelatedEvent out = machinery_->correlator.Correlate(event, client_.executor().Now());
  if (out.skip) return;
  sender.Send(out.event.ToObject(), std::move(out.patch));
}

void EventBroadcaster::RecordSeries(const Object& event) {
  Machinery& way = machinery();
  if (way.in_series.full()) return way.in_series.Drop(event);
  way.series.Observe(event, client_.executor().Now(), way.tell);
  if (way.upkeep.live() == 0) way.upkeep.Spawn(Upkeep());
}

Task<void> EventBroadcaster::Upkeep() {
  while (!machinery_->series.empty()) {
    co_await Sleep(client_.executor(), EventSeries::kFinish, TimerClass::kBackground);
    machinery_->series.Upkeep(client_.executor().Now(), machinery_->tell);
  }
}

}  // namespace wavetank::internal
