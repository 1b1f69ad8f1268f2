// The stream of an accepted watch: reads the server's log and writes frames.
#pragma once

#include <memory>

#include "sim/apiserver/watch.h"
#include "sim/front/front.h"

namespace wavetank::sim {

// REQUIRES: `started` is no refusal.
std::unique_ptr<FrontWatch> OpenStream(FrontHost& host, ResourceCall call, WatchOutcome started);

}  // namespace wavetank::sim
