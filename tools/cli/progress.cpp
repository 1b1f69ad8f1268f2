#include "tools/cli/progress.h"

#include <utility>

#include "sim/report/text.h"

namespace wavetank::cli {

void ProgressLine::Show(const std::string& name, uint64_t done, uint64_t of) {
  if (!wanted_) return;
  const std::string text = "[" + std::to_string(finished_ + 1) + "/" + std::to_string(scenarios_) + "] " + name + ": " +
                           std::to_string(done) + " of " + std::to_string(of) + " schedules";
  terminal_.Err("\r\x1b[K" + sim::Clip(text, 79));
  shown_ = true;
}

void ProgressLine::Clear() {
  if (shown_) terminal_.Err("\r\x1b[K");
  shown_ = false;
}

std::function<void(uint64_t done, uint64_t of)> Throttled(Progress progress, const Terminal& clock) {
  return [progress = std::move(progress), &clock, last = clock.Now()](uint64_t done, uint64_t of) mutable {
    const Duration now = clock.Now();
    if (now - last < std::chrono::milliseconds(100)) return;
    last = now;
    progress(done, of);
  };
}

}  // namespace wavetank::cli
