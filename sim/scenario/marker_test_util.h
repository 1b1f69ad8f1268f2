// A controller for tests, written with the manager: it gives every ConfigMap the label `seen: "true"`.
//
// It reads from its cache, writes only what is missing, and records an event for each write.
#pragma once

#include "runtime/api/core_v1.h"
#include "runtime/api/status_error.h"
#include "runtime/manager/manager.h"
#include "sim/scenario/programs.h"

namespace wavetank::sim {

class Marker final : public Reconciler {
 public:
  explicit Marker(EventRecorder* events) : events_(events) {}
  void InjectClient(Client client) { client_ = std::move(client); }
  Task<Result<ReconcileResult>> Reconcile(Context context, ObjectKey key) override {
    (void)context;
    auto found = co_await client_->Get<core_v1::ConfigMap>(key);
    if (IsNotFound(found.status())) co_return ReconcileResult::Done();
    CO_RETURN_IF_ERROR(found.status());
    core_v1::ConfigMap map = *std::move(found);
    if (map.deleting() || map.labels()["seen"] == "true") co_return ReconcileResult::Done();
    map.set_label("seen", "true");
    auto written = co_await client_->Update(map);
    CO_RETURN_IF_ERROR(written.status());
    events_->Event(map, EventType::kNormal, "Marked", "seen it");
    co_return ReconcileResult::Done();
  }

 private:
  EventRecorder* const events_;
  std::optional<Client> client_;
};

inline Task<Status> RunMarker(Environment& env, ManagerOptions options) {
  Manager manager = Manager::New(env, std::move(options));
  auto marker = std::make_unique<Marker>(&manager.event_recorder_for("marker"));
  ControllerManagedBy(manager).For<core_v1::ConfigMap>().Complete(std::move(marker));
  co_return co_await manager.Start();
}

}  // namespace wavetank::sim
