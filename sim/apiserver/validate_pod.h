// Checkers of a Pod's spec that lie in validate_pod_context.cpp.
#pragma once

#include "sim/apiserver/validate_rules.h"

namespace wavetank::sim {

// The containers of one list against the volumes, claims and other containers of the spec. words: which list.
void InContext(const Site& site, const Rule& rule);
// What an init container that ends cannot have.
void InitContainers(const Site& site, const Rule& rule);
// What an ephemeral container cannot have.
void EphemeralContainers(const Site& site, const Rule& rule);

}  // namespace wavetank::sim
