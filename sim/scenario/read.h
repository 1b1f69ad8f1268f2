// Makes a Scenario of a document that check.h has looked at.
//
// Every reader takes values as they are and never fails on a wrong type: what the checks have reported is simply left out.
// What only shows when several fields are seen together is reported here: who `controller` is when nobody says, names that
// occur twice, numbers of API servers.
#pragma once

#include "sim/scenario/load_context.h"

namespace wavetank::sim {

Scenario ReadScenario(const Value& document, LoadContext& context);

}  // namespace wavetank::sim
