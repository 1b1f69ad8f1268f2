#include "examples/replicaset/write_status.h"

#include <utility>

#include "examples/replicaset/status.h"

namespace wavetank::examples {
namespace {

constexpr int kStatusRetries = 1;

}  // namespace

Task<Result<Object>> WriteStatus(SetController* controller, Object set, Value next) {
  if (SameStatus(set, next)) co_return set;
  const int retries = controller->options.hardened() ? 0 : kStatusRetries;
  Object base = set;
  for (int retry = 0;; ++retry) {
    Object wanted = base.With(base.value().Set(names::kStatus, next));
    auto written = co_await controller->live.UpdateStatus(std::move(wanted));
    if (written.ok()) {
      controller->WroteSet(set, *written);
      co_return *written;
    }
    if (retry >= retries) co_return written.status();
    auto again = co_await controller->live.Get(controller->kind.gvk, set.key());
    if (!again.ok()) co_return again.status();
    base = *std::move(again);
  }
}

}  // namespace wavetank::examples
