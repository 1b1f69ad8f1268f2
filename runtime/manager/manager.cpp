#include "runtime/manager/manager.h"

#include "runtime/manager/manager_core.h"

namespace wavetank {
namespace {

using internal::ManagerCore;
using internal::ManagerSlot;

class FunctionRunnable final : public Runnable {
 public:
  FunctionRunnable(std::string name, Manager::Function function, RunnableGroup group)
      : name_(std::move(name)), function_(std::move(function)), group_(group) {}
  std::string name() const override { return name_; }
  RunnableGroup group() const override { return group_; }
  Task<Status> Start(RunContext run) override { return function_(run); }

 private:
  const std::string name_;
  const Manager::Function function_;
  const RunnableGroup group_;
};

}  // namespace

Manager Manager::New(Environment& environment, ManagerOptions options) {
  Manager manager;
  manager.slot_ = std::allocate_shared<ManagerSlot>(PoolAllocator<ManagerSlot>());
  manager.slot_->core = std::make_unique<ManagerCore>(environment, std::move(options));
  manager.owner_ = true;
  return manager;
}

Manager::~Manager() {
  if (owner_) slot_->core.reset();
}

ManagerCore& Manager::core() const {
  WT_CHECK(slot_ != nullptr, "an empty Manager handle was used");
  WT_CHECK(slot_->core != nullptr, "a Manager handle was used after its manager was gone");
  return *slot_->core;
}

Task<Status> Manager::Start() const { return core().Start(); }
Status Manager::Add(std::unique_ptr<Runnable> runnable) const { return core().Add(std::move(runnable)); }
Status Manager::Add(std::string name, Function function, RunnableGroup group) const {
  return core().Add(std::make_unique<FunctionRunnable>(std::move(name), std::move(function), group));
}

Client Manager::client() const { return core().client(); }
Client Manager::api_reader() const { return core().live_client(); }
Cache& Manager::cache() const { return core().cache(); }
Environment& Manager::environment() const { return core().environment(); }
const Logger& Manager::logger() const { return core().logger(); }
const ControllerDefaults& Manager::controller_defaults() const { return core().controller_defaults(); }
Status Manager::AddIndex(const KindRef& kind, String name, IndexFunction function) const {
  return core().cache().AddIndex(kind, std::move(name), std::move(function));
}
Signal& Manager::elected() const { return core().elected(); }
const LeaderElector* Manager::elector() const { return core().elector(); }

EventRecorder& Manager::event_recorder_for(std::string_view component) const {
  return core().events().RecorderFor(component);
}
ActionRecorder& Manager::event_recorder(std::string_view controller) const {
  return core().events().ActionRecorderFor(controller);
}

Status Manager::AddHealthCheck(std::string name, HealthCheck check) const {
  return core().AddCheck(core().health(), std::move(name), std::move(check));
}
Status Manager::AddReadyCheck(std::string name, HealthCheck check) const {
  return core().AddCheck(core().ready(), std::move(name), std::move(check));
}
HealthReport Manager::CheckHealth(const HealthQuery& query) const { return core().health().Check(query); }
HealthReport Manager::CheckReady(const HealthQuery& query) const { return core().ready().Check(query); }

const std::vector<Controller*>& Manager::controllers() const { return core().controllers(); }

std::vector<ControllerSnapshot> Manager::Metrics() const {
  std::vector<ControllerSnapshot> out;
  for (const Controller* controller : controllers()) {
    ControllerSnapshot snapshot{.name = controller->controller_name(), .controller = controller->Metrics(), .queue = {}};
    if (controller->queue() != nullptr) snapshot.queue = controller->queue()->Metrics();
    out.push_back(std::move(snapshot));
  }
  return out;
}

std::optional<uint64_t> Manager::Fingerprint() const {
  uint64_t hash = 0;
  for (const Controller* controller : controllers()) {
    std::optional<uint64_t> one = controller->Fingerprint();
    if (!one.has_value()) return std::nullopt;
    hash = HashCombine(hash, *one);
  }
  return hash;
}

ControllerHost* Manager::host() const { return slot_ == nullptr ? nullptr : slot_->core.get(); }

}  // namespace wavetank
