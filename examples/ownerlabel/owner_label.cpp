#include "examples/ownerlabel/owner_label.h"

#include <utility>

#include "runtime/api/core_v1.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {
namespace {

using core_v1::ConfigMap;

class OwnerLabel final : public Reconciler {
 public:
  OwnerLabel(Client client, bool hasty) : client_(std::move(client)), hasty_(hasty) {}

  Task<Result<ReconcileResult>> Reconcile(Context, Request request) override {
    auto map = co_await client_.Get<ConfigMap>(request);
    if (map.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (!map.ok()) co_return map.status();
    const String owner = map->data()["owner"];
    if (owner.empty() || map->labels()["owner"] == owner) co_return ReconcileResult::Done();
    ConfigMap labelled = *map;
    labelled.set_label("owner", owner);
    auto written = co_await client_.Patch(labelled, MergeFrom(*map));
    if (written.ok() || written.code() == Code::kNotFound) co_return ReconcileResult::Done();
    if (hasty_) co_return ReconcileResult::After(std::chrono::milliseconds(100));
    co_return written.status();
  }
  std::optional<uint64_t> Fingerprint() const override { return 0; }  // it remembers nothing

 private:
  Client client_;
  const bool hasty_;
};

Task<Status> Run(Environment* environment, bool hasty) {
  auto manager = Manager::New(*environment, {});
  ControllerManagedBy(manager).For<ConfigMap>().Named("owner-label").Complete(OwnerLabel(manager.client(), hasty));
  co_return co_await manager.Start();
}

}  // namespace

Task<Status> RunOwnerLabel(Environment& environment) { return Run(&environment, false); }
Task<Status> RunHastyOwnerLabel(Environment& environment) { return Run(&environment, true); }

}  // namespace wavetank::examples
