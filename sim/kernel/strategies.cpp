#include "sim/kernel/strategies.h"

namespace wavetank::sim {

size_t Replay::Choose(ChoicePoint point, std::span<const Option> options) {
  if (!divergence_.empty()) return 0;
  if (next_ == log_.size()) {
    divergence_ = "the run goes on after the end of the log (choice " + std::to_string(next_) + ")";
    return 0;
  }
  const Choice& choice = log_[next_];
  const bool fits = choice.index < options.size() && (point != ChoicePoint::kEvent || choice.check == CheckOf(options[choice.index].key));
  if (!fits) {
    divergence_ = "choice " + std::to_string(next_) + " of the log does not fit this run";
    return 0;
  }
  ++next_;
  return choice.index;
}

}  // namespace wavetank::sim
