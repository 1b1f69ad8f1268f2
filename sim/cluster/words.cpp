#include "sim/cluster/words.h"

#include "runtime/base/check.h"

namespace wavetank::sim::cluster {

const ResourceInfo& BuiltInKind(const Gvk& gvk) {
  const ResourceInfo* info = KindRegistry::BuiltIn().Find(gvk);
  WT_CHECK(info != nullptr, "a built-in kind");
  return *info;
}

bool IsFinished(const Object& pod) {
  const std::string_view phase = pod.status()[names::kPhase].AsString();
  return phase == "Succeeded" || phase == "Failed";
}

}  // namespace wavetank::sim::cluster
