// The pages of OpenAPI, as rows for pages.cpp (API-426, API-428).
#pragma once

#include <span>

#include "sim/front/pages.h"

namespace wavetank::sim {

std::span<const PageRow> OpenApiPages();

}  // namespace wavetank::sim
