#include "runtime/controller/context.h"

#include "runtime/base/random.h"

namespace wavetank {

Logger Context::log() const {
  const Logger& logger = *scope_->logger;
  if (!logger.enabled() || scope_->request == nullptr) return logger;
  const ObjectKey& key = *scope_->request;
  const std::string id = reconcile_id();
  const std::string_view kind = scope_->kind;
  if (kind.empty()) {
    return logger.WithValues({{"namespace", key.ns.view()}, {"name", key.name.view()}, {"reconcileID", id}});
  }
  const std::string both = key.ToString();
  return logger.WithValues(
      {{kind, both}, {"namespace", key.ns.view()}, {"name", key.name.view()}, {"reconcileID", id}});
}

std::string Context::reconcile_id() const { return Random(scope_->id_seed).Uuid(); }

}  // namespace wavetank
