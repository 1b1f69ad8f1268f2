#include "examples/replicaset/restart_backoff.h"

#include <algorithm>
#include <optional>

namespace wavetank::examples {

void RestartBackoff::Ended(const ObjectKey& set, const Object& pod) {
  const Time now = clock_.Now();
  const std::optional<Time> created = ParseTime(pod.metadata()[names::kCreationTimestamp].AsString());
  if (!created.has_value() || now - *created >= kShortLife) return;
  Ends& ends = ends_[set];
  if (ends.count > 0 && ends.last == now) return;
  if (ends.count > 0 && now - ends.last > kForgiven) ends.count = 0;
  ends.count = std::min(ends.count + 1, 30);
  ends.last = now;
}

Duration RestartBackoff::Wait(const ObjectKey& set) const {
  const auto found = ends_.find(set);
  if (found == ends_.end() || found->second.count < 2) return Duration(0);
  const Duration wait = std::min(Duration(kFirstWait.count() << (found->second.count - 2)), kLongestWait);
  return std::max(found->second.last + wait - clock_.Now(), Duration(0));
}

uint64_t RestartBackoff::Fingerprint() const {
  uint64_t hash = ends_.size();
  for (const auto& [set, ends] : ends_) {
    hash = HashCombine(hash, set.hash());
    hash = HashCombine(hash, static_cast<uint64_t>(ends.count));
    hash = HashCombine(hash, static_cast<uint64_t>((clock_.Now() - ends.last).count()));
  }
  return hash;
}

}  // namespace wavetank::examples
