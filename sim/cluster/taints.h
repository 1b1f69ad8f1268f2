// Taints and tolerations, as the scheduler and the node lifecycle controller both read them (ENV-060, ENV-064).
//
//   if (Tolerates(toleration, taint)) ...        // one toleration against one taint
//
// A toleration without an effect is for every effect, one without a key (it must say Exists) for every key. Pure functions.
#pragma once

#include <string_view>

#include "sim/cluster/words.h"

namespace wavetank::sim::cluster {

inline constexpr std::string_view kNotReadyTaint = "node.kubernetes.io/not-ready";
inline constexpr std::string_view kUnreachableTaint = "node.kubernetes.io/unreachable";

inline bool Tolerates(const Value& toleration, const Value& taint) {
  const Value& effect = toleration[kEffect];
  if (!effect.empty() && !(effect == taint[kEffect])) return false;
  const Value& key = toleration[kKey];
  if (!key.empty() && !(key == taint[kKey])) return false;
  if (toleration[kOperator] == "Exists") return true;
  return !key.empty() && toleration[kValue].AsString() == taint[kValue].AsString();
}

}  // namespace wavetank::sim::cluster
