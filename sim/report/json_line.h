// A scenario's result as one line of JSON, for programs: `wavetank run --json`.
//
//   {"failedSchedules":0,"file":"scenarios/a.yaml","line":1,"reason":"","result":"passed",
//   "runHash":"00c0ffee00c0ffee","scenario":"a","schedules":100,"seed":7,"steps":14230,"virtualTime":"2h3m0s"}
//
// With "failure" {"class","schedule","place","expected","found","repeat","replay"} when there is a failing schedule to
// show. Keys are sorted, and nothing in it is real time: equal builds and seeds print equal bytes.
#pragma once

#include <string>

#include "sim/report/scenario_report.h"

namespace wavetank::sim {

// Without a newline.
std::string JsonLine(const ScenarioReport& report);

}  // namespace wavetank::sim
