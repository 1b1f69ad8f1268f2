#include "sim/report/json_line.h"

#include "runtime/value/json.h"
#include "sim/report/text.h"

namespace wavetank::sim {

std::string JsonLine(const ScenarioReport& report) {
  ObjectBuilder line;
  line.Add("scenario", report.name);
  line.Add("file", report.file);
  line.Add("line", report.line);
  line.Add("result", OutcomeName(report.outcome));
  line.Add("seed", report.seed);
  line.Add("schedules", report.schedules);
  line.Add("failedSchedules", report.failed_schedules);
  line.Add("steps", report.steps);
  line.Add("virtualTime", FormatDuration(report.virtual_time));
  line.Add("runHash", Hex(report.run_hash));
  line.Add("reason", report.reason);
  if (report.has_shown && !report.failure_class.empty()) {
    ObjectBuilder failure;
    failure.Add("class", report.failure_class);
    failure.Add("schedule", report.schedule);
    failure.Add("place", report.place);
    failure.Add("expected", report.expected);
    failure.Add("found", report.found);
    failure.Add("repeat", report.repeat);
    if (!report.replay_file.empty()) failure.Add("replay", report.replay_file);
    line.Add("failure", failure.Build());
  }
  return WriteJson(line.Build());
}

}  // namespace wavetank::sim
