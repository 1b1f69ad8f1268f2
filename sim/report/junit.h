// JUnit XML of a whole run, as CI servers read it: a suite per file, a case per scenario.
//
//   WriteFile("out.xml", JunitXml(reports));
//
// A failure's text is the card. Nondeterminism is an <error>: the test has no answer. A scenario that fails as expected
// passes. The times are real ones; with times left at zero, equal runs give equal bytes.
// Any text is safe: what XML 1.0 cannot hold becomes U+FFFD.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sim/report/scenario_report.h"

namespace wavetank::sim {

std::string JunitXml(std::span<const ScenarioReport> reports);
// For text and for attributes in double quotes.
std::string EscapeXml(std::string_view text);

}  // namespace wavetank::sim
