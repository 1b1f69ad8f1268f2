// EventBroadcaster: the recorders of a process and the way of their events (RT-290..295). For runtime/manager only.
//
//   recorder -> what is the same? (event_correlator.h, event_series.h) -> queue and requests (event_sender.h)
//
// All of a process's recorders share one broadcaster, and so one queue for each API.
// Complexity: a recorder is found in O(recorders).
// Ownership: owns the recorders it gave out; their addresses stay. Destroying it sends nothing.
#pragma once

#include <memory>
#include <string_view>

#include "runtime/client/client.h"
#include "runtime/manager/event_correlator.h"
#include "runtime/manager/event_recorder.h"
#include "runtime/manager/event_sender.h"
#include "runtime/manager/event_series.h"

namespace wavetank::internal {

class EventBroadcaster : public Pooled<EventBroadcaster> {
 public:
  // `client`: writes to the server.
  EventBroadcaster(Client client, const Logger& logger);
  ~EventBroadcaster();

  EventRecorder& RecorderFor(std::string_view component);
  ActionRecorder& ActionRecorderFor(std::string_view controller);
  // What waits is tried once more; recorders take nothing from now on.
  Task<void> Finish();

  // How many events were lost so far: too many, refused, or without an answer for too long.
  uint64_t dropped() const {
    return machinery_ == nullptr ? 0 : machinery_->counted.dropped() + machinery_->in_series.dropped();
  }

 private:
  class CoreRecorder;
  class SeriesRecorder;

  void RecordCounted(core_v1::Event event);
  void RecordSeries(const Object& event);
  // False, and a line in the log, for what cannot be told.
  bool Checked(const ObjectRef& about, std::string_view reason) const;
  // A namespaced object's namespace, else "default" (RT-292).
  static String NamespaceOf(const ObjectRef& about);
  Task<void> Upkeep();

  // What events pass through. Made for the first one: most processes of most schedules never say anything.
  struct Machinery {
    Machinery(const Client& client, const Logger& logger);
    EventNamer namer;
    EventCorrelator correlator{&namer};
    EventSeries series;
    EventSender counted;
    EventSender in_series;
    const EventSeries::Tell tell;
    TaskGroup upkeep;  // last: its frames refer to the members above
  };
  Machinery& machinery();

  const Client client_;
  const Logger logger_;
  std::unique_ptr<Machinery> machinery_;
  // One or two in most processes.
  PoolVector<std::unique_ptr<CoreRecorder>> recorders_;
  PoolVector<std::unique_ptr<SeriesRecorder>> action_recorders_;
};

}  // namespace wavetank::internal
