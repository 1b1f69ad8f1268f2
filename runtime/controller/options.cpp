#include "runtime/controller/options.h"

namespace wavetank {
namespace {

template <typename T>
void Fill(std::optional<T>& option, const std::optional<T>& other) {
  if (!option.has_value()) option = other;
}

}  // namespace

void ControllerOptions::Merge(const ControllerOptions& defaults) {
  Fill(max_concurrent_reconciles, defaults.max_concurrent_reconciles);
  Fill(cache_sync_timeout, defaults.cache_sync_timeout);
  Fill(reconcile_timeout, defaults.reconcile_timeout);
  Fill(recover_panic, defaults.recover_panic);
  Fill(queue, defaults.queue);
  Fill(enable_warmup, defaults.enable_warmup);
  Fill(skip_name_validation, defaults.skip_name_validation);
  if (!rate_limiter) rate_limiter = defaults.rate_limiter;
}

}  // namespace wavetank
