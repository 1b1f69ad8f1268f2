#include "examples/replicaset/set_controller.h"

#include <algorithm>

namespace wavetank::examples {

std::optional<Duration> SetController::UntilExpired(const ObjectKey& set) const {
  const auto outstanding = expectations.Get(set);
  if (!outstanding.has_value()) return std::nullopt;
  const Duration left = outstanding->since + Ttl(options) - executor().Now();
  return std::max(left + Duration(1), Duration(1));
}

}  // namespace wavetank::examples
