#include "examples/podrejecter/pod_rejecter.h"

#include <utility>

#include "runtime/api/core_v1.h"
#include "runtime/exec/sleep.h"
#include "runtime/manager/manager.h"

namespace wavetank::examples {
namespace {

using core_v1::Pod;

class PodRejecter final : public Reconciler {
 public:
  explicit PodRejecter(Client client) : client_(std::move(client)) {}

  Task<Result<ReconcileResult>> Reconcile(Context ctx, Request request) override {
    auto pod = co_await client_.Get<Pod>(request);
    if (!pod.ok() && pod.code() != Code::kNotFound) co_return pod.status();
    if (!pod.ok() || pod->status().phase() != "Pending") co_return ReconcileResult::Done();
    co_await Sleep(ctx.executor(), std::chrono::seconds(1));
    Pod failed = *pod;
    failed.edit_status([](auto& status) { status.set_phase("Failed").set_reason("OutOfcpu"); });
    auto written = co_await client_.PatchStatus(failed, MergeFrom(*pod));
    if (!written.ok() && written.code() != Code::kNotFound) co_return written.status();
    co_return ReconcileResult::Done();
  }
  std::optional<uint64_t> Fingerprint() const override { return 0; }  // it remembers nothing

 private:
  Client client_;
};

}  // namespace

Task<Status> RunPodRejecter(Environment& environment) {
  auto manager = Manager::New(environment, {});
  ControllerManagedBy(manager).For<Pod>().Complete(PodRejecter(manager.client()));
  co_return co_await manager.Start();
}

}  // namespace wavetank::examples
