// Everything a test of a controller needs: worlds, faults, matchers, schedules.
//
//   #include "sim/testing/testing.h"
//   using namespace wavetank::testing;
#pragma once

#include "sim/testing/faults.h"      // IWYU pragma: export
#include "sim/testing/matchers.h"    // IWYU pragma: export
#include "sim/testing/schedules.h"   // IWYU pragma: export
#include "sim/testing/test_world.h"  // IWYU pragma: export
