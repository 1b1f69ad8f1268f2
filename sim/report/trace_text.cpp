#include "sim/report/trace_text.h"

#include "sim/report/text.h"

namespace wavetank::sim {

std::string EventLine(const TraceEvent& event) {
  return PadRight("step " + std::to_string(event.step), 9) + "  " + PadLeft(ShortDuration(event.at), 6) + "  " +
         OneLine(event.text);
}

std::vector<std::string> TraceLines(const RunResult& run) {
  std::vector<std::string> lines;
  lines.reserve(run.events.size() + 1);
  if (run.events_dropped > 0) lines.push_back("    (" + Count(run.events_dropped, "earlier event") + " left out)");
  for (const TraceEvent& event : run.events) lines.push_back((event.important ? "  * " : "    ") + EventLine(event));
  return lines;
}

}  // namespace wavetank::sim
