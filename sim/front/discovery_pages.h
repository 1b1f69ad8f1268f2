// The pages of discovery, version and health, as rows for pages.cpp (API-415..433).
#pragma once

#include <span>

#include "sim/front/pages.h"

namespace wavetank::sim {

std::span<const PageRow> DiscoveryPages();

}  // namespace wavetank::sim
