// The line that moves while scenarios are played; only where a person looks at standard error.
//
//   [3/12] scale-while-restarting: 45 of 100 schedules
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "tools/cli/terminal.h"
#include "tools/cli/workers.h"

namespace wavetank::cli {

class ProgressLine {
 public:
  ProgressLine(Terminal& terminal, size_t scenarios, bool quiet)
      : terminal_(terminal), scenarios_(scenarios), wanted_(!quiet && terminal.err_is_terminal()) {}

  bool wanted() const { return wanted_; }
  void Show(const std::string& name, uint64_t done, uint64_t of);
  // One scenario more has its result.
  void Finished() { ++finished_; }
  // Before something else is printed.
  void Clear();

 private:
  Terminal& terminal_;
  const size_t scenarios_;
  const bool wanted_;
  size_t finished_ = 0;
  bool shown_ = false;
};

// At most ten calls a second of real time.
std::function<void(uint64_t done, uint64_t of)> Throttled(Progress progress, const Terminal& clock);

}  // namespace wavetank::cli
